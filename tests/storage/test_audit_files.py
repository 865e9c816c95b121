"""The signing key, the file of heads, and the migration that hashed an audit with names in it."""

import json
import sqlite3
import stat
from contextlib import closing

import pytest
from alembic import command
from sqlalchemy import create_engine

from galleria.domain.errors import InputError, StoreError
from galleria.policy.audit import sign_head, signed_by, verify
from galleria.policy.tree import Tree
from galleria.storage.audit_heads import append_head, head_text, read_heads, read_kept
from galleria.storage.audit_key import key_file, load_key, make_key, public_text, read_public
from galleria.storage.backup import back_up, restore
from galleria.storage.records import Records
from galleria.storage.records.audit_rows import read_rows
from galleria.storage.records.migrate import configuration


def test_a_key_is_its_owners_alone_and_stays(tmp_path):
    assert load_key(tmp_path) is None
    made = make_key(tmp_path, "shop")
    path = key_file(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["audit.key"]
    found = load_key(tmp_path)
    assert (found.log, found.private.private_bytes_raw()) == ("shop", made.private.private_bytes_raw())
    assert made.private.private_bytes_raw().hex() not in repr(made)
    with pytest.raises(StoreError):
        make_key(tmp_path, "shop")
    assert load_key(tmp_path).public.public_bytes_raw() == made.public.public_bytes_raw()


def test_a_key_that_others_can_read_is_refused(tmp_path):
    make_key(tmp_path, "shop")
    for path in (key_file(tmp_path), key_file(tmp_path).parent):
        mode = path.stat().st_mode
        path.chmod(mode | 0o040)
        with pytest.raises(StoreError, match="others can read") as caught:
            load_key(tmp_path)
        assert "chmod" in caught.value.remedy
        path.chmod(mode)
    assert load_key(tmp_path)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"kind": "galleria audit key 1", "log": "s", "private": "00"}'])
def test_a_damaged_key(tmp_path, content):
    make_key(tmp_path, "shop")
    key_file(tmp_path).write_text(content)
    with pytest.raises(StoreError, match="is damaged"):
        load_key(tmp_path)


def test_a_public_key_elsewhere(tmp_path):
    made, file = make_key(tmp_path, "shop"), tmp_path / "public.pem"
    file.write_text(public_text(made.public))
    assert read_public(file).public_bytes_raw() == made.public.public_bytes_raw()
    for content in ("", "no key", key_file(tmp_path).read_text()):
        file.write_text(content)
        with pytest.raises(InputError, match="no public key"):
            read_public(file)
    with pytest.raises(InputError, match="cannot be read"):
        read_public(tmp_path / "none.pem")


def test_a_restored_site_goes_on_with_the_same_key(tmp_path):
    folder = tmp_path / "shop"
    made = make_key(folder, "shop")
    (tmp_path / "site.yaml").write_text("site:\n  id: shop\n")
    back_up(folder, tmp_path / "shop.tar", tmp_path / "site.yaml", "shop", 5.0)
    restore(tmp_path / "shop.tar", tmp_path / "again")
    assert load_key(tmp_path / "again").public.public_bytes_raw() == made.public.public_bytes_raw()


def heads_of(key, *sizes):
    return [sign_head(key.private, key.log, Tree([bytes(32)] * size), float(size)) for size in sizes]


def test_heads_are_there_again(tmp_path):
    key, file = make_key(tmp_path, "shop"), tmp_path / "logs" / "heads.jsonl"
    assert read_heads(file).heads == ()
    heads = heads_of(key, 1, 2, 3)
    for head in heads:
        append_head(file, head)
    assert read_heads(file).heads == tuple(heads)
    assert all(signed_by(head, "shop", key.public) for head in read_kept(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("left", range(0, 300, 13))
def test_a_torn_line_swallows_none_that_follows(tmp_path, left):
    key, file = make_key(tmp_path, "shop"), tmp_path / "heads.jsonl"
    first, second, third = heads_of(key, 1, 2, 3)
    append_head(file, first)
    whole = file.read_bytes()
    append_head(file, second)
    file.write_bytes(file.read_bytes()[: len(whole) + min(left, len(head_text(second)) - 1)])
    append_head(file, third)
    assert (read_heads(file).heads, read_heads(file).bad) == ((first, third), ())


@pytest.mark.parametrize("wrong", ["{}", "[1]", '{"log": 1}', "{nonsense}"])
def test_lines_that_are_no_heads(tmp_path, wrong):
    key, file = make_key(tmp_path, "shop"), tmp_path / "heads.jsonl"
    (head,) = heads_of(key, 1)
    file.write_text(f"{head_text(head)}\n{wrong}\n")
    found = read_heads(file)
    assert (found.heads, list(found.bad)) == ((head,), [2] if wrong.endswith("}") else [])
    if found.bad:
        with pytest.raises(InputError, match="no file of heads"):
            read_kept(file)
    file.write_text(wrong)
    with pytest.raises(InputError, match="no file of heads"):
        read_kept(file)


def test_heads_that_cannot_be_written_or_read(tmp_path):
    (head,) = heads_of(make_key(tmp_path, "shop"), 1)
    (tmp_path / "logs").touch()
    with pytest.raises(StoreError, match="cannot be written"):
        append_head(tmp_path / "logs" / "heads.jsonl", head)
    with pytest.raises(StoreError, match="cannot be read"):
        read_heads(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_kept(tmp_path / "none")


OLD = [
    (1.0, "5f" * 16, "user", "Ada", "user.created", "user:1", {"name": "Bodoni", "role": "guard"}),
    (2.0, "5f" * 16, "user", "Ada", "token.created", "token:1", {"label": "Powerbi", "scopes": "export"}),
    (3.0, "", "system", "galleria", "odd", "", {"n": float("inf"), "list": [1], "none": None, "ü": 1.5, "yes": True}),
]


@pytest.fixture
def old(tmp_path):
    """Records as the first migration left them."""
    path = tmp_path / "records.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO audit (time, actor, actor_kind, actor_name, action, subject, facts) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(*row[:-1], json.dumps(row[-1])) for row in OLD],
        )
    path.chmod(0o600)
    return path


def test_old_entries_are_hashed_without_names(old, tmp_path):
    with pytest.raises(StoreError, match="earlier Galleria"):
        read_rows(old)
    Records(old).close()
    with closing(sqlite3.connect(old)) as connection:
        kept = connection.execute("SELECT * FROM audit").fetchall()
        columns = {row[1] for row in connection.execute("PRAGMA table_info(audit)")}
        connection.execute("INSERT INTO audit_head VALUES (1, 'shop', 1, '', 1.0, '')")
        for table in ("audit", "audit_head"):
            for change in (f"UPDATE {table} SET id = 9", f"DELETE FROM {table}"):
                with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                    connection.execute(change)
    assert "actor_name" not in columns
    assert [name for name in ("Ada", "Bodoni", "Powerbi") if name in repr(kept)] == []
    assert b"Bodoni" not in old.read_bytes()
    rows = read_rows(old)
    assert rows.ids == [1, 2, 3]
    assert b'{"role":"guard"}' in rows.entries[0]
    assert b'{"list":"[1]","n":"inf","none":"None","yes":true,"\\u00fc":1.5}' in rows.entries[2]
    key = make_key(tmp_path, "shop")
    head = sign_head(key.private, "shop", Tree(rows.leaves), 9.0)
    verdict = verify(rows.entries, rows.leaves, [head], "shop", key.public)
    assert (verdict.size, verdict.vouched, verdict.findings) == (3, 3, ())


def test_back_to_the_first_tables(old):
    Records(old).close()
    engine = create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        command.downgrade(configuration(connection), "0001")
    engine.dispose()
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT actor_name FROM audit").fetchall() == [("",)] * 3
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            connection.execute("DELETE FROM audit")


def test_there_are_no_records(tmp_path):
    with pytest.raises(StoreError, match="there are no records"):
        read_rows(tmp_path / "records.db")
    (tmp_path / "records.db").write_bytes(b"not a database at all " * 100)
    with pytest.raises(StoreError, match="cannot be read"):
        read_rows(tmp_path / "records.db")
