"""What is drawn in a camera's picture, as a drawing on neutral ground: no pixels. Pure geometry for `_scene.html`.

Everything lies in a box 1000 wide and 1000 high that is stretched over the scene, whose shape is the picture's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Camera, Tripwire, Zone

BOX = 1000.0
_ASPECT = 16 / 9  # of pictures whose shape nobody told: nearly all cameras' of today
_SHAFT = 0.13  # length of an arrow, in picture heights
_HEAD = 0.035


@dataclass(frozen=True, slots=True)
class Wire:
    """A tripwire: its two ends in shares of the picture, and the path of the arrow that shows which way is in."""

    tripwire: Tripwire
    arrow: str

    @property
    def a(self) -> Point:
        return self.tripwire.segment.a

    @property
    def b(self) -> Point:
        return self.tripwire.segment.b


@dataclass(frozen=True, slots=True)
class Area:
    """A zone: its outline as an SVG `points`, and where its name and number stand."""

    zone: Zone
    outline: str
    middle: Point


@dataclass(frozen=True, slots=True)
class Scene:
    """One camera's drawing."""

    camera: Camera
    wires: tuple[Wire, ...]
    areas: tuple[Area, ...]
    masks: tuple[str, ...]


def scene(camera: Camera, aspect: float = _ASPECT) -> Scene:
    """Draw a camera's lines, zones and masks; `aspect` is the picture's width divided by its height."""
    return Scene(
        camera,
        tuple(Wire(t, arrow(t.segment, aspect)) for t in camera.tripwires),
        tuple(Area(z, outline(z.polygon), middle(z.polygon)) for z in camera.zones),
        tuple(outline(mask) for mask in camera.masks),
    )


def outline(polygon: Polygon) -> str:
    """Corners as SVG has them."""
    return " ".join(f"{p.x * BOX:.1f},{p.y * BOX:.1f}" for p in polygon.corners)


def middle(polygon: Polygon) -> Point:
    """The centre of a polygon's area; of one without area, of its corners."""
    corners = polygon.corners
    doubled = x = y = 0.0
    for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
        part = a.x * b.y - b.x * a.y
        doubled += part
        x += (a.x + b.x) * part
        y += (a.y + b.y) * part
    if math.isclose(doubled, 0.0, abs_tol=1e-12):
        return Point(sum(p.x for p in corners) / len(corners), sum(p.y for p in corners) / len(corners))
    return Point(x / (3 * doubled), y / (3 * doubled))


def arrow(segment: Segment, aspect: float) -> str:
    """The path of an arrow from the line's middle to its in side, at a right angle to it in the picture."""
    dx, dy = (segment.b.x - segment.a.x) * aspect, segment.b.y - segment.a.y
    length = math.hypot(dx, dy)
    if length == 0:
        return ""
    # The right-hand normal of (dx, dy) with y down is (-dy, dx): that way is in.
    nx, ny = -dy / length, dx / length
    ax, ay = dx / length, dy / length
    mx, my = (segment.a.x + segment.b.x) / 2 * aspect, (segment.a.y + segment.b.y) / 2
    tip = (mx + nx * _SHAFT, my + ny * _SHAFT)
    left = (tip[0] - (nx + ax) * _HEAD, tip[1] - (ny + ay) * _HEAD)
    right = (tip[0] - (nx - ax) * _HEAD, tip[1] - (ny - ay) * _HEAD)
    points = [f"{x / aspect * BOX:.1f} {y * BOX:.1f}" for x, y in ((mx, my), tip, left, tip, right)]
    return f"M{points[0]}L{points[1]}M{points[2]}L{points[3]}L{points[4]}"
