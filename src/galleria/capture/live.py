"""A running camera for a reader that may be slower than it: frames are read ahead, and the oldest dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from threading import Condition, Thread

from av.container import InputContainer

from galleria.capture.connection import Connection
from galleria.capture.ports import SourceFacts
from galleria.capture.reading import Reading
from galleria.domain.frame import Frame

WAITING = 4  # frames that wait for a slow reader; older ones are dropped
PATIENCE = 1.0  # seconds that closing waits for the thread


class LiveSource:
    """Frames of a running camera, in capture order, each with the wall clock's time at which it was decoded.

    A thread decodes as fast as the camera sends. Where the reader is slower, the oldest waiting frames are dropped and
    counted; an index counts the camera's frames, so that a drop shows as a step. Reading begins with the newest
    frame. When the camera stops sending, the frames end with a warning: a new connection is a new source.

    Args:
        container: the open connection.
        address: where from, as given.
        reading: how to read.

    Raises:
        VideoError: no picture comes.
    """

    def __init__(self, container: InputContainer, address: str, reading: Reading) -> None:
        self._connection = Connection(container, address, reading)
        self._waiting: deque[Frame] = deque()
        self._change = Condition()
        self._stopping = self._ended = self._started = False
        self._first = 0  # the connection's number of the frame that reading began with
        self._dropped = 0
        self._thread = Thread(target=self._read, name=f"capture {self._connection.name}", daemon=True)
        self._thread.start()

    @property
    def facts(self) -> SourceFacts:
        return self._connection.facts

    @property
    def warnings(self) -> list[str]:
        found = self._connection.warnings
        if self._dropped:
            name = self._connection.name
            found.insert(0, f"{name}: {self._dropped} frames came faster than they were used and were dropped")
        return found

    def want_rate(self, rate: float) -> None:
        self._connection.want_rate(rate)

    def __iter__(self) -> Iterator[Frame]:
        with self._change:
            if self._started:
                return
            self._started = True
            self._first = self._waiting[0].index if self._waiting else 0
        try:
            while (frame := self._take()) is not None:
                yield replace(frame, index=frame.index - self._first)
        finally:
            self.close()

    def close(self) -> None:
        with self._change:
            self._stopping = True
            self._waiting.clear()
            self._change.notify_all()
        self._connection.close()
        self._thread.join(PATIENCE)

    def _read(self) -> None:
        try:
            for frame in self._connection:
                self._put(frame)
        finally:
            with self._change:
                self._ended = True
                self._change.notify_all()

    def _put(self, frame: Frame) -> None:
        with self._change:
            if not self._started:
                self._waiting.clear()
            elif len(self._waiting) >= WAITING:
                self._waiting.popleft()
                self._dropped += 1
            self._waiting.append(frame)
            self._change.notify_all()

    def _take(self) -> Frame | None:
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._ended or self._stopping)
            return self._waiting.popleft() if self._waiting and not self._stopping else None
