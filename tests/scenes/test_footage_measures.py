"""Measures of the rendered scenes from pixels: the figures of `python -m bench.scene_measures`.

True is what the product makes of ways as they were, or what the scene itself tells. What is missed is marked, strictly:
who mends it has to take the mark away.
"""

import pytest
from bench.scene_film import Film, films, of_kind, site_of_footage, stays_in
from bench.scene_match import (
    Match,
    at_once,
    came,
    group_size,
    groups_match,
    heat_match,
    moves_match,
    people,
    presence,
    queue,
    stays_match,
    told_group_size,
    true_watchers,
    watched,
)
from bench.scene_measures import visits
from bench.scene_truth import SCENES, Scene

from galleria.analytics.quantile import quantile
from galleria.app.networks import Choice, load
from galleria.domain.events import Path

SITE = site_of_footage()
CLIPS = [f"{scene.name}/{camera}" for scene in map(Scene, SCENES) for camera in scene.cameras]
TILL, SCREEN = "morning/till", "nextday/screen"
DOORS = ["morning/entrance", "dusk/entrance", "nextday/entrance"]
NONE = Match(0, 0, 0)
# Zones in which ten stay or more, before cameras that see.
BUSY = [
    ("morning/entrance", "doormat"),
    ("morning/corridor", "corridor-mid"),
    ("morning/shop", "clothes-front"),
    ("dusk/entrance", "doormat"),
    ("nextday/entrance", "doormat"),
]
# Where dwell is more than 15 % off, and why.
BEYOND = {
    (
        "faults/corridor",
        "corridor-mid",
    ): "who walks or stands behind others is found late, and stays are short that are cut where the picture breaks off",
    ("morning/corridor", "books-front"): "three stays of a second along its edge, and feet are placed to some pixels",
    ("morning/till", "service"): "who walks past behind one who is being served cannot be seen in the zone",
    ("nextday/screen", "watching"): "a zone drawn at heads of 1.65 m has nobody in it whose head is higher",
}


def missed(reason):
    return pytest.mark.xfail(strict=True, raises=AssertionError, reason=f"a known limit: {reason}")


@pytest.fixture(scope="module")
def filmed():
    return {film.name: film for film in films(SITE, load(Choice(threads=1)))}


@pytest.fixture(scope="module")
def audience(filmed):
    """True and measured."""
    return true_watchers(filmed[SCREEN]), watched(filmed[SCREEN])


def dwells(film, zone):
    """True and measured seconds."""
    return ([stay.dwell for stay in stays_in(events, zone)] for events in (film.true, film.found))


def near(true, share=0.15):
    return pytest.approx(true, rel=share)


@pytest.mark.parametrize(("clip", "zone"), BUSY)
def test_stays_are_counted_and_their_dwell_is_right(filmed, clip, zone):
    """Number and median: at most 9 and 10 % off."""
    true, found = dwells(filmed[clip], zone)
    assert len(true) >= 10
    assert len(found) == near(len(true))
    assert quantile(found, 0.5) == near(quantile(true, 0.5))


@pytest.mark.parametrize(("clip", "zone"), BUSY)
def test_three_quarters_of_dwell_are_right(filmed, clip, zone):
    """At most 9 % off."""
    true, found = dwells(filmed[clip], zone)
    assert quantile(found, 0.75) == near(quantile(true, 0.75))


@pytest.mark.parametrize(
    ("clip", "zone"), [pytest.param(*place, marks=missed(reason)) for place, reason in BEYOND.items()]
)
def test_where_dwell_is_not_reached(filmed, clip, zone):
    true, found = dwells(filmed[clip], zone)
    assert len(found) == near(len(true), 0.25)
    assert quantile(found, 0.5) == near(quantile(true, 0.5))


def test_stays_are_found_as_they_were(filmed):
    """F1 over all zones: 0.835, where half of the time of a stay lies within another one."""
    found = sum((stays_match(film, zone.id) for film in filmed.values() for zone in film.camera.zones), NONE)
    assert found.true > 100
    assert found.f1 >= 0.78


@pytest.mark.parametrize(("clip", "zone"), [*BUSY, (TILL, "queue")])
def test_so_many_are_in_a_zone_at_once(filmed, clip, zone):
    """Mean at most 9 % off; the most that are there at once, one."""
    film = filmed[clip]
    true, found = (at_once(events, stays_in(events, zone)) for events in (film.true, film.found))
    assert found[0] == near(true[0], 0.12)
    assert abs(found[1] - true[1]) <= 1


@pytest.mark.parametrize("clip", CLIPS)
def test_so_many_are_in_the_picture_at_once(filmed, clip):
    """Mean at most 13 % off, the most two; against everybody of whom a quarter can be seen."""
    film = filmed[clip]
    (mean, most), found = people(film), at_once(film.found, of_kind(film.found, Path))
    assert found[0] == near(mean, 0.18)
    assert abs(found[1] - most) <= 2
    assert presence(film, film.found) == near(presence(film, film.true))


@pytest.mark.parametrize("clip", CLIPS)
def test_presence_lies_where_it_was(filmed, clip):
    """Of the heat 0.86 to 0.93 lies in the right one of 144 blocks, of who stands behind the counter too."""
    assert heat_match(filmed[clip]) >= 0.8


@pytest.mark.parametrize(
    "clip",
    [
        pytest.param(clip, marks=missed(BEYOND[clip, zone])) if zone else clip
        for clip, zone in zip(CLIPS, map({SCREEN: "watching", TILL: "service"}.get, CLIPS), strict=True)
    ],
)
def test_moves_between_places_are_followed(filmed, clip):
    """F1 0.92 to 0.96 from place to place, 0.81 to 0.97 of first and last places; till 0.75; two before the screen."""
    assert moves_match(filmed[clip], inside=True).f1 >= 0.8
    assert moves_match(filmed[clip], inside=False).f1 >= 0.75


def test_routes_of_all_cameras_together(filmed):
    """F1 0.925 and 0.909."""
    for inside in (True, False):
        found = sum((moves_match(film, inside=inside) for film in filmed.values()), NONE)
        assert found.true > 100
        assert found.f1 >= 0.85


@pytest.mark.parametrize("clip", DOORS)
def test_visits_begin_as_people_come_in(filmed, clip):
    """15 of 14, 13 of 13 and 17 of 16."""
    film = filmed[clip]
    assert came(film, film.true) == visits(film)
    assert 0 <= came(film, film.found) - visits(film) <= 2


def test_comings_before_a_faulty_camera(filmed):
    """9 of 11."""
    film = filmed["faults/corridor"]
    assert came(film, film.found) == near(came(film, film.true), 0.2)


def test_a_queue_of_people_whom_no_tracker_lost_is_told_as_it_was():
    """Arrivals and abandonment of ways as they were are those of the scene."""
    scene = Scene("morning")
    came_by = [one for one in scene.facts["queue"] if one["left"] > 0]
    found = queue(Film(SITE, scene, SITE.camera("till"), []), scene.events(SITE.id, SITE.camera("till")))
    assert found.arrived == len(came_by)
    assert found.left == sum(one["gave_up"] for one in came_by) == 1


def test_the_queue_is_measured(filmed):
    """Arrivals 4 of 4, length 0.359 of 0.355, longest wait 11.3 of 11.1 s, in the zone; in all 13.0 s."""
    film = filmed[TILL]
    true, found = queue(film, film.true), queue(film, film.found)
    came_by = [one for one in film.scene.facts["queue"] if one["left"] > 0]
    assert found.covered / 10 == pytest.approx(film.scene.facts["seconds"])
    assert found.arrived == len(came_by)
    assert found.length == near(true.length, 0.05)
    assert found.wait(1.0) == pytest.approx(true.wait(1.0), abs=0.5)


def test_who_leaves_the_queue_unserved_is_told(filmed):
    assert queue(filmed[TILL], filmed[TILL].found).left == 1


def test_pairs_who_came_together_are_told(filmed):
    """F1 0.852, 23 of 26 and 5 invented; of ways as they were 0.774."""
    found = sum((groups_match(film) for film in filmed.values()), NONE)
    assert found.true >= 20
    assert found.f1 >= 0.78
    assert found.right / found.found >= 0.75
    assert found.right / found.true >= 0.75


@pytest.mark.parametrize("clip", [clip for clip in CLIPS if clip not in {TILL, SCREEN}])
def test_groups_are_as_large_as_they_were(filmed, clip):
    """11 % too small to 7 % too large."""
    film = filmed[clip]
    assert group_size(film, film.found) == near(told_group_size(film), 0.22)


def test_watchers_are_those_who_look_and_can_be_seen(audience):
    """Watchers 2 of 2, opportunities 19 of 18, attention 16.5 of 18.0 s."""
    true, found = audience
    assert found.watchers == true.watchers
    assert found.opportunities == near(true.opportunities, 0.1)
    assert found.attention == near(true.attention)


@missed("the third watcher stands behind another one all the time")
def test_everybody_who_watches_is_seen_to(filmed, audience):
    assert audience[1].watchers == len(filmed[SCREEN].scene.facts["watchers"])
