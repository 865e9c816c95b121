"""A scene: what is to happen, before which cameras, in which light, and what is wrong with the cameras."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .lens import VIEWS, View
from .motion import TICKS, Track

KNOCK = (7.0, 3.0)  # degrees right and down: how far a moved camera was turned


class Light(StrEnum):
    """The hour outside the glass front."""

    DAY = "day"
    DUSK = "dusk"


class Wrong(StrEnum):
    """What can be wrong with a camera."""

    BLACK = "black"
    FROZEN = "frozen"  # the last good picture is repeated
    MOVED = "moved"  # knocked: it looks elsewhere from then on
    DROPPED = "dropped"  # frames are missing: their times are not in the clip


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a camera from `begin` to `end`, seconds."""

    camera: str
    wrong: Wrong
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Scene:
    """One stretch of time in the mall.

    Attributes:
        id: a short word; names its folder.
        start: aware, the mall's local time.
        fps: frames a second of its clips; divides TICKS.
        recipe: the name of the recipe in `mall.scenario.recipes` that fills it.
    """

    id: str
    title: str
    seed: int
    start: datetime
    seconds: float
    cameras: tuple[str, ...]
    recipe: str
    fps: int = 8
    light: Light = Light.DAY
    faults: tuple[Fault, ...] = ()

    @property
    def frames(self) -> int:
        return round(self.seconds * self.fps)

    def tick(self, frame: int) -> int:
        """The tick at which a frame is taken."""
        return frame * TICKS // self.fps

    def fault(self, camera: str, time: float) -> Wrong | None:
        """What is wrong with a camera at a time, seconds; None when it sees."""
        wrongs = (f.wrong for f in self.faults if f.camera == camera and f.begin <= time < f.end)
        return next(wrongs, None)

    def view(self, camera: str, time: float) -> View:
        """How a camera hangs at a time, seconds: elsewhere once it has been moved."""
        return VIEWS[camera].moved(*KNOCK) if self.fault(camera, time) is Wrong.MOVED else VIEWS[camera]


@dataclass(frozen=True, slots=True)
class Waited:
    """One customer's time in the queue, seconds: served is None for those who gave up at `left`."""

    track: int
    joined: float
    served: float | None
    left: float


@dataclass(frozen=True, slots=True)
class Played:
    """A scene after it was played: everybody's motion, and what only the engine knows.

    Attributes:
        tracks: by id.
        waits: the queue's customers in the order in which they joined.
        watched: (track, begin, end), seconds: when somebody stood and looked at the screen.
        routes: by track, the names of the places that were gone through: entrance, corridor, shop-a, till, …
    """

    scene: Scene
    tracks: tuple[Track, ...]
    waits: tuple[Waited, ...] = ()
    watched: tuple[tuple[int, float, float], ...] = ()
    routes: dict[int, tuple[str, ...]] = field(default_factory=dict)
