"""All integrations together: real records, a real HTTP server, a real broker."""

from contextlib import closing
from dataclasses import replace
from datetime import time

import pytest

from corner_shop import NOON, SITE, condition, crossing, live, stay
from galleria.app.deliveries import RecordedDeliveries
from galleria.app.flow_query import FlowAnswer, Subject
from galleria.app.integrations import Integrations, IntegrationSettings, Surroundings
from galleria.app.references import References
from galleria.domain.errors import NotFoundError, StoreError
from galleria.domain.site import Hours
from galleria.domain.time import SetClock
from galleria.notify.ports import MARGIN, DeliveryState
from galleria.storage.records import Records
from mail_server import MailServer
from mosquitto_broker import Broker, Listener, until
from webhook_receiver import Receiver


class Quiet:
    """Flows of a site of which nothing was seen."""

    def query(self, _q):
        return FlowAnswer((), None, None, "tracks")

    def subjects(self):
        return [Subject("site", "site", "The corner shop", ("in", "occupancy"))]


class World:
    """What surrounds the integrations, with a journal that a test writes by hand."""

    def __init__(self, folder, clock=None):
        self.folder = folder
        self.clock = clock or SetClock(NOON)
        self.journal = []
        self.asked_since = []
        self.records = Records(folder / "records.db")
        self.store = RecordedDeliveries(self.records)

    def journaled(self, since):
        self.asked_since.append(since)
        return list(self.journal)

    def integrations(self, settings, site=SITE):
        secrets = References(self.folder, {"K": "s3cret"})
        around = Surroundings(Quiet(), self.store, live, self.journaled, secrets, self.clock)
        return Integrations(site, around, IntegrationSettings.from_settings(settings))


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.records.close()


@pytest.fixture
def receiver():
    with closing(Receiver()) as made:
        yield made


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("galleria.app.integrations.TURN_SECONDS", 0.02)
    monkeypatch.setattr("galleria.app.outbox._LOOK_SECONDS", 0.02)


def hooks(*receivers, **changes):
    return {
        "webhooks": {
            "hooks": [
                {"id": f"h{n}", "address": f"http://localhost:{r.port}/", "secret": "${K}", "private": True} | changes
                for n, r in enumerate(receivers)
            ]
        }
    }


def running(made):
    made.start()

    class Running:
        def close(self):
            made.stop()

    return closing(Running())


def ids(receiver):
    return [event["id"] for event in receiver.events]


def test_what_is_told_arrives_at_every_hook_that_wants_it(world, receiver):
    with closing(Receiver()) as other:
        settings = hooks(receiver, other)
        settings["webhooks"]["hooks"][1]["kinds"] = ["condition"]
        made = world.integrations(settings)
        with running(made):
            made.tell([crossing(1), stay(2), condition()])
            until(lambda: len(receiver.events) == 3)
            until(lambda: len(other.events) == 1)
            until(lambda: not made.depth())
    assert [event["type"] for event in receiver.events] == [
        f"galleria.{k}.v1" for k in ("crossing", "stay", "condition")
    ]
    assert other.events[0]["type"] == "galleria.condition.v1"


def test_a_receiver_that_fails_first_gets_everything_later(world):
    with closing(Receiver(lambda n: 500 if n < 2 else 204)) as receiver:
        made = world.integrations(hooks(receiver))
        with running(made):
            made.tell([crossing(1), crossing(2)])
            for tries in (1, 2):
                until(lambda tries=tries: len(receiver.requests) == tries)
                until(made.depth)
                world.clock.advance(60)
            until(lambda: not made.depth())
    told = [[event["id"] for event in request.events] for request in receiver.requests]
    assert told == [[crossing(1).id, crossing(2).id]] * 3


def test_what_was_journaled_but_not_told_before_a_crash_is_told_after_it(world, receiver):
    first = world.integrations(hooks(receiver))
    with running(first):
        first.tell([crossing(1)])
        until(lambda: ids(receiver) == [crossing(1).id])
        until(lambda: not first.depth())
    world.journal = [crossing(1), crossing(2), crossing(3)]  # the last two were written, and then the power failed
    world.clock.advance(3600)
    with running(world.integrations(hooks(receiver))):
        until(lambda: len(ids(receiver)) >= 3)
    assert ids(receiver) == [crossing(1).id, crossing(2).id, crossing(3).id]  # the first one not again
    assert world.asked_since == [NOON - MARGIN]


def test_a_new_hook_gets_nothing_old(world, receiver):
    world.journal = [crossing(1)]
    made = world.integrations({})
    with running(made):
        made.change(IntegrationSettings.from_settings(hooks(receiver)))
        until(lambda: made._running and made._running[0].webhooks.hooks)
        made.tell([crossing(2)])
        until(lambda: ids(receiver) == [crossing(2).id])


def test_events_wait_while_the_records_cannot_be_written(world, receiver, monkeypatch):
    made = world.integrations(hooks(receiver))
    real = world.store.put
    full = [True]

    def put(*words):
        if full[0]:
            problem = "the records cannot grow: the disk is full"
            raise StoreError(problem, "Free some space.")
        return real(*words)

    monkeypatch.setattr(world.store, "put", put)
    with running(made):
        made.tell([crossing(1)])
        until(lambda: "disk is full" in made.problems().get("outbox", ""))
        made.tell([crossing(2)])
        full[0] = False
        until(lambda: ids(receiver) == [crossing(1).id, crossing(2).id])
        until(lambda: made.problems() == {})


def test_the_report_is_sent_once_after_closing(world):
    shut = Hours(time(9), time(20))
    site = replace(SITE, zone="UTC", hours=dict.fromkeys(range(7), shut))
    with closing(MailServer()) as server:
        said = {"host": "localhost", "port": server.port, "security": "none", "recipients": ["a@example.com"]}
        settings = {"mail": {**said, "at": "20:30"}}
        for moment in (NOON, NOON + 8 * 3600, NOON + 8.6 * 3600, NOON + 9 * 3600):
            world.clock.time = moment
            with running(world.integrations(settings, site)) as _:
                expected = moment > NOON + 8.5 * 3600
                until(lambda expected=expected: len(server.letters) == expected)
        assert len(server.letters) == 1
        assert "Monday, 23 November 2026" in server.letters[0][1]["Subject"]


def test_the_broker_hears_of_changes_and_of_another_site(world, tmp_path):
    broker = Broker(tmp_path)
    broker.start()
    try:
        made = world.integrations({"mqtt": {"host": "127.0.0.1", "port": broker.port}})
        with running(made), closing(Listener(broker.port)) as heard:
            until(lambda: heard.values.get("galleria/corner-shop/line/side/in") == "2")
            made.reload(replace(SITE, cameras=SITE.cameras[1:]))
            until(lambda: "galleria/corner-shop/line/side/in" not in heard.values)
            made.change(IntegrationSettings())
            until(lambda: heard.values.get("galleria/corner-shop/availability") == "offline")
            assert made.problems() == {}
    finally:
        broker.stop()


def test_a_broker_that_cannot_be_had_is_told_and_stops_nothing(world, receiver):
    made = world.integrations({"mqtt": {"host": "127.0.0.1", "port": 1}, **hooks(receiver)})
    with running(made):
        made.tell([crossing(1)])
        until(lambda: ids(receiver) == [crossing(1).id])
        until(lambda: "cannot be reached" in made.problems().get("mqtt", ""))


def test_settings_can_be_tried_out(world, receiver):
    made = world.integrations(hooks(receiver))
    assert made.try_out("webhook:h0").problem == ""
    assert receiver.events[0]["type"] == "galleria.test.v1"
    assert made.depth() == {}
    with pytest.raises(NotFoundError, match="mail"):
        made.try_out("mail")
    with closing(MailServer()) as server:
        said = {"host": "localhost", "port": server.port, "security": "none", "recipients": ["a@example.com"]}
        assert world.integrations({"mail": said}).try_out("mail").problem == ""
        assert len(server.letters) == 1


def test_dead_ones_are_seen_and_sent_again(world):
    with closing(Receiver(lambda n: 410 if n == 0 else 204)) as receiver:
        made = world.integrations(hooks(receiver))
        with running(made):
            made.tell([crossing(1)])
            until(lambda: made.depth() == {("webhook:h0", DeliveryState.DEAD): 1})
            (dead,) = made.dead()
            assert dead.problem == "localhost answered 410"
            world.clock.advance(60)
            assert made.revive([dead.id]) == 1
            until(lambda: len(receiver.requests) == 2)
            until(lambda: not made.depth())
