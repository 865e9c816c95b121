"""Keys on the disk, and the two stores beside the templates."""

import sqlite3
import stat
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from galleria.domain.errors import AccessError, NotFoundError, StoreError
from galleria.domain.purpose import Purpose
from galleria.storage.vault.evidence import Evidence
from galleria.storage.vault.identities import Identities, Identity
from galleria.storage.vault.keys import KeyStore, Scope
from galleria.storage.vault.templates import Asker

NOW, END = 1_000.0, 90_000.0
ANA = Identity("card 4711", "ab" * 32, 900.0)


class Permit:
    def demand(self, purpose, camera, now):
        if purpose is not Purpose.WATCHLIST:
            raise AccessError("for something else", "Ask the gate.")


ASKER = Asker(Permit(), "door", NOW)


def scope(store="identities", purpose=Purpose.MEMBERS, period="2026"):
    return Scope("mall", purpose, period, store)


@pytest.fixture
def keys(tmp_path):
    return KeyStore(tmp_path / "keys")


def test_a_key_is_random_private_and_comes_back(keys):
    made = keys.create(scope(), END)
    assert KeyStore(keys.folder).load(scope(), NOW) == made
    (file,) = keys.folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.folder.stat().st_mode) == 0o700
    other = keys.create(scope(period="2027"), END)
    assert made.secret != other.secret
    assert made.derive("seal") != made.derive("tag") != other.derive("tag")


def test_there_is_one_key_for_a_scope_and_no_half_written_one(keys):
    keys.create(scope(), END)
    with pytest.raises(StoreError, match="already"):
        keys.create(scope(), END)
    assert [file.suffix for file in keys.folder.iterdir()] == [".key"]


def test_every_flipped_byte_of_a_key_is_noticed_and_keeps_nobody_else_out(keys):
    keys.create(scope(), END)
    keys.create(scope(period="other"), END)
    file = keys._path(scope())
    good = file.read_bytes()
    for at in range(len(good)):
        bad = bytearray(good)
        bad[at] ^= 1
        file.write_bytes(bad)
        with pytest.raises(StoreError, match="damaged"):
            keys.load(scope(), NOW)
        assert keys.load(scope(period="other"), NOW).scope.period == "other"
        assert len(keys.all()) == 1
    file.write_bytes(good[:20])
    with pytest.raises(StoreError, match="damaged"):
        keys.load(scope(), NOW)


def test_a_folder_that_others_can_read_is_refused(tmp_path):
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(StoreError, match="chmod 700"):
        KeyStore(folder)


def test_names_that_look_alike_joined_are_different_keys(keys):
    one = Scope("mall", Purpose.MEMBERS, 'a", "b', "identities")
    other = Scope("mall", Purpose.MEMBERS, "a", "b")
    assert keys.create(one, END).id != keys.create(other, END).id
    assert keys.load(one, NOW).scope == one


def test_identities_are_kept_found_and_forgotten(keys, tmp_path):
    keys.create(scope(), END)
    path = tmp_path / "stores" / "identities.vault"
    with Identities(path, keys, scope(), NOW) as store:
        store.keep("subject 1", ANA)
        store.keep("subject 2", Identity("card 4712", "cd" * 32, 901.0))
    with Identities(path, keys, scope(), NOW) as store:
        assert store.find("subject 1") == ANA
        assert store.find("subject 3") is None
        assert (store.forget("subject 2"), store.forget("subject 2")) == (True, False)
        assert len(store) == 1
    raw = path.read_bytes()
    for text in ("subject", "4711", "4712", "mall", "members", "abab"):
        assert text.encode() not in raw
    assert "4711" not in repr(ANA)


def test_the_rows_of_one_reference_have_nothing_in_common_in_two_stores(keys, tmp_path):
    """Whoever has both files, and even one of the keys, cannot tell whose row in the other is whose."""
    columns = []
    for store, kind in (("identities", Identities), ("evidence", Evidence)):
        which = scope(store, Purpose.WATCHLIST)
        keys.create(which, END)
        path = tmp_path / "stores" / store
        with kind(path, keys, which, NOW) as opened:
            if store == "identities":
                opened.keep("subject 1", ANA)
            else:
                opened.keep("subject 1", b"a picture", END, ASKER)
        columns.append(sqlite3.connect(path).execute("SELECT key, tag FROM row").fetchone())
    assert not set(columns[0]) & set(columns[1])


def test_a_key_of_another_store_is_refused(keys, tmp_path):
    keys.create(scope("evidence"), END)
    with pytest.raises(ValueError, match="identities"):
        Identities(tmp_path / "stores" / "a", keys, scope("evidence"), NOW)


def test_evidence_expires_by_itself(keys, tmp_path):
    which = scope("evidence", Purpose.WATCHLIST)
    keys.create(which, END)
    path = tmp_path / "stores" / "evidence.vault"
    picture = bytes(range(256)) * 100
    with Evidence(path, keys, which, NOW) as store:
        store.keep("incident 1", picture, NOW + 600, ASKER)
        store.keep("incident 2", picture, NOW + 60, ASKER)
        assert store.look("incident 1", ASKER) == picture
        late = Asker(Permit(), "door", NOW + 60)
        with pytest.raises(NotFoundError):
            store.look("incident 2", late)
        assert store.drop_expired(NOW + 60) == 1
        assert store.drop_expired(NOW + 60) == 0
        assert store.look("incident 1", late) == picture
        assert store.forget("incident 1")
    assert picture[:16] not in path.read_bytes()
    assert b"incident" not in path.read_bytes()


@pytest.fixture
def opened(keys, tmp_path):
    """The two stores, in files that others can write to as well."""
    stores = []

    def open_store(kind):
        which = scope(kind.STORE, Purpose.WATCHLIST)
        if not keys._path(which).exists():
            keys.create(which, END)
        stores.append(kind(tmp_path / "stores" / kind.STORE, keys, which, NOW))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


def rows(store):
    with closing(sqlite3.connect(store._path)) as connection:
        connection.text_factory = lambda raw: raw.decode("latin-1")
        return set(connection.execute("SELECT key, tag, n, sealed FROM row"))


def alter(store, sql, *values):
    with closing(sqlite3.connect(store._path)) as connection, connection:
        assert connection.executemany(sql, values or [()]).rowcount


def put_back(store, copy):
    alter(store, "INSERT INTO row VALUES (?, ?, ?, ?)", *copy)


BEN = Identity("card 4712", "cd" * 32, 901.0)


@pytest.mark.parametrize("again", [False, True])
def test_an_erased_identity_that_is_put_back_is_given_to_nobody(opened, again):
    store = opened(Identities)
    store.keep("ana", ANA)
    copy = rows(store)
    store.keep("ben", BEN)
    assert store.forget("ana")
    put_back(store, copy)
    store = opened(Identities) if again else store
    for call in (lambda: store.find("ana"), lambda: store.find("ben"), lambda: store.keep("eva", ANA)):
        with pytest.raises(StoreError, match="put back"):
            call()
    assert len(rows(store)) == 2
    with pytest.raises(StoreError, match="they are deleted"):
        store.forget("ana")
    assert (store.find("ana"), store.find("ben")) == (None, BEN)
    assert not store.forget("ana")


def test_an_older_identity_that_is_put_in_place_of_a_newer_one_is_refused(opened):
    store = opened(Identities)
    store.keep("ana", ANA)
    copy = rows(store)
    store.keep("ana", BEN)
    alter(store, "DELETE FROM row")
    put_back(store, copy)
    with pytest.raises(StoreError, match="put back"):
        store.find("ana")


ALTERED = [
    "DELETE FROM row WHERE tag = (SELECT min(tag) FROM row)",
    "UPDATE row SET n = -1",
    "UPDATE row SET tag = 'text' WHERE tag = (SELECT min(tag) FROM row)",
    "INSERT INTO row SELECT key, 2.5, 'x', 7 FROM row LIMIT 1",
    "DELETE FROM head",
    "UPDATE head SET sealed = zeroblob(60)",
    "UPDATE row SET tag = CAST(tag || x'ff' AS TEXT)",  # text that is none
    "UPDATE row SET sealed = CAST(sealed AS TEXT)",
]


@pytest.mark.parametrize("how", ALTERED)
def test_rows_taken_away_or_altered_are_noticed_by_whoever_asks_and_hinder_no_erasure(opened, how):
    store = opened(Identities)
    store.keep("ana", ANA)
    store.keep("ben", BEN)
    alter(store, how)
    for call in (lambda: store.find("ana"), lambda: store.find("nobody"), lambda: store.keep("eva", ANA)):
        with pytest.raises(StoreError, match="damaged"):
            call()
    for name in ("ana", "ben"):
        with pytest.raises(StoreError, match="damaged"):
            store.forget(name)
        assert not {row for row in rows(store) if row[1:3] == (store._rows.tag(name), 0)}


def test_the_same_bytes_divided_otherwise_are_another_row(opened):
    """Or a row that nobody asks for could stand in the sum for one that was taken away."""
    store = opened(Identities)
    store.keep("ana", ANA)
    ((key, tag, _, sealed),) = rows(store)
    alter(store, "DELETE FROM row")
    put_back(store, [(key, tag + bytes(1), sealed[0], sealed[1:12])])
    with pytest.raises(StoreError, match="put back"):
        store.find("ana")


def evidence_of(opened, *expiring):
    store = opened(Evidence)
    for name, expires in expiring:
        store.keep(name, b"a picture", NOW + expires, ASKER)
    return store


def test_expired_evidence_goes_although_rows_were_put_back(opened):
    store = evidence_of(opened, ("one", 60), ("two", 60))
    copy = rows(store)
    store.keep("three", b"a picture", NOW + 600, ASKER)
    assert store.forget("one")
    put_back(store, copy - rows(store))
    with pytest.raises(StoreError, match="put back"):
        store.look("three", ASKER)
    with pytest.raises(StoreError, match="put back"):
        store.drop_expired(NOW)  # told also while nothing has expired
    assert len(rows(store)) == 6
    with pytest.raises(StoreError, match="they are deleted"):
        store.drop_expired(NOW + 60)
    assert len(rows(store)) == 2
    assert store.drop_expired(NOW + 60) == 0
    assert store.look("three", ASKER) == b"a picture"


@pytest.mark.parametrize("name", ["two", "three"])
def test_expired_evidence_goes_although_rows_were_taken_away(opened, name):
    store = evidence_of(opened, ("one", 60), ("two", 60), ("three", 600))
    alter(store, "DELETE FROM row WHERE tag = ? AND n = 1", [store._rows.tag(name)])
    for _ in range(2):
        with pytest.raises(StoreError, match="damaged"):
            store.drop_expired(NOW + 60)
        assert {row[1] for row in rows(store)} == {store._rows.tag("three")}


@pytest.mark.parametrize("kind", ["BLOB", "TEXT"])
@pytest.mark.parametrize("table", ["row", "head"])
def test_expired_evidence_goes_although_something_does_not_open(opened, table, kind):
    store = evidence_of(opened, ("one", 60), ("two", 600))
    where = "WHERE tag = ? AND n = 0" if table == "row" else "WHERE ? != x''"
    altered = f"UPDATE {table} SET sealed = CAST(substr(sealed, 1, 12) || zeroblob(24) AS {kind}) {where}"
    alter(store, altered, [store._rows.tag("two")])
    with pytest.raises(StoreError, match="altered"):
        store.drop_expired(NOW + 60)
    assert {row[1] for row in rows(store)} == {store._rows.tag("two")}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=12), st.data())
def test_whatever_was_kept_and_forgotten_any_other_rows_are_refused(keys, tmp_path_factory, steps, data):
    path = tmp_path_factory.mktemp("any") / "stores" / "identities"
    if not keys._path(scope()).exists():
        keys.create(scope(), END)
    with Identities(path, keys, scope(), NOW) as store:
        history = [rows(store)]
        for who, what in steps:
            store.keep(str(who), Identity("card", "", what)) if what else store.forget(str(who))
            history.append(rows(store))
        now, past = history[-1], sorted(set.union(*history))
        other = set(data.draw(st.lists(st.sampled_from(past), unique_by=lambda row: row[:3]))) if past else set()
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DELETE FROM row")
            connection.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", other)
        if other == now:
            store.find("0")
        else:
            with pytest.raises(StoreError, match="put back"):
                store.find("0")


def test_evidence_asks_the_permit(keys, tmp_path):
    which = scope("evidence")
    keys.create(which, END)
    with Evidence(tmp_path / "stores" / "e", keys, which, NOW) as store:
        with pytest.raises(AccessError):
            store.keep("incident 1", b"x", END, ASKER)
        with pytest.raises(AccessError):
            store.look("incident 1", ASKER)


@pytest.mark.parametrize("kind", ["identities", "evidence"])
def test_shredding_erases_the_other_stores_too(keys, tmp_path, kind):
    which = scope(kind, Purpose.WATCHLIST)
    secret = keys.create(which, END).secret
    path = tmp_path / "stores" / kind
    if kind == "identities":
        with Identities(path, keys, which, NOW) as store:
            store.keep("subject 1", ANA)
            store.shred()
    else:
        with Evidence(path, keys, which, NOW) as store:
            store.keep("incident 1", b"x", END, ASKER)
            store.shred()
    assert sqlite3.connect(path).execute("SELECT count(*) FROM row").fetchone() == (0,)
    assert not any(secret in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_some_other_file_is_no_vault_and_is_left_alone(keys, tmp_path):
    keys.create(scope(), END)
    other = tmp_path / "stores" / "journal.db"
    other.parent.mkdir()
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE event (id)")
    connection.close()
    raw = other.read_bytes()
    with pytest.raises(StoreError, match="not a vault"):
        Identities(other, keys, scope(), NOW)
    assert other.read_bytes() == raw
    text = other.with_name("text")
    text.write_text("x" * 5000)
    with pytest.raises(StoreError, match="something else"):
        Identities(text, keys, scope(), NOW)
