import sqlite3
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleria.analytics.cells import PARTS, Cells, Part, added
from galleria.domain.errors import StoreError
from galleria.storage import rollups as packing
from galleria.storage.journal import Journal
from galleria.storage.rollups import RolledDay, Rollups

DAY = "2026-03-16"
EDGES = np.array([0.0, 900.0, 1800.0, 2000.0])


def day(label=DAY, sealed=True):
    return RolledDay(label, EDGES, 2000.0, sealed, 5)


def cells(came=(1, 2, 3), peak=(0, 4, 1)):
    parts = np.zeros((3, PARTS))
    parts[:, Part.CAME], parts[:, Part.PEAK] = came, peak
    return Cells(parts, np.array([[0, 100, 2], [2, 50, 1]]))


@pytest.fixture
def store(tmp_path):
    with Rollups(tmp_path / "measures.db") as store:
        yield store


def of(read, subject="site", days=None, **options):
    """One subject's days."""
    return dict(read([subject], days or [DAY], **options))[subject]


def whole(dwells):
    """Of each bin how many, in whatever cell."""
    return [[0, one, int(dwells[dwells[:, 1] == one, 2].sum())] for one in sorted(set(dwells[:, 1].tolist()))]


def test_a_file_of_the_first_format_gets_the_dwells_of_whole_days(tmp_path):
    path = tmp_path / "measures.db"
    with Rollups(path) as store:
        store.put(day(), {"site": cells(), "tripwire:door": Cells(cells().parts)})
        now = dict(store.totals(["site", "tripwire:door"], [DAY]))
    old = sqlite3.connect(path)
    old.execute("ALTER TABLE total DROP COLUMN dwells")
    old.execute("ALTER TABLE day DROP COLUMN mark")
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    with Rollups(path) as store:
        for subject, after in store.totals(["site", "tripwire:door"], [DAY]):
            np.testing.assert_array_equal(after[DAY].parts, now[subject][DAY].parts)
            np.testing.assert_array_equal(after[DAY].dwells, now[subject][DAY].dwells)


def test_a_day_that_came_out_differently_has_another_mark(store):
    store.put(day(), {"site": cells(), "tripwire:door": cells((7, 0, 0))})
    first = store.days()[DAY].mark
    store.put(day(), {"tripwire:door": cells((7, 0, 0)), "site": cells()})
    assert store.days()[DAY].mark == first
    store.put(day(), {"site": cells(), "tripwire:door": cells((8, 0, 0))})
    assert store.days()[DAY].mark != first


def test_a_day_comes_back(store):
    store.put(day(), {"site": cells(), "tripwire:door": cells((7, 0, 0))})
    found = store.days()["2026-03-16"]
    assert (found.edges.tolist(), found.end, found.sealed, found.events, found.until) == (
        EDGES.tolist(),
        2000.0,
        True,
        5,
        2000.0,
    )
    site = of(store.cells)[DAY]
    np.testing.assert_array_equal(site.parts, cells().parts)
    np.testing.assert_array_equal(site.dwells, cells().dwells)
    total = of(store.totals)[DAY]
    assert (total.parts[0, Part.CAME], total.parts[0, Part.PEAK]) == (6, 4)
    assert total.dwells.tolist() == whole(cells().dwells)
    assert len(of(store.totals, dwells=False)[DAY].dwells) == 0
    assert len(of(store.cells, dwells=False)[DAY].dwells) == 0
    assert store.totals_on("2026-03-16", ["tripwire:door", "zone:x"])["tripwire:door"][Part.CAME] == 7
    assert list(store.some("site", ["2026-03-16", "2026-03-01"])) == ["2026-03-16"]


def test_putting_a_day_again_replaces_it(store):
    store.put(day(), {"site": cells(), "zone:old": cells()})
    store.put(day(), {"site": cells((0, 0, 9))})
    assert of(store.totals)[DAY].parts[0, Part.CAME] == 9
    assert of(store.totals, "zone:old") == of(store.cells, "zone:old") == {}


def test_days_are_a_range_of_labels(store):
    for label in ("2026-03-15", "2026-03-16", "2026-04-01"):
        store.put(day(label), {"site": cells()})
    assert list(store.days("2026-03-16", "2026-04-01")) == ["2026-03-16"]
    assert sorted(of(store.cells, days=["2026-03-15", "2026-03-16", "2026-03-17"])) == ["2026-03-15", "2026-03-16"]
    assert store.last().label == "2026-04-01"


def test_nothing_was_rolled_up_yet(store):
    assert store.last() is None
    assert store.days() == {}


def test_dropped_days_are_gone(store):
    for label in ("2026-03-15", "2026-03-16"):
        store.put(day(label), {"site": cells()})
    assert store.drop_before("2026-03-16") == 1
    store.give_back()
    both = ["2026-03-15", "2026-03-16"]
    assert list(of(store.totals, days=both)) == list(of(store.cells, days=both)) == ["2026-03-16"]


def test_a_day_is_replaced_whole_or_not_at_all(store):
    store.put(day(), {"site": cells()})
    with pytest.raises(AttributeError):
        store.put(day(sealed=False), {"site": cells((9, 9, 9)), "zone:x": None})
    assert of(store.totals)[DAY].parts[0, Part.CAME] == 6
    assert store.days()["2026-03-16"].sealed


def test_threads_share_it(store):
    store.put(day(), {"site": cells()})
    wrong = []

    def read():
        found = (added(of(store.cells)[DAY].parts)[Part.CAME] for _ in range(50))
        wrong.extend(number for number in found if number not in (6, 9))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(20):
        store.put(day(), {"site": cells((0, 0, 9) if n % 2 else (1, 2, 3))})
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_journal_is_no_store_of_measures(tmp_path):
    Journal(tmp_path / "journal.db").close()
    with pytest.raises(StoreError, match="another program") as caught:
        Rollups(tmp_path / "journal.db")
    assert "--folder" in caught.value.remedy


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1 << 24), st.integers(0, PARTS - 1)), min_size=1, max_size=20))
def test_counts_survive_packing(counts):
    parts = np.zeros((len(counts), PARTS))
    for n, (count, part) in enumerate(counts):
        parts[n, part] = count
    np.testing.assert_array_equal(packing._unpack(packing._pack(parts)), parts)
