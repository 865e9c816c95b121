"""What happens in the scenes that are built."""

from __future__ import annotations

import numpy as np
import pytest

from mall.domain import place
from mall.domain.lens import VIEWS
from mall.domain.motion import TICKS, Doing, Track
from mall.domain.scene import Wrong
from mall.scenario import play
from mall.scenario.coming import arrivals
from mall.scenario.recipes import RECIPES
from mall.scenario.spots import SPOTS
from mall.scenario.steps import Flow, Recipe, Visit
from mall.scenes import SCENES
from mall_scenario_people import cast, played, scene

PEOPLE = {person.id: person for person in cast()}
STAFF = {person.id for person in cast() if person.staff}


def inwards(track: Track, line: float = 1.0) -> list[float]:
    """When somebody walks in over the entrance's line, seconds."""
    y, x = track.place[:, 1], track.place[:, 0]
    over = np.flatnonzero((y[:-1] < line) & (y[1:] >= line) & (np.abs(x[1:]) < 1.6))
    return [(track.first + int(k)) / TICKS for k in over]


def test_recipes_name_what_there_is() -> None:
    assert {s.recipe for s in SCENES.values()} <= set(RECIPES)
    for recipe in RECIPES.values():
        names = [due.visit for due in recipe.dues] + [name for flow in recipe.flows for name, _ in flow.mix]
        assert set(names) <= set(recipe.visits)
        for visit in recipe.visits.values():
            assert {step.spot for step in visit.steps} <= {*SPOTS, "queue"}
            assert visit.enter in {"entrance", "passage", "staff", *SPOTS}


def test_scenes_are_short_and_their_cameras_exist() -> None:
    assert sum(s.seconds * len(s.cameras) for s in SCENES.values()) <= 11 * 60
    for name, each in SCENES.items():
        assert (each.id, TICKS % each.fps) == (name, 0)
        assert set(each.cameras) <= set(VIEWS)
        assert each.start.tzinfo is not None
        for fault in each.faults:
            assert fault.camera in each.cameras
            assert 0 <= fault.begin < fault.end <= each.seconds
    assert {fault.wrong for fault in SCENES["faults"].faults} == set(Wrong)


def test_a_morning_has_all_kinds_of_behaviour() -> None:
    morning = played("morning")
    seen = {Doing(int(d)) for t in morning.tracks for d in np.unique(t.doing)}
    assert seen == set(Doing)
    assert morning.watched
    assert {t.pushes for t in morning.tracks} >= {"pram", "wheelchair"}
    assert any(PEOPLE[t.person].child for t in morning.tracks)
    assert max(np.bincount([t.group for t in morning.tracks])[1:]) == 3
    routes = set(morning.routes.values())
    for name in ("till", "screen", "shop-a", "shop-b", "staff", "entrance", "passage"):
        assert any(name in route for route in routes)
    assert any(t.first == 0 for t in morning.tracks)
    assert any(t.first > 0 for t in morning.tracks)


def test_a_morning_is_lively_but_not_crowded() -> None:
    morning = played("morning")
    here = [sum(t.first <= k < t.end for t in morning.tracks) for k in range(0, 75 * TICKS, TICKS)]
    assert min(here) >= 8
    assert max(here) <= 18


def test_somebody_turns_on_the_line_and_somebody_stands_on_it() -> None:
    morning = played("morning")
    turned = [t for t in morning.tracks if inwards(t) and t.place[:, 1].max() < 2.0]
    assert turned
    stood = [
        t for t in morning.tracks if (np.abs(t.place[t.doing == Doing.PHONE] - [0, 1.0])[:, 1] < 0.06).sum() > 3 * TICKS
    ]
    assert stood


def test_somebody_leaves_and_comes_again() -> None:
    for name in ("morning", "dusk"):
        visits: dict[str, list[Track]] = {}
        for track in played(name).tracks:
            visits.setdefault(track.person, []).append(track)
        again = [v for v in visits.values() if len(v) > 1]
        assert again
        for first, second in ((v[0], v[1]) for v in again):
            assert second.first > first.end


def test_the_next_day_some_come_again_and_some_are_new() -> None:
    came = [{t.person for t in played(name).tracks if inwards(t)} for name in ("morning", "nextday")]
    again = came[1] & came[0]
    assert 0.3 < len(again) / len(came[1]) < 0.75


def test_faces_are_shown_of_those_whose_faces_may_be() -> None:
    for name in ("morning", "dusk", "nextday"):
        for track in played(name).tracks:
            if inwards(track) and not PEOPLE[track.person].child:
                assert PEOPLE[track.person].face_scenes


def test_groups_stay_together() -> None:
    for name in ("morning", "nextday"):
        groups: dict[int, list[Track]] = {}
        for track in played(name).tracks:
            groups.setdefault(track.group, []).append(track)
        for number, tracks in groups.items():
            if number == 0 or len(tracks) < 2:
                continue
            a, b = tracks[0], tracks[1]
            begin, end = max(a.first, b.first), min(a.end, b.end)
            gap = np.hypot(*(a.place[begin - a.first : end - a.first] - b.place[begin - b.first : end - b.first]).T)
            assert np.median(gap) < 1.3
            assert np.percentile(gap, 95) < 3.0


def test_staff_are_there_and_go_their_round() -> None:
    morning = played("morning")
    staff = [t for t in morning.tracks if t.person in STAFF]
    assert any((np.hypot(*(t.place - np.array(place.SERVER)).T) < 0.3).mean() > 0.9 for t in staff)
    rounds = [morning.routes[t.id] for t in staff if len(set(morning.routes[t.id])) > 3]
    assert rounds
    assert rounds[0][0] == rounds[0][-1] == "staff"
    assert not [t for t in morning.tracks if t.person not in STAFF and "staff" in morning.routes[t.id]]


def test_watchers_stand_and_look_at_the_screen() -> None:
    morning = played("morning")
    tracks = {t.id: t for t in morning.tracks}
    for number, begin, end in morning.watched:
        track = tracks[number]
        rows = slice(round(begin * TICKS) - track.first + 12, round(end * TICKS) - track.first - 12)
        look = track.gaze[rows] - np.array(place.SCREEN_CENTRE)
        assert np.median(np.hypot(*look[:, :2].T)) < 1.2


def test_nobody_appears_or_vanishes_in_sight() -> None:
    for name in ("morning", "nextday", "faults"):
        for track in played(name).tracks:
            for row, tick in ((0, track.first), (-1, track.end)):
                inside = 0 < tick < SCENES[name].seconds * TICKS
                x, y = track.place[row]
                assert not inside or abs(x) > 4.6 or (y > 11 and 4.0 < x < 5.2)


@pytest.mark.parametrize("rate", [2.0, 6.0])
def test_arrivals_come_at_their_rate(rate: float) -> None:
    recipe = Recipe({"in": Visit("entrance", "passage")}, flows=(Flow(rate, (("in", 1.0),)),), warm=60.0)
    counts = [len(arrivals(recipe, 240.0, np.random.default_rng(seed))) for seed in range(200)]
    expected = rate * 5.0
    assert np.mean(counts) == pytest.approx(expected, abs=4 * np.sqrt(expected / 200))
    assert np.var(counts) == pytest.approx(expected, rel=0.4)  # as a Poisson process


def test_a_mix_is_drawn_by_its_weights() -> None:
    visits = {name: Visit("entrance", "passage") for name in ("often", "seldom")}
    recipe = Recipe(visits, flows=(Flow(60.0, (("often", 3.0), ("seldom", 1.0))),))
    names = [name for _, name, _ in arrivals(recipe, 3000.0, np.random.default_rng(1))]
    assert names.count("often") / len(names) == pytest.approx(0.75, abs=0.03)


def test_an_empty_recipe_is_an_empty_mall() -> None:
    empty = play(scene(2.0), cast(), Recipe({}))
    assert (empty.tracks, empty.waits, empty.watched, empty.routes) == ((), (), (), {})


def test_without_a_cast_nobody_comes() -> None:
    assert play(scene(5.0), ()).tracks == ()
