"""A detector at its port, and frames, for tests of a camera's graph: who is where is made up, the rest is real."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from galleria.capture.ports import SourceFacts
from galleria.domain.detection import Detections
from galleria.domain.frame import ArrayPicture, Frame, Picture
from galleria.domain.geometry import Box

WIDTH, HEIGHT, RATE = 160, 90, 10.0
TILES = np.where((np.arange(HEIGHT)[:, None] // 15 + np.arange(WIDTH) // 20) % 2, 55, 65)[..., None].astype(np.uint8)
Where = Callable[[float], Sequence[tuple[float, float]]]
"""Feet (x, y), normalised, of everybody at a time."""


def picture(feet: Sequence[tuple[float, float]], index: int = 0) -> ArrayPicture:
    """A light body on a dark floor of tiles for everybody, and the noise of a sensor, another one for each index."""
    noise = np.random.default_rng(index).integers(0, 3, (HEIGHT, WIDTH, 1), np.uint8)
    pixels = np.broadcast_to(TILES + noise, (HEIGHT, WIDTH, 3)).copy()
    for x, y in feet:
        left, top, right, bottom = box(x, y)
        rows = slice(max(0, round(top * HEIGHT)), max(0, round(bottom * HEIGHT)))
        pixels[rows, max(0, round(left * WIDTH)) : max(0, round(right * WIDTH))] = 220
    return ArrayPicture(pixels)


def box(x: float, y: float) -> tuple[float, float, float, float]:
    return x - 0.05, y - 0.3, x + 0.05, y


class Scene:
    """Frames of a made-up scene; a source as the house knows it."""

    def __init__(self, where: Where, seconds: float, start: float = 0.0, interrupt_at: float | None = None) -> None:
        self.where, self.interrupt_at, self.closed = where, interrupt_at, 0
        count = round(seconds * RATE)
        self.facts = SourceFacts(WIDTH, HEIGHT, RATE, count, seconds, start, start > 0, "scene")
        self.warnings: list[str] = []

    def want_rate(self, rate: float) -> None:
        pass

    def close(self) -> None:
        self.closed += 1

    def __iter__(self) -> Iterator[Frame]:
        for index in range(self.facts.frames or 0):
            time = index / RATE
            if self.interrupt_at is not None and time >= self.interrupt_at:
                raise KeyboardInterrupt
            yield Frame("camera", index, self.facts.start + time, picture(self.where(time), index))


class Sees:
    """Finds the light bodies in a picture by their pixels; knows how often it was asked, and for which parts."""

    def __init__(self) -> None:
        self.asked = 0
        self.parts: list[Box | None] = []

    def detect(self, pictures: Sequence[Picture], masks=None, parts=None) -> list[Detections]:
        self.asked += len(pictures)
        self.parts += parts or [None] * len(pictures)
        return [self._one(each) for each in pictures]

    def _one(self, shown: Picture) -> Detections:
        light = shown.luma(WIDTH, HEIGHT) > 150
        columns = np.flatnonzero(light.any(axis=0))
        runs = np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1) if len(columns) else []
        boxes = []
        for run in runs:
            rows = np.flatnonzero(light[:, run].any(axis=1))
            boxes.append((run[0] / WIDTH, rows[0] / HEIGHT, (run[-1] + 1) / WIDTH, (rows[-1] + 1) / HEIGHT))
        return Detections(np.array(boxes, np.float32).reshape(-1, 4), np.full(len(boxes), 0.9, np.float32))


def walks(begin: float = 1.0, seconds: float = 4.0) -> Where:
    """Nobody, then somebody walks from left to right, then nobody."""

    def where(time: float) -> list[tuple[float, float]]:
        share = (time - begin) / seconds
        return [(0.1 + 0.8 * share, 0.7)] if 0 <= share <= 1 else []

    return where


def nobody(_: float) -> list[tuple[float, float]]:
    return []
