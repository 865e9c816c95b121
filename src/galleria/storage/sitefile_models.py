"""The shape of a site file: what may be written where. Its JSON schema is for editors.

Only shapes are described here; what values mean together (lines inside the picture, names that exist) is checked
where they become a `Site`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from galleria.domain.site import FaceSetting, Queue, StaffSetting

from .sitefile_drawn_models import (
    CalibrationEntry,
    CameraEntry,
    LaneEntry,
    MaskEntry,
    TripwireEntry,
    ZoneEntry,
)
from .sitefile_entry import Day, Entry, Identifier, Number, Text
from .sitefile_handcount import HandCountEntry

SCHEMA_ID = "urn:galleria:site-file:1"
SCHEMA_FILE = "galleria-site.schema.json"

COUNTRY = r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$"
COLOUR = r"^(#[0-9A-Fa-f]{6}|hue [0-9]{1,3}-[0-9]{1,3})$"

PurposeName = Literal[
    "footfall", "demographics", "unique", "returning", "staff", "members", "watchlist", "experience", "audience"
]
BasisName = Literal["consent", "legitimate-interests", "legal-obligation", "public-interest", "contract"]
# Tills are called as their receipts call them, which may be more than an id may hold.
TillName = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$", min_length=1, max_length=64)]
ColourText = Annotated[str, Field(pattern=COLOUR)]
_USUAL = FaceSetting()
_USUAL_STAFF = StaffSetting()
_USUAL_QUEUE = Queue("", "")
_MOST_INSIDE = 1_000_000

_DAY = "(mon|tue|wed|thu|fri|sat|sun)"
HoursText = Annotated[
    dict[str, str],
    WithJsonSchema(
        {
            "type": "object",
            "patternProperties": {
                rf"^({_DAY}(-{_DAY})?(, ?{_DAY}(-{_DAY})?)*|daily)$": {
                    "type": "string",
                    "pattern": r"^(closed|[0-9]{1,2}:[0-9]{2} ?- ?[0-9]{1,2}:[0-9]{2})$",
                }
            },
            "additionalProperties": False,
        }
    ),
]


class EntranceEntry(Entry):
    """A way into the site; several lines of several cameras may belong to it."""

    id: Identifier = Field(description="Short name, unique in the site.", examples=["main-entrance"])
    name: Text = Field("", description="Name for people.", examples=["Main entrance"])
    tripwires: list[Identifier] = Field([], description="The lines that count for it.", examples=[["door"]])


class ModelEntry(Entry):
    """Which network looks for people."""

    detector: Text = Field(
        "",
        description="Name of a model that `galleria models list` shows, or a card file (*.toml) from this file's "
        "folder. Without it the default.",
        examples=["my-detector.toml"],
    )
    precision: Literal["auto", "fp32", "int8"] = Field(
        "auto", description="How exactly the network computes; int8 is faster, auto decides.", examples=["auto"]
    )


class FacesEntry(Entry):
    """Which networks look at faces where a purpose is declared, and how sure they have to be."""

    embedder: Text = Field(
        _USUAL.embedder,
        description="Model that makes templates: a name that `galleria models list` shows, or a card file (*.toml) "
        "from this file's folder, as are the others.",
        examples=[_USUAL.embedder],
    )
    finder: Text = Field(_USUAL.finder, description="Model that finds faces.", examples=[_USUAL.finder])
    age: Text = Field(_USUAL.age, description="Model that tells age.", examples=[_USUAL.age])
    gender: Text = Field(_USUAL.gender, description="Model that tells gender presentation.", examples=[_USUAL.gender])
    expression: Text = Field(
        _USUAL.expression, description="Model that tells expressions.", examples=[_USUAL.expression]
    )
    liveness: Text = Field(
        _USUAL.liveness, description="Model that tells a face from a picture of one.", examples=[_USUAL.liveness]
    )
    threshold: Number = Field(
        _USUAL.threshold,
        description="Score from which on two faces are a candidate, as the accuracy dossier measured it; 0: the "
        "dossier's own.",
        examples=[0.94],
    )
    target: Annotated[Number, Field(gt=0, lt=1)] = Field(
        _USUAL.target,
        description="How often a stranger may be taken for somebody who is known.",
        examples=[_USUAL.target],
    )
    sightings: Annotated[int, Field(ge=1, le=10)] = Field(
        _USUAL.sightings,
        description="How many shots of a visitor have to agree before they count as one.",
        examples=[_USUAL.sightings],
    )


class UniformEntry(Entry):
    """What staff wear."""

    name: Text = Field(description="Name for people, one for each uniform.", examples=["Green polo"])
    colour: ColourText = Field(
        description="Its colour, as a camera shows it: red, green and blue as `#rrggbb` (in quotes, for # begins a "
        "remark), or from one hue to another in degrees. Black, white and grey tell nobody from visitors.",
        examples=["hue 165-195", "#0d7373"],
    )
    share: Annotated[Number, Field(ge=0.05, le=1)] = Field(
        0.35, description="Share of the upper body that has the colour, at least.", examples=[0.35]
    )
    second: ColourText | None = Field(
        None,
        description="Colour of a marker that is worn with it, at the upper body or on the head; without it none is "
        "looked for.",
        examples=["hue 45-65"],
    )


class StaffEntry(Entry):
    """By what staff are told from visitors, where the purpose `staff` is declared."""

    uniforms: list[UniformEntry] = Field([], description="What they wear; one of them is enough.")
    zones: list[Identifier] = Field(
        [], description="Zones where only staff are, of any camera.", examples=[["behind-the-till"]]
    )
    seconds: Annotated[Number, Field(ge=1, le=3600)] = Field(
        _USUAL_STAFF.seconds,
        description="Who stays in one of these zones for so long is staff.",
        examples=[_USUAL_STAFF.seconds],
    )


class NoticeEntry(Entry):
    """What visitors are told before they are looked at."""

    version: Text = Field("", description="Version of its text.", examples=["3"])
    place: Text = Field("", description="Where it hangs.", examples=["At both doors, at eye level"])


class PurposeEntry(Entry):
    """A declaration that the site looks at people for a purpose. Two people sign it in the console."""

    purpose: PurposeName = Field(description="What for.", examples=["unique"])
    basis: BasisName = Field(description="On what ground (Article 6 GDPR and its likes).", examples=["consent"])
    notice: NoticeEntry = Field(
        NoticeEntry(),
        description="What visitors are told before they are looked at.",
        examples=[{"version": "3", "place": "At both doors"}],
    )
    begins: Day = Field(description="First day.", examples=["2026-10-01"])
    ends: Day = Field(description="Last day; at most twelve months after the first.", examples=["2027-09-30"])
    cameras: list[Identifier] = Field([], description="The cameras; those and no others.", examples=[["entrance"]])
    dpia: Text = Field(
        "", description="Where the data protection impact assessment can be found.", examples=["DPIA 2026-7"]
    )
    equal_way: Text = Field(
        "", description="Of `members`: how they are served as well without a face.", examples=["A card"]
    )
    panel: bool = Field(
        False,  # noqa: FBT003  # a field's default
        description="Of `unique` and `returning`: only those who joined are told apart.",
        examples=[True],
    )
    staff_notice: Text = Field("", description="Of `staff`: what employees were told.", examples=["Works agreement 12"])


class SiteEntry(Entry):
    """The shop or centre."""

    id: Identifier = Field(description="Short name; it never changes once there are counts.", examples=["my-shop"])
    name: Text = Field("", description="Name for people.", examples=["My shop"])
    time_zone: str = Field(description="Time zone by its place, as `Continent/City`.", examples=["Europe/Berlin"])
    hours: HoursText = Field(
        {},
        description="Opening hours by day, or `closed`. A day that is not named is closed; without hours the site is "
        "always open. Closing at or before opening means after midnight.",
        examples=[{"mon-sat": "09:00-20:00", "sun": "closed"}],
    )
    profile: Text = Field(
        "",
        description="What the law of the place lets the site do, e.g. eu, uk, us; needed before a purpose is declared.",
        examples=["eu"],
    )
    country: Annotated[str, Field(pattern=COUNTRY)] = Field(
        "",
        description="Country whose public holidays hold, with a part of it if need be (ISO 3166), e.g. DE or DE-BY.",
        examples=["DE-BY"],
    )
    capacity: Annotated[int, Field(ge=1, le=_MOST_INSIDE)] | None = Field(
        None, description="How many visitors may be inside at once; without it there is no limit.", examples=[850]
    )
    simulated: bool = Field(
        False,  # noqa: FBT003  # a field's default
        description="Whether what was counted was made up, for demonstrations and tests; every page says so.",
        examples=[True],
    )


class ShopEntry(Entry):
    """A unit of the site with figures of its own, e.g. a tenant's."""

    id: Identifier = Field(description="Short name; sales name it.", examples=["books"])
    name: Text = Field("", description="Name for people.", examples=["Book shop"])
    lines: list[Identifier] = Field(
        [], description="The lines that are its doors, of any camera: in is into the shop.", examples=[["books-door"]]
    )
    zones: list[Identifier] = Field([], description="The zones that lie in it, of any camera.", examples=[["shelves"]])
    area: Annotated[Number, Field(gt=0, le=1e6)] | None = Field(
        None, description="Its floor in square metres, for figures by area.", examples=[120.5]
    )


class TillEntry(Entry):
    """A till whose sales come in."""

    id: TillName = Field(description="As its receipts name it; tills of two shops may have one name.", examples=["3"])
    shop: Identifier = Field(description="The shop it belongs to.", examples=["books"])
    clock: str = Field(
        "",
        description="Time zone of the times on its receipts, as `Continent/City`; without it the site's.",
        examples=["Europe/Berlin"],
    )
    queue: Identifier | None = Field(
        None, description="The queue before it: by it is found how wrong its clock is.", examples=["books-tills"]
    )


class QueueEntry(Entry):
    """A zone in which people wait to be served."""

    id: Identifier = Field(description="Short name, unique in the site.", examples=["books-tills"])
    name: Text = Field("", description="Name for people.", examples=["Tills of the book shop"])
    zone: Identifier = Field(description="The zone where they wait.", examples=["waiting"])
    service: Identifier | None = Field(
        None,
        description="The zone where they are served; without it, who leaves after a while was served.",
        examples=["till-1"],
    )
    shop: Identifier | None = Field(
        None, description="The shop it belongs to; without it the site.", examples=["books"]
    )
    tills: Annotated[int, Field(ge=1, le=200)] = Field(
        _USUAL_QUEUE.tills, description="How many tills there are that could be open.", examples=[2]
    )
    target: Annotated[Number, Field(gt=0, le=86400)] = Field(
        _USUAL_QUEUE.target, description="Nobody should wait longer, seconds.", examples=[_USUAL_QUEUE.target]
    )


class SiteFile(Entry):
    """A site file of Galleria: one shop or centre with its cameras."""

    site: SiteEntry = Field(description="The shop or centre.")
    model: ModelEntry = Field(ModelEntry(), description="Which network looks for people.")
    faces: FacesEntry = Field(FacesEntry(), description="Which networks look at faces, where a purpose is declared.")
    purposes: list[PurposeEntry] = Field([], description="What people are looked at for, besides being counted.")
    staff: StaffEntry = Field(StaffEntry(), description="By what staff are told, where the purpose is declared.")
    cameras: list[CameraEntry] = Field(description="Its cameras; `[]` while it has none yet.")
    entrances: list[EntranceEntry] = Field([], description="Its ways in, and which lines count for each.")
    shops: list[ShopEntry] = Field([], description="Its units with figures of their own, e.g. tenants'.")
    tills: list[TillEntry] = Field([], description="The tills whose sales come in.")
    queues: list[QueueEntry] = Field([], description="Where people wait to be served.")
    hand_counts: list[HandCountEntry] = Field([], description="What was counted at the doors by hand.")


# Which entry is written where; places in lists are left out of the way there.
ENTRIES: dict[tuple[str, ...], type[Entry]] = {
    (): SiteFile,
    ("site",): SiteEntry,
    ("model",): ModelEntry,
    ("faces",): FacesEntry,
    ("purposes",): PurposeEntry,
    ("purposes", "notice"): NoticeEntry,
    ("staff",): StaffEntry,
    ("staff", "uniforms"): UniformEntry,
    ("cameras",): CameraEntry,
    ("cameras", "tripwires"): TripwireEntry,
    ("cameras", "zones"): ZoneEntry,
    ("cameras", "masks"): MaskEntry,
    ("cameras", "lane"): LaneEntry,
    ("cameras", "calibration"): CalibrationEntry,
    ("entrances",): EntranceEntry,
    ("shops",): ShopEntry,
    ("tills",): TillEntry,
    ("queues",): QueueEntry,
    ("hand_counts",): HandCountEntry,
}


def json_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of a site file."""
    schema = SiteFile.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "Galleria site file",
    }
