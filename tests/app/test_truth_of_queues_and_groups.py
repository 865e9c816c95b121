"""Queues and groups of made-up shops, told from what their cameras saw, beside what was true."""

from datetime import date, timedelta

import pytest

from galleria.app.keep import MEASURES
from galleria.app.queueing import queue_answers
from galleria.app.simulate.history import simulate
from galleria.app.simulate.scales import Plan
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_list import QUEUES, UNITS
from galleria.domain.calendar import Grain
from galleria.storage.rollups import Rollups
from galleria.storage.sitefile import load_site
from galleria.storage.studied import StudyStore

DAYS, END = 6, date(2026, 11, 7)


@pytest.fixture(scope="module", params=range(1, 6), ids="seed {}".format)
def told(request, tmp_path_factory):
    """The truth, queue answers and units of one seed."""
    folder = tmp_path_factory.mktemp("made-up") / "shop"
    truth = simulate(Plan("shop", DAYS, END, seed=request.param), folder)
    site = load_site(folder / "site.yaml")
    with Rollups(folder / "data" / MEASURES) as rollups, StudyStore(folder / "data" / STUDIES) as store:
        studies = Studies(site, folder / "data", rollups, store, [QUEUES, UNITS])
        studies.turn(1e10)
        period = END - timedelta(days=DAYS - 1), END + timedelta(days=1)
        queues = {one.queue.id: one.whole for one in queue_answers(site, studies, period, Grain.DAY)}
        whole = [studies.whole(UNITS, camera.id, *period) for camera in site.cameras if camera.calibration]
        yield truth, queues, [one for one in whole if one is not None and one.groups]


def test_queues_are_told_as_they_were(told):
    truth, queues, _ = told
    assert queues
    for name, found in queues.items():
        days = [day.queues[name] for day in truth.days if name in day.queues]
        arrived, gave_up = sum(day.arrivals for day in days), sum(day.gave_up for day in days)
        waited = sum(day.wait.mean * day.wait.count for day in days) / sum(day.wait.count for day in days)
        assert found.arrivals == pytest.approx(arrived, rel=0.05)
        assert found.wait_mean == pytest.approx(waited, rel=0.1, abs=1.0)
        assert found.abandonment == pytest.approx(gave_up / arrived, abs=0.02)


def test_groups_are_told_as_they_were(told):
    truth, _, units = told
    sizes = [sum(column) for column in zip(*(day.groups for day in truth.days if day.groups), strict=True)]
    mean = sum(n * count for n, count in enumerate(sizes, 1)) / sum(sizes)
    entrance = units[0]
    assert entrance.mean == pytest.approx(mean, rel=0.08)
