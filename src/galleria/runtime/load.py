"""What a running site costs: processor time by stage, batches, and how late events are written. Numbers only."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import thread_time

# How many of the newest lags are kept, to tell their share of slow ones.
KEPT = 4096


@dataclass(frozen=True, slots=True)
class Load:
    """What was spent since the start.

    Attributes:
        seconds: processor seconds of the analysis, by stage.
        batches: how many searches had how many pictures.
        lags: seconds from the capture of the frame that made an event certain to the event's being written; the
            newest ones, in order.
    """

    seconds: Mapping[str, float]
    batches: Mapping[int, int]
    lags: tuple[float, ...]


@dataclass(slots=True)
class Meter:
    """Measures; stages and lags are written by one thread, the rest by several, and all is read by any."""

    _seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    _batches: Counter[int] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)
    _lags: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what this thread spends in a stage."""
        began = thread_time()
        try:
            yield
        finally:
            self._seconds[name] += thread_time() - began

    def batch(self, name: str, size: int, seconds: float) -> None:
        """Note a batch of so many, and the processor seconds it took in a stage that nobody else measures."""
        with self._lock:
            self._seconds[name] += seconds
            self._batches[size] += 1

    def late(self, seconds: float) -> None:
        self._lags.append(seconds)

    def load(self) -> Load:
        return Load(dict(self._seconds), dict(self._batches), tuple(self._lags))
