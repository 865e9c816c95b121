"""Runs a site of paced cameras for a while and watches its memory, threads and handles.

`python -m bench.endurance --clip FILE --cameras 12 --minutes 30`. Samples every ten seconds; the slope is that of a
straight line through the samples after the first five minutes (or after a third, of shorter runs).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

from galleria.app.density import CROSS, Clip, watched
from galleria.app.networks import Choice, load
from galleria.capture.sources import open_source

EVERY, SETTLING = 10.0, 300.0
SLOPE_BAR = 1.0  # MB a minute


class Sample(NamedTuple):
    """What the process held at a moment; MB are 10^6 bytes."""

    seconds: float
    megabytes: float
    threads: int
    handles: int
    analysed: int
    dropped: int


def sample(clip: Clip, cameras: int, minutes: float) -> list[Sample]:
    """Run, and look every ten seconds."""
    process, samples = psutil.Process(), []
    with tempfile.TemporaryDirectory(prefix="galleria-endurance-") as folder:
        loaded = load(Choice(threads=1))
        with watched(clip, cameras, loaded, Path(folder)) as (runner, _):
            began = time.monotonic()
            while (seconds := time.monotonic() - began) < 60 * minutes:
                live = runner.live().values()
                samples.append(
                    Sample(
                        seconds,
                        process.memory_info().rss / 1e6,
                        process.num_threads(),
                        process.num_fds(),
                        sum(camera.analysed for camera in live),
                        sum(camera.dropped for camera in live),
                    )
                )
                print(*(f"{value:9.0f}" for value in samples[-1]), flush=True)
                time.sleep(min(EVERY, max(0.1, 60 * minutes - seconds)))
    return samples


def slope(samples: Sequence[Sample], name: str) -> float:
    """Growth a minute, of a straight line through the samples."""
    minutes = np.array([s.seconds / 60 for s in samples])
    values = np.array([getattr(s, name) for s in samples], float)
    return float(np.polyfit(minutes, values, 1)[0])


def main(words: Sequence[str] | None = None) -> None:
    """Run, print what was seen, and exit with 1 if something grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--clip", type=Path, default=Path(__file__).resolve().parents[1] / "footage/morning/corridor.mp4"
    )
    parser.add_argument("--cameras", type=int, default=12)
    parser.add_argument("--minutes", type=float, default=30.0)
    asked = parser.parse_args(words)
    print("  seconds        MB   threads   handles  analysed   dropped")
    with closing(open_source(str(asked.clip))) as source:
        clip = Clip(asked.clip, CROSS, source.facts.seconds or 60.0, Counter())
    samples = sample(clip, asked.cameras, asked.minutes)
    settled = [s for s in samples if s.seconds >= min(SETTLING, 20 * asked.minutes)]
    if len(settled) < 3:  # noqa: PLR2004  a line needs some points
        sys.exit("too short to tell")
    memory = slope(settled, "megabytes")
    first, last = settled[0], settled[-1]
    print(f"memory: {memory:+.3f} MB a minute, {first.megabytes:.0f} to {last.megabytes:.0f} MB")
    print(f"threads: {first.threads} to {last.threads}, at most {max(s.threads for s in settled)}")
    print(f"handles: {first.handles} to {last.handles}, at most {max(s.handles for s in settled)}")
    print(f"analysed {last.analysed - first.analysed} frames, dropped {last.dropped - first.dropped}")
    grown = [name for name in ("threads", "handles") if slope(settled, name) > asked.cameras / 30]
    if memory > SLOPE_BAR or grown:
        sys.exit(f"grows: {', '.join([*(['memory'] if memory > SLOPE_BAR else []), *grown])}")


if __name__ == "__main__":
    main()
