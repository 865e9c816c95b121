"""How many may join in a while. In memory: a restart forgets."""

from __future__ import annotations

from collections import deque

from galleria.domain.errors import TooManyError


class Pace:
    """Lets so many through within so many seconds.

    Args:
        most: how many.
        within: seconds.
    """

    def __init__(self, most: int, within: float) -> None:
        self._within = within
        self._last: deque[float] = deque(maxlen=most)

    def check(self, now: float) -> None:
        """Whether another one may come.

        Raises:
            TooManyError: not yet.
        """
        if len(self._last) == self._last.maxlen and 0 <= now - self._last[0] < self._within:
            wait = self._within - (now - self._last[0])
            problem = "too many joined of late"
            raise TooManyError(problem, f"Try again in {wait / 60:.0f} minutes.", wait)

    def count(self, now: float) -> None:
        """One came."""
        self._last.append(now)
