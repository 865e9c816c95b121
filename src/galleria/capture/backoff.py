"""How long to wait before a camera is tried again. Knows no clock and no camera."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

# A connection that lived this long, seconds, was a good one: after it, waiting begins anew.
LASTED = 10.0


@dataclass(slots=True)
class Backoff:
    """Waits that grow from failure to failure, and differ among cameras: a switch that comes back is not stormed.

    Attributes:
        first: seconds before the second attempt.
        most: seconds; no wait is longer. With a few seconds of connecting a camera is back 15 s after it could be.
        factor: how much longer each wait is than the one before.
        jitter: share of a wait that chance may take off it, 0 to 1.
        rng: the chance.
    """

    first: float = 0.5
    most: float = 8.0
    factor: float = 2.0
    jitter: float = 0.5
    rng: random.Random = field(default_factory=random.Random)
    _next: float = 0.0

    def wait(self) -> float:
        """Seconds to wait now; the next answer is larger."""
        whole = self._next or min(self.first, self.most)
        self._next = min(whole * self.factor, self.most)
        return whole * (1 - self.jitter * self.rng.random())

    def lasted(self, seconds: float) -> None:
        """Say how long the last connection gave frames: after a good one the waits begin anew."""
        if seconds >= LASTED:
            self._next = 0.0
