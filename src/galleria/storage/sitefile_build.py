"""Turns the plain values of a site file into a `Site`, and notes what does not go together.

Shapes are told by `sitefile_words`; here a part whose shape is wrong is left out, and the rest is still checked,
so that people see all that is wrong at once.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from galleria.domain.hand_count import HandCount
from galleria.domain.site import (
    FaceSetting,
    Queue,
    Shop,
    Site,
    StaffSetting,
    Till,
)
from galleria.policy.declarations import resting

from .sitefile_cameras import CameraReader
from .sitefile_entrances import Lines
from .sitefile_handcount import Doors, HandCountEntry, read_hand_counts
from .sitefile_hours import read_hours
from .sitefile_models import (
    FacesEntry,
    ModelEntry,
    PurposeEntry,
    QueueEntry,
    ShopEntry,
    SiteEntry,
    StaffEntry,
    TillEntry,
    UniformEntry,
)
from .sitefile_parts import Ids, Whole, blocks, named, part
from .sitefile_problems import Loc, Problems, nearest, quoted
from .sitefile_purposes import check_profile, read_purposes
from .sitefile_shops import Names, ShopReader, check_country
from .sitefile_staff import read_staff


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
        self._ids = Ids(problems)
        self._lines = Lines(whole, problems)
        self._reader = CameraReader(self._lines, self._ids, problems, folder, environment)

    def site(self) -> Site:
        """Build the site; worth something only if no problems were noted."""
        entrances = self._lines.read_entrances(self._whole, self._ids)
        cameras = tuple(self._reader.camera(raw, ("cameras", n)) for n, raw in blocks(self._whole, "cameras"))
        for entrance, loc in entrances:
            if entrance.id not in self._lines.served:
                what = f"the entrance {quoted(entrance.id)} has no tripwires"
                self._problems.add(loc, what, "name them: `tripwires: [door]`")
        raw_model = self._whole.get("model")
        model = part(ModelEntry, raw_model if isinstance(raw_model, dict) else {}) or ModelEntry()
        raw_site = self._whole.get("site")
        if not isinstance(raw_site, dict) or (head := part(SiteEntry, raw_site)) is None:
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
            hand_counts=self._hand_counts(),
        )

    def _card(self, name: str) -> str:
        """A model as written: a card file lies in the site file's folder."""
        return str(self._folder / name) if name.endswith(".toml") else name

    def _faces(self) -> FaceSetting:
        """Card files as they are written."""
        raw = self._whole.get("faces")
        entry = part(FacesEntry, raw if isinstance(raw, dict) else {}) or FacesEntry()
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
        entry = part(StaffEntry, block, without=("uniforms",)) or StaffEntry()
        read = [(part(UniformEntry, one), ("staff", "uniforms", n)) for n, one in blocks(block, "uniforms")]
        cameras = [(str(camera.get("id")), camera) for _, camera in blocks(self._whole, "cameras")]
        zones = {str(zone["id"]): camera for camera, drawn in cameras for _, zone in named(drawn, "zones")}
        return read_staff(entry, [(one, loc) for one, loc in read if one], zones, self._problems)

    def _shops(self) -> tuple[tuple[Shop, ...], tuple[Queue, ...], tuple[Till, ...]]:
        zones = {str(zone["id"]) for _, drawn in blocks(self._whole, "cameras") for _, zone in named(drawn, "zones")}
        shops, queues = ({str(one["id"]) for _, one in named(self._whole, key)} for key in ("shops", "queues"))
        reader = ShopReader(Names(self._lines.tripwires, zones, shops, queues), self._problems)
        for n, raw in blocks(self._whole, "shops"):
            self._ids.unique("shop", raw, ("shops", n))
            if shop := part(ShopEntry, raw):
                reader.shop(shop, ("shops", n))
        for n, raw in blocks(self._whole, "queues"):
            self._ids.unique("queue", raw, ("queues", n))
            if queue := part(QueueEntry, raw):
                reader.queue(queue, ("queues", n))
        for n, raw in blocks(self._whole, "tills"):
            self._ids.unique(f"till of {quoted(str(raw.get('shop')))}", raw, ("tills", n))
            if till := part(TillEntry, raw):
                reader.till(till, ("tills", n))
                if till.clock:
                    self._time_zone(till.clock, ("tills", n, "clock"))
        return tuple(reader.shops), tuple(reader.queues), tuple(reader.tills)

    def _hand_counts(self) -> tuple[HandCount, ...]:
        read = [(part(HandCountEntry, raw), ("hand_counts", n)) for n, raw in blocks(self._whole, "hand_counts")]
        doors = Doors(self._lines.entrances, {str(one["id"]) for _, one in named(self._whole, "shops")})
        return read_hand_counts([(one, loc) for one, loc in read if one], doors, self._problems)

    def _declared(self) -> Iterator[tuple[PurposeEntry, Loc]]:
        for n, raw in blocks(self._whole, "purposes"):
            if (entry := part(PurposeEntry, raw)) is not None:
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
