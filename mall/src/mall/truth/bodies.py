"""Where bodies are: points on their outside and their faces, for boxes and for who hides whom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mall.domain.motion import Doing, Track
from mall.domain.person import Person
from mall.domain.scene import Played

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FaceShape:
    """A face in the world.

    Attributes:
        outline: (k, 3) metres.
        centre: (3,), between the eyes.
        turn: (3, 3), columns are ahead, left and up of the head.
    """

    outline: Array
    centre: Array
    turn: Array


@dataclass(frozen=True, slots=True)
class Shape:
    """Somebody at one tick.

    Attributes:
        points: (k, 3) on the outside, metres.
        prop: (j, 3) on the outside of what is pushed or sat in; it hides others, and belongs to no box.
    """

    track: Track
    points: Array
    face: FaceShape
    prop: Array


class Bodies(Protocol):
    """Says where everybody's body is at a tick."""

    def shapes(self, tick: int) -> list[Shape]: ...


NO_PROP = np.zeros((0, 3))
# What a prop hides, in its own frame, looking along x: x0, y0, z0, x1, y1, z1.
_BULK = {
    "pram": (0.05, -0.28, 0.35, 0.85, 0.28, 1.0),
    "trolley": (0.05, -0.27, 0.3, 0.9, 0.27, 1.0),
    "wheelchair": (-0.3, -0.24, 0.4, -0.2, 0.24, 0.95),
}


def prop_points(kind: str, place: Array) -> Array:
    """Points (j, 3) on the outside of a prop; none for one that hides nothing.

    Args:
        kind: pram, wheelchair, trolley or empty.
        place: (4, 4), the prop's own frame to world.
    """
    if kind not in _BULK:
        return NO_PROP
    x0, y0, z0, x1, y1, z1 = _BULK[kind]
    low, high = np.array((x0, y0, z0)), np.array((x1, y1, z1))
    grid = np.stack(np.meshgrid(*([np.linspace(0.0, 1.0, 9)] * 3), indexing="ij"), -1).reshape(-1, 3)
    shell = low + (high - low) * grid[((grid == 0) | (grid == 1)).any(1)]
    return np.asarray(np.einsum("ij,nj->ni", place[:3, :3], shell) + place[:3, 3])


class Columns:
    """Stand-ins without a mesh: an upright column with a head, as tall as the person.

    Fast, and exact enough for geometry: what tests of lines, faces and occlusion need, and nothing to draw.

    Args:
        played: the scene.
        people: the cast; others are adults of average height.
    """

    def __init__(self, played: Played, people: Sequence[Person] = ()) -> None:
        self._played = played
        self._heights = {person.id: stature(person) for person in people}

    def shapes(self, tick: int) -> list[Shape]:
        """Everybody who is in the scene at a tick, in the order of their tracks."""
        here = (track for track in self._played.tracks if track.first <= tick < track.end)
        return [column(track, tick, self._heights.get(track.person, AVERAGE)) for track in here]


AVERAGE = 1.72  # metres
_GROWN = 17  # years
_BIRTH = 0.75  # metres, at one year


def stature(person: Person) -> float:
    """About how tall somebody is, metres."""
    build = person.build
    grown = 1.62 + 0.13 * build.male + 0.3 * (build.height - 0.5)
    share = min(1.0, max(0.0, (build.years - 1) / (_GROWN - 1)))
    return _BIRTH + (grown - _BIRTH) * share


def column(track: Track, tick: int, height: float = AVERAGE) -> Shape:
    """The stand-in of one person at one tick, `height` metres tall."""
    row = tick - track.first
    if int(track.doing[row]) == Doing.SIT:
        height *= 0.77
    heading = float(track.heading[row])
    head = np.array([*track.place[row], height - 0.12])
    around = np.linspace(0.0, 2 * math.pi, 16, endpoint=False)
    heights = np.linspace(0.0, height, 24)
    # Broad at the shoulders, narrow at head and feet.
    wide = np.interp(heights / height, (0.0, 0.3, 0.55, 0.8, 0.86, 0.9, 1.0), (0.11, 0.13, 0.2, 0.23, 0.08, 0.1, 0.07))
    ring = np.stack([np.cos(around) * 0.6, np.sin(around), np.zeros(16)], -1)
    local = (wide[:, None, None] * ring[None]) + heights[:, None, None] * np.array([0.0, 0.0, 1.0])
    points = _turned(local.reshape(-1, 3), heading) + np.array([*track.place[row], 0.0])
    gaze = track.gaze[row] - head
    return Shape(track, points, _face(head, gaze), NO_PROP)


def _face(head: Array, gaze: Array) -> FaceShape:
    ahead = gaze / max(float((gaze * gaze).sum()) ** 0.5, 1e-9)
    left = np.array([-ahead[1], ahead[0], 0.0])
    left = left / max(float((left * left).sum()) ** 0.5, 1e-9)
    turn = np.stack([ahead, left, np.cross(ahead, left)], -1)
    spots = [(0.09, y, z) for y in (-0.065, 0.0, 0.065) for z in (-0.11, 0.0, 0.09)]
    outline = np.einsum("ij,nj->ni", turn, np.array(spots)) + head
    return FaceShape(outline, head, turn)


def _turned(points: Array, heading: float) -> Array:
    c, s = math.cos(heading), math.sin(heading)
    x, y = points[:, 0], points[:, 1]
    return np.stack([c * x - s * y, s * x + c * y, points[:, 2]], -1)
