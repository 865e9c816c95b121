"""Shadows that people throw on the floor: soft ones from the lamps, and the dark under their feet.

Every person is flattened onto the floor once straight down and once from each of the strongest lamps, in four bands of
height; a band is blurred by as much as a panel's size smears it, and what is left of the light is a tile around the
feet.
"""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
import numpy as np
from numpy.typing import NDArray

from .context import context, packed, program
from .figures import Model
from .light import Lit

TILE = 128  # pixels
HALF = 2.4  # metres from a tile's middle to its side
LAMPS = 2  # that throw a shadow of their own
ACROSS = 5  # persons in a row of the atlas
ROWS = 6
PERSONS = ACROSS * ROWS
_PANEL = 1.1  # metres: a lamp's width
_BANDS = (0.07, 0.34, 0.85, 1.55)  # heights in the middle of the bands, metres
_ROOF = 3.98
# How much of the surrounding light each band takes away; more than it covers from above, for a body is upright.
_UNDER = (0.96, 2.2, 1.4, 1.0)
_SPREAD = (0.04, 0.17, 0.36, 0.62)  # metres: how far

Array = NDArray[np.float64]
Floats = NDArray[np.float32]


def _blur(sigma: float) -> Floats:
    """The matrix (TILE, TILE) that blurs a column of pixels by a Gaussian of `sigma` metres."""
    pixel = 2 * HALF / TILE
    scale = pixel / max(sigma, pixel * 0.5)
    step = (np.arange(TILE)[:, None] - np.arange(TILE)[None, :]) * scale
    weight = np.exp(-0.5 * step**2)
    # Not brought to 1 at the borders: beyond the tile there is nothing.
    whole = np.exp(-0.5 * (np.arange(-400, 401) * scale) ** 2).sum()
    return np.asarray(weight / whole, dtype=np.float32)


def flattening(source: Array | None) -> Array:
    """World to the floor (4, 4): straight down, or along the rays from a lamp at `source`; z is kept."""
    out = np.eye(4)
    if source is None:
        return out
    x, y, z = source
    # (p - s) * z / (z - p.z) + s, with w = (z - p.z) / z
    out[0] = [1.0, 0.0, -x / z, 0.0]
    out[1] = [0.0, 1.0, -y / z, 0.0]
    out[2] = [0.0, 0.0, 1.0, 0.0]
    out[3] = [0.0, 0.0, -1.0 / z, 1.0]
    return out


class FloorShade:
    """Draws people flat and gives back how much light is left around them."""

    def __init__(self) -> None:
        gl = context()
        self._size = (TILE * ACROSS * (1 + LAMPS), TILE * ROWS)
        self._flat = gl.texture(self._size, 4)
        self._target = gl.framebuffer(self._flat)
        self._program = program("flat.vert", "flat.frag")
        edge = np.minimum(np.arange(TILE) + 0.5, TILE - 0.5 - np.arange(TILE)) / (0.15 * TILE)
        self._window = np.outer(np.minimum(edge, 1.0), np.minimum(edge, 1.0)).astype(np.float32)
        self._under = np.stack([_blur(s) for s in _SPREAD])
        self._thrown = np.stack([_blur(0.012 + _PANEL * 0.3 * h / (_ROOF - h)) for h in _BANDS])

    def clear(self) -> None:
        self._target.use()
        self._target.clear(0.0, 0.0, 0.0, 0.0)

    def draw(self, slot: int, model: Model, foot: Array, lit: Lit, level: int) -> None:
        """Flatten a posed model around `foot`, (2,) metres."""
        gl = context()
        self._target.use()
        gl.disable(moderngl.DEPTH_TEST)
        gl.enable(moderngl.BLEND)
        # Its stubs know pairs alone.
        gl.blend_equation = moderngl.MAX  # type: ignore[assignment]
        gl.blend_func = moderngl.ONE, moderngl.ONE
        row, column = divmod(slot, ACROSS)
        for k in range(1 + LAMPS):
            source = None if k == 0 else lit.at[k - 1]
            if source is not None and lit.power[k - 1].max() <= 0:
                continue
            at_foot = None if source is None else np.array([source[0] - foot[0], source[1] - foot[1], source[2]])
            shift = np.eye(4)
            shift[:2, 3] = -foot
            into = np.diag([1 / HALF, 1 / HALF, 0.0, 1.0]) @ flattening(at_foot) @ shift
            self._target.viewport = ((column * (1 + LAMPS) + k) * TILE, row * TILE, TILE, TILE)
            self._program["into"].write(packed(into))  # type: ignore[union-attr]
            model.draw_depth(self._program, level)
        gl.disable(moderngl.BLEND)
        gl.blend_equation = moderngl.FUNC_ADD  # type: ignore[assignment]

    def shades(self, feet: Sequence[Array], lights: Sequence[Lit]) -> Floats:
        """The light that is left, (n, TILE, TILE), 0 to 1, rows from south to north, for the first n slots."""
        n = len(lights)
        rows = -(-n // ACROSS)
        read = self._target.read(viewport=(0, 0, self._size[0], TILE * rows), components=4)
        raw = np.frombuffer(read, dtype=np.uint8).reshape(rows, TILE, ACROSS, 1 + LAMPS, TILE, 4)
        each = raw.transpose(0, 2, 3, 5, 1, 4).reshape(rows * ACROSS, 1 + LAMPS, 4, TILE, TILE)[:n]
        tiles = np.asarray(each.astype(np.float32) / 255, dtype=np.float32)
        shares = [share(foot, lit) for foot, lit in zip(feet, lights, strict=True)]
        return np.stack([self._left(tile, of) for tile, of in zip(tiles, shares, strict=True)])

    def _left(self, tile: Floats, shares: Array) -> Floats:
        """What is left of the light around one person, (TILE, TILE)."""
        under = self._under @ tile[0] @ self._under.transpose(0, 2, 1)
        spread = np.minimum(under * np.array(_UNDER, dtype=np.float32)[:, None, None], 0.96)
        left = (1 - shares[:LAMPS].sum()) * np.prod(1 - spread, axis=0)
        for k in range(LAMPS):
            if shares[k] > 0:
                thrown = self._thrown @ tile[1 + k] @ self._thrown.transpose(0, 2, 1)
                # Under a sole there is no light of any lamp.
                left = left + shares[k] * np.prod(1 - np.minimum(thrown, 1.0), axis=0) * (1 - 0.6 * spread[0])
        return np.asarray(1 - (1 - left) * self._window, dtype=np.float32)


def share(foot: Array, lit: Lit) -> Array:
    """Each of the nearest lamps' share, (4,), of the light that falls on the floor at `foot`, (2,) metres."""
    far2 = ((lit.at[:, :2] - foot) ** 2).sum(1) + lit.at[:, 2] ** 2
    lamps = lit.power.mean(1) * lit.at[:, 2] ** 2 / (far2 * (far2 + lit.soft))
    around = float(lit.cube[4].mean())
    return np.asarray(lamps / max(around + float(lamps.sum()), 1e-6))
