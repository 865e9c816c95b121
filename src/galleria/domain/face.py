"""Faces in a picture, and what a face network makes of one. Neither leaves, in the open, the process that made it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .detection import Floats

POINTS = 5  # of a face: the eye at the left of the picture, the other, nose, corners of the mouth likewise


@dataclass(frozen=True, slots=True)
class Faces:
    """Faces of one picture.

    Attributes:
        boxes: (n, 4) left, top, right, bottom, normalised to [0,1]; may reach over the picture's edge.
        points: (n, 5, 2) x and y, normalised likewise: eye at the picture's left, other eye, nose, corner of the mouth
            at the picture's left, other corner.
        scores: (n,) detector scores in [0,1].
    """

    boxes: Floats
    points: Floats
    scores: Floats

    def __post_init__(self) -> None:
        n = len(self.scores)
        if self.boxes.shape != (n, 4) or self.points.shape != (n, POINTS, 2):
            problem = f"{self.boxes.shape} boxes and {self.points.shape} points with {self.scores.shape} scores"
            raise ValueError(problem)

    def __len__(self) -> int:
        return len(self.scores)

    @staticmethod
    def none() -> Faces:
        return Faces(np.zeros((0, 4), np.float32), np.zeros((0, POINTS, 2), np.float32), np.zeros(0, np.float32))

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Faces:
        """The faces that a mask or an index array picks."""
        return Faces(self.boxes[keep], self.points[keep], self.scores[keep])


@dataclass(frozen=True, slots=True)
class Template:
    """What an embedder made of one or several shots of a face: a direction.

    Attributes:
        space: the template space, as the embedder's card names it; templates of two spaces are never compared.
        values: (d,) float32, of length 1. Never shown, logged or written in the open.
    """

    space: str
    values: Floats = field(repr=False)

    def __post_init__(self) -> None:
        if self.values.ndim != 1 or not np.isclose(np.linalg.norm(self.values), 1.0, atol=1e-3):
            problem = f"a template of shape {self.values.shape} whose length is not 1"
            raise ValueError(problem)
