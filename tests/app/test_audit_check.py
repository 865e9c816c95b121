"""A log of real entries under real heads, altered in every way that somebody with the site's folder could."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import NOW

from galleria.app import audit_check
from galleria.app.audit import SYSTEM, Audit
from galleria.app.audit_check import check_audit, last_head, public_key
from galleria.app.audit_heads import SIGNED_AT, SIGNED_EVERY, AuditHeads
from galleria.domain.access import Actor
from galleria.domain.errors import StoreError
from galleria.domain.time import SetClock
from galleria.policy.audit import sign_head
from galleria.policy.tree import Tree
from galleria.storage.audit_heads import HEADS, append_head, read_heads, read_kept
from galleria.storage.audit_key import key_file, load_key, make_key, read_public
from galleria.storage.records import Records

ADA = Actor("5f" * 16, "Ada", frozenset())
SIZE = 12  # entries; heads of 4, 8 and 10


class Log:
    def __init__(self, folder):
        self.folder, self.clock = folder, SetClock(NOW)
        self.records = Records(folder / "records.db")
        self.audit = Audit(self.records, self.clock)
        self.heads = self.signer()

    def signer(self):
        return AuditHeads(self.records, self.folder, "shop", self.clock)

    def write(self, count=1):
        for _ in range(count):
            self.clock.time += 1.0
            self.audit.write(ADA, "door.opened", "door:7", n=1, why="Ümlaut")

    def sql(self, *statements):
        """Change the file behind the program's back."""
        with closing(sqlite3.connect(self.folder / "records.db", isolation_level=None)) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            return [connection.execute(*each).fetchall() for each in statements]

    def check(self, **kept):
        return check_audit(self.folder, **kept)

    def findings(self, **kept):
        return list(self.check(**kept).findings)


@pytest.fixture
def log(tmp_path):
    log = Log(tmp_path)
    for count in (4, 4, 2, 2):
        log.write(count)
        log.heads.sign()
    log.sql(("DELETE FROM audit_head WHERE size = 12",))
    file = tmp_path / HEADS
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))
    yield log
    log.records.close()


def test_a_clean_log_passes_and_its_unsigned_tail_is_said(log):
    checked = log.check()
    assert (checked.entries, checked.vouched, checked.findings) == (12, 10, ())
    assert checked.signed == NOW + 10
    log.signer().sign()
    assert (log.check().vouched, log.check().signed) == (12, NOW + 12)
    assert log.findings(kept=read_heads(log.folder / HEADS).heads) == []


def test_a_log_that_was_never_signed(tmp_path):
    log = Log(tmp_path)
    log.write(3)
    assert log.check() == audit_check.Checked(3, 0, None, ())
    with pytest.raises(StoreError, match="nothing of the audit"):
        last_head(tmp_path)
    log.records.close()


COLUMNS = ("time", "actor", "actor_kind", "action", "subject", "facts")


@pytest.mark.parametrize("entry", [1, 6, 10, 12])
@pytest.mark.parametrize("column", COLUMNS)
def test_a_flipped_byte_is_found_and_the_entry_named(log, column, entry):
    ((before,),) = log.sql((f"SELECT {column} FROM audit WHERE id = {entry}",))[0]
    after = before + 0.001 if column == "time" else before[:-1] + chr(ord(before[-1]) ^ 1)
    log.sql((f"UPDATE audit SET {column} = ? WHERE id = ?", (after, entry)))
    signed = f"entry {entry} was altered" if entry <= 10 else f"entry {entry}, or the leaf hash beside it, was altered"
    assert log.findings() == [signed]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(COLUMNS[1:]), st.integers(1, SIZE), st.data())
def test_any_byte_of_any_text(log, column, entry, data):
    ((before,),) = log.sql((f"SELECT CAST({column} AS BLOB) FROM audit WHERE id = {entry}",))[0]
    at, bit = data.draw(st.integers(0, len(before) - 1)), data.draw(st.integers(0, 7))
    after = before[:at] + bytes([before[at] ^ 1 << bit]) + before[at + 1 :]
    change = f"UPDATE audit SET {column} = CAST(? AS TEXT) WHERE id = ?"
    log.sql((change, (after, entry)))
    found = log.findings()
    log.sql((change, (before, entry)))
    assert len(found) == 1
    assert found[0].startswith(f"entry {entry}")
    assert log.findings() == []


@pytest.mark.parametrize("facts", ["", "null", "[]", '{"n":1}', '{"n": NaN}', '{"n": [1]}', '{"n": 1, "n": 1}', "{"])
def test_facts_that_this_program_never_wrote(log, facts):
    log.sql(("UPDATE audit SET facts = ? WHERE id = 6", (facts,)))
    assert log.findings() == ["entry 6 was altered"]


@pytest.mark.parametrize("column", ["time", "actor", "actor_kind", "action", "subject", "facts", "leaf"])
@pytest.mark.parametrize("value", [b"\xff", "x", 7])
def test_values_of_other_types(log, column, value):
    log.sql((f"UPDATE audit SET {column} = ? WHERE id = 6", (value,)))
    (found,) = log.findings()
    assert "entry 6 was altered" in found


@pytest.mark.parametrize("leaf", ["00" * 32, "zz", ""])
def test_an_altered_leaf_hash(log, leaf):
    log.sql((f"UPDATE audit SET leaf = '{leaf}' WHERE id = 6",))
    assert log.findings() == ["the leaf hash beside entry 6 was altered"]
    log.sql((f"UPDATE audit SET leaf = '{leaf}' WHERE id = 11",))
    assert log.findings()[1:] == ["entry 11, or the leaf hash beside it, was altered"]


def test_an_entry_whose_leaf_hash_was_made_to_fit_is_found_between_two_heads(log):
    log.sql(("UPDATE audit SET (time, leaf) = (SELECT time, leaf FROM audit WHERE id = 3) WHERE id = 7",))
    assert log.findings() == ["one of the entries 5 to 8 was altered, added or removed"]
    assert log.check().vouched == 4


def test_a_removed_middle_row(log):
    log.sql(("DELETE FROM audit WHERE id = 6",))
    found = log.findings()
    assert "entry 6 is missing" in found
    assert log.check().vouched == 4
    log.sql(("DELETE FROM audit WHERE id IN (7, 8)",))
    assert "entries 6 to 8 are missing" in log.findings()


def test_a_removed_row_whose_gap_was_closed(log):
    log.sql(("DELETE FROM audit WHERE id = 6",), ("UPDATE audit SET id = id - 1 WHERE id > 6",))
    assert "one of the entries 5 to 8 was altered, added or removed" in log.findings()


def test_a_row_without_head_that_was_removed(log):
    log.sql(("DELETE FROM audit WHERE id = 11",))
    assert log.findings() == ["entry 11 is missing"]


def test_an_entry_that_was_put_in(log):
    log.sql(
        ("UPDATE audit SET id = id + 100 WHERE id > 5",),
        ("UPDATE audit SET id = id - 99 WHERE id > 100",),
        ("INSERT INTO audit SELECT 6, time, actor, actor_kind, action, subject, facts, leaf FROM audit WHERE id = 5",),
    )
    assert log.findings() == ["one of the entries 5 to 8 was altered, added or removed"]


def test_a_cut_tail(log):
    log.sql(("DELETE FROM audit WHERE id > 7",))
    assert log.findings() == ["10 entries were signed and 7 are there"]
    # With the heads in the database cut as well: the file tells.
    log.sql(("DELETE FROM audit_head WHERE size > 4",))
    assert log.findings() == [
        f"the records lack 2 of the heads in {HEADS} (of 8, 10 entries)",
        "10 entries were signed and 7 are there",
    ]


def test_a_tail_cut_with_all_of_its_heads_is_found_with_a_head_kept_elsewhere(log, tmp_path):
    elsewhere = tmp_path / "head.txt"
    elsewhere.write_text(last_head(log.folder) + "\n")
    log.sql(("DELETE FROM audit WHERE id > 7",), ("DELETE FROM audit_head WHERE size > 4",))
    (log.folder / HEADS).unlink()
    assert log.findings() == []  # nothing on this machine can tell
    kept = read_kept(elsewhere)
    assert [head.size for head in kept] == [10]
    assert log.findings(kept=kept) == ["10 entries were signed and 7 are there"]


def test_a_log_that_was_cut_and_went_on_is_found(log):
    log.sql(("DELETE FROM audit WHERE id > 7",), ("DELETE FROM audit_head WHERE size > 4",))
    log.heads = log.signer()
    log.write(5)
    log.heads.sign()
    found = log.findings()
    assert any(each.startswith("the records lack 2 of the heads") for each in found)
    assert "one of the entries 5 to 8 was altered, added or removed" in found


def test_the_signer_says_at_the_start_that_something_is_wrong(log, caplog):
    log.sql(("DELETE FROM audit WHERE id > 7",))
    log.signer().sign()
    assert [record.event for record in caplog.records] == ["audit-wrong"]


@pytest.mark.parametrize("field", ["log", "size", "root", "time", "signature"])
@pytest.mark.parametrize("place", ["records", "file", "kept"])
def test_a_forged_head(log, field, place):
    head = read_heads(log.folder / HEADS).heads[1]
    forged = replace(head, **{field: {"log": "other", "size": 9, "time": 1.0}.get(field, bytes(32))})
    kept = ()
    if place == "records":
        value = getattr(forged, field)
        log.sql(
            (f"UPDATE audit_head SET {field} = ? WHERE size = 8", (value.hex() if isinstance(value, bytes) else value,))
        )
    elif place == "file":
        append_head(log.folder / HEADS, forged)
    else:
        kept = (forged,)
    assert f"the head of {forged.size} entries is not signed by this log's key" in log.findings(kept=kept)
    assert (log.check().vouched, log.check().signed) == (10, NOW + 10)


def test_a_line_of_the_file_that_is_no_head(log):
    file = log.folder / HEADS
    file.write_text(file.read_text().replace('"size": 8', '"size": -8'))
    assert log.findings() == [f"line 2 of {HEADS} is no head"]


def test_a_line_that_was_cut_off_while_it_was_written_is_no_finding(log):
    file = log.folder / HEADS
    whole = file.read_text()
    file.write_text(whole[:-30])
    assert log.findings() == []
    log.heads.sign()
    log.write()
    log.heads.sign()
    assert [head.size for head in read_heads(file).heads] == [4, 8, 13]
    assert log.findings() == []


def test_a_kill_between_a_head_in_the_records_and_in_the_file_is_no_finding(log):
    file = log.folder / HEADS
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))
    assert (log.check().vouched, log.findings()) == (10, [])


def test_a_replaced_key(log, tmp_path):
    kept = tmp_path / "public.pem"
    kept.write_text(public_key(log.folder))
    assert log.findings(key=read_public(kept)) == []
    key_file(log.folder).unlink()
    new = make_key(log.folder, "shop")
    assert log.findings() == [f"the head of {n} entries is not signed by this log's key" for n in (4, 8, 10)]
    # Whoever signs all of it anew is found out by the key that was kept.
    rows = [bytes.fromhex(leaf) for (leaf,) in log.sql(("SELECT leaf FROM audit ORDER BY id",))[0]]
    head = sign_head(new.private, "shop", Tree(rows), NOW)
    log.sql(
        ("DELETE FROM audit_head",),
        (
            "INSERT INTO audit_head VALUES (1, 'shop', 12, ?, ?, ?)",
            (head.root.hex(), head.time, head.signature.hex()),
        ),
    )
    (log.folder / HEADS).unlink()
    assert log.findings() == []
    assert log.findings(key=read_public(kept)) == [
        "the site's key is not the one that was kept: it was replaced",
        "the head of 12 entries is not signed by this log's key",
    ]


def test_a_key_that_is_gone(log, caplog):
    key_file(log.folder).unlink()
    with pytest.raises(StoreError, match="no key of an audit"):
        log.check()
    log.signer()
    assert [record.event for record in caplog.records] == ["audit-key-new"]


def test_the_key_is_made_once_and_keeps_the_name_of_the_log(log):
    first = load_key(log.folder)
    AuditHeads(log.records, log.folder, "renamed", log.clock)
    again = load_key(log.folder)
    assert (again.log, again.public.public_bytes_raw()) == ("shop", first.public.public_bytes_raw())


def test_heads_are_signed_when_it_is_time_and_never_twice(tmp_path):
    log = Log(tmp_path)
    log.heads.turn()
    assert read_heads(tmp_path / HEADS).heads == ()
    log.write()
    log.clock.time += 10
    log.heads.turn()  # the first entries are not kept waiting
    log.write(SIGNED_AT - 1)
    log.clock.time += 10
    log.heads.turn()
    assert [head.size for head in read_heads(tmp_path / HEADS).heads] == [1]
    log.write()
    log.clock.time += 10
    log.heads.turn()
    assert [head.size for head in read_heads(tmp_path / HEADS).heads] == [1, 1 + SIGNED_AT]
    log.write()
    log.clock.time += SIGNED_EVERY - 20
    log.heads.turn()
    log.clock.time += 20
    log.heads.turn()
    log.heads.turn()
    log.heads.sign()
    log.signer().sign()
    sizes = [head.size for head in read_heads(tmp_path / HEADS).heads]
    assert sizes == [1, 1 + SIGNED_AT, 2 + SIGNED_AT]
    assert log.check().vouched == 2 + SIGNED_AT
    log.records.close()


def test_another_process_may_write_between(log):
    other = Records(log.folder / "records.db")
    Audit(other, log.clock).write(SYSTEM, "user.rescued", "user:1")
    other.close()
    log.write()
    log.heads.sign()
    assert (log.check().vouched, log.findings()) == (14, [])


def test_a_copy_in_another_place_is_checked_as_well(log, tmp_path):
    log.records.close()
    there = tmp_path.with_name("copy")
    shutil.copytree(tmp_path, there)
    assert check_audit(there).vouched == 10


def test_heads_are_lines_of_json(log):
    said = json.loads(last_head(log.folder))
    assert list(said) == ["log", "size", "root", "time", "signature"]
    assert (said["log"], said["size"]) == ("shop", 10)
