"""Turns a line given on the command line, `x1,y1,x2,y2` or `door=x1,y1,x2,y2`, into a tripwire."""

from __future__ import annotations

import math
import re

from galleria.domain.errors import LineError
from galleria.domain.geometry import Point, Segment
from galleria.domain.site import Tripwire

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_FORM = "Write `--line x1,y1,x2,y2` or `--line door=x1,y1,x2,y2`, for example `--line 0.2,0.6,0.8,0.6`."
_NUMBERS = 4


def parse_line(text: str, size: tuple[int, int] | None = None) -> Tripwire:
    """Read a line.

    Args:
        text: four numbers with commas, with a name and `=` before them if wanted; pixels if any is above 1,
            shares of the picture otherwise. In is from the left-hand to the right-hand side of somebody who
            walks from the first point to the second.
        size: width and height of the picture in pixels, if known.

    Returns:
        a tripwire, normalised; its id is the name, or `line` without one.

    Raises:
        LineError: it is not four numbers, lies outside the picture or has no length, or it is in pixels and
            the size is not known.
    """
    name, equals, numbers = text.rpartition("=")
    name = name.strip() if equals else "line"
    if not _NAME.fullmatch(name):
        problem = f"the name before `=` in the line `{text}` is not usable"
        raise LineError(problem, "Use letters a-z, digits, `-`, `_` and `.`, for example `door=0.2,0.6,0.8,0.6`.")
    x1, y1, x2, y2 = values = _read_numbers(numbers, text)
    width, height, unit = 1, 1, "shares of the picture"
    if any(value > 1 for value in values):
        if size is None:
            remedy = "Write shares from 0 to 1 instead, for example `0.2,0.6,0.8,0.6`."
            problem = f"the line `{text}` is in pixels, but the size of the picture is not known"
            raise LineError(problem, remedy)
        (width, height), unit = size, "pixels"
    for x, y in ((x1, y1), (x2, y2)):
        if not (0 <= x <= width and 0 <= y <= height):
            remedy = f"Here x goes from 0 to {width} and y from 0 to {height} ({unit})."
            problem = f"the point {x:g},{y:g} of the line `{text}` is outside the picture"
            raise LineError(problem, remedy)
    segment = Segment(Point(x1 / width, y1 / height), Point(x2 / width, y2 / height))
    if segment.a == segment.b:
        problem = f"the line `{text}` ends where it begins"
        raise LineError(problem, "Give two different points.")
    return Tripwire(name, segment)


def _read_numbers(numbers: str, text: str) -> tuple[float, float, float, float]:
    parts = numbers.split(",")
    try:
        values = [float(part) for part in parts]
    except ValueError as error:
        problem = f"the line `{text}` holds something that is no number"
        raise LineError(problem, _FORM) from error
    finite = sum(math.isfinite(value) for value in values)
    if (len(values), finite) != (_NUMBERS, _NUMBERS):
        problem = f"the line `{text}` has {finite} numbers where four are needed"
        raise LineError(problem, _FORM)
    return values[0], values[1], values[2], values[3]
