"""Kills a running site again and again, at random moments; compares journal and occupancy with an undisturbed run's.

`python -m bench.crash --kills 20`. The child counts recordings as cameras of a site and is killed with SIGKILL after
a random number of envelopes and a random wait; it is started again until it comes to the end. A kill that comes when
everything is counted is none, and is tried again.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from galleria.app.inside import Inside
from galleria.app.live_parts import parts_with
from galleria.app.live_sink import LiveSink
from galleria.app.networks import Choice, load
from galleria.capture.backoff import Backoff
from galleria.capture.feed import Feed
from galleria.capture.reading import Reading
from galleria.capture.sources import open_reading
from galleria.domain.events import Event, Origin, kind_of
from galleria.domain.health import Condition
from galleria.domain.site import Camera
from galleria.domain.time import WallClock
from galleria.runtime.site import SiteRunner
from galleria.storage.journal import Journal
from galleria.storage.live import LiveJournal
from galleria.storage.sitefile import load_site

FOOTAGE = Path(__file__).resolve().parents[1] / "footage"
CAMERAS = ("entrance", "corridor", "shop")
WRITTEN, DONE, OCCUPANCY = "written", "done", "inside"  # what the child says
_PATIENCE = 10  # kills that come too late


class Loud(LiveJournal):
    """A journal that says when an envelope was written, and knows how many recordings are left."""

    def __init__(self, path: Path, site: str, cameras: int) -> None:
        super().__init__(path, site, WallClock())
        self.left = cameras

    @contextmanager
    def envelope(self) -> Iterator[None]:
        with super().envelope():
            yield
        _say(WRITTEN if self.left else DONE)

    def finish(self, origin: Origin) -> None:
        super().finish(origin)
        self.left -= 1


def run(folder: Path, seconds: float) -> None:
    """Count the first seconds of some recordings as a site, to their end: the child. Says who is inside then."""
    site = load_site(FOOTAGE / "site.yaml")
    # Clip times lie in the first minute of 1970, when nothing is open: without hours they are of that day.
    site = replace(site, cameras=tuple(c for c in site.cameras if c.id in CAMERAS), hours={})
    clock = WallClock()

    def feed(camera: Camera, ready: Callable[[], None]) -> Feed:
        reading = Reading(camera.id, end=seconds, clock=clock.now, feed=True)

        return Feed(
            camera.id,
            lambda: open_reading(camera.source, reading),
            rate=None,
            clock=clock.now,
            backoff=Backoff(),
            ready=ready,
            again=False,
            lossless=True,
        )

    parts = replace(parts_with(load(Choice(threads=1)), site, clock), feed=feed)
    with Loud(folder / "journal.db", site.id, len(site.cameras)) as journal:
        # As a running site does: from what the journal has, then from what is written.
        inside = Inside(site, seconds, (), shown(folder))
        counted = LiveSink(
            journal, (lambda what: inside.take([one for one in what if not isinstance(one, Condition)]),)
        )
        runner = SiteRunner(site, parts, counted, clock)
        runner.start()
        while journal.left:
            time.sleep(0.05)
        runner.stop()
    now = inside.now()
    _say(f"{OCCUPANCY} {now.value} of {now.came} in, {now.went} out, {now.withheld} withheld")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def disturbed(folder: Path, seconds: float, kills: int, chance: random.Random, say: Callable[[str], None]) -> str:
    """Run to the end, killed so many times on the way; returns the occupancy."""
    number = late = 0
    before = folder.with_suffix(".before")
    folder.mkdir()
    while number < kills:
        shutil.copytree(folder, before)
        written = _killed(folder, seconds, chance.randint(1, 40), chance.uniform(0, 0.5))
        if written is None:  # as if it had not been: what is whole cannot be disturbed any more
            shutil.rmtree(folder)
            before.rename(folder)
            late += 1
            if late > 2 * kills + _PATIENCE:
                sys.exit(f"only {number} of {kills} kills came before the end; count more --seconds")
            continue
        shutil.rmtree(before)
        number += 1
        say(f"kill {number} of {kills}: after {written} writings; {len(shown(folder))} events are there")
    if late:
        say(f"{late} more came when everything was counted: they do not count, and were undone")
    return undisturbed(folder, seconds)


def _killed(folder: Path, seconds: float, after: int, wait: float) -> int | None:
    """Kill a run after so many writings and seconds; returns the writings, None if it had come to its end before."""
    with _child(folder, seconds) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        said = [line.strip() for _, line in zip(range(after), child.stdout, strict=False)]
        time.sleep(wait)
        child.kill()
        said += child.stdout.read().split("\n")
        errors, status = child.stderr.read(), child.wait()
    if status not in {0, -signal.SIGKILL}:
        sys.exit(f"the run failed with {status}: {errors}")
    return said.count(WRITTEN) if status and DONE not in said else None


def undisturbed(folder: Path, seconds: float) -> str:
    """Run to the end; returns the occupancy."""
    with _child(folder, seconds) as child:
        said, errors = child.communicate()
    if child.returncode:
        sys.exit(f"the run failed with {child.returncode}: {errors}")
    return next(line for line in said.splitlines() if line.startswith(OCCUPANCY))


@contextmanager
def _child(folder: Path, seconds: float) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "bench.crash", "--run", str(folder), "--seconds", str(seconds)]
    with subprocess.Popen(  # noqa: S603  our own words only
        command, cwd=FOOTAGE.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def shown(folder: Path) -> list[Event]:
    """What the journal shows."""
    with Journal(folder / "journal.db") as journal:
        return list(journal.events("mall-of-nobody"))


def main(words: Sequence[str] | None = None) -> None:
    """Kill, compare, and exit with 1 if the journals differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30.0, help="of each recording")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.run:
        run(asked.run, asked.seconds)
        return
    with tempfile.TemporaryDirectory(prefix="galleria-crash-") as folder:
        quiet, loud = Path(folder) / "quiet", Path(folder) / "loud"
        inside = undisturbed(quiet, asked.seconds)
        inside_after = disturbed(loud, asked.seconds, asked.kills, random.Random(asked.seed), print)  # noqa: S311
        one, other = shown(quiet), shown(loud)
    kinds = {kind: sum(kind_of(event) == kind for event in one) for kind in sorted({kind_of(event) for event in one})}
    print(f"undisturbed: {len(one)} events {kinds}; after {asked.kills} kills: {len(other)}")
    if not one or one != other:
        missing, more = set(one) - set(other), set(other) - set(one)
        sys.exit(f"they differ: {len(missing)} are missing, {len(more)} are too many or other")
    print(f"undisturbed: {inside}; after the kills: {inside_after}")
    if inside != inside_after:
        sys.exit("occupancy differs")
    print("they are equal")


if __name__ == "__main__":
    main()
