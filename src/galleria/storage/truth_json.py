"""The content of a JSON truth file into domain facts. Knows nothing of files.

Liberal: what can be worked out may be missing, other keys are kept as notes. Exact: what is wrong is named by its key.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from galleria.domain.errors import TruthError
from galleria.domain.geometry import OPPOSITE, Point, Segment
from galleria.domain.site import Anchor
from galleria.domain.truth import Truth, TruthCrossing, TruthLine, totals_of, words_of

TRUTH_KEYS = {"convention", "file", "fps", "frames", "size", "lines"}
LINE_KEYS = {"id", "p1", "p2", "in", "anchor", "tolerance_s", "totals", "events"}
CROSSING_KEYS = {"t", "dir"}
BORDER = 0.01  # a line may end this far outside the picture, as a share of its size
DIRECTIONS = "up, down, left, right, in or out"


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a document and where it stands."""

    name: str
    path: str
    value: object

    def fail(self, problem: str, remedy: str) -> NoReturn:
        where = f"{self.name}: {self.path}" if self.path else self.name
        problem = f"{where} {problem}"
        raise TruthError(problem, remedy)

    def mapping(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            self.fail("is not an object {...}", "See docs/score-a-site.md for the format of truth files.")
        return self.value

    def get(self, *keys: str) -> Place | None:
        """The first of the keys that is there and not null."""
        values = self.mapping()
        for key in keys:
            if values.get(key) is not None:
                return Place(self.name, f"{self.path}.{key}" if self.path else key, values[key])
        return None

    def need(self, key: str, remedy: str) -> Place:
        return self.get(key) or self.fail(f"has no {key!r}", remedy)

    def each(self) -> Iterator[Place]:
        if not isinstance(self.value, list):
            self.fail("is not a list [...]", "See docs/score-a-site.md for the format of truth files.")
        for n, value in enumerate(self.value):
            yield Place(self.name, f"{self.path}[{n}]", value)

    def number(self, least: float = -math.inf) -> float:
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.fail(f"is {value!r}, not a number", "Write a plain number.")
        if value < least:
            self.fail(f"is {value:g}, less than {least:g}", f"Write a number of at least {least:g}.")
        return float(value)

    def pair(self, remedy: str) -> tuple[float, float]:
        values = [place.number() for place in self.each()]
        match values:
            case [first, second]:
                return first, second
            case _:
                self.fail(f"has {len(values)} numbers, not 2", remedy)
        return None

    def word(self) -> str:
        word = str(self.value).strip().lower()
        if word not in OPPOSITE:
            self.fail(f"is {self.value!r}", f"Write {DIRECTIONS}.")
        return word

    def notes(self, known: set[str]) -> dict[str, object]:
        return {key: value for key, value in self.mapping().items() if key not in known}


def parse_document(root: Place, size: tuple[int, int] | None) -> Truth:
    """Check a whole document; see `galleria.storage.truth.parse_truth`."""
    fps = root.get("fps")
    frames = root.get("frames")
    rate = fps.number(least=0.001) if fps else None
    pixels = _size(root) or size
    video = root.get("file")
    tolerance = root.get("tolerance_s")
    lines: dict[str, TruthLine] = {}
    for place in root.need("lines", "List the lines that were labelled, see docs/score-a-site.md.").each():
        line = _line(place, len(lines) + 1, pixels, rate, tolerance.number(least=0) if tolerance else None)
        if line.id in lines:
            place.fail(f"has the id {line.id!r} of an earlier line", "Give each line an id of its own.")
        lines[line.id] = line
    return Truth(
        lines=tuple(lines.values()),
        video=str(video.value) if video else "",
        size=pixels,
        fps=rate,
        frames=int(frames.number(least=0)) if frames else None,
        notes=root.notes(TRUTH_KEYS),
    )


def _size(root: Place) -> tuple[int, int] | None:
    place = root.get("size")
    if place is None:
        return None
    width, height = place.pair("Write [width, height] in pixels.")
    if width < 1 or height < 1:
        place.fail(f"is {width:g} by {height:g}", "Write [width, height] in pixels.")
    return int(width), int(height)


def _line(
    place: Place, number: int, size: tuple[int, int] | None, fps: float | None, tolerance: float | None
) -> TruthLine:
    name = place.get("id")
    own = place.get("tolerance_s")
    anchor = place.get("anchor")
    segment = _segment(place, size)
    events = place.get("events")
    totals = place.get("totals")
    if not events and not totals:
        place.fail("has neither 'events' nor 'totals'", "List the crossings, or give how many there were.")
    crossings = [_crossing(event, fps) for event in events.each()] if events else []
    counts = _totals(totals) if totals else {}
    used = {crossing.direction for crossing in crossings} | {word for word in counts if counts[word]}
    if not used and counts.keys() <= {"in", "out"}:
        used = set(counts)
    segment, words = _directed(place, segment, used)
    in_time = tuple(sorted(crossings, key=lambda crossing: crossing.time))
    if events:
        listed = totals_of(words, in_time)
        for word in counts:
            if counts[word] != listed.get(word, 0):
                place.fail(
                    f"has {listed.get(word, 0)} {word!r} in 'events' and {counts[word]} in 'totals'",
                    "Correct one of the two.",
                )
        counts = listed
    return TruthLine(
        id=str(name.value) if name else f"line{number}",
        segment=segment,
        words=words,
        crossings=in_time if events else None,
        totals={word: counts.get(word, 0) for word in words},
        anchor=_anchor(anchor) if anchor else None,
        tolerance=own.number(least=0) if own else tolerance,
        notes=place.notes(LINE_KEYS),
    )


def _segment(place: Place, size: tuple[int, int] | None) -> Segment:
    remedy = "Write [x, y] in pixels."
    p1, p2 = place.need("p1", remedy), place.need("p2", remedy)
    ends = [p1.pair(remedy), p2.pair(remedy)]
    # No line in pixels is as short as one pixel: such numbers are normalised already.
    normalised = all(0 <= value <= 1 for end in ends for value in end)
    if not normalised and size is None:
        place.fail("is in pixels of an unknown size", 'Add "size": [width, height] to the file.')
    width, height = (1, 1) if normalised or size is None else size
    points = [Point(x / width, y / height) for x, y in ends]
    for end, (x, y) in zip((p1, p2), points, strict=True):
        if max(abs(x - 0.5), abs(y - 0.5)) > 0.5 + BORDER:
            end.fail(f"lies outside the picture of {width} by {height}", "Correct it, or the file's 'size'.")
    if points[0] == points[1]:
        place.fail("is a line from a point to itself", "Give p1 and p2 different places.")
    return Segment(points[0], points[1])


def _directed(place: Place, segment: Segment, used: set[str]) -> tuple[Segment, tuple[str, str]]:
    """Turn the segment so that `in` is as the file says, and find its two words."""
    inwards = place.get("in")
    if inwards and used <= {"in", "out"}:
        ways = words_of(segment, inwards.word())
        if ways is None or inwards.word() in {"in", "out"}:
            inwards.fail(f"is {inwards.value!r}", "Name the image direction that is in and that crosses the line.")
        segment = segment if ways[0] == inwards.word() else segment.reversed()
        return segment, ("in", "out")
    words = words_of(segment, next(iter(sorted(used)), ""))
    if words is None:
        place.fail(
            f"cannot be crossed {' or '.join(sorted(used))} the way it lies", "Correct p1, p2 or the directions."
        )
    if not used <= set(words):
        place.fail(f"has crossings {', '.join(sorted(used))}", "Use up and down, left and right, or in and out.")
    return segment, words


def _totals(place: Place) -> dict[str, int]:
    counts = {}
    for key in place.mapping():
        entry = Place(place.name, f"{place.path}.{key}", place.mapping()[key])
        count = entry.number(least=0)
        if count != int(count):
            entry.fail(f"is {count:g}", "Write a whole number.")
        counts[Place(place.name, entry.path, key).word()] = int(count)
    return counts


def _crossing(place: Place, fps: float | None) -> TruthCrossing:
    direction = place.get("dir", "direction")
    if direction is None:
        place.fail("has no 'dir'", f"Write {DIRECTIONS}.")
    time = place.get("t")
    known = {*CROSSING_KEYS, direction.path.rpartition(".")[2]}
    if time is not None:
        return TruthCrossing(time.number(least=0), direction.word(), place.notes(known))
    frame = place.get("frame0", "frame")
    if frame is None:
        place.fail("has neither 't' nor 'frame'", "Write 't' in seconds after the first frame.")
    if fps is None:
        frame.fail("is a frame, but the file has no 'fps'", "Add 'fps' to the file, or write 't' in seconds.")
    return TruthCrossing(frame.number(least=0) / fps, direction.word(), place.notes(known))


def _anchor(place: Place) -> Anchor:
    text = str(place.value).lower()
    # Feet and head first: "bottom-centre (feet)" holds the word centre too.
    words = {Anchor.FEET: ("feet", "foot", "bottom"), Anchor.HEAD: ("head", "top"), Anchor.CENTRE: ("cent", "middle")}
    named = next((anchor for anchor, hints in words.items() if any(hint in text for hint in hints)), None)
    return named or place.fail(f"is {place.value!r}", "Write feet, centre or head.")
