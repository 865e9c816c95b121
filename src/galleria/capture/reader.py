"""One connection of a camera, from its opening to its end, in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from time import monotonic

from galleria.capture.governor import Governor
from galleria.capture.mailbox import Closed, Mailbox, Opened
from galleria.capture.ports import Clock, FrameSource, Interruptible, SourceFacts
from galleria.domain.errors import GalleriaError, LoginError
from galleria.domain.frame import Frame

JUMP = 2.0  # seconds; less than this clocks are corrected by all the time
RATE_WINDOW = 5.0  # seconds over which the camera's rate is measured

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a connection ended.

    Attributes:
        reason: for people; never holds a secret.
        whole: a recording was read to its end.
        jump: seconds by which the clock jumped, when that ended it.
        login: the camera wants another user or password.
    """

    reason: str
    whole: bool = False
    jump: float = 0.0
    login: bool = False


class Reader:
    """Opens a source and puts its frames into the mailbox, until it ends or is given up.

    Attributes:
        facts: of the source; None until it is open.
        received: frames that it sent so far.
        began: when it was begun, by the monotonic clock.
        rate: frames a second that it sends, as measured; at first as it says.
        last: when the last frame came (or the source was open), by the monotonic clock.
        last_time: likewise by the clock that was passed in.
        quiet: set when somebody waits for the next frame and wants to be woken by it.
        ending: None while it goes on.

    Args:
        camera: its id, for the thread's name and the log.
        opening: opens the source; may take long.
        rate: frames a second to pick; None: all.
        mailbox: takes what comes.
        clock: gives the time of beginnings and ends.
        ready: called, from the thread, when there is something in the mailbox.
        steady: whether the frames' times follow the clock, so that a jump of it has to end the epoch.
    """

    def __init__(
        self,
        camera: str,
        opening: Callable[[], FrameSource],
        rate: float | None,
        mailbox: Mailbox,
        clock: Clock,
        ready: Callable[[], None],
        *,
        steady: bool,
    ) -> None:
        self.facts: SourceFacts | None = None
        self.received = 0
        self.rate = 0.0
        self.began = self.last = monotonic()
        self.last_time = clock()
        self.quiet = False
        self.ending: Ending | None = None
        self._camera, self._opening, self._wanted = camera, opening, rate
        self._mailbox, self._clock, self._ready, self._steady = mailbox, clock, ready, steady
        self._source: FrameSource | None = None
        self._ticket = 0
        self._given_up = False
        self._thread = Thread(target=self._run, name=f"capture {camera}", daemon=True)
        self._thread.start()

    def give_up(self, ending: Ending) -> None:
        """End the epoch now and let go of the source as soon as it lets go; does not wait for that."""
        with self._mailbox.change:
            self._given_up = True
            self._end(ending)
            source = self._source
        if isinstance(source, Interruptible):
            source.interrupt()  # others end at their next frame
        self._ready()

    def join(self, seconds: float) -> bool:
        """Wait for the thread; returns whether it has ended."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._read(self._opening())
        except GalleriaError as error:
            self._end(Ending(error.problem, login=isinstance(error, LoginError)))
        except Exception as error:  # whatever a source does, its camera is tried again
            log.exception("the source of camera %s failed", self._camera)
            self._end(Ending(f"the source failed ({type(error).__name__})"))
        self._ready()

    def _read(self, source: FrameSource) -> None:
        try:
            if not self._opened(source):
                return
            governor = Governor(self._wanted) if self._wanted else None
            ending = self._frames(source, governor)
            if ending is None:
                live, received = source.facts.live, self.received
                told = source.warnings[-1:] if live else []
                ending = Ending(
                    told[0] if told else "it stopped sending" if live else "the recording has ended",
                    whole=not live and received > 0,
                )
            self._end(ending)
        finally:
            source.close()

    def _opened(self, source: FrameSource) -> bool:
        with self._mailbox.change:
            if self._given_up:
                return False
            self._source = source
            facts = source.facts
            self.last, self.last_time, self.rate = monotonic(), self._clock(), facts.rate
            self._ticket = self._mailbox.open(Opened(facts, facts.start if facts.live else self.last_time))
            self.facts = facts
        if self._wanted is not None:
            source.want_rate(self._wanted)
        self._ready()
        return True

    def _frames(self, source: FrameSource, governor: Governor | None) -> Ending | None:
        offset = self.last_time - self.last
        since, counted = self.last, 0
        for frame in source:
            now, time = monotonic(), self._clock()
            jump = time - now - offset
            offset = time - now
            if self._steady and abs(jump) > JUMP:
                return Ending(f"the clock of this machine jumped by {jump:+.0f} s", jump=jump)
            if self._given_up:
                return None
            self.received += 1
            counted += 1
            if now - since >= RATE_WINDOW:
                self.rate, since, counted = counted / (now - since), now, 0
            self._note(now, time)
            if (governor is None or governor.picks(frame.time)) and not self._put(frame):
                return None
        return None

    def _note(self, now: float, time: float) -> None:
        first, self.last, self.last_time = self.received == 1, now, time
        if first or self.quiet:
            with self._mailbox.change:
                self.quiet = False
                self._mailbox.change.notify_all()

    def _put(self, frame: Frame) -> bool:
        if not self._mailbox.frame(self._ticket, frame):
            return False
        self.last = monotonic()  # it may have waited for room
        self._ready()
        return True

    def _end(self, ending: Ending) -> None:
        with self._mailbox.change:
            if self.ending is None:
                self.ending = ending
                self._mailbox.close(self._ticket, Closed(ending.reason, self._clock(), ending.whole))
                self._mailbox.change.notify_all()
