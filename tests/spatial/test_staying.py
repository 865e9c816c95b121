from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from walks import ended, intervals, lost, observed, randoms, times, updates

from galleria.domain.events import Origin
from galleria.domain.geometry import Point, Polygon
from galleria.domain.site import Anchor, Zone
from galleria.domain.track import TrackState, TrackUpdate
from galleria.spatial.staying import DEBOUNCE, LEFT, ZoneWatcher

ORIGIN = Origin("site", "camera", "epoch")
LEFT_HALF = Polygon((Point(0, 0), Point(0.5, 0), Point(0.5, 1), Point(0, 1)))
INSIDE, OUTSIDE = 0.25, 0.75


def watcher(anchor=Anchor.FEET, zone_anchor=None, name="shelf"):
    return ZoneWatcher(ORIGIN, Zone(name, LEFT_HALF, anchor=zone_anchor), anchor)


def watch(news, *, footage_ends=False):
    zone = watcher()
    found = [stay for update in news for stay in zone.update(update, footage_ends=footage_ends)]
    assert not zone._presences, "state of ended tracks is left over"
    assert zone.present == 0
    return found


def looks(*seen):
    """Observations from (time, whether in the zone)."""
    return [observed(t, INSIDE if inside else OUTSIDE, 0.5) for t, inside in seen]


def every(seconds, text):
    """Observations at even intervals from a text: # is in the zone."""
    return looks(*((n * seconds, mark == "#") for n, mark in enumerate(text)))


def spans(stays):
    return [pytest.approx((stay.time, stay.end)) for stay in stays]


@st.composite
def restless(draw):
    """Observations of a body that goes in and out as it likes."""
    _, following = draw(intervals())
    random = draw(randoms())
    restlessness = draw(st.floats(0.02, 1))
    begin = draw(st.sampled_from([0.0, 1.75e9]))
    inside, seen = random.random() < 0.5, []
    for time in times(begin, begin + draw(st.floats(0, 20)), following):
        inside ^= random.random() < restlessness
        seen.append((time, inside))
    return seen


def expected_stays(seen):
    """What the module's docstring says, worked out from the whole way at once: (came, went) pairs."""
    runs = [(inside, [t for t, _ in run]) for inside, run in groupby(seen, key=lambda look: look[1])]
    seams = [runs[0][1][0], *((a[1][-1] + b[1][0]) / 2 for a, b in pairwise(runs)), runs[-1][1][-1]]
    merged = []
    for (inside, at), begin, end in zip(runs, seams, seams[1:], strict=False):
        if inside:
            if merged and not merged[-1][2]:
                merged[-1][1] = end
            else:
                merged.append([begin, end, False])
        elif merged and at[-1] - begin >= LEFT:
            merged[-1][2] = True  # surely left
    return [(begin, end) for begin, end, _ in merged if end - begin >= DEBOUNCE]


@given(restless())
def test_stays_are_those_that_the_whole_way_shows(seen):
    stays = watch(updates(looks(*seen)))
    assert [(stay.time, stay.end) for stay in stays] == expected_stays(seen)


@given(restless(), st.booleans())
def test_stays_of_a_track_never_overlap_and_add_up_to_no_more_than_was_observed(seen, footage_ends):
    stays = watch(updates(looks(*seen)), footage_ends=footage_ends)
    assert sum(stay.dwell for stay in stays) <= seen[-1][0] - seen[0][0]
    assert all(a.end < b.time for a, b in pairwise(stays))
    assert all(stay.dwell >= DEBOUNCE for stay in stays)
    assert len({stay.id for stay in stays}) == len(stays)
    assert all((stay.track, stay.zone, stay.origin) == (1, "shelf", ORIGIN) for stay in stays)


@given(restless(), st.integers(1, 20))
def test_it_does_not_matter_how_observations_are_put_into_updates(seen, chunk):
    points = looks(*seen)
    chunks = [points[n : n + chunk] for n in range(0, len(points), chunk)]
    news = [TrackUpdate(1, TrackState.CONFIRMED, tuple(some)) for some in chunks]
    assert watch([*news, ended()]) == watch(updates(points)) == watch([*news[:-1], ended(points=chunks[-1])])


@given(intervals(), st.floats(0.1, 10), st.floats(2.7, 30))
def test_dwell_is_exact_to_the_sampling(sampling, came, dwell):
    longest, following = sampling
    went = came + dwell
    moments = times(0.0, went + LEFT + longest, following)
    (stay,) = watch(updates(looks(*((t, came <= t < went) for t in moments))))
    assert stay.time == pytest.approx(came, abs=longest / 2 + 1e-9)
    assert stay.end == pytest.approx(went, abs=longest / 2 + 1e-9)
    assert stay.dwell == pytest.approx(dwell, abs=longest + 1e-9)
    assert not stay.open_ended


def test_in_and_out_again_sooner_than_the_debounce_is_no_stay():
    assert watch(updates(every(0.1, "......####.......... "))) == []


def test_a_stay_counts_from_when_it_came_in_to_when_it_went_out():
    (stay,) = watch(updates(every(0.1, "......######..........")))
    assert (stay.time, stay.end) == pytest.approx((0.55, 1.15))


def test_out_and_in_again_within_a_second_is_one_stay():
    assert spans(watch(updates(every(0.1, "..########.........########......")))) == [(0.15, 2.65)]


def test_out_for_longer_is_two_stays():
    stays = watch(updates(every(0.1, "..########...........########......")))
    assert spans(stays) == [(0.15, 0.95), (2.05, 2.85)]


def test_a_step_out_just_before_the_track_ends_ends_the_stay_there():
    assert spans(watch(updates(every(0.1, "########..")))) == [(0.0, 0.75)]


def test_a_track_that_is_lost_has_not_left():
    seen = updates(looks((0.0, True), (1.0, True)), ends=False)
    again = updates(looks((2.9, True), (4.0, True)), ends=False)
    zone = watcher()
    for update in [*seen, lost(), *again, lost()]:
        assert zone.update(update) == []
        assert zone.present == 1
    (stay,) = zone.update(ended())
    assert (stay.time, stay.end) == (0.0, 4.0), "it ends when it was last seen, not when it was given up"


def test_a_track_lost_inside_and_found_outside_went_halfway():
    seen = [*updates(looks((0.0, True), (2.0, True)), ends=False), lost(), *updates(looks((3.8, False), (4.0, False)))]
    assert spans(watch(seen)) == [(0.0, 2.9)]


def test_a_stay_is_open_ended_only_when_the_footage_ended_in_it():
    still_there = updates(every(0.25, "..######"))
    left_before = updates(every(0.25, "..######......"))
    assert [stay.open_ended for stay in watch(still_there, footage_ends=True)] == [True]
    assert [stay.open_ended for stay in watch(still_there)] == [False]
    assert [stay.open_ended for stay in watch(left_before, footage_ends=True)] == [False]


def test_who_is_present_now():
    zone = watcher()

    def look(track, time, inside):
        for update in updates(looks((time, inside)), track, ends=False):
            zone.update(update)
        return zone.present

    assert zone.present == 0
    assert look(1, 0.0, True) == 1
    assert look(2, 0.0, False) == 1
    assert look(2, 0.5, True) == 2
    assert look(1, 1.0, False) == 2, "half a second out, as far as is known: may come back"
    assert look(1, 1.5, False) == 1
    zone.update(ended(2))
    assert zone.present == 0


def test_nobody_is_left_over_after_many_tracks():
    zone = watcher()
    stays = [stay for n in range(500) for update in updates(every(0.25, "..###.."), n) for stay in zone.update(update)]
    assert len(stays) == len({stay.id for stay in stays}) == 500
    assert not zone._presences


def test_an_end_without_a_beginning_is_nothing():
    assert watch([ended()]) == []


def test_two_zones_give_ids_of_their_own():
    news = updates(every(0.25, "######"))
    one, other = (
        [stay for update in news for stay in zone.update(update)] for zone in (watcher(), watcher(name="till"))
    )
    assert one[0].id != other[0].id


@pytest.mark.parametrize(
    ("camera", "zone", "stays"),
    [
        (Anchor.FEET, None, 0),
        (Anchor.HEAD, None, 1),
        (Anchor.CENTRE, None, 1),
        (Anchor.FEET, Anchor.HEAD, 1),
        (Anchor.HEAD, Anchor.FEET, 0),
    ],
)
def test_the_anchor_is_the_zones_or_else_the_cameras(camera, zone, stays):
    upper = Polygon((Point(0, 0), Point(1, 0), Point(1, 0.8), Point(0, 0.8)))
    watched = ZoneWatcher(ORIGIN, Zone("shelf", upper, anchor=zone), camera)
    feet_below_it = [observed(t / 4, INSIDE, 1.1, height=0.9) for t in range(8)]
    assert sum(len(watched.update(update)) for update in updates(feet_below_it)) == stays


@given(st.floats(-0.1, 0.5, exclude_max=True), st.floats(1, 1.5))
def test_whose_feet_the_picture_cuts_off_stays_in_the_zone_that_reaches_its_edge(x, y):
    (found,) = watch(updates([observed(float(t), x, y) for t in range(9)]))
    assert (found.time, found.end) == (0.0, 8.0)
    assert watch(updates([observed(float(t), 0.6, y) for t in range(9)])) == []


@given(st.floats(0, 1 - 1e-5), st.floats(0, 1 - 1e-5))
def test_within_the_picture_a_zone_holds_what_is_in_its_polygon(x, y):
    zone = Zone("shelf", Polygon((Point(0.2, 0.1), Point(0.9, 0.4), Point(0.3, 0.8))))
    assert zone.holds(Point(x, y)) == zone.polygon.contains(Point(x, y))
