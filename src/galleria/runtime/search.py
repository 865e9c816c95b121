"""Pictures of many cameras into detections: small batches, one network, as many threads as there are searchers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from time import thread_time
from typing import Generic, NamedTuple, TypeVar

from galleria.domain.detection import Detections
from galleria.domain.frame import Picture
from galleria.domain.geometry import Box
from galleria.vision.letterbox import Masks
from galleria.vision.ports import Detector

from .load import Meter

# Pictures in one run of the network at most. On processors more gain nothing, and the first waits for the last.
MOST = 4

K = TypeVar("K")


class Wanted(NamedTuple):
    """A picture to be searched, where in it not, and where at least; None: everywhere."""

    picture: Picture
    masks: Masks
    part: Box | None = None


class SearchParty(Generic[K]):
    """Searches; whoever asks goes on meanwhile. Asked, and told, by one thread; `close` ends its own.

    Args:
        searchers: each used by a thread of its own.
        meter: told the processor seconds, of all threads, and the batches.
        ready: called, from those threads, when something was found.
    """

    def __init__(self, searchers: Sequence[Detector], meter: Meter, ready: Callable[[], None] = lambda: None) -> None:
        self._meter, self._ready, self._count = meter, ready, len(searchers)
        self._asked: SimpleQueue[tuple[K, Wanted] | None] = SimpleQueue()
        self._found: SimpleQueue[tuple[K, Detections | Exception]] = SimpleQueue()
        self._threads = [Thread(target=self._run, args=(s,), name=f"search {n}") for n, s in enumerate(searchers)]
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def ask(self, key: K, wanted: Wanted) -> None:
        """Have a picture searched; `found` tells what for, by its key."""
        self._asked.put((key, wanted))

    @property
    def pressure(self) -> int:
        """How many times as many pictures wait as the network takes at once; from 1 on more come than are searched."""
        return self._asked.qsize() // MOST

    def found(self, *, wait: bool = False) -> Iterator[tuple[K, Detections | Exception]]:
        """What was found since the last call, or why that failed: one that cannot be searched harms no other.

        Args:
            wait: for one at least, which must have been asked for.
        """
        if wait:
            yield self._found.get()
        while True:
            try:
                yield self._found.get_nowait()
            except Empty:
                return

    def close(self) -> None:
        """End the threads, once what was asked for is done."""
        for _ in self._threads:
            self._asked.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self, searcher: Detector) -> None:
        while (first := self._asked.get()) is not None:
            share, last = self._share(first)
            began = thread_time()
            found = _find(searcher, [wanted for _, wanted in share])
            self._meter.batch("search", len(share), thread_time() - began)
            for (key, _), one in zip(share, found, strict=True):
                self._found.put((key, one))
            self._ready()
            if last:
                return

    def _share(self, first: tuple[K, Wanted]) -> tuple[list[tuple[K, Wanted]], bool]:
        """The first and this thread's share of what waits; and whether it was told to end."""
        share = [first]
        for _ in range(min(MOST - 1, self._asked.qsize() // self._count)):
            try:
                more = self._asked.get_nowait()
            except Empty:
                break
            if more is None:
                return share, True
            share.append(more)
        return share, False


def _find(searcher: Detector, share: Sequence[Wanted]) -> list[Detections | Exception]:
    try:
        return _searched(searcher, share)
    except Exception as error:  # noqa: BLE001  a plug-in's network may raise anything; one camera must not stop all
        return [error] if len(share) == 1 else [one for each in share for one in _find(searcher, [each])]


def _searched(searcher: Detector, share: Sequence[Wanted]) -> list[Detections | Exception]:
    pictures, masks, parts = zip(*share, strict=True)
    found = searcher.detect(pictures, masks, parts)
    if len(found) != len(share):
        problem = f"{len(share)} pictures were searched, and {len(found)} answers came"
        raise ValueError(problem)
    return list(found)
