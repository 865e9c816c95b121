"""What cameras have, worked off: each camera one look after the other, all of them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from galleria.domain.detection import Detections

from .lane import Lane
from .look import Look
from .search import SearchParty, Wanted


class Work:
    """Follows which look of which camera is being searched. Used by one thread.

    Args:
        party: searches; asked by nobody else.
    """

    def __init__(self, party: SearchParty[tuple[Lane, Look]]) -> None:
        self._party = party
        self._going: dict[Lane, Iterator[Look]] = {}
        self._again: set[Lane] = set()  # had something more while they were going
        self._asked = 0  # searches that have not been told of yet

    def begin(self, lanes: Iterable[Lane]) -> None:
        """Work off what these cameras have; those that are at it do so afterwards."""
        for lane in lanes:
            if lane in self._going:
                self._again.add(lane)
            else:
                self._going[lane] = lane.looks(lambda: self._party.pressure)
                self._advance(lane)

    def go_on(self) -> None:
        """Go on with the looks whose searches have ended; never blocks."""
        self._take(wait=False)

    def settle(self) -> None:
        """Go on until no look is under way: what belongs to a camera may be changed then."""
        while self._asked:
            self._take(wait=True)

    def _take(self, *, wait: bool) -> None:
        for (lane, look), found in self._party.found(wait=wait):
            self._asked -= 1
            if _found(lane, look, found):
                self._advance(lane)
            else:
                self._end(lane)

    def _advance(self, lane: Lane) -> None:
        look = _next(lane, self._going[lane], self._party.pressure)
        if look is None:
            self._end(lane)
            return
        assert look.frame is not None
        self._party.ask((lane, look), Wanted(look.frame.picture, lane.camera.masks, look.part))
        self._asked += 1

    def _end(self, lane: Lane) -> None:
        del self._going[lane]
        if lane in self._again:
            self._again.remove(lane)
            self.begin([lane])


def _next(lane: Lane, looks: Iterator[Look], pressure: int) -> Look | None:
    """The lane's next look that is to be searched; None when it has none, or failed."""
    try:
        look = next(looks, None)
        if look is not None and pressure and not lane.exact:
            look.part = lane.part(look)  # rather than losing frames
    except Exception as error:  # noqa: BLE001  one camera's failure is its own
        lane.fail(error)
        return None
    return look


def _found(lane: Lane, look: Look, found: Detections | Exception) -> bool:
    """Tell the lane what its search found; returns False when that, or the search, failed."""
    try:
        if isinstance(found, Exception):
            lane.fail(found)
            return False
        lane.found(look, found)
    except Exception as error:  # noqa: BLE001  one camera's failure is its own
        lane.fail(error)
        return False
    return True
