"""The site file of the mall: its cameras with their lines, zones and floor points, as the product reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from galleria.domain.geometry import Point, Segment
from galleria.domain.site import Anchor
from mall.domain.lens import NEAR, SIZE, VIEWS, View
from mall.domain.place import Floor
from mall.truth.ground import ENTRANCES, LINES, PASS_BY, FloorLine, FloorZone, lines_of, projected, zones_of
from mall.truth.sight import CELL, solid_depth

SCENE = "morning"  # whose clips are the cameras' sources,
OTHERS = {"screen": "nextday"}  # but for these
NAMES = {
    "entrance": "Front door, faces",
    "down": "Front door, straight down",
    "corridor": "Corridor",
    "shop": "Door of Norte",
    "till": "Till of the coffee bar",
    "screen": "Screen, watchers",
}
_MARGIN = 8  # pixels from the border of the picture in which floor points are not taken
_ACROSS = (0.08, 0.92, 0.3, 0.7)  # where in the seen part of the floor calibration points are looked for

HEAD = """\
# A mall of nobody: rendered people before six cameras, with known truth. See docs/mall.md.
site:
  id: mall-of-nobody
  name: A mall of nobody
  time_zone: Europe/Lisbon
  hours:
    daily: 09:00-22:00

cameras:
"""


def write_site(path: Path, scene: str = SCENE, cameras: tuple[str, ...] = tuple(VIEWS)) -> None:
    """Write the site file.

    Args:
        path: the file; its sources are clips in the folder `scene` beside it.
        scene: whose clips; empty: the clips lie beside the file.
        cameras: which of them.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(site_text(scene, cameras), encoding="utf-8", newline="\n")


def _clip(scene: str, camera: str) -> str:
    if not scene:
        return f"{camera}.mp4"
    return f"{OTHERS.get(camera, scene) if scene == SCENE else scene}/{camera}.mp4"


def site_text(scene: str = SCENE, cameras: tuple[str, ...] = tuple(VIEWS)) -> str:
    """The site file's text; see `write_site`."""
    wires = {
        name: [line.id for line in LINES if line.entrance == name and line.camera in cameras] for name in ENTRANCES
    }
    text = HEAD + "\n".join(_camera(name, _clip(scene, name)) for name in cameras)
    text += "\nentrances:\n"
    for name, ids in wires.items():
        if ids:
            text += f"  - id: {name}\n    name: {ENTRANCES[name]}\n    tripwires: [{', '.join(ids)}]\n"
    return text


def _camera(name: str, source: str) -> str:
    lines, zones = lines_of(name), zones_of(name)
    out = [f"  - id: {name}", f"    name: {NAMES[name]}", f"    source: {source}", f"    frame: [{SIZE[0]}, {SIZE[1]}]"]
    if any(line.anchor is Anchor.CENTRE for line in lines):
        out += ["    # No network of the product finds people from straight above yet: this line is for one that will."]
        out += ["    anchor: centre"]
    if lines:
        out += ["    tripwires:"]
        for line in lines:
            out += _tripwire(line)
    if zones:
        out += ["    zones:"]
        for zone in zones:
            out += _zone(zone)
    if name in PASS_BY:
        out += [f"    pass_by: {PASS_BY[name]}"]
    out += ["    calibration:"]
    out += [
        f"      - {{picture: [{x:.1f}, {y:.1f}], floor: [{place.x:.2f}, {place.y:.2f}]}}"
        for place, (x, y) in floor_points(VIEWS[name])
    ]
    return "\n".join(out) + "\n"


def _tripwire(line: FloorLine) -> list[str]:
    (ax, ay), (bx, by) = line.drawn()
    towards = Segment(Point(ax / SIZE[0], ay / SIZE[1]), Point(bx / SIZE[0], by / SIZE[1])).towards
    return [
        f"      - id: {line.id}",
        f"        name: {line.name}",
        f"        from: [{ax:.1f}, {ay:.1f}]",
        f"        to: [{bx:.1f}, {by:.1f}]",
        f"        in: {towards}",
    ]


def _zone(zone: FloorZone) -> list[str]:
    corners = ", ".join(f"[{x:.1f}, {y:.1f}]" for x, y in zone.drawn())
    anchor = [] if zone.anchor is Anchor.FEET else [f"        anchor: {zone.anchor.value}"]
    return [f"      - id: {zone.id}", f"        name: {zone.name}", *anchor, f"        corners: [{corners}]"]


def floor_points(view: View) -> list[tuple[Floor, tuple[float, float]]]:
    """Corners of the metre grid of the floor that a view sees, spread over its picture, with their pixels."""
    grid = tuple(Floor(float(x), float(y)) for x in range(-6, 7) for y in range(35))
    found = [
        (place, spot) for place, spot in zip(grid, projected(grid, view), strict=True) if _shown(view, place, spot)
    ]
    targets = [(SIZE[0] * x, SIZE[1] * y) for y in (0.95, 0.45) for x in _ACROSS]
    return sorted({min(found, key=lambda item: _apart(item[1], target)) for target in targets})


def _shown(view: View, place: Floor, spot: tuple[float, float]) -> bool:
    _, depth = view.project(np.array([place.x, place.y, 0.0]))
    if depth < NEAR or not _inside(*spot):
        return False
    return bool(depth < solid_depth(view)[int(spot[1]) // CELL, int(spot[0]) // CELL])


def _inside(x: float, y: float) -> bool:
    return _MARGIN <= x <= SIZE[0] - _MARGIN and _MARGIN <= y <= SIZE[1] - _MARGIN


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
