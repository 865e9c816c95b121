"""Sites beside each other over HTTP: shapes, rights, the file, and what stays closed to tenants."""

import csv
import io

import pytest
from shop import BEFORE, Served, ShopSite

from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.catalogue import CATALOGUE

PERIOD = {"begin": BEFORE, "end": "2026-09-21"}
HEAD = "site,name,simulated,date,open,coverage,footfall,pass_by\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    site = ShopSite(tmp_path_factory.mktemp("benchmark"))
    folder = site.folder / "benchmarks"
    folder.mkdir()
    days = "".join(f"north,North,yes,2026-09-{day},yes,1,{count},\n" for day, count in ((14, 60), (15, 70)))
    (folder / "north.csv").write_text(HEAD + days)
    (folder / "bad.csv").write_text("rubbish\n")
    with Served(site) as served:
        yield served
    site.close()


def test_this_site_first_each_with_its_index_and_coverage(served) -> None:
    with served.bearer() as client:
        found = client.get("/api/v1/benchmark", params=PERIOD).json()
    assert [(one["site"], one["simulated"]) for one in found["sites"]] == [("shop", False), ("north", True)]
    footfall = found["measures"][0]
    assert (footfall["name"], footfall["days"], footfall["median"]) == ("footfall", 1, 40)
    assert [(one["value"], one["index"]) for one in footfall["sites"]] == [(20, 0.5), (60, 1.5)]
    assert found["weeks"] == [{"label": "2026-W38", "days": 1, "index": {"shop": 0.5, "north": 1.5}}]
    assert found["meaning"] == CATALOGUE["benchmark"].meaning
    assert [fault.split(",")[0] for fault in found["faults"]] == ["bad.csv"]


def test_the_file_has_the_days_that_are_over_and_is_noted(served) -> None:
    with served.bearer() as client:
        answer = client.get("/api/v1/benchmark.csv", params=PERIOD | {"end": "2026-09-25"})
    assert 'filename="benchmark-shop.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["date"] for row in rows] == [f"2026-09-{n}" for n in range(14, 21)]
    assert (rows[0]["footfall"], rows[0]["open"]) == ("20.0", "yes")
    assert (rows[1]["footfall"], float(rows[1]["coverage"])) == ("", 0)  # a gap, no zero
    assert rows[6]["open"] == "no"
    ada = served.site.signed[Role.ADMINISTRATOR].actor
    assert served.site.access.audit.list(ada, most=1)[0].action == "export.benchmark"


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_the_whole_site_compares_and_who_exports_takes_away(served, role) -> None:
    with served.browser(role) as client:
        for path, right in (("benchmark", Right.SEE_MEASURES), ("benchmark.csv", Right.EXPORT)):
            answer = client.get(f"/api/v1/{path}", params=PERIOD)
            assert answer.status_code == (200 if right in RIGHTS[role] else 403), path


def test_more_than_a_year_is_refused(served) -> None:
    with served.bearer() as client:
        answer = client.get("/api/v1/benchmark", params={"begin": "2024-01-01", "end": "2026-01-01"})
    assert answer.status_code == 422
    assert "longer than 366 days" in answer.json()["detail"]
