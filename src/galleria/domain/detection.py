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
        worn: (n, stripes, bins) what each body wears, from head to foot: square roots of shares of colours; a stripe's
            length is the share of it that was seen. None: nobody looked.
    """

    boxes: Floats
    scores: Floats
    worn: Floats | None = None

    def __post_init__(self) -> None:
        if self.boxes.shape != (len(self.scores), 4):
            problem = f"{self.boxes.shape} boxes with {self.scores.shape} scores"
            raise ValueError(problem)
        if self.worn is not None and len(self.worn) != len(self.scores):
            problem = f"what {len(self.worn)} bodies wear, with {len(self.scores)} scores"
            raise ValueError(problem)

    def __len__(self) -> int:
        return len(self.scores)

    @staticmethod
    def none() -> Detections:
        return Detections(np.zeros((0, 4), np.float32), np.zeros(0, np.float32))

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Detections:
        """The detections that a mask or an index array picks."""
        return Detections(self.boxes[keep], self.scores[keep], None if self.worn is None else self.worn[keep])
