"""What the page Floor sends, into pairs of points; how far off they are; and a grid of metres over the picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from galleria.domain.errors import InputError
from galleria.domain.floor import Floor, Points
from galleria.domain.geometry import Point
from galleria.domain.site import Calibration

from .frame import Fields
from .heat_map import ruler

ROWS = 8  # of the form, at least
_NAMES = ("px", "py", "fx", "fy")
_MOST = 100
_FAR = 10_000.0  # metres: no floor is larger
_LINES = 12
_SAMPLES = 33


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the form as it stands in its fields: per cent of the picture, and metres; `off` is in centimetres."""

    px: str = ""
    py: str = ""
    fx: str = ""
    fy: str = ""
    off: float | None = None

    @property
    def empty(self) -> bool:
        return not (self.px or self.py or self.fx or self.fy)


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration that can be used.

    Attributes:
        error: root mean square, centimetres; None: four points lie right whatever they are.
        offs: of each pair, centimetres.
        grid: lines of whole metres as an SVG path in a box of 1000 by 1000.
        step: metres between two lines.
    """

    error: float | None
    offs: tuple[float, ...]
    grid: str
    step: float


def rows_of(calibration: Calibration | None) -> list[Row]:
    """What the form begins with."""
    pairs = zip(calibration.picture, calibration.floor, strict=True) if calibration else ()
    rows = [Row(f"{100 * p.x:.2f}", f"{100 * p.y:.2f}", f"{x:g}", f"{y:g}") for p, (x, y) in pairs]
    return _filled(rows)


def sent_rows(fields: Fields) -> list[Row]:
    """The form as it was sent."""
    columns = [[text.strip() for text in fields.all(name)[:_MOST]] for name in _NAMES]
    return _filled([Row(*cells) for cells in zip(*columns, strict=False)])


def read_rows(rows: Sequence[Row]) -> Calibration:
    """The calibration that rows say; empty ones are left out.

    Raises:
        InputError: a number is none, or a row is not whole.
    """
    picture, floor = [], []
    for number, row in enumerate(rows, 1):
        if row.empty:
            continue
        x, y = (_number(text, number, 100.0) for text in (row.px, row.py))
        if min(x, y) < 0:
            problem = f"point {number} lies beside the picture"
            raise InputError(problem, "Its place in the picture is from 0 to 100 per cent.")
        picture.append(Point(x / 100, y / 100))
        floor.append((_number(row.fx, number, _FAR), _number(row.fy, number, _FAR)))
    return Calibration(tuple(picture), tuple(floor))


def fit_of(calibration: Calibration) -> Fit:
    """How well the points agree.

    Raises:
        InputError: they are too few, or lie on a line.
    """
    floor = Floor.of(calibration)
    off = np.hypot(*(floor.metres(calibration.picture) - np.array(calibration.floor)).T) * 100
    many = len(calibration.picture) > 4  # noqa: PLR2004  # four always agree
    grid, step = _grid(floor, calibration)
    return Fit(floor.error * 100 if many else None, tuple(float(one) for one in off), grid, step)


def _number(text: str, row: int, most: float) -> float:
    try:
        value = float(text.replace(",", "."))
    except ValueError as error:
        problem = f"point {row} lacks a number" if not text else f"{text[:20]!r} in point {row} is no number"
        raise InputError(problem, "Fill in all four numbers of a point, or none.") from error
    if not math.isfinite(value) or abs(value) > most:
        problem = f"{text[:20]!r} in point {row} is too large"
        raise InputError(problem, "Per cent go to 100, and metres are those of one floor.")
    return value


def _filled(rows: list[Row]) -> list[Row]:
    return [*rows, *[Row()] * max(ROWS - len(rows), 1)]


def _grid(floor: Floor, calibration: Calibration) -> tuple[str, float]:
    """Lines of equal x and of equal y over the part of the floor that the points span."""
    back = np.asarray(np.linalg.inv(floor.matrix), np.float64)
    low, high = np.min(calibration.floor, axis=0), np.max(calibration.floor, axis=0)
    marks = [metres for _, metres in ruler(0.0, float((high - low).max()), _LINES)]
    step = max(1.0, marks[1] - marks[0])
    parts = []
    for axis in (0, 1):
        other = np.linspace(low[1 - axis] - step, high[1 - axis] + step, _SAMPLES)
        first, last = math.floor(low[axis] / step), math.ceil(high[axis] / step)
        for n in range(first, last + 1):
            at = np.empty((_SAMPLES, 2))
            at[:, axis], at[:, 1 - axis] = n * step, other
            parts.append(_line(floor, back, at))
    return "".join(parts), step


def _line(floor: Floor, back: Points, at: Points) -> str:
    mapped = np.column_stack((at, np.ones(len(at)))) @ back.T
    with np.errstate(all="ignore"):
        seen = mapped[:, :2] / mapped[:, 2:]
    ahead = np.asarray(np.isfinite(floor.metres(seen)) & (np.abs(seen - 0.5) < 3)).all(axis=1)  # noqa: PLR2004
    path, pen = "", False
    for (x, y), there in zip(seen, np.asarray(ahead).tolist(), strict=True):
        if there:
            path += f"{'L' if pen else 'M'}{x * 1000:.1f} {y * 1000:.1f}"
        pen = there
    return path
