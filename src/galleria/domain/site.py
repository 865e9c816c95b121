"""The records a site declares: cameras and what is drawn in their pictures. Frozen; changed by replacing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from .errors import NotFoundError
from .geometry import Point, Polygon, Segment
from .hand_count import HandCount
from .purpose import Declaration

# Frames analysed a second, unless told otherwise. Walking people need five to eight; more costs and counts no better.
RATE = 6.0
_EDGE = 1 - 1e-6  # just inside the picture


class Anchor(StrEnum):
    """Which point of a body's box stands for where the body is."""

    FEET = "feet"
    CENTRE = "centre"
    HEAD = "head"


class Transport(StrEnum):
    """How RTSP brings its pictures."""

    TCP = "tcp"
    UDP = "udp"


class Pace(StrEnum):
    """How fast the frames of a recording come to a site that is running."""

    NONE = "none"  # as fast as they are used; not one is left out
    REAL = "real"  # as if it were happening now


@dataclass(frozen=True, slots=True)
class Tripwire:
    """A directed line. `in` is the way from the left-hand to the right-hand side of somebody walking from a to b."""

    id: str
    segment: Segment
    name: str = ""
    anchor: Anchor | None = None  # None: the camera's
    entrance: str | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """An area in a camera's picture."""

    id: str
    polygon: Polygon
    name: str = ""
    anchor: Anchor | None = None  # None: the camera's

    def holds(self, p: Point) -> bool:
        """Whether somebody who stands there is in the zone.

        Whose feet the picture's edge cuts off stands beyond it, or on it, which a polygon does not own: a zone that is
        drawn up to the edge does not end there.
        """
        return self.polygon.contains(Point(min(max(p.x, 0.0), _EDGE), min(max(p.y, 0.0), _EDGE)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Pairs of a point in the picture and the same point on the floor in metres; at least four."""

    picture: tuple[Point, ...]
    floor: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Camera:
    """One camera: where its pictures come from and what is drawn in them.

    Attributes:
        source: path, glob, URL or device; empty when the command line gives it. It may hold a password:
            it goes to the decoder and nowhere else.
        shown: the source as people wrote it, secrets not filled in; this one goes into messages.
        masks: areas where nothing is looked for.
        pass_by: zone whose visitors without a crossing are passers-by; None: the whole picture.
        substream: another address of the same camera, of smaller pictures, used for analysis; empty: it has none.
            As secret as `source`.
        shown_substream: the substream as people wrote it.
        transport: of RTSP.
        pace: of a recording.
        loop: whether a recording begins again at its end.
        lane: where faces may be looked at, if a purpose is declared; None: everywhere.
    """

    id: str
    source: str = field(default="", repr=False)
    name: str = ""
    tripwires: tuple[Tripwire, ...] = ()
    zones: tuple[Zone, ...] = ()
    masks: tuple[Polygon, ...] = ()
    anchor: Anchor = Anchor.FEET
    calibration: Calibration | None = None
    pass_by: str | None = None
    shown: str = field(default="", compare=False)
    substream: str = field(default="", repr=False)
    shown_substream: str = field(default="", compare=False)
    transport: Transport = Transport.TCP
    pace: Pace = Pace.NONE
    loop: bool = False
    lane: Polygon | None = None

    @property
    def watched(self) -> str:
        """The address that is analysed: the substream where there is one. As secret as they are."""
        return self.substream or self.source


@dataclass(frozen=True, slots=True)
class Entrance:
    """A way into the site. Its tripwires name it: several cameras may see it."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of one weekday in the site's local time; closing at or before opening means after midnight."""

    opening: time
    closing: time


@dataclass(frozen=True, slots=True)
class Shop:
    """A unit of the site, e.g. a tenant's: what its own figures are made of.

    Attributes:
        tripwires: ids of the lines that are its doors: `in` is into the shop.
        zones: ids of zones that lie in it.
        area: of its floor, square metres; None: not known.
    """

    id: str
    name: str = ""
    tripwires: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    area: float | None = None


@dataclass(frozen=True, slots=True)
class Till:
    """A till whose sales come in.

    Attributes:
        id: as its receipts name it; shops may have tills of the same name.
        clock: IANA time zone of the local times on its receipts; empty: the site's.
        queue: id of the queue before it; empty: none is watched. Its clock is compared with what happens there.
    """

    id: str
    shop: str
    clock: str = ""
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """A zone in which people wait to be served.

    Attributes:
        zone: id of the zone where they wait.
        service: id of the zone where they are served; empty: who leaves the zone after a while was served.
        shop: id of the shop it belongs to; empty: the site's.
        tills: how many there are that could be open.
        target: nobody should wait longer, seconds.
    """

    id: str
    zone: str
    name: str = ""
    service: str = ""
    shop: str = ""
    tills: int = 1
    target: float = 180.0


@dataclass(frozen=True, slots=True)
class FaceSetting:
    """Which networks look at faces where a purpose is declared, and how sure they have to be.

    Attributes:
        embedder: card id or card file, as are the other networks.
        threshold: comparison score from which on two templates are a candidate; 0: that of the accuracy dossier.
        target: how often a stranger may be taken for somebody of the gallery (FPIR).
        sightings: shots that have to agree before a visitor's label is minted.
    """

    embedder: str = "dlib-resnet-v1"
    finder: str = "yunet-2023mar"
    age: str = "faceapi-age-gender"
    gender: str = "gender-v1"
    expression: str = "faceapi-expression"
    liveness: str = "liveness-fr"
    threshold: float = 0.0
    target: float = 0.01
    sightings: int = 2


@dataclass(frozen=True, slots=True)
class Colour:
    """Shades that are one colour in more and in less light.

    Attributes:
        hues: from one to the other, degrees on the colour wheel (red 0, green 120, blue 240); over red if the first
            is the larger one.
        saturations: least and most, in [0,1].
        values: least and most brightness, in [0,1].
    """

    hues: tuple[float, float]
    saturations: tuple[float, float]
    values: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Uniform:
    """What staff wear.

    Attributes:
        share: of the upper body that has the colour, at least.
        second: a marker that is worn with it, e.g. a helmet; None: no marker is needed.
    """

    name: str
    colour: Colour
    share: float = 0.35
    second: Colour | None = None


@dataclass(frozen=True, slots=True)
class StaffSetting:
    """By what staff are told from visitors, where the purpose is declared.

    Attributes:
        zones: (camera, zone) where only staff are.
        seconds: who stays in one of them for so long is staff.
    """

    uniforms: tuple[Uniform, ...] = ()
    zones: tuple[tuple[str, str], ...] = ()
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Site:
    """A shop or a centre.

    Attributes:
        zone: IANA time zone, e.g. `Europe/Berlin`.
        hours: opening hours by weekday, Monday = 0; a missing day is closed; empty means always open.
        detector: card id or card file of the person detector; empty means the default.
        precision: `auto`, `fp32` or `int8`.
        profile: id of a profile of `policy`; empty: none was chosen, and no purpose can be declared.
        purposes: what is declared, one for each purpose; signatures are not kept here.
        country: ISO 3166, with a part of it if need be, e.g. `DE` or `DE-BY`: whose public holidays hold; empty: none.
        capacity: so many visitors may be inside at once; None: no limit.
        simulated: whether its history was made up.
        hand_counts: what was counted at its doors by hand.
    """

    id: str
    name: str = ""
    zone: str = "UTC"
    hours: dict[int, Hours] = field(default_factory=dict)
    cameras: tuple[Camera, ...] = ()
    entrances: tuple[Entrance, ...] = ()
    detector: str = ""
    precision: str = "auto"
    profile: str = ""
    purposes: tuple[Declaration, ...] = ()
    faces: FaceSetting = FaceSetting()
    staff: StaffSetting = StaffSetting()
    shops: tuple[Shop, ...] = ()
    tills: tuple[Till, ...] = ()
    queues: tuple[Queue, ...] = ()
    country: str = ""
    capacity: int | None = None
    simulated: bool = False
    hand_counts: tuple[HandCount, ...] = ()

    @property
    def called(self) -> str:
        """For people: its name, or its id; one whose history was made up is said to be so."""
        name = self.name or self.id
        return f"{name} (simulated)" if self.simulated and "simulated" not in name.lower() else name

    def file_name(self, name: str) -> str:
        """A name for a file that its numbers leave in: one whose history was made up says so."""
        return f"simulated-{name}" if self.simulated else name

    def camera(self, name: str) -> Camera:
        """The camera of that id.

        Raises:
            NotFoundError: there is none.
        """
        for camera in self.cameras:
            if camera.id == name:
                return camera
        raise no_camera(name)


def no_camera(name: str) -> NotFoundError:
    """What to raise for a camera that there is not."""
    problem = f"there is no camera {name[:60]!r}"
    return NotFoundError(problem, "It may have been removed meanwhile: look at the list of cameras.")
