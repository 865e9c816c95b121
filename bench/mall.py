"""A year of a simulated mall with shops, tills, queues, floors and receipts: what a rebuild takes, and its pages.

Every day of the year is simulated (`galleria.app.simulate`), sealed and rolled up, and its receipts are taken as files
are. One week is studied for real, timed study by study. To study the whole year would take hours: what the week's
studies keep, the very bytes, is kept for every other day with the same weekday as well, with the version, the number of
events and the end that its own studies would note, so that a running site takes them for its own. Days that are alike
are what the year's figures of queues and routes show then; how long pages take to make does not depend on it.

`python -m bench.mall [--days 365] [--folder KEPT]`; the folder's pages again: `python -m bench.pages KEPT`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from galleria.app.audit import SYSTEM, Audit
from galleria.app.keep import DAYS, MEASURES, edges_of, roll_up
from galleria.app.selling import SALES as SOLD
from galleria.app.selling import Selling
from galleria.app.simulate.history import DATA, SALES, SITE, simulate
from galleria.app.simulate.scales import Plan, newest_end
from galleria.app.studies import STUDIES, Studies, Study
from galleria.app.study_list import STUDIES_KEPT
from galleria.domain.events import Event
from galleria.domain.site import Site
from galleria.domain.time import Bucket, WallClock
from galleria.storage.days import Days
from galleria.storage.records import Records
from galleria.storage.rollups import Rollups
from galleria.storage.sales import Sales
from galleria.storage.sitefile import load_site
from galleria.storage.studied import Studied, StudyStore

from .pages import mall_times, told

WEEK = 7  # days that are studied for real


def sell(site: Site, folder: Path) -> dict[str, float]:
    """Take the receipts of every day; how fast."""
    taken, began, worked = 0, perf_counter(), process_time()
    with tempfile.TemporaryDirectory() as temporary, Sales(folder / DATA / SOLD) as sales:
        records, clock = Records(Path(temporary) / "records.db"), WallClock()
        selling = Selling(site, sales, Audit(records, clock), clock)
        for path in sorted((folder / SALES).iterdir()):
            taken += selling.take_file(SYSTEM, path).new
        records.close()
    return {
        "receipts": taken,
        "receipts taken, a second": taken / (perf_counter() - began),
        "receipts taken, a second of processor": taken / (process_time() - worked),
    }


def seal(site: Site, folder: Path) -> tuple[int, dict[str, float]]:
    """Seal the last day again beside itself and roll it up: events, and seconds of processor by part."""
    days, known = Days(folder / DATA / DAYS, site.id), Rollups(folder / DATA / MEASURES)
    with known as rollups, tempfile.TemporaryDirectory() as temporary:
        label, rolled = max(rollups.days().items())
        day, events = Bucket(float(rolled.edges[0]), rolled.end, label), days.read(label)
        again = Days(Path(temporary), site.id)
        worked = process_time()
        again.write(label, events)
        sealed = process_time()
        edges = edges_of(site, day, day.end)
        cells = roll_up(site, day, again.facts(label), edges)
        with Rollups(Path(temporary) / MEASURES) as made:
            made.put(rolled, cells)
        return len(events), {"sealing": sealed - worked, "rolling up": process_time() - sealed}


def study(site: Site, folder: Path) -> tuple[int, dict[str, float]]:
    """Study the last week: events, and seconds of processor by part; `reading` has what lies between studies."""
    spent: dict[str, float] = {}

    def timed(one: Study[Any]) -> Study[Any]:
        def of_day(site: Site, day: Bucket, events: Sequence[Event]) -> Mapping[str, Any]:
            began = process_time()
            found = one.of_day(site, day, events)
            spent[one.name] = spent.get(one.name, 0.0) + process_time() - began
            return found

        return replace(one, of_day=of_day)

    with Rollups(folder / DATA / MEASURES) as rollups, StudyStore(folder / DATA / STUDIES) as store:
        known = [timed(one) for one in STUDIES_KEPT]
        now, worked = WallClock().now(), process_time()
        looked = Studies(site, folder / DATA, rollups, store, known).turn(now, most=WEEK)
        whole = process_time() - worked
    return looked, {"reading and keeping": whole - sum(spent.values()), **spent}


def spread(folder: Path) -> None:
    """Keep what was studied of a weekday for all days of that weekday."""
    with Rollups(folder / DATA / MEASURES) as rollups, StudyStore(folder / DATA / STUDIES) as store:
        days = rollups.days()
        for one in STUDIES_KEPT:
            done = list(store.days(one.name))
            parts = store.parts(one.name)
            found = store.summaries(one.name, parts, done[0], str(date.fromisoformat(done[-1]) + timedelta(days=1)))
            like = {date.fromisoformat(day).weekday(): day for day in done}
            for label, rolled in days.items():
                model = like.get(date.fromisoformat(label).weekday())
                if model is not None and label not in done:
                    bodies = {part: some[model] for part, some in found.items() if model in some}
                    store.put(one.name, label, Studied(one.version, rolled.events, rolled.until, rolled.mark), bodies)


def make(folder: Path, days: int) -> dict[str, float]:
    """Make the year, if it is not there yet; what that took."""
    last = newest_end("mall", WallClock().now())
    found: dict[str, float] = {}
    if not (folder / SITE).exists():
        began = process_time()
        events = simulate(Plan("mall", days, last), folder).events
        found = {
            "events of the year": events,
            "simulated, sealed and rolled up, events/s": events / (process_time() - began),
        }
    site = load_site(folder / SITE)
    if not (folder / DATA / SOLD).exists():
        found |= sell(site, folder)
    events, parts = seal(site, folder)
    rates = {name: events / seconds for name, seconds in parts.items()}
    each = sum(parts.values()) / events
    if not (folder / DATA / STUDIES).exists():
        events, parts = study(site, folder)
        spread(folder)
        found["events studied"] = events
        rates |= {f"study {name}": events / seconds for name, seconds in parts.items()}
        each += sum(parts.values()) / events
        rates["sealing, rolling up and all studies"] = 1 / each
    found |= {f"{name}, events/s of processor": rate for name, rate in rates.items()}
    return found | {f"{path.name}, MB": path.stat().st_size / 1e6 for path in sorted((folder / DATA).glob("*.db"))}


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, write `out/mall.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--folder", type=Path, help="keep what is made here")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary) / "mall"
        found = make(folder, chosen.days)
        found |= mall_times(folder)
    told(found)
    out = Path("out")
    out.mkdir(exist_ok=True)
    (out / "mall.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
