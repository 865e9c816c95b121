"""Runs `galleria serve` with paced cameras for a while, looked at as from a browser, and watches what it holds.

`python -m bench.endurance --cameras 12 --minutes 30`, with clips of `footage/` in turn, or one by `--clip FILE`. A
sample every ten seconds. What is held may not grow after the first five minutes (or after a third, of shorter runs):
memory by the slope of a straight line through the samples, threads and handles by their number at the end.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np

from galleria.app.density import CROSS

from .serving import Served, served

FOOTAGE = Path(__file__).resolve().parents[1] / "footage"
CLIPS = ("morning/corridor", "morning/entrance", "morning/shop", "morning/till", "nextday/entrance", "nextday/screen")
PAGES = ("/", "/live", "/cameras/states", "/health", "/flows")
EVERY, LOOKING, SETTLING = 10.0, 3.0, 300.0
SLOPE_BAR = 1.0  # MB a minute
GROWTH_BAR = 2  # threads, and handles
# Opening a store to answer takes three handles for a moment: one sample alone says little.
_ALIKE = 5


class Sample(NamedTuple):
    """What the process held at a moment; MB are 10^6 bytes."""

    seconds: float
    megabytes: float
    threads: int
    handles: int
    analysed: int
    dropped: int
    seeing: int


def site_text(clips: Sequence[Path], cameras: int) -> str:
    """The site's file, in JSON, which is YAML: clips as cameras, at their pace and for ever, all lines an entrance."""
    entries = [
        {
            "id": f"cam-{n:02}",
            "source": str(clip.resolve()),
            "pace": "real",
            "loop": True,
            "tripwires": [
                {"id": f"{wire.id}-{n:02}", "from": wire.segment.a, "to": wire.segment.b, "entrance": "all"}
                for wire in CROSS
            ],
        }
        for n, clip in enumerate(islice(cycle(clips), cameras))
    ]
    site = {"id": "endurance", "time_zone": "UTC"}
    return json.dumps({"site": site, "cameras": entries, "entrances": [{"id": "all"}]}, indent=1)


def look(running: Served, began: float) -> Sample:
    """What the process holds, and what its API says of the cameras."""
    cameras = running.get("/api/v1/live").json()["cameras"]
    process = running.process
    return Sample(
        time.monotonic() - began,
        process.memory_info().rss / 1e6,
        process.num_threads(),
        process.num_fds(),
        sum(camera["analysed"] for camera in cameras),
        sum(camera["dropped"] for camera in cameras),
        sum(camera["state"] == "seeing" for camera in cameras),
    )


def samples_of(running: Served, minutes: float) -> list[Sample]:
    """Look every ten seconds, and at pages in between."""
    began, samples, pages = time.monotonic(), list[Sample](), cycle(PAGES)
    while (seconds := time.monotonic() - began) < 60 * minutes:
        if seconds >= EVERY * len(samples):
            samples.append(look(running, began))
            print(*(f"{value:9.0f}" for value in samples[-1]), flush=True)
        running.get(next(pages))
        time.sleep(LOOKING)
    return samples


def slope(samples: Sequence[Sample], name: str) -> float:
    """Growth a minute, of a straight line through the samples."""
    minutes = np.array([s.seconds / 60 for s in samples])
    values = np.array([getattr(s, name) for s in samples], float)
    return float(np.polyfit(minutes, values, 1)[0])


def growth(samples: Sequence[Sample], name: str) -> float:
    """The number at the end less that at the beginning, each the middle one of some samples; printed."""
    values = [getattr(s, name) for s in samples]
    first, last = float(median(values[:_ALIKE])), float(median(values[-_ALIKE:]))
    print(f"{name}: {first:.0f} to {last:.0f}, at most {max(values)}")
    return last - first


def main(words: Sequence[str] | None = None) -> None:
    """Run, print what was seen, and exit with 1 if something grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clip", type=Path, help="for all cameras")
    parser.add_argument("--cameras", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=30.0)
    asked = parser.parse_args(words)
    clips = [asked.clip] if asked.clip else [FOOTAGE / f"{clip}.mp4" for clip in CLIPS]
    with tempfile.TemporaryDirectory(prefix="galleria-endurance-") as folder:
        site = Path(folder) / "site.yaml"
        site.write_text(site_text(clips, asked.cameras), "utf-8")
        print("  seconds        MB   threads   handles  analysed   dropped    seeing")
        with served(site, Path(folder) / "site") as running:
            samples = samples_of(running, asked.minutes)
    judge([s for s in samples if s.seconds >= min(SETTLING, 20 * asked.minutes)])


def judge(settled: Sequence[Sample]) -> None:
    """Print, and exit with 1 if something grew or nothing was done."""
    if len(settled) < _ALIKE:
        sys.exit("too short to tell")
    first, last = settled[0], settled[-1]
    memory = slope(settled, "megabytes")
    print(f"memory: {memory:+.3f} MB a minute, {first.megabytes:.0f} to {last.megabytes:.0f} MB")
    grown = [name for name in ("threads", "handles") if growth(settled, name) > GROWTH_BAR]
    analysed = last.analysed - first.analysed
    print(f"analysed {analysed} frames, dropped {last.dropped - first.dropped}")
    if analysed == 0:
        sys.exit("nothing was analysed: this says nothing")
    if memory > SLOPE_BAR or grown:
        sys.exit(f"grows: {', '.join([*(['memory'] if memory > SLOPE_BAR else []), *grown])}")


if __name__ == "__main__":
    main()
