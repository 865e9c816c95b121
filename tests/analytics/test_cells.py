from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.cells import Part, Stretch, added, counted, day_cells, layout
from galleria.analytics.facts import Facts, Spans, Watching
from galleria.analytics.measures import Watched, measures
from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.measure import MeasureName as Name
from galleria.domain.site import Camera, Entrance, Shop, Site, Tripwire, Zone
from galleria.domain.time import Bucket, clip_buckets, quarter_hours

A, B = Point(0.1, 0.5), Point(0.9, 0.5)


def wire(name, entrance=None):
    return Tripwire(name, Segment(A, B), entrance=entrance)


def zone(name):
    return Zone(name, Polygon((A, B, Point(0.5, 0.9))))


SITE = Site(
    "shop",
    cameras=(
        Camera("hall", tripwires=(wire("left", "front"), wire("right", "front")), zones=(zone("shelf"),)),
        Camera("yard", tripwires=(wire("gate", "back"), wire("fence"))),
    ),
    entrances=(Entrance("front"), Entrance("back")),
)
QUARTERS = tuple(Bucket(t, t + 900.0, "") for t in (0.0, 900.0, 1800.0))


def spans(*rows):
    return Spans.of(rows)


def facts(**given):
    return Facts(
        lines=("left", "right", "gate", "fence"),
        zones=("shelf",),
        cameras=("hall", "yard"),
        recordings=(
            Watching("hall", frozenset({"left", "right"}), frozenset({"shelf"})),
            Watching("yard", frozenset({"gate", "fence"}), frozenset()),
        ),
        **given,
    )


def cells(what, buckets=QUARTERS, opened=(0.0, 2700.0), **more):
    return day_cells(layout(SITE), what, Stretch(buckets, opened, **more))


def row(some, part):
    return some.parts[:, part].tolist()


def test_entrances_are_the_sum_of_their_lines_and_the_site_of_its_entrances():
    crossings = spans(
        (1, 1, 0, True), (2, 2, 1, True), (901, 901, 2, True), (902, 902, 3, True), (1000, 1000, 0, False)
    )
    found = cells(facts(crossings=crossings, seen=spans((0, 2700, 0, False), (0, 900, 1, False))))
    assert row(found["tripwire:left"], Part.CAME) == [1, 0, 0]
    assert row(found["entrance:front"], Part.CAME) == [2, 0, 0]
    assert row(found["entrance:front"], Part.WENT) == [0, 1, 0]
    assert row(found["entrance:back"], Part.CAME) == [0, 1, 0]
    assert row(found["camera:yard"], Part.CAME) == [0, 2, 0]  # the fence is no entrance, but the camera's
    assert row(found["site"], Part.CAME) == [2, 1, 0]
    assert row(found["site"], Part.COVERED) == [900, 600, 600]  # mean of two lines seen and one that is not
    assert row(found["entrance:back"], Part.COVERED) == [900, 0, 0]


def test_a_shop_is_the_sum_of_its_lines_and_the_stays_in_its_zones():
    mall = replace(SITE, shops=(Shop("books", tripwires=("right", "fence", "gone"), zones=("shelf",)), Shop("empty")))
    what = facts(
        crossings=spans((1, 1, 0, True), (2, 2, 1, True), (901, 901, 3, True), (902, 902, 1, False)),
        stays=spans((10, 100, 0, False)),
        paths=spans((10, 100, 0, True), (950, 990, 1, True), (960, 990, 1, True)),
        seen=spans((0, 2700, 0, False), (0, 900, 1, False)),
    )
    found = day_cells(layout(mall), what, Stretch(QUARTERS, (0.0, 2700.0)))
    books = found["shop:books"]
    assert (row(books, Part.CAME), row(books, Part.WENT)) == ([1, 1, 0], [0, 1, 0])  # of the left line nobody
    assert (row(books, Part.STAYS), row(books, Part.DWELL)) == ([1, 0, 0], [90, 0, 0])
    assert row(books, Part.PASSED) == [1, 2, 0]  # by both of its cameras
    assert row(books, Part.COVERED) == [900, 600, 600]  # right and shelf all day, the fence for a quarter hour
    assert np.array_equal(books.dwells, found["zone:shelf"].dwells)
    assert not found["shop:empty"].parts.any()
    others = day_cells(layout(SITE), what, Stretch(QUARTERS, (0.0, 2700.0)))
    assert all(np.array_equal(found[key].parts, others[key].parts) for key in others)


def test_a_site_without_entrances_counts_every_line():
    plain = Site("shop", cameras=(Camera("hall", tripwires=(wire("left"), wire("right"))),))
    assert layout(plain).footfall == {"left", "right"}
    assert layout(SITE).footfall == {"left", "right", "gate"}


def test_open_time_and_what_was_seen_of_it():
    found = cells(facts(seen=spans((600, 1500, 0, False))), opened=(900.0, 1200.0))["camera:hall"]
    assert row(found, Part.SECONDS) == [900, 900, 900]
    assert row(found, Part.OPEN) == [0, 300, 0]
    assert row(found, Part.COVERED) == [300, 600, 0]
    assert row(found, Part.COVERED_OPEN) == [0, 300, 0]
    closed = cells(facts(seen=spans((600, 1500, 0, False))), opened=None)["camera:hall"]
    assert row(closed, Part.OPEN) == row(closed, Part.COVERED_OPEN) == [0, 0, 0]


def test_a_blind_camera_covers_nothing_whatever_frames_came():
    found = cells(facts(seen=spans((0, 2700, 0, False)), unseen={"hall": [(100, 400), (2000, float("inf"))]}))
    assert row(found["camera:hall"], Part.COVERED) == [600, 900, 200]
    assert row(found["zone:shelf"], Part.COVERED) == [600, 900, 200]


def test_overlapping_recordings_of_a_camera_cover_once():
    found = cells(facts(seen=spans((0, 500, 0, False), (300, 800, 0, False), (800, 900, 0, False))))
    assert row(found["camera:hall"], Part.COVERED) == [900, 0, 0]


def test_a_line_drawn_later_has_a_gap_before():
    what = Facts(
        recordings=(
            Watching("hall", frozenset({"left"}), frozenset()),
            Watching("hall", frozenset({"left", "right"}), frozenset()),
        ),
        seen=spans((0, 1000, 0, False), (1000, 2700, 1, False)),
    )
    found = cells(what)
    assert row(found["tripwire:left"], Part.COVERED) == [900, 900, 900]
    assert row(found["tripwire:right"], Part.COVERED) == [0, 800, 900]


def test_what_was_taken_out_of_the_site_keeps_its_numbers():
    what = Facts(
        lines=("old",),
        recordings=(Watching("attic", frozenset({"old"}), frozenset({"sofa"})),),
        crossings=spans((5, 5, 0, True)),
        seen=spans((0, 900, 0, False)),
    )
    found = cells(what)
    assert row(found["tripwire:old"], Part.CAME) == [1, 0, 0]
    assert row(found["camera:attic"], Part.COVERED) == [900, 0, 0]
    assert "zone:sofa" in found
    assert row(found["site"], Part.CAME) == [0, 0, 0]


def test_occupancy_of_cells():
    crossings = spans(
        *((t, t, 0, True) for t in (10, 20, 30)), (40, 40, 0, False), (950, 950, 0, False), (2000, 2000, 0, True)
    )
    found = cells(facts(crossings=crossings), resets=(1000.0,))["site"]
    assert row(found, Part.PEAK) == [3, 2, 1]
    assert row(found, Part.INSIDE) == [2, 0, 1]
    later = cells(facts(crossings=crossings), buckets=QUARTERS[1:], inside=2.0)["site"]
    assert row(later, Part.PEAK) == [2, 2]
    assert row(later, Part.INSIDE) == [1, 2]


def test_nothing_counted_is_told_from_somebody_inside():
    found = cells(facts(crossings=spans((10, 10, 0, True))))["site"].parts
    assert counted(found).tolist() == [True, False, False]  # one is inside all the time, but nothing was counted


def test_continued_from_the_middle_is_the_same_as_whole():
    crossings = spans((10, 10, 0, True), (1000, 1000, 1, True), (1900, 1900, 2, False))
    stays = spans((5, 1000, 0, False), (1000, 1100, 0, True))
    what = facts(crossings=crossings, stays=stays, paths=spans((5, 2000, 0, True)), seen=spans((0, 2700, 0, False)))
    whole = cells(what)
    tail = cells(what, buckets=QUARTERS[1:], inside=1.0)
    for subject, some in whole.items():
        joined = some.continued(1, tail[subject])
        np.testing.assert_array_equal(joined.parts, some.parts)
        np.testing.assert_array_equal(joined.dwells, some.dwells)


moments = st.integers(-100, 3000).map(float)
stretches = st.tuples(moments, moments).map(sorted)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(moments, st.sampled_from(["left", "right"]), st.booleans()), max_size=20),
    st.lists(st.tuples(stretches, st.booleans()), max_size=15),
    st.lists(st.tuples(stretches, st.booleans()), max_size=15),
    st.lists(stretches, max_size=6),
)
def test_the_same_numbers_as_measures_of_events(crossed, stayed, walked, seen):
    origin = Origin("shop", "hall", "r")
    events = [Seen(f"n{n}", origin, *one) for n, one in enumerate(seen)]
    events += [
        Crossing(f"c{n}", origin, n, t, line, "in" if came else "out", "up", A)
        for n, (t, line, came) in enumerate(crossed)
    ]
    events += [Stay(f"s{n}", origin, n, *one, "shelf", cut) for n, (one, cut) in enumerate(stayed)]
    events += [Path(f"p{n}", origin, n, *one, (), passed) for n, (one, passed) in enumerate(walked)]
    buckets = clip_buckets("15min", 0, 2700)
    expected = {}
    for m in measures(events, buckets, {origin: Watched(("left", "right"), ("shelf",))}):
        expected.setdefault((m.place, m.name), []).append((m.value, m.coverage))
    names = {"left": 0, "right": 1}
    what = facts(
        crossings=spans(*((t, t, names[line], came) for t, line, came in crossed)),
        stays=spans(*((*one, 0, cut) for one, cut in stayed)),
        paths=spans(*((*one, 0, passed) for one, passed in walked)),
        seen=spans(*((*one, 0, False) for one in seen)),
    )
    found = cells(what)

    def compare(subject, part, name, place):
        for n, (value, share) in enumerate(expected[place, name]):
            assert found[subject].parts[n, Part.COVERED] / 900 == pytest.approx(share, abs=1e-6)
            if value is not None:
                assert found[subject].parts[n, part] == pytest.approx(value)

    compare("tripwire:left", Part.CAME, Name.IN, "left")
    compare("tripwire:right", Part.WENT, Name.OUT, "right")
    compare("zone:shelf", Part.STAYS, Name.STAYS, "shelf")
    compare("zone:shelf", Part.CUT, Name.STAYS_CUT, "shelf")
    compare("camera:hall", Part.PASSED, Name.PASS_BY, "")
    compare("camera:hall", Part.PEAK, Name.AT_ONCE_PEAK, "")


def test_a_day_with_a_change_of_clocks_has_its_hours():
    zone_ = ZoneInfo("Europe/Berlin")
    begin = 1774738800.0  # 2026-03-29 00:00 local
    buckets = tuple(quarter_hours(zone_, begin, begin + 23 * 3600))
    assert len(buckets) == 92
    found = cells(
        facts(seen=spans((begin, begin + 23 * 3600, 0, False))), buckets=buckets, opened=(begin, begin + 23 * 3600)
    )
    assert added(found["camera:hall"].parts)[Part.OPEN] == 23 * 3600
    assert added(found["camera:hall"].parts)[Part.COVERED_OPEN] == 23 * 3600
