"""What a source of frames is: the port behind which files, network cameras and devices look alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from galleria.domain.frame import Frame


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What is known of a source before its first frame is used.

    Attributes:
        width: pixels as shown (after rotation).
        height: pixels as shown.
        rate: frames a second as declared or measured; an estimate where frames come at varying intervals.
        frames: how many there will be; None for a live camera or when the container does not say.
        seconds: how long; None likewise.
        start: capture time of the first frame, seconds since 1970-01-01 UTC.
        start_known: False when nothing tells the capture time: then `start` is 0 and times are clip times.
        fingerprint: for files a digest of content and start, so that the same footage has the same epoch;
            for live sources unique.
    """

    width: int
    height: int
    rate: float
    frames: int | None
    seconds: float | None
    start: float
    start_known: bool
    fingerprint: str


class FrameSource(Protocol):
    """A source of frames. Iterating yields frames in capture order; times strictly increase."""

    @property
    def facts(self) -> SourceFacts: ...

    @property
    def warnings(self) -> list[str]:
        """What went wrong so far without ending everything, for people to read."""
        ...

    def __iter__(self) -> Iterator[Frame]: ...

    def close(self) -> None: ...
