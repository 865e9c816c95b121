import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, delete, inspect, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from galleria.domain.errors import StoreError
from galleria.storage.journal import Journal
from galleria.storage.records import AuditEntry, PurposeSignature, PurposeStop, Records, Setting, User
from galleria.storage.records.migrate import configuration
from galleria.storage.records.models import Base


@pytest.fixture
def path(tmp_path):
    return tmp_path / "site" / "records.db"


@pytest.fixture
def records(path):
    opened = Records(path)
    yield opened
    opened.close()


def user(name="ada", **changed):
    return User(**{"id": name, "name": name, "key": name, "role": "operator", "created": 1.0, **changed})


def entry():
    return AuditEntry(time=1.0, actor="", actor_kind="system", action="x", subject="", facts={"n": 1}, leaf="00")


def engine(path):
    return create_engine(f"sqlite:///{path}")


def test_from_empty_the_migrations_lead_to_the_models(records, path):
    with engine(path).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert set(inspect(connection).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    engine(path).dispose()


def test_the_models_can_be_made_in_postgresql():
    made = [str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in Base.metadata.sorted_tables]
    assert len(made) == 12
    assert any("DOUBLE PRECISION" in statement for statement in made)


def test_only_its_owner_reads_the_file(records, path):
    with records.write() as writing:
        writing.add(user())
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert "records.db-wal" in modes
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(path):
    path.parent.mkdir()
    path.touch(0o644)
    Records(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_written_is_there_again(path):
    first = Records(path)
    with first.write() as writing:
        writing.add(user())
        writing.add(Setting(key="retention", value={"days": [1, 2]}, version=1, changed=2.5))
    first.close()
    again = Records(path)
    with again.read() as reading:
        assert reading.get(User, "ada").role == "operator"
        assert reading.get(Setting, "retention").value == {"days": [1, 2]}
    again.close()


def test_a_failed_transaction_leaves_nothing(records):
    def write_half():
        with records.write() as writing:
            writing.add(user("bo"))
            writing.flush()
            raise KeyError

    with pytest.raises(KeyError):
        write_half()
    with records.read() as reading:
        assert reading.scalars(select(User)).all() == []


@pytest.mark.parametrize("change", [update(AuditEntry).values(action="y"), delete(AuditEntry)])
def test_the_audit_cannot_be_changed(records, change):
    with records.write() as writing:
        writing.add(entry())
    with pytest.raises(StoreError, match="failed"), records.write() as writing:
        writing.execute(change)
    with records.read() as reading:
        assert [e.action for e in reading.scalars(select(AuditEntry))] == ["x"]


def test_many_threads_lose_no_change(records):
    with records.write() as writing:
        writing.add(Setting(key="n", value={"n": 0}, version=0, changed=0.0))

    def add():
        for _ in range(10):
            with records.write() as writing:
                row = writing.get(Setting, "n")
                row.version += 1

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with records.read() as reading:
        assert reading.get(Setting, "n").version == 80


def test_a_newer_one_is_refused_and_left_alone(records, path):
    records.close()
    with engine(path).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer Galleria"):
        Records(path)
    assert path.read_bytes() == before


def test_a_journal_is_no_record(tmp_path):
    Journal(tmp_path / "journal.db").close()
    with pytest.raises(StoreError, match="no database of records"):
        Records(tmp_path / "journal.db")


def test_rubbish_is_refused(path):
    path.parent.mkdir()
    path.write_bytes(b"not a database at all " * 100)
    with pytest.raises(StoreError, match="are no database"):
        Records(path)


def test_a_full_disk_is_told_and_loses_nothing(records):
    with records.write() as writing:
        writing.add(user())
        pages = writing.scalar(text("PRAGMA page_count"))
    # What SQLite reports for a full disk; the limit belongs to one connection, which the pool keeps.
    with records.read() as reading:
        reading.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(StoreError, match="disk is full"), records.write() as writing:
        writing.add_all(user(f"u{n}") for n in range(2000))
    with records.write() as writing:
        writing.execute(text("PRAGMA max_page_count = 1000000"))
    with records.read() as reading:
        assert [u.id for u in reading.scalars(select(User))] == ["ada"]


def test_errors_do_not_tell_what_was_written(records):
    secret = "s3cret-hash"
    with records.write() as writing:
        writing.add(user(password=secret))
    with pytest.raises(StoreError) as caught, records.write() as writing:
        writing.add(user("other", key="ada", password=secret))
    assert secret not in str(caught.value)
    assert secret not in str(caught.value.__cause__)


def test_accounts_and_signatures_of_before_are_of_one_unknown_hand(path):
    """Of two that signed one declaration the first one stays."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as old:
        old.executescript((Path(__file__).parent / "records_0003.sql").read_text())
        first, second = old.execute("SELECT user, digest FROM purpose_signature ORDER BY time").fetchall()
        old.execute("INSERT INTO purpose_stop (purpose, \"by\", time) VALUES ('unique', 'a', 1)")
        old.execute("INSERT INTO purpose_signature VALUES ('other', 'gone', 'staff', 1)")
        old.commit()
    records = Records(path)
    with records.read() as reading:
        users = reading.scalars(select(User)).all()
        assert {one.id for one in users} == {first[0], second[0]}
        assert [(one.hands, one.shop) for one in users] == [(["unknown"], "")] * 2
        kept = {(one.digest, one.user): one.hands for one in reading.scalars(select(PurposeSignature))}
        assert kept == {(first[1], first[0]): ["unknown"], ("other", "gone"): ["unknown"]}
        assert reading.get(PurposeStop, "unique").officer is False
    records.close()


def test_what_is_known_of_accounts_stays_known(path):
    """Whoever followed a link of the machine, after makers were noted, is in nobody's hand; so is what they sign."""
    Records(path).close()
    with engine(path).begin() as connection:
        command.downgrade(configuration(connection), "0005")
        told = [("user.first", "a"), ("user.invited", "d"), ("password.set", "d"), ("user.invited", "w"),
                ("user.created", "m"), ("password.set", "m"), ("user.invited", "h"), ("password.set", "h")]  # fmt: skip
        for n, (action, name) in enumerate(told):
            connection.execute(
                text(
                    "INSERT INTO audit (time, actor, actor_kind, action, subject, facts, leaf)"
                    f" VALUES ({n}, '', 'user', '{action}', 'user:{name}', '{{}}', '0')"
                )
            )
        for name, hands in {"a": "[]", "d": "[]", "w": "[]", "m": '["a"]', "h": '["d"]'}.items():
            connection.execute(
                text(
                    "INSERT INTO user (id, name, key, role, factor_step, disabled, created, hands, shop)"
                    f" VALUES ('{name}', '{name}', '{name}', 'guard', 0, 0, 1, '{hands}', '')"
                )
            )
        for digest, name, time in (("x", "a", 9), ("x", "d", 8), ("y", "d", 1), ("y", "a", 3)):
            connection.execute(
                text(f"INSERT INTO purpose_signature VALUES ('{digest}', '{name}', 'staff', {time}, '[]')")
            )
    records = Records(path)
    with records.read() as reading:
        hands = {one.id: one.hands for one in reading.scalars(select(User))}
        assert hands == {"a": ["unknown"], "d": [], "w": ["unknown"], "m": ["a", "unknown"], "h": ["d", "unknown"]}
        kept = {(one.digest, one.user): one.hands for one in reading.scalars(select(PurposeSignature))}
        assert kept == {("x", "a"): ["unknown"], ("x", "d"): [], ("y", "d"): ["unknown"]}
    records.close()
