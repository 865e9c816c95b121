"""Ways of tracks over the floor of a calibrated camera, as the points of paths."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from galleria.analytics.facts import Flags, Numbers, Places

from . import floor

# A way over a line: so many points, half a second apart, at this pace (metres a second).
_POINTS, _STEP, PACE = 13, 0.5, 1.2
LEAD = _POINTS // 2 * _STEP  # seconds before and after the line
_IN_ZONE = 8  # points of a stay
_SWAY = 0.25  # metres


def across(time: Numbers, x: Numbers, came: Flags, random: np.random.Generator) -> NDArray[np.object_]:
    """JSON of straight ways (n,) over the middle of the floor: towards the camera, or away from it."""
    steps = (np.arange(_POINTS) - _POINTS // 2) * _STEP
    ahead = np.where(came, PACE, -PACE)[:, None] * steps
    wobble = random.normal(0.0, 0.03, (len(time), _POINTS))
    y = floor.DEPTH / 2 + ahead
    return _texts(time[:, None] + steps, x[:, None] + wobble, np.clip(y, 0.1, floor.DEPTH - 0.1))


def along(time: Numbers, y: Numbers, right: Flags, random: np.random.Generator) -> NDArray[np.object_]:
    """JSON of ways (n,) past the line on its far side, from one side of the picture to the other."""
    steps = (np.arange(_POINTS) - _POINTS // 2) * _STEP
    ahead = np.where(right, PACE, -PACE)[:, None] * steps
    wobble = random.normal(0.0, 0.03, (len(time), _POINTS))
    return _texts(time[:, None] + steps, floor.WIDTH / 2 + ahead, y[:, None] + wobble)


def about(
    begin: Numbers, end: Numbers, at: tuple[Numbers, Numbers], counts: Places, random: np.random.Generator
) -> NDArray[np.object_]:
    """JSON of ways that stay at places, one after another.

    Args:
        begin: (k,) of each stay, in order of ways and time.
        end: (k,) likewise.
        at: (k,) where, metres.
        counts: (n,) of how many stays each way is made.
        random: draws.

    Returns:
        (n,) texts.
    """
    share = np.linspace(0.0, 1.0, _IN_ZONE)
    time = begin[:, None] + (end - begin)[:, None] * share
    x = np.clip(at[0][:, None] + random.normal(0.0, _SWAY, time.shape), 0.3, floor.WIDTH - 0.3)
    y = np.clip(at[1][:, None] + random.normal(0.0, _SWAY, time.shape), 0.9, floor.DEPTH - 0.7)
    u, v = floor.picture(x, y)
    points = np.stack((np.round(time, 2), u, v), axis=-1).reshape(-1, 3).tolist()
    ends = np.cumsum(counts) * _IN_ZONE
    found = np.empty(len(counts), object)
    begins = ends - counts * _IN_ZONE
    found[:] = [json.dumps(points[low:high]) for low, high in zip(begins.tolist(), ends.tolist(), strict=True)]
    return found


def _texts(time: Numbers, x: Numbers, y: Numbers) -> NDArray[np.object_]:
    u, v = floor.picture(x, y)
    points = np.stack((np.round(time, 2), u, v), axis=-1).tolist()
    found = np.empty(len(points), object)
    found[:] = [json.dumps(way) for way in points]
    return found
