"""The key that signs the heads of a site's audit: one file that only its owner can read, in a folder of its own.

It lies in the site's folder and goes into backups, so that a restored site goes on with the same log. Whoever has it
can sign heads: they prove something to those who keep the public key, and now and then a head, in another place.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from galleria.domain.errors import InputError, StoreError

from .key_folder import sync, unusable

FOLDER, FILE = "signing", "audit.key"
_KIND = "galleria audit key 1"


@dataclass(frozen=True, slots=True)
class AuditKey:
    """A key in memory.

    Attributes:
        log: name of the log whose heads it signs: the site's id when the key was made.
    """

    log: str
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()


def key_file(folder: Path) -> Path:
    """Where the key of the site in a folder lies."""
    return folder / FOLDER / FILE


def load_key(folder: Path) -> AuditKey | None:
    """The key of the site in a folder; None before its first start.

    Raises:
        StoreError: it cannot be read, others can read it, or it is damaged.
    """
    path = key_file(folder)
    try:
        if (path.stat().st_mode | path.parent.stat().st_mode) & 0o077:
            problem = f"others can read the key {path}"
            raise StoreError(problem, f"Run `chmod 700 {path.parent} && chmod 600 {path}`.")
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unusable(path, error) from error
    with suppress(ValueError, KeyError, TypeError):
        written = json.loads(raw)
        if written["kind"] == _KIND:
            return AuditKey(
                str(written["log"]), Ed25519PrivateKey.from_private_bytes(bytes.fromhex(written["private"]))
            )
    problem = f"the key {path} is damaged"
    raise StoreError(problem, "Restore it from a backup: with another key no earlier head can be checked.")


def make_key(folder: Path, log: str) -> AuditKey:
    """A new key, on the disk when this returns. It never takes another's place.

    Raises:
        StoreError: it cannot be written, or there is one already.
    """
    key, path = AuditKey(log, Ed25519PrivateKey.generate()), key_file(folder)
    part = path.with_name(f"{secrets.token_hex(8)}.part")
    body = {"kind": _KIND, "log": log, "private": key.private.private_bytes_raw().hex()}
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump(body, file)
                file.flush()
                os.fsync(file.fileno())
            os.link(part, path)  # unlike a renaming it never takes another key's place
        finally:
            part.unlink(missing_ok=True)
        sync(path.parent)
    except OSError as error:
        raise unusable(path, error) from error
    return key


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as PEM: to be kept elsewhere."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def read_public(path: Path) -> Ed25519PublicKey:
    """A public key that was kept elsewhere.

    Raises:
        InputError: the file cannot be read, or is no such key.
    """
    try:
        with suppress(ValueError, UnsupportedAlgorithm):
            key = load_pem_public_key(path.read_bytes())
            if isinstance(key, Ed25519PublicKey):
                return key
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}"
        raise InputError(problem, "Name a file that `galleria audit key` wrote.") from error
    problem = f"{path} is no public key of an audit"
    raise InputError(problem, "Name a file that `galleria audit key` wrote.")
