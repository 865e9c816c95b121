"""Paints a skin: tone, blush, lips, lids, freckles, wrinkles, brows, stubble and the scalp under the hair.

All of it is our own painting, by place on the unshaped body, so that it follows every shape.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mall.domain.person import Build, Colour, Looks

from .brows import brow_cover
from .canvas import SIZE, Canvas, Values, canvas, mask
from .scalp import beard_cover, scalp_cover

SCALP_SHADE = 0.88  # how much of the skin the roots of hair cover
FRECKLED = 0.35  # the share of fair faces with freckles
OLD = 40.0  # years from which wrinkles show


def painted(looks: Looks, build: Build, seed: int) -> NDArray[np.uint8]:
    """Paint the skin of one person.

    Returns:
        (SIZE, SIZE, 3) uint8, sRGB, for the body's texture coordinates.

    Raises:
        ModelError: the mesh cannot be had.
    """
    place, face, rows = canvas(), *_face()
    rng = np.random.default_rng([seed, 211])
    whole = _tone(place, looks.skin, rng)
    _limbs(place, whole)
    tone = whole[rows]
    _flush(face, tone, looks.skin, build)
    _hollows(face, tone)
    _lips(face, tone, looks.skin, build)
    _eyes(face, tone, build)
    _marks(face, tone, looks.skin, build, rng)
    _wrinkles(face, tone, build)
    hair = np.array(looks.hair_colour, np.float32)
    _cover(tone, brow_cover(face, looks.brows, build, rng), hair * 0.62 + 0.005)
    grain = _grain(rng)[face.texels]
    _cover(tone, scalp_cover(face.x, face.y, face.z, looks.hair) * SCALP_SHADE * (1 + 0.15 * grain), hair * 0.7)
    stubble = beard_cover(face.x, face.y, face.z, looks.beard)
    _cover(tone, stubble * np.clip(0.85 + 0.35 * grain, 0, 1.2), hair * 0.85)
    whole[rows] = tone
    return _picture(place, whole)


@cache
def _face() -> tuple[Canvas, NDArray[np.int64]]:
    """The part of the canvas that is head, and its rows."""
    place = canvas()
    rows = np.flatnonzero(place.head)
    texels, head = place.texels[rows], place.head[rows]
    x, y, z, hollow, bump = (field[rows] for field in (place.x, place.y, place.z, place.hollow, place.bump))
    return Canvas(texels, x, y, z, hollow, bump, head), rows


def _picture(place: Canvas, tone: Values) -> NDArray[np.uint8]:
    table = np.empty((SIZE * SIZE, 3), np.uint8)
    table[:] = np.clip(tone.mean(0) * 255, 0, 255).astype(np.uint8)
    table[place.texels] = np.clip(tone * 255 + 0.5, 0, 255).astype(np.uint8)
    return table.reshape(SIZE, SIZE, 3)


def _cover(tone: Values, share: Values, colour: Values) -> None:
    share = np.clip(share, 0, 0.97)[:, None]
    tone *= 1 - share
    tone += share * colour


def _grain(rng: np.random.Generator) -> Values:
    grain: Values = ndimage.gaussian_filter(rng.standard_normal((SIZE, SIZE), np.float32), 0.7)
    return grain.ravel() * np.float32(2.0)


def _noise(rng: np.random.Generator, cells: int) -> Values:
    """Smooth noise over the picture, about 1 strong, (SIZE * SIZE,)."""
    small = rng.standard_normal((cells, cells)).astype(np.float32)
    zoomed: Values = ndimage.zoom(small, SIZE / cells, order=1, grid_mode=True, mode="grid-wrap")
    return zoomed.ravel()


def _tone(place: Canvas, skin: Colour, rng: np.random.Generator) -> Values:
    texels = place.texels
    soft = 0.5 * _noise(rng, 20)[texels] + 0.4 * _noise(rng, 64)[texels]
    fine = 0.35 * _noise(rng, 256)[texels] + 0.25 * _grain(rng)[texels]
    red = 0.5 * _noise(rng, 40)[texels] + 0.3 * _noise(rng, 128)[texels]
    base = np.array(skin, np.float32)
    depth = 1 + 0.014 * soft + 0.02 * fine
    tone = base * depth[:, None]
    tone *= 1 - 0.014 * red[:, None] * np.array([-0.3, 1.0, 0.8], np.float32)
    return np.asarray(tone, np.float32)


def _spot(place: Canvas, x: float, y: float, z: float, size: float) -> Values:
    """A soft spot at both sides of the face, 1 in its middle."""
    away = (np.abs(place.x) - x) ** 2 + (place.y - y) ** 2 + (place.z - z) ** 2
    return np.asarray(np.exp(-away / (size * size)), np.float32)


def _flush(place: Canvas, tone: Values, skin: Colour, build: Build) -> None:
    """Blood under the skin: cheeks, nose, ears, chin; a paler brow."""
    fair = float(np.clip((skin[0] - 0.3) / 0.5, 0.25, 1))
    young = 1.25 if build.years < 14 else 1.0  # noqa: PLR2004 - children's cheeks
    red = 0.17 * young * _spot(place, 0.48, 6.95, 1.18, 0.24) + 0.15 * _spot(place, 0, 6.93, 1.66, 0.15)
    red += 0.14 * _spot(place, 0.82, 7.25, 0.45, 0.33) + 0.06 * _spot(place, 0, 6.3, 1.48, 0.2)
    red += 0.05 * _spot(place, 0.3, 7.2, 1.35, 0.2)
    tone *= 1 - fair * red[:, None] * np.array([0.10, 0.85, 0.72], np.float32)
    pale = 0.05 * _spot(place, 0, 7.75, 1.5, 0.35)
    tone *= 1 + pale[:, None] * np.array([0.8, 0.9, 0.6], np.float32)


def _hollows(place: Canvas, tone: Values) -> None:
    """Little light comes out of folds: nostrils, the line of the mouth, ears; bumps are a trifle lighter."""
    rows, columns = np.divmod(place.texels, SIZE)
    inner = (columns > 0.745 * SIZE) & (rows > 0.858 * SIZE)
    strength = np.where(place.head, 0.38, 0.15) * place.hollow
    tone *= 1 - strength[:, None] * np.array([0.75, 1, 1], np.float32)
    tone *= 1 + 0.04 * place.bump[:, None] * place.head[:, None]
    tone[inner] *= np.array([0.3, 0.16, 0.15], np.float32)
    nostril = _spot(place, 0.085, 6.83, 1.5, 0.055)
    tone *= 1 - 0.75 * nostril[:, None] * np.array([0.85, 1, 1], np.float32)


def _lips(place: Canvas, tone: Values, skin: Colour, build: Build) -> None:
    lips = _masks()[0]
    woman = (1 - build.male) * float(build.years > 15)  # noqa: PLR2004 - some colour on them
    base = np.array(skin, np.float32)
    fair = float(np.clip((skin[0] - 0.3) / 0.5, 0, 1))
    tint = np.array([1.0, 0.84, 0.88]) * (1 - fair) + np.array([0.91, 0.67, 0.67]) * fair
    rouge = woman * fair * np.array([0.015, -0.035, -0.02])
    colour = (base * tint + rouge).astype(np.float32)
    lower = np.clip((6.66 - place.y) / 0.08, 0, 1) * 0.06
    share = (lips * (0.62 + 0.20 * woman))[:, None]
    tone *= 1 - share
    tone += share * (colour * (0.94 + lower[:, None]))
    line = np.exp(-(((place.y - 6.655) / 0.012) ** 2)) * (np.abs(place.x) < 0.26) * (place.z > 1.3)  # noqa: PLR2004
    tone *= 1 - 0.45 * line[:, None] * np.array([0.7, 1, 1], np.float32)


def _eyes(place: Canvas, tone: Values, build: Build) -> None:
    """Lids, lash line, what lies under the eyes."""
    lids = _masks()[1]
    woman = 1 - build.male
    tone *= 1 - (0.10 + 0.12 * woman) * lids[:, None] * np.array([0.7, 1, 0.95], np.float32)
    tired = 0.5 + 0.9 * float(np.clip((build.years - 35) / 35, 0, 1)) - 0.35 * float(build.years < 14)  # noqa: PLR2004
    under = 0.15 * tired * _spot(place, 0.30, 7.13, 1.38, 0.10) + 0.12 * _spot(place, 0.17, 7.34, 1.40, 0.10)
    tone *= 1 - under[:, None] * np.array([0.75, 1, 0.85], np.float32)
    across, up = (np.abs(place.x) - 0.318) / 0.145, (place.y - 7.283) / 0.072
    rim = np.exp(-((((across**2 + up**2) - 1.0) / 0.42) ** 2)) * (place.z > 1.2) * (up > -0.2)  # noqa: PLR2004
    tone *= 1 - (0.12 + 0.24 * woman) * rim[:, None]
    inside = (across**2 + up**2 < 0.8) & (place.z > 1.2) & (place.z < 1.45)  # noqa: PLR2004
    tone[inside] = tone[inside] * np.array([0.8, 0.6, 0.6], np.float32)


def _marks(place: Canvas, tone: Values, skin: Colour, build: Build, rng: np.random.Generator) -> None:
    """Freckles on some fair faces, age spots, a mole or two."""
    fair = float(np.clip((skin[0] - 0.7) * 4, 0, 1))
    many = int(rng.integers(10, 240) * fair * float(rng.random() < FRECKLED)) + int(max(build.years - 50, 0) * 1.5)
    head = place.head & (place.z > 0.7) & (place.y > 6.2)  # noqa: PLR2004
    rows = np.flatnonzero(head)
    shade = np.zeros(len(rows), np.float32)
    for _ in range(many):
        x, y = rng.normal(0, 0.35), rng.normal(7.05, 0.22)
        size = rng.uniform(0.008, 0.018)
        near = np.flatnonzero((np.abs(place.x[rows] - x) < 3 * size) & (np.abs(place.y[rows] - y) < 3 * size))
        away = (place.x[rows[near]] - x) ** 2 + (place.y[rows[near]] - y) ** 2
        shade[near] = np.maximum(shade[near], rng.uniform(0.08, 0.22) * np.exp(-away / (size * size)))
    for _ in range(int(rng.integers(0, 2))):
        x, y = rng.uniform(-0.6, 0.6), rng.uniform(6.4, 7.1)
        away = (place.x[rows] - x) ** 2 + (place.y[rows] - y) ** 2
        shade = np.maximum(shade, 0.45 * np.exp(-away / 0.009**2)).astype(np.float32)
    tone[rows] *= 1 - shade[:, None] * np.array([0.7, 1, 1.1], np.float32)


def _wrinkles(place: Canvas, tone: Values, build: Build) -> None:
    grown = float(np.clip((build.years - 14) / 40, 0, 1))
    old = float(np.clip((build.years - OLD) / 38, 0, 1))
    ax, y = np.abs(place.x), place.y
    front = place.head & (place.z > 0.9)  # noqa: PLR2004
    fold = np.abs((ax - 0.20) - (6.95 - y) * 0.42)
    lines = (0.06 * grown + 0.20 * old) * np.exp(-((fold / 0.026) ** 2)) * (y < 6.92) * (y > 6.62) * front  # noqa: PLR2004
    for height in (7.72, 7.80, 7.88):
        wave = y - height - 0.012 * np.sin(9 * place.x + height * 40)
        lines += 0.17 * old * np.exp(-((wave / 0.012) ** 2)) * np.clip(1.3 - ax / 0.42, 0, 1) * front
    for slope in (-0.45, -0.1, 0.3):
        ray = y - 7.27 - slope * (ax - 0.46)
        lines += 0.15 * old * np.exp(-((ray / 0.010) ** 2)) * np.clip((ax - 0.47) / 0.05, 0, 1) * (ax < 0.66) * front  # noqa: PLR2004
    frown = np.abs(ax - 0.055)
    lines += 0.13 * old * np.exp(-((frown / 0.012) ** 2)) * np.exp(-(((y - 7.50) / 0.08) ** 2)) * front
    for height in (5.75, 5.95, 6.1):
        lines += 0.10 * old * np.exp(-(((y - height) / 0.014) ** 2)) * (ax < 0.6) * (place.z > 0.2)  # noqa: PLR2004
    tone *= 1 - lines[:, None].astype(np.float32) * np.array([0.8, 1, 1], np.float32)


def _limbs(place: Canvas, tone: Values) -> None:
    """Knuckles and nails."""
    nails, knuckles = _masks()[2], place.bump * (np.abs(place.x) > 4.2)  # noqa: PLR2004 - hands of the rest pose
    tone *= 1 - 0.10 * knuckles[:, None] * np.array([0.2, 1, 0.9], np.float32)
    tone += 0.35 * nails[:, None] * (np.array([0.86, 0.70, 0.66], np.float32) * tone.mean(0) / 0.65 - tone)


@cache
def _masks() -> tuple[Values, Values, Values]:
    """Lips and lids on the face's canvas, nails on the whole one."""
    rows = _face()[1]
    return mask("lips")[rows], mask("eyelids")[rows], mask("fingernails")
