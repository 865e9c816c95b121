"""Shapes a body: sex, years, muscle, weight, height and the face family by the mesh's own targets, a face by seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Skeleton
from mall.domain.person import Build

from . import faces, source
from .mesh import BaseMesh, load, smooth_normals, to_world, triangles_of
from .rig import skeleton_of

Array = NDArray[np.float64]
FAMILIES = ("african", "asian", "caucasian")
PROPORTIONS = 0.65  # towards what the mesh calls ideal
# Years against stature in metres (women, men): medians of charts.
YEARS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20, 55, 70, 90)
WOMEN = (0.74, 0.86, 0.95, 1.03, 1.09, 1.15, 1.21, 1.27, 1.33, 1.38, 1.44, 1.50, 1.56, 1.59, 1.61, 1.62, 1.65, 1.64,
         1.61, 1.57)  # fmt: skip
MEN = (0.75, 0.87, 0.96, 1.03, 1.10, 1.16, 1.22, 1.28, 1.33, 1.39, 1.44, 1.49, 1.56, 1.63, 1.69, 1.73, 1.78, 1.77,
       1.74, 1.70)  # fmt: skip
SPREAD = 0.19  # from height 0 to height 1, as a share of the stature
BY_FAMILY = (1.0, 0.975, 1.0)
TALLNESS = 0.3  # how far the mesh's own height targets go: they change proportions, the chart sets the stature


@dataclass(frozen=True, slots=True)
class Body:
    """A shaped body at rest: standing at the origin, looking east, feet on z = 0; metres.

    Attributes:
        points: (19158, 3), helpers and joints with it. normals: (19158, 3), unit, smooth over each group.
        bones: (19158, 4) uint8. weights: (19158, 4) float32.
        height: of the bare body.
    """

    mesh: BaseMesh
    build: Build
    points: Array
    normals: Array
    skeleton: Skeleton
    bones: NDArray[np.uint8]
    weights: NDArray[np.float32]
    height: float


def make_body(build: Build) -> Body:
    """Shape a body and its skeleton.

    Raises:
        ModelError: the mesh cannot be had.
    """
    mesh = load()
    points = to_world(shaped(mesh, build))
    skin = points[mesh.groups["body"]]
    hips = (points[mesh.groups["joint-l-upper-leg"]].mean(0) + points[mesh.groups["joint-r-upper-leg"]].mean(0)) / 2
    points = points - (hips[0], 0.0, skin[:, 2].min())
    normals = smooth_normals(points, triangles_of(np.concatenate([f.vertices for f in mesh.faces.values()])))
    height = float(np.ptp(skin[:, 2]))
    return Body(mesh, build, points, normals, skeleton_of(mesh, points), mesh.bones, mesh.weights, height)


def shaped(mesh: BaseMesh, build: Build) -> Array:
    """Points (19158, 3) of the shaped body in the mesh's own frame, decimetres."""
    points = mesh.points.copy()
    for name, share in (*_macros(build), *faces.targets(build)):
        vertices, moves = source.target(name)
        points[vertices] += share * moves
    return points * _growth(mesh, points, build)


def _growth(mesh: BaseMesh, points: Array, build: Build) -> float:
    """The factor that gives a body the stature of its years; the mesh knows only four ages."""
    charts = [float(np.interp(build.years, YEARS, chart)) for chart in (WOMEN, MEN)]
    chart = charts[0] * (1 - build.male) + charts[1] * build.male
    family = float(np.dot(build.ancestry, BY_FAMILY))
    wanted = chart * family * (1 + SPREAD * (build.height - 0.5))
    return float(wanted / (np.ptp(points[mesh.groups["body"], 1]) * 0.1))


def _macros(build: Build) -> Iterator[tuple[str, float]]:
    """The targets of the whole body, and their shares."""
    known = frozenset(source.target_names())
    sexes = {"female": 1 - build.male, "male": build.male}
    for sex, by_sex in sexes.items():
        for age, by_age in _ages(build.years).items():
            share = by_sex * by_age
            for family, by_family in zip(FAMILIES, build.ancestry, strict=True):
                yield from _some(f"macrodetails/{family}-{sex}-{age}", share * by_family)
            for muscle, by_muscle in _three("muscle", build.muscle).items():
                for weight, by_weight in _three("weight", build.weight).items():
                    full = share * by_muscle * by_weight
                    kind = f"{sex}-{age}-{muscle}-{weight}"
                    yield from _some(f"macrodetails/universal-{kind}", full)
                    tall = TALLNESS * abs(2 * build.height - 1)
                    end = "max" if build.height > 0.5 else "min"  # noqa: PLR2004 - the average
                    yield from _some(f"macrodetails/height/{kind}-{end}height", full * tall)
                    ideal = f"macrodetails/proportions/{kind}-idealproportions"
                    if ideal in known:
                        yield from _some(ideal, full * (2 * PROPORTIONS - 1))


def _some(name: str, share: float) -> Iterator[tuple[str, float]]:
    if share > 1e-4:  # noqa: PLR2004 - less cannot be seen
        yield name, share


def _three(what: str, value: float) -> dict[str, float]:
    return {
        f"min{what}": max(0.0, 1 - 2 * value),
        f"average{what}": 1 - abs(2 * value - 1),
        f"max{what}": max(0.0, 2 * value - 1),
    }


def _ages(years: float) -> dict[str, float]:
    """Shares of the mesh's four ages."""
    shares = np.zeros(4)
    at = float(np.interp(years, (1, 10, 16, 26, 82), (0, 1, 2, 2, 3)))
    low = min(int(at), 2)
    shares[low], shares[low + 1] = 1 - (at - low), at - low
    return dict(zip(("baby", "child", "young", "old"), shares.tolist(), strict=True))
