"""A camera that is running now (RTSP, HTTP, V4L2) as a source of frames."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from threading import Condition, Thread

from av import VideoFrame
from av.container import InputContainer

from galleria.capture.container import open_container, video_stream
from galleria.capture.decoding import WORTH_SKIPPING, Decoder
from galleria.capture.origin import TIMEOUT
from galleria.capture.picture import Pictures
from galleria.capture.ports import SourceFacts
from galleria.capture.reading import Reading, shown
from galleria.capture.times import NUDGE, USUAL_RATE, plausible
from galleria.domain.errors import VideoError
from galleria.domain.frame import Frame

WAITING = 4  # frames that wait for a slow reader; older ones are dropped
PATIENCE = 1.0  # seconds that closing waits for the thread


def connect(address: str, timeout: float = TIMEOUT) -> InputContainer:
    """Open a network address or a device such as /dev/video0.

    Raises:
        VideoError: it does not answer, refuses, or is not a video.
    """
    scheme = address.partition("://")[0] if "://" in address else ""
    # nobuffer: what is read to find the format out is old by the time the frames begin.
    options = {"analyzeduration": "1000000", "fflags": "nobuffer"}
    if scheme in {"rtsp", "rtsps"}:
        options["rtsp_transport"] = "tcp"  # UDP loses packets without a word, and firewalls lose all of it
    device = None if scheme else "v4l2"
    return open_container(address, shown(address), format=device, options=options, timeout=timeout)


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
        self._container = container
        self._reading = reading
        self._name = shown(address)
        self._waiting: deque[tuple[int, float, VideoFrame]] = deque()
        self._change = Condition()
        self._stopping = self._ended = self._started = False
        self._count = self._dropped = 0
        try:
            self._stream = video_stream(container, self._name)
            self._decoder = Decoder(container, self._stream, threads=1)  # frame threads would delay every frame
            self._frames = iter(self._decoder)
            first = self._first_frame()
        except BaseException:
            container.close()
            raise
        self._pictures = Pictures(self._stream.sample_aspect_ratio)
        self._start = reading.clock()
        self._facts = self._find_facts(first)
        self._put(self._start, first)
        self._thread = Thread(target=self._read, name=f"capture {self._name}", daemon=True)
        self._thread.start()

    @property
    def facts(self) -> SourceFacts:
        return self._facts

    @property
    def warnings(self) -> list[str]:
        found = []
        if self._dropped:
            found.append(f"{self._name}: {self._dropped} frames came faster than they were used and were dropped")
        if self._decoder.bad_packets:
            found.append(f"{self._name}: {self._decoder.bad_packets} damaged parts were left out")
        if self._ended and not self._stopping:
            found.append(f"{self._name} stopped sending" + (f": {self._decoder.broke}" if self._decoder.broke else ""))
        return found

    def want_rate(self, rate: float) -> None:
        if self._facts.rate >= WORTH_SKIPPING * rate:
            self._decoder.skip_unreferenced(skip=True)

    def __iter__(self) -> Iterator[Frame]:
        with self._change:
            if self._started:
                return
            self._started = True
        begin = self._start + self._reading.begin
        end = None if self._reading.end is None else self._start + self._reading.end
        try:
            while (taken := self._take()) is not None:
                index, time, frame = taken
                if end is not None and time >= end:
                    return
                if time >= begin:
                    yield Frame(self._reading.camera, index, time, self._pictures(frame))
        finally:
            self.close()

    def close(self) -> None:
        with self._change:
            self._stopping = self._stopping or not self._ended
            self._waiting.clear()
            self._change.notify_all()
        # The thread closes the container: closing it under a running read would crash.
        self._thread.join(PATIENCE)

    def _first_frame(self) -> VideoFrame:
        for frame in self._frames:
            return frame
        problem = f"{self._name} sends no picture" + (f": {self._decoder.broke}" if self._decoder.broke else "")
        raise VideoError(problem, "Check the camera's stream with another program.")

    def _find_facts(self, first: VideoFrame) -> SourceFacts:
        picture = self._pictures(first)
        identity = f"{self._name}\x1f{self._start!r}"
        return SourceFacts(
            width=picture.width,
            height=picture.height,
            rate=self._reading.rate or plausible(self._stream.average_rate) or USUAL_RATE,
            frames=None,
            seconds=None,
            start=self._start,
            start_known=True,
            fingerprint=hashlib.sha256(identity.encode()).hexdigest()[:16],
        )

    def _read(self) -> None:
        last = self._start
        try:
            for frame in self._frames:
                last = max(self._reading.clock(), last + NUDGE)
                self._put(last, frame)
                if self._stopping:
                    break
        finally:
            self._container.close()
            with self._change:
                self._ended = True
                self._change.notify_all()

    def _put(self, time: float, frame: VideoFrame) -> None:
        with self._change:
            if not self._started:
                self._count = 0
                self._waiting.clear()
            elif len(self._waiting) >= WAITING:
                self._waiting.popleft()
                self._dropped += 1
            self._waiting.append((self._count, time, frame))
            self._count += 1
            self._change.notify_all()

    def _take(self) -> tuple[int, float, VideoFrame] | None:
        with self._change:
            self._change.wait_for(lambda: self._waiting or self._ended or self._stopping)
            return self._waiting.popleft() if self._waiting and not self._stopping else None
