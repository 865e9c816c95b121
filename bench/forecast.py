"""How well footfall is forecast: `python -m bench.forecast [--sensors 10] [--weeks 8]`.

Pedestrian sensors of Auckland (`retail_footfall`): daily sums of days with at least 16 hours present. The last weeks
are held out; from origins a fortnight apart the next 14 days are forecast, and set beside the newest same weekday.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import process_time

import holidays
import numpy as np

from galleria.analytics.forecast import HORIZON, Numbers, Past, forecast, seasonal_naive

from .footage import data_folder

_HOURS = 16
_RECENT, _GAPS = 500, 0.05
_FILE = Path("retail_footfall") / "hourly_counts.csv.gz"


@dataclass(frozen=True, slots=True)
class Judged:
    """One sensor.

    Attributes:
        days: forecasts that a count was known for.
        error: mean absolute error as a share of the count; `naive`: that of the newest same weekday.
        inside: share of days within the interval; `width`: its mean width, as a share of the count.
        seconds: of the processor, a forecast.
    """

    name: str
    days: int
    error: float
    naive: float
    inside: float
    width: float
    seconds: float


def sensors(folder: Path) -> tuple[date, Mapping[str, Numbers]]:
    """The first day, and the daily counts of each sensor whose last 500 days have under 5 % gaps, which are NaN."""
    with gzip.open(folder / _FILE, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    days = [date.fromisoformat(row["date"][:10]) for row in rows]
    first, at = min(days), np.array([day.toordinal() for day in days])
    at -= at.min()
    found = {}
    for name in list(rows[0])[3:]:
        hours = np.array([float(row[name]) if row[name] else np.nan for row in rows])
        known = ~np.isnan(hours)
        sums, many = (np.bincount(at[known], part, at.max() + 1) for part in (hours[known], np.ones(known.sum())))
        counts = np.where(many >= _HOURS, sums, np.nan)
        if np.isnan(counts[-_RECENT:]).mean() < _GAPS:
            found[name] = counts
    return first, found


def judged(name: str, first: date, counts: Numbers, weeks: int = 8, step: int = HORIZON) -> Judged:
    """Forecast the last weeks of a sensor from origins so many days apart."""
    known = holidays.country_holidays("NZ", subdiv="AUK", years=range(first.year - 1, first.year + 12))
    began, origins = process_time(), range(len(counts) - 7 * weeks, len(counts) - HORIZON + 1, step)
    rows = np.array(
        [row for origin in origins for row in _told(Past(first, counts[:origin], known.__contains__), counts)]
    )
    error, naive, inside, width = rows.mean(axis=0).tolist()
    return Judged(name, len(rows), error, naive, inside, width, (process_time() - began) / len(origins))


def _told(past: Past, counts: Numbers) -> Iterator[tuple[float, float, float, float]]:
    naive = {one.day: one.value for one in seasonal_naive(past)}
    for one in forecast(past):
        true = float(counts[(one.day - past.first).days])
        if true > 0:
            inside = float(one.low <= true <= one.high)
            yield abs(one.value - true) / true, abs(naive[one.day] - true) / true, inside, (one.high - one.low) / true


def main() -> None:
    """Print a line for each sensor, and the mean."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--sensors", type=int, default=10)
    asked.add_argument("--weeks", type=int, default=8)
    given = asked.parse_args()
    first, known = sensors(data_folder())
    say = sys.stdout.write
    say(f"{'sensor':36}{'days':>6}{'MAPE':>8}{'naive':>8}{'inside':>8}{'width':>8}{'s each':>8}\n")
    found = []
    for name in list(known)[: given.sensors]:
        one = judged(name, first, known[name], given.weeks)
        found.append((one.error, one.naive, one.inside, one.width, one.seconds))
        say(f"{name[:35]:36}{one.days:6}{_shares(found[-1])}\n")
        sys.stdout.flush()
    say(f"{'mean':42}{_shares(tuple(np.mean(found, axis=0).tolist()))}\n")


def _shares(found: tuple[float, ...]) -> str:
    return "".join(f"{100 * one:7.1f}%" for one in found[:4]) + f"{found[4]:8.2f}"


if __name__ == "__main__":
    main()
