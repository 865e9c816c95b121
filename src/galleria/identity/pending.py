"""Shots of faces that nobody in the gallery is near, until another shot agrees with them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from galleria.domain.events import Origin
from galleria.domain.face import Template


@dataclass(frozen=True, slots=True)
class TrackKey:
    """A track of any camera."""

    origin: Origin
    track: int


@dataclass(frozen=True, slots=True)
class Shot:
    """A face of a track, as a template.

    Attributes:
        time: capture time, seconds since 1970-01-01 UTC.
        good: it passed the quality gate; what did not is not even compared.
    """

    key: TrackKey
    time: float
    template: Template
    good: bool


class Pending:
    """The newest shots, at most `most` and none older than `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._shots: deque[Shot] = deque(maxlen=most)
        self._seconds = seconds

    def __len__(self) -> int:
        return len(self._shots)

    def add(self, shot: Shot) -> None:
        self._shots.append(shot)

    def drop(self, *keys: TrackKey) -> None:
        """Forget the shots of these tracks."""
        self._keep([shot for shot in self._shots if shot.key not in keys])

    def nearest(self, shot: Shot) -> list[tuple[float, Shot]]:
        """Scores of the shots that are not too old with this one, best first; of equal ones the older first."""
        self._keep([other for other in self._shots if abs(shot.time - other.time) <= self._seconds])
        if not self._shots:
            return []
        scores = np.stack([other.template.values for other in self._shots]) @ shot.template.values
        order = np.argsort(-scores, kind="stable")
        return [(float(scores[at]), self._shots[at]) for at in order]

    def _keep(self, shots: list[Shot]) -> None:
        if len(shots) < len(self._shots):
            self._shots = deque(shots, maxlen=self._shots.maxlen)
