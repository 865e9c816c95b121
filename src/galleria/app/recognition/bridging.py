"""Tracks without a usable face, bridged by clothes to one that was recognised shortly before.

It makes no visitor and enrols nothing: it only says that a visitor who is known was here as well. Where two come into
question, nothing is said.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting, SightingKind
from galleria.identity.clothes import Lost, Rule, bridge
from galleria.runtime.clothing import Worn

# Stricter than usual where somebody else looks alike: on rendered people, who share their clothes, both bridges held.
RULE = Rule(seconds=20.0, floor=0.7, ratio=1.8)
_MOST = 512


@dataclass(frozen=True, slots=True)
class _Left:
    number: int
    origin: Origin
    worn: Worn
    label: str


class Bridging:
    """Of one purpose, over its cameras. Tracks come to one thread; any thread may erase.

    State ends with the seconds in which a track is awaited.
    """

    def __init__(self, purpose: Purpose) -> None:
        self._purpose = purpose
        self._lock = threading.Lock()
        self._left: deque[_Left] = deque(maxlen=_MOST)
        self._erased: deque[str] = deque(maxlen=_MOST)  # a track may be about to end under one of these labels
        self._count = 0

    def ended(self, origin: Origin, worn: Worn, label: str | None) -> list[Sighting]:
        """A track ended.

        Args:
            origin: of the track.
            worn: what it wore, and when it was here.
            label: as whom it was recognised; None: nothing was made of it; empty: it is to be nobody.

        Returns:
            that it was somebody after all, perhaps.
        """
        with self._lock:
            if worn.clothes is None or label == "" or label in self._erased:
                return []
            found = label or self._bridged(worn)
            if found:
                self._count += 1
                self._left.append(_Left(self._count, origin, worn, found))
        if not found or label:
            return []
        identifier = origin.event_id(worn.track, f"sighting {self._purpose}", 0)
        return [Sighting(identifier, origin, worn.track, worn.begin, self._purpose, found, SightingKind.AGAIN)]

    def clear(self) -> None:
        """The purpose stopped."""
        with self._lock:
            self._left.clear()
            self._erased.clear()

    def forget(self, labels: Collection[str]) -> None:
        """Labels were erased. When this returns nobody is bridged to one of them any more."""
        with self._lock:
            self._erased.extend(labels)
            self._left = deque((one for one in self._left if one.label not in labels), maxlen=_MOST)

    def _bridged(self, worn: Worn) -> str:
        assert worn.clothes is not None
        # Of one label the newest track is meant: else it would be its own rival.
        newest = {one.label: one for one in self._left if one.worn.end <= worn.begin}
        lost = [Lost(one.number, one.worn.end, one.worn.clothes) for one in newest.values() if one.worn.clothes]
        number = bridge(worn.clothes, worn.begin, lost, RULE)
        return next((one.label for one in newest.values() if one.number == number), "")
