"""A figure: a body with hair and clothes, ready to be posed and drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Shade(StrEnum):
    """How light leaves a surface; the renderer has one shader branch for each."""

    SKIN = "skin"
    CLOTH = "cloth"
    LEATHER = "leather"  # shoes, bags, plastic: a soft highlight
    HAIR = "hair"  # ribbons: `normal` holds the strand's direction, both sides are drawn
    EYE = "eye"  # a wet highlight
    METAL = "metal"


@dataclass(frozen=True, slots=True)
class Part:
    """One mesh of a figure in the rest pose: standing at the origin, looking east (+x), feet on z = 0, metres.

    Attributes:
        points: (n, 3) float32.
        normals: (n, 3) float32, unit; for hair the strand's direction, root to tip.
        uv: (n, 2) float32, into `texture`; v runs downwards, as rows do.
        triangles: (m, 3) int32, anticlockwise from outside.
        bones: (n, 4) uint8, indices into the skeleton. weights: (n, 4) float32, rows sum to 1.
        colour: (n, 3) float32, linear light, multiplied with the texture.
        light: (n,) float32, 0 to 1: how open the point lies to the sky (baked occlusion).
        texture: a key of the figure's textures; empty: colour alone.
        both: whether back faces are drawn (open cloth, hair).
    """

    name: str
    shade: Shade
    points: NDArray[np.float32]
    normals: NDArray[np.float32]
    uv: NDArray[np.float32]
    triangles: NDArray[np.int32]
    bones: NDArray[np.uint8]
    weights: NDArray[np.float32]
    colour: NDArray[np.float32]
    light: NDArray[np.float32]
    texture: str = ""
    both: bool = False


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Bones in the rest pose; a parent stands before its children.

    Attributes:
        names: of the bones (the mesh's own rig, such as upperleg01.L).
        parents: (b,) index of each bone's parent, -1 for the root.
        heads: (b, 3) joints, metres. tails: (b, 3).
    """

    names: tuple[str, ...]
    parents: NDArray[np.int64]
    heads: NDArray[np.float64]
    tails: NDArray[np.float64]


class Face(NamedTuple):
    """Landmarks of the face in the rest pose, metres; they follow the head bone. (3,) each, box corners (k, 3)."""

    left_eye: NDArray[np.float64]
    right_eye: NDArray[np.float64]
    nose: NDArray[np.float64]
    mouth: NDArray[np.float64]
    outline: NDArray[np.float64]  # points whose box in the picture is the face box: forehead to chin, cheek to cheek


@dataclass(frozen=True, slots=True)
class Figure:
    """A member of the cast in the round.

    Attributes:
        textures: (h, w, 3) uint8, sRGB, by key.
        hull: (k, 3) float64 points on the outside of body, hair and clothes, enough for a box good to a pixel and a
            visible share good to five per cent; hull_bones (k, 4) and hull_weights (k, 4) pose them.
        height: metres, with shoes and hair.
    """

    person: str
    skeleton: Skeleton
    parts: tuple[Part, ...]
    textures: dict[str, NDArray[np.uint8]]
    face: Face
    hull: NDArray[np.float64]
    hull_bones: NDArray[np.uint8]
    hull_weights: NDArray[np.float64]
    height: float
