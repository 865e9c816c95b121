"""Hair on a shaped body: strands grown on the unshaped head, carried over, and drawn as ribbons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part, Shade
from mall.domain.person import Colour

from .fit import Fit
from .hair_grow import Roots, grow, scatter, surface, tails
from .hair_styles import STYLES, Style
from .mesh import Array
from .scalp import smooth
from .shape import Body

HATS = {"cap": 7.70, "beanie": 7.53}  # what is above the band lies flat under a hat
BAND_SLOPE = 0.16  # a hat's band rises towards the brow, decimetres a decimetre


def hair(body: Body, fit: Fit, name: str, colour: Colour, seed: int, hat: str = "") -> tuple[Part, ...]:
    """Grow a style.

    Args:
        body: whose head it is.
        fit: carries places from the unshaped to the shaped body.
        name: a key of `STYLES`.
        colour: sRGB.
        seed: of the strands.
        hat: `cap` or `beanie` when one is worn.

    Raises:
        KeyError: there is no such style.
    """
    style = STYLES[name]
    if not style.count:
        return ()
    rng = np.random.default_rng([seed, 227])
    roots = scatter(name, style.count, rng)
    strands = grow(style, roots, rng)
    if hat in HATS:
        roots, strands = _under_hat(roots, strands, hat)
    parts = [ribbons(body, fit, strands, style, colour, rng)]
    loose = tails(style, rng)
    if hat in HATS and style.tie[1] > HATS[hat]:
        loose = loose[:0]
    if len(loose):
        parts.append(ribbons(body, fit, loose, style, colour, rng, "hair tail"))
    return tuple(parts)


def _under_hat(roots: Roots, strands: Array, hat: str) -> tuple[Roots, Array]:
    """What comes out from under a hat: strands from where they pass its band to their ends; the others are gone."""
    below = HATS[hat] + BAND_SLOPE * strands[..., 2] - strands[..., 1] > 0.0
    pieces = strands.shape[1]
    hidden = pieces - below[:, ::-1].cumprod(1).sum(1)  # points before the last run under the band
    kept = hidden < pieces - 1
    strands, start = strands[kept], np.maximum(hidden[kept] - 0.6, 0.0)
    at = start[:, None] + np.linspace(0, 1, pieces) * (pieces - 1 - start)[:, None]
    low = np.minimum(at.astype(np.int64), pieces - 2)
    share = (at - low)[..., None]
    rows = np.arange(len(strands))[:, None]
    cut = strands[rows, low] * (1 - share) + strands[rows, low + 1] * share
    height, normal = surface(cut.reshape(-1, 3))
    close = np.maximum(height - 0.02, 0).reshape(at.shape) * np.linspace(0.9, 0.25, pieces)
    return Roots(*(field[kept] for field in roots)), cut - close[..., None] * normal.reshape(cut.shape)


def ribbons(
    body: Body, fit: Fit, strands: Array, style: Style, colour: Colour, rng: np.random.Generator, name: str = "hair"
) -> Part:
    """Strands (k, s, 3) of the unshaped head as a part of flat ribbons, each of its own shade of a colour."""
    count, pieces = strands.shape[:2]
    flat = strands.reshape(-1, 3)
    height, normal = surface(flat)
    points = fit.carry(strands)
    out = fit.turn(normal).reshape(points.shape)
    along = np.gradient(points, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=2, keepdims=True), 1e-12)
    side = np.cross(along, out + 0.35 * rng.normal(0, 1, (count, 1, 3)))
    side /= np.maximum(np.linalg.norm(side, axis=2, keepdims=True), 1e-12)
    along_it = np.linspace(0, 1, pieces)
    taper = np.minimum(0.45 + 2.4 * along_it, (1 - along_it) ** 0.7 * 0.8 + 0.25)
    half = (style.width * fit.scale / 2 * taper)[None, :, None] * rng.uniform(0.7, 1.3, (count, 1, 1))
    both = np.stack([points - half * side, points + half * side], 2)  # (k, s, 2, 3)
    tint = _tints(colour, strands, rng)
    light = _openness(height.reshape(count, pieces), style)
    bones, weights = _bones(body, flat)
    uv = np.stack(np.broadcast_arrays(np.array((0.0, 1.0))[None, None], np.linspace(0, 1, pieces)[None, :, None]), -1)
    return Part(
        name, Shade.HAIR, both.reshape(-1, 3).astype(np.float32), _double(along).astype(np.float32),
        np.tile(uv.reshape(1, -1, 2), (count, 1, 1)).reshape(-1, 2).astype(np.float32), _strips(count, pieces),
        _double(bones).astype(np.uint8), _double(weights).astype(np.float32), _double(tint).astype(np.float32),
        np.repeat(light.ravel(), 2).astype(np.float32), both=True,
    )  # fmt: skip


def _double(table: Array) -> Array:
    """Rows (k, s, d), or (k * s, d), twice each: for both edges of ribbons."""
    return np.repeat(table.reshape(-1, table.shape[-1]), 2, axis=0)


def _strips(count: int, pieces: int) -> NDArray[np.int32]:
    """Triangles of ribbons whose vertices come in pairs, root to tip; the last piece is a single point."""
    a = np.arange(count)[:, None] * pieces * 2 + np.arange(pieces - 1) * 2
    right, left = np.stack([a, a + 1, a + 2], -1), np.stack([a[:, :-1] + 1, a[:, :-1] + 3, a[:, :-1] + 2], -1)
    return np.concatenate([right, left], 1).reshape(-1, 3).astype(np.int32)


def _tints(colour: Colour, strands: Array, rng: np.random.Generator) -> Array:
    """Linear colours (k, s, 3): every strand a little different, tips lighter, grey ones among old hair."""
    count, pieces = strands.shape[:2]
    linear = np.array(colour) ** 2.2
    shade = np.exp(rng.normal(0, 0.22, (count, 1, 1)))
    warm = 1 + rng.normal(0, 0.06, (count, 1, 1)) * np.array((1.0, 0.2, -1.0))
    ends = np.linspace(0.72, 1.22, pieces)[None, :, None]
    return np.asarray(np.clip(linear * shade * warm * ends, 0.002, 1))


def _openness(height: Array, style: Style) -> Array:
    """Baked light (k, s): strands deep in the hair are dark."""
    share = np.clip(height / max(style.depth, 0.03), 0, 1.1)
    return np.asarray(np.clip(0.42 + 0.58 * share, 0, 1))


def _bones(body: Body, flat: Array) -> tuple[Array, Array]:
    """Hair follows the head; below the chin it comes to follow neck and chest."""
    names = ("head", "neck02", "neck01", "spine01")
    bones = np.tile([body.mesh.bone(name) for name in names], (len(flat), 1)).astype(np.float64)
    y = flat[:, 1]
    chest, low = smooth(6.0, 5.2, y), smooth(6.5, 5.9, y)
    neck = np.clip(low - chest, 0, 1)
    weights = np.stack([1 - np.maximum(low, chest), neck * 0.5, neck * 0.5, chest], 1).astype(np.float64)
    return bones, weights / weights.sum(1, keepdims=True)
