"""A stolen or altered file of the vault: it tells nothing, and nothing altered is taken for true."""

import shutil
import sqlite3
import stat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaulted import ASKER, END, FACES, LABELS, NOW, SPACE, filled, loaded, opened, rows_of, scope

from galleria.domain.errors import StoreError
from galleria.domain.face import Template
from galleria.storage.vault.keys import KeyStore


@pytest.fixture
def keys(tmp_path):
    store = KeyStore(tmp_path / "keys")
    store.create(scope(), END)
    return store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vaults" / "returning.vault"


def alter(path, sql, *values):
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(sql, values)
    connection.close()


def test_a_stolen_file_tells_nothing(path, keys, tmp_path):
    filled(path, keys)
    with opened(path, keys) as vault:
        turned = [vault.turned(Template(SPACE.name, values)).values for values in FACES]
    stolen = path.read_bytes()
    for label, plain, own in zip(LABELS, FACES, turned, strict=True):
        for piece in (label.encode(), bytes.fromhex(label), plain.tobytes()[:16], own.tobytes()[:16]):
            assert piece not in stolen
    for word in (SPACE.name, "mall", "returning", "may"):
        assert word.encode() not in stolen
    assert path.stat().st_mode & 0o077 == 0
    for file in [*tmp_path.rglob("*.key")]:
        key = keys.load(scope(), NOW)
        assert key.secret not in stolen
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_sealed_rows_look_random(path, keys):
    filled(path, keys)
    rows = rows_of(path, "sealed, tag")
    bytes_ = np.frombuffer(b"".join(row[0] for row in rows), np.uint8)
    counts = np.bincount(bytes_, minlength=256)
    expected = len(bytes_) / 256
    assert ((counts - expected) ** 2 / expected).sum() < 400  # chi-squared, 255 degrees: 400 is beyond one in 10^8
    assert len({row[1] for row in rows}) == 30


def test_secrets_are_in_no_text(path, keys):
    key = keys.load(scope(), NOW)
    filled(path, keys)
    with opened(path, keys) as vault:
        (kept, *_) = vault.load(ASKER)
        texts = [repr(key), str(key), repr(kept), repr(vault)]
    alter(path, "UPDATE row SET sealed = zeroblob(40)")
    with pytest.raises(StoreError) as error:
        loaded(path, keys)
    texts += [str(error.value), repr(error.value), repr(error.value.__cause__)]
    for text in texts:
        assert key.secret.hex() not in text
        assert repr(key.secret) not in text
        assert "array" not in text


def test_every_flipped_byte_of_a_row_is_noticed(path, keys):
    filled(path, keys)
    tag, good = rows_of(path, "tag, sealed")[0]
    for at in range(0, len(good), 67):
        bad = bytearray(good)
        bad[at] ^= 1
        alter(path, "UPDATE row SET sealed = ? WHERE tag = ?", bytes(bad), tag)
        with pytest.raises(StoreError, match="damaged"):
            loaded(path, keys)
    alter(path, "UPDATE row SET sealed = ? WHERE tag = ?", good, tag)
    assert len(loaded(path, keys)) == 30


@pytest.mark.parametrize(
    "how",
    [
        "DELETE FROM row WHERE tag = (SELECT min(tag) FROM row)",
        "UPDATE row SET n = 7 WHERE tag = (SELECT min(tag) FROM row)",
        "UPDATE row SET tag = zeroblob(16) WHERE tag = (SELECT min(tag) FROM row)",
        "UPDATE row SET sealed = (SELECT r.sealed FROM row r WHERE r.tag != row.tag)",
        "DELETE FROM head",
        "UPDATE head SET sealed = zeroblob(68)",
        "INSERT INTO row SELECT key, zeroblob(16), 0, sealed FROM row LIMIT 1",
        "UPDATE row SET sealed = substr(sealed, 1, 5)",
        "UPDATE row SET sealed = 'text'",
    ],
)
def test_rows_swapped_removed_added_or_cut_are_refused(path, keys, how):
    filled(path, keys)
    copy = path.read_bytes()
    alter(path, how)
    with pytest.raises(StoreError, match="damaged"):
        loaded(path, keys)
    path.write_bytes(copy)
    assert len(loaded(path, keys)) == 30


def test_two_rows_that_changed_places_are_refused(path, keys):
    filled(path, keys)
    (one, a), (other, b), *_ = rows_of(path, "tag, sealed")
    alter(path, "UPDATE row SET sealed = ? WHERE tag = ?", b, one)
    alter(path, "UPDATE row SET sealed = ? WHERE tag = ?", a, other)
    with pytest.raises(StoreError, match="damaged"):
        loaded(path, keys)


@pytest.mark.parametrize("left", [0.0, 0.3, 0.5, 0.99])
def test_a_cut_file_is_refused_and_left_as_it_is(path, keys, left):
    filled(path, keys)
    whole = path.read_bytes()
    cut = whole[: int(len(whole) * left)]
    path.write_bytes(cut)
    if not cut:  # an empty file is a new one for SQLite: what is missing is told by the gallery being empty
        assert loaded(path, keys) == {}
        return
    with pytest.raises(StoreError):
        loaded(path, keys)
    assert path.read_bytes() == cut


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.integers(0, 7))
def test_any_flipped_byte_of_the_file_loses_nothing_silently(tmp_path_factory, where, bit):
    folder = tmp_path_factory.getbasetemp() / "flip"
    store, path, good = KeyStore(folder / "keys"), folder / "v" / "a.vault", folder / "good"
    if not good.exists():
        store.create(scope(), END)
        shutil.copy(filled(path, store), good)
    raw = bytearray(good.read_bytes())
    raw[int(where * len(raw))] ^= 1 << bit
    path.write_bytes(raw)
    try:
        kept = loaded(path, store)
    except StoreError:
        return
    assert set(kept) == set(LABELS)  # a byte that nothing depends on


def test_a_row_from_another_vault_is_refused(path, keys, tmp_path):
    filled(path, keys)
    keys.create(scope(site="other"), END)
    other = filled(tmp_path / "vaults" / "other.vault", keys, scope(site="other"))
    (tag, sealed), *_ = rows_of(other, "tag, sealed")
    mine = keys.load(scope(), NOW).id
    alter(path, "INSERT INTO row VALUES (?, ?, 0, ?)", mine, tag, sealed)
    with pytest.raises(StoreError, match="damaged"):
        loaded(path, keys)
    assert len(loaded(other, keys, scope(site="other"))) == 30
