"""The labelled clips, and variants of them: mirrored, half size, encoded again."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import Interpolation

from galleria.domain.geometry import Point, Segment
from galleria.domain.truth import Truth, TruthLine
from galleria.storage.truth import read_truth

_SIDES = {"left": "right", "right": "left"}
VARIANTS = ("as it is", "mirrored", "half size", "re-encoded")
# Constant rate factors of H.264: the first two hardly lose anything, the last a lot.
_QUALITY = {"mirrored": "18", "half size": "18", "re-encoded": "30"}


@dataclass(frozen=True, slots=True)
class Scene:
    """A clip with its truth.

    Attributes:
        size: width and height of the labelled pictures, pixels.
        tolerance: seconds by which a crossing may be off.
    """

    name: str
    video: str
    truth: str
    size: tuple[int, int]
    rate: int
    tolerance: float

    def clip(self, data: Path) -> Path:
        return data / self.name / self.video

    def labels(self, data: Path, variant: str = VARIANTS[0]) -> Truth:
        truth = read_truth(data / self.name / self.truth, self.size)
        return mirrored(truth) if variant == "mirrored" else truth


PEOPLE = Scene("people_detection", "people-detection.mp4", "gt.json", (768, 432), 12, 0.5)
STREET = Scene("street", "vtest.avi", "gt_lines.json", (768, 576), 10, 0.8)
SCENES = (PEOPLE, STREET)


def data_folder() -> Path:
    """Where the footage lies; ends the program when it is not there."""
    folder = Path(os.environ.get("GALLERIA_DATA") or Path(__file__).parents[2] / "shared" / "data")
    for scene in SCENES:
        if not scene.clip(folder).is_file():
            sys.exit(f"There is no {scene.clip(folder)}: name the folder with the footage in GALLERIA_DATA.")
    return folder


def mirrored(truth: Truth) -> Truth:
    """What people would have seen in a mirror: left is right, and who came in still does."""
    return replace(truth, lines=tuple(map(_mirrored_line, truth.lines)))


def _mirrored_line(line: TruthLine) -> TruthLine:
    a, b = line.segment.a, line.segment.b
    words = (_other(line.words[0]), _other(line.words[1]))
    crossings = line.crossings and tuple(replace(c, direction=_other(c.direction)) for c in line.crossings)
    totals: Mapping[str, int] = {_other(word): n for word, n in line.totals.items()}
    # The ends change places: a mirror turns the right-hand side into the left-hand one.
    segment = Segment(Point(1 - b.x, b.y), Point(1 - a.x, a.y))
    return replace(line, segment=segment, words=words, crossings=crossings, totals=totals)


def _other(word: str) -> str:
    return _SIDES.get(word, word)


def make_variant(source: Path, target: Path, variant: str, rate: int) -> Path:
    """Write a variant of a clip as H.264 with evenly spaced frames."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as copy:
        stream = copy.add_stream("libx264", rate=rate, options={"crf": _QUALITY[variant], "preset": "veryfast"})
        stream.pix_fmt = "yuv420p"
        for number, frame in enumerate(clip.decode(video=0)):
            shrink = 2 if variant == "half size" else 1
            width, height = frame.width // shrink, frame.height // shrink
            scaled = frame.reformat(width, height, "rgb24", interpolation=Interpolation.AREA)
            pixels = np.asarray(scaled.to_ndarray(), np.uint8)
            if variant == "mirrored":
                pixels = np.ascontiguousarray(pixels[:, ::-1])
            if number == 0:
                stream.width, stream.height = width, height
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            picture.pts, picture.time_base = number, Fraction(1, rate)
            copy.mux(stream.encode(picture))
        copy.mux(stream.encode())
    return target
