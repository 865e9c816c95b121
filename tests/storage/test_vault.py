"""The vault on real files: stolen, damaged, swapped, shredded, renewed."""

import dataclasses
import os
import shutil
import sqlite3
import stat
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.domain.errors import AccessError, InputError, StoreError
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.identity.gallery import Gallery
from galleria.storage.vault import keys as keys_module
from galleria.storage.vault.keys import KeyStore, Scope
from galleria.storage.vault.opening import shred
from galleria.storage.vault.templates import Asker, Space, TemplateVault
from galleria.storage.vault.transform import Rotation

SPACE = Space("embedder-7", 128)
NOW, END = 1_000.0, 90_000.0


class Permit:
    """Holds for one purpose."""

    def __init__(self, purpose=Purpose.RETURNING):
        self.purpose = purpose

    def demand(self, purpose, camera, now):
        if purpose is not self.purpose:
            raise AccessError("for something else", "Ask the gate.")


ASKER = Asker(Permit(), "door", NOW)


def scope(period="may", purpose=Purpose.RETURNING, site="mall"):
    return Scope(site, purpose, period, "templates")


def label_of(number):
    return f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}"


LABELS = [label_of(n) for n in range(1, 31)]


def faces(count=30, seed=0, dimensions=128):
    values = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


FACES = faces()


@pytest.fixture
def keys(tmp_path):
    store = KeyStore(tmp_path / "keys")
    store.create(scope(), END)
    return store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vaults" / "returning.vault"


def opened(path, keys, which=None, space=SPACE, now=NOW):
    return TemplateVault(path, keys, which or scope(), space, now)


def filled(path, keys, which=None, each=1, purpose=Purpose.RETURNING):
    asker = Asker(Permit(purpose), "door", NOW)
    with opened(path, keys, which) as vault, vault._file.envelope():  # waits for the disk once
        for label, values in zip(LABELS, FACES, strict=True):
            vault.keep(label, [vault.turned(Template(SPACE.name, values))] * each, asker)
    return path


def loaded(path, keys, which=None):
    with opened(path, keys, which) as vault:
        return {kept.label: kept.templates for kept in vault.load(ASKER)}


def alter(path, sql, *values):
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(sql, values)
    connection.close()


def rows_of(path, columns):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {columns} FROM row").fetchall()


def matrix(kept):
    return np.stack([kept[label][0].values for label in LABELS])


def test_what_is_kept_is_loaded_turned_and_scores_stay(path, keys):
    kept = loaded(filled(path, keys, each=3), keys)
    assert set(kept) == set(LABELS)
    assert all(len(templates) == 3 for templates in kept.values())
    turned = matrix(kept)
    assert np.abs(turned @ turned.T - FACES @ FACES.T).max() < 1e-6
    assert np.abs((turned * FACES).sum(axis=1)).mean() < 0.15  # no one alike its plain form


def test_keeping_again_replaces_and_forgetting_deletes(path, keys):
    filled(path, keys, each=2)
    with opened(path, keys) as vault:
        vault.keep(LABELS[0], [vault.turned(Template(SPACE.name, FACES[5]))], ASKER)
        assert len(vault) == 59
        assert vault.forget([LABELS[1], "0" * 32]) == 1
        assert len(vault) == 57
    kept = loaded(path, keys)
    assert LABELS[1] not in kept
    assert len(kept[LABELS[0]]) == 1


def test_loaded_in_the_order_they_were_kept(path, keys):
    with opened(path, keys) as vault:
        for time, label in ((30.0, LABELS[0]), (10.0, LABELS[1]), (20.0, LABELS[2])):
            vault.keep(label, [vault.turned(Template(SPACE.name, FACES[0]))], Asker(Permit(), "door", time))
        assert [kept.label for kept in vault.load(ASKER)] == [LABELS[1], LABELS[2], LABELS[0]]


def test_a_permit_is_asked_before_anything_moves(path, keys):
    wrong = Asker(Permit(Purpose.MEMBERS), "door", NOW)
    with opened(path, keys) as vault:
        with pytest.raises(AccessError):
            vault.keep(LABELS[0], [vault.turned(Template(SPACE.name, FACES[0]))], wrong)
        with pytest.raises(AccessError):
            vault.load(wrong)
        assert len(vault) == 0


def test_plain_templates_and_those_of_others_are_not_kept(path, keys):
    with opened(path, keys) as vault:
        with pytest.raises(InputError, match="turn it first"):
            vault.keep(LABELS[0], [Template(SPACE.name, FACES[0])], ASKER)
        with pytest.raises(InputError, match="another"):
            vault.turned(Template("another", FACES[0]))


def test_nothing_gives_plain_templates_back(path, keys):
    public = {name for name in dir(TemplateVault) if not name.startswith("_")}
    assert public == {"close", "space", "turned", "keep", "load", "forget", "renew", "shred"}


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


@pytest.mark.parametrize(
    ("wrong", "purpose"),
    [(scope("june"), Purpose.RETURNING), (scope(purpose=Purpose.MEMBERS), Purpose.MEMBERS)],
)
def test_the_key_of_another_period_or_purpose_opens_nothing(path, keys, wrong, purpose):
    filled(path, keys)
    other = keys.create(wrong, END)
    mine = keys.load(scope(), NOW)
    # Its bytes under the right name, with the right id even.
    forged = dataclasses.replace(mine, secret=other.secret)
    body = keys_module._HEAD.pack(keys_module._MAGIC, forged.secret, mine.id, END) + scope().text.encode()
    file = keys._path(scope())
    kept = file.read_bytes()
    file.write_bytes(body + keys_module._checksum(forged.secret, body))
    with pytest.raises(StoreError, match="another key"):
        loaded(path, keys)
    shutil.copy(keys._path(wrong), file)
    with pytest.raises(StoreError, match="something else"):
        loaded(path, keys)
    file.write_bytes(kept)
    assert len(loaded(path, keys)) == 30
    if purpose is not Purpose.RETURNING:
        with pytest.raises(StoreError, match="no key"):
            opened(path, keys, wrong)


def test_another_template_space_opens_nothing(path, keys):
    filled(path, keys)
    with opened(path, keys, space=Space("embedder-8", 128)) as vault, pytest.raises(StoreError, match="space"):
        vault.load(ASKER)


def test_keys_beside_the_vault_are_refused(tmp_path):
    store = KeyStore(tmp_path / "site" / "keys")
    store.create(scope(), END)
    for path in (tmp_path / "site" / "keys" / "a.vault", tmp_path / "site" / "a.vault"):
        with pytest.raises(StoreError, match="one folder"):
            opened(path, store)


# Transform: two vaults cannot be compared.


def auc(mated, others):
    scores = np.concatenate((mated, others))
    ranks = scores.argsort().argsort() + 1.0
    return (ranks[: len(mated)].sum() - len(mated) * (len(mated) + 1) / 2) / (len(mated) * len(others))


def test_templates_of_two_vaults_are_at_chance_and_within_one_are_not():
    plain = faces(400, 3) + 0.6 * faces(1, 4)  # all lean one way, as those of real networks do
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)
    again = plain + faces(400, 5) * 0.5
    again /= np.linalg.norm(again, axis=1, keepdims=True)
    off = ~np.eye(400, dtype=bool)
    aucs = []
    for n in range(12):
        one, other = (Rotation(bytes([n, m]) * 16, 128) for m in range(2))
        across = one.turned(plain) @ other.turned(again).T
        within = one.turned(plain) @ one.turned(again).T
        assert auc(np.diag(within), within[off]) > 0.99
        aucs.append(auc(np.diag(across), across[off]))
    assert abs(np.mean(aucs) - 0.5) < 0.05
    assert max(abs(value - 0.5) for value in aucs) < 0.1


@given(st.binary(min_size=32, max_size=32), st.sampled_from([2, 3, 17, 128]))
@settings(max_examples=12, deadline=None)
def test_a_rotation_keeps_scores_comes_back_and_is_the_same_each_time(secret, dimensions):
    rotation, values = Rotation(secret, dimensions), faces(5, 1, dimensions)
    turned = rotation.turned(values)
    assert np.abs(turned @ turned.T - values @ values.T).max() < 1e-5
    assert np.abs(rotation.turned_back(turned) - values).max() < 1e-5
    assert np.array_equal(Rotation(secret, dimensions).turned(values), turned)


def test_vaults_of_two_periods_have_two_spaces_and_galleries_refuse_each_other(path, keys, tmp_path):
    keys.create(scope("june"), END)
    with opened(path, keys) as may, opened(tmp_path / "v" / "june.vault", keys, scope("june")) as june:
        gallery = Gallery(Purpose.RETURNING, may.space, 128, 100)
        gallery.enrol(LABELS[0], [may.turned(Template(SPACE.name, FACES[0]))])
        with pytest.raises(InputError, match="space"):
            gallery.near([june.turned(Template(SPACE.name, FACES[0]))])


# Shredding and renewal.


def test_a_destroyed_key_opens_no_copy(path, keys, tmp_path):
    filled(path, keys)
    copy = tmp_path / "backup" / "returning.vault"
    copy.parent.mkdir()
    shutil.copy(path, copy)
    key = keys.load(scope(), NOW)
    with opened(path, keys) as vault:
        vault.shred()
    assert rows_of(path, "tag") == []
    assert not list(keys.folder.iterdir())
    with pytest.raises(StoreError, match="no key"):
        opened(copy, keys)
    keys.create(scope(), END)  # a new key of the same name is another one
    with pytest.raises(StoreError, match="no key in"):
        opened(copy, keys)
    everything = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert key.secret not in everything
    assert copy.exists()  # nothing that is not ours to delete is deleted


def test_the_key_goes_first_and_an_interrupted_erasure_is_finished(path, keys, monkeypatch):
    filled(path, keys)
    keys.create(scope("june"), END)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("galleria.storage.vault.opening.SealedFile", crash)
        with pytest.raises(KeyboardInterrupt):
            shred(path, keys, scope())
    assert len(rows_of(path, "tag")) == 30
    with pytest.raises(StoreError, match="was destroyed"):
        opened(path, keys)
    assert keys.overdue(NOW) == [scope()]
    with opened(path, keys, scope("june")) as vault:
        assert len(vault) == 0
    assert rows_of(path, "tag") == []
    assert keys.overdue(NOW) == []


def test_a_secret_is_overwritten_on_the_disk_before_its_file_goes(keys, monkeypatch):
    secret, file = keys.load(scope(), NOW).secret, keys._path(scope())
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(file.read_bytes()))
    keys.destroy(scope())
    assert synced
    assert secret not in synced[0]
    assert file.exists()


def test_a_key_opens_nothing_after_its_period(path, keys):
    filled(path, keys)
    with pytest.raises(StoreError, match="is over"):
        opened(path, keys, now=END)
    assert keys.overdue(END) == [scope()]
    assert keys.overdue(END - 1) == []
    shred(path, keys, scope())
    assert keys.overdue(END) == []


def test_renewal_carries_everything_over_and_cannot_be_linked(path, keys, tmp_path):
    before = matrix(loaded(filled(path, keys), keys))
    old = rows_of(path, "key, tag, sealed")
    copy = tmp_path / "copy" / "returning.vault"
    copy.parent.mkdir()
    shutil.copy(path, copy)
    keys.create(scope("june"), 2 * END)
    with opened(path, keys) as vault:
        vault.renew(scope("june"), ASKER)
        assert len(vault.load(ASKER)) == 30
        vault.keep(LABELS[0], [vault.turned(Template(SPACE.name, FACES[0]))], ASKER)
    kept = loaded(path, keys, scope("june"))
    after = matrix(kept)
    assert np.abs(after @ after.T - FACES @ FACES.T).max() < 1e-5
    assert abs(auc(np.diag(before @ after.T), (before @ after.T)[~np.eye(30, dtype=bool)]) - 0.5) < 0.2
    new = rows_of(path, "key, tag, sealed")
    for column in range(3):
        assert not {row[column] for row in old} & {row[column] for row in new}
    with pytest.raises(StoreError):
        opened(copy, keys)


def test_an_interrupted_renewal_leaves_the_old_one(path, keys, monkeypatch):
    filled(path, keys)
    keys.create(scope("june"), END)
    with opened(path, keys) as vault:
        turns = iter(range(10))

        def fail(*_):
            if next(turns) == 5:
                raise StoreError("the disk is full", "Free some space.")

        monkeypatch.setattr(vault, "_put", fail)
        with pytest.raises(StoreError, match="full"):
            vault.renew(scope("june"), ASKER)
        assert len(vault.load(ASKER)) == 30
    assert len(loaded(path, keys)) == 30


def test_two_periods_in_one_file_do_not_disturb_each_other(path, keys):
    keys.create(scope("june"), END)
    filled(path, keys)
    filled(path, keys, scope("june"))
    shred(path, keys, scope())
    assert len(loaded(path, keys, scope("june"))) == 30
