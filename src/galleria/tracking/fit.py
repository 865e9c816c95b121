"""How well a box continues a track, by where it is expected: motion and overlap; and who stands before whom."""

from __future__ import annotations

from collections.abc import Sequence

from galleria.domain.geometry import Box

from .motion import Motion

# A box may be this many times taller or wider than expected, or shorter or narrower, and still be the same body.
TALLER = 1.8
WIDER = 2.2
# The overlap with the expected box from which a detection continues a track: a sure one that is far off, an unsure one.
OVERLAP = 0.3
UNSURE_OVERLAP = 0.5
# How far off a detection may be: standard deviations of the motion plus a share of the body's height.
SIGMAS = 3.0
SLACK = 0.15
# A nearer box that is before this share of a body's width hides its feet.
BEFORE = 0.3


def likeness(motion: Motion, time: float, box: Box, aspect: float, *, sure: bool) -> float:
    """Tell how well a box at `time` continues a body's motion: 0 not at all, else more is better."""
    expected = motion.predicted(time, aspect)
    if not (1 / TALLER < box.height / expected.height < TALLER and 1 / WIDER < box.width / expected.width < WIDER):
        return 0.0
    overlap = iou(expected, box)
    if not sure and overlap < UNSURE_OVERLAP:
        return 0.0
    sigma_x, sigma_y = motion.spread(time)
    slack = SLACK * motion.height
    off_x = (box.centre.x - expected.centre.x) * aspect / (SIGMAS * sigma_x + slack)
    off_y = (box.top - expected.top) / (SIGMAS * sigma_y + slack)
    off = off_x**2 + off_y**2
    if off > 1 and overlap < OVERLAP:
        return 0.0
    return overlap + 0.5 * max(0.0, 1 - off) + 0.01


def common(a: Box, b: Box) -> float:
    """The area that two boxes share."""
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    return width * height if width > 0 and height > 0 else 0.0


def iou(a: Box, b: Box) -> float:
    """Intersection over union."""
    shared = common(a, b)
    return shared / (a.width * a.height + b.width * b.height - shared) if shared else 0.0


def covered(a: Box, b: Box) -> float:
    """The share of `a` that `b` covers."""
    return common(a, b) / (a.width * a.height)


def feet_seen(box: Box, others: Sequence[Box]) -> bool:
    """Whether no other box, of somebody nearer, goes on below this one's lower edge."""
    return not any(
        other.top < box.bottom < other.bottom
        and min(box.right, other.right) - max(box.left, other.left) > BEFORE * box.width
        for other in others
    )
