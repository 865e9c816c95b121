"""The real face networks, as they come out of their packages (pulled once into the real cache)."""

import dataclasses

import numpy as np
import pytest
from typer.testing import CliRunner

from galleria.app.models import bundle, ensure, pull
from galleria.cli.models import models_app
from galleria.domain.errors import ModelMismatchError
from galleria.models import all_cards, find_card, load_network
from galleria.models.cache import kept_source, network_path, read_network, sha256
from galleria.models.checks import check_golden
from galleria.models.engines import ENGINES, OnnxRuntimeNetwork, start
from galleria.models.golden import golden_input
from galleria.models.graph import array, from_bytes, tensor, to_bytes
from galleria.models.obtain import build

NAMES = [entry.card.id for entry in all_cards() if entry.path.parent.name == "cards" and entry.card.id != "nanodet-g"]
UNSTATED = {"liveness-fr", "head-pose-fr"}
each = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def face_entry(name):
    """A card, its network in the cache (fetched from the registry when it is not)."""
    found = find_card(name)
    if kept_source(found.table.source) is None:
        pull(found)
    ensure(found)
    return found


def pictures(entry, count: int = 4):
    """The drawn face, lighter and darker."""
    one = golden_input(entry.card.input, entry.card.task)
    return np.concatenate([one * np.float32(1 - 0.15 * number) for number in range(count)])


def test_there_are_networks_for_all_that_is_asked_of_a_face():
    tasks = {find_card(name).card.task for name in NAMES}
    assert tasks >= {f"face-{what}" for what in ("detection", "embedding", "age", "gender", "expression", "pose")}


@each
def test_a_card_says_whose_the_weights_are(name):
    licence = find_card(name).table.licence
    assert len(licence.text) > 500
    assert "Changed by galleria" in licence.attribution
    assert ("not stated" in licence.spdx) == (name in UNSTATED)
    assert ("DOES NOT SAY" in licence.attribution) == (name in UNSTATED)


@each
def test_the_source_is_made_into_the_very_bytes_that_the_card_names(face_entry):
    files = kept_source(face_entry.table.source)
    assert sha256(build(face_entry, files)["fp32"]) == face_entry.variants["fp32"].sha256


@each
@pytest.mark.parametrize("engine", list(ENGINES))
def test_golden_answers_hold(face_entry, engine):
    assert check_golden(face_entry, "fp32", load_network(face_entry, engine=engine)) <= 1


@each
def test_a_batch_is_answered_as_its_pictures_one_by_one(face_entry):
    network, images = load_network(face_entry), pictures(face_entry)
    singles = [network.run(images[i : i + 1]) for i in range(len(images))]
    for number, together in enumerate(network.run(images)):
        single = np.concatenate([s[number] for s in singles])
        assert np.abs(single[0] - single[-1]).max() > 1e-4  # the pictures are told apart
        np.testing.assert_allclose(together, single, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", ["yunet-2023mar", "age-v1", "gender-v1", "liveness-fr", "head-pose-fr"])
def test_a_changed_file_answers_as_the_one_in_the_package(face_entry):
    (original,) = kept_source(face_entry.table.source).values()
    assert sha256(original) != face_entry.variants["fp32"].sha256
    before, after = OnnxRuntimeNetwork(original), load_network(face_entry)
    images = pictures(face_entry, 3)
    for number in range(len(images)):
        found, wanted = after.run(images[number : number + 1]), before.run(images[number : number + 1])
        for a, b in zip(found, wanted, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.parametrize("name", ["age-v1", "gender-v1"])
def test_no_weights_are_left_that_make_processors_slow(face_entry):
    (original,) = kept_source(face_entry.table.source).values()

    def tiny(content):
        weights = [array(i) for i in from_bytes(content).graph.initializer]
        return sum(int(((w != 0) & (np.abs(w) < 1e-30)).sum()) for w in weights if w.dtype == np.float32)

    assert tiny(original) > 10_000
    assert tiny(read_network(face_entry, "fp32")) == 0


@pytest.mark.parametrize("name", ["yunet-2023mar"])
@pytest.mark.parametrize(("width", "height"), [(640, 640), (640, 384), (320, 416)])
def test_the_drawn_faces_are_found_at_any_size(face_entry, width, height):
    spec = dataclasses.replace(face_entry.card.input, width=width, height=height)
    outputs = load_network(face_entry).run(golden_input(spec, "face-detection"))
    cells = [width // s * (height // s) for s in (8, 16, 32)]
    assert [o.shape for o in outputs] == [(1, n, size) for size in (1, 1, 4, 10) for n in cells]
    scores = [np.sqrt(outputs[i] * outputs[i + 3]) for i in range(3)]
    assert max(float(s.max()) for s in scores) > face_entry.card.score_floor


@pytest.mark.parametrize("name", ["dlib-resnet-v1"])
def test_other_weights_fail_the_golden_answers(face_entry):
    model = from_bytes(read_network(face_entry, "fp32"))
    weights = model.graph.initializer[0]
    weights.CopyFrom(tensor(weights.name, array(weights) * np.float32(0.9)))
    with pytest.raises(ModelMismatchError, match="golden answer"):
        check_golden(face_entry, "fp32", start(to_bytes(model), "onnxruntime", 1))


@pytest.mark.parametrize("name", ["yunet-2023mar"])
def test_a_face_network_is_on_the_machine_only_when_it_was_asked_for_by_name(face_entry, entry, tmp_path, monkeypatch):
    path = bundle([entry, face_entry], tmp_path / "both.tar")
    monkeypatch.setenv("GALLERIA_MODELS", str(tmp_path / "other"))

    def run(*words):
        answer = CliRunner().invoke(models_app, [*words], catch_exceptions=False)
        assert answer.exit_code == 0
        return answer.output

    run("pull", "--from", str(path))
    assert network_path(entry, "fp32").is_file()
    assert not network_path(face_entry, "fp32").exists()
    assert "yunet" not in run("verify")
    run("pull", "yunet-2023mar", "--from", str(path))
    assert network_path(face_entry, "fp32").is_file()
    assert "yunet-2023mar fp32: hash and golden answers are right" in run("verify")
    assert "yunet-2023mar" in run("list")
