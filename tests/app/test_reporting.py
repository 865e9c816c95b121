"""Reports of a period: what they say, and how they are written."""

import re
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flowing import Desk, at, shop
from hypothesis import given
from hypothesis import strategies as st

from galleria.app.reporting.asking import Desk as ReportDesk
from galleria.app.reporting.facts import Bar, span_text
from galleria.app.reporting.layout import layout
from galleria.app.reporting.letters import Letters
from galleria.app.reporting.making import period_of, period_report
from galleria.app.reporting.numbers import report_table
from galleria.app.reporting.page import html, text
from galleria.app.reporting.pdf import pdf
from galleria.domain.errors import InputError
from galleria.domain.period import Dates
from galleria.domain.site import Queue, Till

WEEK = Dates(date(2026, 5, 4), date(2026, 5, 11))
AFTER = at("2026-05-12", "08:00")


def counted(folder, site):
    """Ten and twelve visitors on two Mondays, the second one seen by half; nothing else was seen."""
    with closing(Desk(folder, site)) as desk:
        desk.open_day("2026-04-27", 10)
        desk.see(at("2026-05-04", "10:00"), at("2026-05-04", "15:00"))
        for n in range(12):
            desk.come(at("2026-05-04", "12:00") + 60 * n)
        desk.stay(at("2026-05-04", "12:00"), 90.0)
        desk.keeper.turn(AFTER)
        return period_report(ReportDesk(desk.site, desk.flows), WEEK, AFTER)


@pytest.fixture
def report(tmp_path):
    return counted(tmp_path, shop())


def section(report, name):
    (found,) = (one for one in report.sections if one.name == name)
    return found


def test_footfall_stands_beside_the_week_before_and_gaps_are_told(report):
    footfall = section(report, "footfall")
    monday, tuesday = footfall.picture.bars[:2]
    assert (monday.label, monday.value, monday.before, monday.coverage) == ("Mon 4", 12, 10, 0.5)
    assert (tuesday.value, tuesday.coverage) == (None, 0.0)  # a gap, no zero
    assert "2026-05-04: 50% of the open time seen." in footfall.notes
    assert "2026-05-05 to 2026-05-09: not seen." in footfall.notes  # Sunday is closed
    assert footfall.large[0] == ("came in", "12")
    assert section(report, "entrances").grid.rows[0][:2] == ("Front door", "12")
    ((zone, stays, median, _),) = section(report, "dwell").grid.rows
    assert (zone, stays) == ("shelf", "1")
    assert median in ("1:30", "1:31")  # to one percent
    assert ("most at once", "12") in section(report, "occupancy").large


def test_sections_that_a_site_has_nothing_for_are_left_out(report):
    names = {one.name for one in report.sections}
    assert {"queues", "sales", "conversion"} & names == set()
    assert section(report, "groups").why  # there are cameras, but nothing was studied


def test_sections_without_numbers_say_why(tmp_path):
    site = replace(shop(), queues=(Queue("line", "shelf"),), tills=(Till("till", "books"),))
    made = counted(tmp_path, site)
    for name in ("queues", "sales", "visits"):
        assert section(made, name).why
        assert section(made, name).meaning
    assert "No receipt of this period has come in." in html(made)


def test_the_page_needs_nothing_else(report):
    page = html(replace(report, site=replace(report.site, name="Söhne <b>&</b> Żółć")))
    assert "Söhne &lt;b&gt;&amp;&lt;/b&gt; Żółć: 4 to 10 May 2026" in page
    assert "<script" not in page
    assert "http" not in page
    assert set(re.findall(r"(?:src|href)=", page)) == set()
    assert page.count('<svg class="picture"') == 2
    assert "@media print" in page
    assert "simulated" not in page.lower()
    for one in report.sections:
        assert one.title in page
    assert "not seen" in text(report)


def test_a_made_up_site_says_so_everywhere(report):
    made = replace(report, site=replace(report.site, simulated=True))
    assert "The shop (simulated)" in html(made)
    assert "every number below is made up" in html(made)
    assert "SIMULATED" in text(made)
    assert {row[-1] for row in report_table(made).rows} == {True}
    assert {row[-1] for row in report_table(report).rows} == {False}


def test_the_table_has_the_columns_that_measures_are_exported_in(report):
    table = report_table(report)
    assert list(table.types)[:11] == [
        "site", "camera", "epoch", "place", "measure", "unit", "begins", "ends", "local", "value", "coverage",
    ]  # fmt: skip
    days = [row for row in table.rows if (row[3], row[4]) == ("", "in") and ".." not in row[8]]
    assert [row[9] for row in days] == [12, None, None, None, None, None, None]


def test_the_pdf_is_one_and_letters_that_a_font_lacks_are_told(report):
    name = "Söhne \N{HIRAGANA LETTER A}"
    made = pdf(replace(report, site=replace(report.site, name=name)))
    assert made.startswith(b"%PDF-")
    assert made.rstrip().endswith(b"%%EOF")
    assert made == pdf(replace(report, site=replace(report.site, name=name)))  # the same facts, the same bytes
    letters = Letters(frozenset(map(ord, "Söhne -\N{NO-BREAK SPACE}")))
    assert letters.of(f"{name}\N{NARROW NO-BREAK SPACE}\N{MINUS SIGN}") == "Söhne ?\N{NO-BREAK SPACE}-"
    assert letters.missing == {"\N{HIRAGANA LETTER A}"}


def test_without_a_font_on_the_machine_western_names_are_whole(report, monkeypatch):
    monkeypatch.setattr("galleria.app.reporting.pdf.machine_font", lambda: None)
    assert pdf(replace(report, site=replace(report.site, name="Söhne ść"))).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("written", "begin", "end"),
    [
        ("last-week", "2026-05-04", "2026-05-11"),
        ("this-week", "2026-05-11", "2026-05-18"),
        ("last-7-days", "2026-05-05", "2026-05-12"),
        ("last-month", "2026-04-01", "2026-05-01"),
        ("this-month", "2026-05-01", "2026-06-01"),
        ("2026-05-04..2026-05-04", "2026-05-04", "2026-05-05"),
    ],
)
def test_periods(written, begin, end):
    assert period_of(written, shop(), AFTER) == Dates(date.fromisoformat(begin), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "no period"),
        ("custom", "no period"),
        ("next-week", "no period"),
        ("2026-05-04", "no period"),
        ("2026-05-04..2026-05-03", "before it begins"),
        ("2026-02-30..2026-03-01", "the calendar does not have"),
        ("9999-12-01..9999-12-31", "no end"),
    ],
)
def test_what_is_no_period_is_refused(written, told):
    with pytest.raises(InputError, match=told):
        period_of(written, shop(), AFTER)


def test_a_period_to_come_or_of_years_is_refused_and_one_that_goes_on_is_cut(tmp_path):
    with closing(Desk(tmp_path)) as desk:
        asked = ReportDesk(desk.site, desk.flows)
        with pytest.raises(InputError, match="today is 2026-05-11"):
            period_report(asked, Dates(date(2026, 5, 18), date(2026, 5, 25)), AFTER)
        with pytest.raises(InputError, match="more than a report has"):
            period_report(asked, Dates(date(2024, 1, 1), date(2026, 1, 1)), AFTER)
        assert period_report(asked, Dates(date(2026, 5, 11), date(2026, 5, 18)), AFTER).dates.days == 1


@pytest.mark.parametrize(
    ("begin", "days", "by", "labels"),
    [
        (date(2026, 4, 2), 40, "day", ["Thu 2", "Fri 3"]),
        (date(2026, 4, 1), 41, "week", ["W14", "W15"]),
        (date(2025, 5, 12), 365, "month", ["May ’25", "Jun ’25"]),
    ],
)
def test_long_periods_are_told_by_weeks_or_months_to_people_and_by_day_to_programs(tmp_path, begin, days, by, labels):
    with closing(Desk(tmp_path, shop())) as desk:
        for n, day in enumerate(("2026-04-13", "2026-04-14", "2026-05-04"), 1):
            desk.open_day(day, 10 * n)
        desk.keeper.turn(AFTER)
        made = period_report(ReportDesk(desk.site, desk.flows), Dates(begin, begin + timedelta(days=days)), AFTER)
    footfall = section(made, "footfall")
    assert footfall.grid.headings[0] == by.capitalize()
    assert [bar.label for bar in footfall.picture.bars[:2]] == labels
    assert len(footfall.grid.rows) == len(footfall.picture.bars) <= 40
    assert sum(bar.value or 0 for bar in footfall.picture.bars) == 60
    by_day = [figure for figure in footfall.figures if ".." not in figure.label]
    assert len(by_day) == days
    assert sum(figure.value or 0 for figure in by_day) == 60


def test_a_week_of_which_a_closed_sunday_alone_is_in_the_period_is_no_gap(tmp_path):
    with closing(Desk(tmp_path, shop())) as desk:
        desk.open_day("2026-03-02", 10)
        desk.keeper.turn(AFTER)
        period = Dates(date(2026, 3, 1), date(2026, 4, 12))  # from a Sunday on
        made = period_report(ReportDesk(desk.site, desk.flows), period, AFTER)
    bars = {bar.label: bar.coverage for bar in section(made, "footfall").picture.bars}
    assert bars["W09"] == 1.0
    assert 0 < bars["W10"] < 1
    assert bars["W11"] == 0


def test_many_gaps_are_told_in_one_sentence(tmp_path):
    with closing(Desk(tmp_path, shop())) as desk:
        for n in range(8):  # every other day
            desk.see(at(f"2026-04-{6 + 2 * n:02}", "10:00"), at(f"2026-04-{6 + 2 * n:02}", "15:00"))
        desk.keeper.turn(AFTER)
        made = period_report(ReportDesk(desk.site, desk.flows), Dates(date(2026, 4, 6), date(2026, 4, 22)), AFTER)
    notes = section(made, "footfall").notes
    assert "7 of 14 days: not seen." in notes
    assert "7 of 14 days: not all of the open time seen; least of all on 2026-04-06, 50%." in notes
    assert not [note for note in notes if note.startswith("2026-")]


def test_spans_in_words():
    assert span_text(WEEK) == "4 to 10 May 2026"
    assert span_text(Dates(date(2026, 4, 27), date(2026, 5, 4))) == "27 April to 3 May 2026"
    assert span_text(Dates(date(2025, 12, 29), date(2026, 1, 5))) == "29 December 2025 to 4 January 2026"
    assert span_text(Dates(date(2026, 5, 4), date(2026, 5, 5))) == "4 May 2026"


amounts = st.none() | st.floats(0, 1e9)


@given(st.lists(st.builds(Bar, st.just("x"), amounts, amounts, st.floats(0, 1)), min_size=1, max_size=400))
def test_every_column_lies_in_the_plot(bars):
    plan = layout(bars)
    for bar, column in zip(bars, plan.columns, strict=True):
        assert (column.height is None) == (bar.value is None)
        for share in (column.height, column.before, column.left, column.left + column.width):
            assert share is None or 0 <= share <= 1 + 1e-9
    assert plan.ticks[-1][0] == 1
