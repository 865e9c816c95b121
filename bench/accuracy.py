"""The same answers? Both scenes at several rates, precisions, engines and as variants, scored against their truth."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import lru_cache
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from galleria.analytics.score import score
from galleria.app.answer import crossings_of
from galleria.app.choose import NO_SITE
from galleria.app.count import CountRequest, count
from galleria.app.networks import Choice, Loaded, load
from galleria.domain.site import Camera

from .footage import SCENES, VARIANTS, Scene, make_variant

RATES = (5.0, 6.0, 8.0, 12.0)  # 6: the default
PRECISIONS = ("int8", "fp32")
ENGINES = ("onnxruntime", "openvino")


class Case(NamedTuple):
    """One cell of the matrix."""

    scene: Scene
    variant: str
    clip: Path
    rate: float
    precision: str
    engine: str


class Result(NamedTuple):
    """How one case was counted.

    Attributes:
        f1: of all lines together.
        latest: the most seconds by which a found crossing was off.
        errors: by line and direction, counted minus truth; only those that are not zero.
    """

    case: Case
    f1: float
    latest: float
    errors: dict[str, int]

    @property
    def in_words(self) -> str:
        return ", ".join(f"{name} {error:+d}" for name, error in self.errors.items()) or "none"

    def as_json(self) -> dict[str, Any]:
        plain = self.case._asdict() | {"scene": self.case.scene.name, "clip": self.case.clip.name}
        return {**plain, "f1": self.f1, "latest": self.latest, "errors": self.errors}


def measure_accuracy(data: Path, say: Callable[[str], None]) -> list[Result]:
    """Count every case, one for each processor at a time; results in the order of the cases."""
    with tempfile.TemporaryDirectory(prefix="galleria-bench-") as folder:
        cases = list(_cases(data, Path(folder), say))
        results = {}
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            running = [pool.submit(judge, case, data) for case in cases]
            for number, done in enumerate(as_completed(running), 1):
                result = done.result()
                results[result.case] = result
                say(f"accuracy: {number} of {len(cases)}")
    return [results[case] for case in cases]


def _cases(data: Path, folder: Path, say: Callable[[str], None]) -> Iterator[Case]:
    for scene, variant in product(SCENES, VARIANTS):
        clip = scene.clip(data)
        if variant != VARIANTS[0]:
            say(f"accuracy: making {scene.name} {variant}")
            clip = make_variant(clip, folder / f"{scene.name} {variant}.mp4", variant, scene.rate)
        # The engine changes answers no more in a mirror than without one: the variants are counted with the default.
        engines = ENGINES if variant == VARIANTS[0] else ENGINES[:1]
        for precision, engine, rate in product(PRECISIONS, engines, RATES):
            yield Case(scene, variant, clip, rate, precision, engine)


@lru_cache(maxsize=4)
def _network(precision: str, engine: str) -> Loaded:
    return load(Choice(precision=precision, engine=engine, threads=1))


def judge(case: Case, data: Path) -> Result:
    """Count one case and compare."""
    truth = case.scene.labels(data, case.variant)
    camera = Camera("bench", tripwires=tuple(line.tripwire() for line in truth.lines))
    request = CountRequest(NO_SITE, camera, (str(case.clip),), rate=case.rate, threads=1, record=False)
    done = count(request, _network(case.precision, case.engine))
    judged = score(truth, crossings_of(done.events), done.facts.start, case.scene.tolerance)
    late = [abs(pair.late) for line in judged.lines for pair in line.pairs or ()]
    errors = {f"{line.id} {word}": error for line in judged.lines for word, error in line.count_error.items() if error}
    return Result(case, judged.overall.f1 if judged.overall else 0.0, max(late, default=0.0), errors)
