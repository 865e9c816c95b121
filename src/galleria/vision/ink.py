"""Smooth shapes and text for drawing on pictures. Each is a colour behind a mask: made once, used often."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Colour: TypeAlias = tuple[int, int, int]
XY: TypeAlias = tuple[float, float]
Size: TypeAlias = tuple[int, int]
Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

WHITE: Colour = (248, 250, 252)
DARK: Colour = (11, 15, 25)
IN: Colour = (45, 212, 191)
OUT: Colour = (251, 146, 60)
AREA: Colour = (129, 140, 248)
BODIES: tuple[Colour, ...] = (
    (56, 189, 248),
    (163, 230, 53),
    (250, 204, 21),
    (244, 114, 182),
    (167, 139, 250),
    (52, 211, 153),
    (251, 113, 133),
    (253, 230, 138),
)

_FINE = 4  # how many times finer masks are drawn than shown


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour behind a mask.

    Attributes:
        colour: red, green, blue.
        at: left and top, pixels.
        mask: mode `L`; 255 covers.
    """

    colour: Colour
    at: tuple[int, int]
    mask: Image.Image

    def onto(self, sheet: Image.Image) -> None:
        """Draw, in place, on a picture whose channels are blue, green and red (Pillow cannot tell)."""
        sheet.paste(self.colour[::-1], self.at, self.mask)


Draw: TypeAlias = Callable[[ImageDraw.ImageDraw, Callable[[XY], XY], float], None]


def shape(points: Sequence[XY], margin: float, size: Size, colour: Colour, draw: Draw, opacity: float = 1.0) -> Ink:
    """Draw on a fine mask around some points, then make it coarse.

    Args:
        points: what the mask must hold, pixels.
        margin: around the points, pixels.
        size: width and height of the picture; nothing outside is kept.
        colour: of the ink.
        draw: gets the pen, a function from picture to mask coordinates, and the scale between them.
        opacity: 0 to 1.

    Returns:
        the ink; of a single transparent pixel when nothing lies in the picture.
    """
    x0 = max(0, math.floor(min(x for x, _ in points) - margin))
    y0 = max(0, math.floor(min(y for _, y in points) - margin))
    x1 = min(size[0], math.ceil(max(x for x, _ in points) + margin))
    y1 = min(size[1], math.ceil(max(y for _, y in points) + margin))
    if x1 <= x0 or y1 <= y0:
        return Ink(colour, (0, 0), Image.new("L", (1, 1)))
    fine = Image.new("L", ((x1 - x0) * _FINE, (y1 - y0) * _FINE))
    draw(ImageDraw.Draw(fine), lambda p: ((p[0] - x0) * _FINE, (p[1] - y0) * _FINE), _FINE)
    mask = fine.reduce(_FINE)
    if opacity < 1:
        mask = mask.point([round(value * opacity) for value in range(256)])
    return Ink(colour, (x0, y0), mask)


def line(points: Sequence[XY], width: float, size: Size, colour: Colour, opacity: Sequence[float] = (1.0,)) -> Ink:
    """Draw a polyline with round ends; several opacities are spread along it from its first to its last point."""
    levels = np.interp(np.linspace(0, 1, max(1, len(points) - 1)), np.linspace(0, 1, len(opacity)), opacity)

    def draw(pen: ImageDraw.ImageDraw, to: Callable[[XY], XY], scale: float) -> None:
        radius = width * scale / 2
        for start, end, level in zip(points, points[1:], levels, strict=False):
            (ax, ay), (bx, by) = to(start), to(end)
            fill = round(255 * level)
            pen.line([ax, ay, bx, by], fill=fill, width=max(1, round(width * scale)))
            pen.ellipse([bx - radius, by - radius, bx + radius, by + radius], fill=fill)
        ax, ay = to(points[0])
        pen.ellipse([ax - radius, ay - radius, ax + radius, ay + radius], fill=round(255 * levels[0]))

    return shape(points, width, size, colour, draw)


def area(points: Sequence[XY], size: Size, colour: Colour, opacity: float = 1.0) -> Ink:
    """Draw a filled polygon."""

    def draw(pen: ImageDraw.ImageDraw, to: Callable[[XY], XY], _: float) -> None:
        pen.polygon([to(p) for p in points], fill=255)

    return shape(points, 1, size, colour, draw, opacity)


def disc(centre: XY, radius: float, size: Size, colour: Colour, opacity: float = 1.0) -> Ink:
    """Draw a filled circle."""

    def draw(pen: ImageDraw.ImageDraw, to: Callable[[XY], XY], scale: float) -> None:
        x, y = to(centre)
        r = radius * scale
        pen.ellipse([x - r, y - r, x + r, y + r], fill=255)

    return shape([centre], radius + 1, size, colour, draw, opacity)


def pill(left: float, top: float, right: float, bottom: float, size: Size, colour: Colour, opacity: float = 1.0) -> Ink:
    """Draw a filled rectangle with round corners."""

    def draw(pen: ImageDraw.ImageDraw, to: Callable[[XY], XY], scale: float) -> None:
        radius = min((bottom - top) / 2, 0.32 * (bottom - top) + 2) * scale
        pen.rounded_rectangle([*to((left, top)), *to((right, bottom))], radius, fill=255)

    return shape([(left, top), (right, bottom)], 1, size, colour, draw, opacity)


@lru_cache(maxsize=16)
def font(pixels: int) -> Font:
    """Return the font that comes with Pillow, at a height in pixels."""
    return ImageFont.load_default(pixels)


@lru_cache(maxsize=512)
def text_size(text: str, pixels: int) -> float:
    """Return the width of a text in pixels."""
    return font(pixels).getlength(text)


def text(words: str, at: XY, pixels: int, size: Size, colour: Colour) -> Ink:
    """Draw a text; `at` is its left end and the middle of its capitals."""
    x, y = round(at[0]), round(at[1])
    wide, high = math.ceil(text_size(words, pixels)) + 4, pixels * 2
    mask = Image.new("L", (wide, high))
    ImageDraw.Draw(mask).text((2, high / 2 + pixels * 0.36), words, fill=255, font=font(pixels), anchor="ls")
    left, top = x - 2, y - high // 2
    inside = (max(0, -left), max(0, -top), min(wide, size[0] - left), min(high, size[1] - top))
    if inside[2] <= inside[0] or inside[3] <= inside[1]:
        return Ink(colour, (0, 0), Image.new("L", (1, 1)))
    return Ink(colour, (left + inside[0], top + inside[1]), mask.crop(inside))


_SPELT = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "œ": "oe", "ł": "l", "Ł": "L", "đ": "d", "ı": "i"}
)
_SPELT |= str.maketrans({"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "×": "x", "·": "-"})


def legible(name: str, instead: str) -> str:
    """Spell a name with the letters that the font has (ASCII); `instead` when it cannot be spelt so."""
    spelt = "".join(c for c in unicodedata.normalize("NFKD", name.translate(_SPELT)) if not unicodedata.combining(c))
    if spelt.strip() and spelt.isascii() and spelt.isprintable():
        return spelt
    return instead if instead.isascii() else "?"


def smooth(points: Sequence[XY]) -> list[XY]:
    """Put points between points so that a way looks walked, not drawn with a ruler (Catmull-Rom through all points)."""
    if len(points) < 3:  # noqa: PLR2004
        return list(points)
    known = np.array([points[0], *points, points[-1]])
    a, b, c, d = known[:-3], known[1:-2], known[2:-1], known[3:]
    t = np.linspace(0, 1, 5)[:-1, None, None]
    curve = (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2
    flat = curve.transpose(1, 0, 2).reshape(-1, 2)
    return [(float(x), float(y)) for x, y in (*flat, known[-1])]
