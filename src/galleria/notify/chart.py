"""The hours of a day into a picture for a mail: bars, last week as a line of steps, gaps hatched."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TypeAlias

from PIL import Image, ImageDraw, ImageFont

from .digest import Hour, number

Font: TypeAlias = ImageFont.ImageFont | ImageFont.FreeTypeFont
_SCALE = 2  # drawn twice as large as shown, for screens with fine pixels
_WIDTH, _HEIGHT = 576 * _SCALE, 240 * _SCALE
_LEFT, _RIGHT, _TOP, _BOTTOM = 44 * _SCALE, 4 * _SCALE, 30 * _SCALE, 24 * _SCALE
_PAPER, _INK, _QUIET, _GRID = "#ffffff", "#1b2127", "#56616d", "#e3e6ea"
# Blue and vermilion are told apart by everybody; bars and line differ in shape as well.
_NOW, _BEFORE, _HATCH = "#0072b2", "#d55e00", "#c3c9d0"
_LABELS = 12  # at most so many hours are named
_FULL = 0.999
_TICKS = 5


def chart(hours: Sequence[Hour], words: str = "this day") -> bytes:
    """A PNG, 1152 x 480 pixels, to be shown at half that size.

    Args:
        hours: in order; at least one. They may be days.
        words: what the bars are.
    """
    image = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(12 * _SCALE)
    counts = [value for hour in hours for value in (hour.value, hour.before) if value is not None]
    step = nice_step(max(counts, default=0.0))
    top = step * max(math.ceil(max(counts, default=0.0) / step), 1)
    base, height = _HEIGHT - _BOTTOM, _HEIGHT - _BOTTOM - _TOP
    for tick in range(round(top / step) + 1):
        y = base - height * tick * step / top
        draw.line((_LEFT, y, _WIDTH - _RIGHT, y), _GRID, _SCALE)
        draw.text((_LEFT - 6 * _SCALE, y), number(tick * step).replace("\N{NARROW NO-BREAK SPACE}", " "),
                  _QUIET, font, anchor="rm")  # fmt: skip
    _columns(draw, hours, font, base, height / top)
    seen_whole = all(hour.coverage >= _FULL for hour in hours)
    _legend(draw, font, words, before=any(hour.before is not None for hour in hours), hatched=not seen_whole)
    written = io.BytesIO()
    image.quantize(32, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def nice_step(most: float) -> float:
    """A distance of tick marks, 1, 2 or 5 times a power of ten, that gives at most five up to `most`."""
    if most <= _TICKS:
        return 1.0
    rough = most / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return max(next(power * n for n in (1, 2, 5, 10) if power * n >= rough), 1.0)


def _columns(draw: ImageDraw.ImageDraw, hours: Sequence[Hour], font: Font,
             base: float, unit: float) -> None:  # fmt: skip
    width = (_WIDTH - _LEFT - _RIGHT) / len(hours)
    every = math.ceil(len(hours) / _LABELS)
    steps: list[tuple[float, float]] = []
    for n, hour in enumerate(hours):
        left = _LEFT + n * width
        bar = (left + width * 0.18, left + width * 0.82)
        if hour.coverage < _FULL:
            _hatch(draw, bar, base)
        if hour.value:
            draw.rectangle((bar[0], base - hour.value * unit, bar[1], base), _NOW)
        if n % every == 0:
            draw.text((left + width / 2, base + 6 * _SCALE), hour.label, _QUIET, font, anchor="mt")
        if hour.before is None:
            _steps(draw, steps)
            steps = []
        else:
            steps += [(left, base - hour.before * unit), (left + width, base - hour.before * unit)]
    _steps(draw, steps)


def _steps(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]]) -> None:
    if points:
        draw.line(points, _PAPER, 4 * _SCALE)  # an edge, so that it is seen on the bars
        draw.line(points, _BEFORE, 2 * _SCALE)


def _hatch(draw: ImageDraw.ImageDraw, bar: tuple[float, float], base: float) -> None:
    """Say "not all of this hour was seen" without hiding what was."""
    left, right = bar
    y = _TOP - (right - left)  # of a line's right end; lines rise to the right and are cut at top and base
    while y < base:
        low, high = min(y + right - left, base), max(y, float(_TOP))
        draw.line((right - (low - y), low, right - (high - y), high), _HATCH, _SCALE)
        y += 8 * _SCALE


def _legend(draw: ImageDraw.ImageDraw, font: Font, words: str, *, before: bool, hatched: bool) -> None:
    x, y = float(_LEFT), 10 * _SCALE
    draw.rectangle((x, y - 5 * _SCALE, x + 12 * _SCALE, y + 5 * _SCALE), _NOW)
    draw.text((x + 18 * _SCALE, y), words, _INK, font, anchor="lm")
    if before:
        x += max(96 * _SCALE, 42 * _SCALE + font.getlength(words))
        draw.line((x, y, x + 16 * _SCALE, y), _BEFORE, 2 * _SCALE)
        draw.text((x + 22 * _SCALE, y), "a week before", _INK, font, anchor="lm")
    if hatched:
        draw.text((_WIDTH - _RIGHT, y), "hatched: not all was seen", _QUIET, font, anchor="rm")
