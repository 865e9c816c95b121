"""A queue that waits too long and a site that is too full: told once, and told when it is over, to a real receiver."""

from contextlib import closing
from dataclasses import replace

import pytest
from test_integrations import World, hooks, quick, running  # noqa: F401  # `quick` is a fixture

from galleria.analytics.queue_watch import HOLD, WINDOW, Latch
from galleria.app.alarms import Alarms
from galleria.domain.events import Origin, Stay
from galleria.domain.geometry import Point, Polygon
from galleria.domain.health import CameraState
from galleria.domain.live import CameraLive, Dot, Occupancy, SiteLive
from galleria.domain.site import Camera, Queue, Site, Zone
from mosquitto_broker import until
from webhook_receiver import Receiver

NOON = 1_790_000_000.0
ORIGIN = Origin("kiosk", "till", "run-1")


def area(left, right):
    return Polygon((Point(left, 0.0), Point(right, 0.0), Point(right, 1.0), Point(left, 1.0)))


ZONES = (Zone("waiting", area(0.0, 0.5)), Zone("served", area(0.5, 1.0)))
SITE = Site(
    "kiosk",
    cameras=(Camera("till", zones=ZONES),),
    queues=(Queue("line", "waiting", service="served", target=60.0),),
    capacity=10,
)


def live(time, *tracks, inside=0, state=CameraState.SEEING):
    dots = tuple(Dot(track, 0.25, 0.5) for track in tracks)
    camera = CameraLive("till", state, NOON, frame_time=time, dots=dots)
    return SiteLive(time, "2026-09-21", {"till": camera}, Occupancy(inside, 1.0, NOON))


class Watched:
    """Alarms, and what they told."""

    def __init__(self, site=SITE):
        self.told = []
        self.alarms = Alarms(site, self.told.append)

    def stand(self, begin, end, *tracks, **how):
        for second in range(int(begin), int(end) + 1):
            self.alarms.turn(live(NOON + second, *tracks, **how))

    def serve(self, track, arrived, wait, service=10.0):
        begins = ((arrived, arrived + wait, "waiting"), (arrived + wait, arrived + wait + service, "served"))
        self.alarms.take(
            Stay(f"{track}-{zone}", ORIGIN, track, NOON + begin, NOON + end, zone) for begin, end, zone in begins
        )

    @property
    def kinds(self):
        return [(message["type"], "end" in message["data"]) for message in self.told]


LONG, OVER = ("galleria.queue-long.v1", False), ("galleria.queue-long.v1", True)


def test_who_stands_too_long_is_told_of_once_and_when_it_is_over():
    watched = Watched()
    watched.stand(0, 60, 7)
    assert watched.kinds == []
    watched.stand(61, 90, 7)
    assert watched.kinds == [LONG]
    assert watched.told[0]["data"] == {"queue": "line", "wait": 61.0, "target": 60.0, "waiting": 1}
    assert watched.alarms.now()["line"].long_since == NOON + 61
    watched.stand(91, 91 + HOLD + 10)  # gone for good
    assert watched.kinds == [LONG, OVER]
    assert watched.told[1]["id"] != watched.told[0]["id"]
    assert watched.told[1]["time"] == watched.told[0]["time"]
    assert watched.alarms.now()["line"].long_since is None


def test_who_is_served_and_followed_by_others_does_not_make_it_flicker():
    watched = Watched()
    watched.stand(0, 70, 1)
    watched.stand(71, 100, 2)
    watched.stand(101, 190, 2)
    assert watched.kinds == [LONG]


def test_the_mean_of_those_served_counts_for_ten_minutes():
    watched = Watched()
    watched.serve(1, 0.0, 100.0)
    watched.serve(2, 20.0, 50.0)
    watched.stand(115, 116)
    assert watched.kinds == [LONG]
    assert watched.alarms.now()["line"].served == pytest.approx(75, rel=0.02)
    watched.stand(110 + WINDOW + 1, 110 + WINDOW + HOLD + 2)
    assert watched.kinds == [LONG, OVER]
    assert watched.alarms.now()["line"].served is None


def test_a_camera_that_does_not_see_says_nothing():
    watched = Watched()
    watched.stand(0, 50, 1)
    watched.stand(51, 53, 1, state=CameraState.DARK)
    assert watched.alarms.now() == {}
    watched.stand(54, 100, 1)  # who stands there now may be somebody else
    assert watched.kinds == []


def test_who_steps_out_for_a_moment_still_waits():
    watched = Watched()
    watched.stand(0, 40, 1)
    watched.stand(41, 45)
    watched.stand(46, 61, 1)
    assert watched.kinds == [LONG]


def test_another_target_begins_anew_and_a_queue_that_goes_is_forgotten():
    watched = Watched()
    watched.stand(0, 50, 1)
    watched.alarms.reload(replace(SITE, name="Another name"))
    watched.stand(51, 61, 1)
    assert watched.kinds == [LONG]
    watched.alarms.reload(replace(SITE, queues=()))
    watched.stand(62, 200, 1)
    assert watched.alarms.now() == {}
    assert watched.kinds == [LONG]


def test_more_inside_than_may_be():
    watched = Watched()
    watched.stand(0, 3, inside=10)
    watched.stand(4, 8, inside=11)
    watched.stand(9, 9 + HOLD + 1, inside=10)
    assert watched.kinds == [("galleria.capacity.v1", False), ("galleria.capacity.v1", True)]
    assert watched.told[0]["data"] == {"occupancy": 11, "error": 1.0, "capacity": 10}


def test_a_site_without_capacity_is_never_full():
    watched = Watched(replace(SITE, capacity=None))
    watched.stand(0, 3, inside=100_000)
    assert watched.told == []


def test_a_clock_set_back_does_not_hold_it_for_ever():
    latch = Latch()
    assert latch.take(1000.0, over=True) is True
    assert latch.take(1001.0, over=False) is None
    assert latch.take(1.0, over=False) is False


def test_hooks_that_ask_for_it_are_told(tmp_path):
    world = World(tmp_path)
    with closing(Receiver()) as receiver, closing(Receiver()) as other:
        settings = hooks(receiver, other)
        settings["webhooks"]["hooks"][0]["kinds"] = ["queue-long", "capacity"]
        made = world.integrations(settings)
        alarms = Alarms(SITE, made.greet)
        with running(made):
            for second in range(62):
                alarms.turn(live(NOON + second, 1, inside=11))
            until(lambda: len(receiver.events) == 2)
            until(lambda: not made.depth())
    world.records.close()
    kinds = ["galleria.capacity.v1", "galleria.queue-long.v1"]
    assert [event["type"] for event in receiver.events] == kinds
    assert receiver.events[1]["subject"] == "line"
    assert other.events == []  # it did not ask
