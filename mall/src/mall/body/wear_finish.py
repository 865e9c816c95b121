"""Finishes a garment: turned hems, places in its texture, shaded folds; and makes it a part of the figure."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part, Shade
from mall.domain.person import Colour

from . import wear_drape as drape
from . import wear_fields as where
from . import wear_shell as cut
from .wear_fit import Fit
from .wear_sew import Sewn
from .wear_shell import Shell
from .wear_solids import Solid

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
# The texture: the trunk fills the upper half, limbs the lower quarters. Metres that the trunk's half is high.
TOP, TRUNK_HIGH = 0.64, 1.08
LIMB_TOP, LEG_HIGH = 0.0, 0.84
ARM_FIRST, ARM_LONG = -0.6, 2.9
TURNED = 0.022  # metres of hem that are seen inside


class Cloth(NamedTuple):
    """Loose vertices on the standing body that will be one part."""

    standing: Array
    normals: Array
    uv: Array
    triangles: Ints
    weights: Array
    colour: Array


def linear(colour: Colour) -> Array:
    """Linear light of an sRGB colour."""
    c = np.asarray(colour, np.float64)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - the standard's own numbers


def finish(
    sewn: Sewn, thick: float = 0.003, turn: float = TURNED, *, legs: bool = False, seen: Ints | None = None
) -> Cloth:
    """A garment with its hems turned in, ready to be made a part.

    Args:
        sewn: the garment on the standing body.
        thick: of the cloth, metres.
        turn: how far the hems go in, metres.
        legs: what lies below the crotch is two legs, not a skirt.
        seen: the garment's triangles (k, 3) that other clothes do not cover; None: all.
    """
    normals = sewn.normals
    hemmed = _hemmed(sewn, normals, thick, turn)
    points, weights, shade, canon = hemmed.standing, hemmed.shell.weights, _folds(sewn), hemmed.shell.canon
    shade = np.concatenate([shade, np.full(len(points) - len(shade), 0.75)])
    smooth = cut.smooth_normals(points, hemmed.shell.triangles)
    faces = hemmed.shell.triangles
    if seen is not None:
        shown = np.zeros(len(points), bool)
        shown[seen] = True
        turned = faces[len(sewn.shell.triangles) :]
        faces = np.concatenate([seen, turned[_near(turned, len(sewn.standing), shown)]])
    corner, uv, triangles = _unwrap(canon, faces, legs=legs)
    colour = np.repeat(shade[corner][:, None], 3, 1)
    return Cloth(points[corner], smooth[corner], uv, triangles, weights[corner], colour)


def part(fit: Fit, cloth: Cloth, name: str, texture: str, shade: Shade = Shade.CLOTH, *, both: bool = True) -> Part:
    """Take cloth from the standing body back to the rest pose, as a part."""
    shell = Shell(cloth.standing, cloth.standing, cloth.weights, cloth.triangles)
    rest = fit.back(shell, cloth.standing)
    # Normals turn back with a point a little above.
    above = fit.back(shell, cloth.standing + cloth.normals * 1e-3) - rest
    normals = above / np.maximum(np.sqrt((above * above).sum(1, keepdims=True)), 1e-12)
    bones, weights = strongest(cloth.weights)
    return Part(
        name, shade, rest.astype(np.float32), normals.astype(np.float32), cloth.uv.astype(np.float32),
        cloth.triangles.astype(np.int32), bones, weights, cloth.colour.astype(np.float32),
        np.ones(len(rest), np.float32), texture, both,
    )  # fmt: skip


def strongest(weights: Array) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The four strongest bones (n, 4) of dense weights, and their shares (n, 4), rows of which sum to 1."""
    order = np.argsort(-weights, axis=1, kind="stable")[:, :4]
    best = np.take_along_axis(weights, order, 1)
    return order.astype(np.uint8), (best / best.sum(1, keepdims=True)).astype(np.float32)


def _near(turned: Ints, count: int, shown: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which triangles of turned hems (k, 3) belong to borders that are seen; `count` points are the cloth's own."""
    flags = shown.copy()
    for _ in range(2):  # the edge, then the inner side, learn from the ring before
        corner = flags[turned]
        old = turned < count
        hit = (corner & old).any(1) | (corner & ~old).any(1)
        flags[turned[hit][turned[hit] >= count]] = True
    return np.asarray(flags[turned].any(1))


def _hemmed(sewn: Sewn, normals: Array, thick: float, turn: float) -> Sewn:
    """Borders get an edge as thick as the cloth, and an inner side."""
    shell, standing = sewn.shell, sewn.standing
    inward = drape.inwards(standing, shell.triangles)
    stands, canons, weights, faces = [standing], [shell.canon], [shell.weights], [shell.triangles]
    count = len(standing)
    for loop in cut.borders(shell.triangles):
        normal, way = normals[loop], inward[loop]
        steps = (
            standing[loop] - way * thick * 0.3 - normal * thick,
            standing[loop] + way * turn - normal * (thick + 0.001),
        )
        rings = [loop]
        for ring in steps:
            rings.append(count + np.arange(len(loop)))
            count += len(loop)
            stands.append(ring)
            canons.append(shell.canon[loop])
            weights.append(shell.weights[loop])
        for a, d in pairwise(rings):
            b, c = np.roll(a, -1), np.roll(d, -1)
            faces += [np.stack([b, a, d], 1), np.stack([b, d, c], 1)]
    whole = Shell(np.concatenate(canons), np.concatenate(stands), np.concatenate(weights), np.concatenate(faces))
    return Sewn(whole, np.concatenate(stands))


def _folds(sewn: Sewn) -> Array:
    """Light in the folds: darker in valleys, lighter on ridges, (n,)."""
    points, triangles = sewn.standing, sewn.shell.triangles
    high = np.zeros(len(points))
    for rounds, size, weight in ((3, 0.0015, 0.05), (9, 0.005, 0.10)):
        smooth = drape.relaxed(points, triangles, 0.8, rounds)
        rise = ((points - smooth) * sewn.normals).sum(1)
        high += weight * np.tanh(rise / size)
    return np.clip(0.97 + high, 0.55, 1.2)


def _unwrap(canon: Array, triangles: Ints, *, legs: bool) -> tuple[Ints, Array, Ints]:
    """Places in the texture: which point each vertex comes from (n,), uv (n, 2), triangles."""
    arm, leg = where.on_arm(canon), where.on_leg(canon) & legs
    region = np.where(arm, 1, np.where(leg, 2, 0)) * np.where(canon[:, 1] < 0, -1, 1)
    of_triangle = np.median(region[triangles], axis=1).astype(np.int64)
    corners = triangles.ravel()
    regions = np.repeat(of_triangle, 3)
    uv = np.round(texture_place(canon[corners], regions), 6).reshape(-1, 3, 2)
    full = np.where(of_triangle == 0, 1.0, 0.5)[:, None]
    uv[..., 0] += np.where(uv[..., 0] < uv[..., 0].max(1, keepdims=True) - full / 2, full, 0.0)
    flat = uv.reshape(-1, 2)
    # A vertex for each point, region and side of the seam.
    keys = (corners * 16 + (regions + 2)) * 4 + np.floor(flat[:, 0] * 2).astype(np.int64)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return corners[first], flat[first], inverse.reshape(-1, 3).astype(np.int64)


def texture_place(canon: Array, region: Ints) -> Array:
    """Where in the texture canonical places (n, 3) lie; region: 0 trunk, 1 and -1 arms, 2 and -2 legs. (n, 2)."""
    x, y, z = canon.T
    # Over the shoulders the way goes on, though not upwards.
    over = 0.6 * where.step(z, 0.42, 0.54) * np.maximum(0.10 - np.abs(x - 0.02), 0.0)
    trunk = np.stack([0.5 + np.arctan2(y, x - 0.03) / (2 * np.pi), (TOP - z - over) / TRUNK_HIGH * 0.5], 1)
    side = np.sign(region)
    heights = (where.FLOOR, where.ANKLE, where.KNEE, 0.05)
    middle_x = np.interp(z, heights, (0.0, -0.001, 0.032, 0.012))
    middle_y = np.interp(z, heights, (0.22, 0.22, 0.158, 0.11))
    turn = np.arctan2(np.abs(y) - middle_y, x - middle_x)
    leg = np.stack([0.25 + turn / (4 * np.pi), 0.5 + 0.5 * (LIMB_TOP - z) / LEG_HIGH], 1)
    share = where.arm_share(canon)
    a, b, c = where.ARM
    along = np.where((share < 1)[:, None], a + share[:, None] * (b - a), b + (share - 1)[:, None] * (c - b))
    off = canon * np.where(y < 0, -1.0, 1.0)[:, None] ** np.array([0, 1, 0]) - along
    turn = np.arctan2(off @ np.array([0.0, 0.75, 0.66]), off[:, 0])
    arm = np.stack([0.25 + turn / (4 * np.pi), 0.5 + 0.5 * (share - ARM_FIRST) / ARM_LONG], 1)
    limb = np.where((np.abs(region) == 1)[:, None], arm, leg)
    limb[:, 0] += np.where(side < 0, 0.5, 0.0)
    return np.where((region == 0)[:, None], trunk, limb)


def rigid(solid: Solid, weights: Array, colour: Array, name: str, shade: Shade) -> Part:
    """A solid at rest as a part of its own colours, with edges kept where it is sharp.

    Args:
        solid: points at rest.
        weights: (n, b) dense.
        colour: (n, 3) or (3,) linear light.
        name: of the part.
        shade: how it takes light.
    """
    bones, shares = strongest(weights)
    normals = cut.smooth_normals(solid.points, solid.triangles)
    count = len(solid.points)
    return Part(
        name, shade, solid.points.astype(np.float32), normals.astype(np.float32), np.zeros((count, 2), np.float32),
        solid.triangles.astype(np.int32), bones, shares, np.broadcast_to(colour, (count, 3)).astype(np.float32),
        np.ones(count, np.float32),
    )  # fmt: skip
