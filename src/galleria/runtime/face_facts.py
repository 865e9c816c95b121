"""What a camera's face step is asked for, and what it says: templates and what small networks tell, never pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import TypeAlias

from galleria.domain.face import Template
from galleria.domain.geometry import Point

# A gender presentation that the shots of a track do not agree on.
UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Need:
    """What the purposes of a camera need; nothing else is done.

    Attributes:
        templates: of each track, to be compared.
        attributes: age and gender presentation of each track.
        expressions: of faces, every few seconds.
        attention: which faces look this way.
    """

    templates: bool = False
    attributes: bool = False
    expressions: bool = False
    attention: bool = False

    def __bool__(self) -> bool:
        return self.templates or self.attributes or self.expressions or self.attention

    def __or__(self, other: Need) -> Need:
        """What either needs."""
        return Need(*(one or two for one, two in zip(astuple(self), astuple(other), strict=True)))

    def covers(self, other: Need) -> bool:
        """Whether nothing is lacking for another need."""
        return self | other == self

    @property
    def ages(self) -> bool:
        """Whether something is made of a face: likely minors have to be dropped first."""
        return self.portraits or self.expressions

    @property
    def portraits(self) -> bool:
        """Whether best shots are wanted."""
        return self.templates or self.attributes


@dataclass(frozen=True, slots=True)
class Likeness:
    """A template of one shot.

    Attributes:
        time: capture time, seconds since 1970-01-01 UTC.
        quality: of the shot, in [0,1].
    """

    time: float
    quality: float
    template: Template = field(repr=False)


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the best shots of a track say; once for each track.

    Attributes:
        time: capture time of the best shot, seconds since 1970-01-01 UTC.
        at: where the body was last, normalised.
        likenesses: of its shots, the best one first; empty where nobody asked for templates.
        age: years; None where nobody asked.
        gender: presentation, or `unsure`; empty where nobody asked.
    """

    track: int
    time: float
    at: Point
    likenesses: tuple[Likeness, ...] = ()
    age: float | None = None
    gender: str = ""


@dataclass(frozen=True, slots=True)
class Minor:
    """The face of a track was likely that of somebody under 18: nothing was made of it."""

    track: int
    time: float


@dataclass(frozen=True, slots=True)
class Mood:
    """What a face looked like for a moment.

    Attributes:
        shares: of expressions, adding up to 1.
    """

    track: int
    time: float
    at: Point
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Glance:
    """A body was there for a while, and perhaps looked this way.

    Attributes:
        seconds: since the last glance of the track; 0 for its first.
        attentive: whether it looked this way now.
    """

    track: int
    time: float
    at: Point
    seconds: float
    attentive: bool


FaceFact: TypeAlias = Portrait | Minor | Mood | Glance
