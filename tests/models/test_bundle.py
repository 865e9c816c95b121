import io
import json
import tarfile

import pytest

from galleria.app.models import bundle, pull
from galleria.domain.errors import InputError, ModelError, ModelMismatchError
from galleria.models import find_card, load_network
from galleria.models.bundle import FORMAT
from galleria.models.cache import cache_folder, sha256


@pytest.fixture(scope="session")
def made(entry, tmp_path_factory):
    return bundle([entry], tmp_path_factory.mktemp("bundle") / "models.tar")


@pytest.fixture
def changed(made, tmp_path):
    """Rewrite the bundle: `replace` by member name; `seal` also corrects the bundle's own list of hashes."""

    def write(replace: dict[str, bytes], *, seal: bool):
        with tarfile.open(made) as archive:
            contents = {m.name: archive.extractfile(m).read() for m in archive}
        contents |= replace
        if seal:
            hashes = {name: sha256(content) for name, content in contents.items() if name != "manifest.json"}
            contents["manifest.json"] = json.dumps({"format": FORMAT, "sha256": hashes}).encode()
        path = tmp_path / "changed.tar"
        with tarfile.open(path, "w") as archive:
            for name, content in contents.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
        return path

    return write


def test_a_bundle_carries_everything_to_a_machine_without_a_network(made, entry, empty_cache):
    paths = pull(entry, bundle_path=made)
    assert [path.is_file() for path in paths] == [True, True]
    assert load_network(entry, "int8")
    with tarfile.open(made) as archive:
        assert "Apache License 2.0" in archive.extractfile("licences/nanodet-g.txt").read().decode()
        assert archive.extractfile("cards/nanodet-g.toml").read() == entry.path.read_bytes()


def test_a_bundle_is_the_same_every_time(made, entry, tmp_path):
    assert sha256(bundle([entry], tmp_path / "again.tar").read_bytes()) == sha256(made.read_bytes())


NETWORK = "networks/nanodet-g/int8.onnx"


@pytest.mark.parametrize(
    ("replace", "seal", "told"),
    [
        ({NETWORK: b"evil"}, False, "int8.onnx' was changed"),
        ({NETWORK: b"evil"}, True, "not the one this galleria's card names"),
        ({"more.txt": b"?"}, False, "'more.txt' was changed"),
        ({"cards/nanodet-g.toml": b"id = 'evil'"}, False, "nanodet-g.toml' was changed"),
    ],
)
def test_a_tampered_bundle_is_refused_and_installs_nothing(changed, entry, empty_cache, replace, seal, told):
    with pytest.raises(ModelMismatchError, match=told) as caught:
        pull(entry, bundle_path=changed(replace, seal=seal))
    assert caught.value.remedy
    assert not empty_cache.exists()


def test_names_in_a_bundle_lead_nowhere(changed, entry, empty_cache, tmp_path):
    pull(entry, bundle_path=changed({"../escaped.txt": b"!", "/escaped.txt": b"!"}, seal=True))
    written = {p.relative_to(cache_folder()).parts[0] for p in empty_cache.rglob("*.onnx")}
    assert written == {"nanodet-g"}
    assert not list(tmp_path.rglob("escaped.txt"))


def test_a_link_in_a_bundle_is_refused(made, entry, empty_cache, tmp_path):
    path = tmp_path / "link.tar"
    path.write_bytes(made.read_bytes())
    with tarfile.open(path, "a") as archive:
        link = tarfile.TarInfo("networks/x.onnx")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(ModelMismatchError, match="does not belong"):
        pull(entry, bundle_path=path)


@pytest.mark.parametrize("content", [b"", b"not a tar at all" * 100])
def test_what_is_no_bundle_is_refused(entry, empty_cache, tmp_path, content):
    (tmp_path / "x.tar").write_bytes(content)
    with pytest.raises(InputError, match=r"x\.tar"):
        pull(entry, bundle_path=tmp_path / "x.tar")


def test_a_bundle_cut_short_is_refused(made, entry, empty_cache, tmp_path):
    (tmp_path / "cut.tar").write_bytes(made.read_bytes()[:5_000_000])
    with pytest.raises((InputError, ModelMismatchError)):
        pull(entry, bundle_path=tmp_path / "cut.tar")
    assert not empty_cache.exists()


def test_a_bundle_without_the_model_is_refused(entry, own_card, empty_cache, tmp_path):
    other = bundle([find_card(own_card())], tmp_path / "other.tar")
    with pytest.raises(ModelError, match="no fp32 network for nanodet-g"):
        pull(entry, bundle_path=other)
