"""Footage whose truth is known into counts, scores, and files to look at, several cameras at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from galleria.analytics.score import Score, score
from galleria.domain.errors import StoreError
from galleria.domain.site import Site
from galleria.domain.time import By
from galleria.storage.exports import write_csv, write_json
from galleria.storage.tables import clip, dated, event_table, measure_table

from .answer import count_measures, crossings_of
from .count import Count, CountRequest, Watch, count, unwatched
from .footage import Footage, Take
from .networks import Loaded
from .places import check_places


@dataclass(frozen=True, slots=True)
class Shown:
    """One camera counted.

    Attributes:
        film: the clip with lines, tracks and numbers.
        picture: all paths in one picture.
    """

    count: Count
    score: Score
    film: Path
    picture: Path


def show(footage: Footage, out: Path, network: Loaded, watch: Watch = unwatched, workers: int = 1) -> list[Shown]:
    """Count every camera at its own lines and zones, draw it, and compare with its truth.

    Args:
        footage: what is shown.
        out: folder for the films and pictures; made when it is not there.
        network: finds people.
        watch: told of the progress of all cameras together.
        workers: how many cameras are counted at once.

    Raises:
        VideoError: a clip cannot be read.
        InputError: a film would be written over its clip.
        StoreError: a file cannot be written.
        KeyboardInterrupt: Ctrl-C ended it; a part of a clip cannot be scored.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"the folder {out} cannot be made: {error.strerror}"
        raise StoreError(problem, "Name another one with --out.") from error
    together = _Together(watch, len(footage.takes))
    with ThreadPoolExecutor(workers) as pool:
        counts = [
            pool.submit(_show_camera, footage.site, take, out, network, together.part(number))
            for number, take in enumerate(footage.takes)
        ]
        try:
            return [one.result() for one in counts]
        except BaseException:
            together.stop = True
            pool.shutdown(cancel_futures=True)
            raise


@dataclass(slots=True)
class _Together:
    """The progress of several counts as that of one; ends them all when told to."""

    watch: Watch
    parts: int
    stop: bool = False
    _told: dict[int, tuple[float, float, int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def part(self, number: int) -> Watch:
        def told(done: float, total: float | None, crossings: int) -> None:
            if self.stop:
                raise KeyboardInterrupt  # as a count expects to be ended
            with self._lock:
                self._told[number] = (done, total or done, crossings)
                done, length, crossings = map(sum, zip(*self._told.values(), strict=True))
                # Clips that have not begun are taken to be as long as the others.
                self.watch(done, length * self.parts / len(self._told), crossings)

        return told


def _show_camera(site: Site, take: Take, out: Path, network: Loaded, watch: Watch) -> Shown:
    film, picture = out / f"{take.camera.id}.mp4", out / f"{take.camera.id}.png"
    check_places((film, picture), [str(take.video)])
    threads = network.choice.threads
    sources = (str(take.video),)
    request = CountRequest(site, take.camera, sources, threads=threads, video=film, picture=picture, record=False)
    counted = count(request, network, watch)
    if counted.tally.interrupted:
        raise KeyboardInterrupt
    return Shown(counted, score(take.truth, crossings_of(counted.events), counted.facts.start), film, picture)


def whole_score(shown: Sequence[Shown]) -> Score:
    """The scores of all cameras as one: `overall` is of all their lines."""
    return Score(tuple(line for one in shown for line in one.score.lines))


def write_tables(shown: Sequence[Shown], out: Path) -> tuple[Path, Path]:
    """Write the measures of all cameras by minute, and all events.

    Returns:
        the CSV file of measures and the JSON file of events.

    Raises:
        StoreError: a file cannot be written.
    """
    measures, events = out / "measures.csv", out / "events.json"
    write_csv(measure_table([row for one in shown for row in count_measures(one.count, By.MINUTE)]), measures)
    known = all(one.count.facts.start_known for one in shown)
    label = dated(ZoneInfo(shown[0].count.site.zone)) if shown and known else clip
    write_json(event_table([event for one in shown for event in one.count.events], label), events)
    return measures, events
