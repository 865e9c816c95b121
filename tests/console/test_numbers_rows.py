"""Rows of the Flows page's table, and marks of charts and strips, which are written as text."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.app.flow_query import FlowPoint
from galleria.console.site.chart import Seen, Sort, chart
from galleria.console.site.figures import Figures
from galleria.console.site.locale import Locale
from galleria.console.site.marks import bars, share
from galleria.console.site.rows import rows
from galleria.console.site.states import Told
from galleria.console.site.timeline import strip
from galleria.domain.health import CameraState, Condition

UTC = ZoneInfo("UTC")
DAY = 86400.0


def point(n, value, coverage=1.0, before=None, before_coverage=None):
    return FlowPoint(n * DAY, (n + 1) * DAY, str(n), value, coverage, before, before_coverage)


def figures(tag="en-GB"):
    return Figures(Locale(tag, UTC))


def test_a_row_has_a_cell_for_each_place():
    here = [point(0, 12.0, before=10.0, before_coverage=1.0), point(1, None, 0.0), point(2, None, 0.0)]
    there = [point(0, 7.0, 0.5, before=14.0, before_coverage=1.0), point(1, 0.0), point(2, None, 0.0)]
    seen = [Seen.WHOLE, Seen.GAP, Seen.NOT_YET], [Seen.PART, Seen.WHOLE, Seen.NOT_YET]
    found = rows([(here, seen[0]), (there, seen[1])], "tracks", figures(), day=True, year=False)
    assert [row.when for row in found] == ["Thu 1 Jan", "Fri 2 Jan", "Sat 3 Jan"]
    assert [row.share for row in found] == ["100%", "0%", ""]
    assert found[0].cells == [(Seen.WHOLE, "12", "10", "+20%"), (Seen.PART, "7", "14", "")]
    assert found[1].cells == [(Seen.GAP, "", "", ""), (Seen.WHOLE, "0", "", "")]
    assert found[2].cells == [(Seen.NOT_YET, "", "", "")] * 2


@pytest.mark.parametrize("other", [None, 0.5])
def test_a_change_from_what_was_not_seen_is_not_shown(other):
    ((_, (cell,), _),) = rows(
        [([point(0, 3.0, before=2.0, before_coverage=other)], [Seen.WHOLE])], "tracks", figures(), day=True, year=True
    )
    assert (cell.before, cell.change) == ("2", "")


@given(st.lists(st.tuples(st.floats(0, 1e7), st.sampled_from(["tracks", "seconds", "ratio"])), max_size=20))
def test_what_was_written_once_is_written_the_same_again(values):
    kept = figures("de-DE")
    for value, unit in [*values, *values]:
        assert kept.measured(value, unit) == figures("de-DE").measured(value, unit)
        assert kept.moment(value) == kept.locale.moment(value)
        assert kept.stretch(value, value + 900) == figures("de-DE").stretch(value, value + 900)


def test_bars_stand_on_the_foot_and_those_seen_in_part_are_hatched():
    some = [point(0, 4.0), point(1, 2.0, 0.5), point(2, 0.0), point(3, None, 0.0)]
    drawn = chart(some, "tracks", UTC, 10 * DAY)
    first, second = drawn.bars("p").split("\n")  # nothing is drawn for zero, nor for a gap
    assert first.startswith('<rect class="bar whole" x="5.625%" y="0.000%" width="13.750%" height="100.000%"/>')
    assert 'class="bar part"' in second
    assert 'fill="url(#p)"' in second
    assert chart(some, "tracks", UTC, 10 * DAY, sort=Sort.LINE).bars("p") == ""
    assert chart([], "tracks", UTC, 0.0).bars("p") == ""


def test_lengths_have_three_digits():
    assert [share(part) for part in (0, 1 / 3, 1)] == ["0.000%", "33.333%", "100.000%"]
    assert "&#34;" in bars([("part", 0.0, 1.0)], 1.0, 'a"b')


def test_a_strip_tells_states_by_height_and_in_words():
    states = {
        CameraState.SEEING: Told("good", "Seeing", ""),
        CameraState.DARK: Told("warn", "<Dark>", ""),
        CameraState.OFFLINE: Told("bad", "Offline", ""),
    }
    conditions = [
        Condition("s", "c", CameraState.SEEING, 0.0, 3600.0),
        Condition("s", "c", CameraState.DARK, 3600.0, 5400.0),
        Condition("s", "c", CameraState.OFFLINE, 5400.0, 6300.0),
    ]
    lines = figures().strip(strip(conditions, 0.0, 7200.0), 20, states, "not watched").split("\n")
    assert [line.partition(" x=")[0] for line in lines] == [
        '<rect class="piece good seeing"',
        '<rect class="piece warn dark"',
        '<rect class="piece bad offline"',
        '<rect class="piece unknown none"',
    ]
    assert ['height="8.0"' in lines[0], 'height="14.4"' in lines[1], 'height="20"' in lines[2]] == [True] * 3
    assert lines[0].endswith("<title>Seeing, Thu 1 Jan, 00:00 – Thu 1 Jan, 01:00 (1\N{NO-BREAK SPACE}h)</title></rect>")
    assert "&lt;Dark&gt;" in lines[1]
    assert "not watched, Thu 1 Jan, 01:45" in lines[3]
