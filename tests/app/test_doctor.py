"""Looking over a machine and a site."""

import json
import socket
from contextlib import closing
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from galleria.app import doctor_machine as machine
from galleria.app.doctor import Finding, Health, Patient, examine, worst
from galleria.cli.doctor import doctor
from galleria.domain.time import SetClock
from galleria.storage.journal import Journal

SITE = """\
site: {id: shop, time_zone: Europe/Lisbon}
cameras:
  - id: door
    source: SOURCE
    tripwires:
      - {id: front, from: [0.2, 0.5], to: [0.8, 0.5], entrance: main}
entrances:
  - {id: main}
"""
NOW = 1_795_435_200.0
FOOTAGE = Path(__file__).parents[2] / "footage"


@pytest.fixture
def site(tmp_path):
    def write(source="door.mp4", text=SITE):
        path = tmp_path / "site.yaml"
        path.write_text(text.replace("SOURCE", str(source)))
        return path

    return write


def look(site_file, folder, **changes):
    asked = {"site_file": site_file, "folder": folder, "address": ("127.0.0.1", 8800), "clock": SetClock(NOW)} | changes
    return list(examine(Patient(**asked)))


def of(findings, what):
    return [finding for finding in findings if finding.what == what]


def test_a_sound_machine_and_site_have_nothing_bad(site, tmp_path):
    found = look(site(), tmp_path / "stores")
    assert [finding for finding in found if finding.health is Health.BAD] == []
    assert {"python", "processor", "video", "engine", "folder", "disk", "clock", "port", "site", "network"} <= {
        finding.what for finding in found
    }
    assert all(finding.remedy for finding in found if finding.health is not Health.GOOD)
    assert "1 cameras, 1 lines" in of(found, "site")[0].found


def test_nothing_is_made_or_changed_by_looking(site, tmp_path):
    path = site()
    before = sorted(tmp_path.rglob("*"))
    look(path, tmp_path / "stores")
    assert sorted(tmp_path.rglob("*")) == before


def test_every_mistake_in_a_site_file_is_a_finding(site, tmp_path):
    path = site(text=SITE.replace("0.8", "8").replace("id: door", "id: '?'"))
    bad = [finding for finding in of(look(path, tmp_path), "site") if finding.health is Health.BAD]
    assert len(bad) == 2
    assert all(str(path) in finding.found for finding in bad)
    assert of(look(tmp_path / "none.yaml", tmp_path), "site")[0].health is Health.BAD


def test_a_site_that_counts_nobody_is_told(site, tmp_path):
    text = SITE.replace(", entrance: main", "").partition("entrances:")[0]
    assert "entrance" in of(look(site(text=text), tmp_path), "site")[1].remedy
    bare = "site: {id: shop, time_zone: UTC}\ncameras: [{id: door, source: a.mp4}]\n"
    assert of(look(site(text=bare), tmp_path), "site")[1].found == "no line is drawn"


def test_cameras_are_tried_when_asked_to(site, tmp_path):
    clip = FOOTAGE / "morning" / "entrance.mp4"
    if not clip.exists():
        pytest.skip("THE PROJECT'S FOOTAGE IS ABSENT: build it with `make mall`")
    (good,) = of(look(site(clip), tmp_path, cameras=True), "camera door")
    assert good.health is Health.GOOD
    assert "768x432" in good.found
    assert of(look(site(clip), tmp_path), "camera door") == []
    (bad,) = of(look(site(tmp_path / "none.mp4"), tmp_path, cameras=True), "camera door")
    assert bad.health is Health.BAD


def test_a_cameras_password_is_not_told(site, tmp_path, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("CAMERA_PASSWORD", "hunter2")
    path = site(f"rtsp://viewer:${{CAMERA_PASSWORD}}@127.0.0.1:{port}/a")
    found = look(path, tmp_path, cameras=True)
    assert of(found, "camera door")[0].health is Health.BAD
    assert "hunter2" not in repr(found)


def test_a_taken_port_is_told(tmp_path):
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        (finding,) = machine.port(*taken.getsockname())
        assert finding.health is Health.WARNING
        assert "--port" in finding.remedy
        free = taken.getsockname()
    assert next(machine.port(*free)).health is Health.GOOD


def test_folders_of_others_and_open_ones_are_told(tmp_path):
    tmp_path.chmod(0o755)
    assert next(machine.folder(tmp_path)).health is Health.WARNING
    tmp_path.chmod(0o700)
    assert next(machine.folder(tmp_path)).health is Health.GOOD
    assert "is made" in next(machine.folder(tmp_path / "a" / "b")).found
    assert next(machine.folder(Path("/proc/galleria"))).health is Health.BAD


def test_a_network_file_system_is_found(tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {tmp_path.resolve()} nfs4 rw 0 0\n")
    assert machine._file_system(tmp_path / "stores", mounts) == "nfs4"
    assert machine._file_system(Path("/usr"), mounts) == "ext4"


def test_a_clock_of_long_ago_is_told():
    assert next(machine.clock(0.0)).health is Health.BAD
    assert next(machine.clock(NOW)).health is not Health.BAD


def test_damaged_stores_are_told(site, tmp_path):
    Journal(tmp_path / "journal.db").close()
    (tmp_path / "records.db").write_bytes(b"no database at all" * 100)
    found = of(look(site(), tmp_path), "stores")
    assert [finding.health for finding in found] == [Health.GOOD, Health.BAD]


def test_a_network_that_is_not_there_is_no_hindrance_and_a_damaged_one_is(site, tmp_path, monkeypatch):
    monkeypatch.setenv("GALLERIA_MODELS", str(tmp_path / "models"))
    (missing,) = machine.network(None)
    assert missing.health is Health.WARNING
    assert "galleria models pull" in missing.remedy
    kept = tmp_path / "models" / "nanodet-g"
    kept.mkdir(parents=True)
    from galleria.models.cache import network_path  # noqa: PLC0415  after the folder is named
    from galleria.models.catalogue import find_card  # noqa: PLC0415
    from galleria.models.precision import choose_variant  # noqa: PLC0415

    entry = find_card("")
    network_path(entry, choose_variant(entry)).write_bytes(b"damaged")
    damaged = of(look(site(), tmp_path), "network")
    assert [finding.health for finding in damaged] == [Health.BAD]


def test_the_worst_counts():
    good, warning, bad = (Finding("x", health, "") for health in Health)
    assert worst([]) is Health.GOOD
    assert worst([good, warning]) is Health.WARNING
    assert worst([bad, good]) is Health.BAD


def test_the_command_prints_a_table_or_json_and_says_how_it_went(site, tmp_path):
    app = typer.Typer()
    app.command()(doctor)
    words = [str(site()), "--folder", str(tmp_path), "--port", "8811"]
    table = CliRunner().invoke(app, words)
    assert table.exit_code == 0
    assert "what to do" in table.output
    told = json.loads(CliRunner().invoke(app, [*words, "--json"]).output)
    assert told["health"] in ("good", "warning")
    assert {"what", "health", "found", "remedy"} == set(told["findings"][0])
    broken = CliRunner().invoke(app, [str(site(text="x: 1")), "--folder", str(tmp_path), "--json"])
    assert broken.exit_code == 2
    assert json.loads(broken.output)["health"] == "bad"
