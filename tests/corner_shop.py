"""A small site and what it is doing, for the tests of the integrations."""

from dataclasses import replace

from galleria.domain.events import Crossing, Origin, Stay
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.health import CameraState, Condition
from galleria.domain.live import CameraLive, Occupancy, SiteLive
from galleria.domain.site import Camera, Entrance, Site, Tripwire, Zone

NOON = 1_795_435_200.0  # 2026-11-23 12:00 UTC

LINE = Segment(Point(0.2, 0.5), Point(0.8, 0.5))
AREA = Polygon((Point(0, 0), Point(1, 0), Point(1, 1)))

DOOR = Camera(
    "door",
    name="Main door",
    tripwires=(Tripwire("front", LINE, name="Front", entrance="main"), Tripwire("side", LINE, entrance="main")),
    zones=(Zone("till", AREA, name="The till"),),
)
BACK = Camera("back.1", tripwires=(Tripwire("yard", LINE),))
SITE = Site(
    "corner-shop",
    name="The corner shop",
    zone="Europe/Lisbon",
    cameras=(DOOR, BACK),
    entrances=(Entrance("main", "Main"),),
)

ORIGIN = Origin("corner-shop", "door", "e1")


def live(front=(3, 1), side=(2, 0), inside=4, state=CameraState.SEEING, **changes) -> SiteLive:
    door = CameraLive(
        "door", state, NOON - 60, received=1000, analysed=600, searched=200, dropped=3, lag=0.2, reconnects=1,
        zones={"till": 2}, crossings={"front": front, "side": side},
    )  # fmt: skip
    return replace(SiteLive(NOON, "2026-11-23", {"door": door}, Occupancy(inside, 1.4, NOON - 3600, 5, 1)), **changes)


def crossing(n: int, direction="in", time=NOON) -> Crossing:
    return Crossing(ORIGIN.event_id(n, "crossing", 0), ORIGIN, n, time, "front", direction, "down", Point(0.5, 0.5))


def stay(n: int) -> Stay:
    return Stay(ORIGIN.event_id(n, "stay", 0), ORIGIN, n, NOON, NOON + 12.5, "till")


def condition(state=CameraState.OFFLINE, end=None) -> Condition:
    return Condition("corner-shop", "door", state, NOON, end, "no route to the camera")
