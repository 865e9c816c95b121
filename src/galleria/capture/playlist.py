"""Several recordings of one camera, one after the other, as one source of frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from galleria.capture.clip import Clip
from galleria.capture.origin import digest_of, file_origin, fingerprint
from galleria.capture.ports import SourceFacts
from galleria.capture.reading import Reading
from galleria.capture.stamps import moment, stamp_in
from galleria.domain.errors import VideoError
from galleria.domain.frame import Frame

SLACK = 1e-3  # seconds


@dataclass(frozen=True, slots=True)
class Part:
    """One recording and its place: seconds after the first began; None: right after the one before."""

    path: Path
    begin: float | None
    facts: SourceFacts


class Playlist:
    """Recordings of one camera in the order of the time stamps in their names, or as given where one has none.

    A recording without a stamp follows directly on the one before. Where two overlap, those frames of the later one
    are left out that are not later than what was delivered. One that cannot be read is left out with a warning.

    Args:
        paths: the files.
        reading: how to read; with its `start` given, the stamps tell the distances only.

    Raises:
        VideoError: a file does not exist, or none can be read.
    """

    def __init__(self, paths: Sequence[Path], reading: Reading) -> None:
        self._reading = reading
        self._warnings: list[str] = []
        self._wanted: float | None = None
        self._clip: Clip | None = None
        self._started = self._closed = False
        self._parts, start = self._plan(paths)
        self._facts = self._find_facts(start)

    @property
    def facts(self) -> SourceFacts:
        return self._facts

    @property
    def warnings(self) -> list[str]:
        return self._warnings + (self._clip.warnings if self._clip else [])

    def want_rate(self, rate: float) -> None:
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
        if self._clip:
            self._clip.close()

    def _plan(self, paths: Sequence[Path]) -> tuple[list[Part], float | None]:
        """Return the readable parts and the capture time of the first one's first frame."""
        zone, start = self._reading.zone, self._reading.start
        stamped = [(path, stamp_in(path.name, zone)) for path in paths]
        if all(stamp is not None for _, stamp in stamped):
            stamped.sort(key=lambda pair: pair[1] or 0.0)
        given = None if start is None else moment(start, zone)
        zero = given if stamped[0][1] is None else stamped[0][1]
        parts: list[Part] = []
        for path, stamp in stamped:
            if (facts := self._look(path)) is not None:
                parts.append(Part(path, None if stamp is None or zero is None else stamp - zero, facts))
        if not parts:
            first = self._warnings[0].removeprefix("left out: ")
            problem = f"none of the {len(paths)} videos can be read; {first}"
            raise VideoError(problem, "Check the pattern.")
        late = parts[0].begin or 0.0  # more than 0 when earlier ones could not be read
        parts = [part if part.begin is None else replace(part, begin=part.begin - late) for part in parts]
        known = zero if given is None else given
        return parts, None if known is None else known + late

    def _look(self, path: Path) -> SourceFacts | None:
        try:
            clip = Clip(file_origin(path), replace(self._reading, begin=0.0, end=None))
        except VideoError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise
            self._warnings.append(f"left out: {error.problem}")
            return None
        clip.close()
        return clip.facts

    def _find_facts(self, start: float | None) -> SourceFacts:
        first = self._parts[0].facts
        shape = first.width / first.height
        if any(abs(part.facts.width / part.facts.height / shape - 1) > 1 / 50 for part in self._parts):
            self._warnings.append("the videos differ in shape; lines are placed by shares of width and height")
        seconds: float | None = 0.0
        for part in self._parts:
            begin = seconds if part.begin is None else part.begin
            seconds = None if begin is None or part.facts.seconds is None else begin + part.facts.seconds
        counts = [part.facts.frames for part in self._parts]
        return replace(
            first,
            frames=None if None in counts else sum(count or 0 for count in counts),
            seconds=seconds,
            start=start or 0.0,
            start_known=start is not None,
            fingerprint=fingerprint([digest_of(part.path) for part in self._parts], start or 0.0),
        )

    def _frames(self) -> Iterator[Frame]:
        reading = self._reading
        index = -1
        last: float | None = None
        ended = 0.0  # where the part before ends, in seconds after the first began
        for part in self._parts:
            begin = ended if part.begin is None else part.begin
            length = part.facts.seconds
            if reading.end is not None and begin >= reading.end:
                return
            if length is not None and begin + length <= reading.begin:
                index += part.facts.frames or 0
                ended = begin + length
                continue
            before, overlapping, time = index, 0, begin
            clip = self._open(part, begin)
            for frame in clip:
                time = begin + frame.time - clip.facts.start
                if time < reading.begin or (reading.end is not None and time >= reading.end):
                    continue
                if last is not None and time <= last:
                    overlapping += 1
                    continue
                index, last = before + 1 + frame.index, time
                yield replace(frame, index=index, time=self._facts.start + time)
            # Recordings may be longer than their headers say, or break off.
            ended = max(begin + (length or 0.0), time + 1 / part.facts.rate)
            self._finish(clip, overlapping)
            if self._closed:
                return

    def _open(self, part: Part, begin: float) -> Clip:
        reading = self._reading
        # A little more at both ends: sums of times are not exact, and the caller cuts exactly.
        end = None if reading.end is None else reading.end - begin + SLACK
        within = replace(reading, begin=max(0.0, reading.begin - begin - SLACK), end=end)
        clip = Clip(file_origin(part.path), within)
        self._clip = clip
        if self._wanted is not None:
            clip.want_rate(self._wanted)
        return clip

    def _finish(self, clip: Clip, overlapping: int) -> None:
        self._warnings += clip.warnings
        self._clip = None
        if overlapping:
            self._warnings.append(
                f"{clip.name}: {overlapping} frames lie before the end of the recording before it and were left out"
            )
