"""Passwords into argon2id hashes, and whether one is right. They are kept nowhere and told to nobody."""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from galleria.domain.errors import InputError

SHORTEST = 12
LONGEST = 512  # characters: hashing time does not depend on it, reading it does
_AT_ONCE = 2  # each hash takes 64 MiB and a core: a flood of sign-ins must not take the site's memory


class Passwords:
    """Hashes and compares, a few at a time.

    Args:
        hasher: with the parameters that new hashes get; None: those that argon2-cffi recommends (RFC 9106).
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The argon2id hash, with salt and parameters."""
        with self._turns:
            return self._hasher.hash(_plain(password))

    def fits(self, hashed: str | None, password: str) -> bool:
        """Whether the password is the one that was hashed.

        Without a hash (nobody has that name) it takes as long, and says no.
        """
        with self._turns:
            try:
                right = self._hasher.verify(hashed or self._nobodys, _plain(password[:LONGEST]))
            except (VerificationError, InvalidHashError):
                return False
        return right and hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Whether it was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)


def check_password(password: str, name: str) -> None:
    """Refuse passwords that are easily guessed: long ones need no other rules.

    Raises:
        InputError: it is too short, too long, one sign repeated, or the name.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        problem = f"a password has between {SHORTEST} and {LONGEST} characters"
        raise InputError(problem, "Choose a sentence of a few words, or let a password store make one.")
    if len(set(password)) == 1:
        problem = "the password is one sign over and over"
        raise InputError(problem, "Choose a sentence of a few words.")
    if password.casefold().strip() == name.casefold().strip():
        problem = "the password is the name"
        raise InputError(problem, "Choose another.")


def _plain(password: str) -> str:
    """One form for what looks the same, whatever keyboard it was typed on (RFC 8265 asks for NFC)."""
    # A lone surrogate, which JSON can carry, is no text and cannot be hashed.
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace").decode()
