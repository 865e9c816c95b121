"""A connection to a camera that is running now (RTSP, HTTP, V4L2): frames as they are decoded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from threading import Lock

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


def connect(address: str, timeout: float | tuple[float, float] = TIMEOUT, transport: str = "tcp") -> InputContainer:
    """Open a network address or a device such as /dev/video0.

    Args:
        address: what to open.
        timeout: seconds to wait for the network, each time; or those while opening and those while reading.
        transport: of RTSP, `tcp` or `udp`. UDP loses packets without a word, and firewalls lose all of it.

    Raises:
        VideoError: it does not answer, refuses, or is not a video.
    """
    scheme = address.partition("://")[0].lower() if "://" in address else ""
    # Few frames are looked at before the first is given out, and none is thrown away: after the first keyframe many
    # cameras send the next one only seconds later.
    options = {"analyzeduration": "1000000", "fpsprobesize": "4"}
    if scheme in {"rtsp", "rtsps"}:
        # Sound is never asked for: its packets would hide that no pictures come.
        options |= {"rtsp_transport": transport, "allowed_media_types": "video"}
    device = None if scheme else "v4l2"
    return open_container(address, shown(address), format=device, options=options, timeout=timeout)


class Connection:
    """Frames of a running camera, decoded by whoever iterates, each with the wall clock's time at which it was decoded.

    When the camera stops sending, the frames end with a warning: a new connection is a new source.

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
        self._closing = Lock()  # held while frames are read: closing under a running read would crash
        self._stopping = self._ended = self._started = False
        try:
            self._stream = video_stream(container, self._name)
            self._decoder = Decoder(container, self._stream, threads=1)  # frame threads would delay every frame
            self._decoded = iter(self._decoder)
            first = self._first_picture()
        except BaseException:
            container.close()
            raise
        self._pictures = Pictures(self._stream.sample_aspect_ratio)
        self._first = Frame(reading.camera, 0, reading.clock(), self._pictures(first))
        self._facts = self._find_facts()

    @property
    def name(self) -> str:
        """How messages call it."""
        return self._name

    @property
    def facts(self) -> SourceFacts:
        return self._facts

    @property
    def warnings(self) -> list[str]:
        found = []
        if self._decoder.bad_packets:
            found.append(f"{self._name}: {self._decoder.bad_packets} damaged parts were left out")
        if self._ended and not self._stopping:
            found.append(f"{self._name} stopped sending" + (f": {self._decoder.broke}" if self._decoder.broke else ""))
        return found

    def want_rate(self, rate: float) -> None:
        if self._facts.rate >= WORTH_SKIPPING * rate:
            self._decoder.skip_unreferenced(skip=True)

    def __iter__(self) -> Iterator[Frame]:
        if self._started or self._stopping:
            return
        self._started = True
        begin, end = self._limits()
        with self._closing:
            try:
                for frame in self._frames():
                    if frame.time >= end:
                        return
                    if frame.time >= begin and not self._stopping:
                        yield frame
                    if self._stopping:
                        return
            finally:
                self._container.close()

    def interrupt(self) -> None:
        """End the frames; may be called by another thread, and so may `close`."""
        self.close()

    def close(self) -> None:
        """End the frames; a read that waits for the camera goes on until it answers or its timeout is over."""
        self._stopping = self._stopping or not self._ended
        if self._closing.acquire(blocking=False):
            self._container.close()
            self._closing.release()

    def _first_picture(self) -> VideoFrame:
        for frame in self._decoded:
            return frame
        problem = f"{self._name} sends no picture" + (f": {self._decoder.broke}" if self._decoder.broke else "")
        raise VideoError(problem, "Check the camera's stream with another program.")

    def _limits(self) -> tuple[float, float]:
        start, end = self._facts.start, self._reading.end
        return start + self._reading.begin, float("inf") if end is None else start + end

    def _frames(self) -> Iterator[Frame]:
        last = self._first.time
        yield self._first
        del self._first  # its pixels are not needed any more
        for index, frame in enumerate(self._decoded, 1):
            last = max(self._reading.clock(), last + NUDGE)
            yield Frame(self._reading.camera, index, last, self._pictures(frame))
        self._ended = True

    def _find_facts(self) -> SourceFacts:
        picture, start = self._first.picture, self._first.time
        identity = f"{self._name}\x1f{start!r}"
        return SourceFacts(
            width=picture.width,
            height=picture.height,
            rate=self._reading.rate or plausible(self._stream.average_rate) or USUAL_RATE,
            frames=None,
            seconds=None,
            start=start,
            start_known=True,
            fingerprint=hashlib.sha256(identity.encode()).hexdigest()[:16],
            live=True,
        )
