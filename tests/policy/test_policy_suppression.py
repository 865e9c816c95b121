"""What can be worked out is worked out here by other means than the code's: projections and linear programs."""

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from galleria.domain.purpose import Purpose
from galleria.policy.suppression import Sum, least, suppress, suppress_table

COUNTS = st.one_of(st.integers(0, 3), st.integers(0, 12), st.integers(10, 60), st.just(0))
GREAT = st.integers(2, 12)  # k


def equations(sums, hidden):
    """Each sum, over the hidden cells: (sums, hidden)."""
    return [[(key in one.parts) - (key == one.total) for key in hidden] for one in sums]


def determined(sums, hidden):
    """The hidden cells that published cells and sums fix: those whose unit vector is a combination of the sums.

    The projection on all such combinations leaves a unit vector as it is if and only if it is one of them.
    """
    known = np.array(equations(sums, hidden), float).reshape(len(sums), len(hidden))
    projection = np.linalg.pinv(known) @ known
    return {key for n, key in enumerate(hidden) if projection[n, n] > 1 - 1e-9}


def bounds(cells, sums, hidden, key):
    """The least and the greatest that a hidden cell can be, counts being 0 or more."""
    known = np.array(equations(sums, hidden), float)
    come_to = known @ np.array([cells[other] for other in hidden], float)
    unit = np.array([float(other == key) for other in hidden])
    least_, most = (linprog(way * unit, A_eq=known, b_eq=come_to, bounds=(0, 1e4)) for way in (1, -1))
    assert least_.status == most.status == 0
    return least_.fun, -most.fun


def leaks(cells, sums, k, shown):
    """Everything that is wrong with a publication."""
    hidden = [key for key, count in shown.items() if count is None]
    positive = [key for key in hidden if cells[key]]
    for key in determined(sums, hidden):
        yield f"{key} follows"
    for key in determined(sums, positive):
        if cells[key] < k:
            yield f"{key} follows for who knows the zeros"
    for one in sums:
        parts = [cells[part] for part in one.parts if shown[part] is None]
        if parts and shown[one.total] is not None and sum(parts) < k:
            yield f"the withheld parts of {one.total} come to {sum(parts)}"


def table_sums(rows, columns):
    lines = [Sum((r, -1), tuple((r, c) for c in range(columns))) for r in (*range(rows), -1)]
    return lines + [Sum((-1, c), tuple((r, c) for r in range(rows))) for c in (*range(columns), -1)]


def with_totals(leaves, sums):
    """Counts of all cells, from those that are no sums."""
    cells = dict(leaves)
    for one in sums:
        cells[one.total] = sum(cells[part] for part in one.parts)
    return cells


@st.composite
def lines(draw):
    leaves = dict(enumerate(draw(st.lists(COUNTS, min_size=1, max_size=8))))
    sums = [Sum("all", tuple(leaves))]
    return with_totals(leaves, sums), sums


@st.composite
def crossed(draw):
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    leaves = {(r, c): draw(COUNTS) for r in range(rows) for c in range(columns)}
    sums = table_sums(rows, columns)
    ordered = [one for one in sums if one.total != (-1, -1)] + [one for one in sums if one.total == (-1, -1)]
    return with_totals(leaves, ordered), sums


def nest(leaves, hours, entrances):
    """Quarters of hours of entrances of a site: all have totals, and so have hours over all entrances."""
    sums = [Sum((e, h), ((e, h, 0), (e, h, 1))) for e in range(entrances) for h in range(hours)]
    sums += [Sum((e,), tuple((e, h) for h in range(hours))) for e in range(entrances)]
    sums += [Sum(("all", h), tuple((e, h) for e in range(entrances))) for h in range(hours)]
    sums += [Sum(("site",), tuple((e,) for e in range(entrances)))]
    cells = with_totals(leaves, sums)
    return cells, [*sums, Sum(("site",), tuple(("all", h) for h in range(hours)))]


@st.composite
def nested(draw):
    hours, entrances = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    leaves = {(e, h, q): draw(COUNTS) for e in range(entrances) for h in range(hours) for q in range(2)}
    return nest(leaves, hours, entrances)


TABLES = st.one_of(lines(), crossed(), nested())


@settings(deadline=None, max_examples=150)
@given(TABLES, GREAT)
def test_nothing_small_is_shown_and_nothing_withheld_follows(table, k):
    cells, sums = table
    shown = suppress(cells, sums, k)
    assert list(shown) == list(cells)
    for key, count in shown.items():
        assert count is None or count == cells[key] >= k
    if any(count is not None for count in shown.values()):
        assert list(leaks(cells, sums, k, shown)) == []


@settings(deadline=None, max_examples=50)
@given(TABLES, GREAT)
def test_nothing_withheld_follows_from_counts_being_no_less_than_zero(table, k):
    cells, sums = table
    shown = suppress(cells, sums, k)
    hidden = [key for key, count in shown.items() if count is None]
    for key in hidden:
        low, high = bounds(cells, sums, hidden, key)
        assert high - low > 0.5, key


def test_zeros_that_several_sums_force_together():
    """Entrance 1 saw nobody; the site, an hour of it and an entrance would say so together, though none does alone."""
    quarters = [5, 2, 4, 3, 0, 0, 0, 0, 0, 4, 5, 3, 6, 0, 1, 5]
    leaves = {(n // 4, n // 2 % 2, n % 2): count for n, count in enumerate(quarters)}
    cells, sums = nest(leaves, 2, 4)
    shown = suppress(cells, sums, 4)
    hidden = [key for key, count in shown.items() if count is None]
    for key in hidden:
        low, high = bounds(cells, sums, hidden, key)
        assert high - low > 0.5, key


@settings(deadline=None, max_examples=100)
@given(TABLES, GREAT)
def test_nothing_is_withheld_without_need(table, k):
    cells, sums = table
    shown = suppress(cells, sums, k)
    for key, count in shown.items():
        if count is None and cells[key] >= k:
            more = {**shown, key: cells[key]}
            hidden = [other for other, there in more.items() if there is None]
            forced = (other for other in hidden if not cells[other] and bounds(cells, sums, hidden, other)[1] < 0.5)
            assert any(leaks(cells, sums, k, more)) or any(forced), f"{key} could be shown"


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=4), st.integers(2, 4))
def test_by_trying_every_line_of_counts_that_there_could_be(counts, k):
    """Whatever is withheld could be at least two different counts."""
    cells = {**dict(enumerate(counts)), "all": sum(counts)}
    shown = suppress(cells, [Sum("all", tuple(range(len(counts))))], k)
    choices = [range(9) if shown[n] is None else [shown[n]] for n in range(len(counts))]
    possible = [line for line in product(*choices) if shown["all"] in {None, sum(line)}]
    for n in range(len(counts)):
        assert shown[n] is not None or len({line[n] for line in possible}) > 1


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=1, max_size=4), GREAT)
@example([[0, 0, 0], [1, 1, 0], [1, 0, 2]], 2)
def test_a_table_is_its_cells_and_their_sums(counts, k):
    shown = suppress_table(counts, k)
    sums = table_sums(len(counts), 3)
    flat = {(r, c): count for r, line in enumerate(shown.cells) for c, count in enumerate(line)}
    flat |= {(r, -1): count for r, count in enumerate(shown.rows)}
    flat |= {(-1, c): count for c, count in enumerate(shown.columns)} | {(-1, -1): shown.total}
    cells = {(r, c): count for r, line in enumerate(counts) for c, count in enumerate(line)}
    cells = with_totals(cells, [one for one in sums if one.total != (-1, -1)] + sums)
    assert {key: count for key, count in flat.items() if count is not None}.items() <= cells.items()
    if shown.total is not None:
        assert list(leaks(cells, sums, k, flat)) == []


def hours(*counts, k=10):
    shown = suppress({"day": sum(counts), **dict(enumerate(counts))}, [Sum("day", tuple(range(len(counts))))], k)
    return shown["day"], [shown[n] for n in range(len(counts))]


def test_what_a_day_looks_like():
    assert hours(50, 60, 40) == (150, [50, 60, 40])
    # One small hour takes the smallest other with it, and the total stays.
    assert hours(3, 50, 60, 40) == (153, [None, 50, 60, None])
    # Two that come to enough need no other; two that come to 7 do: their sum is a count too.
    assert hours(6, 7, 60, 40) == (113, [None, None, 60, 40])
    assert hours(3, 4, 60, 40) == (107, [None, None, 60, None])
    # Hours at night: whoever knows that nobody came then cannot tell the hour of 3 from the day.
    assert hours(0, 0, 3, 50, 60, 40) == (153, [None, None, None, 50, 60, None])
    assert hours(0, 0, 50, 60, 40) == (150, [None, None, 50, 60, None])
    assert hours(2, 3) == (None, [None, None])
    assert hours(0, 0) == (None, [None, None])


def test_one_visitor_more_is_not_seen_where_there_was_none():
    for around in ((50, 60, 40), (11, 12, 300), (5, 6, 300)):
        nobody, one = hours(0, *around), hours(1, *around)
        assert [count is None for count in nobody[1]] == [count is None for count in one[1]]


def test_a_small_cell_of_a_table_takes_three_with_it():
    shown = suppress_table([[3, 50, 60], [20, 30, 25], [90, 14, 70]], 10)
    hidden = [(r, c) for r, line in enumerate(shown.cells) for c, count in enumerate(line) if count is None]
    assert len(hidden) == 4
    assert None not in (*shown.rows, *shown.columns, shown.total)


def test_few_are_withheld():
    random = np.random.default_rng(7)
    counts = random.poisson(40, (24, 8))
    counts[[3, 9, 15], [1, 4, 6]] = 2
    shown = suppress_table(counts.tolist(), 10)
    assert sum(count is None for line in shown.cells for count in line) <= 9
    assert None not in (*shown.rows, *shown.columns, shown.total)


def test_sums_that_are_none_are_refused():
    with pytest.raises(ValueError, match="'day' is not the sum"):
        suppress({"day": 100, 0: 40, 1: 50}, [Sum("day", (0, 1))], 10)
    with pytest.raises(ValueError, match="'day' is not the sum"):
        suppress({"day": 80, 0: 40}, [Sum("day", (0, 0))], 10)
    with pytest.raises(ValueError, match="negative"):
        suppress({"day": 40, 0: 41, 1: -1}, [Sum("day", (0, 1))], 10)
    with pytest.raises(ValueError, match="length"):
        suppress_table([[1, 2], [3]], 10)


def test_without_sums_only_what_is_small_is_withheld():
    assert suppress({"a": 9, "b": 10}, [], 10) == {"a": None, "b": 10}


def test_k():
    assert least(Purpose.DEMOGRAPHICS) == 20
    assert least(Purpose.EXPERIENCE) == 50
    assert {least(purpose) for purpose in Purpose} == {10, 20, 50}
    assert least(Purpose.FOOTFALL) == 10
