"""What came from a camera and waits to be taken: beginnings and ends of connections all, of frames the newest few."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Condition
from time import monotonic
from typing import TypeAlias

from galleria.capture.ports import SourceFacts
from galleria.domain.frame import Frame

ROOM = 4  # frames that wait where none may be dropped; more would be memory for nothing
# Frames that wait elsewhere, before the oldest goes: cameras whose frames come all at once are then only late, by less
# than the second that events may take. With room for one, a moment's crowd loses frames on a machine that is half idle.
PATIENT = 3
MOST_ITEMS = 64  # that wait before no new connection is made: nobody takes them


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection, or a pass of a recording, begins: a new epoch, `facts.fingerprint`.

    Attributes:
        time: when, by the clock that was passed in; seconds since 1970-01-01 UTC. Of a running camera: of its first
            frame.
    """

    facts: SourceFacts
    time: float


@dataclass(frozen=True, slots=True)
class Closed:
    """The epoch ended; no frame of it comes any more.

    Attributes:
        reason: for people, one sentence without its full stop; never holds a secret.
        time: when that was known, by the clock that was passed in.
        whole: a recording was read to its end.
    """

    reason: str
    time: float
    whole: bool


Item: TypeAlias = Opened | Frame | Closed


class Mailbox:
    """Items of one camera, put by the thread that reads it and taken by another. Closed at the end of its Feed.

    Every epoch has a ticket: what a reader that was given up still sends is refused.

    Attributes:
        change: notified whenever something is put or taken; guards everything here.
        dropped: frames that were put and never taken, because newer ones came.
        made_room: when frames that others waited behind were last taken, by the monotonic clock.

    Args:
        lossless: nothing is dropped; whoever puts a frame waits until there is room.
    """

    def __init__(self, *, lossless: bool) -> None:
        self.change = Condition()
        self.dropped = 0
        self.made_room = 0.0
        self._lossless = lossless
        self._items: list[Item] = []
        self._frames: list[int] = []  # places of the frames among the items
        self._tickets = 0
        self._ticket = 0  # of the epoch that is open; 0: none
        self._shut = False

    def open(self, opened: Opened) -> int:
        """Begin an epoch. Returns its ticket."""
        with self.change:
            self._tickets += 1
            self._ticket = 0 if self._shut else self._tickets
            if self._ticket:
                self._items.append(opened)
            self.change.notify_all()
            return self._tickets

    def frame(self, ticket: int, frame: Frame) -> bool:
        """Put a frame; returns False when its epoch has ended."""
        with self.change:
            if self._lossless:
                self.change.wait_for(lambda: ticket != self._ticket or len(self._frames) < ROOM)
            if ticket != self._ticket:
                return False
            if len(self._frames) >= PATIENT and not self._lossless:
                self._drop_oldest()
            self._frames.append(len(self._items))
            self._items.append(frame)
            return True

    def _drop_oldest(self) -> None:
        gone, *later = self._frames
        del self._items[gone]
        self._frames = [place - 1 for place in later]
        self.dropped += 1

    def close(self, ticket: int, closed: Closed) -> bool:
        """End the epoch of this ticket; returns False when it had ended already."""
        with self.change:
            if ticket != self._ticket or not ticket:
                return False
            self._ticket = 0
            self._items.append(closed)
            self.change.notify_all()
            return True

    def shut(self, closed: Closed) -> None:
        """End the open epoch, if any, and refuse all that comes later."""
        with self.change:
            self.close(self._ticket, closed)
            self._shut = True
            self.change.notify_all()

    def take(self) -> list[Item]:
        """Everything that waits, in order; never blocks."""
        with self.change:
            if self.waits:
                self.made_room = monotonic()
            items, self._items, self._frames = self._items, [], []
            if items:
                self.change.notify_all()
            return items

    @property
    def full(self) -> bool:
        """Whether so much waits that nobody seems to take."""
        return len(self._items) >= MOST_ITEMS

    @property
    def waits(self) -> bool:
        """Whether a frame waits for room, so that no newer one can be expected."""
        return self._lossless and len(self._frames) >= ROOM
