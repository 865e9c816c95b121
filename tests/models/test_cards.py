import re
import sys

import pytest

from galleria.domain.errors import ModelError, ModelMismatchError, ModelMissingError
from galleria.models import all_cards, find_card, load_network
from galleria.models.cards import read_card
from galleria.models.golden import golden_input
from galleria.models.precision import choose_variant, integers_are_exact


def test_the_default_card_is_whole():
    entry = find_card()
    assert entry.card.id == "nanodet-g"
    assert entry.card.codec == "nanodet"
    assert set(entry.variants) == {"fp32", "int8"}
    assert all(variant.golden for variant in entry.variants.values())
    assert "Apache" in entry.table.licence.attribution
    assert entry.card.measured


def test_an_unknown_model_is_refused_with_those_there_are():
    with pytest.raises(ModelError, match="nanodet-g"):
        find_card("nanodet-x")
    with pytest.raises(ModelError, match=r"none\.toml"):
        find_card("none.toml")


def test_a_model_for_another_task_is_refused():
    assert find_card("yunet-2023mar", "face-detection").card.id == "yunet-2023mar"
    with pytest.raises(ModelError, match="for face-detection, not for person-detection") as caught:
        find_card("yunet-2023mar", "person-detection")
    assert "models list" in caught.value.remedy


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('codec = "yolox"', "", "codec"),
        ('task = "person-detection"', 'task = "chess"', "task"),
        ("width = 96", "width = 97", "input: width and height must be multiples of 32"),
        ('name = "pixels"', 'name = "pixels", gamma = 2', "input.gamma"),
        ('path = "tiny.onnx"', 'path = "tiny.onnx", size = 3', "source.files.0.size"),
        ('id = "tiny"', 'id = "../tiny"', "id"),
        ('registry = "file"', 'registry = "file", python = "3.12"', "source: python belongs to"),
        ('registry = "file"', 'registry = "npm"', "source: a package and its exact version"),
        ("strides", "strides [", "not TOML.*line 5"),
        ("licence", 'convert = { recipe = "dlib-resnet" }\nlicence', "a file of your own is used as it is"),
        ("licence", "convert = { zero_below = 1e-30 }\nlicence", "a file of your own is used as it is"),
        ("licence", 'convert = { outputs = { a = "b" } }\nlicence', "outputs and classes belong to"),
        ("licence", 'convert = { recipe = "dlib-resnet", symbolic = ["batch"] }\nlicence', "symbolic and zero_below"),
        ("licence", 'convert = { symbolic = ["depth"] }\nlicence', "convert.symbolic.0"),
    ],
)
def test_a_wrong_card_is_refused_with_file_and_key(own_card, old, new, key):
    path = own_card(change=(old, new))
    with pytest.raises(ModelError, match=f"(?s)tiny.toml.*{key}") as caught:
        read_card(path)
    assert caught.value.remedy


def test_a_hash_must_be_a_hash(own_card):
    path = own_card()
    path.write_text(re.sub("[0-9a-f]{64}", "abc", path.read_text()))
    with pytest.raises(ModelError, match=r"source\.files\.0\.sha256"):
        read_card(path)


def test_a_users_own_network_is_used_where_it_lies(own_card):
    entry = find_card(own_card())
    network = load_network(entry)
    outputs = network.run(golden_input(entry.card.input))
    assert [output.shape for output in outputs] == [(1, 6, 6)]


def test_a_users_network_that_was_changed_or_is_missing_is_refused(own_card, tiny_network):
    path = own_card()
    (path.parent / "tiny.onnx").write_bytes(tiny_network(channels=7))
    with pytest.raises(ModelMismatchError, match="sha256") as caught:
        load_network(find_card(path))
    assert "tiny.toml" in caught.value.remedy
    (path.parent / "tiny.onnx").unlink()
    with pytest.raises(ModelMissingError, match=r"tiny\.onnx"):
        load_network(find_card(path))


def test_an_installed_package_can_bring_a_detector(own_card, tmp_path, monkeypatch):
    own_card()
    package = tmp_path / "packages"
    folder = package / "shop_detector-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-detector\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text("[galleria.detectors]\ntiny = shop_detector:card\n")
    (package / "shop_detector.py").write_text(f"def card():\n    return {str(tmp_path / 'tiny.toml')!r}\n")
    monkeypatch.syspath_prepend(str(package))
    monkeypatch.delitem(sys.modules, "shop_detector", raising=False)
    own = [entry.card.id for entry in all_cards() if entry.path.parent != tmp_path]
    assert [entry.card.id for entry in all_cards()] == [*own, "tiny"]
    assert find_card("tiny").path == tmp_path / "tiny.toml"
    (package / "shop_detector.py").write_text("def card():\n    return 1 / 0\n")
    monkeypatch.delitem(sys.modules, "shop_detector", raising=False)
    with pytest.raises(ModelError, match=r"shop-detector fails.*ZeroDivisionError") as caught:
        all_cards()
    assert "uninstall" in caught.value.remedy


def test_precision_follows_the_processor(tmp_path, monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    file = tmp_path / "cpuinfo"
    file.write_text("processor : 0\nflags\t\t: fpu avx2 avx512f avx512_vnni\n")
    assert integers_are_exact(file)
    file.write_text("processor : 0\nflags\t\t: fpu avx2 avx512f\n")
    assert not integers_are_exact(file)
    assert not integers_are_exact(tmp_path / "absent")
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert not integers_are_exact(file)
    assert choose_variant(find_card()) == "fp32"
    assert choose_variant(find_card(), "int8") == "int8"
