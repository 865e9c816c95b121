"""Frames into looks: what each camera really sees, which frames are analysed, and what time is covered.

Coverage is written late and never wrongly: while the footage goes on, a stretch is written down only up to where
nothing that is noticed later (a picture that has been frozen for seconds, a camera that was turned) can reach back
into it. After a crash the last stretch is therefore missing, and never too long. What is only in doubt where the
footage breaks counts as seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from galleria.capture.governor import Governor
from galleria.domain.events import Event, Origin, Seen
from galleria.domain.frame import Frame
from galleria.vision.sight import Sight, Verdict

from .look import Look

# Frames further apart than this, seconds, leave a gap in what was seen.
GAP = 2.0
# Coverage is written down at least this often, seconds, so that a crash loses little of it.
COVERAGE_EVERY = 60.0


@dataclass(slots=True)
class Watch:
    """Judges every frame: what the camera sees is part of each look."""

    sight: Sight

    def on_item(self, frame: Frame) -> Iterable[Look]:
        return [Look(frame, self.sight.look(frame.time, frame.picture))]

    def on_end(self) -> Iterable[Look]:
        return ()


@dataclass(slots=True)
class Pick:
    """Picks the frames to analyse and notes what was seen, whether picked or not.

    Where the footage breaks (a gap, the camera went blind, the end) a look without a frame goes on.

    Attributes:
        governor: picks; None takes every frame, for a feed has picked them already.
        frame_seconds: how long a frame stands for.
    """

    origin: Origin
    governor: Governor | None
    frame_seconds: float
    _begin: float | None = None  # of what is covered and not written down yet; None while nothing is
    _last: float = 0.0
    _verdict: Verdict | None = None
    _count: int = 0
    _unsent: list[Event] = field(default_factory=list)

    def on_item(self, look: Look) -> Iterator[Look]:
        frame, verdict = look.frame, look.verdict
        assert frame is not None
        if self._begin is not None and frame.time - self._last > GAP:
            yield from self._break(self._last + self.frame_seconds, None)
        if verdict is not None and verdict.blind:
            yield from self._break(min(verdict.since, self._last + self.frame_seconds), verdict)
        elif self._begin is None:
            self._begin = frame.time  # not since when it sees again: what came before this frame was not searched
        elif (sure := frame.time if verdict is None else verdict.sure) - self._begin > COVERAGE_EVERY:
            self._write(sure)
            self._begin = sure  # pieces join without a seam
        self._last, self._verdict = frame.time, verdict
        if self.governor is None or self.governor.picks(frame.time):
            look.events += self._sent()
            yield look

    def on_end(self) -> Iterator[Look]:
        yield from self._break(self._last + self.frame_seconds, None)

    def handed_over(self, origin: Origin) -> tuple[Pick, list[Event]]:
        """Return a step that goes on for another origin, and what was covered for this one: up to what is in no doubt.

        The two pieces join without a seam.
        """
        if self._begin is None:
            return replace(self, origin=origin, _count=0), self._sent()
        sure = self._last if self._verdict is None else max(self._begin, self._verdict.sure)
        self._write(sure)
        return replace(self, origin=origin, _begin=sure, _count=0, _unsent=[]), self._sent()

    def _break(self, end: float, verdict: Verdict | None) -> Iterator[Look]:
        if self._begin is None:
            return
        self._write(end)
        self._begin = None
        yield Look(None, verdict, events=self._sent())

    def _write(self, end: float) -> None:
        assert self._begin is not None
        if end <= self._begin:
            return
        self._count += 1
        identifier = self.origin.event_id(0, "seen", self._count)
        self._unsent.append(Seen(identifier, self.origin, self._begin, end))

    def _sent(self) -> list[Event]:
        unsent, self._unsent = self._unsent, []
        return unsent
