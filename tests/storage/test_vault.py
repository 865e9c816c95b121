"""The vault on real files: what is kept, loaded and forgotten, and who is asked first."""

import numpy as np
import pytest
from vaulted import ASKER, END, FACES, LABELS, NOW, SPACE, Permit, filled, loaded, matrix, opened, scope

from galleria.domain.errors import AccessError, InputError
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.storage.vault.keys import KeyStore
from galleria.storage.vault.templates import Asker, TemplateVault


@pytest.fixture
def keys(tmp_path):
    store = KeyStore(tmp_path / "keys")
    store.create(scope(), END)
    return store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vaults" / "returning.vault"


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
