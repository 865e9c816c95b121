"""What vision needs from outside, and what it offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from galleria.domain.detection import Detections, Floats
from galleria.domain.frame import Picture


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

    def detect(self, pictures: Sequence[Picture]) -> list[Detections]:
        """Return one `Detections` for each picture, boxes normalised to that picture."""
        ...
