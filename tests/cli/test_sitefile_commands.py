"""What a person sees who starts, checks and edits a site file."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from galleria.cli import sitefile
from galleria.domain.errors import InputError, StoreError
from galleria.storage.sitefile import SCHEMA_FILE, load_site

WIDE = {"COLUMNS": "120", "TERM": "dumb"}


def app() -> typer.Typer:
    commands = typer.Typer()
    for command in (sitefile.init, sitefile.check, sitefile.schema):
        commands.command()(command)
    return commands


def run(*arguments: object, **environment: str):
    return CliRunner().invoke(app(), [str(a) for a in arguments], env=WIDE | environment)


def test_a_started_file_passes_check_and_is_summed_up(tmp_path: Path):
    path = tmp_path / "site.yaml"
    assert run("init", path, TZ="Asia/Kathmandu").exit_code == 0
    assert load_site(path).zone == "Asia/Kathmandu"
    result = run("check", path)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{path}: OK\n")
    for said in (
        "My shop, time zone Asia/Kathmandu",
        "Mon-Sat 09:00-20:00, Sun closed",
        "entrance main-entrance: Main entrance, lines door",
        "camera entrance: videos/entrance.mp4 (no such file yet)",
    ):
        assert said in result.stdout.splitlines()
    assert re.search(r"line +door +Main door +in is down", result.stdout)


def test_init_overwrites_only_when_told_and_takes_a_folder(tmp_path: Path):
    path = tmp_path / "site.yaml"
    path.write_text("mine")
    refused = run("init", tmp_path)
    assert isinstance(refused.exception, StoreError)
    assert "--force" in refused.exception.remedy
    assert path.read_text() == "mine"
    assert run("init", tmp_path, "--force").exit_code == 0
    assert load_site(path).id == "my-shop"
    assert [p.name for p in tmp_path.iterdir()] == ["site.yaml"]


def test_init_says_when_it_cannot_write(tmp_path: Path):
    refused = run("init", tmp_path / "no" / "site.yaml")
    assert isinstance(refused.exception, StoreError)
    assert "cannot be written" in refused.exception.problem
    assert "folder exists" in refused.exception.remedy


def test_init_takes_the_size_of_a_video_and_its_way_from_the_file(
    tmp_path: Path, footage: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "shop").mkdir()
    (tmp_path / "clip: 1.mp4").symlink_to(next((footage / "people_detection").glob("*.mp4")))
    monkeypatch.chdir(tmp_path)
    result = run("init", "shop/site.yaml", "--video", "clip: 1.mp4")
    assert result.exit_code == 0, result.exception
    text = Path("shop/site.yaml").read_text()
    assert "frame: [768, 432]" in text
    (camera,) = load_site("shop/site.yaml").cameras
    assert camera.shown == "../clip: 1.mp4"
    assert Path(camera.source).samefile(tmp_path / "clip: 1.mp4")
    assert "no such file" not in run("check", "shop/site.yaml").stdout


def test_init_writes_no_password_and_no_file_for_it(tmp_path: Path):
    refused = run("init", tmp_path / "site.yaml", "--video", "rtsp://me:hunter2@127.0.0.1:9/1")
    assert isinstance(refused.exception, InputError)
    assert "hunter2" not in str(refused.exception)
    assert list(tmp_path.iterdir()) == []


def test_check_tells_all_mistakes_of_all_files_and_ends_with_2(tmp_path: Path):
    good, bad, absent = tmp_path / "good.yaml", tmp_path / "bad.yaml", tmp_path / "absent.yaml"
    run("init", good)
    bad.write_text(good.read_text().replace("in: down", "in: right").replace("tripwires: [door]", "tripwires: [dor]"))
    result = run("check", bad, absent, good)
    assert result.exit_code == 2
    told = result.stderr.splitlines()
    assert [line.partition(": ")[0] for line in told[:2]] == [f"{bad}:33:13", f"{bad}:48:17"]
    assert told[0].endswith("nobody crosses this line going right: it runs that way itself; write up or down")
    assert told[1].endswith("there is no tripwire `dor`; did you mean `door`?")
    assert told[2] == f"there is no site file {absent}. `galleria init {absent}` writes one."
    assert len(told) == 3
    assert result.stdout.startswith(f"{good}: OK\n")


def test_check_shows_everything_drawn_and_no_secret(tmp_path: Path):
    path = tmp_path / "site.yaml"
    path.write_text(
        """\
site: {id: s, time_zone: UTC}
cameras:
  - id: c
    source: rtsp://me:${PW}@cam/1
    zones: [{id: till, name: "[red]Till", corners: [[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]]}]
    masks: [{corners: [[0.5, 0], [1, 0], [1, 1]]}]
    pass_by: till
  - id: d
"""
    )
    result = run("check", path, PW="hunter2")
    assert result.exit_code == 0, result.stderr
    assert "hunter2" not in result.output
    assert "camera c: rtsp://me:${PW}@cam/1\n" in result.stdout
    assert "camera d: no source, the command line gives it\n" in result.stdout
    assert "always open" in result.stdout
    assert re.search(r"zone +till +\[red\]Till +25\.0% of the picture", result.stdout)
    assert re.search(r"mask +25\.0% of the picture", result.stdout)
    assert re.search(r"pass-by +till", result.stdout)
    assert "people at once" in result.stdout


def test_check_tells_what_counts_by_hand_come_to(tmp_path: Path):
    path = tmp_path / "site.yaml"
    counted = (
        "site: {id: mill, time_zone: UTC}\ncameras: []\nhand_counts:\n  - {day: 2026-10-01, comings: %d, staff: 50}\n"
    )
    path.write_text(counted % 500, "utf-8")
    few = run("check", path).stdout
    assert "count by hand: of 500 comings looked at, 90.0% begin a visit (± " in few
    assert "Look at 800 or more" in few
    path.write_text(counted % 1000, "utf-8")
    assert "of 1,000 comings looked at, 95.0% begin" in (enough := run("check", path).stdout)
    assert "Look at" not in enough


def test_the_schema_is_printed_and_written_under_the_name_that_the_file_hints_at(tmp_path: Path):
    printed = run("schema")
    assert run("schema", "-o", tmp_path).exit_code == 0
    assert (tmp_path / SCHEMA_FILE).read_text("utf-8") == printed.stdout
    assert json.loads(printed.stdout)["title"] == "Galleria site file"
    run("init", tmp_path)
    assert (tmp_path / "site.yaml").read_text().startswith(f"# yaml-language-server: $schema=./{SCHEMA_FILE}\n")


def test_the_schema_replaces_itself_and_nothing_else(tmp_path: Path):
    other = tmp_path / "site.yaml"
    run("init", other)
    before = other.read_text()
    refused = run("schema", "-o", other)
    assert isinstance(refused.exception, StoreError)
    assert other.read_text() == before
    for _ in range(2):
        assert run("schema", "-o", tmp_path / "s.json").exit_code == 0


def test_help_loads_nothing_that_only_checking_needs():
    code = (
        "import sys, galleria.cli.sitefile\n"
        "print([m for m in ('pydantic', 'ruamel.yaml', 'av', 'numpy', 'rich.table') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
