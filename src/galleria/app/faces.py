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


def face_steps(networks: FaceNetworks, engine: str, threads: int, progress: Progress = silent) -> FaceSteps:
    """Fetch the networks that are not there yet, and load them.

    Raises:
        ModelError: there is no such card, it is for another task, it cannot be fetched, or it does not fit.
    """

    def load(name: str, *tasks: str) -> tuple[Entry, Network]:
        entry = _card(name, tasks)
        ensure(entry, "auto", progress)
        return entry, load_network(entry, "auto", engine, threads)

    def reader(name: str, *tasks: str) -> ClassReader | None:
        if not name:
            return None
        entry, network = load(name, *tasks)
        return ClassReader(entry.card, network)

    finder, finding = load(networks.finder, "face-detection")
    embedder, embedding = load(networks.embedder, "face-embedding")
    age = load(networks.age, "face-age", "face-age-gender") if networks.age else None
    return FaceSteps(
        FaceFinder(finder.card, finding),
        Embedder(embedder.card, embedding),
        _mark(embedder),
        AgeReader(age[0].card, age[1]) if age else None,
        reader(networks.gender, "face-gender", "face-age-gender"),
        reader(networks.expression, "face-expression"),
        reader(networks.liveness, "face-liveness"),
    )


def _card(name: str, tasks: tuple[str, ...]) -> Entry:
    entry = find_card(name)
    return entry if entry.card.task in tasks else find_card(name, tasks[0])  # which says what is wrong


def _mark(entry: Entry) -> ModelMark:
    path = ensure(entry, choose_variant(entry, "auto"))
    return ModelMark(entry.card.id, sha256(path.read_bytes()), entry.card.space)
