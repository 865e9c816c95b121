"""Who shows no feet all the time, as behind a counter: placed by the head.

On a flat floor a body's height in the picture, divided by how far its feet lie below the horizon, is the same wherever
it stands: about its own height ÷ the camera's. Who is of the usual height is placed by the head alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from galleria.domain.floor import Floor
from galleria.domain.geometry import Box

Points = list[tuple[float, float, float]]

# Width ÷ height: of whole bodies it is less, of upper halves more.
WHOLE, HALF = 0.42, 0.45
# Whose height is at most this share of the usual one, and who is as wide as a half, is a half; children are narrow.
SHORT = 0.75
# Tracks that were whole, of which the usual height is told, and of how many at least.
_KEPT, _LEAST = 200, 5
# A camera no higher than heads cannot tell by them where feet are.
_LOW = 0.9
# A box nearer than this to the picture's border may be cut by it.
_BORDER = 0.01


@dataclass(slots=True)
class Heads:
    """Knows how tall people are before one camera.

    Attributes:
        floor: the camera's.
        aspect: width / height of the picture.
    """

    floor: Floor
    aspect: float
    _usual: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def placed(self, points: Points, boxes: Sequence[Box]) -> Points:
        """The points of a track that is over, moved to where its feet were if it never showed them.

        Args:
            points: time, and the anchor of each box.
            boxes: of the points.
        """
        tall = [self._tall(box) for box in boxes if box.top > _BORDER and box.bottom < 1 - _BORDER]
        if not tall:
            return points
        wide, own = float(np.median([box.width * self.aspect / box.height for box in boxes])), float(np.median(tall))
        if wide < WHOLE:
            self._usual.append(own)
        if wide < HALF or len(self._usual) < _LEAST:
            return points
        usual = float(np.median(self._usual))
        if not 0 < own < SHORT * usual or usual > _LOW:
            return points
        return [
            (time, x, (box.top - usual * self.floor.horizon(x)) / (1 - usual))
            for (time, x, _), box in zip(points, boxes, strict=True)
        ]

    def _tall(self, box: Box) -> float:
        feet = box.feet
        return box.height / max(feet.y - self.floor.horizon(feet.x), 1e-9)
