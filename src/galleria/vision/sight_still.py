"""Pictures into whether they are one picture again and again.

A sensor never gives the same picture twice: its noise differs. What stands still to the last grey level for seconds is
a picture that was sent before. Encoders blur this in two ways. One that is fed one picture sends it a little finer each
time and anew with every key frame: a few pixels change by a level or three. And one that has to save sends nothing new
of a wall at all. A camera is therefore lively or quiet, as the walls in its pictures show: of a lively one two seconds
of stillness are told; of a quiet one, only pictures that are the same in every pixel for a whole minute.
"""

from __future__ import annotations

import numpy as np

from galleria.domain.frame import Pixels

from .sight_view import BLOCK_COLUMNS, BLOCK_ROWS

# Seconds: pictures closer together than this are not compared; at 30 a second little changes from one to the next.
SPACING = 0.1
# A picture, or a part of it, is still when no pixel differs by more than so many grey levels, and this share of them
# differs at all. Measured on samples of 192x108: frozen pictures differ in under 0.2 %, the quietest of lively cameras
# in 2.5 %.
LEVELS, SHARE = 3, 0.006
# This share of the pictures of the last moment, seconds, has to be still: a key frame changes many pixels by a level.
STILL, RECENT = 0.75, 1.5
# Seconds of stillness that are told of a lively camera, and of sameness of a quiet one.
PATIENCE, QUIET_PATIENCE = 2.0, 60.0
# Seconds before a still stretch in which the picture was already frozen, and was still being sent finer.
FINER = 1.5
# A camera is lively when at most this share of its pictures have still walls, over the last seconds and at least some.
LIVELY, HABIT, SHORTEST_HABIT = 0.2, 60.0, 5.0
# Walls are the blocks in which nothing moves; there must be this share of them.
WALLS = 0.25
# A still stretch after which, within so many seconds, this share of the picture leaps by so many levels was no habit.
SOON, LEAP, LEAP_LEVELS = 0.5, 0.01, 12
# When this share of the picture leaps, it is lit otherwise or is another: its habits are unknown.
ANOTHER = 0.5


class Stillness:
    """Follows one camera's stretches of stillness.

    Attributes:
        frozen: since when the picture has been the same, once it has lasted; None while it is alive.
    """

    def __init__(self) -> None:
        self.frozen: float | None = None
        self._last: tuple[float, Pixels] | None = None
        self._calm = 0.0  # since when no pixel has changed by much
        self._same = 0.0  # since when none has changed at all
        self._begun: float | None = None  # of the still stretch
        self._stills = 0.0  # the share of still pictures lately
        self._ended: tuple[float, float] | None = None  # when the last stretch ended, and how long it was
        self._quiet = self._watched = 0.0  # share of still walls lately, over so many seconds

    def restart(self) -> None:
        """Compare with nothing that came before: a connection or a gap lies between."""
        self.frozen, self._last, self._begun, self._ended = None, None, None, None

    @property
    def lively(self) -> bool:
        """Whether stillness means anything with this camera."""
        return self._watched >= SHORTEST_HABIT and self._quiet <= LIVELY

    @property
    def doubted(self) -> float | None:
        """Since when the picture may turn out to have been frozen; None when nothing has come yet."""
        if self._last is None:
            return None
        if not self.lively:
            return self._same
        return max(self._calm, (self._last[0] if self._begun is None else self._begun) - FINER)

    def look(self, time: float, now: Pixels) -> None:
        """Take a picture's brightness, (rows, columns), of a capture time, seconds; times must increase."""
        if self._last is None:
            self._last, self._calm, self._same = (time, now), time, time
            return
        before, picture = self._last
        if time - before < SPACING:
            return
        changed = np.maximum(now, picture) - np.minimum(now, picture)
        self._last = time, now
        self._note_leap(time, changed)
        most = int(changed.max())
        if most > 0:
            self._same = time
        if most > LEVELS:
            self._calm = time
        self._follow(time, time - before, changed, calm=most <= LEVELS)
        if self._begun is None:
            self._learn(time - before, _still_walls(changed))
        if self.lively and self._begun is not None and time - self._begun >= PATIENCE:
            self.frozen = self.doubted if self.frozen is None else self.frozen
        elif time - self._same >= QUIET_PATIENCE:
            self.frozen = self._same if self.frozen is None else self.frozen

    def _follow(self, time: float, passed: float, changed: Pixels, *, calm: bool) -> None:
        """Follow the still stretch."""
        still = calm and int(np.count_nonzero(changed)) <= SHARE * changed.size
        if self._begun is None:
            self._begun, self._stills = (time - passed, 1.0) if still else (None, 0.0)
            return
        self._stills += (still - self._stills) * min(1.0, passed / RECENT)
        if not calm or self._stills < STILL:
            self._ended = time, time - self._begun
            self.frozen, self._begun = None, None

    def _note_leap(self, time: float, changed: Pixels) -> None:
        leapt = int(np.count_nonzero(changed > LEAP_LEVELS)) / changed.size
        if self._ended is not None and (time - self._ended[0] >= SOON or leapt > LEAP):
            if leapt <= LEAP:
                self._learn(self._ended[1], still=True)
            self._ended = None
        if leapt > ANOTHER:
            self._quiet = self._watched = 0.0

    def _learn(self, seconds: float, still: bool | None) -> None:  # noqa: FBT001
        if still is not None:
            self._watched = min(HABIT, self._watched + seconds)
            self._quiet += (still - self._quiet) * min(1.0, seconds / self._watched)


def _still_walls(changed: Pixels) -> bool | None:
    """Tell whether the blocks in which nothing moves are still; None when that cannot be told."""
    high, wide = changed.shape[0] // BLOCK_ROWS, changed.shape[1] // BLOCK_COLUMNS
    rows = changed.reshape(BLOCK_ROWS, high, -1)  # row by row first: that is what processors are quick at
    walls = rows.max(axis=1).reshape(BLOCK_ROWS, BLOCK_COLUMNS, wide).max(axis=2) <= LEVELS
    counts = (rows != 0).sum(axis=1, dtype=np.uint8).reshape(BLOCK_ROWS, BLOCK_COLUMNS, wide).sum(axis=2)
    if float(walls.mean()) < WALLS:
        # Where nearly every block changes, it is the noise of a lively camera; else a crowd hides the walls.
        return False if float((counts > SHARE * high * wide).mean()) > 1 - WALLS else None
    return bool(counts[walls].sum() <= SHARE * high * wide * np.count_nonzero(walls))
