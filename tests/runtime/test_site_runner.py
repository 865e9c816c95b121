import itertools
from dataclasses import replace
from types import MappingProxyType

import pytest
from hand import HandFeed, Remembers, SeesMany, eventually, lively
from looks import HEIGHT, RATE, WIDTH, Sees, walks
from test_camera import ORIGIN

from galleria.capture.feed import FeedState
from galleria.domain.errors import ConflictError, NotFoundError
from galleria.domain.events import Crossing, Path, Seen, Stay
from galleria.domain.frame import Frame
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.health import CameraState
from galleria.domain.site import Anchor, Camera, Site, Tripwire, Zone
from galleria.domain.time import SetClock
from galleria.runtime.camera import camera_steps
from galleria.runtime.graph import EmbeddedExecutor, Graph
from galleria.runtime.parts import Parts
from galleria.runtime.site import SiteRunner
from galleria.tracking.tracker import MotionTracker

START = 1_780_000_000.0
DOOR = Tripwire("door", Segment(Point(0.5, 0.0), Point(0.5, 1.0)))
SHELF = Tripwire("shelf", Segment(Point(0.7, 0.0), Point(0.7, 1.0)))
FLOOR = Zone("floor", Polygon((Point(0.3, 0), Point(0.6, 0), Point(0.6, 1), Point(0.3, 1))))
ONE = Camera("one", source="one", tripwires=(DOOR,), zones=(FLOOR,))
TWO = Camera("two", source="two", tripwires=(DOOR,))
WALK = walks(begin=1.0, seconds=4.0)  # from left to right in 4 s: at the door after 3


NO_VIEWS = MappingProxyType({})


class Shop:
    """A running site whose cameras are driven by hand."""

    def __init__(
        self, *cameras: Camera, lossless: bool = False, searchers: int = 2, views=MappingProxyType({})
    ) -> None:
        self.feeds: dict[str, HandFeed] = {}
        self.made: list[HandFeed] = []
        self.sink, self.clock, self.sees = Remembers(), SetClock(START), SeesMany()
        self.site = Site("shop", cameras=cameras)
        self.lossless = lossless
        parts = Parts(self.feed, (self.sees,) * searchers, MotionTracker, rate=RATE)
        self.runner = SiteRunner(self.site, parts, self.sink, self.clock, views)

    def feed(self, camera, ready):
        feed = HandFeed(camera, ready, START, lossless=self.lossless)
        self.feeds[camera.id] = feed
        self.made.append(feed)
        return feed

    def __enter__(self):
        self.runner.start()
        eventually(lambda: len(self.feeds) == len(self.site.cameras))
        return self

    def __exit__(self, *_):
        self.runner.stop()

    def walk(self, camera, begin=0.0, end=8.0, where=WALK):
        """Play a part of the scene and wait until it is analysed."""
        before = self.runner.live()[camera].analysed
        self.feeds[camera].play(where, begin, end, START)
        eventually(lambda: self.runner.live()[camera].analysed == before + round((end - begin) * RATE))

    def crossings(self, camera):
        return sorted((c.tripwire, c.direction, round(c.time - START, 1)) for c in self.sink.of(camera, Crossing))


def alone(camera, where=WALK, end=8.0):
    """The events of the same frames, counted as a recording is."""
    steps = camera_steps(
        camera,
        replace(ORIGIN, camera=camera.id, epoch="epoch"),
        Sees(),
        MotionTracker(WIDTH / HEIGHT, itertools.count(1)),
        aspect=WIDTH / HEIGHT,
        frame_rate=RATE,
        rate=RATE,
    )
    executor = EmbeddedExecutor(Graph(steps))
    times = [index / RATE for index in range(round(end * RATE))]
    frames = [Frame(camera.id, i, START + t, lively(where(t), i)) for i, t in enumerate(times)]
    looks = [*executor.run(frames), *executor.drain()]
    return {event.id: event for look in looks for event in look.events}


@pytest.mark.parametrize("searchers", [1, 2])
def test_many_cameras_are_counted_as_each_alone(searchers):
    cameras = [replace(ONE, id=f"camera{n}") for n in range(3)]
    with Shop(*cameras, searchers=searchers) as shop:
        shop.sink.fails = True  # until all have frames to give
        shop.feeds["camera0"].say(FeedState.ONLINE, START)
        eventually(lambda: shop.runner.trouble)
        for n, camera in enumerate(cameras):
            shop.feeds[camera.id].open(START)
            shop.feeds[camera.id].play(walks(begin=1.0 + 0.3 * n), 0, 8, START)
            shop.feeds[camera.id].end(START + 8, whole=True)
        shop.sink.fails = False
        eventually(lambda: len(shop.sink.finished) == 3)
    for n, camera in enumerate(cameras):
        expected = alone(camera, walks(begin=1.0 + 0.3 * n))
        assert {type(e) for e in expected.values()} == {Crossing, Stay, Path, Seen}
        assert {e.id: e for e in shop.sink.of(camera.id, object)} == expected
    batches = shop.runner.load().batches
    assert sum(size * times for size, times in batches.items()) == shop.sees.asked


def test_a_crossing_is_shown_once_it_is_written():
    with Shop(ONE) as shop:
        shop.feeds["one"].open(START)
        shop.walk("one", 0, 2)
        eventually(lambda: shop.sink.began)
        shop.sink.fails = True
        shop.feeds["one"].play(WALK, 2, 8, START)
        eventually(lambda: "the disk is full" in shop.runner.trouble)  # which it says after the sink refused
        assert shop.runner.live()["one"].crossings == {}
        assert shop.sink.of("one", Crossing) == []
        shop.sink.fails = False
        eventually(lambda: shop.runner.live()["one"].crossings == {"door": (0, 1)})
        assert shop.crossings("one") == [("door", "out", 3.0)]
        assert shop.runner.trouble == ""


def test_nothing_is_analysed_and_nothing_lost_while_the_sink_fails():
    with Shop(ONE, TWO) as shop:
        shop.sink.fails = True
        for feed in shop.feeds.values():
            feed.open(START)
        eventually(lambda: shop.runner.trouble)
        for feed in shop.feeds.values():
            feed.play(WALK, 0, 8, START)
            feed.end(START + 8, whole=True)
        refused = shop.sink.refused
        eventually(lambda: shop.sink.refused > refused)
        assert all(not feed.empty for feed in shop.feeds.values())
        shop.sink.fails = False
        eventually(lambda: len(shop.sink.finished) == 2)
    for camera in (ONE, TWO):
        assert {e.id: e for e in shop.sink.of(camera.id, object)} == alone(camera)


def test_a_camera_that_fails_takes_no_other_down_and_begins_anew():
    with Shop(ONE, TWO) as shop:
        for feed in shop.feeds.values():
            feed.open(START)
        shop.walk("one", 0, 2)
        shop.sees.breaks = True
        shop.feeds["one"].play(WALK, 2, 3, START)  # somebody is there: it breaks
        eventually(lambda: shop.runner.live()["one"].state is CameraState.OFFLINE)
        assert "RuntimeError" in shop.runner.live()["one"].reason
        shop.walk("two", 0, 0.8)  # nobody is there
        shop.sees.breaks = False
        shop.walk("two", 0.8, 8)
        eventually(lambda: shop.crossings("two") == [("door", "out", 3.0)])
        first = shop.feeds["one"]
        eventually(lambda: first.closed)
        shop.clock.advance(5)
        eventually(lambda: shop.feeds["one"] is not first)
        shop.feeds["one"].open(START + 20, "later")
        shop.feeds["one"].play(WALK, 0, 8, START + 20)
        eventually(lambda: shop.crossings("one") == [("door", "out", 23.0)])
        assert shop.runner.live()["one"].state is CameraState.SEEING


def test_drawing_another_line_neither_disconnects_nor_miscounts():
    """Somebody is just on the door's line, and in the zone, when another line is drawn."""
    with Shop(ONE, TWO) as shop:
        shop.feeds["one"].open(START)
        shop.feeds["two"].open(START)
        shop.walk("one", 0, 3.1)  # over the line, not yet surely
        assert shop.crossings("one") == []
        changed = shop.runner.reload(replace(shop.site, cameras=(replace(ONE, tripwires=(DOOR, SHELF)), TWO)))
        assert (changed.redrawn, changed.added, changed.removed, changed.reconnected) == (("one",), (), (), ())
        shop.walk("one", 3.1, 8)
        eventually(lambda: len(shop.crossings("one")) == 2)
        assert len(shop.made) == 2  # nobody was disconnected
        shop.feeds["one"].end(START + 8)
        eventually(lambda: shop.sink.of("one", Path))
    assert shop.crossings("one") == [("door", "out", 3.0), ("shelf", "out", 4.0)]
    (stay,) = shop.sink.of("one", Stay)
    assert (stay.time - START, stay.end - START) == pytest.approx((2.0, 3.5), abs=0.15)
    (path,) = shop.sink.of("one", Path)
    assert not path.passed_by
    before, after = [origin for origin in shop.sink.began if origin.camera == "one"]
    assert {e.origin for e in shop.sink.of("one", Crossing)} == {after} != {before}
    assert len([origin for origin in shop.sink.began if origin.camera == "two"]) == 1
    seen = sorted((e.time - START, e.end - START) for e in shop.sink.of("one", Seen))
    assert (seen[0][0], seen[0][1], len(seen)) == (0, seen[1][0], 2)  # without a seam
    assert 2.5 < seen[0][1] <= 3.1
    assert 7.4 < seen[1][1] <= 8.0  # what was in doubt at the end is not covered


def test_a_line_that_was_moved_counts_from_now_on():
    with Shop(ONE) as shop:
        shop.feeds["one"].open(START)
        shop.walk("one", 0, 4)
        eventually(lambda: shop.crossings("one") == [("door", "out", 3.0)])
        behind = replace(DOOR, segment=Segment(Point(0.3, 0.0), Point(0.3, 1.0)))
        shop.runner.reload(replace(shop.site, cameras=(replace(ONE, tripwires=(behind,)),)))
        shop.walk("one", 4, 8)
    assert shop.crossings("one") == [("door", "out", 3.0)]


def test_words_are_changed_without_a_new_epoch():
    with Shop(ONE) as shop:
        shop.feeds["one"].open(START)
        shop.walk("one", 0, 2)
        changed = shop.runner.reload(replace(shop.site, cameras=(replace(ONE, name="At the door"),)))
        shop.walk("one", 2, 8)
    assert changed.redrawn == changed.reconnected == ()
    assert len(shop.sink.began) == 1
    assert {e.id for e in shop.sink.of("one", Crossing)} <= alone(ONE).keys()


def test_cameras_come_go_and_get_another_source():
    third = replace(ONE, id="three", source="three")
    with Shop(ONE, TWO) as shop:
        for feed in shop.feeds.values():
            feed.open(START)
        shop.walk("one", 0, 4)
        shop.walk("two", 0, 4)
        one, two = shop.feeds["one"], shop.feeds["two"]
        changed = shop.runner.reload(replace(shop.site, cameras=(replace(ONE, source="elsewhere"), third)))
        assert (changed.added, changed.removed, changed.reconnected) == (("three",), ("two",), ("one",))
        eventually(lambda: one.closed and two.closed)
        assert shop.feeds["one"] is not one
        assert set(shop.runner.live()) == {"one", "three"}
        eventually(lambda: shop.sink.of("two", Path))  # what was followed has ended
    last = {c.camera: c for c in shop.sink.told}
    assert all(condition.end is not None for condition in last.values())


def test_a_site_that_does_not_run_yet_is_changed_too():
    shop = Shop(ONE)
    assert shop.runner.reload(replace(shop.site, cameras=(TWO,))).added == ("two",)
    shop.site = replace(shop.site, cameras=(TWO,))
    with shop:
        assert set(shop.feeds) == {"two"}


def test_another_site_is_refused():
    with Shop(ONE) as shop, pytest.raises(ConflictError):
        shop.runner.reload(replace(shop.site, id="other"))


def test_states_follow_one_another_without_a_gap():
    with Shop(ONE) as shop:
        feed = shop.feeds["one"]

        def becomes(state):
            eventually(lambda: shop.runner.live()["one"].state is state)

        becomes(CameraState.STARTING)
        shop.clock.advance(2)
        feed.open(shop.clock.now())
        becomes(CameraState.SEEING)
        shop.clock.advance(10)
        feed.say(FeedState.STALLED, shop.clock.now() - 3, "no frames come")
        becomes(CameraState.STALLED)
        shop.clock.advance(5)
        feed.say(FeedState.OFFLINE, shop.clock.now(), "no route to it")
        becomes(CameraState.OFFLINE)
        assert shop.runner.live()["one"].reason == "no route to it"
        shop.clock.advance(5)
    ended = [c for c in shop.sink.told if c.end is not None]
    assert [(c.state.value, c.begin - START, c.end - START) for c in ended] == [
        ("starting", 0, 2),
        ("seeing", 2, 9),
        ("stalled", 9, 17),
        ("offline", 17, 22),
    ]


def test_a_site_that_is_stopped_was_not_offline():
    with Shop(ONE) as shop:
        shop.feeds["one"].open(START)
        eventually(lambda: shop.runner.live()["one"].state is CameraState.SEEING)
        shop.clock.advance(10)
    ended = [(c.state, c.end - START) for c in shop.sink.told if c.end is not None]
    assert ended[-1] == (CameraState.SEEING, 10)
    assert CameraState.OFFLINE not in {c.state for c in shop.sink.told}


def test_a_jump_of_the_clock_ends_what_the_old_time_told():
    with Shop(ONE) as shop:
        shop.feeds["one"].open(START)
        eventually(lambda: shop.runner.live()["one"].state is CameraState.SEEING)
        shop.clock.time = START + 100
        shop.walk("one", 100, 101)
        shop.clock.time = START - 3600  # an hour and a bit back
        shop.feeds["one"].say(FeedState.ONLINE, START - 3600, jump=-3700.0)
        eventually(lambda: [c for c in shop.sink.told if c.state is CameraState.CLOCK])
        eventually(lambda: shop.runner.live()["one"].state is CameraState.SEEING)
    ended = [(c.state.value, c.begin - START, c.end - START) for c in shop.sink.told if c.end is not None]
    assert ("seeing", 0, 100) in ended
    (jump,) = [c for c in shop.sink.told if c.state is CameraState.CLOCK and c.end is None]
    assert (jump.begin - START, "-3700 s" in jump.reason) == (-3600, True)


def test_what_a_camera_sees_is_known_to_the_next_run():
    with Shop(ONE) as shop:
        shop.feeds["one"].open(START)
        shop.walk("one", 0, 30, where=lambda _: [])
        eventually(shop.runner.views)
    (key,) = shop.runner.views()
    assert len(key) == 32
    views = {key: shop.runner.views()[key]}
    with Shop(ONE, views=views) as again:
        assert again.runner.views() == views  # before it has seen anything
    with Shop(replace(ONE, source="elsewhere"), views=views) as other:
        assert other.runner.views() == {}
    with Shop(ONE, views={key: b"from another version"}) as newer:
        assert newer.runner.views() == {}


def test_lines_are_tried_on_the_last_minute():
    with Shop(replace(ONE, tripwires=())) as shop:
        assert shop.runner.preview("one", [DOOR]) == {"door": (0, 0)}
        shop.feeds["one"].open(START)
        shop.walk("one")
        back = replace(DOOR, id="back", segment=DOOR.segment.reversed())
        assert shop.runner.preview("one", [DOOR, back]) == {"door": (0, 1), "back": (1, 0)}
        shop.feeds["one"].play(lambda _: [], 70, 71, START)
        eventually(lambda: shop.runner.preview("one", [DOOR]) == {"door": (0, 0)})
    assert shop.sink.of("one", Crossing) == []


def test_a_glimpse_has_everybody_in_it_also_who_is_masked():
    masked = replace(ONE, masks=(Polygon((Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1))),))
    with Shop(masked) as shop:
        assert shop.runner.glimpse("one") is None
        shop.feeds["one"].open(START)
        shop.walk("one", 0, 3)
        glimpse = shop.runner.glimpse("one")
        assert (glimpse.picture.width, len(glimpse.people)) == (WIDTH, 1)
        shop.clock.advance(10)
        eventually(lambda: shop.runner.glimpse("one") is None)  # an old picture is not kept


def test_nobody_knows_another_camera():
    with Shop(ONE) as shop, pytest.raises(NotFoundError, match="'two'"):
        shop.runner.preview("two", [])


def test_what_a_stop_cuts_off_is_written_as_open_ended():
    with Shop(ONE) as shop:
        shop.feeds["one"].open(START)
        shop.walk("one", 0, 2.8)
    (stay,) = shop.sink.of("one", Stay)
    assert stay.open_ended
    assert shop.sink.finished == []
    assert not shop.runner.running


def test_of_a_recording_that_is_counted_again_nothing_is_cut():
    """The same ids come again, from the recording's beginning, and then with their true ends."""
    with Shop(ONE, lossless=True) as shop:
        shop.feeds["one"].open(START)
        shop.walk("one", 0, 2.8)
    assert shop.sink.of("one", object) == []


def test_an_anchor_counts_as_drawn():
    with Shop(ONE) as shop:
        shop.feeds["one"].open(START)
        shop.walk("one", 0, 2)
        changed = shop.runner.reload(replace(shop.site, cameras=(replace(ONE, anchor=Anchor.HEAD),)))
        assert changed.redrawn == ("one",)
