"""Changes of a site file's text: what a person wrote around the change stays, remarks and order too.

It knows the file's keys, and nothing of files on disk; whether the result is right is for `parse_site` to say.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from galleria.domain.geometry import Point, Polygon
from galleria.domain.site import Calibration, Hours, Tripwire, Zone

from . import setup_remarks as remarks
from .setup_lane import same_lane

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LIST = re.compile(r"^[A-Za-z_]+:[^\n]*\n(?:\s*#[^\n]*\n|\s*\n)*( *)- ", re.MULTILINE)
_SHARE_DIGITS, _PIXEL_DIGITS = 4, 1
_WIDE = 4096  # columns: lines are never broken anew


class Document:
    """A site file's text, read so that it can be written again.

    Args:
        text: of a site file that `parse_site` accepts.
    """

    def __init__(self, text: str) -> None:
        self._yaml = YAML()
        self._yaml.preserve_quotes = True
        self._yaml.width = _WIDE
        found = _LIST.search(text)
        offset = len(found[1]) if found else 2
        self._yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
        self.root: CommentedMap = self._yaml.load(text)

    def text(self) -> str:
        """The file's text as it is now."""
        out = io.StringIO()
        self._yaml.dump(self.root, out)
        return out.getvalue()

    @property
    def cameras(self) -> CommentedSeq:
        """The list of cameras; an empty one takes new entries each on a line of its own."""
        cameras = _list(self.root, "cameras")
        if not cameras:
            cameras.fa.set_block_style()
        return cameras

    def camera(self, name: str) -> CommentedMap | None:
        """The block of a camera."""
        return _named(self.cameras, name)

    def index(self, name: str) -> int:
        """Its number in the list, from 0."""
        return next(n for n, block in enumerate(self.cameras) if block.get("id") == name)

    def set_hours(self, hours: Mapping[int, Hours]) -> None:
        """Write opening hours: days in a row that open alike on one line. Empty: always open."""
        head = self.root["site"]
        if not hours:
            head.pop("hours", None)
            return
        written = CommentedMap()
        first = 0
        spans = [_span(hours.get(day)) for day in range(len(DAYS))]
        for day in range(1, len(DAYS) + 1):
            if day == len(DAYS) or spans[day] != spans[first]:
                names = DAYS[first] if day == first + 1 else f"{DAYS[first]}-{DAYS[day - 1]}"
                written["daily" if (first, day) == (0, len(DAYS)) else names] = spans[first]
                first = day
        old = head.get("hours") or CommentedMap()
        if dict(old) == dict(written):
            return
        if old and (below := old.ca.items.get(next(reversed(old)))):
            written.ca.items[next(reversed(written))] = below  # the blank line, or the remark, that follows
        head["hours"] = written

    def draw(self, camera: CommentedMap, tripwires: Sequence[Tripwire], zones: Sequence[Zone]) -> None:
        """Write lines and zones of a camera. A block whose id stays keeps its place, its remarks and its other keys."""
        scale = _Scale(camera)
        self._lines(camera, tripwires, scale)
        _replace(camera, "zones", [(zone.id, _zone_keys(zone, scale)) for zone in zones])
        if camera.get("pass_by") not in {None, *(zone.id for zone in zones)}:
            del camera["pass_by"]

    def _lines(self, camera: CommentedMap, tripwires: Sequence[Tripwire], scale: _Scale) -> None:
        before = {str(block.get("id")) for block in camera.get("tripwires") or ()}
        self._release(before | {line.id for line in tripwires}, keep={line.id: line.entrance for line in tripwires})
        _replace(camera, "tripwires", [(line.id, _line_keys(line, scale)) for line in tripwires])
        for line in tripwires:
            block = _named(camera["tripwires"], line.id)
            assert block is not None
            if line.entrance is None or self._listed(line.id):
                block.pop("entrance", None)
                continue
            entrance = _named(_list(self.root, "entrances"), line.entrance)
            if entrance is None:
                entrance = CommentedMap(id=line.entrance)
                if line.name:
                    entrance["name"] = line.name
                entrance["tripwires"] = _flow([])
                _list(self.root, "entrances").append(entrance)
            if "entrance" not in block and "tripwires" in entrance:
                entrance["tripwires"].append(line.id)
            else:
                block["entrance"] = line.entrance

    def drop_empty_entrances(self) -> None:
        """Remove the entrances that no line counts for any more."""
        served = {str(t.get("entrance")) for c in self.cameras for t in c.get("tripwires") or ()}
        entrances = self.root.get("entrances")
        if not entrances:
            return
        for n in reversed(range(len(entrances))):
            if not entrances[n].get("tripwires") and entrances[n].get("id") not in served:
                del entrances[n]
        if not entrances:
            del self.root["entrances"]

    def release(self, lines: Iterable[str]) -> None:
        """Remove lines from the entrances they count for."""
        self._release(set(lines), {})

    def mask(self, camera: CommentedMap, masks: Sequence[Polygon]) -> None:
        """Write where nobody is looked for."""
        scale = _Scale(camera)
        blocks = camera.get("masks")
        old = list(blocks) if blocks else []
        written = CommentedSeq()
        for n, mask in enumerate(masks):
            block = old[n] if n < len(old) else CommentedMap()
            block["corners"] = scale.corners(mask.corners)
            written.append(block)
        _put(camera, "masks", written)

    def lane(self, camera: CommentedMap, lane: Polygon | None) -> None:
        """Write where faces may be looked at. The same one stays as it is written: two people may have signed it."""
        scale, block = _Scale(camera), camera.get("lane")
        if lane is None:
            remarks.drop(camera, "lane")
        elif block is None:
            remarks.put(camera, "lane", CommentedMap(corners=scale.corners(lane.corners)))
        elif not same_lane(scale.polygon(block["corners"]), lane):
            remarks.put(block, "corners", scale.corners(lane.corners))

    def calibrate(self, camera: CommentedMap, calibration: Calibration | None) -> None:
        """Write where the floor lies; None removes it."""
        if calibration is None:
            remarks.drop(camera, "calibration")
            return
        scale = _Scale(camera)
        written = CommentedSeq()
        for p, (x, y) in zip(calibration.picture, calibration.floor, strict=True):
            pair = CommentedMap(picture=scale.point(p), floor=_flow([round(x, 3), round(y, 3)]))
            pair.fa.set_flow_style()
            written.append(pair)
        if camera.get("calibration") != written:
            remarks.put(camera, "calibration", written)

    def _listed(self, line: str) -> bool:
        return any(line in (e.get("tripwires") or ()) for e in self.root.get("entrances") or ())

    def _release(self, lines: set[str], keep: Mapping[str, str | None]) -> None:
        for entrance in self.root.get("entrances") or ():
            listed = entrance.get("tripwires") or []
            for n in reversed(range(len(listed))):
                if listed[n] in lines and keep.get(listed[n]) != entrance.get("id"):
                    del listed[n]


class _Scale:
    """How a camera's coordinates are written: pixels of its frame, or shares."""

    def __init__(self, camera: Mapping[str, Any]) -> None:
        self._frame = camera.get("frame")

    def point(self, p: Point) -> CommentedSeq:
        width, height = self._frame or (1, 1)
        digits = _PIXEL_DIGITS if self._frame else _SHARE_DIGITS
        pair = (round(min(max(p.x, 0), 1) * width, digits), round(min(max(p.y, 0), 1) * height, digits))
        return _flow([int(v) if v == int(v) else v for v in pair])

    def polygon(self, written: Iterable[Sequence[float]]) -> Polygon:
        width, height = self._frame or (1, 1)
        return Polygon(tuple(Point(x / width, y / height) for x, y in written))

    def corners(self, corners: Iterable[Point]) -> CommentedSeq:
        return _flow([self.point(corner) for corner in corners])


def _line_keys(line: Tripwire, scale: _Scale) -> dict[str, object]:
    anchor = line.anchor.value if line.anchor else None
    return {
        "name": line.name or None,
        "from": scale.point(line.segment.a),
        "to": scale.point(line.segment.b),
        # The way in is left to right of the line anyway; said in a word, people who read the file see it too.
        "in": line.segment.towards,
        "anchor": anchor,
    }


def _zone_keys(zone: Zone, scale: _Scale) -> dict[str, object]:
    anchor = zone.anchor.value if zone.anchor else None
    return {"name": zone.name or None, "anchor": anchor, "corners": scale.corners(zone.polygon.corners)}


def _replace(camera: CommentedMap, key: str, wanted: Sequence[tuple[str, dict[str, object]]]) -> None:
    old = {str(block.get("id")): block for block in camera.get(key) or ()}
    written = CommentedSeq()
    for name, keys in wanted:
        block = old.get(name)
        if block is None:
            block = CommentedMap(id=name)
        for each, value in keys.items():
            if value is None:
                block.pop(each, None)
            elif block.get(each) != value:
                block[each] = value
        written.append(block)
    _put(camera, key, written)


def _put(camera: CommentedMap, key: str, written: CommentedSeq) -> None:
    """Exchange a list's items, so that the list keeps the remarks that hang on it; an empty list goes."""
    kept = camera.get(key)
    if not written:
        remarks.drop(camera, key)
    elif isinstance(kept, CommentedSeq) and kept:
        same = [block for block in kept if any(block is other for other in written)]
        for n in reversed(range(len(kept))):
            if not any(kept[n] is block for block in same):
                del kept[n]
        if same != list(written)[: len(same)]:
            camera[key] = written
        else:
            kept.extend(written[len(same) :])
    else:
        remarks.put(camera, key, written)


def _list(block: CommentedMap, key: str) -> CommentedSeq:
    if not isinstance(block.get(key), CommentedSeq):
        block[key] = CommentedSeq()
    found: CommentedSeq = block[key]
    return found


def _named(blocks: Iterable[CommentedMap], name: str) -> CommentedMap | None:
    return next((block for block in blocks if block.get("id") == name), None)


def _flow(items: Sequence[object]) -> CommentedSeq:
    written = CommentedSeq(items)
    written.fa.set_flow_style()
    return written


def _span(hours: Hours | None) -> str:
    return f"{hours.opening:%H:%M}-{hours.closing:%H:%M}" if hours else "closed"
