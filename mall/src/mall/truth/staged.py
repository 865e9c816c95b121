"""The bodies of the cast in the round: the same figures in the same poses that are drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mall.body.rig import pose_points
from mall.domain.figure import Figure
from mall.stage import Stage, Standing

from .bodies import FaceShape, Shape, prop_points

HEAD_BONE = "head"


class Staged:
    """Bodies on a stage.

    Args:
        stage: everybody in the scene, posed.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def shapes(self, tick: int) -> list[Shape]:
        """Everybody who is in the scene at a tick, in the order of their tracks."""
        return [shape_of(one) for one in self._stage.standing(tick)]


def shape_of(one: Standing) -> Shape:
    """Hull, face and prop of somebody on the stage."""
    figure = one.figure
    points = pose_points(figure.hull, figure.hull_bones, figure.hull_weights, one.matrices)
    return Shape(one.track, points, face_of(figure, one.matrices), prop_points(one.prop, one.prop_place))


def face_of(figure: Figure, matrices: NDArray[np.float64]) -> FaceShape:
    """The face of a posed figure; it follows the head bone."""
    head = matrices[figure.skeleton.names.index(HEAD_BONE)]
    turn, move = head[:3, :3], head[:3, 3]
    outline = np.einsum("ij,nj->ni", turn, np.asarray(figure.face.outline, np.float64)) + move
    eyes = (figure.face.left_eye + figure.face.right_eye) / 2
    # In the rest pose the head looks along x, its left is y.
    return FaceShape(outline, np.einsum("ij,j->i", turn, eyes) + move, turn)
