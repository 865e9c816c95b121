"""A recorded clip (a file, or one that comes through a pipe) as a source of frames."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from av import VideoFrame

from galleria.capture.decoding import WORTH_SKIPPING
from galleria.capture.opened import SEEK_MARGIN, Opened
from galleria.capture.origin import Origin, fingerprint
from galleria.capture.picture import Pictures
from galleria.capture.ports import SourceFacts
from galleria.capture.reading import Reading
from galleria.capture.times import USUAL_RATE, ClipTimes, guess_rate, plausible
from galleria.domain.frame import Frame


class Clip:
    """A recorded clip.

    The first frames are decoded at once, so that what cannot be read is refused before anything is counted. When their
    time stamps are missing or out of order, the stamps are not believed at all: frame n is at n / rate.

    A frame's index and time are those in the whole clip also when frames are left out (`begin`, `want_rate`). The
    index is then told from time and rate, which is exact where the rate is constant.

    Args:
        origin: where the bytes come from.
        reading: how to read.

    Raises:
        VideoError: nothing can be decoded.
    """

    def __init__(self, origin: Origin, reading: Reading) -> None:
        self._origin = origin
        self._reading = reading
        self._options: dict[str, str] = {}
        self._warnings: list[str] = []
        self._wanted: float | None = None  # frames a second, while the decoder leaves frames out
        self._counting = True  # False once frames have been left out
        self._closed = self._started = False
        self._last = -1.0  # time of the last frame decoded
        try:
            self._opened = Opened(origin, reading.threads)
        except BaseException:
            origin.release()
            raise
        try:
            believed = reading.rate is None and self._opened.in_order
            if not believed and origin.again and "mov" in self._opened.container.format.name:
                # An edit list cuts by the same stamps; here it would cut away good frames.
                self._options = {"ignore_editlist": "1"}
                self._reopen()
            self._rate = self._find_rate()
            base = self._opened.stream.time_base if believed else None
            self._times = ClipTimes(self._rate, base, self._opened.head[0].pts or 0)
            if not believed and reading.rate is None and self._opened.timed:
                self._warnings.append(
                    f"{origin.name}: its time stamps are missing or out of order; frames are taken to be "
                    f"1/{self._rate:g} s apart"
                )
            self._pictures = Pictures(self._opened.stream.sample_aspect_ratio)
            self._facts = self._find_facts()
        except BaseException:
            self.close()
            raise

    @property
    def name(self) -> str:
        """How messages call it."""
        return self._origin.name

    @property
    def facts(self) -> SourceFacts:
        return self._facts

    @property
    def warnings(self) -> list[str]:
        times, decoder, name = self._times, self._opened.decoder, self._origin.name
        found = list(self._warnings)
        if decoder.bad_packets:
            where = f"; the first at byte {decoder.first_bad}" if decoder.first_bad is not None else ""
            found.append(f"{name}: {decoder.bad_packets} damaged parts could not be decoded and were left out{where}")
        if times.nudged:
            found.append(f"{name}: {times.nudged} frames had time stamps out of order and were moved forward")
        if times.restarts:
            found.append(f"{name}: its clock began again {times.restarts} times; time was continued")
        return found

    def want_rate(self, rate: float) -> None:
        # When times come from counting, every frame must be decoded to be counted.
        if not self._times.by_count and self._rate >= WORTH_SKIPPING * rate and not self._started:
            self._wanted = rate

    def __iter__(self) -> Iterator[Frame]:
        if self._started or self._closed:
            return
        self._started = True
        try:
            yield from self._frames()
        finally:
            self.close()

    def close(self) -> None:
        self._closed = True
        self._opened.close()
        self._origin.release()

    def _reopen(self) -> None:
        self._opened.close()
        self._opened = Opened(self._origin, self._reading.threads, self._options)

    def _find_rate(self) -> float:
        if self._reading.rate is not None:
            return self._reading.rate
        opened = self._opened
        if not opened.timed:
            if opened.written_rate is None:
                self._warnings.append(
                    f"{self._origin.name} holds no times: {USUAL_RATE:g} frames a second are assumed; "
                    "give the camera's rate if it is another"
                )
            return opened.written_rate or USUAL_RATE
        base = opened.stream.time_base
        guess = guess_rate([frame.pts for frame in opened.head], base) if base else None
        return plausible(opened.stream.average_rate) or guess or opened.written_rate or USUAL_RATE

    def _find_facts(self) -> SourceFacts:
        picture = self._pictures(self._opened.head[0])
        frames = self._opened.stream.frames or None
        seconds = self._opened.seconds
        # An AVI tells its frames; its length is guessed from the file's size.
        if self._times.by_count or (frames and self._opened.container.format.name == "avi"):
            seconds = frames / self._rate if frames else None
        start = self._reading.start_of(self._origin.name)
        return SourceFacts(
            width=picture.width,
            height=picture.height,
            rate=self._rate,
            frames=frames or (round(seconds * self._rate) if seconds else None),
            seconds=seconds,
            start=start or 0.0,
            start_known=start is not None,
            fingerprint=fingerprint([self._origin.digest], start or 0.0),
        )

    def _frames(self) -> Iterator[Frame]:
        reading = self._reading
        index = -1
        for frame in self._from(reading.begin):
            time = self._times.next(frame.pts)
            self._watch_gap(time)
            index = index + 1 if self._counting else max(index + 1, round(time * self._rate))
            if reading.end is not None and time >= reading.end:
                return
            if time >= reading.begin:
                yield Frame(reading.camera, index, self._facts.start + time, self._pictures(frame))
            if self._closed:
                return
        self._note_end()

    def _from(self, begin: float) -> Iterator[VideoFrame]:
        """Frames from the keyframe before `begin` on, or from the first."""
        if begin > 2 * SEEK_MARGIN and self._origin.again and not self._times.by_count:
            if self._opened.seek(begin):
                self._counting = False
            else:
                self._reopen()  # it cannot be sought: read from the first frame
        if self._wanted is not None:
            self._counting = False
            self._opened.decoder.skip_unreferenced(skip=True)
        head, self._opened.head = self._opened.head, []
        return chain(head, self._opened.frames)

    def _watch_gap(self, time: float) -> None:
        """Take every frame, for good, when leaving some out has left fewer than were asked for."""
        if self._wanted is not None and self._last >= 0 and time - self._last > 1 / self._wanted:
            self._wanted = None
            self._opened.decoder.skip_unreferenced(skip=False)
        self._last = time

    def _note_end(self) -> None:
        name, decoder, promised = self._origin.name, self._opened.decoder, self._facts.seconds
        there = self._last + 1 / self._rate
        at = f"{there:.1f} s" + (f" (byte {decoder.byte})" if decoder.byte is not None else "")
        if promised is not None and promised - there > max(4 / self._rate, promised / 50):
            self._warnings.append(f"{name} breaks off at {at} of {promised:.1f} s; what was readable was used")
        elif decoder.broke or decoder.cut:
            why = decoder.broke or "the last part is not whole"
            self._warnings.append(f"{name} breaks off at {at}: {why}; what was readable was used")
