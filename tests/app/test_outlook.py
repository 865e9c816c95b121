"""What is expected, what was not as usual, and what a campaign did, of a small shop with a journal."""

from datetime import date, timedelta
from threading import Event, Thread, current_thread

import pytest
from flowing import Desk, at, shop

from galleria.analytics.forecast import forecast
from galleria.app.outlook import Outlook
from galleria.app.outlook_campaigns import campaigns_of
from galleria.app.outlook_compare import compare
from galleria.app.outlook_query import Against
from galleria.app.public_holidays import holidays_of
from galleria.domain.errors import InputError
from galleria.domain.site import Shop
from galleria.storage.weather import read_weather

MONDAY = date(2026, 11, 23)
CAME = {0: 40, 1: 42, 2: 44, 3: 46, 4: 50, 5: 60}  # front door; as many again at the back


ODD = {
    date(2026, 11, 21): {"factor": 2.0},
    date(2026, 11, 20): {"factor": 0.5},
    date(2026, 11, 19): {"factor": 2.0},
    date(2026, 11, 14): {"back_until": "16:30"},
    date(2026, 11, 13): {"factor": 0.5, "back_until": "16:30"},
    date(2026, 11, 12): {"seen_until": "15:00", "back_until": "15:00"},
    date(2026, 11, 11): {"back_until": "13:00"},
}
NO_AUDIT = None  # no file is taken away here
RAIN = "date,temperature,rain\n2026-11-20,8,12.4\n2026-11-19,9,2\n2026-11-14,8,12\n2026-11-13,8,12\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Ten weeks, all alike but for the odd days."""
    desk = Desk(tmp_path_factory.mktemp("outlook"), shop(country="DE-BY", shops=(Shop("toys", "Toys", ("gate",)),)))
    (desk.folder / "weather.csv").write_text(RAIN)
    for n in range(70, 0, -1):
        if (day := MONDAY - timedelta(days=n)).weekday() < 6:
            one(desk, day, **ODD.get(day, {}))
    desk.keeper.turn(at(str(MONDAY), "09:00"))
    yield desk
    desk.close()


def one(desk, day, factor=1.0, back_until="20:00", seen_until="20:00"):
    name = str(day)
    with desk.live.envelope():
        desk.see(at(name, "10:00"), at(name, seen_until), ("hall",))
        desk.see(at(name, "10:00"), at(name, min(back_until, seen_until)), ("yard",))
        for n in range(round(CAME[day.weekday()] * factor)):
            desk.come(at(name, "12:00") + 60 * n)
        for n in range(40):  # over the back door, four an hour
            if (t := at(name, "10:00") + 900 * n + 60) < at(name, back_until):
                desk.come(t, "yard")


@pytest.fixture
def outlook(desk):
    return Outlook(desk.site, desk.flows, desk.folder, dict, NO_AUDIT)


NOW = at(str(MONDAY), "12:00")


def test_days_lie_beside_their_usual_ones(outlook) -> None:
    days = outlook.days("site", MONDAY - timedelta(days=7), MONDAY)
    assert [day.usual for day in days] == [80, 82, 84, 86, 90, 100, None]
    assert (days[5].value, days[5].spread, days[5].coverage) == (160, 0, 1)
    assert days[6].value in (None, 0)  # a Sunday
    assert outlook.days("entrance:back", MONDAY - timedelta(days=7), MONDAY)[0].usual == 40
    short = outlook.days("site", date(2026, 11, 12), date(2026, 11, 13))[0]
    assert (short.value, short.coverage, short.usual) == (None, 0.5, 86)  # no number, and not a low one


def test_notes_tell_what_was_not_seen_first_and_claim_nothing_beyond(outlook) -> None:
    found = {note.day.day: note.text for note in outlook.notes(MONDAY - timedelta(days=14), MONDAY, NOW)}
    assert found == {
        21: "Saturday 21 November: 60 % above usual.",
        20: "Friday 20 November: 28 % under usual; it rained 12 mm.",
        19: "Thursday 19 November: 53 % above usual.",
        14: "Saturday 14 November: 14 % under usual; entrance back was not seen from 16:30.",
        13: "Friday 13 November: 43 % under usual; entrance back was not seen from 16:30;"
        " in the hours that were seen: 33 % under usual; it rained 12 mm.",
        12: "Thursday 12 November: 50 % of the open time was seen;"
        " entrance Front door was not seen from 15:00; entrance back was not seen from 15:00.",
        11: "Wednesday 11 November: 65 % of the open time was seen; entrance back was not seen from 13:00.",
    }


def test_days_before_the_first_are_no_gaps(outlook) -> None:
    assert outlook.notes(MONDAY - timedelta(days=100), MONDAY - timedelta(days=60), NOW) == []


def test_holidays_are_those_of_the_part_of_the_country() -> None:
    assert holidays_of("DE-BY")(date(2026, 1, 6)) == "Epiphany"
    assert holidays_of("DE")(date(2026, 1, 6)) == ""
    assert holidays_of("XX") is None
    assert holidays_of("") is None


def test_the_next_days_are_told_once_a_day(outlook, monkeypatch) -> None:
    assert outlook.forecast_at_hand("site", NOW) is None
    outlook.turn(NOW)
    found = outlook.forecast("site", NOW)
    assert found is outlook.forecast_at_hand("site", NOW)
    assert (found.day, found.known, len(found.days)) == (MONDAY, 58, 12)
    assert [day.value for day in found.days[:6]] == pytest.approx([80, 82, 84, 86, 77.5, 100])
    assert any("Weekdays" in note for note in found.notes)
    monkeypatch.setattr("galleria.app.outlook.forecast", None)
    assert outlook.forecast("site", NOW) is found
    with pytest.raises(TypeError):
        outlook.forecast("site", NOW + 86400)


@pytest.fixture
def slow(monkeypatch):
    """Forecasts that somebody called `slow` asks for begin, and end when they may."""
    begun, may_end, made = Event(), Event(), []

    def told(past):
        made.append(current_thread().name)
        if current_thread().name == "slow":
            begun.set()
            assert may_end.wait(60)
        return forecast(past)

    monkeypatch.setattr("galleria.app.outlook.forecast", told)
    return begun, may_end, made


def asking(outlook, subject, name):
    found = []
    thread = Thread(target=lambda: found.append(outlook.forecast(subject, NOW)), name=name, daemon=True)
    thread.start()
    return thread, found


def test_who_asks_for_something_else_does_not_wait(outlook, slow) -> None:
    begun, may_end, _ = slow
    first, of_first = asking(outlook, "entrance:front", "slow")
    assert begun.wait(60)
    other, of_other = asking(outlook, "site", "other")
    other.join(60)
    assert [answer.subject for answer in of_other] == ["site"]
    assert not of_first
    may_end.set()
    first.join(60)
    assert [answer.subject for answer in of_first] == ["entrance:front"]


def test_who_asks_for_the_same_waits_and_it_is_made_once(outlook, slow) -> None:
    begun, may_end, made = slow
    first, of_first = asking(outlook, "site", "slow")
    assert begun.wait(60)
    second, of_second = asking(outlook, "site", "other")
    outlook.turn(NOW)  # this one does not wait
    assert not of_first
    assert not of_second
    may_end.set()
    first.join(60)
    second.join(60)
    assert of_first[0] is of_second[0]
    assert made == ["slow"]


def test_what_could_not_be_made_is_made_when_somebody_asks_again(outlook, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("galleria.app.outlook.forecast", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            outlook.forecast("site", NOW)
    assert outlook.forecast("site", NOW).days


def test_a_campaign_lies_beside_what_was_expected_of_its_days(desk) -> None:
    wanted = {"campaigns": [{"name": "Lights", "begin": "2026-11-19", "last": "2026-11-25"}]}
    outlook = Outlook(desk.site, desk.flows, desk.folder, lambda: wanted, NO_AUDIT)
    (found,) = outlook.effects(NOW)
    assert (found.days, found.actual) == (3, 132 + 65 + 160)
    assert found.expected == pytest.approx(276)
    assert found.low < found.actual / found.expected - 1 < found.high
    assert found.text.startswith("Between ")
    wanted["campaigns"][0] |= {"begin": "2026-12-01", "last": "2026-12-02"}
    assert outlook.effects(NOW)[0].actual is None


@pytest.mark.parametrize("begin", ["2000-01-01", "2099-12-01"])
def test_a_campaign_of_long_ago_or_far_ahead_closes_nothing(desk, begin) -> None:
    wanted = {"campaigns": [{"name": "Lights", "begin": begin, "last": begin}]}
    (found,) = Outlook(desk.site, desk.flows, desk.folder, lambda: wanted, NO_AUDIT).effects(NOW)
    assert found.actual is None


def test_a_year_that_was_typed_by_half_is_no_day_of_a_campaign() -> None:
    for day in ("0026-05-01", "9999-12-31"):
        with pytest.raises(InputError):
            campaigns_of({"campaigns": [{"name": "Lights", "begin": day, "last": day}]})


@pytest.mark.parametrize("last", ["2026-11-18", "2027-03-01", "soon"])
def test_a_campaign_has_days_in_order_and_not_too_many(last) -> None:
    with pytest.raises(InputError):
        campaigns_of({"campaigns": [{"name": "Lights", "begin": "2026-11-19", "last": last}]})


def test_places_beside_each_other(outlook) -> None:
    begin, end = MONDAY - timedelta(days=7), MONDAY
    usual = {one.key: one for one in compare(outlook, begin, end, Against.USUAL)}
    week = {one.key: one for one in compare(outlook, begin, end, Against.LAST_WEEK)}
    assert list(usual) == list(week) == ["site", "entrance:front", "entrance:back", "shop:toys"]
    assert (usual["site"].alike, usual["site"].before) == (603, 522)
    assert usual["entrance:back"].change == 0
    assert (week["entrance:front"].alike, week["entrance:front"].before) == (363, 257)
    assert (week["shop:toys"].value, week["shop:toys"].alike, week["shop:toys"].before) == (240, 164, 164)


def test_bad_rows_of_the_weather_are_told_and_the_others_used(tmp_path) -> None:
    text = (
        "date,temperature,rain\n2026-11-14,8,12\nyesterday,8,1\n2026-11-15,hot,1\n2026-11-14,8,1\n2026-11-16,,\n1,2\n"
    )
    (tmp_path / "weather.csv").write_text(text)
    found = read_weather(tmp_path / "weather.csv")
    assert (len(found.days), found.days[date(2026, 11, 14)].rain) == (2, 12)
    assert found.refused == [
        "weather.csv, row 3: 'yesterday' is not a date like 2026-11-14",
        "weather.csv, row 4: temperature 'hot' is not a number from -90 to 60",
        "weather.csv, row 5: 2026-11-14 comes twice",
        "weather.csv, row 7: 2 values, not 3",
    ]


@pytest.mark.parametrize("content", [b"", b"day;rain\n", b"date,temperature,rain\n\xff\xfe\n"])
def test_a_file_that_is_no_weather_is_refused(tmp_path, content) -> None:
    (tmp_path / "weather.csv").write_bytes(content)
    with pytest.raises(InputError):
        read_weather(tmp_path / "weather.csv")


def test_without_a_file_nothing_is_known(tmp_path) -> None:
    assert read_weather(tmp_path / "weather.csv").days == {}
