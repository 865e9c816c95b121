"""Comparison scores of any engine into its calibration: which score keeps which false-match rate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field

from galleria.analytics.biometrics.calibrate import calibrate
from galleria.analytics.biometrics.comparisons import Comparisons
from galleria.analytics.biometrics.samples import numbered
from galleria.analytics.biometrics.verification import fnmr
from galleria.domain.accuracy import Calibration
from galleria.domain.errors import InputError
from galleria.storage.csv_rows import Row, read_csv, rows
from galleria.storage.textfile import write_text

TARGETS = (0.1, 0.01, 0.001, 1e-4, 1e-5, 1e-6)
FORMAT = "galleria calibration 1"


class _Line(Row):
    score: Annotated[float, Field(allow_inf_nan=False)]
    first: Annotated[str, Field(min_length=1, max_length=100)]
    second: Annotated[str, Field(min_length=1, max_length=100)]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What came of it.

    Attributes:
        rows: false-match rate, threshold that keeps it, share of genuine comparisons below; those the set can show.
        genuine: genuine comparisons in the set.
    """

    calibration: Calibration
    rows: tuple[tuple[float, float, float | None], ...]
    genuine: int


def calibrate_scores(path: Path, target: float, out: Path | None = None) -> Calibrated:
    """Calibrate scores of a CSV file with the columns `score`, `first` and `second`: the subjects that were compared.

    Args:
        path: the file. A higher score means more alike.
        target: false-match rate that is to be claimed.
        out: file for the calibration, JSON; None: none is written.

    Raises:
        InputError: the file is wrong, or the set too small for the target: it says how many subjects it takes.
        StoreError: `out` cannot be written.
    """
    compared = _comparisons(path)
    calibration = calibrate(compared.impostor, target)
    told = tuple(_told(calibration, compared.genuine, {target, *TARGETS}))
    if out is not None:
        write_text(out, json.dumps({"format": FORMAT, **asdict(calibration)}, indent=1) + "\n")
    return Calibrated(calibration, told, len(compared.genuine))


def _comparisons(path: Path) -> Comparisons:
    lines = [line for _, line in rows(read_csv(path), path, _Line)]
    if not lines:
        problem = f"{path} holds no score"
        raise InputError(problem, "Write one line for each comparison: score, first, second.")
    numbers = numbered([name for line in lines for name in (line.first, line.second)])
    return Comparisons(np.array([line.score for line in lines]), numbers[0::2], numbers[1::2])


def _told(
    calibration: Calibration, genuine: Comparisons, targets: set[float]
) -> Sequence[tuple[float, float, float | None]]:
    shown = [t for t in sorted(targets, reverse=True) if calibration.floor <= t <= calibration.fmr[0]]
    thresholds = [(target, calibration.threshold(target)) for target in shown]
    return [(t, score, fnmr(genuine.scores, score) if len(genuine) else None) for t, score in thresholds]
