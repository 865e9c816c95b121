"""Makes figures: a shaped body with skin, eyes and hair, clothes and bags, light baked; kept in the cache."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Face, Figure, Part, Shade, Skeleton
from mall.domain.person import Person

from .head import headed
from .landmarks import face_of, hull_of
from .mesh import unwrapped
from .occlusion import lit
from .phone import with_phones
from .shape import Body, make_body
from .source import cache_folder
from .wear import dress, glasses

ARRAYS = ("points", "normals", "uv", "triangles", "bones", "weights", "colour", "light")
RIMS = (0.08, 0.07, 0.07)  # sRGB, of all glasses
HATS = ("cap", "beanie")
# Modules that pose figures but do not make them: a change there leaves finished figures good.
POSING = ("pose.py", "gait.py", "steps.py", "arms.py", "carriage.py", "frames.py", "ik.py", "limbs.py",
           "props.py")  # fmt: skip


def make_figure(person: Person) -> Figure:
    """Return a person's figure, from the cache where the same code has made the same person before.

    Raises:
        ModelError: the base mesh cannot be had.
    """
    path = cache_folder() / "figures" / f"{person.id}-{fingerprint(person)}.npz"
    if path.is_file():
        with np.load(path, allow_pickle=False) as kept:
            return _unpacked({name: kept[name] for name in kept.files})
    figure = _made(person)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
        np.savez(file, allow_pickle=False, **_packed(figure))
    os.replace(file.name, path)  # noqa: PTH105 - the name is a string
    for older in path.parent.glob(f"{person.id}-*.npz"):
        if older != path:
            older.unlink(missing_ok=True)
    return figure


def fingerprint(person: Person) -> str:
    """A hash of the person and of the code that makes figures."""
    return hashlib.sha256(repr(person).encode() + _code()).hexdigest()[:16]


@cache
def _code() -> bytes:
    files = [p for p in sorted(Path(__file__).parent.glob("*.py")) if p.name not in POSING]
    return hashlib.sha256(b"".join(p.read_bytes() for p in files)).digest()


def _made(person: Person) -> Figure:
    body = make_body(person.build)
    seed = person.build.face
    clothes = dress(body, person.outfit, seed, person.staff)
    hat = next((g.kind for g in person.outfit if g.kind in HATS), "")
    head = headed(body, person.looks, person.build, seed, hat)
    parts = [skin_part(body, clothes.hidden), *head.parts, *clothes.parts]
    if person.looks.glasses:
        parts.append(glasses(body, person.looks.glasses, RIMS))
    return assembled(person.id, body, parts, {**clothes.textures, **head.textures}, clothes.lift)


def skin_part(body: Body, hidden: NDArray[np.bool_]) -> Part:
    """The body's own surface as a part, without faces that lie wholly under clothes.

    Args:
        body: at rest.
        hidden: (19158,), points of the base mesh that nobody sees.
    """
    faces = body.mesh.faces["body"]
    shown = ~hidden[faces.vertices].all(1)
    split = unwrapped(type(faces)(faces.vertices[shown], faces.uv[shown]))
    at, count = split.points, len(split.points)
    return Part(
        "skin", Shade.SKIN, body.points[at].astype(np.float32), body.normals[at].astype(np.float32),
        body.mesh.uv[split.uv].astype(np.float32), split.triangles, body.bones[at], body.weights[at],
        np.ones((count, 3), np.float32), np.ones(count, np.float32), "skin",
    )  # fmt: skip


def assembled(
    name: str, body: Body, parts: Sequence[Part], textures: Mapping[str, NDArray[np.uint8]], lift: float
) -> Figure:
    """Put parts made around a barefoot body onto its soles, bake their light and find hull and face.

    Args:
        name: the person's id.
        body: that the parts were made around.
        parts: at rest, the bare feet on z = 0.
        textures: by the parts' keys.
        lift: metres of sole under the heel.
    """
    up = np.array([0.0, 0.0, lift])
    raised = [replace(part, points=(part.points + up).astype(np.float32)) for part in parts if len(part.triangles)]
    finished = lit(raised)
    bones = body.skeleton
    hull = hull_of(finished, bones.names)
    top = max(float(part.points[:, 2].max()) for part in finished)
    skeleton, phones = with_phones(Skeleton(bones.names, bones.parents, bones.heads + up, bones.tails + up))
    return Figure(name, skeleton, (*finished, *phones), dict(textures), face_of(body, lift), *hull, top)


def _packed(figure: Figure) -> dict[str, NDArray[Any]]:
    tables: dict[str, NDArray[Any]] = {}
    for index, part in enumerate(figure.parts):
        tables.update({f"part:{index}:{name}": getattr(part, name) for name in ARRAYS})
    tables.update({f"texture:{key}": picture for key, picture in figure.textures.items()})
    tables.update({f"face:{name}": value for name, value in figure.face._asdict().items()})
    told = {
        "person": figure.person, "height": figure.height, "names": figure.skeleton.names,
        "parts": [(p.name, str(p.shade), p.texture, p.both) for p in figure.parts],
    }  # fmt: skip
    bones = figure.skeleton
    return tables | {
        "told": np.array(json.dumps(told)), "parents": bones.parents, "heads": bones.heads, "tails": bones.tails,
        "hull": figure.hull, "hull_bones": figure.hull_bones, "hull_weights": figure.hull_weights,
    }  # fmt: skip


def _unpacked(tables: dict[str, NDArray[Any]]) -> Figure:
    told = json.loads(str(tables["told"]))
    parts = tuple(
        Part(name, Shade(shade), **{a: tables[f"part:{i}:{a}"] for a in ARRAYS}, texture=texture, both=both)
        for i, (name, shade, texture, both) in enumerate(told["parts"])
    )
    textures = {key.split(":", 1)[1]: value for key, value in tables.items() if key.startswith("texture:")}
    face = Face(**{name: tables[f"face:{name}"] for name in Face._fields})
    skeleton = Skeleton(tuple(told["names"]), tables["parents"], tables["heads"], tables["tails"])
    return Figure(told["person"], skeleton, parts, textures, face, tables["hull"], tables["hull_bones"],
                  tables["hull_weights"], told["height"])  # fmt: skip
