"""What has been carried over to the graphics side already, kept for the next frame."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Figure, Part

from .figures import Model

Array = NDArray[np.float64]
_MOST = 40  # models at a time
_WIDEST = 1024  # pixels of a texture: more is never seen from a ceiling


@dataclass(frozen=True, slots=True)
class Actor:
    """A figure in a pose: skinning matrices (b, 4, 4) into the world."""

    figure: Figure
    matrices: Array

    @property
    def parts(self) -> tuple[Part, ...]:
        return self.figure.parts

    @property
    def textures(self) -> Mapping[str, NDArray[np.uint8]]:
        return self.figure.textures


@dataclass(frozen=True, slots=True)
class Prop:
    """A rigid thing: its parts, all on bone 0, and where it stands, (4, 4)."""

    parts: tuple[Part, ...]
    place: Array
    textures: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)

    @property
    def matrices(self) -> Array:
        return np.asarray(self.place, dtype=np.float64)[None]


class Stock:
    """Models by their parts; the one unused for longest makes room."""

    def __init__(self) -> None:
        self._models: OrderedDict[int, tuple[tuple[Part, ...], Model]] = OrderedDict()

    def model(self, thing: Actor | Prop) -> Model:
        """The model of a figure or a prop: made at its first use. The parts' tuple is what it is known by."""
        key = id(thing.parts)
        if key not in self._models:
            small = {name: _fitting(picture) for name, picture in thing.textures.items()}
            self._models[key] = (thing.parts, Model(thing.parts, small))
            if len(self._models) > _MOST:
                _, (_, oldest) = self._models.popitem(last=False)
                oldest.release()
        self._models.move_to_end(key)
        return self._models[key][1]


def _fitting(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A texture halved until it is not wider than is ever seen."""
    while max(picture.shape[:2]) > _WIDEST and not (picture.shape[0] % 2 or picture.shape[1] % 2):
        high, wide = picture.shape[0] // 2, picture.shape[1] // 2
        picture = np.rint(picture.reshape(high, 2, wide, 2, -1).mean((1, 3))).astype(np.uint8)
    return picture
