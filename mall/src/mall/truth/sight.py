"""Who hides whom: a coarse depth picture of one camera, made without any renderer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter

from mall.domain.lens import NEAR, SIZE, View
from mall.domain.place import SOLIDS, Solid, Stuff
from mall.domain.rays import through

Array = NDArray[np.float64]
CELL = 3  # pixels: the side of a cell
GRID = (SIZE[0] // CELL, SIZE[1] // CELL)  # cells across and down
SKIN = 2.0  # square metres of a body with clothes: tells how far apart points on it lie
SLACK = 0.12  # metres by which a face may lie behind what its own head shows
FAR_OUT = 1  # how many pictures beyond its border a body is followed
PROP_SPACING = 0.12  # metres


@dataclass(frozen=True, slots=True)
class Patch:
    """A body in cells.

    Attributes:
        column, row: of its top left cell; may lie outside the picture.
        mask: (h, w) cells that it covers. depth: (h, w) metres along the axis, of its front.
        behind: share of the body that lies behind the camera.
    """

    column: int
    row: int
    mask: NDArray[np.bool_]
    depth: Array
    behind: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What a camera sees at one time.

    Attributes:
        near: (rows, columns) metres to what each cell shows.
        who: (rows, columns) index of the body that it shows; -1: a solid or nothing, -2: a prop.
        shares: (n,) visible share of each body's silhouette. walled: (n,) whether solids or the border hide all of it.
    """

    near: Array
    who: NDArray[np.int64]
    shares: Array
    walled: NDArray[np.bool_]


def look(view: View, bodies: Sequence[Array], props: Sequence[Array] = (), solids: tuple[Solid, ...] = SOLIDS) -> Seen:
    """Find out how much of everybody a camera sees.

    Args:
        view: the camera.
        bodies: (k, 3) points on the outside of each body, metres; all the bodies that are about.
        props: likewise of things that hide people and are not people.
        solids: what stands in the mall; glass hides nobody.
    """
    wall = solid_depth(view, solids)
    near, who = wall.copy(), np.full(wall.shape, -1)
    patches = [patch(view, points, (SKIN / max(len(points), 1)) ** 0.5) for points in bodies]
    for points in props:
        _put(near, who, patch(view, points, PROP_SPACING), -2)
    for index, body in enumerate(patches):
        _put(near, who, body, index)
    shares, walled = np.zeros(len(patches)), np.ones(len(patches), np.bool_)
    for index, body in enumerate(patches):
        if body is None:
            continue
        inside, ours = _window(body)
        free = body.mask[ours] & (body.depth[ours] < wall[inside])
        walled[index] = not free.any()
        shares[index] = (who[inside] == index).sum() / body.mask.sum() * (1 - body.behind)
    return Seen(near, who, shares, walled)


def patch(view: View, points: Array, spacing: float) -> Patch | None:
    """A body in cells; None when it is behind the camera or far outside the picture.

    Args:
        view: the camera.
        points: (k, 3) on the body's outside, metres.
        spacing: how far apart they lie, metres.
    """
    pixels, depth = view.project(points)
    ahead = depth > NEAR
    if not ahead.any():
        return None
    cells = np.floor(pixels[ahead] / CELL).astype(np.int64)
    low = np.maximum(cells.min(0), -FAR_OUT * np.array(GRID))
    high = np.minimum(cells.max(0), (1 + FAR_OUT) * np.array(GRID))
    if (low >= GRID).any() or (high < 0).any():
        return None
    cells = np.clip(cells, low, high)
    # Closing by this radius fills the gaps between points and leaves the outline where it is.
    reach = int(np.ceil(0.75 * spacing * view.focal / max(float(np.median(depth[ahead])), NEAR) / CELL))
    corner = low - reach
    wide, tall = (high - low + 1 + 2 * reach).tolist()
    front = np.full((tall, wide), np.inf)
    at = cells - corner
    np.minimum.at(front, (at[:, 1], at[:, 0]), depth[ahead])
    size = 2 * reach + 1
    filled = minimum_filter(maximum_filter(np.isfinite(front), size, mode="constant"), size, mode="constant")
    front = minimum_filter(front, size, mode="constant", cval=np.inf)
    return Patch(int(corner[0]), int(corner[1]), filled, front, float((~ahead).mean()))


def seen_points(view: View, seen: Seen, points: Array, owner: int) -> NDArray[np.bool_]:
    """Which points (k, 3) of a body are in the picture and not hidden, but by the body itself."""
    pixels, depth = view.project(points)
    cells = np.floor(pixels / CELL).astype(np.int64)
    inside = (depth > NEAR) & ((cells >= 0) & (cells < GRID)).all(-1)
    column, row = np.clip(cells[:, 0], 0, GRID[0] - 1), np.clip(cells[:, 1], 0, GRID[1] - 1)
    return np.asarray(inside & ((seen.who[row, column] == owner) | (depth <= seen.near[row, column] + SLACK)))


@lru_cache(maxsize=32)
def solid_depth(view: View, solids: tuple[Solid, ...] = SOLIDS) -> Array:
    """Metres along the axis to the nearest solid that hides, (rows, columns) of cells; infinite where there is none."""
    rays, at = cell_rays(view), np.asarray(view.at)
    nearest = np.full(rays.shape[:2], np.inf)
    for solid in solids:
        if solid.stuff is Stuff.GLASS:
            continue
        enter, leave = through(at, rays, solid)
        hit = (enter <= leave) & (enter > NEAR)
        nearest[hit] = np.minimum(nearest[hit], enter[hit])
    nearest.setflags(write=False)
    return nearest


def cell_rays(view: View) -> Array:
    """World directions (rows, columns, 3) through the cells' centres, as long as one metre along the axis."""
    columns, rows = (np.arange(count) * CELL + CELL / 2 for count in GRID)
    bent = (np.stack(np.meshgrid(columns, rows), -1) - np.array(SIZE) / 2) / view.focal
    unit = (2 * view.focal / SIZE[0]) ** 2
    flat = bent
    for _ in range(20):  # the lens' bend is small: this settles long before
        flat = bent / (1 + view.barrel * (flat**2).sum(-1, keepdims=True) * unit)
    right, down, ahead = view.turn()
    return np.asarray(flat[..., :1] * right + flat[..., 1:] * down + ahead)


def _put(near: Array, who: NDArray[np.int64], body: Patch | None, index: int) -> None:
    if body is None:
        return
    inside, ours = _window(body)
    closer = body.mask[ours] & (body.depth[ours] < near[inside])
    near[inside][closer] = body.depth[ours][closer]
    who[inside][closer] = index


def _window(body: Patch) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """The part of a patch that is in the picture: where it is there, and where in the patch."""
    tall, wide = body.mask.shape
    top, left = max(body.row, 0), max(body.column, 0)
    bottom, right = max(min(body.row + tall, GRID[1]), top), max(min(body.column + wide, GRID[0]), left)
    ours = slice(top - body.row, bottom - body.row), slice(left - body.column, right - body.column)
    return (slice(top, bottom), slice(left, right)), ours
