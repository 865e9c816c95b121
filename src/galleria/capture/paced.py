"""A recording as a camera: its frames come when they would come if it were happening now, once or for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event
from time import monotonic

from galleria.capture.ports import Clock, FrameSource, SourceFacts
from galleria.domain.frame import Frame

WAKE = 0.5  # seconds; the clock is looked at as often, in case it was set
BEHIND = 2.0  # seconds; a pass that would begin this late, or early, is where the time begins anew


class Paced:
    """One pass of a recording, each frame held back until its time has come by the clock.

    One frame is decoded ahead. When decoding is too slow, frames come late and keep their times; nothing is left out.

    Args:
        source: the recording.
        start: capture time of its first frame in this pass, seconds since 1970-01-01 UTC.
        fingerprint: of this pass.
        clock: tells the time now.
    """

    def __init__(self, source: FrameSource, start: float, fingerprint: str, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._shift = start - source.facts.start
        self._facts = replace(source.facts, start=start, start_known=True, fingerprint=fingerprint)
        self._ahead = monotonic() - clock() + BEHIND  # frames are not held back for longer, by this other clock
        self._closed = Event()
        self.end = start  # when the next pass begins: one frame after the last one so far
        self.whole = False

    @property
    def facts(self) -> SourceFacts:
        return self._facts

    @property
    def warnings(self) -> list[str]:
        return self._source.warnings

    def want_rate(self, rate: float) -> None:
        self._source.want_rate(rate)

    def __iter__(self) -> Iterator[Frame]:
        step = 1 / self._facts.rate
        for frame in self._source:
            time = frame.time + self._shift
            self._wait(time)
            self.end = time + step
            if self._closed.is_set():
                return
            yield replace(frame, time=time)
        self.whole = not self._closed.is_set()

    def interrupt(self) -> None:
        """End the frames; may be called by another thread."""
        self._closed.set()

    def close(self) -> None:
        self._closed.set()
        self._source.close()

    def _wait(self, time: float) -> None:
        """Wait until a time. A clock that was set back does not hold a frame for more than two seconds longer."""
        while not self._closed.is_set():
            seconds = min(time - self._clock(), time + self._ahead - monotonic())
            if seconds <= 0:
                return
            self._closed.wait(min(seconds, WAKE))


class Passes:
    """Opens a recording again and again.

    Pass n begins at `anchor + n * length`: times and epochs are the same when the same content has the same anchor.
    When a pass would begin more than two seconds early or late (the clock jumped, the machine was too slow or the
    recording could not be opened for a while), the anchor is moved to now and passes are numbered anew.

    Args:
        opening: opens the recording.
        clock: tells the time now.
        anchor: when the first pass begins, seconds since 1970-01-01 UTC; None: when it is first opened.
    """

    def __init__(self, opening: Callable[[], FrameSource], clock: Clock, anchor: float | None = None) -> None:
        self._opening = opening
        self._clock = clock
        self._anchor = anchor
        self._pass = 0  # number of the next one
        self._length: float | None = None  # seconds, from the first pass that was read to its end
        self._last: Paced | None = None

    def __call__(self) -> FrameSource:
        """Open the next pass. Live sources are given through: they have a pace of their own.

        Raises:
            VideoError: it cannot be opened.
        """
        source = self._opening()
        if source.facts.live:
            return source
        start = self._next_start()
        self._last = Paced(source, start, self._fingerprint(source.facts), self._clock)
        self._pass += 1
        return self._last

    def _next_start(self) -> float:
        last, now = self._last, self._clock()
        if last is not None and last.whole and self._length is None:
            self._length = last.end - last.facts.start
        if self._anchor is None:
            self._anchor = now
        if self._pass and self._length is None:
            start = float("-inf")  # the pass before broke off: nobody knows when this one was due
        else:
            start = self._anchor + self._pass * (self._length or 0.0)
        if self._pass and abs(start - now) > BEHIND:
            self._anchor, self._pass, start = now, 0, now
        return start

    def _fingerprint(self, facts: SourceFacts) -> str:
        """16 hexadecimal digits for this content, anchor and pass."""
        identity = f"{facts.fingerprint}\x1f{self._anchor!r}\x1f{self._pass}"
        return hashlib.sha256(identity.encode()).hexdigest()[:16]
