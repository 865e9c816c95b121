"""The stage: a scene with its cast in the round, so that drawing and truth see the same people at the same places."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mall.body.figure import make_figure
from mall.body.pose import Poses, poses_of
from mall.domain.figure import Figure
from mall.domain.motion import Doing, Track
from mall.domain.person import Person
from mall.domain.scene import Played

Matrix = NDArray[np.float64]
ARM = 0.45  # metres from a pusher's middle to the handle, where a prop's own frame begins
SEAT = 0.42  # metres from a wheelchair's handle to the middle of its seat


@dataclass(frozen=True, slots=True)
class Standing:
    """One person on the stage at one tick.

    Attributes:
        matrices: (b, 4, 4) float64, rest pose to world, by bone.
        prop: what is pushed or sat in, by kind; empty: nothing.
        prop_place: (4, 4) float64, the prop's own frame to world.
    """

    track: Track
    figure: Figure
    matrices: Matrix
    prop: str
    prop_place: Matrix


class Stage:
    """Everybody in a scene, posed.

    Args:
        played: the scene.
        people: the cast, from which those in the scene are made.
    """

    def __init__(self, played: Played, people: Sequence[Person]) -> None:
        self._people = {person.id: person for person in people}
        self.played = played
        self.figures = {name: make_figure(self._people[name]) for name in sorted({t.person for t in played.tracks})}
        self._poses: dict[int, Poses] = {}

    def standing(self, tick: int) -> Iterator[Standing]:
        """Everybody who is in the scene at a tick, in the order of their tracks."""
        for track in self.played.tracks:
            if track.first <= tick < track.end:
                yield self._stand(track, tick)

    def _stand(self, track: Track, tick: int) -> Standing:
        figure = self.figures[track.person]
        if track.id not in self._poses:
            self._poses[track.id] = poses_of(self._people[track.person], figure, track)
        row = tick - track.first
        kind = "" if track.pushed_by and not _sits(track, row) else track.pushes
        return Standing(track, figure, self._poses[track.id].at(tick), kind, _place(track, row))


def _sits(track: Track, row: int) -> bool:
    return int(track.doing[row]) == Doing.SIT


def _place(track: Track, row: int) -> Matrix:
    """Where a prop is: around who sits in it, or an arm ahead of who pushes it."""
    turn, ahead = float(track.heading[row]), -SEAT if _sits(track, row) else ARM
    place = np.eye(4)
    place[:2, :2] = [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    place[:2, 3] = track.place[row] + ahead * np.array([math.cos(turn), math.sin(turn)])
    return place
