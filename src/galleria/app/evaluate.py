"""A test set into an accuracy dossier: look at every picture, measure, write. No template outlives the call."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from galleria.analytics.biometrics.evaluate import evaluate
from galleria.analytics.biometrics.samples import BANDS, Ages, Attacks, Labels, Samples, Terms
from galleria.capture.still import read_still
from galleria.domain.dossier import Dossier
from galleria.domain.errors import InputError, StoreError
from galleria.domain.face import Template
from galleria.domain.frame import Pixels
from galleria.domain.testset import Shot, TestSet, Use
from galleria.domain.time import Clock
from galleria.models.clients import Progress, silent
from galleria.storage.testset import read_test_set
from galleria.vision.faces.attributes import ClassReader

from .dossier_pages.writing import Written, write_pages
from .faces import FaceNetworks, FaceSteps, face_steps

LIVE = 0.5  # a face is taken for live from this share on
Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class EvaluateRequest:
    """What to evaluate.

    Attributes:
        list: of the test set, a CSV file.
        out: folder for the dossier; made if it is absent.
        target: false-match rate to aim at.
        threshold: to evaluate at; None: the highest that the whole set or any group needs for the target.
        program: name and version of what evaluates.
    """

    list: Path
    out: Path
    networks: FaceNetworks
    target: float = 1e-3
    threshold: float | None = None
    engine: str = "onnxruntime"
    threads: int = 0
    program: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.target < 1:
            problem = f"a target false-match rate of {self.target:g}"
            raise InputError(problem, "Name a rate between 0 and 1, e.g. 0.001.")
        if self.threshold is not None and not math.isfinite(self.threshold):
            problem = f"a threshold of {self.threshold:g}"
            raise InputError(problem, "Name a score, e.g. 0.94.")


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What came of it; `faceless`: pictures in which no face was found."""

    dossier: Dossier
    written: Written
    faceless: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the networks say of one picture."""

    shot: Shot
    template: Template = field(repr=False)
    age: float | None
    gender: str
    expression: str
    live: float | None


def evaluate_set(
    request: EvaluateRequest, clock: Clock, progress: Progress = silent, watch: Watch = lambda _done, _all: None
) -> Evaluated:
    """Evaluate a test set and write its dossier: `dossier.json`, `dossier.html` and `dossier.md`.

    Raises:
        InputError: the list, a picture or the set as a whole cannot be used.
        ModelError: a network cannot be had.
        StoreError: the folder or a file cannot be written.
    """
    try:  # before anything that takes minutes
        request.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"the folder {request.out} cannot be made: {error.strerror or error}"
        raise StoreError(problem, "Name another one.") from error
    test_set = read_test_set(request.list)
    attacks = len(test_set.of(Use.ATTACK))
    if attacks and not request.networks.liveness:
        problem = f"{request.list} has {attacks} attacks, and no network is named that judges them"
        raise InputError(problem, "Name one, for example --liveness liveness-fr, or leave the attacks out.")
    steps = face_steps(request.networks, request.engine, request.threads, progress)
    seen, faceless = [], []
    for number, shot in enumerate(test_set.shots):
        watch(number, len(test_set.shots))
        found = _look(steps, shot)
        if found:
            seen.append(found)
        else:
            faceless.append(shot.file)
    dossier = _dossier(request, test_set, steps, seen, clock.now())
    if faceless:
        told = (
            f"In {len(faceless)} of {len(test_set.shots)} pictures no face was found; they are in none of the figures."
        )
        dossier = replace(dossier, notes=(told, *dossier.notes))
    return Evaluated(dossier, write_pages(request.out, dossier), tuple(faceless))


def _look(steps: FaceSteps, shot: Shot) -> _Seen | None:
    """What is seen of the largest face of a picture; None without one."""
    pixels = read_still(shot.file)
    faces = steps.finder.find_all(pixels)
    if not len(faces):
        return None
    largest = int(np.argmax(np.prod(faces.boxes[:, 2:] - faces.boxes[:, :2], axis=1)))
    box, points = faces.boxes[largest], faces.points[largest]

    def named(reader: ClassReader | None) -> str:
        shares = _shares(reader, pixels, box, points)
        return max(shares, key=lambda name: shares[name]) if shares else ""

    age = steps.age.read([steps.age.cutter.cut(pixels, box, points)])[0].years if steps.age else None
    live = _shares(steps.liveness, pixels, box, points).get("live")
    (template,) = steps.embedder.embed([steps.embedder.cutter.cut(pixels, box, points)])
    return _Seen(shot, template, age, named(steps.gender), named(steps.expression), live)


def _shares(reader: ClassReader | None, pixels: Pixels, box: np.ndarray, points: np.ndarray) -> dict[str, float]:
    return dict(reader.read([reader.cutter.cut(pixels, box, points)])[0]) if reader else {}


def _dossier(
    request: EvaluateRequest, test_set: TestSet, steps: FaceSteps, seen: Sequence[_Seen], now: float
) -> Dossier:
    people = [one for one in seen if one.shot.use is not Use.ATTACK]
    if not people:
        problem = f"no face was found in any picture of {test_set.path}"
        raise InputError(problem, "Look at its pictures.")
    samples = Samples(
        np.stack([one.template.values for one in people]),
        [one.shot.subject for one in people],
        [one.shot.condition for one in people],
        np.array([one.shot.use is Use.ENROL for one in people]),
        {
            name: said
            for name, said in (
                ("gender", [one.shot.gender for one in people]),
                ("group", [one.shot.group for one in people]),
                ("age band", _bands(people)),
            )
            if any(said)
        },
    )
    terms = Terms(
        steps.mark, test_set.name, request.target, now, request.program, request.threshold, set_digest=test_set.digest
    )
    return evaluate(samples, terms, ages=_ages(people), labels=_labels(people), attacks=_attacks(seen))


def _bands(people: Sequence[_Seen]) -> list[str]:
    """Each one's age band: that of the least age that the subject gave, as years may pass between two pictures."""
    least: dict[str, float] = {}
    for one in people:
        if one.shot.age is not None:
            least[one.shot.subject] = min(one.shot.age, least.get(one.shot.subject, math.inf))
    return [_band(least[one.shot.subject]) if one.shot.subject in least else "" for one in people]


def _band(age: float) -> str:
    edges = (0, *BANDS)
    first = max(edge for edge in edges if edge <= age)
    later = [edge for edge in edges if edge > first]
    return f"{first}-{later[0] - 1}" if later else f"{first}+"


def _ages(people: Sequence[_Seen]) -> Ages | None:
    known = [(one.shot.age, one.age, one.shot.subject) for one in people if one.age is not None]
    told = [(true, seen, subject) for true, seen, subject in known if true is not None]
    if not told:
        return None
    true, seen, subjects = zip(*told, strict=True)
    return Ages(np.array(true), np.array(seen), subjects)


def _labels(people: Sequence[_Seen]) -> list[Labels]:
    columns = {
        "gender": [(one.shot.gender, one.gender, one.shot.subject) for one in people],
        "expression": [(one.shot.expression, one.expression, one.shot.subject) for one in people],
    }
    both = {title: [row for row in rows if row[0] and row[1]] for title, rows in columns.items()}
    return [Labels(title, *zip(*rows, strict=True)) for title, rows in both.items() if rows]


def _attacks(seen: Sequence[_Seen]) -> Attacks | None:
    told = [(one.shot, one.live) for one in seen if one.live is not None]
    species = sorted({shot.instrument for shot, _ in told if shot.use is Use.ATTACK})
    if not species:
        return None
    return Attacks(
        np.array([live for shot, live in told if shot.use is not Use.ATTACK]),
        {name: np.array([live for shot, live in told if shot.instrument == name]) for name in species},
        LIVE,
    )
