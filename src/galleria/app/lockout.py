"""Lock-out: after some failures under one name, nobody signs in under it for a while that doubles with each more."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete

from galleria.domain.errors import TooManyError
from galleria.domain.time import Clock
from galleria.storage.records import Tries, Writing

from .tokens import hashed

FREE = 5  # failures
_FIRST = 30.0  # seconds
_MOST = 900.0
_FORGOTTEN = 86400.0


@dataclass(frozen=True, slots=True)
class Before:
    """How things stood before a try."""

    failures: int
    until: float


class Lockout:
    """Counts failures by name in the records: unknown names exactly as known ones, so that it tells nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def count(self, writing: Writing, key: str) -> Before:
        """Count a try as failed until it turns out otherwise.

        Args:
            writing: the transaction.
            key: the name as it is compared.

        Raises:
            TooManyError: the name is locked; this try is not counted.
        """
        now = self._clock.now()
        writing.execute(delete(Tries).where(Tries.last < now - _FORGOTTEN))
        row = writing.get(Tries, hashed(key))
        if row is None:
            row = Tries(key=hashed(key), failures=0, last=now, until=0.0)
            writing.add(row)
        if row.until > now:
            wait = row.until - now
            problem = "there were too many failures to sign in under this name"
            raise TooManyError(problem, f"Try again in {wait:.0f} seconds.", wait)
        before = Before(row.failures, row.until)
        row.failures, row.last = row.failures + 1, now
        if row.failures >= FREE:
            row.until = now + min(_FIRST * 2.0 ** (row.failures - FREE), _MOST)
        return before

    @staticmethod
    def restore(writing: Writing, key: str, before: Before) -> None:
        """The try was no failure, and no success yet either."""
        if row := writing.get(Tries, hashed(key)):
            row.failures, row.until = before.failures, before.until

    @staticmethod
    def forgive(writing: Writing, key: str) -> None:
        """It was a success."""
        writing.execute(delete(Tries).where(Tries.key == hashed(key)))
