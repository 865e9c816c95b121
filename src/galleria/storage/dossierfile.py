"""Accuracy dossiers into JSON files and back. A file is read whole or refused, with the place of what is wrong.

The file holds the record of `galleria.domain.dossier`, key by key, and `digest`, sha256 of the rest: what was changed
by hand is refused, however plausible. The digest is no signature: who signs a dossier signs its digest.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError

from galleria.domain.dossier import VERSION, Dossier
from galleria.domain.errors import InputError

from .textfile import write_text

DIGEST = "digest"
_REMEDY = "Take the file as `galleria evaluate` wrote it, or evaluate again."
_LARGEST = 4_000_000  # bytes
_SHOWN = 5  # problems
_RECORD = TypeAdapter(Dossier)


def read_dossier(path: Path) -> Dossier:
    """Read and check a dossier.

    Raises:
        InputError: it cannot be read, or something in it is wrong; the problem names the place.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        problem = f"the dossier {path} cannot be read: {error.strerror or error}"
        raise InputError(problem, "Name a file that `galleria evaluate` wrote.") from error
    return parse_dossier(content, str(path))


def parse_dossier(content: bytes, name: str) -> Dossier:
    """Check a dossier that was read already; `name` says where it comes from.

    Raises:
        InputError: as for `read_dossier`.
    """
    document = _document(content, name)
    if document.get("version") != VERSION:
        _fail(f"{name}: version: is {document.get('version')!r}, not {VERSION}")
    digest = document.pop(DIGEST, None)
    for path, value in _leaves(document, ""):
        if isinstance(value, float) and not math.isfinite(value):
            _fail(f"{name}: {path}: is no finite number")
    try:
        dossier = _RECORD.validate_json(json.dumps(document), strict=True)
    except ValidationError as error:
        _fail("; ".join(f"{name}: {_place(e['loc'])}: {_plain(e['msg'])}" for e in error.errors()[:_SHOWN]), error)
    known = dict(_leaves(json.loads(json.dumps(asdict(dossier))), ""))
    unknown = next((path for path, _ in _leaves(document, "") if path not in known), "")
    if unknown:
        _fail(f"{name}: {unknown}: is not known")
    if digest != dossier.digest:
        _fail(f"{name}: {DIGEST}: is not that of the content, which was changed after it was written")
    return dossier


def write_dossier(path: Path, dossier: Dossier) -> None:
    """Write a file that `read_dossier` reads as the same dossier; whole or not at all.

    Raises:
        StoreError: the file cannot be written.
    """
    write_text(path, json.dumps({**asdict(dossier), DIGEST: dossier.digest}, indent=1, ensure_ascii=False) + "\n")


def _document(content: bytes, name: str) -> dict[str, Any]:
    if len(content) > _LARGEST:
        _fail(f"{name} is larger than {_LARGEST} bytes")
    try:
        document = json.loads(content.decode("utf-8"), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        _fail(f"{name}, byte {error.start}: not UTF-8", error)
    except json.JSONDecodeError as error:
        _fail(f"{name}, line {error.lineno}, column {error.colno}: not JSON: {error.msg}", error)
    except RecursionError as error:
        _fail(f"{name}: brackets are nested too deeply", error)
    except ValueError as error:
        _fail(f"{name}: {error}", error)
    if not isinstance(document, dict):
        _fail(f"{name}: is not an object {{...}}")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys differ: of two values of one key, readers disagree which counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        problem = f"the key {next(key for key in keys if keys.count(key) > 1)!r} is there twice"
        raise ValueError(problem)
    return found


def _leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Every value with its path; of lists and objects the empty ones only."""
    inner: list[tuple[str, object]] = []
    if isinstance(value, dict):
        inner = [(f"{path}.{key}" if path else str(key), item) for key, item in value.items()]
    elif isinstance(value, list):
        inner = [(f"{path}[{n}]", item) for n, item in enumerate(value)]
    if not inner:
        yield path, value
    for place, item in inner:
        yield from _leaves(item, place)


def _place(loc: tuple[int | str, ...]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return "".join(parts).removeprefix(".") or "dossier"


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".")


def _fail(problem: str, cause: Exception | None = None) -> NoReturn:
    raise InputError(problem, _REMEDY) from cause
