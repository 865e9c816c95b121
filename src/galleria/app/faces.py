"""Cards of face networks into the steps that use them. Nothing here is made unless somebody asks for it by name."""

from __future__ import annotations

from dataclasses import dataclass

from galleria.domain.dossier import ModelMark
from galleria.models import Entry, choose_variant, find_card, load_network
from galleria.models.cache import sha256
from galleria.models.clients import Progress, silent
from galleria.vision.faces.attributes import AgeReader, ClassReader
from galleria.vision.faces.embedder import Embedder
from galleria.vision.faces.finder import FaceFinder
from galleria.vision.ports import Network

from .models import ensure

# Tasks of the cards that tell these.
GENDER, EXPRESSION = ("face-gender", "face-age-gender"), ("face-expression",)


@dataclass(frozen=True, slots=True)
class FaceNetworks:
    """Card ids (or card files) of face networks; an empty one is not loaded."""

    finder: str = "yunet-2023mar"
    embedder: str = "dlib-resnet-v1"
    age: str = "faceapi-age-gender"
    gender: str = "gender-v1"
    expression: str = ""
    liveness: str = ""


@dataclass(frozen=True, slots=True)
class FaceSteps:
    """What the networks are used by; `mark` tells which embedder makes the templates."""

    finder: FaceFinder
    embedder: Embedder
    mark: ModelMark
    age: AgeReader | None
    gender: ClassReader | None
    expression: ClassReader | None
    liveness: ClassReader | None


class FaceLoader:
    """Fetches face networks that are not there yet, and loads them, one by one as they are asked for.

    Every method raises ModelError when there is no such card, it is for another task, it cannot be fetched, or does
    not fit.
    """

    def __init__(self, engine: str, threads: int, progress: Progress = silent) -> None:
        self._engine, self._threads, self._progress = engine, threads, progress

    def finder(self, name: str) -> FaceFinder:
        entry, network = self._load(name, "face-detection")
        return FaceFinder(entry.card, network)

    def embedder(self, name: str) -> tuple[Embedder, ModelMark]:
        entry, network = self._load(name, "face-embedding")
        return Embedder(entry.card, network), _mark(entry)

    def age(self, name: str) -> AgeReader | None:
        if not name:
            return None
        entry, network = self._load(name, "face-age", "face-age-gender")
        return AgeReader(entry.card, network)

    def classes(self, name: str, *tasks: str) -> ClassReader | None:
        if not name:
            return None
        entry, network = self._load(name, *tasks)
        return ClassReader(entry.card, network)

    def _load(self, name: str, *tasks: str) -> tuple[Entry, Network]:
        entry = _card(name, tasks)
        ensure(entry, "auto", self._progress)
        return entry, load_network(entry, "auto", self._engine, self._threads)


def face_steps(networks: FaceNetworks, engine: str, threads: int, progress: Progress = silent) -> FaceSteps:
    """Fetch the networks that are not there yet, and load them.

    Raises:
        ModelError: there is no such card, it is for another task, it cannot be fetched, or it does not fit.
    """
    loader = FaceLoader(engine, threads, progress)
    embedder, mark = loader.embedder(networks.embedder)
    return FaceSteps(
        loader.finder(networks.finder),
        embedder,
        mark,
        loader.age(networks.age),
        loader.classes(networks.gender, *GENDER),
        loader.classes(networks.expression, *EXPRESSION),
        loader.classes(networks.liveness, "face-liveness"),
    )


def _card(name: str, tasks: tuple[str, ...]) -> Entry:
    entry = find_card(name)
    return entry if entry.card.task in tasks else find_card(name, tasks[0])  # which says what is wrong


def _mark(entry: Entry) -> ModelMark:
    path = ensure(entry, choose_variant(entry, "auto"))
    return ModelMark(entry.card.id, sha256(path.read_bytes()), entry.card.space)
