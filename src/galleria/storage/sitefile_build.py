"""Turns the plain values of a site file into a `Site`, and notes what does not go together.

Shapes are told by `sitefile_words`; here a part whose shape is wrong is left out, and the rest is still checked,
so that people see all that is wrong at once.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from galleria.domain.errors import InputError
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import (
    Anchor,
    Calibration,
    Camera,
    Entrance,
    FaceSetting,
    Pace,
    Queue,
    Shop,
    Site,
    StaffSetting,
    Till,
    Transport,
    Tripwire,
    Zone,
)
from galleria.policy.declarations import resting

from .sitefile_hours import read_hours
from .sitefile_models import (
    CalibrationEntry,
    CameraEntry,
    EntranceEntry,
    Entry,
    FacesEntry,
    LaneEntry,
    MaskEntry,
    ModelEntry,
    PurposeEntry,
    QueueEntry,
    ShopEntry,
    SiteEntry,
    StaffEntry,
    TillEntry,
    TripwireEntry,
    UniformEntry,
    ZoneEntry,
)
from .sitefile_problems import Loc, Problems, nearest, quoted
from .sitefile_purposes import check_profile, read_purposes
from .sitefile_shapes import Scale, aim, covers_everything, pins_floor, polygon_fault
from .sitefile_shops import Names, ShopReader, check_country
from .sitefile_source import fill_source, is_address
from .sitefile_staff import read_staff
from .sitefile_yaml import Plain

Some = TypeVar("Some", bound=Entry)
Whole = Mapping[str, Plain]

_FEWEST_POINTS = 4


class Builder:
    """Builds one site.

    Args:
        whole: the file's values.
        problems: takes what does not go together.
        folder: what paths in the file start from.
        environment: what `${NAME}` stands for.
    """

    def __init__(self, whole: Whole, problems: Problems, folder: Path, environment: Mapping[str, str]) -> None:
        self._whole = whole
        self._problems = problems
        self._folder = folder
        self._environment = environment
        self._ids: dict[tuple[str, str], Loc] = {}
        # Ids of parts left out for other mistakes count too: one mistake is told once.
        self._tripwires = {str(t["id"]) for _, c in _blocks(whole, "cameras") for _, t in _named(c, "tripwires")}
        self._entrances = {str(e["id"]) for _, e in _named(whole, "entrances")}
        self._served = {str(e["id"]) for _, e in _named(whole, "entrances") if e.get("tripwires")}
        for _, camera in _blocks(whole, "cameras"):
            self._served |= {str(t.get("entrance")) for _, t in _blocks(camera, "tripwires")}
        self._claims: dict[str, str] = {}  # tripwire → entrance

    def site(self) -> Site:
        """Build the site; worth something only if no problems were noted."""
        entrances = self._read_entrances()
        cameras = tuple(self._camera(raw, ("cameras", n)) for n, raw in _blocks(self._whole, "cameras"))
        for entrance, loc in entrances:
            if entrance.id not in self._served:
                what = f"the entrance {quoted(entrance.id)} has no tripwires"
                self._problems.add(loc, what, "name them: `tripwires: [door]`")
        raw_model = self._whole.get("model")
        model = _part(ModelEntry, raw_model if isinstance(raw_model, dict) else {}) or ModelEntry()
        raw_site = self._whole.get("site")
        if not isinstance(raw_site, dict) or (head := _part(SiteEntry, raw_site)) is None:
            return Site("unnamed")
        zone = self._time_zone(head.time_zone, ("site", "time_zone"))
        check_country(head.country, self._problems)
        if head.profile or "profile" not in raw_site:  # otherwise its shape is wrong, and told already
            check_profile(head.profile, declared=bool(self._whole.get("purposes")), problems=self._problems)
        faces = self._faces()
        declared = read_purposes(self._declared(), zone, {c.id for c in cameras}, self._problems) if zone else ()
        shops, queues, tills = self._shops()
        return Site(
            id=head.id,
            name=head.name,
            zone=head.time_zone,
            hours=read_hours(head.hours, ("site", "hours"), self._problems),
            cameras=cameras,
            entrances=tuple(entrance for entrance, _ in entrances),
            detector=self._card(model.detector),
            precision=model.precision,
            profile=head.profile,
            purposes=tuple(resting(one, head.profile, faces, cameras) for one in declared),
            faces=self._found(faces),
            staff=self._staff(),
            shops=shops,
            tills=tills,
            queues=queues,
            country=head.country,
            capacity=head.capacity,
            simulated=head.simulated,
        )

    def _card(self, name: str) -> str:
        """A model as written: a card file lies in the site file's folder."""
        return str(self._folder / name) if name.endswith(".toml") else name

    def _faces(self) -> FaceSetting:
        """Card files as they are written."""
        raw = self._whole.get("faces")
        entry = _part(FacesEntry, raw if isinstance(raw, dict) else {}) or FacesEntry()
        return FaceSetting(
            embedder=entry.embedder,
            finder=entry.finder,
            age=entry.age,
            gender=entry.gender,
            expression=entry.expression,
            liveness=entry.liveness,
            threshold=entry.threshold,
            target=entry.target,
            sightings=entry.sightings,
        )

    def _found(self, faces: FaceSetting) -> FaceSetting:
        """Card files where they lie."""
        return replace(
            faces,
            embedder=self._card(faces.embedder),
            finder=self._card(faces.finder),
            age=self._card(faces.age),
            gender=self._card(faces.gender),
            expression=self._card(faces.expression),
            liveness=self._card(faces.liveness),
        )

    def _staff(self) -> StaffSetting:
        raw = self._whole.get("staff")
        block = raw if isinstance(raw, dict) else {}
        entry = _part(StaffEntry, block, without=("uniforms",)) or StaffEntry()
        read = [(_part(UniformEntry, one), ("staff", "uniforms", n)) for n, one in _blocks(block, "uniforms")]
        cameras = [(str(camera.get("id")), camera) for _, camera in _blocks(self._whole, "cameras")]
        zones = {str(zone["id"]): camera for camera, drawn in cameras for _, zone in _named(drawn, "zones")}
        return read_staff(entry, [(one, loc) for one, loc in read if one], zones, self._problems)

    def _shops(self) -> tuple[tuple[Shop, ...], tuple[Queue, ...], tuple[Till, ...]]:
        zones = {str(zone["id"]) for _, drawn in _blocks(self._whole, "cameras") for _, zone in _named(drawn, "zones")}
        shops, queues = ({str(one["id"]) for _, one in _named(self._whole, key)} for key in ("shops", "queues"))
        reader = ShopReader(Names(self._tripwires, zones, shops, queues), self._problems)
        for n, raw in _blocks(self._whole, "shops"):
            self._unique("shop", raw, ("shops", n))
            if shop := _part(ShopEntry, raw):
                reader.shop(shop, ("shops", n))
        for n, raw in _blocks(self._whole, "queues"):
            self._unique("queue", raw, ("queues", n))
            if queue := _part(QueueEntry, raw):
                reader.queue(queue, ("queues", n))
        for n, raw in _blocks(self._whole, "tills"):
            self._unique(f"till of {quoted(str(raw.get('shop')))}", raw, ("tills", n))
            if till := _part(TillEntry, raw):
                reader.till(till, ("tills", n))
                if till.clock:
                    self._time_zone(till.clock, ("tills", n, "clock"))
        return tuple(reader.shops), tuple(reader.queues), tuple(reader.tills)

    def _declared(self) -> Iterator[tuple[PurposeEntry, Loc]]:
        for n, raw in _blocks(self._whole, "purposes"):
            if (entry := _part(PurposeEntry, raw)) is not None:
                yield entry, ("purposes", n)

    def _time_zone(self, name: str, loc: Loc) -> zoneinfo.ZoneInfo | None:
        try:
            return zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError
            known = zoneinfo.available_timezones()
        cities = {zone.rpartition("/")[2]: zone for zone in sorted(known) if "/" in zone}
        close = nearest(name, known) or cities.get(nearest(name.rpartition("/")[2], cities) or "")
        remedy = f"did you mean `{close}`?" if close else "write it as `Continent/City`, e.g. `Europe/Berlin`"
        self._problems.add(loc, f"unknown time zone {quoted(name)}", remedy)
        return None

    def _unique(self, kind: str, raw: Whole, loc: Loc) -> bool:
        if not isinstance(name := raw.get("id"), str):
            return True
        first = self._ids.setdefault((kind, name), loc)
        if first != loc:
            line = self._problems.place((*first, "id")).line
            what = f"another {kind} has the id {quoted(name)} already (line {line})"
            self._problems.add((*loc, "id"), what, "give each its own")
        return first == loc

    def _read_entrances(self) -> list[tuple[Entrance, Loc]]:
        entrances = []
        for n, raw in _blocks(self._whole, "entrances"):
            loc: Loc = ("entrances", n)
            self._unique("entrance", raw, loc)
            if (entry := _part(EntranceEntry, raw)) is None:
                continue
            entrances.append((Entrance(entry.id, entry.name), loc))
            for i, name in enumerate(entry.tripwires):
                here = (*loc, "tripwires", i)
                if name in self._tripwires:
                    self._claim(name, entry.id, here)
                    continue
                close = nearest(name, self._tripwires)
                remedy = f"did you mean `{close}`?" if close else "draw it under a camera's `tripwires:`"
                self._problems.add(here, f"there is no tripwire {quoted(name)}", remedy)
        return entrances

    def _claim(self, tripwire: str, entrance: str, loc: Loc) -> None:
        first = self._claims.setdefault(tripwire, entrance)
        if first != entrance:
            what = f"the tripwire {quoted(tripwire)} counts for the entrance {quoted(first)} already"
            self._problems.add(loc, what, "a line counts for one entrance")

    def _camera(self, raw: Whole, loc: Loc) -> Camera:
        self._unique("camera", raw, loc)
        entry = _part(CameraEntry, raw, without=("tripwires", "zones", "masks", "lane", "calibration"))
        if entry is None:
            return Camera("unnamed")
        frame = (entry.frame[0], entry.frame[1]) if entry.frame else None
        scale = Scale(frame, self._problems, trusted=frame is not None or raw.get("frame") is None)
        tripwires = [self._tripwire(t, (*loc, "tripwires", n), scale) for n, t in _blocks(raw, "tripwires")]
        zones = [self._zone(z, (*loc, "zones", n), scale) for n, z in _blocks(raw, "zones")]
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
        unique = self._unique("tripwire", raw, loc)
        entry = _part(TripwireEntry, raw)
        if entry is None:
            return None
        entrance = self._entrance_of(entry, loc) if unique else None
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

    def _entrance_of(self, entry: TripwireEntry, loc: Loc) -> str | None:
        if entry.entrance is None:
            return self._claims.get(entry.id)
        if entry.entrance in self._entrances:
            self._claim(entry.id, entry.entrance, (*loc, "entrance"))
        else:
            close = nearest(entry.entrance, self._entrances)
            self._served.add(str(close))  # it only seems to have no tripwires
            remedy = f"did you mean `{close}`?" if close else f"add `- id: {entry.entrance}` under `entrances:`"
            self._problems.add((*loc, "entrance"), f"there is no entrance {quoted(entry.entrance)}", remedy)
        return entry.entrance

    def _zone(self, raw: Whole, loc: Loc, scale: Scale) -> Zone | None:
        self._unique("zone", raw, loc)
        entry = _part(ZoneEntry, raw)
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
        for n, block in _blocks(raw, "masks"):
            entry = _part(MaskEntry, block)
            polygon = self._polygon(entry.corners, (*loc, "masks", n, "corners"), scale) if entry else None
            masks += [polygon] if polygon else []
        if covers_everything(masks):
            self._problems.add((*loc, "masks"), "the masks cover the whole picture", "leave a part to look at")
        return tuple(masks)

    def _lane(self, raw: Whole, loc: Loc, scale: Scale) -> Polygon | None:
        block = raw.get("lane")
        entry = _part(LaneEntry, block) if isinstance(block, dict) else None
        return self._polygon(entry.corners, (*loc, "lane", "corners"), scale) if entry else None

    def _pass_by(self, entry: CameraEntry, raw: Whole, loc: Loc) -> str | None:
        zones = {str(zone["id"]) for _, zone in _named(raw, "zones")}
        if entry.pass_by is not None and entry.pass_by not in zones:
            close = nearest(entry.pass_by, zones)
            remedy = f"did you mean `{close}`?" if close else f"draw a zone `{entry.pass_by}` under this camera"
            self._problems.add((*loc, "pass_by"), f"this camera has no zone {quoted(entry.pass_by)}", remedy)
        return entry.pass_by

    def _calibration(self, raw: Whole, loc: Loc, scale: Scale) -> Calibration | None:
        entries = [_part(CalibrationEntry, block) for _, block in _blocks(raw, loc[-1])]
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


def _part(entry: type[Some], raw: Whole, without: tuple[str, ...] = ()) -> Some | None:
    """Read one block; what is wrong in it is left out where it can be, and None is returned where not."""
    kept = {key: value for key, value in raw.items() if key not in without}
    try:
        return entry.model_validate(kept)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_input=False):
            kept.pop(str(found["loc"][0]), None)
    if "id" in entry.model_fields:
        kept.setdefault("id", "unnamed")
    try:
        return entry.model_validate(kept)
    except ValidationError:
        return None


def _blocks(raw: Whole, key: str | int) -> Iterator[tuple[int, dict[str, Plain]]]:
    """The blocks in a list, with their number; what is no block is told elsewhere."""
    items = raw.get(str(key))
    for n, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield n, item


def _named(raw: Whole, key: str) -> Iterator[tuple[int, dict[str, Plain]]]:
    return ((n, block) for n, block in _blocks(raw, key) if "id" in block)
