"""Queues, heat, groups and the catalogue over the API: shapes, gaps, rights and files."""

import csv
import io
from dataclasses import replace

import pytest
from flowing import at
from shop import DAY, Served, ShopSite

from galleria.domain.access import Right, Role
from galleria.domain.catalogue import CATALOGUE
from galleria.domain.events import Path, Stay
from galleria.domain.geometry import Point
from galleria.domain.site import Calibration, Queue

FLOOR = Calibration(
    (Point(0.0, 0.0), Point(1.0, 0.0), Point(1.0, 1.0), Point(0.0, 1.0)), ((0, 0), (10, 0), (10, 5), (0, 5))
)
FILES = ("queues.csv", "heat.csv", "heat/hall.csv", "groups.csv")
ANSWERS = ("queues", "heat", "heat/hall", "groups", "catalogue")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    site = ShopSite(tmp_path_factory.mktemp("studied"))
    hall = replace(site.site.cameras[0], calibration=FLOOR)
    changed = replace(
        site.site, cameras=(hall, *site.site.cameras[1:]), queues=(Queue("tills", "shelf", name="Tills", target=20.0),)
    )
    site.site = site.studies.site = changed
    for n in range(3):
        t = at(DAY, "11:00") + 300 * n
        points = tuple((t + k / 2, 0.1 + k / 50, 0.5) for k in range(40))
        site.desk.write("hall", lambda i, o, k, p=points: Path(i, o, k, p[0][0], p[-1][0], p, passed_by=False))
        site.desk.write("hall", lambda i, o, k, t=t: Stay(i, o, k, t, t + 40, "shelf"))
    site.desk.keeper.turn(site.clock.now())
    site.studies.turn(site.clock.now())
    with Served(site) as served:
        yield served
    site.close()


@pytest.fixture
def client(served):
    with served.bearer() as client:
        yield client


def get(client, path, **params):
    answer = client.get(f"/api/v1/{path}", params={"begin": DAY, "end": "2026-09-22"} | params)
    assert answer.status_code == 200, answer.text
    return answer


def test_a_queue_is_told_with_its_target_and_what_it_means(client):
    (queue,) = get(client, "queues").json()["queues"]
    assert (queue["queue"], queue["name"], queue["target"], queue["too_long"]) == ("tills", "Tills", 20.0, True)
    assert queue["whole"]["arrivals"] == 4
    assert queue["whole"]["abandonment"] is None  # it has no zone of service
    assert [point["label"] for point in queue["points"]] == [DAY]
    assert "11:00" in {hour["label"] for hour in queue["hours"]}
    meanings = {one["name"]: one["meaning"] for one in get(client, "queues").json()["meanings"]}
    assert meanings["wait"] == CATALOGUE["wait"].meaning


def test_a_queue_is_not_told_by_hour(client):
    answer = client.get("/api/v1/queues", params={"grain": "hour"})
    assert answer.status_code == 422
    assert "not told by hour" in answer.json()["detail"]


def test_heat_is_a_grid_of_numbers_and_gaps(client):
    heat = get(client, "heat/hall").json()
    assert (heat["rows"], heat["columns"], heat["why"]) == (27, 48, None)
    assert [len(heat["seconds"]), len(heat["seconds"][0])] == [27, 48]
    assert sum(map(sum, heat["seconds"])) == pytest.approx(3 * 19.5, rel=0.02)
    assert heat["dwell"][0][0] is None
    assert [zone["zone"] for zone in heat["zones"]] == ["shelf"]


def test_the_plan_says_its_squares(client):
    plan = get(client, "heat", cell=1.0).json()
    assert (plan["cell"], plan["y"], plan["why"]) == (1.0, 2.0, None)
    assert len(plan["seconds"]) == 1
    assert set(plan["coverage"]) == {"hall"}
    assert client.get("/api/v1/heat", params={"cell": 0.001}).status_code == 422


def test_groups_are_told_for_all_and_by_camera(client):
    whole, hall = get(client, "groups").json()["groups"]
    assert (whole["camera"], hall["camera"]) == ("", "hall")
    assert hall["whole"]["sizes"] == [3, 0, 0, 0, 0, 0, 0, 0]
    assert (hall["whole"]["mean"], hall["whole"]["shared"]) == (1.0, 0.0)
    assert [hour["label"] for hour in hall["hours"]] == ["11:00"]


def test_a_gap_has_a_reason_and_no_zeros(client):
    early = {"begin": "2025-05-05", "end": "2025-05-06"}
    heat = get(client, "heat/hall", **early).json()
    assert (heat["why"], heat["seconds"], heat["coverage"]) == ("not-seen", None, 0.0)
    assert get(client, "heat", **early).json()["seconds"] is None
    assert get(client, "groups", **early).json()["groups"][0]["whole"] is None
    (queue,) = get(client, "queues", **early).json()["queues"]
    assert {queue["whole"][name] for name in ("arrivals", "length", "wait", "tills")} == {None}


def test_the_catalogue_is_that_of_the_program(client):
    told = get(client, "catalogue").json()
    assert [one["name"] for one in told] == list(CATALOGUE)
    assert all(one["meaning"] and one["coverage"] and one["error"] for one in told)


def test_no_such_camera(client):
    assert client.get("/api/v1/heat/roof").status_code == 404
    assert client.get("/api/v1/heat/roof.csv").status_code == 404


@pytest.mark.parametrize("path", FILES)
def test_files_have_rows_and_are_noted(served, client, path):
    answer = get(client, path)
    assert answer.headers["content-type"].startswith("text/csv")
    assert list(csv.DictReader(io.StringIO(answer.text)))
    ada = served.site.signed[Role.ADMINISTRATOR].actor
    assert served.site.access.audit.list(ada, most=1)[0].action == "export.studies"


def test_who_may_see_and_who_may_take_away(served):
    with served.bearer(served.site.tokens[Right.SEE_MEASURES]) as seeing:
        assert {seeing.get(f"/api/v1/{path}").status_code for path in ANSWERS} == {200}
        assert {seeing.get(f"/api/v1/{path}").status_code for path in FILES} == {403}
    with served.bearer(served.site.tokens[Right.EXPORT]) as taking:
        assert {taking.get(f"/api/v1/{path}").status_code for path in FILES} == {200}
