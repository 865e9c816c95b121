"""What a source of frames is: the port behind which files, network cameras and devices look alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from galleria.domain.frame import Frame

Clock: TypeAlias = Callable[[], float]
"""Tells the time now, seconds since 1970-01-01 UTC."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What is known of a source before its first frame is used.

    They tell of the whole recording, also when only a part of it (`begin`, `end`) is read.

    Attributes:
        width: pixels as shown (after rotation, with square pixels).
        height: pixels as shown.
        rate: frames a second as declared or measured; an estimate where frames come at varying intervals.
        frames: how many there will be; None for a live camera or when the container does not say.
        seconds: how long; None likewise.
        start: capture time of the first frame, seconds since 1970-01-01 UTC.
        start_known: False when nothing tells the capture time: then `start` is 0 and times are clip times.
        fingerprint: for files a digest of content and start, so that the same footage has the same epoch;
            for live sources unique.
        live: whether it ends only when the camera or the network fails; False: a recording, which has an end.
    """

    width: int
    height: int
    rate: float
    frames: int | None
    seconds: float | None
    start: float
    start_known: bool
    fingerprint: str
    live: bool = False


class FrameSource(Protocol):
    """A source of frames. Iterating, once, yields frames in capture order; times and indexes strictly increase."""

    @property
    def facts(self) -> SourceFacts: ...

    @property
    def warnings(self) -> list[str]:
        """What went wrong so far without ending everything, for people to read."""
        ...

    def want_rate(self, rate: float) -> None:
        """Say that about `rate` frames a second are enough; to be called before iterating.

        A hint: the source may leave out frames that are cheap to leave out, but never so many that fewer than `rate`
        remain, and what it delivers keeps its exact time and index. Without it every frame comes.
        """
        ...

    def __iter__(self) -> Iterator[Frame]: ...

    def close(self) -> None:
        """Let go of the file or camera; may be called more than once, and while iterating."""
        ...


@runtime_checkable
class Interruptible(Protocol):
    """A source that another thread may ask to end; the one that iterates then closes it.

    `FrameSource.close` is for the thread that iterates: decoders do not survive being closed under a read.
    """

    def interrupt(self) -> None: ...
