"""Passwords of cameras: taken out of addresses, kept in files of their own, referred to as `${file:…}`.

A password is never shown again, in no form and no message; it can only be replaced or dropped.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from galleria.domain.errors import InputError, StoreError

# A reference may hold the path of a file: its slashes are not the address's.
_ADDRESS = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)"
    r"(?:(?P<login>(?:\$\{[^}]*\}|[^/?#])*)@)?"
    r"(?P<host>(?:\$\{[^}]*\}|[^/?#@])*)(?P<rest>.*)",
    re.DOTALL,
)
FOLDER = "secrets"


@dataclass(frozen=True, slots=True)
class Address:
    """A camera's address in its parts; of a file or device only `rest`."""

    scheme: str
    user: str
    password: str = field(repr=False)  # as in the address, percent-encoded, or a reference
    host: str
    rest: str

    @classmethod
    def of(cls, written: str) -> Address:
        found = _ADDRESS.fullmatch(written)
        if found is None:
            return cls("", "", "", "", written)
        user, _, password = (found["login"] or "").partition(":")
        return cls(found["scheme"], user, password, found["host"], found["rest"])

    @property
    def shown(self) -> str:
        """Without the password."""
        return f"{self.scheme}{self.user}{'@' if self.user else ''}{self.host}{self.rest}"

    @property
    def place(self) -> tuple[str, str, str]:
        """Whom a password is for: it is given to nobody else."""
        return self.scheme.lower(), self.user, self.host.lower()

    def with_password(self, reference: str) -> str:
        """As it goes into the site file."""
        return f"{self.scheme}{self.user}:{reference}@{self.host}{self.rest}"


class Secrets:
    """Files that hold one password each.

    Args:
        folder: the site's own; the files lie in a folder in it that nobody else may look into.
        base: what relative paths in references start from.
        kind: what they are for; each kind lies in a folder of its own.
    """

    def __init__(self, folder: Path, base: Path, kind: str = "cameras") -> None:
        self._folder = (folder / FOLDER / kind).resolve()
        self._base = base.resolve()

    def keep(self, name: str, password: str) -> str:
        """Write a password.

        Args:
            name: of what it is for: letters, digits, `-`, `_` and `.`.
            password: as it was typed.

        Returns:
            what refers to it in a site file.

        Raises:
            StoreError: it cannot be written.
        """
        path = self._folder / f"{name}-{secrets.token_hex(4)}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(password)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            problem = f"the password cannot be kept in {self._folder} ({error.strerror})"
            raise StoreError(problem, "Check the folder's permissions and the space on the disk.") from error
        return f"${{file:{self._written(path)}}}"

    def sweep(self, text: str) -> None:
        """Remove the files that a site file does not refer to any more."""
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            if self._written(path) not in text:
                path.unlink(missing_ok=True)

    def _written(self, path: Path) -> str:
        # Relative where it can be: then site file and folder can be moved together.
        return str(path.relative_to(self._base) if path.is_relative_to(self._base) else path)


def source_to_write(secret_files: Secrets, name: str, given: str, password: str, before: str) -> str:
    """What goes into the site file for an address that somebody typed.

    Args:
        secret_files: keeps the password.
        name: of the camera.
        given: the address; a password in it is taken out.
        password: typed beside it; empty: none, or the one that is kept already.
        before: the source as it stands in the file, with its reference; may be empty.

    Raises:
        InputError: a password without a user name, or for something that is no address; or a `${…}` was typed.
        StoreError: the password cannot be kept.
    """
    address, old = Address.of(given.strip()), Address.of(before)
    if before and not password and given.strip() == old.shown:
        return before
    refuse_references(given)
    secret = password or unquote(address.password)
    if secret:
        if not address.user:
            raise no_user()
        return address.with_password(secret_files.keep(name, secret))
    if old.password and address.place == old.place:
        return address.with_password(old.password)
    return address.shown


def no_user() -> InputError:
    """The error of a password that nobody can use."""
    problem = "a password needs a user name in the address"
    return InputError(problem, "Write for example rtsp://viewer@192.0.2.10/stream1.")


def refuse_references(given: str) -> None:
    """Refuse `${…}` in what was typed: it would send this machine's variables and files to a camera of anybody's.

    Raises:
        InputError: there is one. In the site file, whose writer owns the machine, they are right.
    """
    if "${" in given:
        problem = "`${…}` cannot be used in an address that is typed here"
        raise InputError(problem, "Type the password in its own field; variables can be named in the site file.")


def has_password(written: str) -> bool:
    """Whether a source has a login with a password (which is not told)."""
    return bool(Address.of(written).password)
