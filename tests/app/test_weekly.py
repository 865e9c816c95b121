"""The report of a week: when it is due, and that it arrives with its pictures."""

import io
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from flowing import Desk, at, shop
from PIL import Image
from test_integrations import World, running

from galleria.app.integrations import Integrations, IntegrationSettings, Surroundings
from galleria.app.references import References
from galleria.app.reporting.asking import Desk as ReportDesk
from galleria.app.reporting.making import period_report
from galleria.app.weekly import AFTER, LATEST, due
from galleria.domain.time import SetClock
from mail_server import MailServer
from mosquitto_broker import until

MONDAY, OPENING = date(2026, 5, 4), at("2026-05-11", "10:00")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("galleria.app.integrations.TURN_SECONDS", 0.02)
    monkeypatch.setattr("galleria.app.outbox._LOOK_SECONDS", 0.02)


def test_it_is_due_on_mondays_after_opening():
    assert due(shop(), OPENING + AFTER - 1) is None
    assert due(shop(), OPENING + AFTER) == MONDAY
    assert due(shop(), OPENING + LATEST - 1) == MONDAY
    assert due(shop(), OPENING + LATEST) is None
    assert due(shop(), at("2026-05-10", "12:00")) is None


def test_a_site_that_never_closes_has_it_after_midnight():
    assert due(shop(hours={}), at("2026-05-11", "00:14")) is None
    assert due(shop(hours={}), at("2026-05-11", "00:15")) == MONDAY


def test_it_survives_the_change_of_clocks():
    assert due(shop(hours={}), at("2026-03-30", "00:15")) == date(2026, 3, 23)  # the Sunday had 23 hours


@pytest.fixture
def desk(tmp_path):
    with closing(Desk(tmp_path, replace(shop(), simulated=True))) as made:
        made.open_day("2026-04-28", 9)
        made.open_day("2026-05-05", 12)
        made.keeper.turn(OPENING)
        yield made


def integrations(desk, world, settings):
    now = world.clock.now
    week = lambda dates: period_report(ReportDesk(desk.site, desk.flows), dates, now())  # noqa: E731
    secrets = References(world.folder, {})
    around = Surroundings(desk.flows, world.store, lambda: None, world.journaled, secrets, world.clock, week)
    return Integrations(desk.site, around, IntegrationSettings.from_settings({"mail": settings}))


def test_it_is_sent_once_with_its_sections_and_pictures(desk, tmp_path_factory):
    world = World(tmp_path_factory.mktemp("world"), SetClock(OPENING))
    with closing(MailServer()) as server:
        said = {"host": "localhost", "port": server.port, "security": "none", "recipients": ["a@example.com"]}
        said |= {"at": "22:00", "weekly": True}
        for moment, expected in ((AFTER - 60, 0), (AFTER, 1), (AFTER + 600, 1), (LATEST - 60, 1)):
            world.clock.time = OPENING + moment
            with running(integrations(desk, world, said)) as _:
                weekly = lambda: [m for _, m in server.letters if "4 to 10 May" in m["Subject"]]  # noqa: E731
                until(lambda expected=expected, weekly=weekly: len(weekly()) == expected)
        (message,) = weekly()
        outcome = integrations(desk, world, said).try_out("weekly")
        assert outcome.problem == ""
        assert len(weekly()) == 2
    world.records.close()
    assert message["Subject"] == "The shop (simulated): 4 to 10 May 2026"
    plain = message.get_body(("plain",)).get_content()
    assert "2026-05-05: came in 12, a week before 9, seen 100%" in plain
    page = message.get_body(("html",)).get_content()
    assert "every number below is made up" in page
    assert "http" not in page
    assert "<script" not in page
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert {part["Content-ID"] for part in pictures} == {"<footfall>", "<inside>"}
    for part in pictures:
        assert f'src="cid:{part["Content-ID"][1:-1]}"' in page
        assert Image.open(io.BytesIO(part.get_content())).size == (1152, 480)


def test_it_is_not_sent_unless_it_is_switched_on(desk, tmp_path_factory):
    world = World(tmp_path_factory.mktemp("world"), SetClock(OPENING + AFTER))
    said = {"host": "localhost", "port": 1, "security": "none", "recipients": ["a@example.com"], "at": "22:00"}
    made = integrations(desk, world, said)
    with running(made):
        until(lambda: made._running)
    assert made.depth() == {}
    world.records.close()
