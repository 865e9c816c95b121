"""Turns declared purposes into declarations, and notes what does not go together. Signatures are not in the file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from galleria.domain.purpose import Declaration, LawfulBasis, Notice, Purpose
from galleria.domain.time import instant
from galleria.policy.profiles import profile_ids

from .sitefile_hours import read_day
from .sitefile_models import PurposeEntry
from .sitefile_problems import Loc, Problems, nearest, quoted


def check_profile(name: str, *, declared: bool, problems: Problems) -> None:
    """Note a profile that there is not, and one that is missing where purposes are declared."""
    loc: Loc = ("site", "profile")
    known = profile_ids()
    if name and name not in known:
        close = nearest(name, known)
        remedy = f"did you mean `{close}`?" if close else f"choose one of {', '.join(known)}"
        problems.add(loc, f"there is no profile {quoted(name)}", remedy)
    elif declared and not name:
        what = "purposes are declared, and no profile is chosen"
        remedy = f"choose a profile: write `profile: eu` under `site:`; there are {', '.join(known)}"
        problems.add(("purposes",), what, remedy, at_key=True)


def read_purposes(
    entries: Iterable[tuple[PurposeEntry, Loc]], zone: ZoneInfo, cameras: Collection[str], problems: Problems
) -> tuple[Declaration, ...]:
    """Read what is declared.

    Args:
        entries: each with where it stands in the file.
        zone: of the site; days begin and end there.
        cameras: ids of the site's cameras.
        problems: takes what is wrong.
    """
    found: dict[str, Declaration] = {}
    lines: dict[str, int] = {}
    for entry, loc in entries:
        if entry.purpose in lines:
            what = f"{quoted(entry.purpose)} is declared already (line {lines[entry.purpose]})"
            problems.add((*loc, "purpose"), what, "declare each purpose once")
            continue
        lines[entry.purpose] = problems.place((*loc, "purpose")).line
        _check_cameras(entry, loc, cameras, problems)
        span = _span(entry, loc, zone, problems)
        if span:
            found[entry.purpose] = _declaration(entry, *span)
    return tuple(found.values())


def first_day(declaration: Declaration, zone: ZoneInfo) -> date:
    """The day that a declaration begins on."""
    return datetime.fromtimestamp(declaration.begins, zone).date()


def last_day(declaration: Declaration, zone: ZoneInfo) -> date:
    """The last day that it holds on."""
    return datetime.fromtimestamp(declaration.ends - 1, zone).date()


def whole_days(first: date, last: date, zone: ZoneInfo) -> tuple[float, float]:
    """The instants from the midnight that begins a day to the one that ends another."""
    return _midnight(first, zone), _midnight(last + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> float:
    return instant(datetime.combine(day, time()), zone)


def _declaration(entry: PurposeEntry, begins: float, ends: float) -> Declaration:
    return Declaration(
        purpose=Purpose(entry.purpose),
        basis=LawfulBasis(entry.basis),
        notice=Notice(entry.notice.version, entry.notice.place),
        begins=begins,
        ends=ends,
        cameras=tuple(entry.cameras),
        dpia=entry.dpia,
        equal_way=entry.equal_way,
        panel=entry.panel,
        staff_notice=entry.staff_notice,
    )


def _check_cameras(entry: PurposeEntry, loc: Loc, cameras: Collection[str], problems: Problems) -> None:
    for n, camera in enumerate(entry.cameras):
        here = (*loc, "cameras", n)
        if camera not in cameras:
            close = nearest(camera, cameras)
            remedy = f"did you mean `{close}`?" if close else "name a camera of `cameras:`"
            problems.add(here, f"there is no camera {quoted(camera)}", remedy)
        elif camera in entry.cameras[:n]:
            problems.add(here, f"the camera {quoted(camera)} is named twice", "name it once")


def _span(entry: PurposeEntry, loc: Loc, zone: ZoneInfo, problems: Problems) -> tuple[float, float] | None:
    first = read_day(entry.begins, (*loc, "begins"), problems)
    last = read_day(entry.ends, (*loc, "ends"), problems)
    if first is None or last is None:
        return None
    if last < first:
        problems.add((*loc, "ends"), "it ends before it begins", "`ends` is the last day, `begins` the first")
        return None
    return whole_days(first, last, zone)
