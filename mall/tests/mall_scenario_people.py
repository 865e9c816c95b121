"""A cast of numbers, and small recipes, for the tests of the engine."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from mall.domain.motion import Doing
from mall.domain.person import Build, Looks, Person
from mall.domain.scene import Played, Scene
from mall.scenario import play
from mall.scenario.steps import Due, Recipe, Step, Visit, Who
from mall.scenes import SCENES

LOOKS = Looks((0.8, 0.6, 0.5), (0.3, 0.2, 0.1), "crop", (0.2, 0.1, 0.1))


def cast() -> tuple[Person, ...]:
    adults = [Person(f"adult{i}", Build(i % 2, 20 + i * 1.7), LOOKS, (), face_scenes=i < 22) for i in range(34)]
    children = [Person(f"child{i}", Build(i % 2, 5 + i * 1.5), LOOKS, (), face_scenes=i < 2) for i in range(5)]
    staff = [Person(f"staff{i}", Build(i % 2, 25 + i * 5), LOOKS, (), staff=True) for i in range(4)]
    return (*adults, *children, *staff)


def scene(seconds: float, seed: int = 1) -> Scene:
    return Scene("try", "A try", seed, datetime(2026, 10, 10, 10, tzinfo=UTC), seconds, ("entrance",), "morning")


ADULT, CHILD, STAFF = Who.ADULT, Who.CHILD, Who.STAFF
CROWD = {
    "in": Visit("entrance", "passage", (Step("queue", (5, 12)),)),
    "out": Visit("hall", "entrance"),
    "pair": Visit("entrance", "passage", (Step("screen", (3, 4), Doing.WATCH),), (ADULT, ADULT)),
    "parent": Visit("meeting", "entrance", (Step("meeting", (1, 3), Doing.CHAT),), (ADULT, CHILD)),
    "run": Visit("hall", "entrance", run=True),
    "pram": Visit("entrance", "passage", pushes="pram"),
    "wheeled": Visit("entrance", "passage", (), (ADULT, ADULT), pushes="wheelchair"),
    "wheels": Visit("entrance", "passage", pushes="own"),
    "line": Visit("entrance", "entrance", (Step("line", (2, 4)),)),
    "server": Visit("server", "", (Step("server", (1, 2)),), (STAFF,)),
}
# Everybody through one door at once.
JAM = Recipe(
    CROWD,
    (
        *(Due(-12, "server"), Due(-12, "in"), Due(-11.5, "pair"), Due(-10, "wheeled"), Due(-9, "in"), Due(-8.5, "in")),
        *(Due(-8, "line"), Due(-6, "pram"), Due(-4, "wheels"), Due(-3, "pair")),
        *(Due(-1, "out"), Due(-1, "parent"), Due(-0.5, "out"), Due(0, "run")),
    ),
    warm=12.0,
    service=3.0,
)


@cache
def jam(seed: int) -> Played:
    return play(scene(14.0, seed), cast(), JAM)


@cache
def played(name: str) -> Played:
    return play(SCENES[name], cast())
