"""Keeps the best shots of each track until they have been embedded. Pure state: times come from outside.

State ends with the track (`end`), with its shots being taken (`take`), or when too many other tracks have come since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from galleria.domain.face import Faces
from galleria.domain.frame import Pixels

from .chips import Cutter
from .quality import Quality, judge

KEPT = 3  # shots of a track
TRACKS = 100  # a picture holds fewer bodies; a track beyond that pushes out the one that was seen least lately
PATIENCE = 4.0  # seconds after a track's first shot: what it has by then must do
GOOD = 0.6  # value from which a shot need not be waited for any longer
# Two shots within so many seconds and degrees of each other show the same.
SPREAD_SECONDS, SPREAD_DEGREES = 0.5, 12.0


@dataclass(frozen=True, slots=True)
class Shot:
    """One face of one picture, as the networks want to see it.

    Attributes:
        time: capture time, seconds.
        quality: of the face.
        chips: by the id of the card whose network is to see it. Pixels: they stay in this process, for seconds.
    """

    time: float
    quality: Quality
    chips: Mapping[str, Pixels] = field(repr=False)


@dataclass(slots=True)
class _Kept:
    since: float
    shots: list[Shot] = field(default_factory=list)
    taken: bool = False


def shoot(pixels: Pixels, faces: Faces, index: int, time: float, cutters: Sequence[Cutter]) -> Shot | None:
    """Make a shot of a face, cut for each network; None, and nothing is cut, when it is too poor.

    Args:
        pixels: of the picture at its own size, (h, w, 3) uint8, blue-green-red.
        faces: of that picture.
        index: which of them.
        time: the picture's capture time, seconds.
        cutters: of the networks that are to see it.
    """
    box, points = faces.boxes[index], faces.points[index]
    judged = judge(pixels, box, points, float(faces.scores[index]))
    if not judged.good_enough:
        return None
    return Shot(time, judged, {cutter.card.id: cutter.cut(pixels, box, points) for cutter in cutters})


class BestShots:
    """Keeps a few good shots per track, spread over time and pose."""

    def __init__(self) -> None:
        self._tracks: dict[int, _Kept] = {}  # the one seen least lately first

    def __len__(self) -> int:
        """How many shots are kept in all."""
        return sum(len(kept.shots) for kept in self._tracks.values())

    def wants(self, track: int) -> bool:
        """Whether shots of a track are still of use: its shots have not been taken yet."""
        return track not in self._tracks or not self._tracks[track].taken

    def offer(self, track: int, shot: Shot) -> bool:
        """Keep a shot if it is good enough and better than, or other than, what is kept.

        Returns:
            whether it is kept.
        """
        if not shot.quality.good_enough or not self.wants(track):
            return False
        kept = self._tracks.pop(track, None) or _Kept(shot.time)
        self._tracks[track] = kept
        while len(self._tracks) > TRACKS:
            self._tracks.pop(next(iter(self._tracks)))
        return _keep(kept.shots, shot)

    def due(self, now: float) -> list[int]:
        """Tracks worth embedding: with enough good shots, or with something for long enough (`now`: capture time)."""
        return [
            track
            for track, kept in self._tracks.items()
            if kept.shots
            and (
                (len(kept.shots) == KEPT and min(shot.quality.value for shot in kept.shots) >= GOOD)
                or now - kept.since >= PATIENCE
            )
        ]

    def take(self, track: int) -> list[Shot]:
        """Give a track's shots away, best first, and keep nothing more of it until it ends."""
        kept = self._tracks.get(track)
        if kept is None:
            return []
        shots, kept.shots, kept.taken = kept.shots, [], True
        return sorted(shots, key=lambda shot: -shot.quality.value)

    def end(self, track: int) -> list[Shot]:
        """Forget a track that ended; give away the shots nobody took, best first."""
        shots = self.take(track)
        self._tracks.pop(track, None)
        return shots


def _keep(shots: list[Shot], shot: Shot) -> bool:
    """Put a shot among those kept, in the place of one that shows the same or of the poorest, if it is better."""
    rivals = [place for place, kept in enumerate(shots) if _same(kept, shot)]
    if not rivals and len(shots) < KEPT:
        shots.append(shot)
        return True
    # Of rivals the best is what has to be beaten: else a shot could be kept that shows nothing new.
    pick = max if rivals else min
    place = pick(rivals or range(len(shots)), key=lambda place: shots[place].quality.value)
    if shot.quality.value <= shots[place].quality.value:
        return False
    shots[place] = shot
    return True


def _same(a: Shot, b: Shot) -> bool:
    turned = max(abs(a.quality.pose.yaw - b.quality.pose.yaw), abs(a.quality.pose.pitch - b.quality.pose.pitch))
    return abs(a.time - b.time) < SPREAD_SECONDS and turned < SPREAD_DEGREES
