from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from galleria.capture.stamps import moment, stamp_in

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "name",
    [
        "2026-05-01_09-30-00.mp4",
        "20260501T093000.mp4",
        "2026-05-01T09.30.00",
        "2026-05-01T09.30.00.mp4",
        "2026-05-01T09:30:00.264",
        "door_2026.05.01 09.30.00.3gp",
        "NVR_ch1_main_20260501093000_20260501100000.mp4",
        "cam 2026-05-01 at 09h30m00s.mkv",
        "2026-05-01T09:30:00+02:00.mp4",
        "2026-05-01T09:30:00.000+0200.mp4",
        "20260501T073000Z.mp4",
        "/archive/2020-01-01_00-00-00/2026-05-01_09-30-00.mp4",
    ],
)
def test_reads_the_ways_recorders_write(name):
    assert stamp_in(name, BERLIN) == datetime(2026, 5, 1, 7, 30, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "name",
    [
        "door.mp4",
        "2026-05-01.mp4",
        "2026-13-01_09-30-00.mp4",
        "2026-05-01_25-30-00.mp4",
        "IMG_0001.mov",
        "20260501_0001.mp4",
        "12026050109300055.mp4",
        "",
    ],
)
def test_finds_none_where_there_is_none(name):
    assert stamp_in(name, BERLIN) is None


def test_fractions_of_a_second():
    assert stamp_in("2026-05-01T09.30.00.25.mp4", UTC) == datetime(2026, 5, 1, 9, 30, 0, 250_000, UTC).timestamp()


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-29T01:59", "2026-03-29T00:59Z"),
        ("2026-03-29T03:00", "2026-03-29T01:00Z"),
        ("2026-05-01T09:00Z", "2026-05-01T09:00Z"),
    ],
)
def test_naive_moments_are_local_on_both_sides_of_daylight_saving(local, utc):
    assert moment(datetime.fromisoformat(local), BERLIN) == datetime.fromisoformat(utc).timestamp()
