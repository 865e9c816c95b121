"""One camera films one scene: frame by frame, with whatever is wrong with the camera."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mall.domain.lens import VIEWS
from mall.domain.person import Person
from mall.domain.scene import KNOCK, Light, Played, Scene, Wrong
from mall.plates import ensure
from mall.render.plate import load_plate
from mall.render.renderer import Renderer
from mall.render.sensor import black_frame
from mall.render.stock import Actor, Prop
from mall.stage import Stage, Standing

Frame = NDArray[np.uint8]


def plates_of(scenes: Sequence[Scene]) -> list[tuple[str, Light, bool]]:
    """The plates that scenes need: view, light, and whether the camera was moved."""
    wanted = {(camera, scene.light, False) for scene in scenes for camera in scene.cameras}
    wanted |= {(f.camera, scene.light, True) for scene in scenes for f in scene.faults if f.wrong is Wrong.MOVED}
    return sorted(wanted)


class Shoot:
    """Films a scene with one of its cameras.

    Args:
        played: the scene.
        people: the cast.
        camera: the view's name.
    """

    def __init__(self, played: Played, people: Sequence[Person], camera: str) -> None:
        self._stage, self._scene, self._camera = Stage(played, people), played.scene, camera
        self._renderers: dict[bool, Renderer] = {}

    def frames(self) -> Iterator[tuple[int, Frame]]:
        """Number and picture (432, 768, 3) RGB of every frame that the recorder got; dropped ones are left out."""
        last: Frame | None = None
        for number in range(self._scene.frames):
            wrong = self._scene.fault(self._camera, number / self._scene.fps)
            if wrong is Wrong.DROPPED:
                continue
            if wrong is Wrong.BLACK:
                yield number, black_frame(number)
                continue
            if last is None or wrong is not Wrong.FROZEN:
                last = self._draw(number, moved=wrong is Wrong.MOVED)
            yield number, last

    def _draw(self, number: int, *, moved: bool) -> Frame:
        standing = self._stage.standing(self._scene.tick(number))
        return self._renderer(moved=moved).frame([_actor(one) for one in standing], number)

    def _renderer(self, *, moved: bool) -> Renderer:
        if moved not in self._renderers:
            plate = load_plate(ensure(self._camera, self._scene.light, moved=moved))
            view = VIEWS[self._camera].moved(*KNOCK) if moved else VIEWS[self._camera]
            self._renderers[moved] = Renderer(view, plate, self._scene.light)
        return self._renderers[moved]


def _actor(one: Standing) -> Actor:
    return Actor(one.figure, one.matrices, Prop(one.prop, one.prop_place) if one.prop else None)
