"""What a tracker is."""

from __future__ import annotations

from typing import Protocol

from galleria.domain.detection import Detections
from galleria.domain.track import TrackUpdate


class Tracker(Protocol):
    """Joins detections of successive frames into tracks. One object for one camera and epoch."""

    def update(self, time: float, detections: Detections) -> list[TrackUpdate]:
        """Take one analysed frame.

        Args:
            time: its capture time, seconds; strictly greater than at the call before.
            detections: what was seen, normalised; boxes without area or with numbers that are none are ignored.

        Returns:
            what changed, in order of track number; nothing about tracks not yet confirmed.

        Raises:
            ValueError: the time is not greater than at the call before.
        """
        ...

    def finish(self) -> list[TrackUpdate]:
        """End every track; whoever is seen afterwards is somebody new."""
        ...
