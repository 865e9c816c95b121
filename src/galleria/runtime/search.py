"""Pictures of many cameras into detections: small batches, one network, as many threads as there are searchers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import thread_time
from typing import NamedTuple

from galleria.domain.detection import Detections
from galleria.domain.frame import Picture
from galleria.vision.letterbox import Masks

from .load import Meter
from .parts import Searcher

# Pictures in one run of the network at most. On processors more gain nothing, and the first waits for the last.
MOST = 8


class Wanted(NamedTuple):
    """A picture to be searched, and where in it not."""

    picture: Picture
    masks: Masks


class SearchParty:
    """Searches. Used by one thread; `close` ends its others.

    Args:
        searchers: each used by one thread at a time.
        meter: told the processor seconds, of all threads, and the batches.
    """

    def __init__(self, searchers: Sequence[Searcher], meter: Meter) -> None:
        self._searchers, self._meter = searchers, meter
        others = len(searchers) - 1
        self._pool = ThreadPoolExecutor(others, thread_name_prefix="search") if others else None

    def find(self, wanted: Sequence[Wanted]) -> list[Detections | Exception]:
        """Return for each picture what was found, or why that failed: one that cannot be searched harms no other."""
        found: list[Detections | Exception] = []
        most = MOST * len(self._searchers)
        for begin in range(0, len(wanted), most):
            found += self._share(wanted[begin : begin + most])
        return found

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown()

    def _share(self, wanted: Sequence[Wanted]) -> list[Detections | Exception]:
        each = -(-len(wanted) // len(self._searchers))
        shares = [wanted[begin : begin + each] for begin in range(0, len(wanted), each)]
        with_others = zip(self._searchers[1:], shares[1:], strict=False)
        others = [self._pool.submit(_find, searcher, share) for searcher, share in with_others] if self._pool else []
        done = [_find(self._searchers[0], shares[0]), *(other.result() for other in others)]
        for share, (_, seconds) in zip(shares, done, strict=True):
            self._meter.batch(len(share))
            self._meter.add("search", seconds)
        return [one for found, _ in done for one in found]


def _find(searcher: Searcher, share: Sequence[Wanted]) -> tuple[list[Detections | Exception], float]:
    """What was found, and the processor seconds it took."""
    began = thread_time()
    try:
        found: list[Detections | Exception] = [*searcher.detect([w.picture for w in share], [w.masks for w in share])]
    except Exception as error:  # noqa: BLE001  a plug-in's network may raise anything; one camera must not stop all
        found = [error] if len(share) == 1 else [one for each in share for one in _find(searcher, [each])[0]]
    return found, thread_time() - began
