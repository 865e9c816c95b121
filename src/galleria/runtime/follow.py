"""Which frames of a camera are worth a search, and where; and what is found there, followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

import numpy as np

from galleria.domain.detection import Detections
from galleria.domain.geometry import Box
from galleria.domain.track import TrackUpdate
from galleria.tracking.ports import Tracker
from galleria.tracking.tracker import Patience
from galleria.vision.motion import MotionGate

from .dressed import Dressing
from .look import Look

# An empty picture is searched after this many seconds, in case somebody stands there unseen.
# Less than trackers wait for whoever is lost: who stands still and was missed once is found again as the same.
HEARTBEAT = 1.5
# And all of a picture that was searched only in part, after this many.
WHOLE_EVERY = 1.0
# So much more than what moved, as a share of the picture's sides, is searched around it: part of a body may keep still,
# and the network judges a body by what is around it, too.
MARGIN = 0.12
# A part as large as this share of the picture is hardly quicker to search than all of it.
LARGE = 0.7
# While more pictures come than can be searched, so many of a camera's less the pressure are searched before one is left
# out, one at least: rather some of every camera's, evenly, than whichever are lost. Two of three count as well as all;
# every second one costs 0.02 of F1.
SEARCHED = 3
# A detection that may begin a track: until it has, everything is searched. And one that may go on with a track: there
# is searched.
SURE, UNSURE = Patience().sure, Patience().unsure


@dataclass(slots=True)
class Follow:
    """Says which looks are worth a search, and where, and tracks what it finds.

    An empty picture where nothing moves is hardly ever searched. While everybody who is there is followed, it may be
    enough to search where they are and where something moves: what is around people helps to find them.
    """

    tracker: Tracker
    gate: MotionGate = field(default_factory=MotionGate)
    _dressing: Dressing = field(default_factory=lambda: Dressing(Patience()))
    _last: Detections = field(default_factory=Detections.none)
    _busy: bool = True
    _settled: bool = False  # everybody who was surely found is followed
    _searched: float = float("-inf")  # when it was searched last
    _whole: float = float("-inf")  # and when all of it
    _row: int = 0  # searches since one was left out

    def wants(self, look: Look, *, pressure: int = 0) -> bool:
        """Tell whether to search a look's picture; `found` is to be told next, or else `passed`.

        Args:
            look: at hand.
            pressure: how many times as many pictures wait as are searched at once. Nobody new is missed for it: what
                is left out are looks at people who are followed.
        """
        frame = look.frame
        if frame is None or look.blind:
            return False
        if pressure and self._settled and self._row >= max(1, SEARCHED - pressure):
            self._row = 0
            return False
        return self._busy or frame.time - self._searched >= HEARTBEAT or self.gate.moved(frame.picture) is not None

    def part(self, look: Look) -> Box | None:
        """Where it is enough to search a look's picture, if it has to be quick; None: everywhere."""
        assert look.frame is not None
        if not self._settled or look.frame.time - self._whole >= WHOLE_EVERY:
            return None
        return _part(self._last, self.gate.moved(look.frame.picture))

    def passed(self, look: Look) -> None:
        """Take a look that is not searched: nobody is followed over a break in the footage."""
        if look.frame is None:
            look.updates = self.tracker.finish()
            self._last, self._busy, self._settled = Detections.none(), True, False

    def found(self, look: Look, detections: Detections) -> None:
        """Take what the search of a look's picture found."""
        frame, part = look.frame, look.part
        assert frame is not None
        self._searched, self._last, look.detections = frame.time, detections, detections
        self._row += 1
        if part is None:
            self._whole = frame.time
            self.gate.keep(frame.picture)
        else:
            self.gate.keep(frame.picture, part)
        look.updates = self.tracker.update(frame.time, self._dressing.dressed(frame, detections))
        self._note(look.updates, detections)

    def finish(self) -> Sequence[TrackUpdate]:
        """End every track."""
        return self.tracker.finish()

    def _note(self, updates: Sequence[TrackUpdate], detections: Detections) -> None:
        # Somebody who is lost is awaited, but while nothing moves they cannot have come out.
        followed = sum(bool(update.points) for update in updates)
        sure = int(np.count_nonzero(detections.scores >= SURE))
        self._busy, self._settled = followed + sure > 0, followed >= sure


def _part(found: Detections, moved: Box | None) -> Box | None:
    """What to search: where people were found and where something moved; None: everything."""
    boxes = [Box(*map(float, box)) for box in found.boxes[found.scores >= UNSURE]]
    if not boxes:
        return None
    left, top, right, bottom = reduce(Box.around, boxes if moved is None else [moved, *boxes])
    part = Box(max(0.0, left - MARGIN), max(0.0, top - MARGIN), min(1.0, right + MARGIN), min(1.0, bottom + MARGIN))
    return None if part.width * part.height > LARGE else part
