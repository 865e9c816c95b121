"""Lets go of what is older than it may be. What is deleted is overwritten, not only forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from galleria.domain.errors import StoreError
from galleria.domain.site import Site
from galleria.domain.time import trading_day

from .days import Days
from .journal import Journal
from .rollups import Rollups

_DAY = 86400.0
# Events stay in the journal this long after their day was sealed; then the sealed file alone has them.
_OPEN_DAYS = 7


@dataclass(frozen=True, slots=True)
class Retention:
    """How many days things are kept. 0 keeps until tomorrow: the day that goes on is never touched.

    Attributes:
        events: crossings, stays, paths and what was seen: journal and sealed days.
        conditions: of cameras, and resets of occupancy.
        measures: roll-ups.
        logs: files in the site's folder `logs`.
    """

    events: int = 400
    conditions: int = 400
    measures: int = 1100
    logs: int = 30

    def __post_init__(self) -> None:
        if min(self.events, self.conditions, self.measures, self.logs) < 0:
            problem = "a number of days to keep is negative"
            raise ValueError(problem)


@dataclass(frozen=True, slots=True)
class Retired:
    """What was deleted: rows of events and conditions, sealed days, rolled-up days, log files."""

    events: int = 0
    conditions: int = 0
    days: int = 0
    measures: int = 0
    logs: int = 0


def retire(site: Site, folder: Path, journal: Journal, rollups: Rollups, keep: Retention, now: float) -> Retired:
    """Delete what is older than `keep` says.

    Events go by trading day, once their day is over. Those of a sealed day leave the journal after a week: its
    file has them.

    Raises:
        StoreError: something cannot be deleted; what comes before it is.
    """
    days = Days(folder / "days", site.id)
    today = trading_day(site, now)
    label, oldest = first_kept(site, keep.events, now)
    old = [day for day in days.days() if day < label]
    for day in old:
        days.delete(day)
    unsealed = [day.edges[0] for day in rollups.days().values() if not day.sealed]
    oldest = max(oldest, min(first_kept(site, _OPEN_DAYS, now)[1], *unsealed, today.begin))
    events = journal.drop_events(site.id, oldest)
    conditions = journal.drop_conditions(site.id, first_kept(site, keep.conditions, now)[1])
    measures = rollups.drop_before(first_kept(site, keep.measures, now)[0])
    logs = _old_logs(folder / "logs", now - keep.logs * _DAY)
    if events or conditions:
        journal.give_back()
    if measures:
        rollups.give_back()
    return Retired(events, conditions, len(old), measures, logs)


def first_kept(site: Site, days: int, now: float) -> tuple[str, float]:
    """The label and begin of the first trading day that is kept, where so many are kept; at most today's."""
    today = trading_day(site, now)
    day = trading_day(site, today.begin - days * _DAY)
    return min(day.label, today.label), min(day.begin, today.begin)


def _old_logs(folder: Path, oldest: float) -> int:
    gone = 0
    for path in folder.glob("*"):
        try:
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()
                gone += 1
        except OSError as error:
            problem = f"the log {path} cannot be deleted: {error.strerror}"
            raise StoreError(problem, "Check its permissions.") from error
    return gone
