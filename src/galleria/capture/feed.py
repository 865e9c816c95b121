"""A camera that is watched for ever: sources, one after the other, into frames to take. Newest win; it comes back.

Knows how to open, what to do when that fails and when nothing comes; nothing of what a picture shows.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Thread
from time import monotonic

from galleria.capture.backoff import Backoff
from galleria.capture.mailbox import Closed, Item, Mailbox, Opened
from galleria.capture.ports import Clock, FrameSource
from galleria.capture.reader import Ending, Reader

__all__ = ["Backoff", "Closed", "Feed", "FeedState", "FeedStatus", "Item", "Opened"]

STALL = 3.0  # seconds without a frame that are a stall, ...
STALL_FRAMES = 10  # ... or as long as this many frames take, if that is longer
GIVE_UP = 10.0  # seconds more until a stalled connection is made anew
LOGIN = 300.0  # seconds after a refused password: cameras lock out who tries one too often
SWITCHED_OFF = "it was switched off"
PATIENCE = 1.5  # seconds that closing waits

log = logging.getLogger(__name__)


class FeedState(StrEnum):
    """How the connection to a camera is."""

    STARTING = "starting"  # not connected yet
    ONLINE = "online"
    STALLED = "stalled"  # connected, and no frames come
    OFFLINE = "offline"


CONNECTED = frozenset({FeedState.ONLINE, FeedState.STALLED})


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """How a feed is now.

    Attributes:
        since: when the state began; of a stall, when the last frame came. Seconds since 1970-01-01 UTC.
        reason: for people, one sentence without its full stop; empty while all is well. Never holds a secret.
        received: frames that the camera sent since the start.
        dropped: frames that were picked and never taken, because newer ones came.
        reconnects: connections (or passes of a recording) after the first.
        rate: frames a second that the camera sends, as measured over seconds; 0 while not connected.
        clock_jump: by how many seconds the machine's clock jumped when it last did; 0: never.
    """

    state: FeedState
    since: float
    reason: str = ""
    received: int = 0
    dropped: int = 0
    reconnects: int = 0
    rate: float = 0.0
    clock_jump: float = 0.0


class Feed:
    """Keeps a camera connected and holds its newest picked frames, a few, for whoever takes them.

    Two threads: one reads the connection, one watches over it, waits and tries again. Where an opening hangs, closing
    does not wait for it; its thread ends when the opening does. Never are two connections open at once.

    Args:
        camera: its id.
        opening: opens it, once for each connection or pass; may take long, and may raise VideoError.
        rate: frames a second to pick; None: every frame.
        clock: tells the time now, seconds since 1970-01-01 UTC.
        backoff: says how long to wait after failures.
        ready: called, from threads of this feed, whenever something can be taken or the status changed. It must return
            at once and never raise.
        again: whether to open again: after a failure with a wait, after the whole of a recording at once.
        lossless: instead of dropping frames, reading waits until they are taken. For recordings.
    """

    def __init__(  # noqa: PLR0913  # one door, named arguments only
        self,
        camera: str,
        opening: Callable[[], FrameSource],
        *,
        rate: float | None,
        clock: Clock,
        backoff: Backoff,
        ready: Callable[[], None],
        again: bool = True,
        lossless: bool = False,
    ) -> None:
        self.camera = camera
        self._opening, self._rate, self._clock = opening, rate, clock
        self._backoff, self._ready, self._again, self._lossless = backoff, ready, again, lossless
        self._mailbox = Mailbox(lossless=lossless)
        self._change = self._mailbox.change
        self._state, self._since, self._reason = FeedState.STARTING, clock(), ""
        self._received = self._connections = 0  # of readers that have ended
        self._clock_jump = 0.0
        self._reader: Reader | None = None
        self._stopping = False
        self._thread = Thread(target=self._run, name=f"feed {camera}", daemon=True)

    def start(self) -> None:
        """Begin; frames come from now on."""
        self._thread.start()

    def close(self) -> None:
        """Let go of the camera, within about two seconds; what can still be taken is taken with `take`."""
        with self._change:
            self._stopping = True
            reader = self._reader
            self._note(FeedState.OFFLINE, SWITCHED_OFF, self._clock())
            self._change.notify_all()
        if reader is not None:
            reader.give_up(Ending(SWITCHED_OFF))
        self._mailbox.shut(Closed(SWITCHED_OFF, self._clock(), whole=False))
        end = monotonic() + PATIENCE
        if self._thread.ident is not None:
            self._thread.join(PATIENCE)
        if reader is not None:
            reader.join(max(0.0, end - monotonic()))

    def take(self) -> list[Item]:
        """What came since the last call, in order; never blocks.

        Returns:
            every beginning and end of a connection; of the frames the newest few, or all if the feed is lossless.
        """
        return self._mailbox.take()

    @property
    def lossless(self) -> bool:
        """Whether no picked frame is dropped."""
        return self._lossless

    @property
    def status(self) -> FeedStatus:
        with self._change:
            reader = self._reader
            open_now = reader is not None and reader.facts is not None
            return FeedStatus(
                self._state,
                self._since,
                self._reason,
                self._received + (reader.received if reader else 0),
                self._mailbox.dropped,
                max(0, self._connections + open_now - 1),
                reader.rate if reader and self._state in CONNECTED else 0.0,
                self._clock_jump,
            )

    def _run(self) -> None:
        while (reader := self._connect()) is not None:
            self._watch(reader)
            ending = reader.ending
            if ending is None or self._stopping:
                return
            self._let_go(reader, ending)
            if not self._again:
                return
            self._pause(reader, ending)

    def _connect(self) -> Reader | None:
        with self._change:
            self._change.wait_for(lambda: self._stopping or not self._mailbox.full)
            if self._stopping:
                return None
            steady = not self._lossless  # a recording read as fast as it goes has nothing to do with the clock
            self._reader = Reader(
                self.camera, self._opening, self._rate, self._mailbox, self._clock, self._ready, steady=steady
            )
            return self._reader

    def _watch(self, reader: Reader) -> None:
        """Follow a connection until it ends, is given up for a stall, or the feed is closed."""
        while True:
            with self._change:
                if self._stopping or reader.ending is not None:
                    return
                changed, seconds = self._look(reader)
                if not changed and seconds != 0:
                    self._change.wait(seconds)
            # Outside the lock: what is told may ask back.
            if changed:
                self._tell()
            if seconds == 0:
                reader.give_up(Ending(f"no frame came for {monotonic() - reader.last:.0f} s"))

    def _look(self, reader: Reader) -> tuple[bool, float | None]:
        """Note how a connection is.

        Returns:
            whether the state changed, and seconds until it has to be looked at again: None: when something happens,
            0: it has to be given up.
        """
        if reader.facts is None:
            return False, None  # how long an opening may take is up to the source
        limit = max(STALL, STALL_FRAMES / reader.facts.rate)
        # Who waits for room, or has just been given some, is not silent.
        silent = 0.0 if self._mailbox.waits else monotonic() - max(reader.last, self._mailbox.made_room)
        if silent < limit:
            changed = reader.received > 0 and self._note(FeedState.ONLINE, "", reader.last_time)
            return changed, limit - silent
        reader.quiet = True
        changed = self._note(FeedState.STALLED, "it is connected, and no frames come", reader.last_time)
        return changed, max(0.0, limit + GIVE_UP - silent)

    def _let_go(self, reader: Reader, ending: Ending) -> None:
        """Note how it ended, and wait until the reader's thread is gone: never two connections at once."""
        changed = False
        with self._change:
            if ending.jump:
                self._clock_jump = ending.jump
                changed = self._note(FeedState.STARTING, ending.reason, self._clock())
            elif not (ending.whole and self._again):
                changed = self._note(FeedState.OFFLINE, ending.reason, self._clock())
        if changed:
            self._tell()
        while not reader.join(PATIENCE) and not self._stopping:
            pass
        with self._change:
            self._received += reader.received
            self._connections += reader.facts is not None
            self._reader = None

    def _pause(self, reader: Reader, ending: Ending) -> None:
        """Wait before the next connection, where the last one was not good."""
        self._backoff.lasted(reader.last - reader.began if reader.received else 0.0)
        if ending.whole:
            return
        seconds = LOGIN if ending.login else self._backoff.wait()
        log.debug("camera %s is tried again in %.1f s", self.camera, seconds)
        with self._change:
            self._change.wait_for(lambda: self._stopping, seconds)

    def _note(self, state: FeedState, reason: str, since: float) -> bool:
        """Remember a state; one that goes on keeps its beginning. Returns whether it is another one."""
        if state is self._state:
            self._reason = reason
            return False
        self._state, self._since, self._reason = state, since, reason
        return True

    def _tell(self) -> None:
        status = self.status
        log.info("camera %s is %s%s", self.camera, status.state, f": {status.reason}" if status.reason else "")
        self._ready()
