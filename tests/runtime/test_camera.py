import itertools

import pytest
from looks import HEIGHT, RATE, WIDTH, Scene, Sees, nobody, walks

from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Camera, Tripwire, Zone
from galleria.runtime.camera import camera_steps
from galleria.runtime.follow import HEARTBEAT
from galleria.runtime.graph import Graph
from galleria.runtime.tally import Tally, run_camera
from galleria.runtime.watch import COVERAGE_EVERY
from galleria.tracking.tracker import MotionTracker

ORIGIN = Origin("shop", "camera", "scene")
# Down the middle; somebody walking from top to bottom has the left of the picture to the right: in is leftwards.
DOOR = Tripwire("door", Segment(Point(0.5, 0.0), Point(0.5, 1.0)))
FLOOR = Zone("floor", Polygon((Point(0.3, 0), Point(0.7, 0), Point(0.7, 1), Point(0.3, 1))))
CAMERA = Camera("camera", tripwires=(DOOR,), zones=(FLOOR,))


def count(scene, detector=None, rate=RATE, camera=CAMERA):
    tally = Tally()
    steps = camera_steps(
        camera,
        ORIGIN,
        detector or Sees(),
        MotionTracker(WIDTH / HEIGHT, itertools.count(1)),
        aspect=WIDTH / HEIGHT,
        frame_rate=RATE,
        rate=rate,
    )
    run_camera(Graph(steps), scene, lambda _: None, lambda *_: None, tally)
    return tally


def of_kind(tally, kind):
    return [event for event in tally.events if isinstance(event, kind)]


def test_somebody_walks_through():
    tally = count(Scene(walks(begin=1.0, seconds=4.0), 8))
    (crossing,) = of_kind(tally, Crossing)
    assert (crossing.tripwire, crossing.towards, crossing.direction) == ("door", "right", "out")
    assert crossing.time == pytest.approx(3.0, abs=0.15)  # half of the way
    assert crossing.at.x == pytest.approx(0.5, abs=0.02)
    (stay,) = of_kind(tally, Stay)
    assert stay.dwell == pytest.approx(2.0, abs=0.5)
    assert not stay.open_ended
    (path,) = of_kind(tally, Path)
    assert not path.passed_by
    assert (path.time, path.end) == pytest.approx((1.0, 5.0), abs=0.3)
    assert {event.track for event in (crossing, stay, path)} == {1}


def test_ids_are_the_same_every_time_and_differ():
    first, second = ([event.id for event in count(Scene(walks(), 8)).events] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first) == 4


@pytest.mark.parametrize("rate", [3, 5, 10, 30])
def test_rate(rate):
    tally = count(Scene(walks(), 8), rate=rate)
    assert len(of_kind(tally, Crossing)) == 1
    assert tally.frames == 80
    assert tally.looks == pytest.approx(8 * min(rate, RATE), abs=2)


def test_an_empty_picture_is_searched_once_a_heartbeat():
    detector = Sees()
    tally = count(Scene(nobody, 10), detector)
    assert tally.looks == 100
    assert tally.searched == detector.asked
    assert 10 / HEARTBEAT - 1 <= tally.searched <= 10 / HEARTBEAT + 2


def test_while_somebody_is_there_every_picture_is_searched():
    tally = count(Scene(walks(begin=0, seconds=8), 8))
    assert tally.searched == tally.looks == 80


def test_somebody_who_stands_still_is_not_forgotten():
    tally = count(Scene(lambda _: [(0.4, 0.7)], 10))
    (stay,) = of_kind(tally, Stay)
    assert stay.open_ended  # the footage ended, the stay did not
    assert stay.dwell == pytest.approx(10, abs=0.5)


def test_coverage_is_all_of_the_footage_in_pieces_without_seams():
    seen = of_kind(count(Scene(nobody, 150), rate=2), Seen)
    assert len(seen) == 3
    assert seen[0].time == 0
    assert seen[-1].end == pytest.approx(150)
    assert all(a.end == b.time for a, b in itertools.pairwise(seen))
    assert all(each.end - each.time <= COVERAGE_EVERY + 1 for each in seen)


class WithGap(Scene):
    """Half a minute is missing."""

    def __iter__(self):
        return (frame for frame in super().__iter__() if not 10 <= frame.time < 40)


def test_a_gap_is_not_covered():
    seen = of_kind(count(WithGap(nobody, 50)), Seen)
    assert [(each.time, each.end) for each in seen] == [pytest.approx((0, 10)), pytest.approx((40, 50))]


def test_nothing_comes_of_no_frames():
    tally = count(Scene(nobody, 0))
    assert (tally.events, tally.frames, tally.looks) == ([], 0, 0)
