from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from walks import ended, intervals, lost, observed, randoms, times, updates

from galleria.domain.events import Crossing, Origin
from galleria.domain.geometry import Point, Polygon
from galleria.domain.site import Anchor, Zone
from galleria.domain.track import TrackState, TrackUpdate
from galleria.spatial.way import MOST_POINTS, THIN, PathRecorder

ORIGIN = Origin("site", "camera", "epoch")
LEFT_HALF = Zone("mall", Polygon((Point(0, 0), Point(0.5, 0), Point(0.5, 1), Point(0, 1))))


def recorder(pass_by=None, *, counts_lines=True, anchor=Anchor.FEET):
    return PathRecorder(ORIGIN, anchor, pass_by, counts_lines)


def crossing(track=1, time=1.0):
    return Crossing("id", ORIGIN, track, time, "door", "in", "down", Point(0.5, 0.5))


def record(news, paths=None):
    paths = paths or recorder()
    found = [path for update in news for path in paths.update(update)]
    assert not paths._ways, "state of ended tracks is left over"
    return found


@st.composite
def strolls(draw):
    """Observations of a body that walks about."""
    _, following = draw(intervals())
    random = draw(randoms())
    begin = draw(st.sampled_from([0.0, 1.75e9]))
    moments = times(begin, begin + draw(st.floats(0, 30)), following)
    return [observed(t, random.random(), random.random()) for t in moments]


@given(strolls())
def test_a_path_is_thinned_to_two_points_a_second_whatever_the_sampling(seen):
    (path,) = record(updates(seen))
    at = [t for t, _, _ in path.points]
    longest = max((b.time - a.time for a, b in pairwise(seen)), default=0)
    assert all(b - a >= THIN - 1e-6 for a, b in pairwise(at[:-1])), "no denser, but for the last point"
    assert all(b - a <= THIN + longest + 1e-6 for a, b in pairwise(at)), "and no hole that the sampling does not have"
    assert len(at) <= (seen[-1].time - seen[0].time) / (THIN - 1e-6) + 2


@given(strolls())
def test_a_path_begins_and_ends_where_the_track_was_first_and_last_seen(seen):
    (path,) = record(updates(seen))
    observations = [(point.time, *point.box.feet) for point in seen]
    assert path.points[0] == observations[0]
    assert path.points[-1] == observations[-1]
    assert (path.time, path.end) == (seen[0].time, seen[-1].time)
    assert set(path.points) <= set(observations)
    assert len(path.points) == len(set(path.points))


@given(strolls(), st.integers(1, 30))
def test_it_does_not_matter_how_observations_are_put_into_updates(seen, chunk):
    chunks = [seen[n : n + chunk] for n in range(0, len(seen), chunk)]
    news = [TrackUpdate(1, TrackState.CONFIRMED, tuple(some)) for some in chunks]
    assert record([*news, ended()]) == record(updates(seen)) == record([*news[:-1], lost(), ended(points=chunks[-1])])


def test_even_sampling_gives_points_half_a_second_apart():
    for rate in (2, 4, 8, 12, 60):
        (path,) = record(updates(observed(1.75e9 + n / rate, 0.5, 0.5) for n in range(10 * rate + 1)))
        assert [t - 1.75e9 for t, _, _ in path.points] == pytest.approx([n / 2 for n in range(21)], abs=1e-6)


def test_the_points_are_those_of_the_cameras_anchor():
    (path,) = record(updates([observed(0.0, 0.5, 0.8, height=0.4)]), recorder(anchor=Anchor.HEAD))
    assert path.points[0] == pytest.approx((0.0, 0.5, 0.4))


@pytest.mark.parametrize("crosses", [False, True])
@pytest.mark.parametrize("comes_into_zone", [False, True])
@pytest.mark.parametrize("zone", [None, LEFT_HALF])
@pytest.mark.parametrize("counts_lines", [False, True])
def test_who_passed_by(crosses, comes_into_zone, zone, counts_lines):
    paths = recorder(zone, counts_lines=counts_lines)
    news = updates(
        [observed(0.0, 0.9, 0.5), observed(1.0, 0.2 if comes_into_zone else 0.8, 0.5), observed(2.0, 0.9, 0.5)]
    )
    found = []
    for n, update in enumerate(news):
        found += paths.update(update)
        if n == 1 and crosses:
            paths.crossed(crossing())
    (path,) = found
    assert path.passed_by == (counts_lines and not crosses and (zone is None or comes_into_zone))


def test_a_crossing_may_be_told_before_or_after_the_update_that_brought_it():
    for before in (True, False):
        paths = recorder()
        whole_past = TrackUpdate(1, TrackState.CONFIRMED, (observed(0.0, 0.5, 0.3), observed(1.0, 0.5, 0.7)))
        if before:
            paths.crossed(crossing())
        paths.update(whole_past)
        if not before:
            paths.crossed(crossing())
        (path,) = paths.update(ended())
        assert not path.passed_by


def test_a_crossing_of_one_track_is_not_anothers():
    paths = recorder()
    for track in (1, 2):
        paths.update(TrackUpdate(track, TrackState.CONFIRMED, (observed(0.0, 0.5, 0.5),)))
    paths.crossed(crossing(track=1))
    assert [path.passed_by for track in (1, 2) for path in paths.update(ended(track))] == [False, True]


def test_a_very_long_path_comes_in_pieces_that_join():
    seconds = 2 * MOST_POINTS * THIN + 100
    paths = recorder()
    seen = [observed(n / 4, 0.5, 0.4 + n / 1e6) for n in range(int(4 * seconds))]
    found = []
    for update in updates(seen):
        found += paths.update(update)
        assert len(paths.tail(1)) <= MOST_POINTS
    assert len(found) == 3
    assert max(len(path.points) for path in found) <= MOST_POINTS
    assert all(a.points[-1] == b.points[0] for a, b in pairwise(found))
    assert (found[0].time, found[-1].end) == (seen[0].time, seen[-1].time)
    assert len({path.id for path in found}) == 3
    assert [path.passed_by for path in found] == [False, False, True], "one body passes by once"


@pytest.mark.parametrize("piece", [0, 1])
def test_who_crossed_in_any_piece_of_a_long_path_did_not_pass_by(piece):
    seen = [observed(n / 2, 0.5, 0.5) for n in range(MOST_POINTS + 100)]
    paths, found = recorder(), []
    for n, update in enumerate(updates(seen)):
        found += paths.update(update)
        if n == 10 + piece * MOST_POINTS:
            paths.crossed(crossing())
    assert [path.passed_by for path in found] == [False, False]


def test_the_way_so_far():
    paths = recorder()
    assert paths.tail(1) == []
    for update in updates((observed(n / 10, 0.1 + n / 100, 0.5) for n in range(16)), ends=False):
        paths.update(update)
    assert [t for t, _, _ in paths.tail(1)] == pytest.approx([0.0, 0.5, 1.0, 1.5])
    paths.update(ended())
    assert paths.tail(1) == []


def test_nothing_is_left_over_after_many_tracks():
    paths = recorder()
    found = [p for n in range(500) for u in updates([observed(n, 0.5, 0.5)], n) for p in paths.update(u)]
    assert len({path.id for path in found}) == 500
    assert not paths._ways


def test_an_end_without_a_beginning_is_nothing():
    assert record([ended()]) == []
