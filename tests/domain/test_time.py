from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import InputError
from galleria.domain.site import Hours, Site
from galleria.domain.time import (
    Bucket,
    By,
    SetClock,
    WallClock,
    buckets,
    clip_buckets,
    clip_text,
    hour_label,
    hour_labels,
    hours,
    instant,
    local,
    local_text,
    minutes,
    parse_instant,
    quarter_hours,
    trading_day,
    trading_days,
    utc_text,
    zone_named,
)

# With offsets of whole, half and quarter hours, changes of 30 minutes (Lord Howe), changes at midnight (Havana,
# Sao Paulo, Beirut), a skipped date (Apia), offsets with odd seconds until 1972 (Monrovia), and negative winter time.
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Monrovia",
    "Europe/Dublin",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.integers(0, 2_100_000_000) | st.floats(0, 2_100_000_000)
walls = st.times().map(lambda t: t.replace(second=0, microsecond=0))
weeks = st.dictionaries(st.integers(0, 6), st.builds(Hours, walls, walls))


def changes(name: str) -> list[int]:
    """Instants of 2011 and 2026 at which the offset changes, found by walking through them hour by hour."""
    zone = ZoneInfo(name)
    found = []
    for year in (2011, 2026):
        start = int(datetime(year, 1, 1, tzinfo=ZoneInfo("UTC")).timestamp())
        year_of_hours = range(start, start + 366 * 86400, 3600)
        found += [t for t in year_of_hours if local(t, zone).utcoffset() != local(t + 3600, zone).utcoffset()]
    return found


near_changes = st.sampled_from(ZONES).flatmap(
    lambda name: st.tuples(
        st.just(ZoneInfo(name)),
        st.sampled_from(changes(name) or [1_700_000_000]).flatmap(lambda t: st.integers(t - 90_000, t + 90_000)),
    )
)
places = st.tuples(zones, instants) | near_changes


@given(places, st.sampled_from([minutes, quarter_hours, hours]), st.integers(0, 12_000))
def test_buckets_cover_without_gap_or_overlap(place, kind, length):
    zone, begin = place
    some = list(kind(zone, begin, begin + length + 1))
    step = {minutes: 60, quarter_hours: 900, hours: 3600}[kind]
    assert some[0].begin <= begin < some[0].end
    assert some[-1].begin < begin + length + 1 <= some[-1].end
    assert all(a.end == b.begin for a, b in pairwise(some))
    for bucket in some:
        assert 0 < bucket.seconds <= step
        wall, last = local(bucket.begin, zone), local(bucket.end - 1, zone)
        assert wall.utcoffset() == last.utcoffset()
        assert (wall.hour * 3600 + wall.minute * 60 + wall.second) // step == (
            last.hour * 3600 + last.minute * 60 + last.second
        ) // step


@given(places, st.sampled_from([minutes, quarter_hours, hours]))
def test_an_instant_has_the_same_bucket_wherever_one_starts(place, kind):
    zone, t = place
    own = next(kind(zone, t, t + 1))
    earlier = [bucket for bucket in kind(zone, t - 5000, t + 1) if bucket.begin <= t < bucket.end]
    assert earlier == [own]
    assert list(kind(zone, own.begin, own.end)) == [own]


@pytest.mark.parametrize(
    ("name", "day", "length"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2026, 7, 1), 24),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
    ],
)
def test_local_day_has_23_24_or_25_hours(name, day, length):
    zone = ZoneInfo(name)
    begin = instant(datetime.combine(day, time()), zone)
    end = instant(datetime.combine(day + timedelta(days=1), time()), zone)
    assert len(list(hours(zone, begin, end))) == length
    assert len(list(quarter_hours(zone, begin, end))) == length * 4
    (whole,) = trading_days(Site("s", zone=name), begin, end)
    assert (whole.begin, whole.end, whole.label) == (begin, end, day.isoformat())
    assert whole.seconds == length * 3600


def test_the_doubled_hour_is_two_buckets_that_can_be_told_apart():
    zone = ZoneInfo("Europe/Berlin")
    begin = parse_instant("2026-10-25T01:00", zone)
    labels = [bucket.label for bucket in hours(zone, begin, begin + 4 * 3600)]
    assert labels == [
        "2026-10-25 01:00+02:00",
        "2026-10-25 02:00+02:00",
        "2026-10-25 02:00+01:00",
        "2026-10-25 03:00+01:00",
    ]


def test_the_skipped_hour_is_no_bucket():
    zone = ZoneInfo("Europe/Berlin")
    begin = parse_instant("2026-03-29T01:00", zone)
    labels = [bucket.label for bucket in hours(zone, begin, begin + 2 * 3600)]
    assert labels == ["2026-03-29 01:00+01:00", "2026-03-29 03:00+02:00"]


def test_half_hour_change_cuts_one_bucket_short():
    zone = ZoneInfo("Australia/Lord_Howe")
    begin = parse_instant("2026-04-05T00:00", zone)  # at 02:00 back to 01:30
    some = list(hours(zone, begin, begin + 3.5 * 3600))
    assert [(bucket.label[11:], bucket.seconds) for bucket in some] == [
        ("00:00+11:00", 3600),
        ("01:00+11:00", 3600),
        ("01:30+10:30", 1800),
        ("02:00+10:30", 3600),
    ]


@pytest.mark.parametrize(("name", "minute"), [("Asia/Kolkata", 30), ("Asia/Kathmandu", 15)])
def test_hours_follow_the_local_clock(name, minute):
    zone = ZoneInfo(name)
    (bucket,) = hours(zone, 1_774_000_000, 1_774_000_001)
    assert local(bucket.begin, zone).minute == 0
    assert local(bucket.begin, ZoneInfo("UTC")).minute == minute


@given(st.builds(Site, st.just("s"), zone=st.sampled_from(ZONES), hours=weeks), instants)
def test_every_instant_lies_in_exactly_one_trading_day(site, t):
    day = trading_day(site, t)
    assert day.begin <= t < day.end
    assert trading_day(site, day.begin) == day
    assert trading_day(site, (day.begin + day.end) / 2) == day
    after, before = trading_day(site, day.end), trading_day(site, day.begin - 1e-3)
    assert after.begin == day.end
    assert before.end == day.begin
    assert before.label < day.label < after.label


WEEK = {n: Hours(time(9), time(20)) for n in range(4)} | {4: Hours(time(9), time(2)), 5: Hours(time(10), time(0))}


@pytest.mark.parametrize(
    ("wall", "label", "began"),
    [
        ("2026-07-01T09:00", "2026-07-01", "2026-07-01T09:00"),  # Wednesday
        ("2026-07-02T08:59", "2026-07-01", "2026-07-01T09:00"),
        ("2026-07-04T01:30", "2026-07-03", "2026-07-03T09:00"),  # Friday closes after midnight
        ("2026-07-04T09:30", "2026-07-03", "2026-07-03T09:00"),
        ("2026-07-04T23:59", "2026-07-04", "2026-07-04T10:00"),  # Saturday closes at midnight
        ("2026-07-05T00:00", "2026-07-05", "2026-07-05T00:00"),  # Sunday is closed
        ("2026-07-06T08:59", "2026-07-05", "2026-07-05T00:00"),
    ],
)
def test_trading_day_runs_from_opening_to_opening(wall, label, began):
    zone = ZoneInfo("Europe/Berlin")
    day = trading_day(Site("s", zone="Europe/Berlin", hours=WEEK), parse_instant(wall, zone))
    assert day.label == label
    assert day.begin == parse_instant(began, zone)


def test_closed_day_begins_when_the_night_before_closes():
    zone = ZoneInfo("Europe/Berlin")
    site = Site("s", zone="Europe/Berlin", hours={5: Hours(time(20), time(5))})
    sunday = trading_day(site, parse_instant("2026-03-29T12:00", zone))
    assert sunday.begin == parse_instant("2026-03-29T05:00", zone)
    assert sunday.end == parse_instant("2026-03-30T00:00", zone)
    night = trading_day(site, parse_instant("2026-03-28T21:00", zone))
    assert night.seconds == 8 * 3600  # nine by the clock on the wall


def test_a_date_that_a_zone_skipped_has_no_trading_day():
    zone = ZoneInfo("Pacific/Apia")  # went from Thursday 2011-12-29 straight to Saturday 2011-12-31
    site = Site("s", zone="Pacific/Apia", hours={n: Hours(time(10 if n == 4 else 9), time(20)) for n in range(7)})
    thursday = trading_day(site, parse_instant("2011-12-31T08:00", zone))
    assert (thursday.label, thursday.end) == ("2011-12-29", parse_instant("2011-12-31T09:00", zone))
    assert trading_day(site, thursday.end).label == "2011-12-31"


def test_total_is_the_range_itself():
    assert [(b.begin, b.end, b.label) for b in buckets(By.TOTAL, Site("s"), 3.5, 9.25)] == [(3.5, 9.25, "total")]


@given(st.sampled_from(list(By)), st.floats(0.001, 20_000))
def test_clip_buckets_end_with_the_clip(by, end):
    some = clip_buckets(by, 0, end)
    assert some[0].begin == 0
    assert some[-1].end == end
    assert all(a.end == b.begin and a.seconds in (60, 900, 3600) for a, b in pairwise(some))


@pytest.mark.parametrize(("t", "text"), [(0, "0:00"), (59.99, "0:59"), (605, "10:05"), (3600, "1:00:00")])
def test_clip_text(t, text):
    assert clip_text(t) == text


def test_texts():
    zone = ZoneInfo("Europe/Berlin")
    t = parse_instant("2026-03-29T14:00", zone)
    assert local_text(t, zone) == "2026-03-29 14:00+02:00"
    assert local_text(t + 5.5, zone) == "2026-03-29 14:00:05+02:00"
    assert utc_text(t) == "2026-03-29T12:00:00Z"
    assert utc_text(t + 0.25) == "2026-03-29T12:00:00.250000Z"
    assert parse_instant("2026-03-29T12:00Z", zone) == t
    assert parse_instant("2026-03-29", zone) == t - 13 * 3600  # one hour of the day was skipped


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "12:00", "2026-02-30T10:00"])
def test_bad_times_are_refused_with_a_remedy(text):
    with pytest.raises(InputError) as caught:
        parse_instant(text, ZoneInfo("UTC"))
    assert "2026-03-29" in caught.value.remedy


@pytest.mark.parametrize("name", ["", "Europe", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "a\0b"])
def test_bad_zones_are_refused_with_a_remedy(name):
    with pytest.raises(InputError) as caught:
        zone_named(name)
    assert "Europe/Berlin" in caught.value.remedy


def test_clocks():
    clock = SetClock(5.0)
    clock.advance(2.5)
    assert clock.now() == 7.5
    first = WallClock().now()
    assert 1_700_000_000 < first <= WallClock().now()


def test_hours_of_a_trading_day_are_told_by_when_they_begin():
    site = Site("shop", zone="Europe/Berlin", hours={day: Hours(time(9, 30), time(20)) for day in range(7)})
    zone = zone_named(site.zone)
    day = trading_day(site, datetime(2026, 3, 28, 12, tzinfo=zone).timestamp())  # the clocks skip an hour in its night
    assert [hour_label(day, n, zone) for n in (0, 1, 16, 17, 18)] == ["09:30", "10:30", "01:30", "03:30", "04:30"]


@given(st.tuples(zones, st.integers(0, 2_100_000_000)) | near_changes, st.integers(0, 26))
def test_hours_of_a_day_at_once_are_called_as_one_by_one(place, many):
    zone, begin = place
    day = Bucket(float(begin), begin + many * 3600.0, "")
    assert hour_labels(day, many, zone) == tuple(hour_label(day, n, zone) for n in range(many))
