"""What the drawing page sends, into lines, zones, masks and a lane; and what is wrong, beside the shape that it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from galleria.app.setup import make_id
from galleria.domain.errors import Fault, InputError
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Anchor, Camera, Entrance, Site, Tripwire, Zone

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Pair = tuple[Share, Share]
Name = Annotated[str, Field(max_length=200)]
NEW = "+"
_MOST = 100


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SentLine(_Sent):
    """A line; `entrance` is an id, empty, or `+` for a new one of the line's name."""

    key: int
    id: Name = ""
    name: Name = ""
    points: tuple[Pair, Pair]
    entrance: Name = ""
    anchor: str = ""


class SentArea(_Sent):
    """A zone, a mask or the lane."""

    key: int
    id: Name = ""
    name: Name = ""
    points: Annotated[tuple[Pair, ...], Field(max_length=200)]
    anchor: str = ""


class Sent(_Sent):
    """All that is drawn in one camera's picture. A page that does not tell the lane leaves it as it is."""

    revision: str = ""
    lines: Annotated[tuple[SentLine, ...], Field(max_length=_MOST)] = ()
    zones: Annotated[tuple[SentArea, ...], Field(max_length=_MOST)] = ()
    masks: Annotated[tuple[SentArea, ...], Field(max_length=_MOST)] = ()
    lane: SentArea | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The same in the domain's words; `keys` tells which shape of the page each one is."""

    tripwires: tuple[Tripwire, ...]
    zones: tuple[Zone, ...]
    masks: tuple[Polygon, ...]
    lane: Polygon | None
    keys: dict[tuple[str, int], int]


def read_drawing(text: str) -> Sent:
    """Read what the page sent.

    Raises:
        InputError: it is no drawing; pages of ours never send such a thing.
    """
    try:
        return Sent.model_validate_json(text)
    except ValidationError as error:
        problem = "this is no drawing"
        raise InputError(problem, "Load the page again.") from error


def drawn_of(sent: Sent, site: Site, camera: str) -> Drawn:
    """Turn what was sent into records. New shapes get ids of their names, unique in the site.

    Raises:
        NotFoundError: there is no such camera.
    """
    others = [each for each in site.cameras if each.id != camera]
    lines = _named(sent.lines, {t.id for c in others for t in c.tripwires}, "line")
    zones = _named(sent.zones, {z.id for c in others for z in c.zones}, "zone")
    entrances = {entrance.id for entrance in site.entrances}
    tripwires = []
    for line, name in zip(sent.lines, lines, strict=True):
        entrance: str | None = line.entrance or None
        if entrance == NEW:
            entrance = make_id(line.name or name, entrances)
            entrances.add(entrance)
        (ax, ay), (bx, by) = line.points
        segment = Segment(Point(ax, ay), Point(bx, by))
        tripwires.append(Tripwire(name, segment, line.name.strip(), _anchor(line.anchor), entrance))
    areas = [
        Zone(name, _polygon(area), area.name.strip(), _anchor(area.anchor))
        for area, name in zip(sent.zones, zones, strict=True)
    ]
    keys = {("tripwires", n): line.key for n, line in enumerate(sent.lines)}
    keys |= {("zones", n): area.key for n, area in enumerate(sent.zones)}
    keys |= {("masks", n): area.key for n, area in enumerate(sent.masks)}
    lane = _polygon(sent.lane) if sent.lane else None
    if sent.lane:
        keys["lane", 0] = sent.lane.key
    elif "lane" not in sent.model_fields_set:
        lane = site.camera(camera).lane
    return Drawn(tuple(tripwires), tuple(areas), tuple(_polygon(area) for area in sent.masks), lane, keys)


def page_drawing(camera: Camera, entrances: Sequence[Entrance], revision: str) -> dict[str, Any]:
    """What the page begins with; also what it shows after it was saved."""
    key = 0

    def numbered() -> int:
        nonlocal key
        key += 1
        return key

    def points(corners: Sequence[Point]) -> list[list[float]]:
        return [[round(p.x, 5), round(p.y, 5)] for p in corners]

    def anchor(own: Anchor | None) -> str:
        return own.value if own else ""

    return {
        "revision": revision,
        "camera": camera.id,
        "entrances": [{"id": entrance.id, "name": entrance.name or entrance.id} for entrance in entrances],
        "lines": [
            {"key": numbered(), "id": t.id, "name": t.name, "points": points((t.segment.a, t.segment.b)),
             "entrance": t.entrance or "", "anchor": anchor(t.anchor)}
            for t in camera.tripwires
        ],
        "zones": [
            {"key": numbered(), "id": z.id, "name": z.name, "points": points(z.polygon.corners),
             "anchor": anchor(z.anchor)}
            for z in camera.zones
        ],
        "masks": [{"key": numbered(), "points": points(m.corners)} for m in camera.masks],
        "lane": {"key": numbered(), "points": points(camera.lane.corners)} if camera.lane else None,
    }  # fmt: skip


def page_faults(faults: Sequence[Fault], keys: dict[tuple[str, int], int], say: Callable[[str], str]) -> list[Any]:
    """Each fault with the key of the shape that it is about; 0 for those about none."""
    told = []
    for fault in faults:
        kind, number = (*fault.loc[2:4], "", -1)[:2] if fault.loc[:1] == ("cameras",) else ("", -1)
        if kind == "lane":
            number = 0  # there is one
        key = keys.get((str(kind), number), 0) if isinstance(number, int) else 0
        what = say(fault.what)
        told.append({"key": key, "text": f"{what[:1].upper()}{what[1:]}: {fault.remedy}."})
    return told


def _named(sent: Sequence[SentLine | SentArea], others: set[str], what: str) -> list[str]:
    taken = others | {each.id for each in sent if each.id}
    names = []
    for each in sent:
        name = each.id or make_id(each.name or what, taken)
        taken.add(name)
        names.append(name)
    return names


def _polygon(area: SentArea) -> Polygon:
    return Polygon(tuple(Point(x, y) for x, y in area.points))


def _anchor(name: str) -> Anchor | None:
    return Anchor(name) if name in {anchor.value for anchor in Anchor} else None
