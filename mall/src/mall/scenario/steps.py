"""The words that recipes are written in: what a party does, who comes, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mall.domain.motion import Doing


class Who(StrEnum):
    """Whom a place in a party is cast with."""

    ADULT = "adult"
    CHILD = "child"
    STAFF = "staff"
    OLD = "old"  # an adult who came on the first day
    NEW = "new"  # an adult who did not
    BACK = "back"  # an adult who left this scene a while ago, if there is one


@dataclass(frozen=True, slots=True)
class Step:
    """Go to a place and stay there.

    Attributes:
        spot: a family of `mall.scenario.spots.SPOTS`, or queue: wait at the till, be served.
        seconds: shortest and longest stay, drawn evenly; of a queue: until one gives up.
        doing: during the stay.
    """

    spot: str
    seconds: tuple[float, float] = (3.0, 6.0)
    doing: Doing = Doing.WAIT


@dataclass(frozen=True, slots=True)
class Visit:
    """What a party does from its coming to its going.

    Attributes:
        enter: entrance, passage, staff, or a family of spots for those who are there from the beginning.
        leave: entrance, passage or staff; street: pass by outside; empty: they stay to the end.
        who: the leader first.
        pace: factor on the leader's own speed.
        pushes: what the leader pushes: pram, trolley, wheelchair with the second of the party in it, or
            own: a wheelchair that the leader sits in.
        phone: the leader looks into a phone on the way.
        shows: whether faces come near to the entrance's or the screen's camera.
    """

    enter: str
    leave: str
    steps: tuple[Step, ...] = ()
    who: tuple[Who, ...] = (Who.ADULT,)
    pace: float = 1.0
    pushes: str = ""
    phone: bool = False
    run: bool = False
    shows: bool = True


@dataclass(frozen=True, slots=True)
class Due:
    """A visit that begins at a time, seconds; before 0: when the scene begins they are there already."""

    at: float
    visit: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Visits that begin at random.

    Attributes:
        rate: parties a minute.
        mix: visits and their weights.
    """

    rate: float
    mix: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What happens in a scene.

    Attributes:
        warm: seconds that are played before the scene begins.
        most: people in the mall at once; parties that come by chance turn away when it would be more.
        service: median seconds at the till.
    """

    visits: dict[str, Visit]
    dues: tuple[Due, ...] = ()
    flows: tuple[Flow, ...] = ()
    warm: float = 0.0
    most: int = 13
    service: float = 8.0
