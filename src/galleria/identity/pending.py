"""Shots of faces that nobody in the gallery is near, until another shot agrees with them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from galleria.domain.detection import Floats
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
        clear: it is good enough that a label may be minted of it: a face that is turned away is recognised at best.
    """

    key: TrackKey
    time: float
    template: Template
    good: bool
    clear: bool = True


class Pending:
    """The newest shots, at most `most`; those further than `seconds` from the time in `expire` go when it is called."""

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

    def expire(self, now: float) -> None:
        """Forget the shots that are too old now, or as far in the future: of a camera whose clock is wrong."""
        self._keep([shot for shot in self._shots if abs(now - shot.time) <= self._seconds])

    def clear(self) -> None:
        """Forget every shot."""
        self._shots.clear()

    def forget(self, templates: Sequence[Template], alike: float, rate: Callable[[float], float]) -> None:
        """Forget the shots that could be of the subject of these templates.

        Args:
            templates: of one subject.
            alike: a score that two different subjects reach at most so often counts as alike.
            rate: how often two different subjects reach a score.
        """
        if self._shots and templates:
            best = np.max(self._values() @ np.stack([template.values for template in templates]).T, axis=1)
            self._keep([shot for shot, score in zip(self._shots, best, strict=True) if rate(float(score)) > alike])

    def nearest(self, shot: Shot) -> list[tuple[float, Shot]]:
        """Scores of the shots with this one, best first; of equal ones the older first."""
        if not self._shots:
            return []
        scores = self._values() @ shot.template.values
        order = np.argsort(-scores, kind="stable")
        return [(float(scores[at]), self._shots[at]) for at in order]

    def _values(self) -> Floats:
        return np.stack([shot.template.values for shot in self._shots])

    def _keep(self, shots: list[Shot]) -> None:
        if len(shots) < len(self._shots):
            self._shots = deque(shots, maxlen=self._shots.maxlen)
