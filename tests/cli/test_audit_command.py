import sqlite3
from contextlib import closing

import pytest
from commands import galleria, refused

from galleria.app.audit import SYSTEM, Audit
from galleria.app.audit_heads import AuditHeads
from galleria.domain.time import SetClock
from galleria.storage.records import Records

NOW = 1_790_000_000.0


@pytest.fixture
def folder(tmp_path):
    folder, clock = tmp_path / "own", SetClock(NOW)
    records = Records(folder / "records.db")
    audit, heads = Audit(records, clock), AuditHeads(records, folder, "shop", clock)
    for n in range(30):
        audit.write(SYSTEM, "door.opened", f"door:{n}")
    heads.sign()
    audit.write(SYSTEM, "door.opened", "door:last")
    records.close()
    return folder


def alter(folder, statement):
    with closing(sqlite3.connect(folder / "records.db", isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER audit_is_append_only_update")
        connection.execute("DROP TRIGGER audit_is_append_only_delete")
        connection.execute(statement)


def test_a_log_in_order(folder):
    ran = galleria("audit", "verify", "--folder", folder)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "entries   31",
        "vouched   30, signed 2026-09-21 14:13:20 UTC",
        "unsigned  1, written since then",
        "findings  none",
    ]


def test_a_log_that_was_altered(folder):
    alter(folder, "UPDATE audit SET subject = 'door:x' WHERE id = 7")
    ran = galleria("audit", "verify", "--folder", folder)
    assert ran.code == 1
    assert ran.out.splitlines()[2:] == ["findings  1", "  entry 7 was altered"]


def test_of_many_findings_the_first_are_told(folder):
    alter(folder, "UPDATE audit SET action = 'door.shut'")
    lines = galleria("audit", "verify", "--folder", folder).out.splitlines()
    assert lines[2] == "findings  31"
    assert lines[3:] == [*(f"  entry {n} was altered" for n in range(1, 21)), "  and 11 more"]


def test_key_and_head_are_kept_elsewhere(folder, tmp_path):
    key, head = tmp_path / "key.pem", tmp_path / "head.txt"
    key.write_text(galleria("audit", "key", "--folder", folder).out)
    head.write_text(galleria("audit", "head", "--folder", folder).out)
    assert key.read_text().startswith("-----BEGIN PUBLIC KEY-----\n")
    words = ("audit", "verify", "--folder", folder, "--key", key, "--head", head)
    assert galleria(*words).code == 0
    alter(folder, "DELETE FROM audit WHERE id > 20")
    (folder / "logs" / "audit-heads.jsonl").unlink()
    ran = galleria(*words)
    assert ran.code == 1
    assert "30 entries were signed and 20 are there" in ran.out


def test_the_site_names_the_folder(folder, tmp_path, monkeypatch):
    site = tmp_path / "site.yaml"
    site.write_text("site:\n  id: shop\n  time_zone: Europe/Berlin\ncameras: []\n")
    monkeypatch.setenv("GALLERIA_FOLDER", str(folder))
    assert galleria("audit", "verify", site).code == 0
    assert '"log": "shop", "size": 30' in galleria("audit", "head", site).out


def test_what_cannot_be_checked(folder, tmp_path):
    assert "no site is named" in refused("audit", "verify")
    assert "there is no key" in refused("audit", "key", "--folder", tmp_path / "none")
    assert "there are no records" in refused("audit", "head", "--folder", tmp_path / "none")
    assert "no public key" in refused("audit", "verify", "--folder", folder, "--key", folder / "records.db")
    assert "no file of heads" in refused("audit", "verify", "--folder", folder, "--head", folder / "records.db")
