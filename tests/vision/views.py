"""Pictures of brightness alone, of the project's own footage and made up, for tests of what a camera sees."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from galleria.capture.sources import open_source
from galleria.vision.sight import Sight, Verdict

FOOTAGE = Path(__file__).resolve().parents[2] / "footage"
Change = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True)
class Luma:
    """A picture of brightness, at the size that is asked for."""

    pixels: NDArray[np.uint8]

    @property
    def width(self) -> int:
        return self.pixels.shape[1]

    @property
    def height(self) -> int:
        return self.pixels.shape[0]

    def luma(self, width: int, height: int) -> NDArray[np.uint8]:
        assert self.pixels.shape == (height, width)
        return self.pixels


@cache
def clip(name: str, seconds: float = 45.0) -> list[tuple[float, NDArray[np.uint8]]]:
    """Times from 0 and pictures of a clip of the footage, such as morning/corridor."""
    frames = []
    source = open_source(str(FOOTAGE / f"{name}.mp4"), threads=1)
    for frame in source:
        if frame.time - source.facts.start > seconds:
            break
        frames.append((frame.time - source.facts.start, frame.picture.luma(192, 108)))
    source.close()
    return frames


def changed(
    frames: Iterable[tuple[float, NDArray[np.uint8]]], begin: float, end: float, change: Change
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Change every picture from one time to another."""
    for time, pixels in frames:
        if begin <= time < end:
            yield time, np.clip(change(pixels.astype(float)), 0, 255).astype(np.uint8)
        else:
            yield time, pixels


def verdicts(sight: Sight, frames: Iterable[tuple[float, NDArray[np.uint8]]]) -> list[tuple[float, Verdict]]:
    """What is told, with the time at which it is, whenever the state changes."""
    told: list[tuple[float, Verdict]] = []
    sure = float("-inf")
    for time, pixels in frames:
        verdict = sight.look(time, Luma(pixels))
        assert sure <= verdict.sure <= time
        if not told or verdict.state is not told[-1][1].state:
            assert verdict.since >= sure  # nothing reaches back into what was said to be sure
            told.append((time, verdict))
        sure = verdict.sure
    return told


def states(told: list[tuple[float, Verdict]]) -> list[str]:
    return [verdict.state.value for _, verdict in told]
