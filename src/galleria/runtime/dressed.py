"""When it is worth looking at what people wear: where a box may be taken for somebody else's."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from galleria.domain.detection import Detections
from galleria.domain.frame import Frame
from galleria.tracking.tracker import Patience
from galleria.vision.worn import BINS, STRIPES, worn_in

# Somebody alone can be taken for nobody else, but has to be known when somebody comes: seconds between two looks.
EVERY = 0.5


@dataclass(slots=True)
class Dressing:
    """Adds to detections what bodies wear. One object for one camera and epoch."""

    patience: Patience
    _looked: float = float("-inf")
    _together: float = float("-inf")  # when more than one was seen; whoever is hidden since is awaited

    def dressed(self, frame: Frame, found: Detections) -> Detections:
        """Add clothes, of those whom a tracker may take for somebody; unchanged where it is not worth it."""
        bodies = np.flatnonzero(found.scores >= self.patience.unsure)
        if len(bodies) > 1:
            self._together = frame.time
        waits = frame.time - self._together > self.patience.lost_seconds and frame.time - self._looked < EVERY
        if not len(bodies) or waits:
            return found
        self._looked = frame.time
        worn = np.zeros((len(found), STRIPES, BINS), np.float32)
        worn[bodies] = worn_in(frame.picture, found.boxes[bodies])
        return replace(found, worn=worn)
