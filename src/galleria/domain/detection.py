"""What a detector saw in one frame: a struct of arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Detections:
    """Boxes of people in one frame.

    Attributes:
        boxes: (n, 4) left, top, right, bottom, normalised to [0,1].
        scores: (n,) detector scores in [0,1].
    """

    boxes: Floats
    scores: Floats

    def __post_init__(self) -> None:
        if self.boxes.shape != (len(self.scores), 4):
            problem = f"{self.boxes.shape} boxes with {self.scores.shape} scores"
            raise ValueError(problem)

    def __len__(self) -> int:
        return len(self.scores)

    @staticmethod
    def none() -> Detections:
        return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32))

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Detections:
        """The detections that a mask or an index array picks."""
        return Detections(self.boxes[keep], self.scores[keep])
