"""Cameras of a site file, and what is drawn in their pictures; what does not go together is noted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from galleria.domain.errors import InputError
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Anchor, Calibration, Camera, Pace, Transport, Tripwire, Zone

from .sitefile_drawn_models import (
    CalibrationEntry,
    CameraEntry,
    LaneEntry,
    MaskEntry,
    TripwireEntry,
    ZoneEntry,
)
from .sitefile_entrances import Lines
from .sitefile_parts import Ids, Whole, blocks, named, part
from .sitefile_problems import Loc, Problems, nearest, quoted
from .sitefile_shapes import Scale, aim, covers_everything, pins_floor, polygon_fault
from .sitefile_source import fill_source, is_address

_FEWEST_POINTS = 4


class CameraReader:
    """Reads cameras.

    Args:
        lines: which lines count for which entrances.
        ids: those that were given.
        problems: takes what does not go together.
        folder: what paths in the file start from.
        environment: what `${NAME}` stands for.
    """

    def __init__(
        self, lines: Lines, ids: Ids, problems: Problems, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self._lines, self._ids, self._problems = lines, ids, problems
        self._folder = folder
        self._environment = environment

    def camera(self, raw: Whole, loc: Loc) -> Camera:
        """A camera, and what is drawn in its picture."""
        self._ids.unique("camera", raw, loc)
        entry = part(CameraEntry, raw, without=("tripwires", "zones", "masks", "lane", "calibration"))
        if entry is None:
            return Camera("unnamed")
        frame = (entry.frame[0], entry.frame[1]) if entry.frame else None
        scale = Scale(frame, self._problems, trusted=frame is not None or raw.get("frame") is None)
        tripwires = [self._tripwire(t, (*loc, "tripwires", n), scale) for n, t in blocks(raw, "tripwires")]
        zones = [self._zone(z, (*loc, "zones", n), scale) for n, z in blocks(raw, "zones")]
        pass_by = self._pass_by(entry, raw, loc)
        self._check_playing(entry, loc)
        return Camera(
            id=entry.id,
            source=self._source(entry.source, (*loc, "source")),
            name=entry.name,
            tripwires=tuple(t for t in tripwires if t),
            zones=tuple(z for z in zones if z),
            masks=self._masks(raw, loc, scale),
            anchor=Anchor(entry.anchor),
            calibration=self._calibration(raw, (*loc, "calibration"), scale),
            pass_by=pass_by,
            shown=entry.source,
            substream=self._source(entry.substream, (*loc, "substream")),
            shown_substream=entry.substream,
            transport=Transport(entry.transport),
            pace=Pace(entry.pace),
            loop=entry.loop,
            lane=self._lane(raw, loc, scale),
        )

    def _check_playing(self, entry: CameraEntry, loc: Loc) -> None:
        """Keys that would do nothing are mistakes: somebody expects something of them."""
        address = is_address(entry.source)
        if address and entry.pace == "real":
            self._problems.add((*loc, "pace"), "a running camera has its own pace", "remove this line")
        if entry.loop and address:
            self._problems.add((*loc, "loop"), "a running camera has no end", "remove this line")
        elif entry.loop and entry.pace != "real":
            what = "a file begins again only when it is played at its real pace"
            self._problems.add((*loc, "loop"), what, "add `pace: real`")
        if entry.transport == "udp" and not entry.source.lower().startswith(("rtsp://", "${")):
            self._problems.add((*loc, "transport"), "only rtsp:// cameras know udp", "remove this line")
        if entry.substream and not is_address(entry.substream):
            what = "a substream is an address, as an rtsp:// camera has several"
            self._problems.add((*loc, "substream"), what, "write it like `rtsp://192.0.2.10/stream2`, or remove it")

    def _source(self, written: str, loc: Loc) -> str:
        try:
            return fill_source(written, self._folder, self._environment)
        except InputError as error:
            remedy = error.remedy[:1].lower() + error.remedy[1:].removesuffix(".")
            self._problems.add(loc, error.problem, remedy)
            return ""

    def _tripwire(self, raw: Whole, loc: Loc, scale: Scale) -> Tripwire | None:
        unique = self._ids.unique("tripwire", raw, loc)
        entry = part(TripwireEntry, raw)
        if entry is None:
            return None
        entrance = self._lines.entrance_of(entry, loc) if unique else None
        ends = scale.points([entry.start, entry.to], [(*loc, "from"), (*loc, "to")])
        if ends is None:
            return None
        drawn = Segment(*ends)
        if drawn.a == drawn.b:
            self._problems.add((*loc, "to"), "the line ends where it begins", "draw it from one side to the other")
            return None
        segment = aim(drawn, entry.towards, scale.aspect)
        if segment is None:
            across = [way for way in ("up", "down", "left", "right") if aim(drawn, way, scale.aspect)]
            what = f"nobody crosses this line going {entry.towards}: it runs that way itself"
            self._problems.add((*loc, "in"), what, f"write {' or '.join(across)}")
            return None
        return Tripwire(entry.id, segment, entry.name, Anchor(entry.anchor) if entry.anchor else None, entrance)

    def _zone(self, raw: Whole, loc: Loc, scale: Scale) -> Zone | None:
        self._ids.unique("zone", raw, loc)
        entry = part(ZoneEntry, raw)
        polygon = self._polygon(entry.corners, (*loc, "corners"), scale) if entry else None
        if entry is None or polygon is None:
            return None
        return Zone(entry.id, polygon, entry.name, Anchor(entry.anchor) if entry.anchor else None)

    def _polygon(self, corners: list[list[float]], loc: Loc, scale: Scale) -> Polygon | None:
        points = scale.points(corners, [(*loc, n) for n in range(len(corners))])
        if points is None:
            return None
        if fault := polygon_fault(points):
            self._problems.add(loc, *fault)
            return None
        return Polygon(tuple(points))

    def _masks(self, raw: Whole, loc: Loc, scale: Scale) -> tuple[Polygon, ...]:
        masks = []
        for n, block in blocks(raw, "masks"):
            entry = part(MaskEntry, block)
            polygon = self._polygon(entry.corners, (*loc, "masks", n, "corners"), scale) if entry else None
            masks += [polygon] if polygon else []
        if covers_everything(masks):
            self._problems.add((*loc, "masks"), "the masks cover the whole picture", "leave a part to look at")
        return tuple(masks)

    def _lane(self, raw: Whole, loc: Loc, scale: Scale) -> Polygon | None:
        block = raw.get("lane")
        entry = part(LaneEntry, block) if isinstance(block, dict) else None
        return self._polygon(entry.corners, (*loc, "lane", "corners"), scale) if entry else None

    def _pass_by(self, entry: CameraEntry, raw: Whole, loc: Loc) -> str | None:
        zones = {str(zone["id"]) for _, zone in named(raw, "zones")}
        if entry.pass_by is not None and entry.pass_by not in zones:
            close = nearest(entry.pass_by, zones)
            remedy = f"did you mean `{close}`?" if close else f"draw a zone `{entry.pass_by}` under this camera"
            self._problems.add((*loc, "pass_by"), f"this camera has no zone {quoted(entry.pass_by)}", remedy)
        return entry.pass_by

    def _calibration(self, raw: Whole, loc: Loc, scale: Scale) -> Calibration | None:
        entries = [part(CalibrationEntry, block) for _, block in blocks(raw, loc[-1])]
        sound = [entry for entry in entries if entry]
        if len(sound) < max(len(entries), _FEWEST_POINTS):
            return None  # too few, or of a wrong shape: told already
        places = [(*loc, n, "picture") for n in range(len(sound))]
        picture = scale.points([entry.picture for entry in sound], places)
        if picture is None:
            return None
        floor = tuple((entry.floor[0], entry.floor[1]) for entry in sound)
        if not pins_floor([Point(p.x * scale.aspect, p.y) for p in picture], floor):
            what = "the calibration points lie on one line, or all but one do"
            self._problems.add(loc, what, "choose four that make a quadrangle, both in the picture and on the floor")
            return None
        return Calibration(tuple(picture), floor)
