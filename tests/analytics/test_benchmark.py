"""Sites beside each other: the same days of all, what is left out, and against which median."""

from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.analytics.benchmark import SEEN, benchmark
from galleria.domain.benchmark import BenchmarkDay, BenchmarkSite

MONDAY = date(2026, 11, 2)
END = MONDAY + timedelta(days=14)


def site(name, came, *, closed=(), dim=(), more=None):
    """Days from Monday on that `came` came on."""
    days = {
        MONDAY + timedelta(days=n): BenchmarkDay(
            n not in closed, 0.5 if n in dim else 1.0, float(one), **(more(n) if more else {})
        )
        for n, one in enumerate(came)
        if one is not None
    }
    return BenchmarkSite(name, name.upper(), days=days)


def measure(found, name, currency=""):
    return next(one for one in found.measures if (one.name, one.currency) == (name, currency))


def standing(found, name, of):
    return next(one for one in measure(found, name).sites if one.site == of)


def test_only_days_that_all_were_open_and_seen_are_compared() -> None:
    a = site("a", [10] * 7)
    b = site("b", [20] * 6 + [9999], dim=[6])  # the day that was hardly seen would be far the best
    c = site("c", [30] * 5 + [7777, 30], closed=[5])
    found = benchmark([a, b, c], MONDAY, END)
    footfall = measure(found, "footfall")
    assert (footfall.days, footfall.median) == (5, 20)
    assert [(one.site, one.value, one.index, one.counted) for one in footfall.sites] == [
        ("a", 10, 0.5, 7), ("b", 20, 1, 6), ("c", 30, 1.5, 6),
    ]  # fmt: skip
    assert [(one.told, one.opened, one.unseen) for one in found.seen] == [(7, 7, 0), (7, 7, 1), (7, 6, 0)]


def test_a_site_with_few_days_does_not_take_away_those_of_the_others() -> None:
    found = benchmark([site("a", [10] * 7), site("b", [30] * 7), site("new", [None] * 4 + [1] * 3)], MONDAY, END)
    assert measure(found, "footfall").days == 7
    assert standing(found, "footfall", "new") == standing(found, "footfall", "new").__class__("new", 3, None, None)
    assert standing(found, "footfall", "a").index == 0.5
    with_half = benchmark([site("a", [10] * 6), site("half", [None] * 3 + [30] * 3)], MONDAY, END)
    assert measure(with_half, "footfall").days == 3


def test_one_alone_is_compared_with_nothing_and_days_apart_neither() -> None:
    alone = measure(benchmark([site("a", [10] * 7)], MONDAY, END), "footfall")
    assert (alone.days, alone.median, alone.sites[0].value, alone.sites[0].counted) == (0, None, None, 7)
    apart = benchmark([site("a", [1] * 3), site("b", [None] * 3 + [1] * 3)], MONDAY, END)
    assert measure(apart, "footfall").days == 0
    assert apart.weeks == []


def test_rates_are_of_the_sums_and_not_means_of_days() -> None:
    busy = site("busy", [100, 1], more=lambda n: {"passed": [100.0, 100.0][n], "visitors": [90.0, 10.0][n],
                                                  "buyers": [9.0, 10.0][n], "visits": [80.0, 20.0][n],
                                                  "visit_dwell": [100.0, 600.0][n]})  # fmt: skip
    calm = site("calm", [10, 10], more=lambda _: {"passed": 100.0, "visitors": 10.0, "buyers": 1.0})
    found = benchmark([busy, calm], MONDAY, END)
    assert standing(found, "capture_rate", "busy").value == 101 / 200
    assert standing(found, "conversion", "busy").value == 19 / 100
    assert standing(found, "conversion", "busy").index == pytest.approx(0.19 / median([0.19, 0.1]))
    assert standing(found, "visit_dwell", "busy").counted == 2
    assert standing(found, "visit_dwell", "busy").value is None  # the other has none
    assert [one.name for one in found.measures] == ["footfall", "visits", "capture_rate", "visit_dwell", "conversion"]


def test_currencies_are_never_mixed() -> None:
    def sold(currency, amount):
        return lambda _: {"visitors": 10.0, "buyers": 1.0, "sales": amount, "currency": currency}

    sites = [site("a", [1], more=sold("EUR", 50.0)), site("b", [1], more=sold("EUR", 70.0)), site("c", [1], more=sold("USD", 900.0))]  # fmt: skip  # noqa: E501
    found = benchmark(sites, MONDAY, END)
    assert [one.site for one in measure(found, "sales_per_visitor", "EUR").sites] == ["a", "b"]
    assert measure(found, "sales_per_visitor", "EUR").median == 6
    assert measure(found, "sales_per_visitor", "USD").median is None


def test_nobody_came_or_passed_is_no_fault() -> None:
    found = benchmark([site("a", [0, 0], more=lambda _: {"passed": 0.0}), site("b", [0, 0])], MONDAY, END)
    assert measure(found, "footfall").median == 0
    assert {one.index for one in measure(found, "footfall").sites} == {None}
    assert [one.name for one in found.measures] == ["footfall"]
    assert found.weeks == []


def test_weeks_are_isos_and_only_the_period_counts() -> None:
    found = benchmark([site("a", [10] * 14), site("b", [30] * 7 + [10] * 7)], MONDAY + timedelta(days=5), END)
    assert [(week.label, week.days) for week in found.weeks] == [("2026-W45", 2), ("2026-W46", 7)]
    assert found.weeks[0].index == {"a": 0.5, "b": 1.5}
    assert found.weeks[1].index == {"a": 1, "b": 1}


counts = st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 500), st.booleans(), st.floats(0, 1))), min_size=1, max_size=14)  # fmt: skip  # noqa: E501


@given(st.lists(counts, min_size=1, max_size=5))
def test_every_site_is_told_of_the_very_same_days(given_sites) -> None:
    sites = []
    for n, some in enumerate(given_sites):
        days = {
            MONDAY + timedelta(days=k): BenchmarkDay(one[1], one[2], float(one[0])) for k, one in enumerate(some) if one
        }
        sites.append(BenchmarkSite(f"s{n}", "", days=days))
    found = benchmark(sites, MONDAY, END)
    for one in found.measures:
        compared = [each for each in one.sites if each.value is not None]
        assert len(compared) != 1
        if not compared:
            continue
        days = [
            {day for day, d in sites[int(c.site[1:])].days.items() if d.opened and d.coverage >= SEEN} for c in compared
        ]
        alike = set.intersection(*days)
        assert len(alike) == one.days > 0
        for c in compared:
            total = sum(sites[int(c.site[1:])].days[day].came for day in alike)
            assert c.value == pytest.approx(total / len(alike))
        assert one.median == median(c.value for c in compared)


@given(st.lists(st.integers(1, 500), min_size=3, max_size=10), st.floats(0.1, 10))
def test_an_index_knows_no_size_but_its_own(came, factor) -> None:
    """All sites twice as large: the same indices."""

    def sites(times):
        return [site(name, [times * one * k for one in came]) for name, k in (("a", 1), ("b", 2), ("c", 5))]

    one, other = benchmark(sites(1), MONDAY, END), benchmark(sites(factor), MONDAY, END)
    assert [s.index for s in measure(one, "footfall").sites] == pytest.approx([0.5, 1, 2.5])
    assert [s.index for s in measure(other, "footfall").sites] == pytest.approx([0.5, 1, 2.5])
