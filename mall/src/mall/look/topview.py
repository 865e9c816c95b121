"""The mall from above, for human eyes: everybody's way as a film or as one picture."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from galleria.capture.writer import VideoWriter
from mall.domain import place
from mall.domain.lens import VIEWS, View
from mall.domain.motion import TICKS, Doing, Track
from mall.domain.place import Stuff
from mall.domain.scene import Played

SCALE = 24  # pixels a metre
WEST, EAST, SOUTH, NORTH = -10.6, 10.6, -8.0, 39.0  # what is shown; north is to the right, east is down
SIZE = (round((NORTH - SOUTH) * SCALE), round((EAST - WEST) * SCALE))
TRAIL = 3.0  # seconds
INK = {
    Stuff.WALL: (92, 98, 110),
    Stuff.GLASS: (150, 196, 214),
    Stuff.METAL: (92, 98, 110),
    Stuff.WOOD: (196, 160, 118),
    Stuff.STONE: (170, 170, 170),
    Stuff.GOODS: (186, 170, 196),
    Stuff.PLANT: (140, 178, 128),
    Stuff.SCREEN: (40, 90, 180),
    Stuff.DARK: (60, 60, 66),
    Stuff.SIGN: (200, 200, 200),
}
DOTS = (
    (214, 39, 40), (31, 119, 180), (44, 160, 44), (148, 103, 189), (255, 127, 14), (23, 162, 184),
    (227, 119, 194), (140, 86, 75), (90, 120, 20), (60, 60, 200), (200, 60, 120), (0, 128, 110),
)  # fmt: skip
STAFF = (20, 110, 110)

Point = tuple[float, float]


def film(
    played: Played,
    path: Path,
    fps: int = 8,
    staff: frozenset[str] = frozenset(),
    tell: Callable[[int], None] | None = None,
) -> None:
    """Write the scene from above as an H.264 film.

    Args:
        played: the scene.
        path: of the film, .mp4.
        fps: frames a second.
        staff: the cast ids of staff, drawn as squares.
        tell: called with the number of each frame written.

    Raises:
        galleria.domain.errors.StoreError: the file cannot be written.
    """
    ground = _ground(played.scene.cameras)
    with VideoWriter(path, *SIZE, fps) as video:
        for frame in range(round(played.scene.seconds * fps)):
            picture = moment(played, frame * TICKS // fps, ground, staff)
            video.write(np.asarray(picture)[..., ::-1], frame / fps)
            if tell is not None:
                tell(frame)


def plan_picture(played: Played) -> Image.Image:
    """The plan with everybody's whole way, and where they stood."""
    image = _ground(played.scene.cameras).copy()
    draw = ImageDraw.Draw(image)
    for track in played.tracks:
        ink = _ink(track, frozenset())
        draw.line([_at(p) for p in track.place[::4].tolist()], fill=ink, width=2)
        still = np.flatnonzero((np.diff(track.place, axis=0) == 0).all(1))
        for x, y in {(float(x), float(y)) for x, y in track.place[still]}:
            px, py = _at((x, y))
            draw.ellipse([px - 4, py - 4, px + 4, py + 4], outline=ink, width=2)
        _label(draw, _at(track.place[0].tolist()), str(track.id), ink)
    _label(
        draw, (8, SIZE[1] - 22), f"{played.scene.id}: {played.scene.title}, {played.scene.seconds:g} s", (20, 20, 20)
    )
    return image


def moment(
    played: Played, tick: int, ground: Image.Image | None = None, staff: frozenset[str] = frozenset()
) -> Image.Image:
    """The mall at a tick."""
    image = (_ground(played.scene.cameras) if ground is None else ground).copy()
    draw = ImageDraw.Draw(image)
    here = [t for t in played.tracks if t.first <= tick < t.end]
    _links(draw, here, tick)
    for track in here:
        _person(draw, track, tick - track.first, staff)
    seconds = tick / TICKS
    waiting = sum(w.joined <= seconds < (w.served if w.served is not None else w.left) for w in played.waits)
    clock = f"{played.scene.id}  {int(seconds) // 60}:{seconds % 60:04.1f}   {len(here)} people   {waiting} waiting"
    _label(draw, (8, SIZE[1] - 22), clock, (20, 20, 20))
    return image


def _at(point: Point | list[float]) -> Point:
    return ((point[1] - SOUTH) * SCALE, (point[0] - WEST) * SCALE)


def _ink(track: Track, staff: frozenset[str]) -> tuple[int, int, int]:
    return STAFF if track.person in staff else DOTS[track.id % len(DOTS)]


def _ground(cameras: tuple[str, ...]) -> Image.Image:
    """Floor, solids, doors, queue, and what the cameras see."""
    image = Image.new("RGB", SIZE, (236, 238, 240))
    draw = ImageDraw.Draw(image)
    for x0, y0, x1, y1 in (place.HALL, place.CORRIDOR, place.SHOP_A, place.SHOP_B):
        draw.rectangle([*_at((x0, y0)), *_at((x1, y1))], fill=(255, 255, 255))
    for name in cameras:
        shade = Image.new("L", SIZE, 0)
        ImageDraw.Draw(shade).polygon(_seen(VIEWS[name]), fill=26)
        image.paste((255, 176, 0), (0, 0), shade)
    draw = ImageDraw.Draw(image)
    for solid in place.SOLIDS:
        if solid.blocks_way:
            box = [*_at((solid.x0, solid.y0)), *_at((solid.x1, solid.y1))]
            draw.rectangle(box, fill=INK.get(solid.stuff, (120, 120, 120)))
    for door in place.DOORWAYS:
        draw.line([_at(door.a), _at(door.b)], fill=(230, 150, 60), width=1)
    for spot in (place.TILL, *place.QUEUE):
        px, py = _at(spot)
        draw.ellipse([px - 3, py - 3, px + 3, py + 3], outline=(180, 180, 180))
    for name in cameras:
        px, py = _at(VIEWS[name].at[:2])
        draw.polygon([(px - 5, py), (px, py - 5), (px + 5, py), (px, py + 5)], fill=(230, 130, 0))
    return image


def _seen(view: View) -> list[Point]:
    """The piece of the floor that a camera sees, at most 20 metres far."""
    right, down, ahead = view.turn()
    half = math.tan(math.radians(view.across) / 2)
    corners = []
    for u, w in ((-1, 1), (1, 1), (1, -1), (-1, -1)):
        ray = ahead + u * half * right + w * half * 9 / 16 * down
        far = -view.at[2] / ray[2] if ray[2] < -1e-6 else math.inf  # noqa: PLR2004
        reach = min(far, 20.0 / max(float(np.hypot(ray[0], ray[1])), 1e-6))
        corners.append(_at((view.at[0] + reach * ray[0], view.at[1] + reach * ray[1])))
    return corners


def _links(draw: ImageDraw.ImageDraw, here: list[Track], tick: int) -> None:
    for track in here:
        for other in here:
            if track.id < other.id and track.group and track.group == other.group:
                ends = [_at(t.place[tick - t.first].tolist()) for t in (track, other)]
                draw.line([ends[0], ends[1]], fill=(160, 160, 160), width=2)


def _person(draw: ImageDraw.ImageDraw, track: Track, row: int, staff: frozenset[str]) -> None:
    ink = _ink(track, staff)
    trail = [_at(p) for p in track.place[max(0, row - round(TRAIL * TICKS)) : row + 1 : 3].tolist()]
    if len(trail) > 1:
        draw.line(trail, fill=tuple((c + 2 * 230) // 3 for c in ink), width=3)
    px, py = _at(track.place[row].tolist())
    radius = 0.24 * SCALE
    heading = float(track.heading[row])
    eye = track.gaze[row] - np.array([*track.place[row], 0.0])
    way = math.atan2(eye[1], eye[0])
    draw.line([(px, py), (px + 18 * math.sin(way), py + 18 * math.cos(way))], fill=(120, 120, 120), width=1)
    box = [px - radius, py - radius, px + radius, py + radius]
    if track.person in staff:
        draw.rectangle(box, fill=ink)
    else:
        draw.ellipse(box, fill=ink)
    draw.line([(px, py), (px + 10 * math.sin(heading), py + 10 * math.cos(heading))], fill=(20, 20, 20), width=3)
    if track.pushes:
        reach = 0.9 * SCALE if track.doing[row] == Doing.PUSH else 0.0
        qx, qy = px + reach * math.sin(heading), py + reach * math.cos(heading)
        draw.rectangle([qx - 7, qy - 7, qx + 7, qy + 7], outline=(20, 20, 20), width=2)
    word = Doing(int(track.doing[row])).name.lower()
    moving = row + 1 < len(track.place) and (track.place[row + 1] != track.place[row]).any()
    _label(draw, (px + 8, py - 18), f"{track.id}" if moving and word == "walk" else f"{track.id} {word}", ink)


def _label(draw: ImageDraw.ImageDraw, at: Point, text: str, ink: tuple[int, int, int]) -> None:
    draw.text(at, text, fill=ink, font=ImageFont.load_default(12), stroke_width=1, stroke_fill=(255, 255, 255))
