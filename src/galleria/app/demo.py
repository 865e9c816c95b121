"""Footage with its ground truth into a count, a score and files to look at. Must not know where footage lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from galleria.analytics.score import Score, score
from galleria.domain.errors import StoreError
from galleria.domain.geometry import Point, Polygon
from galleria.domain.site import Camera, Tripwire, Zone
from galleria.domain.time import By
from galleria.domain.truth import Truth, TruthLine
from galleria.models.clients import Progress
from galleria.storage.exports import write_csv, write_json
from galleria.storage.tables import clip, dated, event_table, measure_table
from galleria.storage.truth import read_truth

from .answer import count_measures, crossings_of
from .choose import NO_SITE
from .count import Count, CountRequest, Watch, count, unwatched
from .models import Verdict, ensure, find_card, verify
from .networks import Loaded

FOLDER = "people_detection"
VIDEO = "people-detection.mp4"
TRUTH = "gt.json"
_SIZE = (768, 432)  # pixels, in which the truth and the areas below were drawn
# What the truth calls its lines: a name for people, and the image direction that leads into the room.
_LINES = {
    "floor_y350": ("floor", "up"),
    "left_exit_x150": ("left exit", "right"),
    "right_exit_x618": ("right exit", "left"),
}
_TOLERANCE = 0.5  # seconds; people mark crossings to 0.3 s
# The floor between the three lines, in two halves.
_AREAS = {
    "left half": ((158, 222), (380, 222), (380, 342), (158, 342)),
    "right half": ((388, 222), (610, 222), (610, 342), (388, 342)),
}


@dataclass(frozen=True, slots=True)
class Footage:
    """A clip of people in a room, and what people saw in it."""

    video: Path
    truth: Path


@dataclass(frozen=True, slots=True)
class Shown:
    """What the demo has to show.

    Attributes:
        files: what was written, with a word on each.
    """

    count: Count
    score: Score
    files: tuple[tuple[Path, str], ...]


def find_footage(data: Path) -> Footage | None:
    """Return the demo's footage in a folder of footage; None when it is not there."""
    found = Footage(data / FOLDER / VIDEO, data / FOLDER / TRUTH)
    return found if found.video.is_file() and found.truth.is_file() else None


def make_ready(progress: Progress) -> list[Verdict]:
    """Fetch the default network if it is not there yet, and check it.

    Raises:
        ModelError: it cannot be had, or is not what its card says.
    """
    entry = find_card()
    ensure(entry, "auto", progress)
    verdicts = verify([entry])
    for verdict in verdicts:
        if verdict.error is not None:
            raise verdict.error
    return verdicts


def demonstrate(footage: Footage, out: Path, network: Loaded, watch: Watch = unwatched) -> Shown:
    """Count the footage, compare with its truth, and write what was counted.

    Args:
        footage: the clip and its truth.
        out: folder for the files; made when it is not there.
        network: finds people.
        watch: told of progress.

    Raises:
        VideoError: the clip cannot be read.
        TruthError: the truth cannot.
        StoreError: a file cannot be written.
    """
    truth = _into_the_room(read_truth(footage.truth, _SIZE))
    camera = Camera("room", tripwires=tuple(map(_tripwire, truth.lines)), zones=_zones())
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"the folder {out} cannot be made: {error.strerror}"
        raise StoreError(problem, "Name another one with --out.") from error
    video, picture = out / "demo.mp4", out / "demo.png"
    request = CountRequest(NO_SITE, camera, (str(footage.video),), video=video, picture=picture, record=False)
    counted = count(request, network, watch)
    scored = score(truth, crossings_of(counted.events), counted.facts.start, _TOLERANCE)
    measures, events = out / "measures.csv", out / "events.json"
    write_csv(measure_table(count_measures(counted, By.MINUTE)), measures)
    label = dated(ZoneInfo(NO_SITE.zone)) if counted.facts.start_known else clip
    write_json(event_table(counted.events, label), events)
    files = (
        (video, "the clip with lines, tracks and numbers; heads are blurred"),
        (picture, "all paths in one picture"),
        (measures, "what was counted, by minute"),
        (events, "every crossing, stay and path"),
    )
    return Shown(counted, scored, files)


def _tripwire(line: TruthLine) -> Tripwire:
    # Feet, as for the paths, whatever the truth took: then a path meets its line where the crossing is drawn.
    name, _ = _LINES.get(line.id, ("", ""))
    return replace(line.tripwire(), name=name, anchor=None)


def _into_the_room(truth: Truth) -> Truth:
    """Turn lines so that `in` leads into the room: what the numbers mean to somebody who runs the place."""
    return replace(truth, lines=tuple(_turned(line, _LINES.get(line.id, ("", ""))[1]) for line in truth.lines))


def _turned(line: TruthLine, way_in: str) -> TruthLine:
    if line.words[1] != way_in:
        return line
    return replace(line, segment=line.segment.reversed(), words=(line.words[1], line.words[0]))


def _zones() -> tuple[Zone, ...]:
    wide, high = _SIZE
    return tuple(
        Zone(name.replace(" ", "-"), Polygon(tuple(Point(x / wide, y / high) for x, y in corners)), name)
        for name, corners in _AREAS.items()
    )
