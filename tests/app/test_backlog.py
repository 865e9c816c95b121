"""Events on their way from the journal into the outbox."""

from contextlib import closing

import pytest

from corner_shop import NOON, SITE, condition, crossing, stay
from galleria.app.backlog import Backlog
from galleria.app.deliveries import RecordedDeliveries
from galleria.app.outbox import DAY, Outbox
from galleria.domain.errors import StoreError
from galleria.domain.time import SetClock
from galleria.notify.ports import MARGIN, DeliveryState
from galleria.notify.settings import Webhook
from galleria.storage.records import Records

HOUR = 3600.0


class Desk:
    """A journal written by hand, a real outbox, and a backlog between them."""

    def __init__(self, folder):
        self.clock = SetClock(NOON)
        self.journal = []
        self.asked = []
        self.records = Records(folder / "records.db")
        self.store = RecordedDeliveries(self.records)
        self.restart()

    def restart(self, *hooks):
        self.outbox = Outbox(self.store, {}, self.clock)
        self.backlog = Backlog(self.journaled, self.clock)
        self.backlog.look_back(self.outbox, [f"webhook:{name}" for name in hooks])

    def journaled(self, since):
        self.asked.append(since)
        return list(self.journal)

    def put(self, *hooks, **changes):
        given = {"address": "https://example.com/", "secret": "${K}"} | changes
        self.backlog.put(self.outbox, [Webhook(id=name, **given) for name in hooks], SITE)

    def kept(self, hook):
        found = self.store.listed(DeliveryState.WAITING, 1000)
        return [d.letter.event for d in reversed(found) if d.target == f"webhook:{hook}"]


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    with closing(made.records):
        yield made


def test_each_hook_gets_the_kinds_it_wants(desk):
    desk.backlog.take([crossing(1), stay(2), condition()])
    desk.put("a", kinds=("stay",))
    assert desk.kept("a") == [stay(2).id]
    desk.backlog.take([crossing(3)])
    desk.put("a", enabled=False)
    desk.put("a")
    assert desk.kept("a") == [stay(2).id]  # what came while it was switched off is not told later
    assert desk.asked == []


def test_after_a_crash_only_what_was_not_put_is_put(desk):
    desk.backlog.take([crossing(1)])
    desk.put("a")
    desk.journal = [crossing(1), crossing(2)]
    desk.restart("a")
    desk.put("a")
    desk.put("a")
    assert desk.kept("a") == [crossing(1).id, crossing(2).id]
    assert desk.asked == [NOON - MARGIN]


def test_a_hook_that_rested_does_not_bring_old_events_to_the_others(desk):
    desk.backlog.take([crossing(1)])
    desk.put("rested")
    desk.clock.advance(5 * HOUR)
    late = NOON + 5 * HOUR
    desk.backlog.take([crossing(2, time=late)])
    desk.put("busy")
    # The journal has all since the older of the two; "busy" has had what is older than its newest.
    desk.journal = [crossing(1), crossing(7, time=NOON + HOUR), crossing(2, time=late), crossing(8, time=late)]
    desk.restart("rested", "busy")
    desk.put("rested", "busy")
    assert desk.kept("busy") == [crossing(2).id, crossing(8).id]
    assert desk.kept("rested") == [crossing(n).id for n in (1, 7, 2, 8)]


def test_no_more_than_a_day_is_caught_up_on(desk):
    desk.backlog.take([crossing(1)])
    desk.put("a")
    desk.clock.advance(9 * DAY)
    desk.restart("a")
    desk.put("a")
    assert desk.asked == [NOON + 8 * DAY]


def test_a_hook_that_is_new_gets_nothing_old(desk):
    desk.backlog.take([crossing(1)])
    desk.put("a")
    desk.journal = [crossing(1), crossing(2, time=NOON - 5)]
    desk.clock.advance(60)
    desk.restart("a")
    desk.put("a", "new")
    assert desk.kept("new") == []


def test_more_than_memory_holds_is_read_from_the_journal(desk, monkeypatch):
    monkeypatch.setattr("galleria.app.backlog.MOST", 10)
    events = [crossing(n, time=NOON + n) for n in range(12)]
    desk.put("a")
    desk.backlog.take(events[:6])
    desk.backlog.take(events[6:11])  # one too many
    desk.backlog.take(events[11:])
    desk.journal = events
    desk.put("a")
    assert desk.asked == [NOON - MARGIN]  # as far back as the oldest that was let go of
    assert sorted(desk.kept("a")) == sorted(event.id for event in events)
    desk.put("a")
    assert len(desk.asked) == 1


def test_what_could_not_be_put_waits(desk, monkeypatch):
    def full(*_words):
        problem = "the disk is full"
        raise StoreError(problem, "Free some space.")

    desk.backlog.take([crossing(1)])
    with monkeypatch.context() as broken:
        broken.setattr(desk.store, "put", full)
        with pytest.raises(StoreError):
            desk.put("a")
    desk.backlog.take([crossing(2)])
    desk.put("a")
    assert desk.kept("a") == [crossing(1).id, crossing(2).id]
