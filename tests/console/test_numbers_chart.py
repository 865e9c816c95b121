"""What a chart shows of points: gaps as gaps, parts as parts, and nothing of what is still to come."""

import re
from zoneinfo import ZoneInfo

import pytest

from galleria.app.flow_query import FlowPoint
from galleria.console.site.chart import Seen, Sort, chart, highest
from galleria.console.site.figures import Figures
from galleria.console.site.locale import Locale

UTC = ZoneInfo("UTC")
FIGURES = Figures(Locale("en-GB", UTC))


def points(*values: float | None, coverage: float = 1.0, before: float | None = None) -> list[FlowPoint]:
    return [
        FlowPoint(n * 900.0, (n + 1) * 900.0, "", value, 0.0 if value is None else coverage, before)
        for n, value in enumerate(values)
    ]


def test_bars_stand_where_their_buckets_are() -> None:
    drawn = chart(points(0, 5, 10, None), "tracks", UTC, 1e9)
    assert [slot.height for slot in drawn.slots] == [0.0, 0.5, 1.0, None]
    assert [(slot.left, slot.width) for slot in drawn.slots] == [(0, 0.25), (0.25, 0.25), (0.5, 0.25), (0.75, 0.25)]
    assert drawn.line == ""


def test_a_gap_is_not_a_zero_and_what_is_to_come_is_not_a_gap() -> None:
    drawn = chart(points(0, None, None, 4, None, None), "tracks", UTC, now=4 * 900.0)
    assert [slot.seen for slot in drawn.slots] == [
        Seen.WHOLE, Seen.GAP, Seen.GAP, Seen.WHOLE, Seen.NOT_YET, Seen.NOT_YET,
    ]  # fmt: skip
    assert [(pytest.approx(left), pytest.approx(width)) for left, width in drawn.gaps] == [(1 / 6, 2 / 6)]


def test_what_was_seen_in_part_looks_different() -> None:
    assert chart(points(3, coverage=0.6), "tracks", UTC, 1e9).slots[0].seen is Seen.PART
    assert chart(points(3, coverage=0.995), "tracks", UTC, 1e9).slots[0].seen is Seen.WHOLE


def test_no_stay_to_take_a_median_of_is_no_gap_when_the_camera_saw() -> None:
    seen_and_empty = FlowPoint(0.0, 900.0, "", None, 1.0)
    assert chart([seen_and_empty], "seconds", UTC, 1e9).slots[0].seen is Seen.WHOLE


def test_a_line_breaks_where_there_is_no_value() -> None:
    drawn = chart(points(1, 2, None, 2, None, 1), "tracks", UTC, 1e9, sort=Sort.LINE)
    assert re.findall("[ML]", drawn.line) == ["M", "L", "M", "M"]
    assert drawn.line.startswith("M0.5 500h0L1.5 0")


def test_the_compared_period_is_a_line_of_its_own_on_the_same_axis() -> None:
    drawn = chart(points(*[10] * 20, before=40), "tracks", UTC, 1e9)
    assert drawn.scale.top == 40
    assert drawn.before.startswith("M0.5 0h0L1.5 0L2.5 0")
    assert drawn.slots[0].height == 0.25


def test_beside_few_bars_the_compared_period_is_a_stroke_on_each() -> None:
    assert chart(points(10, 10, before=40), "tracks", UTC, 1e9).before == "M0.16 0h0.68M1.16 0h0.68"


def test_what_is_going_on_is_not_shown_as_over() -> None:
    drawn = chart(points(4, 2), "tracks", UTC, now=1350.0)
    assert [slot.seen for slot in drawn.slots] == [Seen.WHOLE, Seen.GOING_ON]
    day = FlowPoint(0.0, 86400.0, "", 5.0, 1.0)
    assert chart([day], "tracks", UTC, now=40_000.0).now is None


def test_charts_beside_each_other_share_an_axis() -> None:
    many, few = points(100), points(10)
    top = max(highest(many), highest(few))
    assert chart(few, "tracks", UTC, 1e9, top=top).slots[0].height == pytest.approx(0.1)


def test_now_lies_within_its_slot() -> None:
    assert chart(points(1, 2), "tracks", UTC, 1350.0).now == pytest.approx(0.75)
    assert chart(points(1, 2), "tracks", UTC, 1e9).now is None


def test_nothing_at_all_is_drawn_without_points() -> None:
    drawn = chart([], "tracks", UTC, 0)
    assert (drawn.slots, drawn.ticks, drawn.empty) == ((), (), True)


def test_a_slot_says_what_it_shows() -> None:
    some = [
        FlowPoint(0.0, 900.0, "", 1234.0, 1.0, 1000.0),
        FlowPoint(900.0, 1800.0, "", 12.0, 0.5, None),
        FlowPoint(1800.0, 2700.0, "", None, 0.0, 7.0),
        FlowPoint(2700.0, 3600.0, "", None, 0.0, 9.0),
    ]
    assert FIGURES.says(chart(some, "tracks", UTC, 2700.0), "last week", day=False) == [
        "00:00–00:15: 1,234 · last week 1,000",
        "00:15–00:30: 12 · 50% of the time seen",
        "00:30–00:45: not seen · last week 7",
        "00:45–01:00: still to come · last week 9",
    ]


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1234567, "tracks", "1,234,567"),
        (2.5, "tracks", "2.5"),
        (75, "seconds", "1\u00a0min 15\u00a0s"),
        (0.128, "ratio", "12.8%"),
        (None, "tracks", "–"),
    ],
)
def test_values_are_written_by_their_unit(value: float | None, unit: str, words: str) -> None:
    assert FIGURES.measured(value, unit) == words


def test_a_trading_day_is_called_by_the_date_it_opened_on() -> None:
    day = 86400.0
    nine = 9 * 3600.0
    assert FIGURES.stretch(20_000 * day + nine, 20_001 * day + nine) == FIGURES.stretch(20_000 * day, 20_001 * day)
    assert FIGURES.stretch(20_000 * day, 20_007 * day) == "Fri 4 Oct – Thu 10 Oct"
    assert FIGURES.stretch(20_000 * day, 20_007 * day, year=True) == "Fri 4 Oct – Thu 10 Oct 2024"
