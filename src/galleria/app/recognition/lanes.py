"""Cameras with a face step, and what each has added up in its epoch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.site import Camera
from galleria.domain.tally import Tally
from galleria.runtime.clothing import ClothingStep
from galleria.runtime.face_facts import Need
from galleria.runtime.faces import FaceStep, FaceTools

from .tallying import Tallying

_NEEDS = {
    **dict.fromkeys((Purpose.UNIQUE, Purpose.RETURNING, Purpose.MEMBERS), Need(templates=True)),
    Purpose.DEMOGRAPHICS: Need(attributes=True),
    Purpose.EXPERIENCE: Need(expressions=True),
    Purpose.AUDIENCE: Need(attention=True),
}


def need_of(purposes: Iterable[Purpose]) -> Need:
    """What purposes need of faces."""
    need = Need()
    for purpose in purposes:
        need |= _NEEDS.get(purpose, Need())
    return need


@dataclass(slots=True)
class Lane:
    """One camera's.

    Attributes:
        time: capture time of its newest frame.
        minors: tracks of likely minors: they are nobody's, whatever they wear.
    """

    step: FaceStep
    tools: FaceTools
    need: Need
    tallying: Tallying
    time: float = 0.0
    clothing: ClothingStep = field(default_factory=ClothingStep)
    minors: set[int] = field(default_factory=set)


class Lanes:
    """Of one site. Used by one thread."""

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}
        # They outlive steps: what an epoch has counted so far takes the place of what it had counted before.
        self._tallying: dict[str, Tallying] = {}
        self._ended: list[Tally] = []

    def __getitem__(self, camera: str) -> Lane:
        return self._lanes[camera]

    def __contains__(self, camera: str) -> bool:
        return camera in self._lanes

    def lane(
        self, camera: Camera, origin: Origin, need: Need, tools: FaceTools, years: tuple[float, float]
    ) -> Lane:  # fmt: skip
        """The lane of a camera; one with a new step where something else is needed, or may be looked at."""
        tallying = self._tallying[camera.id] = self._tallied(camera, origin, years)
        lane = self._lanes.get(camera.id)
        if lane is None or lane.tools is not tools or lane.need != need or lane.step.camera.lane != camera.lane:
            lane = self._lanes[camera.id] = Lane(FaceStep(camera, tools, need), tools, need, tallying)
        lane.step.camera, lane.tallying = camera, tallying
        return lane

    def drop(self, camera: str) -> None:
        """End a camera's step without making anything of what it still holds: it may not any more."""
        if self._lanes.pop(camera, None):
            self._tallying[camera].stopped()

    def drop_others(self, needs: Mapping[str, Need]) -> None:
        """End the steps of cameras that need something else now."""
        for camera in [camera for camera, lane in self._lanes.items() if lane.need != needs.get(camera)]:
            self.drop(camera)

    def close(self, camera: str) -> None:
        """A camera's epoch ended."""
        self._lanes.pop(camera, None)
        if tallying := self._tallying.pop(camera, None):
            self._ended += tallying.take()

    def tallies(self) -> list[Tally]:
        """What was counted since the last time."""
        ended, self._ended = self._ended, []
        return ended + [tally for one in self._tallying.values() for tally in one.take()]

    def _tallied(self, camera: Camera, origin: Origin, years: tuple[float, float]) -> Tallying:
        tallying = self._tallying.get(camera.id)
        if tallying is None:
            return Tallying(origin, camera, years)
        if tallying.origin != origin:
            self._ended += tallying.take()
            return tallying.renewed(origin, camera, years)
        tallying.camera, tallying.years = camera, years
        return tallying
