"""How people move through a scene: the engine makes it, figures are posed by it, truth is read off it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

TICKS = 24  # a second: a multiple of every frame rate that clips may have (8 and 12)


class Doing(IntEnum):
    """What somebody is about; it sets arms and head, not the place."""

    WALK = 0  # on the way; stands when the place does not change
    RUN = 1
    WAIT = 2  # stands: in a queue, for somebody, on a line
    PHONE = 3  # stands or strolls, looking into a phone
    BROWSE = 4  # looks at goods, one hand out now and then
    WATCH = 5  # looks at the screen
    PAY = 6  # at the till, one arm forward
    SERVE = 7  # staff behind the counter, both arms forward
    CHAT = 8  # talks to a companion, hands move a little
    PUSH = 9  # both hands on a pram, trolley or wheelchair
    SIT = 10  # in a wheelchair


@dataclass(frozen=True, slots=True)
class Track:
    """One visit of one person to the scene, tick by tick.

    Attributes:
        id: from 1, unique within the scene.
        person: the cast member's id.
        first: the tick of the first row.
        place: (n, 2) metres; smooth; no step is longer than a runner's.
        heading: (n,) radians, where the body looks; unwrapped, no jumps.
        gaze: (n, 3) metres, the point that is looked at.
        doing: (n,) of Doing, uint8.
        pushes: pram, wheelchair, trolley or empty.
        pushed_by: the track that pushes this one; 0: nobody.
        group: those who came together share it, from 1; 0: alone.
    """

    id: int
    person: str
    first: int
    place: NDArray[np.float64]
    heading: NDArray[np.float64]
    gaze: NDArray[np.float64]
    doing: NDArray[np.uint8]
    pushes: str = ""
    pushed_by: int = 0
    group: int = 0

    @property
    def end(self) -> int:
        """The tick after the last row."""
        return self.first + len(self.place)
