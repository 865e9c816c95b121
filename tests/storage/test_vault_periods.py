"""Keys, periods, purposes and spaces of the vault: each opens its own, and what was destroyed stays so."""

import dataclasses
import os
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaulted import ASKER, END, FACES, LABELS, NOW, SPACE, faces, filled, loaded, matrix, opened, rows_of, scope

from galleria.domain.errors import InputError, StoreError
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.identity.gallery import Gallery
from galleria.storage.vault import keys as keys_module
from galleria.storage.vault.keys import KeyStore
from galleria.storage.vault.opening import shred
from galleria.storage.vault.templates import Space
from galleria.storage.vault.transform import Rotation


@pytest.fixture
def keys(tmp_path):
    store = KeyStore(tmp_path / "keys")
    store.create(scope(), END)
    return store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vaults" / "returning.vault"


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


def test_what_is_of_another_template_space_can_be_erased(path, keys):
    filled(path, keys)
    with opened(path, keys, space=Space("embedder-8", 64)) as vault:  # the site has another network now
        assert (vault.forget(LABELS[:2]), vault.forget(LABELS[:2])) == (2, 0)
    assert loaded(path, keys).keys() == set(LABELS[2:])


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
