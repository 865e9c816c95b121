"""What the address of the Flows page means."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.app.flow_query import Subject
from galleria.console.site.flow_choice import MOST_DAYS, choice, fits
from galleria.console.site.period import Dates, Period, Present, dates_of
from galleria.domain.calendar import Compare, Grain
from galleria.domain.errors import InputError

TODAY = date(2026, 11, 21)  # a Saturday
PRESENT = Present(TODAY, full=date(2026, 11, 20))
SITE = Subject("site", "site", "The shop", ("in", "out", "dwell_median"))
DOOR = Subject("entrance:door", "entrance", "Door", ("in", "out"))
ZONE = Subject("zone:till", "zone", "Till", ("stays", "dwell_median"))
SUBJECTS = (SITE, DOOR, ZONE)


def ask(address: str = "", subjects: Sequence[Subject] = SUBJECTS):
    return choice(parse_qs(address), subjects, PRESENT)


def test_without_a_word_it_is_the_sites_comings_of_full_days() -> None:
    chosen = ask()
    assert (chosen.measure, chosen.subjects, chosen.compare) == ("in", (SITE,), Compare.NONE)
    assert (chosen.period, chosen.dates) == (Period.LAST_7_DAYS, Dates(date(2026, 11, 14), date(2026, 11, 21)))
    assert chosen.grain is Grain.DAY


@pytest.mark.parametrize(
    ("period", "begin", "last"),
    [
        (Period.TODAY, TODAY, TODAY),
        (Period.YESTERDAY, date(2026, 11, 20), date(2026, 11, 20)),
        (Period.LAST_7_DAYS, date(2026, 11, 14), date(2026, 11, 20)),
        (Period.LAST_28_DAYS, date(2026, 10, 24), date(2026, 11, 20)),
        (Period.THIS_WEEK, date(2026, 11, 16), date(2026, 11, 22)),
        (Period.LAST_WEEK, date(2026, 11, 9), date(2026, 11, 15)),
        (Period.THIS_MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (Period.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Period.THIS_YEAR, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_are_what_they_are_called(period: Period, begin: date, last: date) -> None:
    dates = dates_of(period, TODAY)
    assert dates is not None
    assert (dates.begin, dates.last) == (begin, last)


@given(st.dates(date(2000, 1, 1), date(2199, 1, 1)))
def test_periods_follow_each_other_without_a_gap(today: date) -> None:
    for last, this in (
        (Period.LAST_MONTH, Period.THIS_MONTH),
        (Period.LAST_WEEK, Period.THIS_WEEK),
        (Period.YESTERDAY, Period.TODAY),
    ):
        before, now = dates_of(last, today), dates_of(this, today)
        assert before is not None
        assert now is not None
        assert before.end == now.begin
        assert now.begin <= today < now.end


def test_an_address_says_all_of_it() -> None:
    asked = "measure=dwell_median&subject=zone:till&subject=site&period=custom&from=2026-03-01&to=2026-03-05&grain=hour"
    chosen = ask(f"{asked}&compare=last-year")
    assert chosen.subjects == (ZONE, SITE)
    assert chosen.dates == Dates(date(2026, 3, 1), date(2026, 3, 6))
    assert (chosen.grain, chosen.compare) == (Grain.HOUR, Compare.LAST_YEAR)
    assert [q.subject for q in chosen.queries()] == ["zone:till", "site"]


@given(
    st.sampled_from(["in", "dwell_median"]), st.sampled_from(Period), st.sampled_from(Compare), st.sampled_from(Grain)
)
def test_the_address_of_a_choice_means_that_choice(
    measure: str, period: Period, compare: Compare, grain: Grain
) -> None:
    asked = (
        f"measure={measure}&subject=site&period={period}&compare={compare}&grain={grain}&from=2026-01-01&to=2026-01-09"
    )
    chosen = ask(asked)
    again = ask(urlsplit(chosen.address()).query)
    assert again.queries() == chosen.queries()


@pytest.mark.parametrize(
    ("days", "grain"), [(1, Grain.QUARTER_HOUR), (3, Grain.HOUR), (30, Grain.DAY), (365, Grain.WEEK)]
)
def test_a_period_is_shown_so_that_it_can_be_read(days: int, grain: Grain) -> None:
    last = date.fromordinal(date(2026, 1, 1).toordinal() + days - 1)
    assert ask(f"from=2026-01-01&to={last}").grain is grain


def test_too_fine_a_grain_is_made_coarser_and_it_is_said() -> None:
    chosen = ask("period=this-year&grain=15min")
    assert (chosen.grain, chosen.coarser) == (Grain.DAY, Grain.QUARTER_HOUR)
    assert ask("period=today&grain=15min").coarser is None


@given(st.integers(1, 3660), st.sampled_from(Grain))
def test_some_grain_fits_every_period(days: int, grain: Grain) -> None:
    begin = date(2020, 1, 1)
    chosen = ask(f"from={begin}&to={date.fromordinal(begin.toordinal() + days - 1)}&grain={grain}")
    assert fits(chosen.grain, chosen.dates)
    assert chosen.dates.days <= MOST_DAYS[chosen.grain]


def test_places_that_do_not_have_the_measure_are_left_out_and_named() -> None:
    chosen = ask("measure=in&subject=entrance:door&subject=zone:till")
    assert (chosen.subjects, chosen.dropped) == ((DOOR,), ("Till",))


def test_a_measure_that_no_chosen_place_has_is_shown_of_one_that_has() -> None:
    chosen = ask("measure=stays&subject=entrance:door")
    assert (chosen.subjects, chosen.dropped) == ((ZONE,), ("Door",))


def test_a_site_without_lines_shows_what_it_has() -> None:
    assert ask(subjects=(ZONE,)).measure == "stays"


@pytest.mark.parametrize(
    "address",
    [
        "measure=age",
        "subject=entrance:gone",
        "period=someday",
        "grain=minute",
        "compare=rivals",
        "from=yesterday",
        "from=2026-02-30",
        "from=0001-01-01",
        "from=2026-03-02&to=2026-03-01",
        "from=2001-01-01&to=2026-03-01",
        "&".join(f"subject=zone:{n}" for n in range(7)),
    ],
)
def test_what_means_nothing_is_refused_with_a_remedy(address: str) -> None:
    many = (*SUBJECTS, *(Subject(f"zone:{n}", "zone", str(n), ("in",)) for n in range(7)))
    with pytest.raises(InputError) as refused:
        ask(address, many)
    assert refused.value.remedy
