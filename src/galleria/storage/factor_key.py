"""Seals the secrets of second factors, with a key that lies beside the vaults' keys and never in the site's folder.

Who has the records, or a backup of them, can therefore make nobody's codes. A sealed secret is bound to its user: put
into another's row it does not open. The key has no end; without it, secrets are gone and users enrol again.
"""

from __future__ import annotations

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from galleria.domain.errors import StoreError

from .key_folder import key_folder, sync, unusable

FILE = "second-factors.secret"  # not `*.key`: those are the vaults'
_PREFIX = "s1:"  # in no base32
_LENGTH, _NONCE = 32, 12
_BOUND = "galleria second factor 1 "


class FactorSeal:
    """Seals and opens secrets; threads may share it.

    Args:
        folder: of the site's keys; made, for its owner only, and the key in it, when something is sealed first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def is_sealed(kept: str) -> bool:
        """Whether a secret is sealed; earlier versions kept them in the clear."""
        return kept.startswith(_PREFIX)

    def seal(self, user: str, secret: str) -> str:
        """A secret as it is kept: 63 signs for 32 of base32.

        Args:
            user: id of whom it is, and nobody else's.
            secret: base32.

        Raises:
            StoreError: the key cannot be read or made.
        """
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._key() or self._make()).encrypt(nonce, base64.b32decode(secret), _bound(user))
        return _PREFIX + base64.b85encode(nonce + sealed).decode("ascii")

    def open(self, user: str, kept: str) -> str | None:
        """The secret again; None where no key is there, or another one, or it is altered or another user's.

        Raises:
            StoreError: the key cannot be read, or is damaged.
        """
        if not self.is_sealed(kept):
            return kept
        key = self._key()
        if key is None:
            return None
        try:
            raw = base64.b85decode(kept.removeprefix(_PREFIX))
            return base64.b32encode(AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(user))).decode("ascii")
        except (InvalidTag, ValueError):
            return None

    def _key(self) -> bytes | None:
        path = self._folder / FILE
        try:
            if (path.stat().st_mode | path.parent.stat().st_mode) & 0o077:
                problem = f"others can read the key {path}"
                raise StoreError(problem, f"Run `chmod 700 {path.parent} && chmod 600 {path}`.")
            key = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unusable(path, error) from error
        if len(key) != _LENGTH:
            problem = f"the key {path} is damaged"
            raise StoreError(problem, "Restore it, or delete it: users then set their second factor up again.")
        return key

    def _make(self) -> bytes:
        """A new key, on the disk when this returns; another's that was made meanwhile is taken instead."""
        folder = key_folder(self._folder)
        path, part = folder / FILE, folder / f"{secrets.token_hex(8)}.part"
        try:
            try:
                with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(secrets.token_bytes(_LENGTH))
                    file.flush()
                    os.fsync(file.fileno())
                with suppress(FileExistsError):
                    os.link(part, path)  # unlike a renaming it never takes another key's place
            finally:
                part.unlink(missing_ok=True)
            sync(folder)
        except OSError as error:
            raise unusable(path, error) from error
        key = self._key()
        if key is None:
            problem = f"the key {path} is gone again"
            raise StoreError(problem, "Check that nothing else deletes files in that folder.")
        return key


def _bound(user: str) -> bytes:
    return (_BOUND + user).encode()
