"""Labelled and tracked boxes into the usual track scores: MOTA, IDF1, HOTA.

Knows nothing of files or trackers. MOTA (Bernardin and Stiefelhagen 2008) and IDF1 (Ristani et al. 2016) come from
py-motmetrics; it has no HOTA, which is computed here after Luiten et al., International Journal of Computer Vision
129, 2021, doi:10.1007/s11263-020-01375-2, and agrees with the authors' TrackEval (see the tests).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galleria.domain.errors import GalleriaError, TruthError
from galleria.domain.truth import TrackBox

Floats = NDArray[np.float64]
ALPHAS = np.arange(1, 20) / 20  # the overlaps HOTA is averaged over: 0.05 to 0.95
EPSILON = float(np.finfo(np.float64).eps)
IOU = 0.5

LabelledFrames = Mapping[int, Sequence[TrackBox]]


@dataclass(frozen=True, slots=True)
class TrackScore:
    """How well people were tracked, over the frames that were analysed.

    Attributes:
        mota: 1 - (misses + false boxes + switches) / truth boxes; may be negative.
        idf1: share of boxes that carry the right identity over time.
        hota: geometric mean of detection and association accuracy, averaged over overlaps 0.05 to 0.95.
        deta: HOTA's detection accuracy, averaged likewise.
        assa: HOTA's association accuracy, averaged likewise.
        frames: how many frames were compared.
        truth_boxes: labelled boxes in them.
        boxes: tracked boxes in them.
        misses: labelled boxes without a tracked one (overlap below 0.5).
        false_boxes: tracked boxes without a labelled one.
        switches: how often a labelled track went on under another number.
        fragmentations: how often a labelled track was lost and found again.
    """

    mota: float
    idf1: float
    hota: float
    deta: float
    assa: float
    frames: int
    truth_boxes: int
    boxes: int
    misses: int
    false_boxes: int
    switches: int
    fragmentations: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def score_tracks(truth: LabelledFrames, tracks: LabelledFrames) -> TrackScore:
    """Compare tracks with labelled ones.

    Args:
        truth: labelled boxes by frame index (from 0); a frame that is absent has nobody in it.
        tracks: tracked boxes by frame index; a key for every frame that was analysed, also where nothing was seen.
            Only these frames are compared, because counting looks at 5 to 8 frames a second, not at all:
            figures are therefore not those of a benchmark that asks for every frame.

    Raises:
        GalleriaError: py-motmetrics is not installed.
        TruthError: no labelled box is in the frames compared.
    """
    frames = [_Compared.of(truth.get(index, ()), tracks[index]) for index in sorted(tracks)]
    if not any(len(frame.truth) for frame in frames):
        problem = f"No labelled box is in any of the {len(frames)} frames that were analysed"
        raise TruthError(problem, "Check that the labels belong to this video and that their frames start at 1.")
    return TrackScore(**_clear_and_identity(frames), **_hota(frames), frames=len(frames))


@dataclass(frozen=True, slots=True)
class _Compared:
    """One frame: labelled ids (n), tracked ids (m) and the overlap (IoU) of each with each, (n, m)."""

    truth: NDArray[np.int64]
    tracks: NDArray[np.int64]
    overlap: Floats

    @staticmethod
    def of(truth: Sequence[TrackBox], tracks: Sequence[TrackBox]) -> _Compared:
        ids = [np.array([box.track for box in boxes], np.int64) for boxes in (truth, tracks)]
        a, b = (np.array([box.box for box in boxes], np.float64).reshape(-1, 4) for boxes in (truth, tracks))
        return _Compared(ids[0], ids[1], _iou(a, b))


def _iou(a: Floats, b: Floats) -> Floats:
    """Overlap of boxes (n, 4) with boxes (m, 4); normalised boxes overlap as the same boxes in pixels do."""
    sides = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    shared = sides.clip(0).prod(axis=2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (a, b)]
    union = areas[0][:, None] + areas[1][None] - shared
    return np.asarray(shared / np.maximum(union, EPSILON), np.float64)


def _clear_and_identity(frames: Sequence[_Compared]) -> dict[str, Any]:
    try:
        import motmetrics  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        problem = "MOTA and IDF1 need py-motmetrics, which is not installed"
        raise GalleriaError(problem, 'Run `pip install "galleria[mot]"`.') from error
    book = motmetrics.MOTAccumulator()
    for index, frame in enumerate(frames):
        # Its own overlap function calls what NumPy 2 has removed.
        distance = np.where(frame.overlap >= IOU, 1 - frame.overlap, np.nan)
        book.update(frame.truth, frame.tracks, distance, frameid=index)
    names = {
        "mota": "mota",
        "idf1": "idf1",
        "misses": "num_misses",
        "false_boxes": "num_false_positives",
        "switches": "num_switches",
        "fragmentations": "num_fragmentations",
        "truth_boxes": "num_objects",
        "boxes": "num_predictions",
    }
    found = motmetrics.metrics.create().compute(book, metrics=list(names.values()), return_dataframe=False)
    rates = {key: float(found[key]) for key in ("mota", "idf1")}
    return rates | {key: int(found[name]) for key, name in names.items() if key not in rates}


def _hota(frames: Sequence[_Compared]) -> dict[str, Any]:
    truth_ids, truth = np.unique(np.concatenate([frame.truth for frame in frames]), return_counts=True)
    track_ids, tracked = np.unique(np.concatenate([frame.tracks for frame in frames]), return_counts=True)
    if not len(track_ids):
        return dict.fromkeys(("hota", "deta", "assa"), 0.0)
    places = [(np.searchsorted(truth_ids, f.truth), np.searchsorted(track_ids, f.tracks)) for f in frames]
    counts = truth[:, None] + tracked[None]
    alike = _alike(frames, places, counts)
    matches = np.zeros((len(ALPHAS), *alike.shape))
    for frame, (rows, columns) in zip(frames, places, strict=True):
        i, j = _assign(alike[np.ix_(rows, columns)] * frame.overlap)
        close = frame.overlap[i, j][None] >= ALPHAS[:, None] - EPSILON
        matches[:, rows[i], columns[j]] += close
    found = matches.sum(axis=(1, 2))
    deta = found / (truth.sum() + tracked.sum() - found)
    assa = (matches * matches / (counts - matches)).sum(axis=(1, 2)) / np.maximum(found, 1)
    return {"hota": float(np.sqrt(deta * assa).mean()), "deta": float(deta.mean()), "assa": float(assa.mean())}


def _alike(
    frames: Sequence[_Compared], places: Sequence[tuple[NDArray[np.intp], NDArray[np.intp]]], counts: NDArray[np.int64]
) -> Floats:
    """How much a labelled and a tracked identity are the same over the whole clip, (identities, identities)."""
    shared = np.zeros(counts.shape)
    for frame, (rows, columns) in zip(frames, places, strict=True):
        o = frame.overlap
        union = o.sum(axis=0)[None] + o.sum(axis=1)[:, None] - o
        shared[np.ix_(rows, columns)] += np.where(union > EPSILON, o / np.maximum(union, EPSILON), 0)
    return np.asarray(shared / (counts - shared), np.float64)


def _assign(gain: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow to import

    rows, columns = linear_sum_assignment(gain, maximize=True)
    return rows, columns
