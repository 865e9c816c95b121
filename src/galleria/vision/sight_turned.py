"""Whether a camera still looks where it was set up to look.

Two signs: the known structure lies in one piece elsewhere in the picture, always in the same place; or hardly any of it
is found anywhere, while what is there instead keeps as still as walls do. A crowd, somebody right before the lens,
lamps and dusk hide some of the structure and keep the rest in its place.
"""

from __future__ import annotations

import numpy as np

from .sight_known import KnownView
from .sight_lasting import Lasting
from .sight_view import COLUMNS, ROWS, Edges, Structure

# Below this share of what is usually found, a closer look is worth its time.
SUSPICIOUS = 0.75
# Shares of what is usual: what must be found at the new place, and how much more than at the old one.
FOUND, MORE = 0.4, 0.25
# Seconds after which a shift is told, and another view: whoever stands right before the lens moves on, or moves.
SHIFTED, INSTEAD = 2.5, 8.0
# Cells of the grid: a smaller shift is none, and two shifts within that of each other are the same.
SMALLEST, SAME = 2, 1
# Another view: less than this of what is usual, in structure and in likeness, and in so few of the blocks.
ANOTHER, BLOCKS = 0.4, 0.25
# What is seen instead has to be found again, from picture to picture, to this degree.
KEEPS_STILL = 0.5
# A larger share of the picture than this, and the way it has gone is no help to whoever looks for it.
FAR = 1 / 3

ANOTHER_VIEW = "the camera shows another view than the one it was set up for"


class Turned:
    """Follows whether a known view is still before the camera.

    Attributes:
        reason: for people, once it is told.
    """

    def __init__(self) -> None:
        self.reason = ""
        self._lasting = Lasting(patience=SHIFTED, relief=1.0)
        self._shift: tuple[int, int] | None = None
        self._instead: Structure | None = None
        self._seen = 0

    @property
    def begun(self) -> float | None:
        """Since when the view may be another; None while it is the known one."""
        return self._lasting.begun

    @property
    def told(self) -> bool:
        """Whether it has lasted long enough to be told."""
        return self._lasting.told

    def look(self, time: float, before: float, known: KnownView, edges: Edges) -> None:
        """Take the edges of a picture.

        Args:
            time: its capture time, seconds.
            before: that of the one before: from then on the camera may have been moving.
            known: the view that belongs.
            edges: the picture's.
        """
        found = known.structure.found(edges)
        if not known.steady or found >= SUSPICIOUS * known.found:
            self._update(time, None)
            return
        share, *shift = known.structure.shift(edges)
        far = max(map(abs, shift)) >= SMALLEST
        if far and share >= max(FOUND * known.found, found + MORE * known.found):
            self._shifted(time, before, (shift[0], shift[1]))
        elif self._is_another(known, edges, found):
            self._elsewhere(time, before, edges)
        else:
            self._update(time, None)

    def _is_another(self, known: KnownView, edges: Edges, found: float) -> bool:
        return (
            found < ANOTHER * known.found
            and known.structure.likeness(edges) < ANOTHER * known.likeness
            and known.structure.fitting(edges) <= BLOCKS
        )

    def _shifted(self, time: float, before: float, shift: tuple[int, int]) -> None:
        same = self._shift is not None and all(abs(a - b) <= SAME for a, b in zip(shift, self._shift, strict=True))
        if not same and not self.told:
            self._lasting.forget()
        self._shift, self._instead, self._lasting.patience = shift, None, SHIFTED
        self._update(time, before, _way(shift))

    def _elsewhere(self, time: float, before: float, edges: Edges) -> None:
        if self._instead is None or self._instead.found(edges) < KEEPS_STILL * self._instead.found(self._instead.edges):
            if not self.told:
                self._lasting.forget()
            self._instead, self._seen, self._lasting.patience = Structure(edges), 0, INSTEAD
        self._seen += 1
        still = self._instead.edges
        self._instead, self._shift = Structure(still + (edges - still) * np.float32(1 / (self._seen + 1))), None
        self._update(time, before, ANOTHER_VIEW)

    def _update(self, time: float, begun: float | None, reason: str = "") -> None:
        self._lasting.update(time, begun)
        if begun is None and not self.told:
            self._shift = self._instead = None
        if reason and (not self.reason or not self.told):
            self.reason = reason


def _way(shift: tuple[int, int]) -> str:
    """Where the view has gone, in words."""
    across, down = shift[0] / COLUMNS, shift[1] / ROWS
    if max(abs(across), abs(down)) > FAR:
        return ANOTHER_VIEW
    parts = [
        f"{abs(across):.0%} to the {'right' if across > 0 else 'left'}" if across else "",
        f"{abs(down):.0%} {'down' if down > 0 else 'up'}" if down else "",
    ]
    return "what the camera shows has shifted by " + " and ".join(part for part in parts if part)
