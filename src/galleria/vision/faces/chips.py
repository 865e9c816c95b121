"""What a network wants to see of a face: the chip that its card describes, and the tensor of several chips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np
from PIL import Image

from galleria.domain.detection import Floats
from galleria.domain.errors import ModelMismatchError
from galleria.domain.face import POINTS
from galleria.domain.frame import Picture, Pixels
from galleria.domain.model import InputSpec, ModelCard

from .align import similarity, warp


def whole(picture: Picture) -> Pixels:
    """A picture's pixels at its own size, (height, width, 3): get them once a frame, all chips are cut out of them."""
    return picture.bgr(picture.width, picture.height)


class Cutter:
    """Cuts the chips of one network out of pictures.

    Args:
        card: option `points` has five [x, y] in chip pixels to which a face's points are taken; or option `crop` has
            `shape` and `scale`: `square` around the face's box (black beyond the picture), its side the longer one
            of the box times the scale; `clipped`, the box times the scale, smaller and shifted so that it lies within
            the picture; or `cut`, the same cut off at the picture's edge. The last two are squashed to the chip.

    Raises:
        ModelMismatchError: the card describes no chip.
    """

    def __init__(self, card: ModelCard) -> None:
        self.card = card
        self._points = _points(card) if "points" in card.options else None
        self._shape, self._scale = ("", 1.0) if self._points is not None else _crop(card)

    def cut(self, pixels: Pixels, box: Floats, points: Floats) -> Pixels:
        """Cut one chip.

        Args:
            pixels: of the picture, (h, w, 3) uint8, blue-green-red.
            box: (4,) of the face, normalised to the picture.
            points: (5, 2), likewise.

        Returns:
            (height, width, 3) uint8 of the card's input, blue-green-red; shares no memory with the picture.
        """
        size = np.array(pixels.shape[1::-1], np.float32)
        wide, high = self.card.input.width, self.card.input.height
        if self._points is not None:
            return warp(pixels, similarity(points * size, self._points), wide, high)
        left, top, right, bottom = map(float, box * np.concatenate([size, size]))
        if self._shape == "square":
            return self._square(pixels, ((left + right) / 2, (top + bottom) / 2), max(right - left, bottom - top))
        window = (clipped if self._shape == "clipped" else cut_off)(
            (left, top, right, bottom), self._scale, (float(size[0]), float(size[1]))
        )
        return shrunk(pixels, window, wide, high)

    def _square(self, pixels: Pixels, centre: tuple[float, float], longer: float) -> Pixels:
        wide, high = self.card.input.width, self.card.input.height
        factor = wide / max(longer * self._scale, 1e-6)
        shift = (wide / 2 - centre[0] * factor, high / 2 - centre[1] * factor)
        matrix = np.array([[factor, 0, shift[0]], [0, factor, shift[1]]], np.float32)
        return warp(pixels, matrix, wide, high)


def clipped(
    box: tuple[float, float, float, float], scale: float, size: tuple[float, float]
) -> tuple[float, float, float, float]:
    """Grow a box around its centre, less where the picture is too small, and shift it into the picture.

    Args:
        box: left, top, right, bottom, pixels.
        scale: how many times as wide and high.
        size: of the picture, pixels.
    """
    wide, high = max(box[2] - box[0], 1e-6), max(box[3] - box[1], 1e-6)
    scale = min(scale, size[0] / wide, size[1] / high)
    wide, high = wide * scale, high * scale
    left = min(max((box[0] + box[2] - wide) / 2, 0.0), size[0] - wide)
    top = min(max((box[1] + box[3] - high) / 2, 0.0), size[1] - high)
    return left, top, left + wide, top + high


def cut_off(
    box: tuple[float, float, float, float], scale: float, size: tuple[float, float]
) -> tuple[float, float, float, float]:
    """Grow a box around its centre and cut off what lies beyond the picture (arguments as of `clipped`)."""
    more = (scale - 1) / 2
    wide, high = more * (box[2] - box[0]), more * (box[3] - box[1])
    return (
        min(max(box[0] - wide, 0.0), size[0]),
        min(max(box[1] - high, 0.0), size[1]),
        min(max(box[2] + wide, 0.0), size[0]),
        min(max(box[3] + high, 0.0), size[1]),
    )


def shrunk(pixels: Pixels, window: tuple[float, float, float, float], width: int, height: int) -> Pixels:
    """A window of a picture at another size, (height, width, 3) uint8, averaged where it shrinks.

    Args:
        pixels: (h, w, 3) uint8.
        window: left, top, right, bottom, pixels; it is widened to whole ones, and to one at least.
        width: wanted, pixels.
        height: likewise.
    """
    left, top = (min(max(int(low), 0), size - 1) for low, size in zip(window[:2], pixels.shape[1::-1], strict=True))
    right, bottom = max(left + 1, ceil(window[2])), max(top + 1, ceil(window[3]))
    part = Image.fromarray(np.ascontiguousarray(pixels[top:bottom, left:right]))
    return np.asarray(part.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0))


def tensor(chips: Sequence[Pixels], spec: InputSpec) -> Floats:
    """Make a network's input of chips of one size.

    Args:
        chips: each (h, w, 3) uint8, blue-green-red.
        spec: colour, mean, deviation and layout; its size is not looked at.

    Returns:
        (n, 3, h, w) or (n, h, w, 3) float32.
    """
    high, wide = chips[0].shape[:2]
    channel_first = spec.layout == "NCHW"
    made = np.empty((len(chips), 3, high, wide) if channel_first else (len(chips), high, wide, 3), np.float32)
    planes = made if channel_first else made.transpose(0, 3, 1, 2)
    for target, chip in zip(planes, chips, strict=True):
        for channel, source in enumerate((0, 1, 2) if spec.colour == "BGR" else (2, 1, 0)):
            target[channel] = chip[..., source]
            if spec.mean[channel]:
                target[channel] -= np.float32(spec.mean[channel])
            if spec.std[channel] != 1:
                target[channel] /= np.float32(spec.std[channel])
    return made


def _points(card: ModelCard) -> Floats:
    try:
        points = np.asarray(card.options["points"], dtype=np.float32)
    except (TypeError, ValueError):
        points = np.zeros((0, 2), dtype=np.float32)
    if points.shape != (POINTS, 2):
        problem = f"card {card.id}: option points is not five [x, y]"
        raise ModelMismatchError(problem, "Give eyes, nose and corners of the mouth in chip pixels.")
    return points


def _crop(card: ModelCard) -> tuple[str, float]:
    crop = card.options.get("crop")
    shape, scale = (crop.get("shape"), crop.get("scale")) if isinstance(crop, Mapping) else (None, None)
    if shape not in {"square", "clipped", "cut"} or not isinstance(scale, int | float) or not scale > 0:
        problem = f"card {card.id} describes no chip"
        raise ModelMismatchError(
            problem, "Give the option points, or crop with a shape (square, clipped, cut) and a scale."
        )
    return str(shape), float(scale)
