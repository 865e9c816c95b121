"""How well a network of the product sees the people of the footage.

A person counts for recall when at least half of the outline is seen and the part of the box in the picture is at
least 45 pixels tall. Such a person is found when a box of the network overlaps that part by an IoU of 0.4. A box is
false when less than half of it lies in anybody's box, however little is seen of them: a second box on somebody, or one
on somebody who is half hidden, is neither found nor false.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from galleria.app.networks import Choice, Loaded, load
from galleria.capture.sources import open_source
from galleria.domain.site import Camera
from mall.domain.lens import SIZE
from mall.domain.motion import TICKS

Array = NDArray[np.float64]
SCORE = 0.4
IOU = 0.4
SEEN = 0.5
TALL = 45.0  # pixels
INSIDE = 0.5  # share of a box that has to lie in somebody's, or it is false


@dataclass(frozen=True, slots=True)
class Found:
    """What a network found in a clip.

    Attributes:
        people: how many were to be found, over all frames. found: how many of them were.
        false: boxes that lie on nobody.
        missed: of those to be found: (frame, track), to look at.
        invented: false boxes: (frame, left, top, right, bottom), pixels.
    """

    scene: str
    camera: str
    frames: int
    people: int
    found: int
    false: int
    missed: tuple[tuple[int, int], ...] = ()
    invented: tuple[tuple[float, ...], ...] = ()

    @property
    def recall(self) -> float:
        return self.found / self.people if self.people else 1.0

    @property
    def false_a_frame(self) -> float:
        return self.false / self.frames if self.frames else 0.0

    def as_json(self) -> dict[str, Any]:
        facts = {"scene": self.scene, "camera": self.camera, "frames": self.frames, "people": self.people}
        rates = {"recall": round(self.recall, 4), "false_a_frame": round(self.false_a_frame, 4)}
        seen = {"missed": [list(m) for m in self.missed], "invented": [list(i) for i in self.invented]}
        return facts | {"found": self.found, "false": self.false} | rates | seen


@dataclass(frozen=True, slots=True)
class Truths:
    """One frame's people: boxes (n, 4) in pixels, clipped to the picture, and which of them are to be found."""

    frame: int
    tracks: tuple[int, ...]
    boxes: Array
    wanted: NDArray[np.bool_]


def measure_people(clip: Path, network: Loaded | None = None, every: int = 4, score: float = SCORE) -> Found:
    """Look for people in every so-many-th frame of a clip and compare with its truth.

    Args:
        clip: SCENE/CAMERA.mp4; CAMERA.people.csv and scene.json lie beside it.
        network: finds people; None: the product's default.
        every: how many frames a look.
        score: boxes with less do not count.

    Raises:
        VideoError: the clip cannot be read.
        OSError: its truth cannot.
    """
    detector = (network or load(Choice())).detector(Camera("measured"))
    truths = truths_of(clip.with_name(f"{clip.stem}.people.csv"))
    blind = blind_times(clip.with_name("scene.json"), clip.stem)
    total = Found(clip.parent.name, clip.stem, 0, 0, 0, 0)
    source = open_source(str(clip))
    for number, frame in enumerate(source):
        time = frame.time - source.facts.start
        if number % every or any(begin <= time < end for begin, end in blind):
            continue
        seen = detector.detect([frame.picture])[0]
        boxes = np.asarray(seen.boxes[seen.scores >= score], np.float64) * np.array([*SIZE, *SIZE])
        nobody = Truths(number, (), np.zeros((0, 4)), np.zeros(0, np.bool_))
        total = added(total, truths.get(round(time * TICKS), nobody), boxes)
    return total


def truths_of(path: Path) -> dict[int, Truths]:
    """A people.csv by tick."""
    by_tick: dict[int, list[dict[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_tick.setdefault(round(float(row["t"]) * TICKS), []).append(row)
    return {tick: _truths(rows) for tick, rows in by_tick.items()}


def _truths(rows: Sequence[dict[str, str]]) -> Truths:
    boxes = np.array([[float(row[key]) for key in ("x0", "y0", "x1", "y1")] for row in rows])
    boxes = np.clip(boxes, 0, np.array([*SIZE, *SIZE], np.float64))
    seen = np.array([float(row["visible"]) for row in rows])
    wanted = (seen >= SEEN) & (boxes[:, 3] - boxes[:, 1] >= TALL)
    return Truths(int(rows[0]["frame"]), tuple(int(row["track"]) for row in rows), boxes, wanted)


def blind_times(path: Path, camera: str) -> list[tuple[float, float]]:
    """When a camera shows nothing that is there, seconds, from a scene.json; empty when there is none."""
    if not path.is_file():
        return []
    faults = json.loads(path.read_text(encoding="utf-8")).get("faults", ())
    blind = ("black", "frozen")
    return [(f["begin"], f["end"]) for f in faults if f["camera"] == camera and f["wrong"] in blind]


def added(total: Found, truths: Truths, boxes: Array) -> Found:
    """Add one frame: what was found in it, missed and invented."""
    pairs = matches(truths.boxes[truths.wanted], boxes)
    found = {int(i) for i, _ in pairs}
    used = {int(j) for _, j in pairs}
    wanted = [track for track, want in zip(truths.tracks, truths.wanted, strict=True) if want]
    missed = [(truths.frame, track) for index, track in enumerate(wanted) if index not in found]
    inside = covered(boxes, truths.boxes)
    false = [j for j in range(len(boxes)) if j not in used and inside[j] < INSIDE]
    invented = [(truths.frame, *(round(float(v), 1) for v in boxes[j])) for j in false]
    return replace(
        total,
        frames=total.frames + 1,
        people=total.people + len(wanted),
        found=total.found + len(found),
        false=total.false + len(false),
        missed=(*total.missed, *missed),
        invented=(*total.invented, *invented),
    )


def matches(truth: Array, boxes: Array) -> list[tuple[int, int]]:
    """Pairs of truth (n, 4) and boxes (m, 4) that overlap by `IOU`: as many as can be, then the closest."""
    overlap = _shared(truth, boxes)
    union = _area(truth)[:, None] + _area(boxes)[None] - overlap
    iou = overlap / np.maximum(union, 1e-9)
    rows, columns = linear_sum_assignment(np.where(iou >= IOU, 1 + iou, 0), maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if iou[i, j] >= IOU]


def covered(boxes: Array, truth: Array) -> Array:
    """The largest share of each box (m, 4) that lies in one of the truth's boxes (n, 4)."""
    if not len(truth):
        return np.zeros(len(boxes))
    return np.asarray((_shared(truth, boxes) / np.maximum(_area(boxes), 1e-9)).max(0))


def _shared(a: Array, b: Array) -> Array:
    sides = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    return np.asarray(sides.clip(0).prod(-1))


def _area(boxes: Array) -> Array:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).clip(0).prod(-1))


def people_table(found: Sequence[Found]) -> str:
    """A table in Markdown, by clip and in all."""
    head = "| scene | camera | frames | people | recall | false boxes a frame |\n|---|---|---:|---:|---:|---:|\n"
    rows = [*found, _together(found)] if found else []
    return head + "".join(
        f"| {f.scene} | {f.camera} | {f.frames} | {f.people} | {f.recall:.3f} | {f.false_a_frame:.3f} |\n" for f in rows
    )


def _together(found: Iterable[Found]) -> Found:
    total = Found("all", "", 0, 0, 0, 0)
    for f in found:
        total = replace(
            total,
            frames=total.frames + f.frames,
            people=total.people + f.people,
            found=total.found + f.found,
            false=total.false + f.false,
        )
    return total
