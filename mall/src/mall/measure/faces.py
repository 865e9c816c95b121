"""Finds faces as a YuNet user does, and measures how well footage serves: recall by size and angle, distances."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from . import networks
from .embedding import chip, distances, embed

Array = NDArray[np.float64]
Picture = NDArray[np.uint8]
SCORE = 0.6  # what counts as found
OVERLAP = 0.3  # of boxes that are one face, as YuNet's own suppression has it
STRIDES = (8, 16, 32)
SHARP, FRONTAL = 60.0, 30.0  # pixels and degrees of faces whose embeddings are compared
SIZES = (50.0, 60.0, 80.0, 100.0, 140.0, 1e9)
ANGLES = (10.0, 20.0, 30.0, 45.0, 90.0)
MATCH = 0.3  # overlap of a truth box and a found one


class FoundFace(NamedTuple):
    """A face: box x0, y0, x1, y1 and five points (5, 2), pixels, and its score."""

    box: Array
    points: Array
    score: float


class TruthFace(NamedTuple):
    """A face that is in a frame: who, box, angles from the camera in degrees, visible share."""

    frame: int
    person: str
    box: Array
    yaw: float
    pitch: float
    visible: float

    @property
    def size(self) -> float:
        """The longer side, pixels."""
        return float(max(self.box[2] - self.box[0], self.box[3] - self.box[1]))


@dataclass(frozen=True, slots=True)
class Seen:
    """A truth face, whether it was found, and its embedding when it was sharp and frontal enough."""

    truth: TruthFace
    found: bool
    embedding: Array | None


def find(network: ort.InferenceSession, picture: Picture, score: float = SCORE) -> list[FoundFace]:
    """Find faces in a picture (h, w, 3) RGB, best first."""
    high, wide = picture.shape[:2]
    padded = np.zeros(((high + 31) // 32 * 32, (wide + 31) // 32 * 32, 3), np.float32)
    padded[:high, :wide] = picture[..., ::-1]
    names = [f"{what}_{stride}" for stride in STRIDES for what in ("cls", "obj", "bbox", "kps")]
    outputs = network.run(names, {network.get_inputs()[0].name: padded.transpose(2, 0, 1)[None]})
    table = dict(zip(names, outputs, strict=True))
    found = [face for stride in STRIDES for face in _decoded(table, stride, padded.shape[1], score)]
    return _suppressed(sorted(found, key=lambda face: -face.score))


def _decoded(table: dict[str, Any], stride: int, wide: int, score: float) -> Iterator[FoundFace]:
    sure = np.sqrt(np.clip(table[f"cls_{stride}"][0, :, 0], 0, 1) * np.clip(table[f"obj_{stride}"][0, :, 0], 0, 1))
    for index in np.flatnonzero(sure >= score):
        row, column = divmod(int(index), wide // stride)
        x, y, w, h = table[f"bbox_{stride}"][0, index].astype(np.float64)
        centre = np.array([column + x, row + y]) * stride
        half = np.exp([w, h]) * stride / 2
        points = (np.array([column, row]) + table[f"kps_{stride}"][0, index].reshape(5, 2)) * stride
        yield FoundFace(np.concatenate([centre - half, centre + half]), points.astype(np.float64), float(sure[index]))


def _suppressed(faces: list[FoundFace]) -> list[FoundFace]:
    kept: list[FoundFace] = []
    for face in faces:
        if all(overlap(face.box, other.box) < OVERLAP for other in kept):
            kept.append(face)
    return kept


def overlap(a: Array, b: Array) -> float:
    """Intersection over union of two boxes x0, y0, x1, y1."""
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    both = float(np.prod(np.maximum(high - low, 0)))
    areas = float(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]))
    return both / max(areas - both, 1e-9)


def truth_faces(table: Path, least: float = 0.9) -> dict[int, list[TruthFace]]:
    """Faces of a people.csv by frame: those at least so visible, that look less than 90 degrees away."""
    found: dict[int, list[TruthFace]] = defaultdict(list)
    with table.open(newline="") as lines:
        for row in csv.DictReader(lines):
            if not row["face_visible"] or not row["face_x0"] or float(row["face_visible"]) < least:
                continue
            box = np.array([float(row[f"face_{side}"]) for side in ("x0", "y0", "x1", "y1")])
            angles = float(row["face_yaw"]), float(row["face_pitch"])
            share = float(row["face_visible"])
            found[int(row["frame"])].append(TruthFace(int(row["frame"]), row["person"], box, *angles, share))
    return dict(found)


def watch(clip: Path, people: Path, every: int = 2) -> list[Seen]:
    """Look for every truth face in every so many'th frame of a clip.

    Raises:
        ModelError: the networks cannot be had.
    """
    truth, finder, embedder = truth_faces(people), networks.detector(), networks.embedder()
    seen: list[Seen] = []
    for frame, picture in _frames(clip):
        if frame % every or frame not in truth:
            continue
        faces = find(finder, picture)
        for one in truth[frame]:
            match = max(faces, key=lambda face: overlap(face.box, one.box), default=None)
            hit = match is not None and overlap(match.box, one.box) >= MATCH
            row = None
            if hit and match is not None and _comparable(one):
                row = embed(embedder, [chip(picture, match.points)])[0]
            seen.append(Seen(one, hit, row))
    return seen


def _comparable(face: TruthFace) -> bool:
    return face.size >= SHARP and abs(face.yaw) <= FRONTAL and abs(face.pitch) <= FRONTAL


def _frames(clip: Path) -> Iterator[tuple[int, Picture]]:
    """Pictures by their number in the scene: frames that were dropped leave a gap in time."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        rate, base = float(stream.average_rate or 1), float(stream.time_base or 1)
        rate = float(stream.guessed_rate or rate)
        for frame in container.decode(stream):
            yield round((frame.pts or 0) * base * rate), np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


def report(seen: Iterable[Seen]) -> dict[str, Any]:
    """Figures: recall of faces by size and by yaw, over all of 50 pixels and 30 degrees, and distances."""
    rows = list(seen)
    near = [one for one in rows if abs(one.truth.yaw) <= FRONTAL]
    wide = [one for one in rows if one.truth.size >= SIZES[0]]
    by_size = {f"{low:.0f}": _recall(x for x in near if low <= x.truth.size < high) for low, high in _bands(SIZES)}
    by_yaw = {
        f"{high:.0f}": _recall(x for x in wide if low <= abs(x.truth.yaw) < high) for low, high in _bands((0, *ANGLES))
    }
    both = [one for one in near if one.truth.size >= SIZES[0]]
    return {"recall": _recall(both), "recall_by_size": by_size, "recall_by_yaw": by_yaw, "distances": apart(rows)}


def _bands(edges: tuple[float, ...]) -> Iterator[tuple[float, float]]:
    return pairwise(edges)


def _recall(rows: Iterable[Seen]) -> dict[str, float | None]:
    found = [one.found for one in rows]
    return {"faces": len(found), "found": round(sum(found) / len(found), 4) if found else None}


def apart(seen: Iterable[Seen]) -> dict[str, Any]:
    """Largest distance of one person's faces, smallest of different people's, and the margin between."""
    people: dict[str, list[Array]] = defaultdict(list)
    for one in seen:
        if one.embedding is not None:
            people[one.truth.person].append(one.embedding)
    return separation({name: np.array(rows) for name, rows in people.items()})


def separation(people: dict[str, Array]) -> dict[str, Any]:
    """The same for embeddings (n, 128) by person; None for what nobody or one person alone cannot tell."""
    same = {name: float(distances(rows, rows).max()) for name, rows in people.items()}
    pairs = [
        (float(distances(people[a], people[b]).min()), a, b)
        for i, a in enumerate(sorted(people))
        for b in sorted(people)[i + 1 :]
    ]
    closest, *pair = min(pairs, default=(None, "", ""))
    widest = max(same, key=lambda name: same[name], default="")
    largest = same.get(widest)
    margin = None if closest is None or largest is None else closest - largest
    return {
        "people": len(people), "faces": sum(map(len, people.values())),
        "same_largest": _rounded(largest), "same_person": widest,
        "different_smallest": _rounded(closest), "different_pair": tuple(pair), "margin": _rounded(margin),
    }  # fmt: skip


def _rounded(distance: float | None) -> float | None:
    return None if distance is None else round(distance, 4)
