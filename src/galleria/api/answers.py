"""The shapes of answers about the site, its cameras and what happens there. Part of the API's contract: v1 only grows.

Instants are seconds since 1970-01-01 UTC; points are [x, y] in shares of the picture, from its top left corner.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.health import CameraState
from galleria.domain.site import Anchor, Camera, Site, Tripwire, Zone
from galleria.storage.sitefile_entry import Identifier, Text

Share = Annotated[float, Field(ge=0, le=1)]
Xy = tuple[Share, Share]
Id = Identifier
Name = Text
MOST_DRAWN = 200
MOST_CORNERS = 100


class Answer(BaseModel):
    """Made of a domain record with the same names."""

    model_config = ConfigDict(from_attributes=True)


_ANYTHING: TypeAdapter[object] = TypeAdapter(object)


def told_plainly(**fields: object) -> Response:
    """An answer of many figures, told without making an `Answer` of each.

    Args:
        fields: those of the shape that the route describes, in its order: records whose fields are the shape's.
    """
    return Response(_ANYTHING.dump_json(fields), media_type="application/json")


class Wanted(BaseModel):
    """What a caller sends; fields that are not known are refused rather than ignored."""

    model_config = ConfigDict(extra="forbid")


class OpenHours(Answer):
    """Opening hours of one weekday, local time; closing at or before opening means after midnight."""

    weekday: Annotated[int, Field(ge=0, le=6, description="Monday is 0.")]
    opening: str
    closing: str


class EntranceAnswer(Answer):
    """A way into the site."""

    id: str
    name: str
    tripwires: list[str]


class SiteAnswer(Answer):
    """The site."""

    id: str
    name: str
    time_zone: str
    simulated: bool = Field(description="Its history was made up, and so is every number about it.")
    hours: list[OpenHours] = Field(description="Missing weekdays are closed; none at all: always open.")
    cameras: list[str]
    entrances: list[EntranceAnswer]

    @classmethod
    def of(cls, site: Site) -> SiteAnswer:
        hours = [
            OpenHours(weekday=day, opening=f"{h.opening:%H:%M}", closing=f"{h.closing:%H:%M}")
            for day, h in sorted(site.hours.items())
        ]
        lines = [tripwire for camera in site.cameras for tripwire in camera.tripwires]
        entrances = [
            EntranceAnswer(id=e.id, name=e.name, tripwires=[line.id for line in lines if line.entrance == e.id])
            for e in site.entrances
        ]
        cameras = [camera.id for camera in site.cameras]
        return cls(
            id=site.id, name=site.name, time_zone=site.zone, simulated=site.simulated, hours=hours, cameras=cameras,
            entrances=entrances,
        )  # fmt: skip


class TripwireDrawn(Wanted):
    """A directed line: who walks from `a` to `b` has `out` on the left and `in` on the right."""

    id: Id
    name: Name = ""
    a: Xy
    b: Xy
    anchor: Anchor | None = Field(None, description="Which point of a body counts; null: the camera's.")
    entrance: Id | None = None

    @classmethod
    def of(cls, t: Tripwire) -> TripwireDrawn:
        a, b = _xy(t.segment.a), _xy(t.segment.b)
        return cls(id=t.id, name=t.name, a=a, b=b, anchor=t.anchor, entrance=t.entrance)

    def record(self) -> Tripwire:
        return Tripwire(self.id, Segment(Point(*self.a), Point(*self.b)), self.name, self.anchor, self.entrance)


Corners = Annotated[list[Xy], Field(min_length=3, max_length=MOST_CORNERS)]


class ZoneDrawn(Wanted):
    """An area in the picture; the last corner joins the first."""

    id: Id
    name: Name = ""
    corners: Corners
    anchor: Anchor | None = Field(None, description="Which point of a body counts; null: the camera's.")

    @classmethod
    def of(cls, z: Zone) -> ZoneDrawn:
        return cls(id=z.id, name=z.name, corners=[_xy(p) for p in z.polygon.corners], anchor=z.anchor)

    def record(self) -> Zone:
        return Zone(self.id, _polygon(self.corners), self.name, self.anchor)


class Drawing(Wanted):
    """All that is drawn in a camera's picture. Nothing is looked for inside masks, no face outside the lane."""

    tripwires: Annotated[list[TripwireDrawn], Field(max_length=MOST_DRAWN)] = []
    zones: Annotated[list[ZoneDrawn], Field(max_length=MOST_DRAWN)] = []
    masks: Annotated[list[Corners], Field(max_length=MOST_DRAWN)] = []
    lane: Annotated[Corners | None, Field(description="Null: the whole picture. Left out in a change: as it was.")] = (
        None
    )

    @classmethod
    def of(cls, camera: Camera) -> Drawing:
        return cls(
            tripwires=[TripwireDrawn.of(t) for t in camera.tripwires],
            zones=[ZoneDrawn.of(z) for z in camera.zones],
            masks=[[_xy(p) for p in mask.corners] for mask in camera.masks],
            lane=[_xy(p) for p in camera.lane.corners] if camera.lane else None,
        )

    def polygons(self) -> list[Polygon]:
        return [_polygon(mask) for mask in self.masks]

    def lane_after(self, camera: Camera) -> Polygon | None:
        """The lane that is wanted; a caller who does not name it leaves it."""
        if "lane" not in self.model_fields_set:
            return camera.lane
        return _polygon(self.lane) if self.lane else None


class CameraAnswer(Answer):
    """A camera. Its passwords are never told: the source is as it was written down."""

    id: str
    name: str
    source: str
    substream: str
    anchor: Anchor
    pass_by: str | None
    drawing: Drawing

    @classmethod
    def of(cls, c: Camera) -> CameraAnswer:
        return cls(
            id=c.id,
            name=c.name,
            source=c.shown,
            substream=c.shown_substream,
            anchor=c.anchor,
            pass_by=c.pass_by,
            drawing=Drawing.of(c),
        )


class PreviewLine(Answer):
    """What a line would have counted on the last minute."""

    tripwire: str
    came: int
    went: int


class DotAnswer(Answer):
    """A track that is followed now; the number means nothing beyond the camera's present run."""

    track: int
    x: float
    y: float


class InOut(Answer):
    """Crossings of one line."""

    came: int
    went: int


class CameraLiveAnswer(Answer):
    """One camera now."""

    camera: str
    state: CameraState
    since: float
    reason: str
    frame_time: float | None = Field(description="Capture time of the newest analysed frame.")
    received: int
    analysed: int
    searched: int
    dropped: int
    lag: float = Field(description="Seconds from capture to the end of analysis.")
    reconnects: int
    dots: list[DotAnswer]
    zones: dict[str, int] = Field(description="Tracks in each zone.")
    crossings: dict[str, InOut] = Field(description="Of today, by tripwire.")


class OccupancyAnswer(Answer):
    """How many are inside."""

    value: int
    error: float = Field(description="The true number lies within this of it nineteen times of twenty.")
    since: float
    came: int
    went: int
    withheld: int


class SiteLiveAnswer(Answer):
    """The site now."""

    time: float
    day: str = Field(description="The trading day's label.")
    occupancy: OccupancyAnswer
    cameras: list[CameraLiveAnswer]


class ConditionAnswer(Answer):
    """A stretch of time in which a camera was in one state. Only what was `seeing` was counted."""

    camera: str
    state: CameraState
    begin: float
    end: float | None = Field(description="Null while it lasts.")
    reason: str


class Ready(BaseModel):
    """Whether the site is ready."""

    ready: bool


class Alive(BaseModel):
    """The program answers."""

    alive: Literal[True] = True


class SettingAnswer(Answer):
    """One group of settings. Secrets in it are references, never the secrets."""

    key: str
    value: dict[str, Any]
    version: int


def _xy(p: Point) -> Xy:
    # Lines drawn to the very edge may lie a rounding outside.
    return (min(max(p.x, 0.0), 1.0), min(max(p.y, 0.0), 1.0))


def _polygon(corners: list[Xy]) -> Polygon:
    return Polygon(tuple(Point(*corner) for corner in corners))
