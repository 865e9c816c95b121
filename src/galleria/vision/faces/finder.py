"""Finds faces in the upper parts of bodies' boxes, or in whole pictures. Must not know where networks come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Detections, Floats
from galleria.domain.errors import ModelMismatchError
from galleria.domain.face import Faces
from galleria.domain.frame import Pixels
from galleria.domain.geometry import Box, Polygon
from galleria.domain.model import ModelCard
from galleria.vision.boxes import nms
from galleria.vision.ports import Network

from .chips import shrunk, tensor
from .codecs import decode_yunet
from .owners import allowed, assign
from .upright import SIDE, Found, upright

Part: TypeAlias = tuple[int, int, int, int]  # of a picture, pixels: left, top, right, bottom
Shown: TypeAlias = tuple[Part, float]  # a part and the scale at which the network sees it

SMALLEST = 40.0  # pixels: faces at least this high are looked for
_OF_USE = 27.0  # pixels: nothing is made of faces that are lower
_SEEN = 16.0  # pixels in the network's input: faces this high are still found
_LARGE = 256  # pixels: larger parts are shown smaller, as far as the smallest faces allow
_TOGETHER = 8  # parts in one run: more saves nothing and takes memory
_STEP = 32  # the network's input sizes are multiples of this
# Where in a body's box its face can be: shares of the box's height, of its width (a box as wide as it is high holds a
# bust, whose face may reach down to its lower side), and beyond the box, as boxes are often tight.
_UPPER, _SQUARE, _BEYOND = 0.34, 1.0, 0.1


@dataclass(frozen=True, slots=True)
class FoundFaces:
    """Faces of one picture and whose they are.

    Attributes:
        faces: best score first; points of those that are of use and of a body are asked twice (`upright`).
        bodies: (n,) index of the body's box for each face, none twice; -1: its body has a face that lies better.
    """

    faces: Faces
    bodies: NDArray[np.intp]


class FaceFinder:
    """Finds faces with the network that a card describes.

    Args:
        card: codec `yunet`; how the network is fed and read.
        network: the loaded network; it takes any batch and any size that is a multiple of 32.

    Raises:
        ModelMismatchError: the card names another codec.
    """

    def __init__(self, card: ModelCard, network: Network) -> None:
        if card.codec != "yunet":
            problem = f"card {card.id}: there is no codec {card.codec!r} for faces"
            raise ModelMismatchError(problem, "Name yunet in the model card.")
        self._card = card
        self._network = network

    def find(self, pixels: Pixels, bodies: Detections, lane: Polygon | None = None) -> FoundFaces:
        """Find the faces of bodies; nothing is looked at but the upper parts of their boxes.

        Args:
            pixels: of the picture at its own size, (h, w, 3) uint8, blue-green-red.
            bodies: where bodies are.
            lane: where faces may be looked at, normalised; None: everywhere.

        Raises:
            ModelMismatchError: the network's outputs are not what the card says.
        """
        height, width = pixels.shape[:2]
        parts = [face_region(Box(*map(float, box)), width, height) for box in bodies.boxes]
        faces = self._look(pixels, [part for part in parts if part[2] > part[0] and part[3] > part[1]])
        faces = faces.where(allowed(faces, bodies, lane))
        owners = assign(faces, bodies, width / height)
        return FoundFaces(self._upright(pixels, faces, owners >= 0), owners)

    def find_all(self, pixels: Pixels, longest: int = 640) -> Faces:
        """Find all faces of a picture; for stills of somebody who agreed to it.

        Args:
            pixels: (h, w, 3) uint8, blue-green-red.
            longest: the picture's longer side is shown to the network at most at so many pixels.

        Raises:
            ModelMismatchError: the network's outputs are not what the card says.
        """
        height, width = pixels.shape[:2]
        faces = self._look(pixels, [(0, 0, width, height)], min(1.0, longest / max(height, width)))
        return self._upright(pixels, faces, np.ones(len(faces), np.bool_))

    def _look(self, pixels: Pixels, parts: Sequence[Part], scale: float | None = None) -> Faces:
        shown = [(part, scale or shown_scale(part)) for part in parts]
        found = [faces for batch in batches(shown) for faces in self._run(pixels, batch)]
        if not found:
            return Faces.none()
        boxes, points, scores = (np.concatenate(kind) for kind in zip(*found, strict=True))
        keep = nms(boxes, scores, self._card.nms)
        size = np.array(pixels.shape[1::-1], np.float32)
        shares = boxes[keep] / np.concatenate([size, size]), points[keep] / size
        return Faces(*(kind.astype(np.float32) for kind in (*shares, scores[keep])))

    def _upright(self, pixels: Pixels, faces: Faces, wanted: NDArray[np.bool_]) -> Faces:
        """Faces with points asked again, of those wanted that are large enough to be of use."""
        size, points = np.array(pixels.shape[1::-1], np.float32), faces.points.copy()
        large = (faces.boxes[:, 3] - faces.boxes[:, 1]) * size[1] >= _OF_USE
        for face in np.flatnonzero(wanted & large):
            points[face] = upright(pixels, points[face] * size, self._again) / size
        return Faces(faces.boxes, points, faces.scores)

    def _again(self, sheets: Sequence[Pixels]) -> list[Found]:
        lefts = [number * SIDE for number in range(len(sheets))]
        found = self._run(np.hstack(sheets), [((left, 0, left + SIDE, SIDE), 1.0) for left in lefts])
        shift = [np.array([left, 0], np.float32) for left in lefts]
        return [(b - np.tile(by, 2), p - by, s) for (b, p, s), by in zip(found, shift, strict=True)]

    def _run(self, pixels: Pixels, shown: Sequence[Shown]) -> list[tuple[Floats, Floats, Floats]]:
        """Boxes, points (picture pixels) and scores of the faces in each part."""
        sizes = [shown_size(part, scale) for part, scale in shown]
        wide, high = (max(side) for side in zip(*map(_up, sizes), strict=True))
        canvas = np.full((len(shown), high, wide, 3), round(self._card.input.pad), np.uint8)
        for sheet, (part, _), (w, h) in zip(canvas, shown, sizes, strict=True):
            left, top, right, bottom = part
            same = (w, h) == (right - left, bottom - top)
            sheet[:h, :w] = pixels[top:bottom, left:right] if same else shrunk(pixels, part, w, h)
        outputs = self._network.run(tensor(list(canvas), self._card.input))
        if any(len(output) != len(shown) for output in outputs):
            problem = f"card {self._card.id}: outputs {[o.shape for o in outputs]} for a batch of {len(shown)}"
            raise ModelMismatchError(problem, "Bring a network that takes batches of any size.")
        return [
            self._read([output[i] for output in outputs], (wide, high), part, size)
            for i, ((part, _), size) in enumerate(zip(shown, sizes, strict=True))
        ]

    def _read(
        self, outputs: Sequence[Floats], whole: tuple[int, int], part: Part, size: tuple[int, int]
    ) -> tuple[Floats, Floats, Floats]:
        with np.errstate(all="ignore"):  # what is infinite or not a number is dropped below
            boxes, points, scores = decode_yunet(outputs, *whole, self._card.options, self._card.score_floor)
        centres = (boxes[:, :2] + boxes[:, 2:]) / 2
        # A face whose middle lies beyond the part is mostly guessed.
        sound = np.isfinite(boxes).all(axis=1) & np.isfinite(points).all(axis=(1, 2))
        sound &= (centres >= 0).all(axis=1) & (centres < size).all(axis=1)
        left, top, right, bottom = part
        scale = np.array([(right - left) / size[0], (bottom - top) / size[1]], np.float32)
        offset = np.array([left, top], np.float32)
        corners = boxes[sound].reshape(-1, 2, 2) * scale + offset
        return corners.reshape(-1, 4), points[sound] * scale + offset, scores[sound]


def face_region(box: Box, width: int, height: int) -> Part:
    """Where the face belonging to a body's box can be: left, top, right, bottom in whole pixels within the picture.

    Args:
        box: of the body, normalised; may lie partly outside.
        width: of the picture, pixels.
        height: likewise.
    """
    wide, high = box.width * width, box.height * height
    low = box.top * height + min(high, max(high * _UPPER, wide * _SQUARE))
    left, right = box.left * width - wide * _BEYOND, box.right * width + wide * _BEYOND
    return (
        min(width, max(0, floor(left))),
        min(height, max(0, floor(box.top * height - high * _BEYOND))),
        min(width, max(0, ceil(right))),
        min(height, max(0, ceil(low))),
    )


def shown_scale(part: Part) -> float:
    """At which scale a part of the picture is shown: large ones smaller, but never so that small faces are lost."""
    longest = max(part[2] - part[0], part[3] - part[1])
    return min(1.0, max(_SEEN / SMALLEST, _LARGE / longest))


def shown_size(part: Part, scale: float) -> tuple[int, int]:
    """Width and height, pixels, at which a part is shown."""
    return max(1, round((part[2] - part[0]) * scale)), max(1, round((part[3] - part[1]) * scale))


def batches(
    shown: Sequence[Shown],
) -> list[list[Shown]]:
    """Group parts that are run together: those that need no more padding than alone, since padding costs as much."""
    groups: dict[tuple[int, int], list[Shown]] = {}
    for part, scale in shown:
        groups.setdefault(_up(shown_size(part, scale)), []).append((part, scale))
    return [group[first : first + _TOGETHER] for group in groups.values() for first in range(0, len(group), _TOGETHER)]


def _up(size: tuple[int, int]) -> tuple[int, int]:
    return ceil(size[0] / _STEP) * _STEP, ceil(size[1] / _STEP) * _STEP
