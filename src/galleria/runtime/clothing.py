"""What tracks wear, within one visit: what bridges a track without a usable face to one that was recognised.

Colours only, in memory, for seconds to minutes; never kept, never compared across visits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from galleria.domain.frame import Picture, Pixels
from galleria.domain.geometry import Box
from galleria.domain.track import TrackState
from galleria.identity.clothes import Look as Clothes
from galleria.identity.clothes import look_of

from .look import Look

EVERY = 0.7  # seconds between two looks at what a track wears
ENOUGH = 8  # looks of a track, its first and its last; more change nothing
# Bodies lower than this, pixels, or hidden by so much, tell too little.
LEAST_BODY, HIDDEN = 96, 0.15
_TALL = 64  # pixels: a body is looked at no larger


@dataclass(frozen=True, slots=True)
class Worn:
    """What a track that ended wore.

    Attributes:
        begin: when it was first followed, capture time, seconds since 1970-01-01 UTC; likewise `end`, last.
        clothes: of all looks; None: it was never seen well enough.
    """

    track: int
    begin: float
    end: float
    clothes: Clothes | None = field(repr=False)


@dataclass(slots=True)
class _Known:
    begin: float
    end: float
    due: float = float("-inf")
    looks: list[Clothes] = field(default_factory=list)


class ClothingStep:
    """Looks at what tracks of one epoch of one camera wear. Used by one thread."""

    def __init__(self) -> None:
        self._tracks: dict[int, _Known] = {}

    def look(self, look: Look) -> list[Worn]:
        """Take a look that was searched and followed; tracks that ended with it."""
        frame = look.frame
        if frame is None or look.blind:
            return self.end()
        gone: list[Worn] = []
        present: dict[int, Box] = {}
        for update in look.updates:
            if update.state is TrackState.ENDED:
                gone += self._left(update.track)
            elif update.points:
                known = self._tracks.setdefault(update.track, _Known(update.points[0].time, frame.time))
                known.end = update.points[-1].time
                if known.end == frame.time:
                    present[update.track] = update.points[-1].box
        self._see(frame.time, frame.picture, present)
        return gone

    def end(self) -> list[Worn]:
        """Nobody is followed any more."""
        return [one for track in list(self._tracks) for one in self._left(track)]

    def _left(self, track: int) -> list[Worn]:
        known = self._tracks.pop(track, None)
        if known is None:
            return []
        return [Worn(track, known.begin, known.end, mean_of(known.looks))]

    def _see(self, time: float, picture: Picture, present: Mapping[int, Box]) -> None:
        pixels: Pixels | None = None
        for track, box in present.items():
            known = self._tracks[track]
            if time < known.due or box.height * picture.height < LEAST_BODY or _hidden(track, box, present):
                continue
            known.due = time + EVERY
            if pixels is None:
                scale = min(1.0, _TALL / (box.height * picture.height))
                wide, high = max(16, round(picture.width * scale)), max(16, round(picture.height * scale))
                pixels = picture.bgr(wide, high)
            body = _cut(pixels, box)
            if body is not None:
                known.looks = [*known.looks[: ENOUGH // 2], *known.looks[ENOUGH // 2 :][-(ENOUGH // 2 - 1) :], body]


def mean_of(looks: list[Clothes]) -> Clothes | None:
    """One look of several."""
    return Clothes(np.mean([one.stripes for one in looks], axis=0)) if looks else None


def _cut(pixels: Pixels, box: Box) -> Clothes | None:
    high, wide = pixels.shape[:2]
    body = pixels[
        max(0, int(box.top * high)) : int(box.bottom * high), max(0, int(box.left * wide)) : int(box.right * wide)
    ]
    return look_of(body[..., ::-1]) if body.shape[0] >= 8 and body.shape[1] >= 4 else None  # noqa: PLR2004


def _hidden(track: int, box: Box, present: Mapping[int, Box]) -> bool:
    """Whether somebody else is in a good part of the box."""
    others = (one for other, one in present.items() if other != track)
    return any(_common(box, one) > HIDDEN * box.width * box.height for one in others)


def _common(a: Box, b: Box) -> float:
    wide, high = min(a.right, b.right) - max(a.left, b.left), min(a.bottom, b.bottom) - max(a.top, b.top)
    return max(0.0, wide) * max(0.0, high)
