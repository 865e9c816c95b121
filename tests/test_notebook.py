"""The notebook in the manual, run from its first cell to its last on a small folder: its figures are the program's."""

import json
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from galleria.app.flow_query import FlowQuery
from galleria.app.flows import Flows, Grain
from galleria.app.keep import JOURNAL, MEASURES
from galleria.app.simulate.history import simulate
from galleria.app.simulate.scales import Plan
from galleria.storage.rollups import Rollups
from galleria.storage.sitefile import load_site

NOTEBOOK = Path(__file__).parents[1] / "docs" / "notebooks" / "parquet.ipynb"
LAST = date(2026, 3, 4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("notebook") / "shop"
    simulate(Plan("shop", 2, LAST, 1), made)
    return made


def run(folder, monkeypatch):
    monkeypatch.setenv("GALLERIA_FOLDER", str(folder / "data"))
    space: dict = {}
    for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    return space


def test_its_figures_are_those_of_the_measures(folder, monkeypatch):
    told = run(folder, monkeypatch)
    came = {(day, line): count for day, line, count, _ in told["footfall"].fetchall()}
    site = load_site(folder / "site.yaml")
    with closing(Rollups(folder / "data" / MEASURES)) as rollups:
        flows = Flows(site, rollups, folder / "data" / JOURNAL)
        for wire in (wire for camera in site.cameras for wire in camera.tripwires):
            answer = flows.query(
                FlowQuery("in", f"tripwire:{wire.id}", Grain.DAY, LAST - timedelta(days=1), LAST + timedelta(days=1))
            )
            assert [came[point.label, wire.id] for point in answer.points] == [point.value for point in answer.points]
    assert sum(count for _, count in told["hours"].fetchall()) == sum(came.values()) > 100
    assert {"crossing", "seen", "stay"} <= {kind for kind, _ in told["kinds"].fetchall()}
    assert {zone for zone, *_ in told["dwell"].fetchall()} <= {
        zone.id for camera in site.cameras for zone in camera.zones
    }
    assert all(0 < hours <= 25 for *_, hours in told["seen"].fetchall())


def test_without_polars_it_says_how_to_get_it(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)
    assert "pip install polars" in run(folder, monkeypatch)["told"]


def test_it_holds_no_results(folder):
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in cells)
    assert len({cell["id"] for cell in cells}) == len(cells)
