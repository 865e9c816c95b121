"""The frames of a clip, and the rows of all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mall.domain.lens import View
from mall.domain.person import Person
from mall.domain.scene import Played, Scene, Wrong

from .bodies import Bodies
from .rows import Row, rows_of

Told = Callable[[int, int], None]  # frames done, of
BLIND = frozenset({Wrong.BLACK, Wrong.FROZEN, Wrong.DROPPED})


class Taken(NamedTuple):
    """A picture that a camera recorded.

    Attributes:
        number: of the scene's frame: its time is number / fps.
        frame: of the picture in the clip; less where frames are missing before it.
        view: how the camera hung; None: it showed nothing that is there (black, frozen).
    """

    number: int
    frame: int
    view: View | None


def frames_of(scene: Scene, camera: str) -> list[Taken]:
    """Every picture that is in a camera's clip."""
    taken: list[Taken] = []
    for number in range(scene.frames):
        wrong = scene.fault(camera, number / scene.fps)
        if wrong is not Wrong.DROPPED:
            view = None if wrong in BLIND else scene.view(camera, number / scene.fps)
            taken.append(Taken(number, len(taken), view))
    return taken


def rows_by_camera(
    played: Played, people: Sequence[Person], bodies: Bodies, cameras: Sequence[str], told: Told | None = None
) -> dict[str, list[Row]]:
    """The rows of several cameras' clips; everybody is posed once a frame.

    Args:
        played: the scene.
        people: the cast.
        bodies: where everybody's body is.
        cameras: of the scene.
        told: is told of progress.
    """
    scene, by_id = played.scene, {person.id: person for person in people}
    taken = {camera: {one.number: one for one in frames_of(scene, camera)} for camera in cameras}
    rows: dict[str, list[Row]] = {camera: [] for camera in cameras}
    for number in range(scene.frames):
        tick = scene.tick(number)
        shapes = bodies.shapes(tick)
        for camera in cameras:
            one = taken[camera].get(number)
            if one is not None and one.view is not None:
                rows[camera] += rows_of(one.view, shapes, by_id, one.frame, number / scene.fps, tick)
        if told:
            told(number + 1, scene.frames)
    return rows
