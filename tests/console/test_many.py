"""What the pages make of very many cameras, places, queues and amounts: in groups, in order, the largest first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from galleria.analytics.queue_watch import QueueNow
from galleria.analytics.routes import ELSEWHERE
from galleria.app.routing import Step
from galleria.app.simulate.ground import ground_of
from galleria.app.simulate.scales import Plan
from galleria.console.site.gathered import BUSIEST, MOST, gathered, through
from galleria.console.site.grouped import cameras_grouped, natural
from galleria.console.site.routes_health import judged, troubles
from galleria.console.site.routes_queues import MOST_NOW, Now, pressing
from galleria.console.site.sankey import COLOURS, sankey
from galleria.domain.health import CameraState
from galleria.domain.live import CameraLive
from galleria.domain.site import Queue


@pytest.fixture(scope="module")
def mall():
    return ground_of(Plan("mall", 1, date(2026, 6, 6))).site


def test_numbers_in_names_go_by_their_size():
    names = ["Door 10", "door 2", "Door 1", "Annex", "Door 2b"]
    assert sorted(names, key=natural) == ["Annex", "Door 1", "door 2", "Door 2b", "Door 10"]


def test_cameras_of_a_mall_are_in_groups_and_each_once(mall):
    groups = cameras_grouped(mall)
    assert groups[0][0] == "Entrances"
    assert groups[-1][0] == "Others"
    assert {shop.name for shop in mall.shops} <= {heading for heading, _ in groups}
    listed = [camera for _, some in groups for camera, _ in some]
    assert sorted(listed) == sorted(camera.id for camera in mall.cameras)
    assert len(listed) == len(set(listed))


def test_a_few_cameras_need_no_groups(mall):
    some = [camera.id for camera in mall.cameras[:3]]
    assert cameras_grouped(mall, some) == [("", [(c.id, c.name) for c in mall.cameras[:3]])]


def steps_between(places):
    """From each place to each other one; the first places are the busiest."""
    return [
        Step(a, b, 100.0 / (n + 1) / (m + 1), 0.1, 0, None)
        for n, a in enumerate(places)
        for m, b in enumerate(places)
        if a != b
    ]


class TestGathered:
    places = (*(f"shop:{n}" for n in range(30)), *(f"zone:{n}" for n in range(10)), ELSEWHERE)

    def test_few_places_are_left_as_they_are(self):
        few = self.places[:MOST]
        steps = steps_between(few)
        shown = gathered(steps, few)
        assert (shown.steps, shown.places, shown.others, shown.between) == (steps, few, {}, 0.0)

    def test_the_busiest_stand_alone_and_the_others_of_a_kind_together(self):
        shown = gathered(steps_between(self.places), self.places)
        assert [name for name in shown.places if name.startswith("shop:")] == list(self.places[:BUSIEST])
        assert shown.others == {"others:shop": 30 - BUSIEST, "others:zone": 10}

    def test_no_track_is_lost(self):
        steps = steps_between(self.places)
        shown = gathered(steps, self.places)
        drawn = sum(step.count for step in shown.steps)
        assert drawn == pytest.approx(sum(step.count for step in steps) * (1 - shown.between))
        assert 0 < shown.between < 1
        ends = {(step.a, step.b) for step in shown.steps}
        assert not any(a.startswith("others") and b.startswith("others") for a, b in ends)

    def test_a_place_that_is_asked_for_stands_alone_however_few_go_there(self):
        quiet = "zone:9"
        assert quiet not in gathered(steps_between(self.places), self.places).places
        shown = gathered(through(steps_between(self.places), quiet), self.places, quiet)
        assert quiet in shown.places
        assert all(quiet in (step.a, step.b) for step in shown.steps if not step.a.startswith("others"))

    def test_the_others_are_grey_and_nobody_else_is(self):
        shown = gathered(steps_between(self.places), self.places)
        drawn = sankey(shown.steps, shown.places)
        grey = {bar.name for bar in drawn.bars if bar.colour == COLOURS[-1]}
        assert grey == set(shown.others)


class TestTroubles:
    def judged(self, mall, states):
        cameras = mall.cameras[: len(states)]
        lives = {c.id: CameraLive(c.id, state, 0.0) for c, state in zip(cameras, states, strict=True)}
        return judged(cameras, lives, [], 0.0, timedelta(days=1).total_seconds())

    def test_many_in_one_state_are_one(self, mall):
        states = [CameraState.OFFLINE] * 7 + [CameraState.MOVED] * 2 + [CameraState.SEEING]
        told = troubles(self.judged(mall, states))
        assert [(one.state, len(one.cameras)) for one in told] == [
            (CameraState.OFFLINE, 7), (CameraState.MOVED, 1), (CameraState.MOVED, 1),
        ]  # fmt: skip

    def test_each_of_a_few_is_told_by_itself(self, mall):
        told = troubles(self.judged(mall, [CameraState.OFFLINE] * 3))
        assert [len(one.cameras) for one in told] == [1, 1, 1]
        assert troubles(self.judged(mall, [CameraState.SEEING])) == []

    def test_they_stand_in_the_order_of_their_names(self, mall):
        told = troubles(self.judged(mall, [CameraState.OFFLINE] * 12))
        assert [one.camera.name for one in told[0].cameras][1:3] == ["Entrance 2", "Entrance 3"]


def now_of(n, waiting=None, long_since=None):
    queue = Queue(f"q{n}", f"z{n}")
    return Now(queue, None if waiting is None else QueueNow(1000.0, waiting, None, None, long_since))


class TestQueuesNow:
    def test_few_stand_in_the_order_of_the_site(self):
        some = [now_of(1), now_of(2, 5), now_of(3, 9, 100.0)]
        assert pressing(some) == some

    def test_of_many_those_over_the_target_stand_first_and_the_unseen_last(self):
        quiet = [now_of(n, n % 3) for n in range(MOST_NOW)]
        late, later, unseen = now_of(50, 1, 200.0), now_of(51, 1, 100.0), now_of(52)
        order = [one.queue.id for one in pressing([unseen, *quiet, late, later])]
        assert order[:2] == ["q51", "q50"]
        assert order[-1] == "q52"
        waiting = [one.now.waiting for one in pressing([unseen, *quiet, late, later])[2:-1]]
        assert waiting == sorted(waiting, reverse=True)


def test_of_a_place_only_its_steps(mall):
    steps = steps_between(["shop:1", "shop:2", "zone:1"])
    assert {(one.a, one.b) for one in through(steps, "zone:1")} == {
        ("shop:1", "zone:1"), ("shop:2", "zone:1"), ("zone:1", "shop:1"), ("zone:1", "shop:2"),
    }  # fmt: skip
    assert through(steps, "") == [replace(one) for one in steps]
