"""Pictures into where anything moved since last searched. An empty corridor then costs hardly more than decoding."""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from galleria.domain.frame import Picture
from galleria.domain.geometry import Box

# Brightness is compared on a coarse grid: averaging takes sensor noise and compression away, and a body of a tenth of
# the picture's height still covers several cells.
ROWS = 54
# A cell has changed when it differs by this many of 255 grey levels; something moved when so many cells have.
LEVELS = 6
CELLS = 2
WHOLE = Box(0.0, 0.0, 1.0, 1.0)


class MotionGate:
    """Compares pictures with what was last kept of each place, so that slow movement adds up until it shows."""

    def __init__(self) -> None:
        self._kept: NDArray[np.int16] | None = None

    def moved(self, picture: Picture) -> Box | None:
        """Return the box around all that differs from what was kept; None: nothing does. At first everything does."""
        now = self._coarse(picture)
        if self._kept is None or self._kept.shape != now.shape:
            return WHOLE
        changed = np.abs(now - self._kept) > LEVELS
        if int(np.count_nonzero(changed)) < CELLS:
            return None
        rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
        high, wide = changed.shape
        return Box(columns[0] / wide, rows[0] / high, (columns[-1] + 1) / wide, (rows[-1] + 1) / high)

    def keep(self, picture: Picture, part: Box = WHOLE) -> None:
        """Compare with this picture from now on, within a part of it."""
        now = self._coarse(picture)
        if self._kept is None or self._kept.shape != now.shape:
            self._kept = now
            return
        high, wide = now.shape
        # Cells that are only partly inside were not searched whole.
        rows = slice(ceil(part.top * high), int(part.bottom * high))
        columns = slice(ceil(part.left * wide), int(part.right * wide))
        self._kept[rows, columns] = now[rows, columns]

    def _coarse(self, picture: Picture) -> NDArray[np.int16]:
        columns = max(1, round(ROWS * picture.width / picture.height))
        return picture.luma(columns, ROWS).astype(np.int16)
