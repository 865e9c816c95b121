"""From steps to ticks: smooth tracks that a body can be posed on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mall.domain.motion import Doing, Track

from .steer import DT, STEP
from .walker import HANDLE, Walker

Array = NDArray[np.float64]

WINDOW = 11  # ticks; what is smoothed moves by less than a centimetre
SEAT = 0.42  # metres from the handles of a wheelchair to the middle of who sits in it
_HANN = np.hanning(WINDOW + 2)[1:-1] / np.hanning(WINDOW + 2).sum()


def places(walker: Walker) -> Array:
    """Where somebody is at every tick from the first step on, (n, 2); the acceleration is constant within a step."""
    p = np.array([row[0] for row in walker.log])
    v = np.array([row[1] for row in walker.log])
    after = np.concatenate([v[1:], v[-1:]])
    part = np.arange(STEP) / STEP
    move = v[:, None] * (part * DT)[:, None] + (after - v)[:, None] * (part**2 * DT / 2)[:, None]
    return np.asarray((p[:, None] + move).reshape(-1, 2))


def smooth(values: Array, window: Array = _HANN) -> Array:
    """A running mean with soft ends over the first axis, (n, ...); what does not change stays exactly what it is."""
    half = len(window) // 2
    if len(values) <= 2 * half:
        return values
    pad = [(half, half)] + [(0, 0)] * (values.ndim - 1)
    wide = np.pad(values, pad, mode="reflect", reflect_type="odd")
    out = sum(weight * wide[k : k + len(values)] for k, weight in enumerate(window))
    runs = np.lib.stride_tricks.sliding_window_view(wide, len(window), 0)
    same = (runs == runs[..., :1]).all(-1)
    return np.where(same, values, out)


def headings(walker: Walker) -> Array:
    """Where the body looks at every tick, (n,) radians, without jumps."""
    rows = np.array([row[2] for row in walker.log])
    after = np.concatenate([rows[1:], rows[-1:]])
    return smooth((rows[:, None] + (after - rows)[:, None] * np.arange(STEP) / STEP).reshape(-1))


def bodies(walker: Walker) -> tuple[Array, Array]:
    """Where the body of a walker is, (n, 2), and where it looks, (n,)."""
    place, heading = smooth(places(walker)), headings(walker)
    if walker.gait is Doing.PUSH:
        place = place - HANDLE * np.stack([np.cos(heading), np.sin(heading)], -1)
    return place, heading


def seats(pusher: Walker) -> tuple[Array, Array]:
    """Where somebody sits who is pushed, and the heading."""
    place, heading = bodies(pusher)
    return place + (HANDLE + SEAT) * np.stack([np.cos(heading), np.sin(heading)], -1), heading


def track(walker: Walker, number: int, gaze: Array, ticks: int) -> Track:
    """The visit of a walker as it is kept, from the scene's first tick on.

    Args:
        walker: whose.
        number: the track's.
        gaze: (n, 3), from the walker's first tick on.
        ticks: of the scene.
    """
    place, heading = bodies(walker)
    doing = np.repeat(np.array([row[3] for row in walker.log], np.uint8), STEP)
    begin, end = max(0, -walker.born), min(len(place), ticks - walker.born)
    cut = slice(begin, max(begin, end))
    return Track(
        id=number,
        person=walker.person.id,
        first=max(0, walker.born),
        place=place[cut],
        heading=heading[cut],
        gaze=gaze[cut],
        doing=doing[cut],
        pushes=walker.pushes,
        group=walker.group,
    )
