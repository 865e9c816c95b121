"""The weather of days, as a file in the site's folder tells it: `weather.csv` with date, temperature and rain."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from galleria.domain.errors import InputError

WEATHER = "weather.csv"
COLUMNS = ("date", "temperature", "rain")
MOST_BYTES = 4 << 20
_COLDEST, _HOTTEST, _WETTEST = -90.0, 60.0, 2000.0
_REMEDY = f"Its first line is `{','.join(COLUMNS)}`, e.g. 2026-11-14,8.5,12 below it (degrees Celsius, millimetres)."


@dataclass(frozen=True, slots=True)
class Weather:
    """A day's.

    Attributes:
        temperature: degrees Celsius; None: not told.
        rain: millimetres; None: not told.
    """

    temperature: float | None
    rain: float | None


@dataclass(frozen=True, slots=True)
class WeatherFile:
    """What a file tells.

    Attributes:
        refused: rows that cannot be used, each with its number and the reason.
    """

    days: Mapping[date, Weather] = field(default_factory=dict)
    refused: Sequence[str] = ()


def read_weather(path: Path) -> WeatherFile:
    """Read it; without a file nothing is known.

    Raises:
        InputError: it cannot be read, is too large, no text in UTF-8, or has other columns.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return WeatherFile()
    except OSError as error:
        problem = f"{path.name} cannot be read: {error.strerror or error}"
        raise InputError(problem, "Check its permissions.") from error
    if len(content) > MOST_BYTES:
        problem = f"{path.name} is larger than {MOST_BYTES >> 20} MiB"
        raise InputError(problem, "One line a day is enough.")
    try:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        return _read(path.name, list(rows))
    except (UnicodeDecodeError, csv.Error) as error:
        problem = f"{path.name} is no CSV in UTF-8"
        raise InputError(problem, _REMEDY) from error


def _read(name: str, rows: Sequence[Sequence[str]]) -> WeatherFile:
    if not rows or tuple(cell.strip().lower() for cell in rows[0]) != COLUMNS:
        problem = f"{name} does not begin with the columns {', '.join(COLUMNS)}"
        raise InputError(problem, _REMEDY)
    days: dict[date, Weather] = {}
    refused = []
    for number, row in enumerate(rows[1:], 2):
        if not row:
            continue
        try:
            day, weather = _day(row)
            if day in days:
                problem = f"{day} comes twice"
                raise ValueError(problem)  # noqa: TRY301  # told as the others are
            days[day] = weather
        except ValueError as error:
            refused.append(f"{name}, row {number}: {error}")
    return WeatherFile(days, refused)


def _day(row: Sequence[str]) -> tuple[date, Weather]:
    if len(row) != len(COLUMNS):
        problem = f"{len(row)} values, not {len(COLUMNS)}"
        raise ValueError(problem)
    try:
        day = date.fromisoformat(row[0].strip())
    except ValueError:
        problem = f"{row[0].strip()[:40]!r} is not a date like 2026-11-14"
        raise ValueError(problem) from None
    return day, Weather(_number(row[1], "temperature", _COLDEST, _HOTTEST), _number(row[2], "rain", 0.0, _WETTEST))


def _number(text: str, what: str, least: float, most: float) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        problem = f"{what} {text.strip()[:40]!r} is not a number from {least:g} to {most:g}"
        raise ValueError(problem)
    return value
