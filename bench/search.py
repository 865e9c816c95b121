"""`python -m bench.search [templates ...]`: our exact search beside faiss's flat index, one thread each.

Both get the same directions of 128 dimensions in the same run, spread as templates of real networks are and turned as
a vault turns them; half of the probes are noisy copies of a template. Times are of the processor, the best of several
rounds, so that other work on the machine counts for little. Recall says how many of faiss's nearest are ours too, or
score the same to six digits.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

import sys
from collections import deque
from collections.abc import Callable
from itertools import cycle
from time import process_time
from typing import NamedTuple

import faiss
import numpy as np
from rich.console import Console
from rich.table import Table

from galleria.domain.detection import Floats
from galleria.identity.labels import random_label
from galleria.identity.search import Index
from galleria.storage.vault.transform import Rotation

DIMENSIONS, BAR = 128, 2.0
_ROTATION = Rotation(bytes(32), DIMENSIONS)
SIZES = (1_000, 10_000, 100_000, 1_000_000)
_SAME = 1e-6
_ARRIVALS = 4096  # different ones: a day has hardly any two who are the same
_ENOUGH = 0.4  # seconds of one kind of measurement, about


class Pair(NamedTuple):
    """Seconds of both for the same work."""

    work: str
    ours: float
    faiss: float
    recall: str = ""


def main() -> None:
    """Measure every size that is named, else all."""
    faiss.omp_set_num_threads(1)
    console = Console()
    for count in [int(size) for size in sys.argv[1:]] or SIZES:
        pairs, size = measure(count)
        title = f"{count} templates: {size / count:.0f} bytes each (faiss {4 * DIMENSIONS})"
        table = Table("", title=title, title_justify="left")
        for heading in ("ours ms", "faiss ms", "ratio", "recall"):
            table.add_column(heading, justify="right")
        for pair in pairs:
            ratio = pair.faiss / pair.ours
            times = f"{pair.ours * 1e3:.3f}", f"{pair.faiss * 1e3:.3f}"
            table.add_row(pair.work, *times, f"{ratio:.2f}{'' if ratio >= BAR else ' (< bar)'}", pair.recall)
        console.print(table)


def measure(count: int) -> tuple[list[Pair], int]:
    """Everything about a gallery of that size, and its bytes of memory."""
    values = _directions(count)
    labels = [random_label() for _ in range(count)]
    ours, flat = Index(DIMENSIONS), faiss.IndexFlatIP(DIMENSIONS)
    added = Pair(
        "add all, first search", _seconds(lambda: _fill(ours, labels, values)), _seconds(lambda: flat.add(values))
    )
    pairs = [added]
    for probes in (1, 32):
        asked = _probes(values, probes)
        for k in (1, 4):
            mine, theirs = _rounds(lambda: ours.search(asked, k), lambda: flat.search(asked, k))  # noqa: B023
            recall = _recall(ours, flat, labels, _probes(values, 64), k)
            pairs.append(Pair(f"search {probes}, nearest {k}", mine, theirs, f"{recall:.2%}"))
    held = deque(labels)
    pairs += [_mixed(ours, flat, values, held, each) for each in (1, 32)]
    return pairs, ours.nbytes


def _fill(index: Index, labels: list[str], values: Floats) -> None:
    index.add(labels, values)
    index.search(values[:1])


def _mixed(ours: Index, flat: faiss.IndexFlatIP, values: Floats, held: deque[str], each: int) -> Pair:
    """Search, enrol as many as were searched, delete as many of the oldest: a day that goes on."""
    asked, new = _probes(values, each), cycle(_directions(_ARRIVALS, 7).reshape(-1, each, DIMENSIONS))
    oldest = faiss.IDSelectorRange(0, each)

    def our_turn() -> None:
        ours.search(asked)
        ours.delete([held.popleft() for _ in range(each)])
        added = [random_label() for _ in range(each)]
        ours.add(added, next(new))
        held.extend(added)

    def their_turn() -> None:
        flat.search(asked, 1)
        flat.add(next(new))
        flat.remove_ids(oldest)

    return Pair(f"search {each}, add {each}, delete {each}", *_rounds(our_turn, their_turn))


def _recall(ours: Index, flat: faiss.IndexFlatIP, labels: list[str], probes: Floats, k: int) -> float:
    scores, rows = flat.search(probes, k)
    right = 0
    for near, theirs, at in zip(ours.search(probes, k), scores, rows, strict=True):
        pairs = zip(near, theirs.tolist(), at.tolist(), strict=True)
        right += sum(one.label == labels[row] or abs(one.score - score) < _SAME for one, score, row in pairs)
    return right / (len(probes) * k)


def _rounds(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """The best of several rounds, the two by turns."""
    first = _seconds(one) + _seconds(other)
    times = max(1, min(200, int(_ENOUGH / 5 / max(first, 1e-6))))
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(5):
        for which, work in enumerate((one, other)):
            took[which].append(_seconds(work, times))
    return min(took[0]), min(took[1])


def _seconds(work: Callable[[], object], times: int = 1) -> float:
    began = process_time()
    for _ in range(times):
        work()
    return (process_time() - began) / times


def _probes(values: Floats, count: int) -> Floats:
    """Half of them near a template (the first one is), half near nobody."""
    probes = _directions(count, 99)
    near = values[:: max(1, len(values) // count)][: (count + 1) // 2]
    probes[: len(near)] = near + 0.3 * probes[: len(near)]
    return _unit(probes)


def _directions(count: int, seed: int = 0) -> Floats:
    """Like those of a real network: strangers score about 0.85, and some dimensions tell more than others."""
    values = np.random.default_rng(seed).standard_normal((count, DIMENSIONS), np.float32)
    values *= np.linspace(1.6, 0.1, DIMENSIONS, dtype=np.float32)
    values[:, ::3] += np.float32(3.9)
    return _ROTATION.turned(_unit(values))


def _unit(values: Floats) -> Floats:
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return values


if __name__ == "__main__":
    main()
