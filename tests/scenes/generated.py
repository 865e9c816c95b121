"""Generated scenes: bodies that walk known ways, and what a detector would see of them.

Bodies hide behind pillars and behind each other, are cut by the picture's border, are missed now and then; boxes
wobble and scores dip when a body is half hidden. The truth is known to the millisecond because it was made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, pairwise

import numpy as np

from galleria.domain.detection import Detections
from galleria.domain.events import Crossing, Origin
from galleria.domain.geometry import Box, Point, Segment
from galleria.domain.site import Anchor, Tripwire
from galleria.domain.track import TrackState
from galleria.spatial.crossing import TripwireCounter
from galleria.tracking.tracker import MotionTracker

ASPECT = 16 / 9
ORIGIN = Origin("generated", "camera", "scene")
# A body of which less than this can be seen is not detected; below the other, its score dips.
SEEN_FROM = 0.35
ROUNDING = np.linspace(-0.5, 0.5, 21)
CLEAR_FROM = 0.7


@dataclass(frozen=True)
class Body:
    """Somebody.

    Attributes:
        way: (time, x, y) of the feet, time in seconds, place normalised. In between it goes straight on, and nobody
            stops or turns at once: corners are rounded over a second. It is not there before the first and
            after the last.
        height: in picture heights.
    """

    way: tuple[tuple[float, float, float], ...]
    height: float = 0.3

    def box(self, time: float) -> Box | None:
        """Where it is, hidden or not, in the picture or not."""
        if not self.way[0][0] <= time <= self.way[-1][0]:
            return None
        (t0, x0, y0), (t1, x1, y1) = _beyond(self.way[1], self.way[0]), _beyond(self.way[-2], self.way[-1])
        times, xs, ys = zip((t0, x0, y0), *self.way, (t1, x1, y1), strict=True)
        around = time + ROUNDING
        x, y = float(np.interp(around, times, xs).mean()), float(np.interp(around, times, ys).mean())
        half = 0.18 * self.height / ASPECT
        return Box(x - half, y - self.height, x + half, y)


def _beyond(inner: tuple[float, float, float], end: tuple[float, float, float]) -> tuple[float, float, float]:
    """Where the way would go on to after its end: as far again."""
    return (2 * end[0] - inner[0], 2 * end[1] - inner[1], 2 * end[2] - inner[2])


@dataclass(frozen=True)
class Flicker:
    """A thing that a detector now and then takes for somebody."""

    box: Box
    share: float = 0.4  # of looks
    scores: tuple[float, float] = (0.3, 0.45)


@dataclass(frozen=True)
class Scene:
    """A camera's view with a line in it.

    Attributes:
        line: in is from its left-hand to its right-hand side.
        pillars: hide whoever is behind them; boxes of the full height of a body.
        pixels: the picture's width and height: boxes are whole pixels.
        wobble: standard deviation of a box's sides, as a share of the body's height.
        missed: share of looks at which a body that can be seen is not.
    """

    line: Segment
    seconds: float
    bodies: tuple[Body, ...] = ()
    pillars: tuple[Box, ...] = ()
    flickers: tuple[Flicker, ...] = ()
    pixels: tuple[int, int] = (768, 432)
    wobble: float = 0.015
    missed: float = 0.04
    seed: int = 0

    def mirrored(self) -> Scene:
        """The scene in a mirror: in is out."""

        def flip(box: Box) -> Box:
            return Box(1 - box.right, box.top, 1 - box.left, box.bottom)

        a, b = self.line.a, self.line.b
        return replace(
            self,
            line=Segment(Point(1 - a.x, a.y), Point(1 - b.x, b.y)),
            bodies=tuple(replace(body, way=tuple((t, 1 - x, y) for t, x, y in body.way)) for body in self.bodies),
            pillars=tuple(map(flip, self.pillars)),
            flickers=tuple(replace(flicker, box=flip(flicker.box)) for flicker in self.flickers),
        )

    def half_size(self) -> Scene:
        """The same view in half as many pixels each way."""
        return replace(self, pixels=(self.pixels[0] // 2, self.pixels[1] // 2))

    def look(self, time: float) -> Detections:
        """What a detector sees at a time; always the same."""
        rng = np.random.default_rng((self.seed, round(time * 1e6)))
        there = [(body, box) for body in self.bodies if (box := body.box(time))]
        seen = [self._glimpse(body, box, there, rng) for body, box in there]
        seen += [(f.box, float(rng.uniform(*f.scores))) for f in self.flickers if rng.random() < f.share]
        boxes = [(self._drawn(box, rng), score) for box, score in filter(None, seen)]
        if not boxes:
            return Detections.none()
        return Detections(
            np.array([box for box, _ in boxes], np.float32), np.array([score for _, score in boxes], np.float32)
        )

    def _glimpse(
        self, body: Body, box: Box, there: Iterable[tuple[Body, Box]], rng: np.random.Generator
    ) -> tuple[Box, float] | None:
        """What can be seen of a body, with a score; None if it is hidden or missed."""
        missed, score = rng.random() < self.missed, float(rng.normal(0.75, 0.05))
        visible = Box(max(box.left, 0.0), max(box.top, 0.0), min(box.right, 1.0), min(box.bottom, 1.0))
        # Lower feet are nearer to the camera. Pillars stand in front of everybody.
        nearer = [other for who, other in there if who is not body and other.bottom > box.bottom]
        visible = _beside(visible, self.pillars)
        clear = max(0.0, visible.width) * max(0.0, visible.height) / (box.width * box.height)
        if nearer and clear > 0:
            clear = min(clear, *(1 - _share(visible, other) for other in nearer))
        if missed or clear < SEEN_FROM:
            return None
        return visible, score * (1.0 if clear >= CLEAR_FROM else 0.55)

    def _drawn(self, box: Box, rng: np.random.Generator) -> tuple[float, ...]:
        """A box as a detector gives it: wobbling, within the picture, in whole pixels."""
        width, height = self.pixels
        off = rng.normal(0, self.wobble * box.height, 4)
        left, right = (
            round((v + o / ASPECT) * width) / width for v, o in zip((box.left, box.right), off[:2], strict=True)
        )
        top, bottom = (round((v + o) * height) / height for v, o in zip((box.top, box.bottom), off[2:], strict=True))
        # The picture's border is sharp: a cut body reaches to it.
        if box.top <= 0:
            top = 0.0
        if box.bottom >= 1:
            bottom = 1.0
        return max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0)


def _beside(box: Box, pillars: Sequence[Box]) -> Box:
    """The wider of the two parts of a box beside each pillar in front of it."""
    for pillar in pillars:
        if pillar.left < box.right and pillar.right > box.left:
            left, right = pillar.left - box.left, box.right - pillar.right
            box = box._replace(right=pillar.left) if left > right else box._replace(left=pillar.right)
    return box


def _share(a: Box, b: Box) -> float:
    """The share of `a` that `b` covers."""
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    return width * height / (a.width * a.height) if width > 0 and height > 0 else 0.0


@dataclass
class Counted:
    """What was made of a scene: crossings in order of time, tracks, and what is left over in memory."""

    crossings: list[Crossing] = field(default_factory=list)
    tracks: set[int] = field(default_factory=set)
    left_over: int = 0

    @property
    def ways(self) -> list[tuple[float, str]]:
        return [(crossing.time, crossing.direction) for crossing in self.crossings]


def count_scene(scene: Scene, rate: float) -> Counted:
    """Look at a scene `rate` times a second, track, and count at its line."""
    tracker = MotionTracker(ASPECT, count(1))
    wire = TripwireCounter(ORIGIN, Tripwire("line", scene.line), ASPECT, Anchor.FEET)
    made = Counted()
    looks = [n / rate for n in range(int(scene.seconds * rate) + 1)]
    assert all(a < b for a, b in pairwise(looks))
    reports = [tracker.update(time, scene.look(time)) for time in looks]
    for update in (update for report in [*reports, tracker.finish()] for update in report):
        made.crossings += wire.update(update)
        made.tracks.add(update.track)
        assert update.state is not TrackState.ENDED or update.track not in wire._sides
    made.crossings.sort(key=lambda crossing: crossing.time)
    made.left_over = len(wire._sides) + len(tracker._tracks)
    return made
