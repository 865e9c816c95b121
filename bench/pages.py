"""How long the console's pages take, over HTTP, from `galleria serve` on a folder with a year of measures.

Part of `python -m bench.year`; alone, for a folder that it kept: `python -m bench.pages FOLDER` (a copy is used). The
cameras are offline, and are tried again and again, as in a centre whose network is down.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import parse_qsl, urlencode, urlsplit

from galleria.app.flow_subjects import subjects
from galleria.app.keep import DAYS, MEASURES
from galleria.console.site.flow_choice import MOST_SUBJECTS
from galleria.domain.site import Site

from .serving import served

BAR = 200.0  # milliseconds
_TIMES = 5
_SETTLING = 20.0  # seconds: a roll-up after the start
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


def page_times(site: Site, folder: Path) -> dict[str, float]:
    """Serve the folder, which gets stores of a running site, and fetch: medians by page, and the processor's means."""
    file = folder.with_suffix(".yaml")
    file.write_text(site_text(site), "utf-8")
    last = date.fromisoformat(max(path.stem for path in (folder / DAYS).iterdir()))
    found: dict[str, float] = {}
    with served(file, folder) as running:
        worked = running.worked()
        time.sleep(_SETTLING)
        found["no page, % of a processor"] = 100 * (running.worked() - worked) / _SETTLING
        for name, address in addresses(site, last).items():
            walls, worked = [], running.worked()
            for _ in range(_TIMES):
                began = perf_counter()
                shown = running.get(address).text
                walls.append(1000 * (perf_counter() - began))
            for field, value in parse_qsl(urlsplit(address).query):
                # A page that did not understand would show another period, and be quick.
                if field in {"from", "to"} and f'name="{field}" value="{value}"' not in shown:
                    sys.exit(f"{address} shows another period than {field} {value}")
            found[f"page {name}, ms"] = median(walls)
            # Cameras' work in between is in it, but not that of other programs, which a busy machine's time has.
            found[f"page {name}, ms of processor"] = 1000 * (running.worked() - worked) / _TIMES
    return found


def too_slow(found: Mapping[str, float]) -> list[str]:
    """Pages that took too long."""
    return [name for name, value in found.items() if name.endswith(", ms") and value >= BAR]


def main(words: list[str] | None = None) -> None:
    """Measure, print, and exit with 1 if a page takes too long."""
    from .year import centre  # noqa: PLC0415  which uses this

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "year"
        shutil.copytree(chosen.folder / DAYS, folder / DAYS)
        shutil.copy(chosen.folder / MEASURES, folder)
        folder.chmod(0o700)
        found = page_times(centre(), folder)
    for name, value in found.items():
        print(f"{name:68} {value:8.0f}")
    if slow := too_slow(found):
        sys.exit(f"slower than {BAR:.0f} ms: {'; '.join(slow)}")


if __name__ == "__main__":
    main()
