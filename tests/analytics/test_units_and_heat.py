import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.heat import COLUMNS, ROWS, Heat, heat_of_day, on_plan
from galleria.analytics.units import LARGEST, Units, units_of_day
from galleria.domain.events import Origin, Path
from galleria.domain.floor import Floor
from galleria.domain.geometry import Point
from galleria.domain.site import Calibration, Camera, Site
from galleria.domain.time import Bucket

# Ten metres of floor in the picture's width and height.
SQUARE = Calibration(
    (Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1)), ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
)
SITE = Site("s", cameras=(Camera("hall", calibration=SQUARE), Camera("yard")))
DAY = Bucket(0.0, 86400.0, "1970-01-01")


def walk(track, begin, y=0.5, camera="hall", seconds=8.0, speed=0.1):
    points = tuple((begin + t, min(1.0, 0.1 + speed * t), y) for t in np.arange(0, seconds + 0.01, 0.5))
    return Path(f"{camera}{track}", Origin("s", camera, "run"), track, begin, begin + seconds, points, False)


def test_groups_of_a_calibrated_camera_by_hour():
    events = [walk(1, 10), walk(2, 10, 0.55), walk(3, 60), walk(4, 7300), walk(5, 10, camera="yard")]
    units = units_of_day(SITE, DAY, events)
    assert list(units) == ["hall"]
    assert units["hall"].hours == {0: (1, 1) + (0,) * 6, 2: (1,) + (0,) * 7}
    assert units["hall"].groups == 3
    assert units["hall"].mean == pytest.approx(4 / 3)
    assert units["hall"].shared == pytest.approx(0.5)


def test_nobody_is_no_group_and_no_number():
    units = units_of_day(SITE, DAY, [])["hall"]
    assert (units.groups, units.mean, units.shared, units.sizes) == (0, None, None, (0,) * LARGEST)


def test_a_crowd_is_counted_as_the_largest():
    events = [walk(n, 10, 0.05 * n) for n in range(1, LARGEST + 4)]
    assert units_of_day(SITE, DAY, events)["hall"].sizes == (0,) * (LARGEST - 1) + (1,)


counts = st.dictionaries(st.integers(0, 23), st.tuples(*[st.integers(0, 99)] * LARGEST), max_size=5).map(Units)
heats = st.dictionaries(st.integers(0, ROWS * COLUMNS - 1), st.integers(1, 999), max_size=9).map(lambda d: Heat(d, d))


@given(counts, counts, counts)
def test_units_add_up_in_any_order(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert list((a + b).hours) == sorted((a + b).hours)


@given(heats, heats)
def test_heat_adds_up_in_any_order(a, b):
    assert a + b == b + a
    np.testing.assert_allclose((a + b).seconds, a.seconds + b.seconds)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
def test_every_second_of_a_way_is_somewhere(ways):
    points = tuple((0.5 * n, x, y) for n, (x, y) in enumerate(ways))
    event = Path("p", Origin("s", "hall", "run"), 1, 0.0, points[-1][0], points, False)
    heat = heat_of_day(SITE, DAY, [event])["hall"]
    assert heat.seconds.sum() == pytest.approx(points[-1][0], abs=0.11)
    assert max(heat.tracks.values()) == 1


def test_who_stands_still_warms_one_cell_and_a_gap_warms_none():
    still = tuple((0.5 * n, 0.5, 0.5) for n in range(21))
    gap = ((100.0, 0.1, 0.1), (100.5, 0.1, 0.1), (160.0, 0.9, 0.9), (160.5, 0.9, 0.9))
    origin = Origin("s", "hall", "run")
    events = [Path("a", origin, 1, 0, 10, still, False), Path("b", origin, 2, 100, 160.5, gap, False)]
    heat = heat_of_day(SITE, DAY, events)["hall"]
    middle = (ROWS // 2, COLUMNS // 2)
    assert heat.seconds[middle] == pytest.approx(10, abs=0.11)
    assert heat.dwell[middle] == pytest.approx(10, abs=0.11)
    assert heat.seconds.sum() == pytest.approx(11, abs=0.4)
    assert np.isnan(heat.dwell[0, 0])


def test_two_cameras_on_one_plan_do_not_count_twice():
    floor = Floor.of(SQUARE)
    heat = heat_of_day(SITE, DAY, [walk(1, 0)])["hall"]
    one, corner = on_plan([(floor, heat)], 1.0)
    both, same = on_plan([(floor, heat), (floor, heat)], 1.0)
    np.testing.assert_allclose(one, both)
    assert corner == same == (0.0, 5.0)  # the cell in which it began has its middle at 0.94 m
    assert one.sum() == pytest.approx(heat.seconds.sum())
    assert on_plan([], 1.0)[0].size == 0
