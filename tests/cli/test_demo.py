"""What a person sees who runs the demo: with footage, without it, and with a wrong folder."""

import csv
import json
from pathlib import Path

import av
import pytest
from PIL import Image
from typer.testing import CliRunner

from galleria.cli.main import app
from galleria.domain.errors import InputError, StoreError


def run(*arguments: object, **environment: str | None):
    return CliRunner().invoke(app, ["demo", *map(str, arguments)], env={"COLUMNS": "120"} | environment)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with no footage around it, and nothing in the environment that names any."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_with_footage_it_counts_right_and_names_every_file_it_wrote(footage: Path, tmp_path: Path):
    out = tmp_path / "new" / "out"
    result = run("--out", out, GALLERIA_DATA=str(footage))
    assert result.exit_code == 0, result.output
    rows = [line.replace("│", " ").split() for line in result.stdout.splitlines()]
    assert ["floor", "7", "↑", "0", "↓"] in [row[:5] for row in rows]
    assert ["left", "exit", "0", "→", "4", "←"] in [row[:6] for row in rows]
    assert ["right", "exit", "0", "←", "3", "→"] in [row[:6] for row in rows]
    written = {path.name for path in out.iterdir()}
    assert written == {"demo.mp4", "demo.png", "measures.csv", "events.json"}
    assert all(str(out / name) in result.stdout for name in written)
    with av.open(str(out / "demo.mp4")) as clip:
        assert sum(1 for _ in clip.decode(video=0)) == 298  # six a second of 49.7 s
    with Image.open(out / "demo.png") as picture:
        assert picture.size == (768, 432)
    with (out / "measures.csv").open(encoding="utf-8", newline="") as file:
        ins = [float(row["value"]) for row in csv.DictReader(file) if row["measure"] == "in"]
    assert sum(ins) == 7
    events = json.loads((out / "events.json").read_text("utf-8"))
    assert sum(event["kind"] == "crossing" for event in events) == 14


def test_without_footage_it_gets_the_network_ready_and_says_how_to_count(elsewhere: Path):
    result = run(GALLERIA_DATA=None)
    assert result.exit_code == 0, result.output
    assert "nanodet-g int8 is ready" in result.stdout
    assert "no footage" in result.stdout
    assert "galleria count VIDEO --line" in result.stdout
    assert "GALLERIA_DATA=FOLDER" in result.stdout
    assert not list(elsewhere.iterdir())


def test_a_folder_that_was_named_must_hold_footage(elsewhere: Path):
    result = run(GALLERIA_DATA=str(elsewhere))
    assert isinstance(result.exception, InputError)
    assert str(elsewhere) in result.exception.problem
    assert "GALLERIA_DATA" in result.exception.remedy


def test_an_out_folder_that_cannot_be_made_is_refused_before_counting(footage: Path, tmp_path: Path):
    (tmp_path / "file").write_text("")
    result = run("--out", tmp_path / "file" / "out", GALLERIA_DATA=str(footage))
    assert isinstance(result.exception, StoreError)
    assert "--out" in result.exception.remedy
