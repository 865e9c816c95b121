import tarfile
from contextlib import closing

import pytest
import typer
from typer.testing import CliRunner

from galleria.cli.keep import backup, restore
from galleria.domain.errors import InputError
from galleria.domain.time import SetClock
from galleria.storage.live import LiveJournal
from galleria.storage.records import AuditEntry, PurposeSignature, Records

APP = typer.Typer()
APP.command()(backup)
APP.command()(restore)


@pytest.fixture
def site(tmp_path):
    file = tmp_path / "site.yaml"
    file.write_text("site:\n  id: shop\n  time_zone: Europe/Berlin\ncameras: []\n")
    folder = tmp_path / "shop"
    folder.mkdir()
    LiveJournal(folder / "journal.db", "shop", SetClock(5.0)).close()
    return file


def run(*arguments):
    return CliRunner().invoke(APP, [str(argument) for argument in arguments], catch_exceptions=False)


def test_backup_and_restore(site, tmp_path):
    made = run("backup", site, tmp_path / "shop.tar", "--folder", tmp_path / "shop")
    assert made.exit_code == 0
    assert "2 files" in made.stdout
    with tarfile.open(tmp_path / "shop.tar") as tar:
        assert tar.getnames() == ["manifest.json", "journal.db", "site.yaml"]
    done = run("restore", tmp_path / "shop.tar", "--folder", tmp_path / "shop")
    assert "shop.before-1" in done.stdout
    assert (tmp_path / "shop" / "site.yaml").read_text() == site.read_text()


def test_what_was_signed_has_to_be_signed_again_and_the_audit_tells(site, tmp_path):
    folder = tmp_path / "shop"
    with closing(Records(folder / "records.db")) as records, records.write() as writing:
        writing.add(PurposeSignature(digest="d", user="ada", purpose="unique", time=1.0))
    run("backup", site, tmp_path / "shop.tar", "--folder", folder)
    done = run("restore", tmp_path / "shop.tar", "--folder", folder)
    assert "stopped until two people have signed them again: unique" in done.stdout
    again = run("restore", tmp_path / "shop.tar", "--folder", tmp_path / "elsewhere")
    assert "unique" in again.stdout  # of the backup, not of what is there
    with closing(Records(folder / "records.db")) as records, records.read() as reading:
        assert reading.query(PurposeSignature).count() == 0
        told = [(one.action, one.subject, one.actor_kind) for one in reading.query(AuditEntry)]
    assert told == [("site.restored", "", "system"), ("purpose.unsigned", "purpose:unique", "system")]


def test_folders_are_found_by_the_site(site, tmp_path, monkeypatch):
    monkeypatch.setenv("GALLERIA_FOLDER", str(tmp_path / "shop"))
    assert run("backup", site, tmp_path / "shop.tar").exit_code == 0
    monkeypatch.setenv("GALLERIA_FOLDER", str(tmp_path / "elsewhere"))
    assert "elsewhere restored" in run("restore", tmp_path / "shop.tar").stdout


def test_what_is_no_backup(tmp_path):
    (tmp_path / "notes.tar").write_text("no tar")
    with pytest.raises(InputError, match="damaged"):
        run("restore", tmp_path / "notes.tar", "--folder", tmp_path / "shop")
