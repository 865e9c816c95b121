"""What cards of face networks must say, and whether a network fits them: with a tiny embedder of a user's own."""

import re
from pathlib import Path

import numpy as np
import pytest

from galleria.app.models import verify
from galleria.domain.errors import ModelError, ModelMismatchError
from galleria.models import find_card, graph, load_network
from galleria.models.cache import sha256
from galleria.models.cards import read_card
from galleria.models.golden import golden_input

POINTS = "[[38.29, 51.7], [73.53, 51.5], [56.03, 71.74], [41.55, 92.37], [70.73, 92.2]]"
EMBEDDING = f'space = "mine-1"\npoints = {POINTS}'
CROP = 'crop = { shape = "square", scale = 1.2 }'
CARD = """
id = "mine"
task = "{task}"
codec = "{codec}"
licence = {{ spdx = "CC0-1.0" }}
source = {{ registry = "file", files = [{{ path = "mine.onnx", sha256 = "{sha}" }}] }}
input = {{ name = "face", width = 112, height = 112, mean = [127.5, 127.5, 127.5], std = [128, 128, 128] }}
[options]
{options}
"""


def network(*sizes: int, last: str = "", batch: int | str = "n") -> bytes:
    """Of a face 112x112, an output (n, size) for each of the sizes, the last ones through an operator."""
    rng = np.random.default_rng(8)
    nodes, kept, outputs = [], [], []
    for number, size in enumerate(sizes):
        kept.append(graph.tensor(f"w{number}", rng.normal(0, 0.1, (size, 3, 112, 112)).astype(np.float32)))
        nodes.append(graph.node("Conv", ["face", f"w{number}"], [f"c{number}"], kernel_shape=[112, 112]))
        nodes.append(graph.node("Flatten", [f"c{number}"], [f"flat{number}"]))
        nodes.append(graph.node(last or "Identity", [f"flat{number}"], [f"out{number}"]))
        outputs.append(graph.port(f"out{number}", [batch, size]))
    return graph.to_bytes(graph.model("mine", nodes, [graph.port("face", [batch, 3, 112, 112])], outputs, kept))


@pytest.fixture
def card(tmp_path):
    def write(content: bytes, task="face-embedding", codec="embedding", options=EMBEDDING):
        (tmp_path / "mine.onnx").write_bytes(content)
        path = tmp_path / "mine.toml"
        path.write_text(CARD.format(sha=sha256(content), task=task, codec=codec, options=options))
        return path

    return write


def test_a_users_own_embedder_is_used_where_it_lies(card):
    entry = find_card(card(network(512)), "face-embedding")
    assert entry.card.space == "mine-1"
    assert np.array(entry.card.options["points"]).shape == (5, 2)
    face = golden_input(entry.card.input, entry.card.task)
    assert load_network(entry).run(np.repeat(face, 3, axis=0))[0].shape == (3, 512)
    assert "no golden answers" in verify([entry])[0].state


def test_the_card_in_the_documentation_works_as_it_stands_but_for_the_hash(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "models.md").read_text("utf-8")
    (text,) = re.findall(r"```toml\n(id = \"my-embedder\".*?)```", page, re.DOTALL)
    content = network(128)
    (tmp_path / "mine.onnx").write_bytes(content)
    (tmp_path / "my-embedder.toml").write_text(re.sub("[0-9a-f]{64}", sha256(content), text))
    entry = find_card(tmp_path / "my-embedder.toml")
    assert load_network(entry)
    assert entry.card.space == "my-embedder-1"


def test_a_network_that_makes_no_templates_has_no_space():
    assert find_card().card.space == ""


def points(number: int, place: str) -> str:
    listed = [p + "]" for p in POINTS[1:-2].split("], ")]
    listed[number] = place
    return f'space = "mine-1"\npoints = [{", ".join(listed)}]'


@pytest.mark.parametrize(
    ("task", "codec", "options", "told"),
    [
        ("face-embedding", "yunet", EMBEDDING, "codec: Input should be 'embedding'"),
        ("face-embedding", "embedding", f"points = {POINTS}", "options.space: Field required"),
        ("face-embedding", "embedding", 'space = "mine-1"', "options.points: Field required"),
        ("face-embedding", "embedding", EMBEDDING.replace("mine", "my space"), "options.space"),
        ("face-embedding", "embedding", EMBEDDING + "\nlength = 512", "options.length: Extra"),
        ("face-embedding", "embedding", points(4, "[70.73]"), "options.points.4"),
        ("face-embedding", "embedding", points(1, "[120, 51]"), r"\(120, 51\) is outside of 112x112"),
        ("face-embedding", "embedding", points(0, "[90, 51]"), "the left eye, the right eye"),
        ("face-embedding", "embedding", points(2, "[56, 100]"), "the left eye, the right eye"),
        ("face-embedding", "embedding", points(3, "[41, 40]"), "the left eye, the right eye"),
        ("face-age", "age-distribution", f"points = {POINTS}", "options.ages: Field required"),
        ("face-age", "age-distribution", f"points = {POINTS}\nages = [3]", "options.ages"),
        ("face-gender", "classes", f'points = {POINTS}\nclasses = ["female"]', "options.classes"),
        ("face-expression", "classes", 'classes = ["a", "b"]', "options.crop: Field required"),
        (
            "face-liveness",
            "classes",
            'crop = { shape = "round", scale = 1 }\nclasses = ["a", "b"]',
            "options.crop.shape",
        ),
        ("face-liveness", "classes", 'crop = { shape = "cut", scale = 0 }\nclasses = ["a", "b"]', "options.crop.scale"),
        ("face-liveness", "classes", f'{CROP}\nclasses = ["a", "b"]\nactivation = "relu"', "options.activation"),
        ("face-pose", "pose-bins", f"{CROP}\nbins = 66\nstep = 0\nfirst = -99", "options.step"),
        ("face-age-gender", "age-gender", CROP, "options.classes: Field required"),
        ("face-detection", "yunet", "strides = []", "options.strides"),
    ],
)
def test_a_card_that_lacks_what_its_task_needs_is_refused_with_the_key(card, task, codec, options, told):
    with pytest.raises(ModelError, match=f"(?s)mine.toml is wrong: .*{told}") as caught:
        read_card(card(b"", task, codec, options))
    assert caught.value.remedy


AGE = f"points = {POINTS}\nages = [10, 20, 30]"
TWO = f'{CROP}\nclasses = ["one", "two"]'
POSE = f"{CROP}\nbins = 6\nstep = 30\nfirst = -90"


@pytest.mark.parametrize(
    ("content", "task", "codec", "options"),
    [
        (network(3, last="Softmax"), "face-age", "age-distribution", AGE),
        (network(2, last="Softmax"), "face-expression", "classes", TWO),
        (network(2), "face-liveness", "classes", TWO + '\nactivation = "softmax"'),
        (network(1, 2), "face-age-gender", "age-gender", TWO + '\nactivation = "softmax"'),
        (network(3), "face-age", "age-distribution", AGE + '\nactivation = "softmax"'),
        (network(6, 6, 6), "face-pose", "pose-bins", POSE),
        (network(1, 2, last="Softmax"), "face-age-gender", "age-gender", TWO),
    ],
)
def test_networks_that_fit_their_cards_are_loaded(card, content, task, codec, options):
    assert load_network(find_card(card(content, task, codec, options)))


@pytest.mark.parametrize(
    ("content", "task", "codec", "options", "told"),
    [
        (network(8, 8), "face-embedding", "embedding", EMBEDDING, r"112x112 should give \(1, any\)"),
        (network(8, batch=1), "face-embedding", "embedding", EMBEDDING, "batches of 1"),
        (network(8, last="Log"), "face-embedding", "embedding", EMBEDDING, "no numbers"),
        (network(4, last="Softmax"), "face-age", "age-distribution", AGE, r"should give \(1, 3\)"),
        (network(3), "face-age", "age-distribution", AGE, "output 0: its probabilities reach from"),
        (network(3, last="Sigmoid"), "face-age", "age-distribution", AGE, "add up to"),
        (network(2), "face-expression", "classes", TWO, "probabilities reach from"),
        (network(2), "face-age-gender", "age-gender", TWO, r"should give \(1, 1\), \(1, 2\)"),
        (network(1, 2), "face-age-gender", "age-gender", TWO, "output 1: its probabilities"),
        (network(6, 6), "face-pose", "pose-bins", POSE, r"should give \(1, 6\), \(1, 6\), \(1, 6\)"),
        (
            network(8),
            "face-detection",
            "yunet",
            "strides = [8]",
            r"should give \(1, 196, 1\), \(1, 196, 1\), \(1, 196, 4\)",
        ),
    ],
)
def test_networks_that_do_not_fit_are_refused(card, content, task, codec, options, told):
    with pytest.raises(ModelMismatchError, match=told) as caught:
        load_network(find_card(card(content, task, codec, options)))
    assert "mine.toml" in caught.value.remedy
