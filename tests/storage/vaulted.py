"""A vault with templates of nobody in it, and ways to alter its file."""

import sqlite3
from contextlib import closing

import numpy as np

from galleria.domain.errors import AccessError
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.storage.vault.keys import Scope
from galleria.storage.vault.templates import Asker, Space, TemplateVault

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


def rows_of(path, columns):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {columns} FROM row").fetchall()


def matrix(kept):
    return np.stack([kept[label][0].values for label in LABELS])
