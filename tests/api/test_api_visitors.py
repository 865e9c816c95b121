"""Visitors over the API: suppressed, with reasons, rights and the same figures as CSV."""

import csv
import io
import json
from dataclasses import replace

import pytest
from flowing import at
from shop import Served, ShopSite
from visited import HALL, LOOKING, Visited, declaration, fill, label

from galleria.domain.access import RIGHTS, Right, Role

FIRST, LAST, AFTER = "2026-09-14", "2026-09-20", "2026-09-21"
PATHS = ("visitors", "demographics", "experience", "audience")
WEEK = {"begin": FIRST, "end": AFTER}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    site = ShopSite(tmp_path_factory.mktemp("visited"))
    site.visiting.site = replace(site.site, purposes=tuple(map(declaration, LOOKING)))
    made = Visited(site.desk, site.visiting)
    fill(made, "2026-08-31", 21)
    made.turn(AFTER, "12:00")
    with Served(site) as served:
        yield served
    site.close()


@pytest.fixture
def client(served):
    with served.bearer() as client:
        yield client


def get(client, path, **params):
    answer = client.get(f"/api/v1/{path}", params=WEEK | params)
    assert answer.status_code == 200, answer.text
    return answer


def test_a_week_of_visitors(client) -> None:
    answer = get(client, "visitors", grain="week").json()
    (week,) = answer["points"]
    days = [p["unique"]["value"] for p in get(client, "visitors").json()["points"] if p["unique"]["value"]]
    assert week["unique"]["value"] == pytest.approx(sum(days) / len(days))
    assert (week["label"], week["days"], week["of"]) == ("2026-W38", 6, 6)
    assert 0.1 < week["returning"]["value"] < 0.9
    assert [one["label"] for one in answer["visits"]] == ["1", "2", "3", "4", "5+"]
    assert "cannot be added up" in answer["meanings"]["unique"]
    assert answer["k"] == 10


def test_nothing_under_k_is_told_anywhere(client) -> None:
    small = 0
    for path, names, k in (
        ("visitors", ("unique", "new", "back", "count"), 10),
        ("demographics", ("cells", "rows", "columns", "total", "unsure"), 20),
        ("experience", ("faces",), 50),
        ("audience", ("opportunities", "watchers"), 10),
    ):
        for name, shown in figures(get(client, path, begin=LAST if path == "visitors" else FIRST).json()):
            assert (shown["value"] is None) == (shown["why"] is not None)
            small += shown["why"] == "withheld"
            if name in names:
                assert shown["value"] is None or shown["value"] >= k
    assert small


def figures(value, name=""):
    if isinstance(value, dict) and set(value) == {"value", "why"}:
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from figures(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from figures(item, name)


def test_no_label_track_or_epoch_is_told(client) -> None:
    everything = "".join(get(client, f"{path}{ending}").text for path in PATHS for ending in ("", ".csv"))
    assert label(7) not in everything
    assert HALL.epoch not in everything
    assert 'track"' not in everything


@pytest.mark.parametrize("path", PATHS)
def test_a_gap_has_a_reason(client, path) -> None:
    answer = get(client, path, begin="2026-05-04", end="2026-05-05").json()
    if path == "visitors":
        assert answer["whole"]["unique"] == {"value": None, "why": "stopped"}
    else:
        assert answer["why"] == "stopped"
    early = get(client, path, begin="2025-05-04", end="2025-05-05").json()
    assert "undeclared" in json.dumps(early)


def test_csv_has_the_same_figures(client) -> None:
    rows = list(csv.DictReader(io.StringIO(get(client, "visitors.csv").text)))
    told = [row for row in rows if row["measure"] == "unique" and row["local"] != "total"]
    points = get(client, "visitors").json()["points"]
    assert [float(row["value"]) if row["value"] else None for row in told] == [p["unique"]["value"] for p in points]
    assert {row["why"] for row in told if not row["value"]} <= {"withheld", "stopped", "no-coverage"}
    for path in PATHS[1:]:
        told = list(csv.DictReader(io.StringIO(get(client, f"{path}.csv").text)))
        assert any(row["value"] for row in told), path
        assert all(bool(row["value"]) != bool(row["why"]) for row in told)


def test_exports_are_in_the_audit(served, client) -> None:
    get(client, "audience.csv")
    noted = client.get("/api/v1/audit").json()
    assert [one["action"] for one in noted[:1]] == ["export.visitors"]


@pytest.mark.parametrize("path", PATHS)
def test_rights(served, path) -> None:
    for ending, right in (("", Right.SEE_MEASURES), (".csv", Right.EXPORT)):
        for role in Role:
            with served.browser(role) as browser:
                expected = 200 if right in RIGHTS[role] else 403
                assert browser.get(f"/api/v1/{path}{ending}", params=WEEK).status_code == expected


def test_visitors_are_not_told_by_the_hour(client) -> None:
    answer = client.get("/api/v1/visitors", params=WEEK | {"grain": "hour"})
    assert answer.status_code in {400, 422}
    assert "not told by hour" in answer.text


def test_first_sights_of_one_day(client) -> None:
    answer = get(client, "visitors", begin="2026-09-17", end="2026-09-18").json()
    assert answer["whole"]["end"] == at("2026-09-18", "10:00")
    assert all(set(one) == {"begin", "label", "new", "back"} for one in answer["first_seen"])
    assert answer["first_seen"]


def test_whose_presentation_is_not_sure_is_a_figure_of_its_own(client) -> None:
    answer = get(client, "demographics").json()
    (table,) = answer["tables"]
    assert table["unsure"]["value"] >= 20
    assert 0 < table["unsure_days"] <= table["of"]
    assert table["genders"] == ["female", "male"]
    sums = [one["value"] for one in table["columns"]]
    if None not in (*sums, table["total"]["value"]):
        assert sum(sums) == table["total"]["value"]  # which it is not in
    rows = csv.DictReader(io.StringIO(get(client, "demographics.csv").text))
    (row,) = [one for one in rows if one["group"] == "unsure"]
    assert (float(row["value"]), int(row["days"])) == (table["unsure"]["value"], table["unsure_days"])
