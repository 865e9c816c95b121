"""Routes: counted before a camera, estimated between cameras, and what follows from single steps."""

import numpy as np
import pytest

from galleria.analytics.chains import chain_of
from galleria.analytics.linking import STEP, linked
from galleria.analytics.routes import OUTSIDE, RouteDay, routes_of_day
from galleria.domain.events import Crossing, Origin, Seen, Stay
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Camera, Entrance, Queue, Shop, Site, Tripwire, Zone
from galleria.domain.time import Bucket

A, B = Point(0.1, 0.5), Point(0.9, 0.5)
AREA = Polygon((Point(0, 0), Point(1, 0), Point(0, 1)))
SITE = Site(
    "s",
    cameras=(
        Camera(
            "door",
            tripwires=(Tripwire("line", Segment(A, B), entrance="front"),),
            zones=(Zone("lobby", AREA), Zone("bench", AREA)),
        ),
        Camera("books", tripwires=(Tripwire("sill", Segment(A, B)),)),
        Camera("desk", zones=(Zone("queue", AREA),)),
    ),
    entrances=(Entrance("front"),),
    shops=(Shop("books", tripwires=("sill",), zones=("queue",)),),
    queues=(Queue("q", "queue", shop="books"),),
)
DAY = Bucket(0.0, 86400.0, "1970-01-01")


def origin(camera):
    return Origin("s", camera, "run")


def crossing(track, time, line, camera, way="in"):
    return Crossing(f"c{track}{line}{time}", origin(camera), track, time, line, way, "up", A)


def stay(track, begin, end, zone, camera="door"):
    return Stay(f"s{track}{zone}{begin}", origin(camera), track, begin, end, zone)


SEEN = [Seen(f"seen{camera}", origin(camera), 0.0, 86400.0) for camera in ("door", "books", "desk")]


def routes(*events, part="site"):
    return routes_of_day(SITE, DAY, [*events, *SEEN])[part]


def test_a_track_goes_from_place_to_place_and_outside():
    one = [crossing(1, 10.0, "line", "door"), stay(1, 12.0, 40.0, "lobby"), stay(1, 41.0, 50.0, "bench")]
    again = [stay(2, 12.0, 40.0, "lobby"), stay(2, 45.0, 50.0, "lobby")]
    found = routes(*reversed(one), *again, part="camera:door")
    assert found.counted == {
        OUTSIDE: {"tripwire:line": 1, "zone:lobby": 1},
        "tripwire:line": {"zone:lobby": 1},
        "zone:bench": {OUTSIDE: 1},
        "zone:lobby": {OUTSIDE: 1, "zone:bench": 1},
    }
    assert found.coverage == 1.0
    assert (found + found).counted["zone:lobby"] == {OUTSIDE: 2, "zone:bench": 2}


def test_what_a_track_shows_is_counted_and_not_estimated():
    found = routes(crossing(1, 10.0, "line", "door"), stay(1, 12.0, 40.0, "lobby"), stay(9, 5.0, 8.0, "queue", "desk"))
    assert found.counted == {"entrance:front": {"zone:lobby": 1}}
    assert found.estimated == {}
    assert found.tills == {"books": 1}


def test_what_is_left_and_reached_sixty_seconds_later_is_linked():
    random = np.random.default_rng(3)
    events = []
    for n, time in enumerate(np.sort(random.uniform(0, 80_000, 400))):
        events.append(crossing(n, float(time), "line", "door"))
        events.append(crossing(1000 + n, float(time) + 60, "sill", "books"))
    found = routes(*events)
    assert found.estimated["entrance:front"]["shop:books"] == pytest.approx(400, rel=0.05)
    assert found.seconds["entrance:front"]["shop:books"] / 400 == pytest.approx(60, abs=15)
    assert found.left == {"entrance:front": 400}
    assert found.reached == {"shop:books": 400}
    random.shuffle(events)
    assert routes(*events) == found


def test_shares_are_found_among_places_that_are_left_at_the_same_hours():
    random = np.random.default_rng(5)
    steps = 8000
    truth = np.array([[0.7, 0.2], [0.1, 0.5]])
    left = random.poisson(0.15, (2, steps)).astype(float)
    reached = random.poisson(0.02, (2, steps)).astype(float)
    for a in range(2):
        for b in range(2):
            going = random.binomial(left[a].astype(int), truth[a, b])
            lag = random.integers(int(40 / STEP), int(130 / STEP), steps)
            np.add.at(reached[b], np.minimum(np.arange(steps) + lag, steps - 1), going)
    nowhere = np.zeros((2, 2), bool)
    seen = np.ones((2, steps), bool)
    found = linked(left, reached, seen, nowhere)
    share = found.count[:2] / left.sum(axis=1, keepdims=True)
    assert np.abs(share - truth).mean() < 0.08
    assert found.count.sum() == pytest.approx(reached.sum(), rel=0.02)
    # What could not be seen says nothing: half of it blind, the shares are the same.
    seen[:, : steps // 2] = False
    half = linked(left, reached, seen, nowhere)
    assert np.abs(half.count[:2].sum() / found.count[:2].sum() - 0.5) < 0.05
    same = linked(left, reached, np.ones((2, steps), bool), np.eye(2, dtype=bool))
    assert same.count[0, 0] == same.count[1, 1] == 0


def test_ways_of_several_steps_are_as_those_that_walk():
    flows = {
        "door": {"a": 600.0, "b": 400.0},
        "a": {"b": 300.0, "c": 200.0, "door": 500.0},
        "b": {"a": 200.0, "c": 200.0, "door": 600.0},
        "c": {"a": 100.0, "door": 300.0},
    }
    chain = chain_of(flows, ["door"], ["a", "b", "c"])
    random, walks = np.random.default_rng(7), []
    names = ["door", "a", "b", "c"]
    moves = {a: np.array([flows[a].get(b, 0.0) for b in names]) / sum(flows[a].values()) for a in names}
    for _ in range(20_000):
        here, been = "door", set()
        while True:
            here = names[int(random.choice(4, p=moves[here]))]
            if here == "door":
                break
            been.add(here)
        walks.append(been)
    for place in "abc":
        assert chain.reaches(place) == pytest.approx(np.mean([place in one for one in walks]), abs=0.015)
    both = np.mean([{"a", "c"} <= one for one in walks])
    assert chain.both("a", "c") == pytest.approx(both, abs=0.015)
    assert chain.both("a", "c") == pytest.approx(chain.both("c", "a"))
    assert chain_of({}, ["door"], ["a"]) is None
    assert RouteDay().coverage == 0.0
