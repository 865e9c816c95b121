"""The report of a day: when it is due, and its figures from a real journal."""

from contextlib import closing
from datetime import date, time

import pytest
from flowing import Desk, at, shop

from galleria.app.daily import LATEST, DailyReport, ReportSender
from galleria.notify.ports import Delivery, DeliveryState, Letter, Outcome

MONDAY, TUESDAY = date(2026, 5, 4), date(2026, 5, 5)
EVENING = time(20, 30)


@pytest.fixture
def desk(tmp_path):
    with closing(Desk(tmp_path)) as made:
        yield made


def report(site=None):
    return DailyReport(site or shop(), None)  # when it is due needs no figures


def test_it_is_due_from_its_time_on_for_half_a_day():
    assert report().due(at("2026-05-04", "20:29"), EVENING) is None
    assert report().due(at("2026-05-04", "20:30"), EVENING) == MONDAY
    assert report().due(at("2026-05-04", "20:30") + LATEST - 1, EVENING) == MONDAY
    assert report().due(at("2026-05-04", "20:30") + LATEST, EVENING) is None


def test_a_time_before_closing_means_the_next_morning():
    assert report().due(at("2026-05-04", "21:00"), time(7)) is None
    assert report().due(at("2026-05-05", "07:00"), time(7)) == MONDAY


def test_closed_days_have_none():
    sunday = "2026-05-03"
    assert report().due(at(sunday, "20:30"), EVENING) is None
    assert report().last_closed(at(sunday, "21:00")) == date(2026, 5, 2)


def test_a_shop_without_hours_reports_whole_days():
    always = report(shop(hours={}))
    assert always.due(at("2026-05-05", "00:29"), time(0, 30)) is None
    assert always.due(at("2026-05-05", "00:30"), time(0, 30)) == MONDAY


def test_clocks_that_change_do_not_lose_a_report():
    # Saturday's report at half past two comes on the Sunday on which there is no half past two.
    before = report().due(at("2026-03-29", "01:59"), time(2, 30))
    after = report().due(at("2026-03-29", "03:31"), time(2, 30))
    assert (before, after) == (None, date(2026, 3, 28))


def test_the_figures_are_those_of_the_journal(desk):
    desk.open_day("2026-04-27", 10)
    desk.see(at("2026-05-04", "10:00"), at("2026-05-04", "15:00"))
    desk.see(at("2026-05-04", "15:00"), at("2026-05-04", "20:00"), cameras=("hall",))
    for n in range(12):
        desk.come(at("2026-05-04", "12:00") + 60 * n)
    desk.come(at("2026-05-04", "11:00"), camera="yard")
    desk.keeper.turn(at("2026-05-05", "08:00"))
    digest = DailyReport(desk.site, desk.flows).digest(MONDAY)
    assert (digest.site, digest.day) == ("The shop", MONDAY)
    assert digest.footfall.value == 13
    assert digest.footfall.coverage == pytest.approx(0.75)
    front, back = digest.entrances
    assert (front.name, front.value, front.coverage) == ("Front door", 12, 1.0)
    assert front.change == pytest.approx(0.2)  # ten the week before
    assert (back.value, back.coverage) == (1, 0.5)
    assert [hour.label for hour in digest.hours] == [f"{hour}:00" for hour in range(10, 20)]
    assert [hour.value for hour in digest.hours][:3] == [0, 1, 12]
    assert digest.peak == (13, "12:00")
    assert digest.gaps == ("15:00 to 20:00: 50% seen",)


def test_a_day_of_which_nothing_was_seen_has_gaps_and_no_zeros(desk):
    desk.open_day("2026-05-04", 5)
    desk.keeper.turn(at("2026-05-06", "08:00"))
    digest = DailyReport(desk.site, desk.flows).digest(TUESDAY)
    assert digest.footfall.value is None
    assert {hour.value for hour in digest.hours} == {None}
    assert digest.peak is None
    assert digest.gaps == ("10:00 to 20:00: not seen",)


def test_without_entrances_the_lines_are_listed(tmp_path):
    with closing(Desk(tmp_path, shop(entrances=()))) as desk:
        desk.open_day("2026-05-04", 3)
        desk.keeper.turn(at("2026-05-05", "08:00"))
        digest = DailyReport(desk.site, desk.flows).digest(MONDAY)
    assert [(count.name, count.value) for count in digest.entrances] == [("door", 3), ("gate", 0)]


def test_it_is_made_when_it_is_sent(desk):
    desk.open_day("2026-05-04", 4)
    desk.keeper.turn(at("2026-05-05", "08:00"))
    sent = []

    class Mail:
        def send(self, digest):
            sent.append(digest)
            return Outcome()

    sender = ReportSender(lambda: DailyReport(desk.site, desk.flows), Mail())
    letter = Letter("report:2026-05-04", "report", "2026-05-04")
    outcome = sender.send([Delivery(1, "mail", letter, 0, 0, 0, "", DeliveryState.WAITING, None)])
    assert outcome.problem == ""
    assert sent[0].footfall.value == 4
