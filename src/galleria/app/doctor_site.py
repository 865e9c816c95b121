"""Looks at a site: its file, its stores, and whether its cameras can be reached."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from galleria.capture.sources import open_source
from galleria.domain.errors import SiteFileError
from galleria.domain.site import Camera, Site
from galleria.storage.sitefile import load_site

from .doctor import Finding, Health
from .hand_count_words import told_by_hand

STORES = ("journal.db", "measures.db", "records.db")


def site_file(path: Path, sites: list[Site]) -> Iterator[Finding]:
    """Read it; the site goes into `sites`, a wrong one does not."""
    try:
        site = load_site(path)
    except SiteFileError as error:
        for line in error.problem.splitlines():
            yield Finding("site", Health.BAD, line, error.remedy)
        return
    sites.append(site)
    lines = sum(len(camera.tripwires) for camera in site.cameras)
    zones = sum(len(camera.zones) for camera in site.cameras)
    told = f"{path}: {len(site.cameras)} cameras, {lines} lines, {zones} zones, time zone {site.zone}"
    yield Finding("site", Health.GOOD, told)
    if site.cameras and not lines:
        yield Finding("site", Health.WARNING, "no line is drawn", "Draw one at each entrance: nobody is counted yet.")
    elif lines and not any(wire.entrance for camera in site.cameras for wire in camera.tripwires):
        remedy = "Say `entrance: ID` at the lines of entrances, so that occupancy can be told."
        yield Finding("site", Health.WARNING, "no line belongs to an entrance", remedy)
    if by_hand := told_by_hand(site):
        told, remedy = by_hand
        yield Finding("count by hand", Health.WARNING if remedy else Health.GOOD, told, remedy)
    for camera in site.cameras:
        if not camera.source:
            yield Finding(
                f"camera {camera.id}", Health.BAD, "it has no source", "Write its address into the site file."
            )


def stores(folder: Path) -> Iterator[Finding]:
    """Whether the databases that are there can be read and are undamaged."""
    for name in STORES:
        path = folder / name
        if not path.exists():
            continue
        try:
            # Read only, and never made: looking must not change anything.
            connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=2.0)
            try:
                answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            finally:
                connection.close()
        except sqlite3.Error as error:
            yield Finding("stores", Health.BAD, f"{path} cannot be read ({error})", "Restore it: `galleria restore`.")
            continue
        if answer == "ok":
            yield Finding("stores", Health.GOOD, f"{path} is sound, {path.stat().st_size / 1e6:,.1f} MB")
        else:
            yield Finding("stores", Health.BAD, f"{path} is damaged", "Restore it: `galleria restore`.")


def camera(wanted: Camera) -> Iterator[Finding]:
    """Whether pictures come. Errors of the source say why not."""
    name = f"camera {wanted.id}"
    if not wanted.source:
        return
    source = open_source(wanted.source, camera=wanted.id)
    try:
        facts = source.facts
        came = next(iter(source), None) is not None
    finally:
        source.close()
    told = f"{wanted.shown}: {facts.width}x{facts.height}, {facts.rate:.0f} pictures a second"
    if came:
        yield Finding(name, Health.GOOD, told)
    else:
        yield Finding(name, Health.BAD, f"{told}, and none came", "Look at it with another program, such as ffplay.")
