"""The staff step of a camera's graph: tracks of those who work here, told by what they wear and where they are.

It is built only where the purpose has a grant. No face is looked at, no network is loaded and nobody is recognised:
a mark is on one track and ends with it. Pixels end here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from galleria.domain.frame import Picture, Pixels
from galleria.domain.geometry import Box
from galleria.domain.site import Camera, StaffSetting, Zone
from galleria.domain.track import TrackPoint, TrackState
from galleria.spatial.crossing import anchor_point
from galleria.spatial.staying import DEBOUNCE
from galleria.vision.uniform import upper_body, wears

from .look import Look

# Clothes are looked at so often, seconds.
EVERY = 0.3
# A track is staff's when so many looks saw a uniform, and so large a share of its last looks did.
FEWEST, AGREE, LAST = 4, 0.6, 16
# Somebody nearer who hides so much of an upper body: it is not looked at.
HIDDEN = 0.3
# Pictures are looked at in at most so many rows.
ROWS = 720


@dataclass(frozen=True, slots=True)
class StaffMark:
    """A track is that of somebody who works here; once for each track.

    Attributes:
        time: capture time when it became certain, seconds since 1970-01-01 UTC.
    """

    track: int
    time: float


@dataclass(slots=True)
class _Known:
    """What is known of a track; ends with it.

    Attributes:
        looks: whether each of the last ones saw a uniform.
        came: when it came into a zone of staff that it has not surely left, by zone.
        went: when it was first seen outside again.
        marked: the mark was given.
    """

    looks: deque[bool] = field(default_factory=lambda: deque(maxlen=LAST))
    came: dict[str, float] = field(default_factory=dict)
    went: dict[str, float] = field(default_factory=dict)
    marked: bool = False


class StaffStep:
    """Looks for staff in one epoch of one camera. Used by one thread.

    Args:
        camera: its record.
        setting: by what staff are told.
    """

    def __init__(self, camera: Camera, setting: StaffSetting) -> None:
        self.camera, self.setting = camera, setting
        own = {zone for of, zone in setting.zones if of == camera.id}
        self._zones = [zone for zone in camera.zones if zone.id in own]
        self._tracks: dict[int, _Known] = {}
        self._looked = float("-inf")

    def look(self, look: Look) -> list[StaffMark]:
        """Take a look that was searched and followed; what became certain with it."""
        frame = look.frame
        if frame is None or look.blind:
            self._tracks.clear()
            return []
        present: dict[int, Box] = {}
        staff: set[int] = set()
        for update in look.updates:
            if update.state is TrackState.ENDED:
                self._tracks.pop(update.track, None)
                continue
            known = self._tracks.setdefault(update.track, _Known())
            for point in update.points:
                staff |= {update.track for zone in self._zones if self._stayed(known, point, zone)}
            if update.points and update.points[-1].time == frame.time:
                present[update.track] = update.points[-1].box
        if self.setting.uniforms and frame.time - self._looked >= EVERY:
            self._looked = frame.time
            staff |= self._dressed(frame.picture, present)
        return [StaffMark(track, frame.time) for track in sorted(staff) if self._first(track)]

    def marked(self, track: int) -> bool:
        """Whether a track that is still followed has the mark."""
        known = self._tracks.get(track)
        return known is not None and known.marked

    def _first(self, track: int) -> bool:
        known = self._tracks[track]
        before, known.marked = known.marked, True
        return not before

    def _stayed(self, known: _Known, point: TrackPoint, zone: Zone) -> bool:
        """Whether a track was in a zone for long enough now."""
        if zone.holds(anchor_point(point.box, zone.anchor or self.camera.anchor)):
            known.went.pop(zone.id, None)
            return point.time - known.came.setdefault(zone.id, point.time) >= self.setting.seconds
        if zone.id in known.came and point.time - known.went.setdefault(zone.id, point.time) >= DEBOUNCE:
            del known.came[zone.id], known.went[zone.id]
        return False

    def _dressed(self, picture: Picture, present: Mapping[int, Box]) -> set[int]:
        """Tracks that have worn a uniform for long enough now."""
        asked = {track: box for track, box in present.items() if not self._tracks[track].marked}
        seen = [track for track, box in asked.items() if not _hidden(track, box, present, picture)]
        if not seen:
            return set()
        pixels = _pixels(picture)
        staff = set()
        for track in seen:
            found = [wears(pixels, asked[track], uniform) for uniform in self.setting.uniforms]
            looks = self._tracks[track].looks
            if None not in found:
                looks.append(True in found)
            if sum(looks) >= max(FEWEST, AGREE * len(looks)):
                staff.add(track)
        return staff


def _hidden(track: int, box: Box, present: Mapping[int, Box], picture: Picture) -> bool:
    """Whether somebody nearer, whose feet are lower in the picture, stands before an upper body."""
    torso = upper_body(box, picture.width / picture.height)
    least = HIDDEN * torso.width * torso.height
    nearer = (one for other, one in present.items() if other != track and one.bottom > box.bottom)
    return any(_common(torso, one) > least for one in nearer)


def _common(a: Box, b: Box) -> float:
    wide = min(a.right, b.right) - max(a.left, b.left)
    high = min(a.bottom, b.bottom) - max(a.top, b.top)
    return max(0.0, wide) * max(0.0, high)


def _pixels(picture: Picture) -> Pixels:
    high = min(ROWS, picture.height)
    return picture.bgr(max(1, round(picture.width * high / picture.height)), high)
