"""Keys on the disk, and the two stores beside the templates."""

import sqlite3
import stat

import pytest

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
