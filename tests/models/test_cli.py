import pytest
from typer.testing import CliRunner

from galleria.cli.models import models_app
from galleria.domain.errors import ModelMismatchError
from galleria.models.cache import network_path


def run(*words: str):
    return CliRunner().invoke(models_app, list(words), catch_exceptions=True)


def test_list_shows_what_is_there(entry):
    shown = run("list").output
    assert "nanodet-g" in shown
    assert "yes" in shown


def test_bundle_pull_and_verify(entry, tmp_path, monkeypatch):
    path = tmp_path / "b.tar"
    assert run("bundle", "-o", str(path)).exit_code == 0
    monkeypatch.setenv("GALLERIA_MODELS", str(tmp_path / "other"))
    assert "no" in run("list").output
    assert run("pull", "--from", str(path)).exit_code == 0
    verified = run("verify")
    assert verified.exit_code == 0
    assert verified.output.count("golden answers are right") >= 1
    network = network_path(entry, "fp32")
    network.write_bytes(network.read_bytes() + b"\0")
    verified = run("verify")
    assert "fp32: WRONG" in verified.output
    assert isinstance(verified.exception, ModelMismatchError)


@pytest.mark.parametrize("word", ["list", "pull", "verify", "bundle"])
def test_every_command_explains_itself(word):
    assert run(word, "--help").exit_code == 0
