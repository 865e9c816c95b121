import pytest

from galleria.app.models import ensure, listing
from galleria.domain.errors import ModelError, ModelMismatchError, ModelMissingError, StoreError
from galleria.models import find_card, load_network
from galleria.models.cache import install, network_path, read_network


def test_what_is_not_there_is_refused_with_the_command_that_gets_it(empty_cache):
    with pytest.raises(ModelMissingError) as caught:
        load_network(find_card(), "fp32")
    assert "galleria models pull nanodet-g" in caught.value.remedy
    assert not any(cached for _, cached in listing())


def test_a_damaged_file_is_refused_with_the_command_that_gets_it_again(entry, tmp_path, monkeypatch):
    content = bytearray(read_network(entry, "int8"))
    monkeypatch.setenv("GALLERIA_MODELS", str(tmp_path))
    path = install(entry, "int8", bytes(content))
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    for use in (lambda: load_network(entry, "int8"), lambda: ensure(entry, "int8")):
        with pytest.raises(ModelMismatchError, match="sha256") as caught:
            use()
        assert "galleria models pull" in caught.value.remedy


def test_only_what_the_card_names_is_installed_and_nothing_half_written_stays(empty_cache):
    with pytest.raises(ModelMismatchError):
        install(find_card(), "fp32", b"something else")
    assert not empty_cache.exists()


def test_a_cache_that_cannot_be_written_is_refused(entry, tmp_path, monkeypatch):
    content = read_network(entry, "int8")
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GALLERIA_MODELS", str(tmp_path / "file"))
    with pytest.raises(StoreError) as caught:
        install(entry, "int8", content)
    assert "GALLERIA_MODELS" in caught.value.remedy


def test_an_unknown_precision_is_refused():
    with pytest.raises(ModelError, match="fp32 and int8"):
        network_path(find_card(), "int4")
