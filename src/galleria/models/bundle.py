"""One archive with networks, for machines without a network.

A tar with `manifest.json` (paths and hashes), `cards/ID.toml`, `licences/ID.txt` and `networks/ID/VARIANT.onnx`. The
same networks always give the same bytes. Reading trusts only the cards installed here: a network whose hash is not
its card's is refused, whatever the bundle's own list says. Nothing is unpacked by name.
"""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from galleria.domain.errors import InputError, ModelError, ModelMismatchError, StoreError

from .cache import install, read_network, sha256
from .cards import Entry

FORMAT = "galleria-models-1"
MANIFEST = "manifest.json"
LARGEST = 2**30
TAMPERED = "Use another copy of the bundle, or make it again with `galleria models bundle`"


def write_bundle(entries: Sequence[Entry], path: Path) -> Path:
    """Write the cached networks of some cards.

    Raises:
        ModelMissingError: a network is not in the cache.
        ModelMismatchError: a cached network is damaged.
        StoreError: the file cannot be written.
    """
    contents: dict[str, bytes] = {}
    for entry in entries:
        licence, name = entry.table.licence, entry.card.id
        contents[f"cards/{name}.toml"] = entry.path.read_bytes()
        contents[f"licences/{name}.txt"] = f"{licence.spdx}\n\n{licence.attribution}\n\n{licence.text}\n".encode()
        for variant in entry.variants:
            contents[f"networks/{name}/{variant}.onnx"] = read_network(entry, variant)
    manifest = {"format": FORMAT, "sha256": {name: sha256(content) for name, content in sorted(contents.items())}}
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            temporary = Path(part.name)
            try:
                with tarfile.open(fileobj=part, mode="w", format=tarfile.USTAR_FORMAT) as archive:
                    _add(archive, MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
                    for name, content in sorted(contents.items()):
                        _add(archive, name, content)
                part.close()
                temporary.chmod(0o644)
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
    except OSError as error:
        problem = f"the bundle {path} cannot be written: {error}"
        raise StoreError(problem, "Name another place with --output") from error
    return path


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)  # owner, time and mode stay at the same values everywhere
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def install_bundle(path: Path, entries: Sequence[Entry]) -> list[Path]:
    """Put the networks of a bundle into the cache, once everything in it has been checked.

    Args:
        path: the bundle.
        entries: the cards to look for.

    Returns:
        the files written.

    Raises:
        InputError: there is no such file, or it is no bundle.
        ModelMismatchError: it was changed, or made for other cards than these.
        ModelError: it lacks one of the cards' networks.
    """
    contents = _read(path)
    wanted = {(e.card.id, v): f"networks/{e.card.id}/{v}.onnx" for e in entries for v in e.variants}
    for (name, variant), member in wanted.items():
        if member not in contents:
            problem = f"the bundle {path} has no {variant} network for {name}"
            raise ModelError(problem, "Make it again with this model")
    for entry in entries:
        for variant, promised in entry.variants.items():
            if sha256(contents[wanted[entry.card.id, variant]]) != promised.sha256:
                problem = (
                    f"the {variant} network for {entry.card.id} in {path} is not the one this galleria's card names"
                )
                raise ModelMismatchError(problem, "Make the bundle with the same version of galleria")
    return [install(e, v, contents[wanted[e.card.id, v]]) for e in entries for v in e.variants]


def _read(path: Path) -> Mapping[str, bytes]:
    """All members, checked against the manifest."""
    contents: dict[str, bytes] = {}
    try:
        with tarfile.open(path, "r:") as archive:
            for member in archive:
                source = archive.extractfile(member) if member.isreg() and member.size <= LARGEST else None
                if source is None or member.name in contents:
                    problem = f"the bundle {path} holds {member.name!r}, which does not belong there"
                    raise ModelMismatchError(problem, TAMPERED)
                contents[member.name] = source.read()
    except (OSError, tarfile.TarError, EOFError) as error:
        problem = f"the bundle {path} cannot be read: {error}"
        raise InputError(problem, "Name a file made by `galleria models bundle`") from error
    try:
        manifest = json.loads(contents.pop(MANIFEST))
        promised = dict(manifest["sha256"]) if manifest["format"] == FORMAT else None
    except (KeyError, ValueError, TypeError):
        promised = None
    if promised is None:
        problem = f"{path} is no bundle of models"
        raise InputError(problem, "Name a file made by `galleria models bundle`")
    if promised != {name: sha256(content) for name, content in contents.items()}:
        differing = sorted(
            n for n in promised.keys() | contents.keys() if promised.get(n) != sha256(contents.get(n, b""))
        )
        problem = f"in the bundle {path} {', '.join(map(repr, differing))} was changed"
        raise ModelMismatchError(problem, TAMPERED)
    return contents
