"""After it added up the past, nothing has to be put together for who asks for all of it."""

from contextlib import ExitStack, contextmanager
from datetime import date, timedelta

import pytest

from galleria.app.adding_up import AddingUp
from galleria.app.audit import Audit
from galleria.app.flows import Flows
from galleria.app.keep import JOURNAL, MEASURES
from galleria.app.outlook import Outlook
from galleria.app.routing import routes_answer
from galleria.app.sales_desk import SalesDesk
from galleria.app.selling import SALES, Selling
from galleria.app.simulate.history import DATA, SITE, simulate
from galleria.app.simulate.scales import Plan
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_desk import StudyDesk
from galleria.app.study_list import STUDIES_KEPT
from galleria.app.visits_answers import visits_answer
from galleria.domain.calendar import Grain
from galleria.domain.time import SetClock
from galleria.storage.records import Records
from galleria.storage.rollups import Rollups
from galleria.storage.sales import Sales
from galleria.storage.sitefile import load_site
from galleria.storage.studied import StudyStore

DAYS, LAST = 40, date(2026, 6, 6)
ALL = (LAST - timedelta(days=DAYS - 1), LAST + timedelta(days=1))
NOW = 1780920000.0  # two days later


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("centre")
    simulate(Plan("shop", DAYS, LAST, seed=3), made)
    return made


@contextmanager
def desks(folder, studies):
    site = load_site(folder / SITE)
    with ExitStack() as opened:
        rollups = opened.enter_context(Rollups(folder / DATA / MEASURES))
        store = opened.enter_context(StudyStore(studies))
        sales = opened.enter_context(Sales(folder / DATA / SALES))
        records = Records(studies.with_suffix(".records"))
        opened.callback(records.close)
        clock = SetClock(NOW)
        audit = Audit(records, clock)
        kept = Studies(site, folder / DATA, rollups, store, STUDIES_KEPT)
        desk = StudyDesk(kept, Flows(site, rollups, folder / DATA / JOURNAL), audit, clock)
        yield desk, Selling(site, sales, audit, clock)


def outlook_of(desk):
    return Outlook(desk.site, desk.flows, desk.studies.folder, dict, desk.audit)


def asked(desk, selling):
    """What pages show of all that there is."""
    return [
        visits_answer(desk, ALL, None),
        desk.queues(ALL, Grain.MONTH),
        desk.queues(ALL, Grain.MONTH, points=()),
        routes_answer(desk, ALL),
        SalesDesk(desk, selling).conversion(ALL, Grain.MONTH),
        desk.groups(ALL),
    ]


def test_who_asks_then_puts_nothing_together(folder, tmp_path, monkeypatch):
    with desks(folder, tmp_path / "one.db") as (desk, selling):
        desk.studies.turn(NOW)
        wanted = asked(desk, selling)
    with desks(folder, tmp_path / STUDIES) as (desk, selling):
        desk.studies.turn(NOW)
        assert not desk.studies.behind
        adding = AddingUp(desk, selling, outlook_of(desk))
        turns = 0
        while adding.turn():
            turns += 1
        assert turns == 10 * 3  # answers of April, May and June
        assert not adding.turn()
        made = []
        put = StudyStore.put_totals
        monkeypatch.setattr(StudyStore, "put_totals", lambda *some: made.extend(some[-1]) or put(*some))
        assert asked(desk, selling) == wanted
        assert all(block.size <= 4 for block in made)  # at the edges of the period only, no month of it
        made.clear()
        adding.again()
        while adding.turn():
            pass
        assert not made


def test_a_site_that_is_changed_meanwhile_is_begun_anew(folder, tmp_path):
    """By another thread, at any moment of a turn."""

    class Changed(AddingUp):
        kept = None

        @property
        def _left(self):
            kept, self.kept = self.kept, None
            return kept

        @_left.setter
        def _left(self, kept):
            self.kept = kept

    with desks(folder, tmp_path / STUDIES) as (desk, selling):
        adding = Changed(desk, selling, outlook_of(desk))
        assert adding.turn()
        assert adding.turn()


def test_a_site_that_saw_nothing_yet_has_nothing_to_add_up(folder, tmp_path):
    with desks(folder, tmp_path / STUDIES) as (desk, selling), Rollups(tmp_path / "none.db") as none:
        desk.flows.rollups = none
        assert not AddingUp(desk, selling, outlook_of(desk)).turn()
