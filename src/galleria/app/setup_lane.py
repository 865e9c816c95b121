"""A camera's lane, which two people sign: whether a drawn one is another, and what saving another one ends."""

from __future__ import annotations

from dataclasses import dataclass

from galleria.domain.geometry import Polygon
from galleria.domain.purpose import FACELESS_PURPOSES, Purpose

from .purpose_status import Status

# Shares of the picture. A page rounds what it is shown and sends it back: that is no other lane, and ends nothing.
_ROUNDED = 1e-5


@dataclass(frozen=True, slots=True)
class Resting:
    """What is signed and rests on a camera's lane.

    Attributes:
        purposes: that end when the lane is another one.
        elsewhere: ids of the other cameras that they end at too: a declaration is signed whole.
    """

    purposes: tuple[Purpose, ...]
    elsewhere: tuple[str, ...]


def same_lane(one: Polygon | None, other: Polygon | None) -> bool:
    """Whether two lanes differ in nothing but rounding; None: there is none."""
    if one is None or other is None:
        return one is other
    pairs = list(zip(one.corners, other.corners, strict=False))
    near = all(abs(a.x - b.x) <= _ROUNDED and abs(a.y - b.y) <= _ROUNDED for a, b in pairs)
    return near and len(one.corners) == len(other.corners)


def resting_on_lane(status: Status, camera: str) -> Resting | None:
    """What somebody signed for a camera whose faces are looked at; None: nothing, its lane is free.

    Args:
        status: of all purposes.
        camera: its id.
    """
    found = [
        (one.purpose, one.declaration.cameras)
        for one in status.purposes
        if one.declaration and one.signed and one.purpose not in FACELESS_PURPOSES and camera in one.declaration.cameras
    ]
    if not found:
        return None
    elsewhere = dict.fromkeys(each for _, cameras in found for each in cameras if each != camera)
    return Resting(tuple(purpose for purpose, _ in found), tuple(elsewhere))
