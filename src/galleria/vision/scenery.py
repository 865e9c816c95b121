"""What stays the same from picture to picture of one camera: tripwires, zones, and where their labels go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from galleria.domain.geometry import Box
from galleria.domain.site import Camera, Tripwire, Zone

from . import ink
from .ink import XY, Ink

_MARKS = 64  # points of a tripwire that labels must not cover


class Words(NamedTuple):
    """A piece of a label: words, and before them a triangle that points somewhere (or a dot, or nothing)."""

    text: str
    colour: ink.Colour = ink.WHITE
    points: XY | None = None


class Scenery:
    """Draws one camera's tripwires and zones; shapes are made once, labels when their words change.

    Args:
        camera: whose they are.
        width: of the pictures, pixels.
        height: of the pictures, pixels.

    Attributes:
        unit: pixels that make one pixel of a picture 432 high; nothing shrinks below 0.8 of it.
        letters: height of text, pixels.
    """

    def __init__(self, camera: Camera, width: int, height: int) -> None:
        self._camera = camera
        self._size = (width, height)
        self.unit = max(0.8, min(width, height) / 432)
        self.letters = max(11, round(13 * self.unit))
        self._areas = [one for zone in camera.zones for one in self._zone(zone)]
        self._wires = [one for wire in camera.tripwires for one in self._wire(wire)]
        self._wired = [at for wire in camera.tripwires for at in self._along(wire)]
        self._made: dict[str, tuple[tuple[Words, ...], list[Ink]]] = {}
        self._places: dict[str, Box] = {}

    def areas(self) -> Iterable[Ink]:
        """The zones, to be drawn below everything else."""
        return self._areas

    def wires(self) -> Iterable[Ink]:
        """The tripwires with the arrow of their way in."""
        return self._wires

    def labels(self, counts: Mapping[str, tuple[int, int]], present: Mapping[str, int], corner: str) -> list[Ink]:
        """Names and numbers; those of a zone that `present` does not know are left out.

        Args:
            counts: in and out by tripwire id; 0 where absent.
            present: tracks by zone id.
            corner: text at the top left; nothing when empty.
        """
        inks: list[Ink] = []
        if corner:
            inks += self._label("corner", (Words(ink.legible(corner, "")),), lambda wide, high: [(wide / 2, high / 2)])
        for wire in self._camera.tripwires:
            came, went = counts.get(wire.id, (0, 0))
            nx, ny = self._way_in(wire)
            words = (
                Words(ink.legible(wire.name or wire.id, wire.id)),
                Words(f"in {came}", ink.IN, (nx, ny)),
                Words(f"out {went}", ink.OUT, (-nx, -ny)),
            )
            inks += self._label("wire " + wire.id, words, partial(self._beside, wire))
        for zone in self._camera.zones:
            name = Words(ink.legible(zone.name or zone.id, zone.id))
            now = [Words(str(present[zone.id]), ink.AREA, (0.0, 0.0))] if zone.id in present else []
            inks += self._label("zone " + zone.id, (name, *now), partial(self._edges, zone))
        return inks

    def _label(self, key: str, words: tuple[Words, ...], places: Callable[[float, float], list[XY]]) -> list[Ink]:
        if key in self._made and self._made[key][0] == words:
            return self._made[key][1]
        wide, high = self._measure(words)
        # A label stays where it was while it grows digit by digit, unless it comes to lie over another one.
        others = [box for name, box in self._places.items() if name != key]
        old = self._places.get(key)
        x, y = self._free(places(wide, high), wide, high, others)
        if old is not None and self._is_free(grown := Box(old.left, old.top, old.left + wide, old.bottom), others):
            x, y = grown.left, grown.top
        self._places[key] = Box(x, y, x + wide, y + high)
        self._made[key] = (words, self._write(words, (x, y), wide, high))
        return self._made[key][1]

    def _measure(self, words: tuple[Words, ...]) -> XY:
        unit = self.unit
        wide = sum(ink.text_size(w.text, self.letters) + (0 if w.points is None else 13 * unit) for w in words)
        return wide + 10 * unit * (len(words) - 1) + 16 * unit, self.letters + 10 * unit

    def _free(self, centres: list[XY], wide: float, high: float, others: list[Box]) -> XY:
        """Left and top at the first place where the label lies over nothing; at the first of all when there is none."""
        gap = 6 * self.unit
        fitted = [
            (
                max(gap, min(self._size[0] - wide - gap, x - wide / 2)),
                max(gap, min(self._size[1] - high - gap, y - high / 2)),
            )
            for x, y in centres
        ]
        boxes = [Box(x, y, x + wide, y + high) for x, y in fitted]
        return next((at for at, box in zip(fitted, boxes, strict=True) if self._is_free(box, others)), fitted[0])

    def _is_free(self, label: Box, others: list[Box]) -> bool:
        if label.right > self._size[0]:
            return False
        if any(label.left < x < label.right and label.top < y < label.bottom for x, y in self._wired):
            return False
        return all(
            label.left > o.right or label.right < o.left or label.top > o.bottom or label.bottom < o.top for o in others
        )

    def _write(self, words: tuple[Words, ...], at: XY, wide: float, high: float) -> list[Ink]:
        x, y, unit, size = *at, self.unit, self._size
        inks = [ink.pill(x, y, x + wide, y + high, size, ink.DARK, 0.74)]
        x, y = x + 8 * unit, y + high / 2
        for word in words:
            if word.points is not None:
                inks.append(self._pointer((x + 4 * unit, y), word.points, word.colour))
                x += 13 * unit
            inks.append(ink.text(word.text, (x, y), self.letters, size, ink.WHITE))
            x += ink.text_size(word.text, self.letters) + 10 * unit
        return inks

    def _pointer(self, at: XY, way: XY, colour: ink.Colour) -> Ink:
        (x, y), (dx, dy), r = at, way, 4.6 * self.unit
        if way == (0.0, 0.0):
            return ink.disc(at, r * 0.85, self._size, colour)
        tip, base = (x + dx * r, y + dy * r), (x - dx * r * 0.7, y - dy * r * 0.7)
        sides = [(base[0] - dy * r, base[1] + dx * r), (base[0] + dy * r, base[1] - dx * r)]
        return ink.area([tip, *sides], self._size, colour)

    def _ends(self, wire: Tripwire) -> tuple[XY, XY]:
        width, height = self._size
        a, b = wire.segment.a, wire.segment.b
        return (a.x * width, a.y * height), (b.x * width, b.y * height)

    def _along(self, wire: Tripwire) -> list[XY]:
        (ax, ay), (bx, by) = self._ends(wire)
        return [(ax + (bx - ax) * i / _MARKS, ay + (by - ay) * i / _MARKS) for i in range(_MARKS + 1)]

    def _way_in(self, wire: Tripwire) -> XY:
        """The unit vector, in pixels, of the way in: to the right-hand side of somebody walking from a to b."""
        (ax, ay), (bx, by) = self._ends(wire)
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1.0
        return -(by - ay) / length, (bx - ax) / length

    def _wire(self, wire: Tripwire) -> list[Ink]:
        a, b = self._ends(wire)
        nx, ny = self._way_in(wire)
        unit, size = self.unit, self._size
        middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
        tip = middle[0] + nx * 24 * unit, middle[1] + ny * 24 * unit
        neck = middle[0] + nx * 15 * unit, middle[1] + ny * 15 * unit
        broad = 7 * unit
        head = [tip, (neck[0] - ny * broad, neck[1] + nx * broad), (neck[0] + ny * broad, neck[1] - nx * broad)]
        return [
            ink.line([a, b], 5.5 * unit, size, ink.DARK, (0.4,)),
            ink.line([middle, neck], 5.5 * unit, size, ink.DARK, (0.4,)),
            ink.line([a, b], 2.8 * unit, size, ink.WHITE),
            ink.line([middle, neck], 2.8 * unit, size, ink.IN),
            ink.area(head, size, ink.IN),
            *(ink.disc(end, 4.2 * unit, size, ink.WHITE) for end in (a, b)),
        ]

    def _zone(self, zone: Zone) -> list[Ink]:
        corners = [(p.x * self._size[0], p.y * self._size[1]) for p in zone.polygon.corners]
        ring = [*corners, corners[0]]
        return [
            ink.area(corners, self._size, ink.AREA, 0.16),
            ink.line(ring, 3.6 * self.unit, self._size, ink.DARK, (0.3,)),
            ink.line(ring, 1.8 * self.unit, self._size, ink.AREA, (0.95,)),
        ]

    def _beside(self, wire: Tripwire, wide: float, high: float) -> list[XY]:
        """Centres for a tripwire's label, best first: behind the line, so that the arrow stays free."""
        (ax, ay), (bx, by) = self._ends(wire)
        nx, ny = self._way_in(wire)
        away = abs(nx) * wide / 2 + abs(ny) * high / 2 + 8 * self.unit
        shares = (0.12, 0.88, 0.3, 0.7) if ay > by else (0.88, 0.12, 0.7, 0.3)  # bodies' heads are rather at the top
        return [
            (ax + (bx - ax) * share - nx * side * away, ay + (by - ay) * share - ny * side * away)
            for side in (1, -1)
            for share in shares
        ]

    def _edges(self, zone: Zone, wide: float, high: float) -> list[XY]:  # noqa: ARG002
        """Centres for a zone's label, best first: on the middle of its edges, from the top down."""
        corners = [(p.x * self._size[0], p.y * self._size[1]) for p in zone.polygon.corners]
        middles = [((ax + bx) / 2, (ay + by) / 2) for (ax, ay), (bx, by) in pairwise([*corners, corners[0]])]
        return sorted(middles, key=lambda middle: (middle[1], middle[0]))
