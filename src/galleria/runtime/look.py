"""A look: what is known of one analysed frame. Every step of a camera's graph adds its part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from galleria.domain.detection import Detections
from galleria.domain.events import Event
from galleria.domain.frame import Frame
from galleria.domain.geometry import Box
from galleria.domain.track import TrackUpdate
from galleria.vision.sight import Verdict


@dataclass(slots=True)
class Look:
    """What is known of one analysed frame.

    Attributes:
        frame: None where the footage breaks: after the last frame, before a gap, and where the camera went blind.
            Nobody is followed over a break.
        verdict: what the camera sees; None where nobody asked.
        part: where people are looked for; None: everywhere.
        detections: None where nothing moved and nobody was followed, so that nobody was looked for.
        updates: what changed about tracks.
        events: what became certain with this frame.
    """

    frame: Frame | None
    verdict: Verdict | None = None
    part: Box | None = None
    detections: Detections | None = None
    updates: Sequence[TrackUpdate] = ()
    events: list[Event] = field(default_factory=list)

    @property
    def blind(self) -> bool:
        """Whether the camera was told to see nothing that counts."""
        return self.verdict is not None and self.verdict.blind
