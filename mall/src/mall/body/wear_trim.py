"""What is sewn onto clothes: neckbands, collars, lapels, hoods, zips; swept along borders or copied off the cloth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from . import wear_drape as drape
from . import wear_fields as where
from . import wear_hull as hull
from . import wear_shell as cut
from . import wear_solids as solids
from .wear_finish import Cloth, finish
from .wear_fit import Fit
from .wear_sew import Sewn
from .wear_shell import Shell
from .wear_solids import Solid

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Trim = Callable[[Fit, Sewn], list[Cloth]]


def neck_loop(sewn: Sewn, count: int = 56) -> tuple[Array, Array, Array]:
    """The neckline: points (count, 3) evenly around, angles (count,) from the front, anticlockwise, weights (count, b).

    Open fronts are bridged.
    """
    canon = sewn.shell.canon
    rim = np.unique(np.concatenate(cut.borders(sewn.shell.triangles)))
    high = rim[(canon[rim, 2] > 0.44) & ~where.on_arm(canon[rim]) & (np.abs(canon[rim, 1]) < 0.17)]  # noqa: PLR2004
    middle = np.array([0.02, 0.0])
    angle = np.arctan2(canon[high, 1] - middle[1], canon[high, 0] - middle[0])
    # Where an open front leaves several heights at one angle, the highest counts.
    order = np.argsort(angle, kind="stable")
    high, angle = high[order], angle[order]
    at = np.linspace(-np.pi, np.pi, count, endpoint=False)
    rows = []
    for turn in at:
        apart = np.abs((angle - turn + np.pi) % (2 * np.pi) - np.pi)
        close = np.flatnonzero(apart < max(0.16, float(apart.min()) + 1e-9))
        rows.append(high[close[np.argmax(canon[high[close], 2])]])
    points = sewn.standing[rows]
    points = ndimage.gaussian_filter1d(points, 1.2, axis=0, mode="wrap")
    return points, at, ndimage.gaussian_filter1d(sewn.shell.weights[rows], 1.0, axis=0, mode="wrap")


def swept(fit: Fit, sewn: Sewn, profile: Callable[[Array], Array], gap: float = 0.0, hue: float = 1.0,
          span: float = np.pi) -> Cloth:  # fmt: skip
    """A strip along the neckline.

    Args:
        fit: the body.
        sewn: whose neckline it follows.
        profile: angles (k,) to offsets (k, rows, 2): outwards and up, metres on a grown-up.
        gap: kept from the body where positive.
        hue: brightness against the garment.
        span: angles from the back that it covers on either side; less than pi leaves an opening in front.
    """
    points, angle, weights = neck_loop(sewn)
    back = np.abs((angle + 2 * np.pi) % (2 * np.pi) - np.pi)
    order = np.argsort((angle + 2 * np.pi) % (2 * np.pi), kind="stable")
    order = order[back[order] <= span]
    closed = span >= np.pi
    middle = points.mean(0)
    out = points - middle
    out[:, 2] = 0
    out /= np.sqrt((out * out).sum(1, keepdims=True))
    moves = profile(angle)[order] * fit.scale
    grid = points[order][:, None] + out[order][:, None] * moves[..., :1]
    grid[..., 2] += moves[..., 1]
    rows = grid.shape[1]
    if gap:
        flat, _ = fit.obstacle().push(grid.reshape(-1, 3), np.full(grid.size // 3, gap))
        grid = flat.reshape(grid.shape)
    solid = solids.sheet(np.swapaxes(grid, 0, 1), closed=closed)
    normals = cut.smooth_normals(solid.points, solid.triangles)
    u = np.tile(angle[order] / (2 * np.pi) + 0.5, rows)
    v = np.repeat(np.linspace(0.002, 0.03, rows), len(order))
    colour = np.full((len(solid.points), 3), hue)
    return Cloth(
        solid.points, normals, np.stack([u, v], 1), solid.triangles, np.tile(weights[order], (rows, 1)), colour
    )


def _front(angle: Array) -> Array:
    """1 in front, 0 behind."""
    return 0.5 + 0.5 * np.cos(angle)


def _profile(*rows: tuple[float | Array, float | Array]) -> Callable[[Array], Array]:
    def at(angle: Array) -> Array:
        return np.stack([np.stack([np.broadcast_to(np.asarray(v), angle.shape) for v in row], -1) for row in rows], 1)

    return at


def neckband(fit: Fit, sewn: Sewn) -> list[Cloth]:
    """The ribbed band of tees and sweaters: a roll along the neckline."""
    rows = (
        (-0.002, -0.012),
        (0.004, -0.009),
        (0.0045, -0.003),
        (0.001, 0.006),
        (-0.004, 0.011),
        (-0.008, 0.006),
        (-0.007, -0.004),
    )
    return [swept(fit, sewn, _profile(*rows), hue=0.88)]


def collar(fit: Fit, sewn: Sewn) -> list[Cloth]:
    """A shirt's collar: it stands, folds over, and ends in two points in front."""

    def at(angle: Array) -> Array:
        point = np.exp(-(((np.pi - np.abs((angle % (2 * np.pi)) - np.pi)) / 0.5) ** 2))
        deep = 0.002 + 0.020 * point
        fall = -0.012 - 0.030 * point
        return _profile(
            (-0.001, -0.006), (-0.004, 0.012), (-0.003, 0.019), (0.002, 0.021), (0.007, 0.015),
            (0.010 + deep * 0.4, 0.002),
            (0.013 + deep, fall), (0.010 + deep, fall - 0.002), (0.007 + deep * 0.4, -0.002),
        )(angle)  # fmt: skip

    return [swept(fit, sewn, at, 0.005, 1.04, span=np.pi - 0.16)]


def stand(fit: Fit, sewn: Sewn) -> list[Cloth]:
    """A padded collar that stands up to the chin, and a zip."""
    rows = (
        (0.006, -0.014), (0.016, 0.0), (0.016, 0.020), (0.012, 0.042), (0.006, 0.052), (-0.002, 0.048), (-0.006, 0.030),
        (-0.006, 0.0),
    )  # fmt: skip
    return [swept(fit, sewn, _profile(*rows), hue=0.95, span=np.pi - 0.07)]


def hood(fit: Fit, sewn: Sewn) -> list[Cloth]:
    """A hood that lies on the back: a thick roll around the neck, a sack behind."""

    def at(angle: Array) -> Array:
        behind = (1 - _front(angle)) ** 1.5
        fold = 0.006 * np.sin(angle * 7)
        far, low = 0.022 + 0.050 * behind + fold, -0.012 - 0.150 * behind
        return _profile(
            (-0.006, -0.010), (-0.010, 0.016 + 0.014 * behind), (0.000, 0.030 + 0.026 * behind),
            (0.014 + 0.02 * behind, 0.028 + 0.020 * behind), (far * 0.9 + 0.012 * behind, 0.004 - 0.02 * behind),
            (far + 0.018 * behind, low * 0.55), (far * 0.85, low), (far * 0.45, low - 0.016 * behind),
            (0.004, low * 0.8),
        )(angle)  # fmt: skip

    made = [swept(fit, sewn, at, 0.004, 0.95)]
    points, angle, weights = neck_loop(sewn)
    for side in (0.22, -0.22):
        row = int(np.argmin(np.abs(angle - side)))
        start = points[row] + np.array([0.014, 0, 0.0]) * fit.scale
        path = start + np.stack([np.full(9, 0.004), np.zeros(9), -np.linspace(0, 0.17, 9)], 1) * fit.scale
        path, _ = fit.obstacle().push(path, np.full(9, 0.022))
        made.append(plain_cloth(solids.tube(path, 0.0032 * fit.scale, 6), weights[row], 1.7))
    return made


def plain_cloth(solid: Solid, weights: Array, hue: float) -> Cloth:
    """A solid on the standing body in the garment's own colour; weights (b,) or (n, b)."""
    count = len(solid.points)
    normals = cut.smooth_normals(solid.points, solid.triangles)
    full = np.broadcast_to(weights, (count, weights.shape[-1])).copy()
    return Cloth(solid.points, normals, np.full((count, 2), 0.004), solid.triangles, full, np.full((count, 3), hue))


def patch(sewn: Sewn, keep: Array, lift: float, hue: float, thick: float = 0.002) -> Cloth | None:
    """A piece cut out of the garment once more and laid over it; `keep` (n,) is positive where."""
    flat = Shell(sewn.shell.canon, sewn.standing + sewn.normals * lift, sewn.shell.weights, sewn.shell.triangles)
    if not (keep > 0).any():
        return None
    piece = cut.clip(flat, keep)
    if len(piece.triangles) < 4:  # noqa: PLR2004 - nothing to see
        return None
    cloth = finish(Sewn(piece, piece.rest), thick, 0.006)
    return cloth._replace(colour=cloth.colour * hue)


def lapels(fit: Fit, sewn: Sewn) -> list[Cloth]:
    """Lapels folded back along an open front, with a notch, and the collar behind."""
    canon = sewn.shell.canon
    y, z = np.abs(canon[:, 1]), canon[:, 2]
    rim = _front_edge(sewn)
    inner = np.interp(z, rim[:, 1], rim[:, 0])
    low, notch = rim[:, 1].min() + 0.42 * np.ptp(rim[:, 1]), 0.445
    low = max(low, 0.10)
    wide = 0.082 * np.clip((z - low) / (notch - 0.03 - low), 0, 1) ** 0.8
    wide = np.where(z > notch, 0.052, wide)
    bite = np.clip((0.022 - np.abs(z - notch - 0.004)) / 0.022, 0, 1) * 0.05
    keep = np.minimum(wide - (y - inner), np.where((canon[:, 0] > 0.02) & (z < 0.56) & ~where.on_arm(canon), 1, -1))  # noqa: PLR2004
    keep = np.minimum(keep, wide - bite - (y - inner))
    made = [c for c in (patch(sewn, np.minimum(keep, z - low), 0.009, 1.18, 0.003),) if c]

    def at(angle: Array) -> Array:
        side = 1 - _front(angle) ** 2
        return _profile(
            (-0.003, -0.004), (-0.006, 0.022), (0.0, 0.032), (0.010, 0.026), (0.016 + 0.012 * side, 0.0),
            (0.020 + 0.02 * side, -0.030), (0.016 + 0.02 * side, -0.032), (0.012, -0.004),
        )(angle)  # fmt: skip

    return [*made, swept(fit, sewn, at, 0.006, 1.03, span=np.pi - 0.85)]


def _front_edge(sewn: Sewn) -> Array:
    """(k, 2): how far the open front's edge lies from the middle, by canonical height, rising."""
    canon = sewn.shell.canon
    rim = np.unique(np.concatenate(cut.borders(sewn.shell.triangles)))
    edge = canon[rim][(canon[rim, 0] > 0.02) & (np.abs(canon[rim, 1]) < 0.12)]  # noqa: PLR2004
    edge = edge[edge[:, 1] > 0]
    edge = edge[np.argsort(edge[:, 2], kind="stable")]
    return np.stack([edge[:, 1], edge[:, 2]], 1)


def ties(fit: Fit, sewn: Sewn) -> list[Cloth]:
    """An apron's strap around the neck and its band around the waist."""
    canon, size = sewn.shell.canon, fit.scale
    made = []
    corners = [int(np.argmax(canon[:, 2] + 0.5 * side * canon[:, 1])) for side in (1.0, -1.0)]
    neck = fit.joint("neck")
    turn = np.linspace(0, np.pi, 25)
    ends = sewn.standing[corners]
    arch = np.stack([neck[0] + 0.01 - 0.075 * np.sin(turn) * size, np.cos(turn) * 0.085 * size,
                     neck[2] - 0.045 * size + 0.02 * np.sin(turn) * size], 1)  # fmt: skip
    path = np.concatenate([np.linspace(ends[0], arch[0], 8)[:-1], arch, np.linspace(arch[-1], ends[1], 8)[1:]])
    pusher = fit.obstacle()
    for _ in range(3):
        path, _ = pusher.push(path, np.full(len(path), 0.006))
        path[1:-1] = 0.25 * path[:-2] + 0.5 * path[1:-1] + 0.25 * path[2:]
    names = fit.body.skeleton.names
    made.append(plain_cloth(solids.ribbon(path, 0.010 * size, 0.0015, np.tile([0.0, 0.3, 1.0], (len(path), 1)), 4),
                            _on(names, {"spine01": 1.0}), 0.8))  # fmt: skip
    waist = fit.joint("spine-3")[2]
    near = fit.points[(np.abs(fit.points[:, 2] - waist) < 0.012) & ~where.on_arm(fit.canons)]  # noqa: PLR2004
    _, ring = hull.outline(near[:, :2], 0.004, 48)
    band = np.concatenate([ring, np.full((48, 1), waist)], 1)
    band = np.concatenate([band, band[:2]])
    solid = solids.ribbon(band, 0.012 * size, 0.002, np.tile([0.0, 0.0, 1.0], (50, 1)), 4)
    made.append(plain_cloth(solid, _on(names, {"spine03": 0.5, "spine04": 0.5}), 0.85))
    return made


def _on(names: tuple[str, ...], bones: dict[str, float]) -> Array:
    weights = np.zeros(len(names))
    for bone, share in bones.items():
        weights[names.index(bone)] = share
    return weights


TRIMS: dict[str, Trim] = {
    "band": neckband,
    "collar": collar,
    "stand": stand,
    "hood": hood,
    "lapels": lapels,
    "ties": ties,
}
QUILT = 0.075  # metres between the seams of a padded jacket


def quilted(sewn: Sewn) -> Sewn:
    """Padding between seams: rolls around trunk and sleeves."""
    canon = sewn.shell.canon
    share = where.arm_share(canon)
    down = np.where(where.on_arm(canon), 0.30 + share * 0.25, 0.64 - canon[:, 2])
    roll = np.abs(np.sin(np.pi * down / QUILT)) ** 0.6
    flat = drape.relaxed(sewn.standing, sewn.shell.triangles, 0.5, 2)
    standing = flat + sewn.normals * ((roll - 0.35) * 0.017)[:, None]
    return Sewn(sewn.shell, standing)
