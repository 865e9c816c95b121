"""Turns pictures into detections: letterbox, network, codec, suppression. Must not know where networks come from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galleria.domain.detection import Detections, Floats
from galleria.domain.frame import Picture
from galleria.domain.geometry import Box, Polygon
from galleria.domain.model import ModelCard

from .boxes import nms, part_pairs
from .codecs import codec_named, one_by_one
from .letterbox import Fit, Letterbox, Masks
from .ports import Network

_SMALLEST = 2.0  # input pixels; what is narrower or lower is no body that the network could have seen


class PersonDetector:
    """Finds people with the network that a card describes. The same pictures give the same detections.

    Args:
        card: how the network is fed and read.
        network: the loaded network.
        masks: areas, normalised to the picture, where nothing is looked for.
        floor: detections that score less are not reported; None: the card's.

    Raises:
        ModelMismatchError: the card names a codec that does not exist.
    """

    def __init__(
        self, card: ModelCard, network: Network, masks: Sequence[Polygon] = (), *, floor: float | None = None
    ) -> None:
        self._card = card
        self._network = network
        self._floor = card.score_floor if floor is None else floor
        self._codec = codec_named(card.codec)
        self._letterbox = Letterbox(card.input, masks)

    def detect(
        self,
        pictures: Sequence[Picture],
        masks: Sequence[Masks] | None = None,
        parts: Sequence[Box | None] | None = None,
    ) -> list[Detections]:
        """Find the people in each picture.

        Args:
            pictures: of any sizes; those with the same input size go through the network together.
            masks: of each picture, where they come from several cameras; None: those of the detector.
            parts: where to look in each picture, normalised to it; None: everywhere. A little more is looked at, and
                everything where the network takes one size only.

        Returns:
            one `Detections` for each, in order, best score first, boxes within [0,1].

        Raises:
            ModelMismatchError: the network's outputs are not what the card says.
        """
        found = [Detections.none()] * len(pictures)
        for place, indices, tensor in self._letterbox.batch(pictures, masks, parts):
            outputs = one_by_one(self._network.run(tensor), len(indices))
            for index, output in zip(indices, outputs, strict=True):
                found[index] = self._read(output, place)
        return found

    def _read(self, output: Sequence[Floats], place: Fit) -> Detections:
        with np.errstate(all="ignore"):  # what is infinite or not a number is dropped below
            boxes, scores = self._codec(output, place.width, place.height, self._card.options, self._floor)
        limit = np.array([place.part_width, place.part_height] * 2, np.float32)
        # Clipped before the suppression: what lies outside the picture is guessed, and guesses differ.
        boxes = np.clip(boxes, 0, limit)
        # Comparisons are false for what is not a number, so that goes here too.
        solid = (boxes[:, 2] - boxes[:, 0] >= _SMALLEST) & (boxes[:, 3] - boxes[:, 1] >= _SMALLEST)
        boxes, scores = boxes[solid], scores[solid]
        keep = nms(boxes, scores, self._card.nms)
        boxes, scores = part_pairs(boxes[keep], scores[keep]), scores[keep]
        shares = np.clip(place.to_picture(boxes), 0, 1)  # rounding may leave 1 by a hair
        return Detections(shares.astype(np.float32), scores.astype(np.float32))
