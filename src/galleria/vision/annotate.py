"""Draws what was seen into pictures for people. Heads are blurred first, always: no picture leaves without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np
from PIL import Image

from galleria.domain.events import Crossing, Path
from galleria.domain.frame import Pixels
from galleria.domain.geometry import Box, Point
from galleria.domain.site import Camera

from . import ink
from .heads import blur_heads
from .ink import Colour, Ink
from .scenery import Scenery


class Body(NamedTuple):
    """A live track as it is drawn.

    Attributes:
        number: the track's.
        box: normalised.
        tail: the camera's anchor over the last seconds, normalised, oldest first.
    """

    number: int
    box: Box
    tail: Sequence[Point]


class Annotator:
    """Draws one camera's pictures.

    Args:
        camera: whose tripwires and zones are drawn.
        width: of the pictures, pixels.
        height: of the pictures, pixels.
    """

    def __init__(self, camera: Camera, width: int, height: int) -> None:
        self._camera = camera
        self._size = (width, height)
        self._scenery = Scenery(camera, width, height)
        self._unit = self._scenery.unit
        # Paths are of the camera's anchor: they do not pass where another anchor crosses.
        self._apart = {wire.id for wire in camera.tripwires if wire.anchor not in {None, camera.anchor}}

    def draw(
        self,
        pixels: Pixels,
        *,
        clock_text: str,
        heads: Sequence[Box],
        tracks: Sequence[tuple[int, Box, Sequence[Point]]],
        counts: Mapping[str, tuple[int, int]],
        present: Mapping[str, int],
    ) -> Pixels:
        """Draw one picture.

        Args:
            pixels: (height, width, 3), uint8, blue-green-red; not changed.
            clock_text: shown in the corner; nothing when empty.
            heads: boxes of everything that may be a body, also detections with low scores; of a picture that was
                not analysed those of the analysed ones before and after it.
            tracks: live tracks (see `Body`); their heads are blurred too.
            counts: in and out so far by tripwire id.
            present: tracks in it now by zone id.

        Returns:
            (height, width, 3), uint8, blue-green-red.
        """
        sheet = self._blurred(pixels, [*heads, *(box for _, box, _ in tracks)])
        inks = chain(
            self._scenery.areas(),
            chain.from_iterable(self._tail(number, tail) for number, _, tail in tracks),
            chain.from_iterable(self._frame(number, box) for number, box, _ in tracks),
            self._scenery.wires(),
            self._scenery.labels(counts, present, clock_text),
        )
        return _finished(sheet, inks)

    def still(
        self,
        pixels: Pixels,
        *,
        heads: Sequence[Box],
        paths: Sequence[Path],
        crossings: Sequence[Crossing],
        counts: Mapping[str, tuple[int, int]],
        caption: str = "",
    ) -> Pixels:
        """Draw the summary: all paths, where they crossed, and the totals.

        Args:
            pixels: the background, (height, width, 3), uint8, blue-green-red; not changed.
            heads: boxes of everything in the background that may be a body.
            paths: drawn as thin lines that grow clearer with time and take the colour of the last crossing.
            crossings: drawn as dots; those of no given path too.
            counts: in and out by tripwire id.
            caption: shown in the corner; nothing when empty.

        Returns:
            (height, width, 3), uint8, blue-green-red.
        """
        sheet = self._blurred(pixels, heads)
        # A quieter background, so that the lines speak.
        grey = Image.merge("RGB", [sheet.getchannel("G")] * 3)
        sheet = Image.blend(grey, sheet, 0.55).point([round(v * 0.62) for v in range(256)] * 3)
        crossed: dict[int, list[Crossing]] = {}
        for crossing in sorted(crossings, key=lambda one: one.time):
            crossed.setdefault(crossing.track, []).append(crossing)
        inks = chain(
            self._scenery.areas(),
            chain.from_iterable(self._path(path, crossed.get(path.track, []), len(paths)) for path in paths),
            self._scenery.wires(),
            chain.from_iterable(self._dot(crossing) for crossing in crossings),
            self._scenery.labels(counts, {}, caption),
        )
        return _finished(sheet, inks)

    def _blurred(self, pixels: Pixels, bodies: Sequence[Box]) -> Image.Image:
        expected = (self._size[1], self._size[0], 3)
        if pixels.shape != expected:
            problem = f"a picture of shape {pixels.shape} for an annotator of {expected}"
            raise ValueError(problem)
        return Image.fromarray(blur_heads(pixels, bodies))

    def _pixels(self, p: Point) -> ink.XY:
        return p.x * self._size[0], p.y * self._size[1]

    def _tail(self, number: int, tail: Sequence[Point]) -> list[Ink]:
        if len(tail) < 2:  # noqa: PLR2004
            return []
        way = ink.smooth([self._pixels(p) for p in tail])
        colour, unit = _colour(number), self._unit
        return [
            ink.line(way, 4.4 * unit, self._size, ink.DARK, (0.0, 0.35)),
            ink.line(way, 2.6 * unit, self._size, colour, (0.0, 0.9)),
            ink.disc(way[-1], 3.6 * unit, self._size, colour),
        ]

    def _frame(self, number: int, box: Box) -> list[Ink]:
        """Brackets at the corners and a tag with the number: they leave the body itself free to be seen."""
        width, height = self._size
        left, right = max(0.0, box.left) * width, min(1.0, box.right) * width
        top, bottom = max(0.0, box.top) * height, min(1.0, box.bottom) * height
        arm = min(right - left, bottom - top) * 0.28
        colour, unit = _colour(number), self._unit
        corners = [
            [(x, y + dy * arm), (x, y), (x + dx * arm, y)]
            for x, dx in ((left, 1), (right, -1))
            for y, dy in ((top, 1), (bottom, -1))
        ]
        inks = [ink.line(corner, 3.6 * unit, self._size, ink.DARK, (0.35,)) for corner in corners]
        inks += [ink.line(corner, 2.0 * unit, self._size, colour) for corner in corners]
        return inks + self._tag(str(number), left, top, colour)

    def _tag(self, words: str, left: float, top: float, colour: Colour) -> list[Ink]:
        letters, unit = self._scenery.letters, self._unit
        wide, high = ink.text_size(words, letters) + 9 * unit, letters + 5 * unit
        x = max(0.0, min(self._size[0] - wide, left - unit))
        y = max(0.0, top - high - 3 * unit)
        plate = ink.pill(x, y, x + wide, y + high, self._size, colour)
        return [plate, ink.text(words, (x + 4.5 * unit, y + high / 2), letters, self._size, ink.DARK)]

    def _path(self, path: Path, crossings: Sequence[Crossing], among: int) -> list[Ink]:
        """One line for each piece between two crossings."""
        if not path.points:
            return []
        start, end = path.points[0][0], path.points[-1][0]
        lasted = end - start or 1.0
        clear = max(0.3, min(0.95, 4 / among**0.5))  # the more lines, the fainter each
        met = [(c.time, None if c.tripwire in self._apart else c.at, _direction(c)) for c in crossings]
        stops = [(start, None, _BEFORE), *met, (end, None, _BEFORE)]
        inks = []
        for (since, here, colour), (until, there, _) in pairwise(stops):
            way = [here] if here else []
            way += [Point(x, y) for t, x, y in path.points if since <= t <= until]
            way += [there] if there else []
            if len(way) > 1:
                levels = [clear * (0.3 + 0.7 * (t - start) / lasted) for t in (since, until)]
                curve = ink.smooth([self._pixels(p) for p in way])
                inks.append(ink.line(curve, 2.2 * self._unit, self._size, colour, levels))
        return inks

    def _dot(self, crossing: Crossing) -> list[Ink]:
        at, unit = self._pixels(crossing.at), self._unit
        rings = ((5.6, ink.DARK), (4.8, ink.WHITE), (3.4, _direction(crossing)))
        return [ink.disc(at, radius * unit, self._size, ring) for radius, ring in rings]


_BEFORE: Colour = (226, 232, 240)  # of a path that has not crossed anything yet


def _direction(crossing: Crossing) -> Colour:
    return ink.IN if crossing.direction == "in" else ink.OUT


def _colour(number: int) -> Colour:
    return ink.BODIES[number % len(ink.BODIES)]


def _finished(sheet: Image.Image, inks: chain[Ink]) -> Pixels:
    for one in inks:
        one.onto(sheet)
    return np.array(sheet)
