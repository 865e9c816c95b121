"""What vision needs from outside, and what it offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from galleria.domain.detection import Detections, Floats
from galleria.domain.frame import Picture
from galleria.domain.geometry import Box

from .letterbox import Masks


class Network(Protocol):
    """A loaded network, ready to run."""

    def run(self, images: Floats) -> list[Floats]:
        """Run a batch through the network.

        Args:
            images: (n, 3, height, width) or (n, height, width, 3) as the card's layout says.

        Returns:
            the outputs in the order of the network's file.
        """
        ...


class Detector(Protocol):
    """Finds people in pictures."""

    def detect(
        self,
        pictures: Sequence[Picture],
        masks: Sequence[Masks] | None = None,
        parts: Sequence[Box | None] | None = None,
    ) -> list[Detections]:
        """Find people.

        Args:
            pictures: of any sizes.
            masks: of each picture, where nothing is looked for; None: what the detector was made with.
            parts: where to look in each picture, at least; None: everywhere.

        Returns:
            one `Detections` for each picture, boxes normalised to that picture.
        """
        ...
