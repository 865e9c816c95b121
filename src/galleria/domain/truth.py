"""Truth: what people saw in a clip, to compare a count with.

Times are clip times: seconds after the clip's first frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from .geometry import OPPOSITE, Box, Segment
from .site import Anchor, Tripwire

NO_NOTES: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class TruthCrossing:
    """One crossing in the words of a truth line: seen by a person, or counted and put into those words.

    Attributes:
        time: seconds after the clip's first frame.
        direction: one of the line's two words.
        notes: what else the file says about it; kept so that writing the file again loses nothing.
    """

    time: float
    direction: str
    notes: Mapping[str, object] = field(default_factory=lambda: NO_NOTES, compare=False)


@dataclass(frozen=True, slots=True)
class TruthLine:
    """A line with everybody who crossed it.

    Attributes:
        segment: normalised; directed so that `in` of its tripwire is the first of `words`.
        words: what the file calls the ways `in` and `out` of the tripwire: up and down, left and right
            (in the picture), or in and out themselves.
        crossings: in order of time; None when only totals are known.
        totals: crossings by word; both words are there.
        anchor: the point of a body that must cross; None when the file does not say.
        tolerance: seconds by which a labelled time may be off; None when the file does not say.
        notes: other keys of the file, kept for writing.
    """

    id: str
    segment: Segment
    words: tuple[str, str]
    crossings: tuple[TruthCrossing, ...] | None
    totals: Mapping[str, int]
    anchor: Anchor | None = None
    tolerance: float | None = None
    notes: Mapping[str, object] = field(default_factory=lambda: NO_NOTES, compare=False)

    def word(self, direction: str) -> str:
        """This line's word for the direction `in` or `out` of its tripwire."""
        return self.words[0] if direction == "in" else self.words[1]

    def tripwire(self) -> Tripwire:
        """The tripwire that counts what this line's truth lists."""
        return Tripwire(self.id, self.segment, anchor=self.anchor)


@dataclass(frozen=True, slots=True)
class Truth:
    """What people saw in one clip.

    Attributes:
        video: the clip's file name; empty when unknown.
        size: width and height in pixels of the picture in which lines were drawn; None when unknown.
        fps: frames a second of the clip; None when unknown.
        frames: how many frames the clip has; None when unknown.
        notes: other keys of the file, kept for writing.
    """

    lines: tuple[TruthLine, ...]
    video: str = ""
    size: tuple[int, int] | None = None
    fps: float | None = None
    frames: int | None = None
    notes: Mapping[str, object] = field(default_factory=lambda: NO_NOTES, compare=False)


class TrackBox(NamedTuple):
    """Where one track was in one frame, labelled or tracked; the box is normalised."""

    track: int
    box: Box


def truth_line(tripwire: Tripwire, anchor: Anchor) -> TruthLine:
    """An empty truth line for a tripwire, in the words in and out.

    Args:
        tripwire: the line.
        anchor: what its camera says; used when the tripwire has none of its own.
    """
    words = ("in", "out")
    totals = dict.fromkeys(words, 0)
    return TruthLine(tripwire.id, tripwire.segment, words, (), totals, tripwire.anchor or anchor)


def words_of(segment: Segment, word: str = "") -> tuple[str, str] | None:
    """The words for `in` and `out` of a tripwire on `segment`.

    Args:
        segment: normalised.
        word: one word that is used; empty: whichever image directions fit the line better.

    Returns:
        the words for in and out; None when a line that lies like this cannot be crossed in that direction.
    """
    word = word or segment.towards
    if word in {"in", "out"}:
        return "in", "out"
    # The right-hand normal, with y down, as in Segment.towards.
    nx, ny = -(segment.b.y - segment.a.y), segment.b.x - segment.a.x
    along, across, words = (nx, ny, ("right", "left")) if word in {"left", "right"} else (ny, nx, ("down", "up"))
    if abs(along) < 0.1 * abs(across):
        return None
    first = words[0] if along > 0 else words[1]
    return first, OPPOSITE[first]


def totals_of(words: tuple[str, str], crossings: tuple[TruthCrossing, ...]) -> dict[str, int]:
    """Crossings by word; a word without crossings counts 0."""
    counted = Counter(crossing.direction for crossing in crossings)
    return {word: counted[word] for word in words}
