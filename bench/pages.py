"""How long the console's pages take, over HTTP, from `galleria serve` on a folder with a year of measures.

Part of `python -m bench.year` and `bench.mall`; alone, for a folder that one of them kept: `python -m bench.pages
FOLDER` (a copy is used, into which sealed days are linked). The made-up centre's cameras are offline, and are tried
again and again, as in a centre whose network is down; a simulated mall has none that could be.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import parse_qsl, urlencode, urlsplit

from galleria.app.flow_subjects import subjects
from galleria.app.keep import DAYS, MEASURES
from galleria.app.simulate.history import DATA, SITE
from galleria.console.site.flow_choice import MOST_SUBJECTS
from galleria.domain.site import Site
from galleria.storage.sitefile import load_site

from .serving import Served, served

BAR, LONG_BAR = 200.0, 300.0  # milliseconds: of pages of counts, and of those of a mall that take more than counts
_COUNTS = tuple(f"page {name}" for name in ("Overview", "Flows", "Live", "Cameras", "Health", "Settings"))
_TENANT = "tenant's "
_TIMES = 5
_SETTLING = 20.0  # seconds in which it is seen how much is worked in the background
_QUIET, _LONGEST = 0.3, 1800.0  # of a processor: what a year needs is added up; seconds that this is waited for
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def site_text(site: Site) -> str:
    """The site's file, in JSON, which is YAML; sources are addresses where nobody answers."""
    cameras = [
        {
            "id": camera.id,
            "source": f"rtsp://127.0.0.1:9/{camera.id}",
            "tripwires": [
                {"id": w.id, "from": [*w.segment.a], "to": [*w.segment.b], "entrance": w.entrance}
                for w in camera.tripwires
            ],
            "zones": [{"id": z.id, "corners": [[*corner] for corner in z.polygon.corners]} for z in camera.zones],
        }
        for camera in site.cameras
    ]
    hours = {_DAYS[day]: f"{h.opening:%H:%M}-{h.closing:%H:%M}" for day, h in site.hours.items()}
    about = {"id": site.id, "name": site.name, "time_zone": site.zone, "hours": hours}
    entrances = [{"id": door.id, "name": door.name} for door in site.entrances]
    return json.dumps({"site": about, "cameras": cameras, "entrances": entrances}, indent=1)


def addresses(site: Site, last: date) -> dict[str, str]:
    """What is fetched, by name; the year ends with that day."""
    lines = [s.key for s in subjects(site) if s.kind == "tripwire"][:MOST_SUBJECTS]

    def flows(days: int, grain: str, keys: Iterable[str], compare: str = "none") -> str:
        begin = last - timedelta(days=days - 1)
        asked = {"measure": "in", "period": "custom", "from": begin, "to": last, "grain": grain, "compare": compare}
        return f"/flows?{urlencode([*asked.items(), *(('subject', key) for key in keys)])}"

    return {
        "Overview": "/",
        "Flows": "/flows",
        "Flows, a year by day, against last week": flows(357, "day", ["site"], "last-week"),
        f"Flows, {len(lines)} lines, a year by day": flows(364, "day", lines),
        f"Flows, {len(lines)} lines, a year by day, against last week": flows(357, "day", lines, "last-week"),
        f"Flows, {len(lines)} lines, a week by day, against last": flows(7, "day", lines, "last-week"),
        "Live": "/live",
        "Cameras": "/cameras",
        "Health": "/health",
        "Health, 7 days": "/health?span=7d",
        "Settings": "/settings/site",
    }


def mall_addresses(site: Site, last: date) -> dict[str, str]:
    """What is fetched of a simulated mall, by name: each page with its heaviest sensible period, a year ending then."""
    year, day = (str(last - timedelta(days=364)), str(last)), (str(last), str(last))
    calibrated = next(camera.id for camera in site.cameras if camera.calibration is not None)
    shop, queue = site.shops[0].id, site.queues[0].id

    def page(path: str, period: tuple[str, str], **asked: str) -> str:
        return f"/{path}?{urlencode({'period': 'custom', 'from': period[0], 'to': period[1]} | asked)}"

    def api(path: str, period: tuple[str, str], **asked: str) -> str:
        end = str(date.fromisoformat(period[1]) + timedelta(days=1))
        return f"/api/v1/{path}?{urlencode({'begin': period[0], 'end': end} | asked)}"

    found = {
        f"{name}, a year by {grain}": page(path, year, grain=grain)
        for name, path in (("Visitors", "visitors"), ("Queues", "queues"), ("Sales", "sales"))
        for grain in ("day", "week", "month")
    }
    found |= {f"{name}, as it opens": f"/{name.lower()}" for name in ("Visitors", "Queues", "Sales", "Routes", "Heat")}
    found |= {f"{name}, one day": page(name.lower(), day) for name in ("Visitors", "Queues", "Sales", "Routes", "Heat")}
    found |= {
        "Flows, one day by quarter hour": page("flows", day, grain="15min"),
        "Sales of a shop, a year by day": page("sales", year, grain="day", of=f"shop:{shop}"),
        "Queues, another one, a year by day": page("queues", year, grain="day", queue=queue),
        "Routes, a year": page("routes", year),
        "Heat, a year": page("heat", year, camera=calibrated),
        "Compare, as it opens": "/compare",
        "Compare, a year against the usual": page("compare", year, against="usual"),
        "Compare, a year against last year": page("compare", year, against="last-year"),
    }
    found |= {
        f"API {path}, a year by {grain}": api(path, year, grain=grain)
        for path in ("visits", "queues", "conversion")
        for grain in ("month", "day")
    }
    return found | {
        "API routes, a year": api("routes", year),
        "API heat, a year": api("heat", year),
        "API heat of a camera, a year": api(f"heat/{calibrated}", year),
        "API groups, a year": api("groups", year),
        "API tills, a year": api("tills", year),
        "API forecast": "/api/v1/forecast",
        "tenant's Sales, a year by day": page("sales", year, grain="day"),
        "tenant's Flows, a year by day": page("flows", year, grain="day"),
    }


def page_times(site: Site, folder: Path) -> dict[str, float]:
    """Serve the folder of the made-up centre, which gets stores of a running site: what each page takes."""
    file = folder.with_suffix(".yaml")
    file.write_text(site_text(site), "utf-8")
    return _times(file, folder, addresses(site, _last(folder)))


def mall_times(folder: Path) -> dict[str, float]:
    """Likewise of a copy of a simulated mall."""
    site = load_site(folder / SITE)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        copy = Path(temporary) / "mall"
        copy.mkdir(mode=0o700)
        shutil.copytree(folder / DATA / DAYS, copy / DAYS, copy_function=os.link)
        for path in (folder / DATA).glob("*.db"):
            shutil.copy(path, copy)
        last = _last(copy)
        return _times(folder / SITE, copy, addresses(site, last) | mall_addresses(site, last), site.shops[0].id)


def _last(folder: Path) -> date:
    return date.fromisoformat(max(path.stem for path in (folder / DAYS).iterdir()))


def _times(file: Path, folder: Path, asked: Mapping[str, str], shop: str = "") -> dict[str, float]:
    """Fetch; a tenant is one of that shop."""
    found: dict[str, float] = {}
    with served(file, folder) as running, running.tenant(shop) if shop else nullcontext(running) as tenant:
        found |= _settled(running)
        for name, address in asked.items():
            walls, worked = [], running.worked()
            for _ in range(_TIMES):
                began = perf_counter()
                shown = (tenant if name.startswith(_TENANT) else running).get(address).text
                walls.append(1000 * (perf_counter() - began))
            for field, value in parse_qsl(urlsplit(address).query):
                # A page that did not understand would show another period, and be quick.
                if field in {"from", "to"} and f'name="{field}" value="{value}"' not in shown:
                    sys.exit(f"{address} shows another period than {field} {value}")
            found[f"page {name}, ms"] = median(walls)
            found[f"page {name}, ms the first time"] = walls[0]
            # Cameras' work in between is in it, but not that of other programs, which a busy machine's time has.
            found[f"page {name}, ms of processor"] = 1000 * (running.worked() - worked) / _TIMES
            sys.stderr.write(f"{name}: {found[f'page {name}, ms']:.0f} ms\n")
    return found


def _settled(running: Served) -> dict[str, float]:
    """Wait until what is made in the background after a start is there."""
    began, share = perf_counter(), 1.0
    while share >= _QUIET and perf_counter() - began < _LONGEST:
        worked = running.worked()
        time.sleep(_SETTLING)
        share = (running.worked() - worked) / _SETTLING
    return {"until it was quiet after the start, s": perf_counter() - began, "no page, % of a processor": 100 * share}


def too_slow(found: Mapping[str, float]) -> list[str]:
    """Pages that took too long."""
    return [
        name for name, value in found.items()
        if name.startswith("page ") and name.endswith(", ms") and value >= _bar(name)
    ]  # fmt: skip


def told(found: Mapping[str, float]) -> None:
    """Print it: pages a line each, with the median, the first time, and the processor's mean; and what is too slow."""
    for name, value in found.items():
        if not name.startswith("page "):
            print(f"{name:68} {value:14,.1f}")
    print(f"{'milliseconds: medians, the first time, the processor':68} {'':>8}")
    for name, value in found.items():
        if name.startswith("page ") and name.endswith(", ms"):
            rest = (found[f"{name} the first time"], found[f"{name} of processor"])
            print(f"{name.removesuffix(', ms'):68} {value:8.0f} {rest[0]:8.0f} {rest[1]:8.0f}")
    if slow := too_slow(found):
        print(f"slower than {BAR:.0f} ms, or {LONG_BAR:.0f} of a year of a mall: {'; '.join(slow)}")


def _bar(name: str) -> float:
    return BAR if name.startswith(_COUNTS) else LONG_BAR


def main(words: list[str] | None = None) -> None:
    """Measure, print, and exit with 1 if a page takes too long."""
    from .year import centre  # noqa: PLC0415  which uses this

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args(words)
    if (chosen.folder / SITE).exists():
        found = mall_times(chosen.folder)
    else:
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "year"
            shutil.copytree(chosen.folder / DAYS, folder / DAYS)
            shutil.copy(chosen.folder / MEASURES, folder)
            folder.chmod(0o700)
            found = page_times(centre(), folder)
    told(found)
    sys.exit(bool(too_slow(found)))


if __name__ == "__main__":
    main()
