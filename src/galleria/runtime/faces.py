"""The face step of a camera's graph: bodies that are followed -> faces -> best shots -> what declared purposes need.

It is built only where a purpose has a grant, and this module is loaded only then. Pixels end here: what leaves it are
templates, for this site's galleries, and what small networks say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from galleria.domain.detection import Detections
from galleria.domain.face import Faces
from galleria.domain.frame import Frame, Pixels
from galleria.domain.geometry import Point
from galleria.domain.site import Camera
from galleria.domain.track import TrackPoint, TrackState
from galleria.spatial.crossing import anchor_point
from galleria.vision.faces.attributes import LIKELY_MINOR, Age, AgeReader, ClassReader, is_attentive, minor_likelihood
from galleria.vision.faces.chips import Cutter, whole
from galleria.vision.faces.embedder import Embedder
from galleria.vision.faces.finder import FaceFinder
from galleria.vision.faces.owners import assign
from galleria.vision.faces.pose import pose_of
from galleria.vision.faces.shots import BestShots, Shot, shoot

from .face_facts import UNSURE, FaceFact, Glance, Likeness, Minor, Mood, Need, Portrait
from .look import Look

# A body's face is looked for so often, seconds; ever less often while none is found.
SOONEST, LATEST = 0.25, 1.0
SLOWER = 1.5
# A face is asked for its expression so often, seconds, and for its attention so often.
MOOD_EVERY, GLANCE_EVERY = 5.0, 0.5
# A gender presentation is told from this share on.
SURE = 0.65
# Bodies lower than this, pixels, have no face that is good enough for anything.
LEAST_BODY = 96
# A face narrower than this, pixels, does not tell where it looks: its points lie as on one that looks straight ahead,
# even on the back of a head. On rendered people the angle is 4 to 7 degrees off from here on, below 7 to 28 (median).
LEAST_FACE = 20.0


@dataclass(frozen=True, slots=True)
class FaceTools:
    """Networks, as far as they are needed. Ages are needed for templates and attributes: likely minors are dropped."""

    finder: FaceFinder
    embedder: Embedder | None = None
    age: AgeReader | None = None
    gender: ClassReader | None = None
    expression: ClassReader | None = None


@dataclass(slots=True)
class _Watched:
    """When a track's face is looked for next, and what is known of it; ends with the track."""

    due: float
    wait: float = SOONEST
    at: Point = field(default_factory=lambda: Point(0.0, 0.0))
    mood: float = float("-inf")
    glance: float | None = None


class FaceStep:
    """Looks at the faces of one epoch of one camera. Used by one thread.

    Args:
        camera: its record, which may be replaced; faces outside its lane are not looked at.
        tools: networks for all that is needed.
        need: what is needed.
    """

    def __init__(self, camera: Camera, tools: FaceTools, need: Need) -> None:
        wanted = (need.templates, tools.embedder), (need.attributes, tools.gender), (need.expressions, tools.expression)
        if any(asked and tool is None for asked, tool in (*wanted, (need.ages, tools.age))):
            problem = f"a network is missing for {need}"
            raise ValueError(problem)
        self.camera, self._tools, self._need = camera, tools, need
        readers = (need.templates, tools.embedder), (need.portraits, tools.age), (need.attributes, tools.gender)
        self._cutters = [reader.cutter for asked, reader in readers if asked and reader]
        self._best = BestShots()
        self._tracks: dict[int, _Watched] = {}

    def look(self, look: Look) -> list[FaceFact]:
        """Take a look that was searched and followed; what is certain with it."""
        frame = look.frame
        if frame is None or look.blind:
            return self.end()
        present: dict[int, TrackPoint] = {}
        facts: list[FaceFact] = []
        for update in look.updates:
            if update.state is TrackState.ENDED:
                facts += self._left(update.track)
            elif update.points and update.points[-1].time == frame.time:
                present[update.track] = update.points[-1]
        asked = self._asked(frame, present)
        if asked:
            facts += self._seen(frame.time, whole(frame.picture), asked, present)
        for track in self._best.due(frame.time):
            facts += self._portrait(track, self._best.take(track))
        return facts

    def end(self) -> list[FaceFact]:
        """Nobody is followed any more; what is left."""
        return [fact for track in list(self._tracks) for fact in self._left(track)]

    def _asked(self, frame: Frame, present: Mapping[int, TrackPoint]) -> list[int]:
        """Tracks whose faces are to be looked for now."""
        asked = []
        for track, point in present.items():
            known = self._tracks.setdefault(track, _Watched(frame.time))
            known.at = anchor_point(point.box, self.camera.anchor)
            large = point.box.height * frame.picture.height >= LEAST_BODY
            if large and frame.time >= known.due and self._wanted(track, known, frame.time):
                asked.append(track)
        return asked

    def _wanted(self, track: int, known: _Watched, now: float) -> bool:
        if self._need.attention or (self._need.expressions and now - known.mood >= MOOD_EVERY):
            return True
        return self._hunted(track)

    def _hunted(self, track: int) -> bool:
        return self._need.portraits and self._best.wants(track)

    def _seen(
        self, time: float, pixels: Pixels, asked: Sequence[int], present: Mapping[int, TrackPoint]
    ) -> list[FaceFact]:
        faces, owned = self._found(pixels, asked, present)
        facts: list[FaceFact] = []
        for track in asked:
            known, face = self._tracks[track], owned.get(track)
            known.wait = SOONEST if face is not None else min(LATEST, known.wait * SLOWER)
            hunted = self._hunted(track) or not self._need.attention
            known.due = time + (known.wait if hunted else GLANCE_EVERY)
            if self._need.attention:
                facts.append(self._glance(track, time, pixels, faces, face))
            if face is not None:
                facts += self._shot(track, time, pixels, faces, face)
        return facts

    def _found(
        self, pixels: Pixels, asked: Sequence[int], present: Mapping[int, TrackPoint]
    ) -> tuple[Faces, dict[int, int]]:
        """Faces in the boxes of some tracks, and which of them is whose: it may be that of somebody beside them."""
        found = self._tools.finder.find(pixels, _bodies([present[track] for track in asked]), self.camera.lane)
        owners = assign(found.faces, _bodies(present.values()), pixels.shape[1] / pixels.shape[0])
        tracks = list(present)
        return found.faces, {tracks[body]: face for face, body in enumerate(owners) if body >= 0}

    def _shot(self, track: int, time: float, pixels: Pixels, faces: Faces, face: int) -> list[FaceFact]:
        known = self._tracks[track]
        if self._hunted(track):
            shot = shoot(pixels, faces, face, time, self._cutters)
            if shot is not None:
                self._best.offer(track, shot)
        reader, ages = self._tools.expression, self._tools.age
        if not self._need.expressions or reader is None or ages is None or time - known.mood < MOOD_EVERY:
            return []
        shot = shoot(pixels, faces, face, time, [reader.cutter, ages.cutter])
        if shot is None:
            return []
        known.mood = time
        if minor_likelihood(ages.read([shot.chips[ages.cutter.card.id]])) >= LIKELY_MINOR:
            return []
        (shares,) = reader.read([shot.chips[reader.cutter.card.id]])
        return [Mood(track, time, known.at, shares)]

    def _glance(self, track: int, time: float, pixels: Pixels, faces: Faces, face: int | None) -> Glance:
        known = self._tracks[track]
        before, known.glance = known.glance, time
        attentive = False
        if face is not None:
            size = np.array(pixels.shape[1::-1], np.float32)
            wide = float(faces.boxes[face, 2] - faces.boxes[face, 0]) * size[0]
            attentive = bool(wide >= LEAST_FACE) and is_attentive(pose_of(faces.points[face] * size))
        return Glance(track, time, known.at, 0.0 if before is None else time - before, attentive)

    def _left(self, track: int) -> list[FaceFact]:
        try:
            return self._portrait(track, self._best.end(track))
        finally:
            self._tracks.pop(track, None)

    def _portrait(self, track: int, shots: Sequence[Shot]) -> list[FaceFact]:
        tools, known = self._tools, self._tracks.get(track)
        if not shots or known is None or tools.age is None:
            return []
        age = _mean(tools.age.read(_chips(shots, tools.age.cutter)))
        if minor_likelihood([age]) >= LIKELY_MINOR:
            return [Minor(track, shots[0].time)]
        gender, likenesses = "", list[Likeness]()
        if self._need.attributes and tools.gender:
            gender = _likeliest(tools.gender.read(_chips(shots, tools.gender.cutter)))
        if self._need.templates and tools.embedder:
            made = tools.embedder.embed(_chips(shots, tools.embedder.cutter))
            pairs = zip(shots, made, strict=True)
            likenesses = [Likeness(shot.time, shot.quality.value, template) for shot, template in pairs]
        years = age.years if self._need.attributes else None
        return [Portrait(track, shots[0].time, known.at, tuple(likenesses), years, gender)]


def _bodies(points: Collection[TrackPoint]) -> Detections:
    boxes = np.array([[p.box.left, p.box.top, p.box.right, p.box.bottom] for p in points], np.float32)
    return Detections(boxes, np.array([p.score for p in points], np.float32))


def _chips(shots: Sequence[Shot], cutter: Cutter) -> list[Pixels]:
    return [shot.chips[cutter.card.id] for shot in shots]


def _mean(ages: Sequence[Age]) -> Age:
    """One age of several shots: a single one is off by years, either way."""
    young = [one.under_adult for one in ages if one.under_adult is not None]
    return Age(float(np.mean([one.years for one in ages])), float(np.mean(young)) if young else None)


def _likeliest(shares: Sequence[Mapping[str, float]]) -> str:
    """What the shots say together; `unsure` where they do not agree."""
    means = {name: float(np.mean([one[name] for one in shares])) for name in shares[0]}
    name = max(means, key=lambda one: means[one])
    return name if means[name] >= SURE else UNSURE
