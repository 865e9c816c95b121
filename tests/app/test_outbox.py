"""Messages that wait until they have arrived, kept in real records and sent to a real HTTP server."""

import threading
from contextlib import closing
from itertools import pairwise

import pytest

from galleria.app.deliveries import RecordedDeliveries
from galleria.app.outbox import DAY, FIRST_PAUSE, KEEP_DEAD, KEEP_DONE, LONGEST_PAUSE, Couriers, Outbox, pause_after
from galleria.domain.time import SetClock
from galleria.notify.ports import MARGIN, DeliveryState, Letter, Outcome
from galleria.storage.records import Records

HOOK = "webhook:till"
START = 1_795_435_200.0


class Postman:
    """Somebody at the port: takes messages, or refuses them as long as a test wants."""

    def __init__(self, batch=100):
        self.batch = batch
        self.problem = ""
        self.final = False
        self.taken: list[list[str]] = []
        self.tries = 0

    def send(self, deliveries):
        self.tries += 1
        if self.problem:
            return Outcome(self.problem, self.final)
        self.taken.append([delivery.letter.event for delivery in deliveries])
        return Outcome()

    def close(self):
        pass


@pytest.fixture
def clock():
    return SetClock(START)


@pytest.fixture
def store(tmp_path):
    with closing(Records(tmp_path / "records.db")) as records:
        yield RecordedDeliveries(records)


@pytest.fixture
def postman():
    return Postman()


@pytest.fixture
def outbox(store, postman, clock):
    return Outbox(store, {HOOK: postman}, clock, rng=lambda: 0.5)


def letters(*names):
    return [Letter(name, "crossing", f'{{"id":"{name}"}}') for name in names]


def test_what_was_put_is_sent_once_in_order(outbox, postman):
    assert outbox.put(HOOK, letters("a", "b")) == 2
    assert outbox.put(HOOK, letters("b", "c")) == 1  # the same event is the same message
    assert outbox.turn(HOOK) == 3
    assert outbox.turn(HOOK) == 0
    assert postman.taken == [["a", "b", "c"]]
    assert outbox.put(HOOK, letters("a")) == 0  # delivered ones are remembered
    assert outbox.turn(HOOK) == 0


def test_batches_are_as_long_as_the_receiver_takes(store, clock):
    postman = Postman(batch=2)
    outbox = Outbox(store, {HOOK: postman}, clock)
    outbox.put(HOOK, letters(*"abcde"))
    while outbox.turn(HOOK):
        pass
    assert postman.taken == [["a", "b"], ["c", "d"], ["e"]]


def test_many_are_put_at_once(outbox, postman):
    names = [f"e{n}" for n in range(1201)]
    assert outbox.put(HOOK, letters(*names)) == 1201
    assert outbox.put(HOOK, letters(*names, "new")) == 1
    assert outbox.turn(HOOK) == 100
    assert postman.taken[0] == names[:100]


def test_a_receiver_that_is_down_is_left_alone_for_longer_and_longer(outbox, postman, clock):
    outbox.put(HOOK, letters("a"))
    postman.problem = "it does not answer"
    begins = []
    while clock.now() < START + 3600:
        before = postman.tries
        outbox.turn(HOOK)
        if postman.tries > before:
            begins.append(clock.now() - START)
        clock.advance(1)
    pauses = [later - earlier for earlier, later in pairwise(begins)]
    assert pauses[:5] == [5, 10, 20, 40, 80]
    outbox.put(HOOK, letters("b"))
    assert outbox.turn(HOOK) == 0  # what is new does not knock at a closed door either
    postman.problem = ""
    clock.advance(LONGEST_PAUSE * 1.25)
    assert outbox.turn(HOOK) == 2
    assert postman.taken == [["a", "b"]]


def test_pauses_are_spread_and_bounded():
    assert pause_after(0, 0.0) == FIRST_PAUSE * 0.75
    assert pause_after(0, 0.999) < FIRST_PAUSE * 1.25
    assert pause_after(5000, 0.5) == LONGEST_PAUSE


def test_after_a_day_it_is_given_up_kept_and_can_be_sent_again(outbox, postman, clock):
    outbox.put(HOOK, letters("a"))
    postman.problem = "localhost answered 503"
    while clock.now() < START + DAY - 1:
        outbox.turn(HOOK)
        clock.advance(600)
    assert outbox.depth() == {(HOOK, DeliveryState.WAITING): 1}
    clock.advance(2 * LONGEST_PAUSE)
    outbox.turn(HOOK)
    assert outbox.depth() == {(HOOK, DeliveryState.DEAD): 1}
    (dead,) = outbox.dead()
    assert (dead.letter.event, dead.problem) == ("a", "localhost answered 503")
    assert dead.tries > 20
    postman.problem = ""
    clock.advance(2 * LONGEST_PAUSE)
    assert outbox.turn(HOOK) == 0  # dead ones rest
    assert outbox.revive([dead.id]) == 1
    assert outbox.turn(HOOK) == 1
    assert outbox.depth() == {}
    assert outbox.revive([dead.id]) == 0  # it is dead no more


def test_a_receiver_that_is_gone_for_good_is_not_tried_again(outbox, postman, clock):
    outbox.put(HOOK, letters("a"))
    postman.problem, postman.final = "it answered 410", True
    outbox.turn(HOOK)
    clock.advance(DAY)
    assert outbox.turn(HOOK) == 0
    assert postman.tries == 1
    assert outbox.depth() == {(HOOK, DeliveryState.DEAD): 1}


def test_messages_outlive_the_program(tmp_path, clock):
    for _ in range(2):
        with closing(Records(tmp_path / "records.db")) as records:
            postman = Postman()
            outbox = Outbox(RecordedDeliveries(records), {HOOK: postman}, clock)
            outbox.put(HOOK, letters("a"))
    with closing(Records(tmp_path / "records.db")) as records:
        Outbox(RecordedDeliveries(records), {HOOK: postman}, clock).turn(HOOK)
    assert postman.taken == [["a"]]


def test_old_ones_are_deleted_but_those_that_tell_what_was_put(outbox, postman, clock, store):
    outbox.put(HOOK, letters("long ago"))
    outbox.turn(HOOK)
    postman.problem, postman.final = "gone", True
    outbox.put(HOOK, letters("dead"))
    outbox.turn(HOOK)
    clock.advance(KEEP_DONE + FIRST_PAUSE * 2)
    postman.problem = ""
    outbox.put(HOOK, letters("newest"))
    outbox.turn(HOOK)
    assert outbox.forget() == 1  # the first
    clock.advance(KEEP_DEAD + MARGIN)
    assert outbox.forget() == 1  # the dead one; the newest stays, however old
    assert [d.letter.event for d in store.listed(DeliveryState.DONE, 10)] == ["newest"]
    assert outbox.newest(HOOK) is not None
    assert outbox.newest("webhook:other") is None


def test_a_slow_receiver_holds_up_nobody(store, clock):
    gate, begun, arrived = threading.Event(), threading.Event(), threading.Event()

    class Slow(Postman):
        def send(self, deliveries):
            begun.set()
            assert gate.wait(10)
            return super().send(deliveries)

    class Quick(Postman):
        def send(self, deliveries):
            arrived.set()
            return super().send(deliveries)

    outbox = Outbox(store, {"webhook:slow": Slow(), "webhook:quick": Quick()}, clock)
    with closing(Couriers(outbox)) as couriers:
        outbox.put("webhook:slow", letters("a"))
        outbox.put("webhook:quick", letters("a"))
        couriers.start()
        assert begun.wait(10)
        assert arrived.wait(10)
        gate.set()
    assert outbox.depth() == {}
