"""What has been carried over to the graphics side already, kept for the next frame."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Figure, Part

from .figures import Model

Array = NDArray[np.float64]
_MOST = 40  # models at a time
_WIDEST = 1024  # pixels of a texture: more is never seen from a ceiling


@dataclass(frozen=True, slots=True)
class Thing:
    """Parts in a pose: skinning matrices (b, 4, 4) into the world, one for a rigid thing."""

    parts: tuple[Part, ...]
    matrices: Array
    textures: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prop:
    """What is pushed or sat in: a kind that `mall.body.props` knows, and where it stands, (4, 4)."""

    kind: str
    place: Array


@dataclass(frozen=True, slots=True)
class Actor:
    """A figure in a pose, skinning matrices (b, 4, 4) into the world, with what it pushes."""

    figure: Figure
    matrices: Array
    prop: Prop | None = None


def things(actors: Sequence[Actor | Prop | Thing]) -> list[Thing]:
    """All there is to draw: figures, and the parts of props."""
    out = []
    for actor in actors:
        if isinstance(actor, Thing):
            out.append(actor)
            continue
        if isinstance(actor, Actor):
            out.append(Thing(actor.figure.parts, actor.matrices, actor.figure.textures))
        prop = actor if isinstance(actor, Prop) else actor.prop
        if prop is not None:
            out.append(Thing(_parts_of(prop.kind), np.asarray(prop.place, dtype=np.float64)[None]))
    return out


@cache
def _parts_of(kind: str) -> tuple[Part, ...]:
    from mall.body.props import prop  # noqa: PLC0415 - figures alone are drawn without it

    return tuple(prop(kind))


class Stock:
    """Models by their parts; the one unused for longest makes room."""

    def __init__(self) -> None:
        self._models: OrderedDict[tuple[int, int], tuple[tuple[Part, ...], Model]] = OrderedDict()

    def model(self, thing: Thing, again: int = 0) -> Model:
        """The model of a thing: made at its first use. The parts' tuple is what it is known by.

        Args:
            thing: what is drawn.
            again: how many of the same stand in the frame already: each needs buffers of its own.
        """
        key = (id(thing.parts), again)
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
