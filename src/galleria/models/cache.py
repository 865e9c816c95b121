"""Networks on this machine: found by card and hash, written whole or not at all, checked whenever they are read."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from galleria.domain.errors import ModelError, ModelMismatchError, ModelMissingError, StoreError

from .cards import Entry, Source

ENVIRONMENT = "GALLERIA_MODELS"


def cache_folder() -> Path:
    """Where networks are kept: the folder in GALLERIA_MODELS, else the user's cache folder."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else platformdirs.user_cache_path("galleria") / "models"


def sha256(content: bytes) -> str:
    """Return the hash in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def network_path(entry: Entry, variant: str) -> Path:
    """Where a variant's file is, or would be.

    Raises:
        ModelError: the card has no such variant.
    """
    if variant not in entry.variants:
        has = " and ".join(entry.variants)
        problem = f"{entry.card.id} has no precision {variant!r}, only {has}"
        raise ModelError(problem, f"Choose {has}, or auto")
    if entry.local:
        return entry.path.parent / entry.table.source.files[0].path
    return cache_folder() / entry.card.id / f"{variant}-{entry.variants[variant].sha256[:16]}.onnx"


def is_cached(entry: Entry, variant: str) -> bool:
    """Whether the file is there (its content is checked when it is read)."""
    return network_path(entry, variant).is_file()


def read_network(entry: Entry, variant: str) -> bytes:
    """Return the content of a variant's file.

    Raises:
        ModelMissingError: it is not there.
        ModelMismatchError: its hash is not the card's.
    """
    path = network_path(entry, variant)
    again = f"Get it with `galleria models pull {entry.card.id}`"
    if entry.local:
        again = f"Put the file there, or correct source.files in {entry.path}"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        problem = f"the network {entry.card.id} ({variant}) is not at {path}"
        raise ModelMissingError(problem, again) from None
    except OSError as error:
        problem = f"the network {path} cannot be read: {error}"
        raise ModelMissingError(problem, again) from error
    check_hash(content, entry.variants[variant].sha256, f"the network {path}", again)
    return content


def check_hash(content: bytes, expected: str, what: str, remedy: str) -> None:
    """Refuse content with another hash.

    Raises:
        ModelMismatchError: `what` and both hashes, with the remedy.
    """
    found = sha256(content)
    if found != expected:
        problem = f"{what} has the sha256 {found}, expected {expected}"
        raise ModelMismatchError(problem, remedy)


def install(entry: Entry, variant: str, content: bytes) -> Path:
    """Check and write a variant's file, whole or not at all; those of older cards go.

    Raises:
        ModelMismatchError: the hash is not the card's.
        StoreError: the cache cannot be written.
    """
    what = f"the {variant} network made for {entry.card.id}"
    check_hash(content, entry.variants[variant].sha256, what, "Update galleria, then pull again")
    path = _write(network_path(entry, variant), content)
    for older in path.parent.glob(f"{variant}-*.onnx"):
        if older != path:
            older.unlink(missing_ok=True)
    return path


def kept_source(source: Source) -> dict[str, bytes] | None:
    """Return the source's files by path when all were kept by an earlier pull and are undamaged, else None."""
    found: dict[str, bytes] = {}
    for file in source.files:
        try:
            found[file.path] = (cache_folder() / "sources" / file.sha256).read_bytes()
        except OSError:
            return None
        if sha256(found[file.path]) != file.sha256:
            return None
    return found


def keep_source(source: Source, files: Mapping[str, bytes]) -> None:
    """Keep the source's files, so that a galleria that converts better needs no second download.

    Raises:
        StoreError: the cache cannot be written.
    """
    for file in source.files:
        _write(cache_folder() / "sources" / file.sha256, files[file.path])


def _write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            temporary = Path(part.name)
            try:
                part.write(content)
                part.close()
                temporary.chmod(0o644)  # others on this machine may use the same cache
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
    except OSError as error:
        remedy = f"Make room or give access, or name another folder in {ENVIRONMENT}"
        problem = f"the model cache {path.parent} cannot be written: {error}"
        raise StoreError(problem, remedy) from error
    return path
