"""Chooses faces that a face network keeps apart: `python -m mall.measure.choose CANDIDATES FOLDER`.

For every adult of the cast it draws the head with several faces (the last three digits of the face's seed) as an
entrance camera sees it, and embeds the pictures. Then it picks, greedily, one face for each person so that the smallest
distance between different people is as large as can be.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mall.body import wear
from mall.body.beard import beard
from mall.body.eyes import eye_texture, eyeballs, lashes
from mall.body.figure import skin_part
from mall.body.fit import Fit
from mall.body.hair import hair
from mall.body.head import FACES
from mall.body.shape import Body, make_body
from mall.body.skin import painted
from mall.cast import CAST
from mall.domain.figure import Part
from mall.domain.person import Person
from mall.render.detail import Level, simplified
from mall.render.studio import Sitter

from . import networks
from .embedding import chip, distances, embed
from .faces import FoundFace, find

Array = NDArray[np.float64]
# Turn and tilt of the head from the camera, degrees; the face's width in pixels; the light.
POSES = (
    (0.0, 4.0, 100.0, "mall"), (20.0, 10.0, 85.0, "mall"), (-22.0, 16.0, 75.0, "mall"), (8.0, 20.0, 65.0, "mall"),
    (-10.0, 0.0, 90.0, "soft"),
)  # fmt: skip
SIZE = 192
FACE = 0.145  # metres, roughly a face's width
DISTANCE = 2.6
NOISE = 2.0  # of a sensor, of 255


class Candidate(NamedTuple):
    """A face of somebody: the seed's last digits, poses in which it was found, and its embeddings (n, 128)."""

    face: int
    found: int
    rows: Array


def head_parts(body: Body, person: Person) -> list[Part]:
    """Head and shoulders of a person, without clothes, thinned as for a camera."""
    seed, looks = person.build.face // FACES, person.looks
    fit = Fit(body)
    low = body.points[body.mesh.groups["joint-neck"]].mean(0)[2] - 0.12
    parts = [*eyeballs(body), lashes(body), skin_part(body, body.points[:, 2] < low)]
    parts += hair(body, fit, looks.hair, looks.hair_colour, seed)
    parts += beard(body, fit, looks.beard, looks.hair_colour, seed)
    if looks.glasses:
        parts.append(wear.glasses(body, looks.glasses, (0.08, 0.07, 0.07)))
    return simplified(parts, Level(np.inf, cloth=0.0, skin=0.0, hair=2))


def pictures(body: Body, parts: Sequence[Part], textures: Mapping[str, NDArray[np.uint8]]) -> list[NDArray[np.uint8]]:
    """A head in all POSES, (SIZE, SIZE, 3) each, with a sensor's noise."""
    sitter = Sitter(parts, textures)
    groups = body.mesh.groups
    eyes = (body.points[groups["joint-l-eye"]].mean(0) + body.points[groups["joint-r-eye"]].mean(0)) / 2
    middle = eyes - (0.06, 0.0, 0.03)
    rng = np.random.default_rng(7)
    drawn = []
    for yaw, pitch, pixels, light in POSES:
        turn, tilt = np.radians(yaw), np.radians(pitch)
        way = np.array([np.cos(turn) * np.cos(tilt), np.sin(turn) * np.cos(tilt), np.sin(tilt)])
        across = np.degrees(2 * np.arctan(FACE * SIZE / pixels / 2 / DISTANCE))
        at = middle + way * DISTANCE
        picture = sitter.picture(
            at=tuple(at), to=tuple(middle), across_degrees=float(across), size=(SIZE, SIZE), light=light
        )
        drawn.append(np.clip(picture + rng.normal(0, NOISE, picture.shape), 0, 255).astype(np.uint8))
    return drawn


def candidates(person: Person, faces: Sequence[int]) -> list[Candidate]:
    """Draw, find and embed some faces of a person."""
    finder, network = networks.detector(), networks.embedder()
    seed = person.build.face // FACES
    textures = {
        "skin": painted(person.looks, person.build, seed),
        "eyes": eye_texture(person.looks.eyes, seed),
    }
    out = []
    for face in faces:
        build = replace(person.build, face=seed * FACES + face)
        body = make_body(build)
        chips = []
        for picture in pictures(body, head_parts(body, replace(person, build=build)), textures):
            hit: FoundFace | None = next(iter(find(finder, picture)), None)
            if hit is not None:
                chips.append(chip(picture, hit.points))
        out.append(Candidate(face, len(chips), embed(network, chips)))
    return out


def chosen(table: Mapping[str, Sequence[Candidate]], rounds: int = 6) -> tuple[dict[str, int], Array]:
    """One face for each person so that people lie far apart; coordinate-wise, from the person with the best start.

    Returns:
        index of the candidate by person, and the matrix (n, n) of smallest distances between the chosen, people in
        the table's order; on its diagonal the largest distance of each with itself.
    """
    names = list(table)
    blocks = {a: [c.rows for c in table[a]] for a in names}
    pick = dict.fromkeys(names, 0)
    for _ in range(rounds):
        before = dict(pick)
        for name in names:
            others = np.concatenate([blocks[o][pick[o]] for o in names if o != name])
            gaps = [_gap(rows, others) for rows in blocks[name]]
            pick[name] = int(np.argmax(gaps))
        if pick == before:
            break
    matrix = np.zeros((len(names), len(names)))
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            far = distances(blocks[a][pick[a]], blocks[b][pick[b]])
            matrix[i, j] = far.max() if i == j else far.min()
    return pick, matrix


def _gap(rows: Array, others: Array) -> float:
    """How far a face lies from all others, less how far it lies from itself; faces not always found lose."""
    if len(rows) < len(POSES):
        return -1.0 + 0.1 * len(rows)
    return float(distances(rows, others).min() - 0.5 * distances(rows, rows).max())


def kept_apart(matrix: Array, margin: float) -> list[int]:
    """Rows of people to keep, so that the smallest distance exceeds the largest of one person by a margin."""
    left = list(range(len(matrix)))
    while len(left) > 1:
        part = matrix[np.ix_(left, left)]
        same = np.diag(part)
        off = part + np.diag(np.full(len(left), np.inf))
        if off.min() - same.max() >= margin:
            break
        i, j = np.unravel_index(int(np.argmin(off)), off.shape)
        scores = [np.sort(off[k])[:3].sum() - 2 * same[k] for k in range(len(left))]
        worst = (
            int(np.argmax(same))
            if same.max() > same.mean() + 2.5 * same.std()
            else min((i, j), key=lambda k: scores[k])
        )
        left.pop(int(worst))
    return left


def main() -> None:
    """Search and print: person, chosen face, and whether the person stays among those kept apart."""
    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    table: dict[str, list[Candidate]] = {}
    for person in CAST:
        if person.child:
            continue
        path = folder / f"{person.id}.npz"
        if not path.is_file():
            made = candidates(person, range(count))
            np.savez(path, allow_pickle=False, **{f"{c.face}": c.rows for c in made})
        with np.load(path) as kept:
            table[person.id] = [Candidate(int(name), len(kept[name]), kept[name]) for name in kept.files]
    pick, matrix = chosen(table)
    names = list(table)
    stay = kept_apart(matrix, 0.02)
    for row, name in enumerate(names):
        sys.stdout.write(f'    "{name}": ({table[name][pick[name]].face}, {row in stay}),\n')
    part = matrix[np.ix_(stay, stay)]
    off = part + np.diag(np.full(len(stay), np.inf))
    sys.stdout.write(f"{len(stay)} people, same {np.diag(part).max():.3f}, different {off.min():.3f}\n")


if __name__ == "__main__":
    main()
