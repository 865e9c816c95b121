"""A site's choice of network into a detector that is ready to run."""

from __future__ import annotations

from dataclasses import dataclass

from galleria.domain.site import Camera
from galleria.models import choose_variant, find_card, load_network
from galleria.models.clients import Progress, silent
from galleria.vision.detector import PersonDetector
from galleria.vision.ports import Network

from .models import ensure

PEOPLE = "person-detection"
# Detections down to this score are reported: trackers want unsure ones, and every head is to be blurred.
FLOOR = 0.1


@dataclass(frozen=True, slots=True)
class Choice:
    """Which network, and how it runs.

    Attributes:
        detector: card id or path of a card; empty for the default.
        precision: `auto`, `fp32` or `int8`.
        engine: `onnxruntime` or `openvino`.
        threads: of the engine; 0 for as many as it likes.
    """

    detector: str = ""
    precision: str = "auto"
    engine: str = "onnxruntime"
    threads: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loaded network with what it is called."""

    name: str
    network: Network
    choice: Choice

    def detector(self, camera: Camera) -> PersonDetector:
        """Make the detector of one camera; its masks are the camera's."""
        return PersonDetector(find_card(self.choice.detector, PEOPLE).card, self.network, camera.masks, floor=FLOOR)


def load(choice: Choice, progress: Progress = silent) -> Loaded:
    """Fetch the network if it is not there yet, and load it.

    Raises:
        ModelError: no such card, it cannot be fetched, or it does not fit.
    """
    entry = find_card(choice.detector, PEOPLE)
    variant = choose_variant(entry, choice.precision)
    ensure(entry, variant, progress)
    network = load_network(entry, variant, choice.engine, choice.threads)
    return Loaded(f"{entry.card.id} {variant} on {choice.engine}", network, choice)
