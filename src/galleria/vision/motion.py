"""Pictures into whether anything moved since a picture before. An empty corridor then costs decoding only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from galleria.domain.frame import Picture

# Brightness is compared on a coarse grid: averaging takes sensor noise and compression away, and a body of a tenth of
# the picture's height still covers several cells.
ROWS = 54
# A cell has changed when it differs by this many of 255 grey levels; something moved when so many cells have.
LEVELS = 6
CELLS = 2


class MotionGate:
    """Compares pictures with the one that was last kept, so that slow movement adds up until it shows."""

    def __init__(self) -> None:
        self._kept: NDArray[np.int16] | None = None

    def moved(self, picture: Picture) -> bool:
        """Tell whether anything differs from the kept picture; the first picture always does."""
        now = self._coarse(picture)
        if self._kept is None or self._kept.shape != now.shape:
            return True
        return int(np.count_nonzero(np.abs(now - self._kept) > LEVELS)) >= CELLS

    def keep(self, picture: Picture) -> None:
        """Compare with this picture from now on."""
        self._kept = self._coarse(picture)

    def _coarse(self, picture: Picture) -> NDArray[np.int16]:
        columns = max(1, round(ROWS * picture.width / picture.height))
        return picture.luma(columns, ROWS).astype(np.int16)
