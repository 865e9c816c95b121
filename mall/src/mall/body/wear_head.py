"""What is worn on head and neck: caps, beanies, glasses, scarves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part, Shade
from mall.domain.person import Colour, Garment

from . import wear_drape as drape
from . import wear_finish as finishing
from . import wear_hull as hull
from . import wear_shell as cut
from . import wear_solids as solids
from .mesh import triangles_of
from .shape import Body
from .wear_fit import Fit
from .wear_sew import Sewn
from .wear_shell import Shell
from .wear_solids import Solid

Array = NDArray[np.float64]
BANDS = {"cap": 0.772, "beanie": 0.755}  # canonical height of the band at the ears; hair above it lies flat
SLOPE = 0.16  # the band rises towards the brow
FRAMES = {"round": 2.0, "square": 4.5, "thin": 2.6}  # how square the rims are


def _dome(fit: Fit, kind: str, thick: float) -> Sewn:
    """The head above the band, widened and smoothed until ears and brow no longer show."""
    faces = triangles_of(fit.body.mesh.faces["body"].vertices).astype(np.int64)
    whole = Shell(fit.canon, fit.standing, fit.weights, faces)
    shell = cut.clip(cut.compact(whole), fit.canon[np.unique(faces)] @ [-SLOPE, 0, 1] - BANDS[kind])
    points = shell.rest
    middle = points.mean(0) * (1, 1, 0) + (0, 0, points[:, 2].min())
    away = points - middle
    away /= np.sqrt((away * away).sum(1, keepdims=True))
    ear = np.abs(shell.canon[:, 1]) - 0.070
    points = points - np.sign(points[:, 1:2]) * np.array([0, 1, 0]) * np.clip(ear, 0, 1)[:, None] * fit.scale
    points = points + away * thick * fit.scale
    points = drape.relaxed(points, shell.triangles, 0.6, 8)
    skull = drape.Obstacle.of(shell.rest, cut.smooth_normals(shell.rest, shell.triangles))
    flat = np.clip(1 - 30 * np.maximum(ear + 0.006, 0), 0.15, 1)
    points, _ = skull.push(points, thick * 0.75 * fit.scale * flat)
    points = drape.relaxed(points, shell.triangles, 0.6, 3)
    return Sewn(Shell(shell.canon, points, shell.weights, shell.triangles), points)


def _coloured(sewn: Sewn, colour: Array, thick: float) -> finishing.Cloth:
    cloth = finishing.finish(sewn, thick, 0.012)
    return cloth._replace(colour=cloth.colour * colour)


def beanie(fit: Fit, garment: Garment) -> list[Part]:
    """A knitted hat with a turned-up edge and ribs."""
    size = fit.scale
    sewn = _dome(fit, "beanie", 0.016)
    canon = sewn.shell.canon
    high = (canon[:, 2] - canon[:, 2].min()) / np.ptp(canon[:, 2])
    turn = np.arctan2(canon[:, 1], canon[:, 0] - 0.01)
    points = sewn.standing + sewn.normals * ((0.0012 * np.sin(turn * 44) + 0.004 * (high < 0.38)) * size)[:, None]  # noqa: PLR2004
    points[:, 2] += 0.016 * size * high**2
    cloth = _coloured(Sewn(sewn.shell, points), finishing.linear(garment.colour), 0.004)
    ribs = 0.82 + 0.18 * np.cos(np.arctan2(cloth.standing[:, 1], cloth.standing[:, 0] - points[:, 0].mean()) * 44)
    return [finishing.part(fit, cloth._replace(colour=cloth.colour * ribs[:, None]), "beanie", "")]


def cap(fit: Fit, garment: Garment) -> list[Part]:
    """A cap with a peak."""
    size = fit.scale
    sewn = _dome(fit, "cap", 0.012)
    colour = finishing.linear(garment.colour)
    points = sewn.standing
    low = points[np.argsort(points[:, 0])[-12:]].mean(0)
    across = np.linspace(-1, 1, 17)
    half = 0.072 * size
    inner = np.stack(
        [low[0] - 0.004 - 0.030 * size * np.abs(across) ** 2.2, across * half, low[2] - 0.006 * across**2], 1
    )
    rows = []
    for k, far in enumerate(np.linspace(0, 1, 6)):
        row = inner.copy()
        row[:, 0] += far * 0.068 * size * np.sqrt(np.clip(1 - 0.75 * across**2, 0, 1))
        row[:, 2] += -far * 0.016 * size - 0.018 * size * across**2 * far + 0.002 * (k == 0)
        rows.append(row)
    upper = np.array(rows)
    lower = upper[::-1] - (0, 0, 0.004)
    peak = solids.sheet(np.concatenate([upper, lower]), closed=False)
    peak = Solid(peak.points, peak.triangles)
    names = fit.body.skeleton.names
    weights = np.zeros((len(peak.points), len(names)))
    weights[:, names.index("head")] = 1
    normals = cut.smooth_normals(peak.points, peak.triangles)
    tone = np.broadcast_to(finishing.linear(garment.second) * 0.0 + colour * 0.8, peak.points.shape).copy()
    brim = finishing.Cloth(peak.points, normals, np.zeros((len(tone), 2)), peak.triangles, weights, tone)
    return [
        finishing.part(fit, _coloured(sewn, colour, 0.003), "cap", ""), finishing.part(fit, brim, "cap-peak", ""),
    ]  # fmt: skip


def scarf(fit: Fit, garment: Garment) -> list[Part]:
    """Wound around the neck twice, its end on the chest."""
    size = fit.scale
    neck, shoulder = fit.joint("neck"), fit.joint("spine-1")
    near = fit.points[np.abs(fit.points[:, 2] - neck[2] + 0.012 * size) < 0.02 * size]
    near = near[np.abs(near[:, 1]) < 0.12 * size]
    turn, outline = hull.outline(near[:, :2], 0.020 * size, 40)
    names = fit.body.skeleton.names
    pieces = []
    for number, (high, fat, phase) in enumerate(((-0.012, 0.030, 0.0), (0.018, 0.024, 2.0))):
        path = np.concatenate([outline * (1.0 - 0.10 * number), np.zeros((40, 1))], 1)
        path[:, :2] += (1 - (1.0 - 0.10 * number)) * outline.mean(0)
        path[:, 2] = neck[2] + (high + 0.014 * np.sin(turn + phase) - 0.030 * np.cos(turn)) * size
        path = np.concatenate([path, path[:2]])
        wide = fat * size * (1 + 0.14 * np.sin(np.linspace(0, 31, len(path)) + phase))
        pieces.append(solids.ribbon(path, wide, wide * 0.72, np.tile([0.0, 0.0, 1.0], (len(path), 1)), 10))
    fall = np.linspace(0, 1, 14)
    start = np.array([outline[:, 0].max() - 0.01, 0.045 * size, neck[2] - 0.05 * size])
    path = start + np.stack([0.04 * np.sin(fall * 1.5), 0.02 * fall, -0.36 * fall], 1) * size
    path[:, 0] = np.maximum.accumulate(fit.front(path, 0.05) + 0.010)
    across = np.tile([0.15, 1.0, 0.0], (14, 1))
    end = solids.ribbon(path, (0.040 + 0.012 * np.sin(fall * 9)) * size, 0.008 * size, across, 10)
    solid = solids.joined(*pieces, end)
    weights = np.zeros((len(solid.points), len(names)))
    high = np.clip((solid.points[:, 2] - shoulder[2]) / np.maximum(neck[2] - shoulder[2], 1e-6), 0, 1)
    weights[:, names.index("neck01")] = 0.5 * high
    weights[:, names.index("spine01")] = 1 - 0.5 * high
    angle = np.arctan2(solid.points[:, 1], solid.points[:, 0])
    stripe = 0.5 + 0.5 * np.tanh(6 * np.sin(angle * 9 + solid.points[:, 2] * 60))
    a, b = finishing.linear(garment.colour), finishing.linear(garment.second)
    share = stripe[:, None] if garment.pattern in {"stripes", "check"} else np.zeros((len(stripe), 1))
    normals = cut.smooth_normals(solid.points, solid.triangles)
    weave = 0.86 + 0.14 * np.sin(np.arange(len(stripe)) * 2.1)[:, None]
    colour = (a * (1 - share) + b * share) * weave
    cloth = finishing.Cloth(solid.points, normals, np.zeros((len(stripe), 2)), solid.triangles, weights, colour)
    return [finishing.part(fit, cloth, "scarf", "", both=False)]


def under_hat(fit: Fit, kind: str) -> NDArray[np.bool_]:
    """Vertices of the head that a hat covers; none for what is no hat."""
    if kind not in BANDS:
        return np.zeros(len(fit.canon), bool)
    return np.asarray(fit.canon @ [-SLOPE, 0, 1] > BANDS[kind] + 0.006)


HEADWEAR: dict[str, Callable[[Fit, Garment], list[Part]]] = {"cap": cap, "beanie": beanie, "scarf": scarf}


def glasses(body: Body, style: str, colour: Colour) -> Part:
    """Glasses of a body at rest, on the head bone.

    Args:
        body: at rest.
        style: round, square or thin.
        colour: of the frame, sRGB.

    Raises:
        ValueError: there is no such style.
    """
    if style not in FRAMES:
        problem = f"there are no {style} glasses; known: {', '.join(FRAMES)}"
        raise ValueError(problem)
    points, groups = body.points, body.mesh.groups
    eyes = [points[groups[f"helper-{side}-eye"]] for side in "lr"]
    apart = float(eyes[0].mean(0)[1] - eyes[1].mean(0)[1])
    unit = apart / 0.063
    skin = points[groups["body"]]
    middle = (eyes[0].mean(0) + eyes[1].mean(0)) / 2
    wire = 0.0011 if style == "thin" else 0.0019
    front = max(float(eye[:, 0].max()) for eye in eyes) + 0.010 * unit
    turn = np.linspace(0, 2 * np.pi, 29)
    pieces: list[Solid] = []
    for sign in (1.0, -1.0):
        cosine, sine = np.cos(turn), np.sin(turn)
        power = 2 / FRAMES[style]
        y = np.sign(cosine) * np.abs(cosine) ** power * 0.0245 * unit
        z = np.sign(sine) * np.abs(sine) ** power * (0.0205 if style == "round" else 0.0175) * unit
        x = front - 0.004 * unit * (np.abs(y) / (0.0245 * unit)) * (y * sign > 0) - 0.10 * z
        centre_y = sign * apart / 2
        pieces.append(solids.tube(np.stack([x, centre_y + y, middle[2] - 0.002 * unit + z], 1), wire * unit, 6))
        side = sign * (apart / 2 + 0.0245 * unit)
        ear = _ear(skin, middle, sign, unit)
        hinge = np.array([front - 0.005 * unit, side, middle[2] + 0.004 * unit])
        bend = np.array([ear[0] - 0.004 * unit, ear[1], ear[2]])
        path = np.stack([hinge, hinge * 0.5 + bend * 0.5 + (0, sign * 0.004 * unit, 0), bend,
                         bend + np.array([-0.012, -sign * 0.002, -0.020]) * unit])  # fmt: skip
        pieces.append(solids.ribbon(path, wire * 1.3 * unit, wire * 0.8 * unit, np.tile([0.0, 0, 1], (4, 1)), 6))
    inner = apart / 2 - 0.0245 * unit
    bridge = np.array([[front, inner, middle[2] + 0.004 * unit], [front + 0.003 * unit, 0, middle[2] + 0.008 * unit],
                       [front, -inner, middle[2] + 0.004 * unit]])  # fmt: skip
    pieces.append(solids.tube(bridge, wire * unit, 6))
    solid = solids.joined(*pieces)
    weights = np.zeros((len(solid.points), len(body.skeleton.names)))
    weights[:, body.skeleton.names.index("head")] = 1
    return finishing.rigid(solid, weights, finishing.linear(colour), "glasses", Shade.LEATHER)


def _ear(skin: Array, middle: Array, sign: float, unit: float) -> Array:
    """Where the temple rests: beside the head over the ear's root."""
    near = skin[(np.abs(skin[:, 2] - middle[2] - 0.006 * unit) < 0.008 * unit) & (skin[:, 1] * sign > 0)]
    x = middle[0] - 0.085 * unit
    close = near[np.abs(near[:, 0] - x) < 0.012 * unit]
    y = float(np.median(np.abs(close[:, 1]))) if len(close) else 0.075 * unit
    return np.array([x, sign * (y + 0.003 * unit), middle[2] + 0.006 * unit])
