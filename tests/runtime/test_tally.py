import itertools

import pytest
from looks import HEIGHT, RATE, WIDTH, Scene, Sees, walks

from galleria.domain.errors import StoreError
from galleria.domain.events import Crossing, Origin, Path, Seen
from galleria.domain.geometry import Point, Segment
from galleria.domain.site import Camera, Tripwire
from galleria.runtime.camera import camera_steps
from galleria.runtime.graph import Graph
from galleria.runtime.tally import Tally, run_camera
from galleria.tracking.tracker import MotionTracker

CAMERA = Camera("camera", tripwires=(Tripwire("door", Segment(Point(0.5, 0), Point(0.5, 1))),))


@pytest.fixture
def graph():
    origin = Origin("shop", "camera", "scene")
    return Graph(
        camera_steps(
            CAMERA,
            origin,
            Sees(),
            MotionTracker(WIDTH / HEIGHT, itertools.count(1)),
            aspect=WIDTH / HEIGHT,
            frame_rate=RATE,
            rate=RATE,
        )
    )


def test_events_are_recorded_before_anybody_is_told(graph):
    order, tally, scene = [], Tally(), Scene(walks(), 8)
    run_camera(graph, scene, order.extend, lambda time, n: order.append((time, n)), tally)
    assert [event for event in order if not isinstance(event, tuple)] == tally.events
    (crossing,) = [event for event in tally.events if isinstance(event, Crossing)]
    told = next(place for place, what in enumerate(order) if isinstance(what, tuple) and what[1] == 1)
    assert order.index(crossing) < told
    times = [what[0] for what in order if isinstance(what, tuple)]
    assert times == sorted(times)
    assert len(times) == tally.looks == 80
    assert scene.closed
    assert not tally.interrupted


def test_ctrl_c_keeps_what_was_counted_and_ends_every_track(graph):
    recorded, tally, scene = [], Tally(), Scene(walks(begin=0, seconds=6), 8, interrupt_at=4.0)
    run_camera(graph, scene, recorded.extend, lambda *_: None, tally)
    assert tally.interrupted
    assert tally.frames == 40
    assert recorded == tally.events
    kinds = [type(event) for event in tally.events]
    assert kinds.count(Crossing) == kinds.count(Path) == kinds.count(Seen) == 1
    (seen,) = [event for event in tally.events if isinstance(event, Seen)]
    assert seen.end == pytest.approx(4.0)  # what was not looked at is not covered
    assert scene.closed


def test_a_journal_that_fails_ends_the_run_and_lets_go_of_the_source(graph):
    def full(events):
        problem = "the disk is full"
        raise StoreError(problem)

    scene = Scene(walks(), 8)
    with pytest.raises(StoreError, match="disk is full"):
        run_camera(graph, scene, full, lambda *_: None, Tally())
    assert scene.closed


def test_time_is_told_for_the_source_and_every_step(graph):
    tally = Tally()
    run_camera(graph, Scene(walks(), 4), lambda _: None, lambda *_: None, tally)
    assert list(tally.spent) == ["source", "watch", "pick", "detect and track", "observe"]
    assert tally.spent["source"].items == tally.frames == 40
    assert tally.spent["detect and track"].seconds > 0
