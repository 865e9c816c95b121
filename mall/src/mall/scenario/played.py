"""A scene from its recipe: the engine's run, told as tracks and facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mall.domain.motion import TICKS, Doing, Track
from mall.domain.person import Person
from mall.domain.scene import Played, Scene, Waited

from . import ways
from .engine import run
from .eyes import Sight, gaze
from .finish import bodies, seats, track
from .recipes import RECIPES
from .steer import STEP
from .steps import Recipe
from .walker import Walker
from .world import Ridden

Array = NDArray[np.float64]
GLIMPSE = 1.5  # seconds: who looks at the screen for less has not watched


def play(scene: Scene, cast: Sequence[Person], recipe: Recipe | None = None) -> Played:
    """Play a scene: the same scene and cast give the same tracks, byte for byte.

    Args:
        scene: what to play; its recipe's name, seed and seconds count.
        cast: who may come.
        recipe: instead of the one that the scene names.

    Returns:
        Tracks at every tick within the scene; those who came before it begins are there from tick 0 on. Waits of
        customers whose story ended within the scene; `joined` is negative for those who queued before it began.

    Raises:
        KeyError: there is no such recipe.
    """
    world = run(RECIPES[scene.recipe] if recipe is None else recipe, cast, scene.seed, scene.seconds)
    ticks = round(scene.seconds * TICKS)
    walkers = [w for w in world.everybody if -w.born < len(w.log) * STEP and w.born < ticks]
    sights = {w.number: _sight(w) for w in walkers}
    by_number = {w.number: w for w in walkers}
    riders = [r for r in world.ridden if r.pusher in by_number]
    for rider in riders:
        sights[rider.number] = _ridden_sight(rider, by_number[rider.pusher])
    order = sorted(sights, key=lambda n: (max(0, sights[n].first), n))
    number = {n: i for i, n in enumerate(order, 1)}
    groups = _groups([*walkers])
    tracks: list[Track] = []
    for n in order:
        walker = by_number.get(n) or by_number[next(r.pusher for r in riders if r.number == n)]
        mates = [sights[w.number] for w in walkers if w.group and w.group == walker.group and w.number != n]
        mates += [sights[r.number] for r in riders if r.pusher == walker.number and r.number != n]
        points = gaze(sights[n], mates, np.random.default_rng(np.random.SeedSequence([scene.seed, 78, n])))
        row = track(walker, number[n], points, ticks)
        if n not in by_number:
            row = _as_ridden(row, sights[n], number[walker.number], ticks)
        tracks.append(replace(row, group=groups.get(walker.group, 0)))
    watched = [w for t in tracks for w in _watched(t)]
    return Played(
        scene,
        tuple(tracks),
        tuple(_waits(world.till.waits, number, scene.seconds)),
        tuple(sorted(watched, key=lambda w: (w[1], w[0]))),
        {t.id: route_of(t) for t in tracks},
    )


def _groups(walkers: Sequence[Walker]) -> dict[int, int]:
    """The scene's numbers of groups by the engine's; those of whom only one is there count as well."""
    seen = sorted({w.group for w in walkers if w.group})
    return {0: 0} | {group: i for i, group in enumerate(seen, 1)}


def _sight(walker: Walker) -> Sight:
    place, heading = bodies(walker)
    look = np.array([(np.nan,) * 3 if row[4] is None else row[4] for row in walker.log])
    doing = np.array([row[3] for row in walker.log], np.uint8)
    moving = np.array([np.abs(row[1]).max() > 0.02 for row in walker.log])  # noqa: PLR2004
    look[moving] = np.nan  # on the way one looks where one goes
    sits = walker.pushes == "wheelchair" and walker.gait is Doing.SIT
    return Sight(walker.person, walker.born, place, heading, np.repeat(doing, STEP), np.repeat(look, STEP, 0), sits)


def _ridden_sight(rider: Ridden, pusher: Walker) -> Sight:
    place, heading = seats(pusher)
    n = len(place)
    return Sight(
        rider.person, pusher.born, place, heading, np.full(n, Doing.SIT, np.uint8), np.full((n, 3), np.nan), sits=True
    )


def _as_ridden(row: Track, sight: Sight, pusher: int, ticks: int) -> Track:
    begin, end = max(0, -sight.first), min(len(sight.place), ticks - sight.first)
    return replace(
        row,
        person=sight.person.id,
        place=sight.place[begin:end],
        doing=sight.doing[begin:end],
        pushes="",
        pushed_by=pusher,
    )


def _waits(waits: Sequence[Waited], number: dict[int, int], seconds: float) -> list[Waited]:
    mine = [w for w in waits if w.track in number and 0.0 <= w.left <= seconds]
    rows = [replace(w, track=number[w.track]) for w in mine]
    return sorted(rows, key=lambda w: (w.joined, w.track))


def _watched(row: Track) -> list[tuple[int, float, float]]:
    """When somebody stood and looked at the screen, seconds."""
    watching = np.concatenate([[False], row.doing == Doing.WATCH, [False]])
    edges = np.flatnonzero(watching[1:] != watching[:-1]) + row.first
    times = [(float(a) / TICKS, float(b) / TICKS) for a, b in edges.reshape(-1, 2)]
    return [(row.id, a, b) for a, b in times if b - a >= GLIMPSE]


def route_of(row: Track) -> tuple[str, ...]:
    """The places that a track goes through, in order; entrance and passage are its doors."""
    names: list[str] = []
    for k in range(0, len(row.place), 6):
        room = ways.room_of(row.place[k])
        name = {"outside": "entrance", "beyond": "passage"}.get(room, room)
        doing = row.doing[k]
        if room == "hall" and doing in (Doing.PAY, Doing.SERVE):
            name = "till"
        elif room == "hall" and doing == Doing.WATCH:
            name = "screen"
        if not names or names[-1] != name:
            names.append(name)
    return tuple(names)
