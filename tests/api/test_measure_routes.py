import csv
import io
import zipfile

import duckdb
import pytest
from flowing import at
from shop import BEFORE, DAY

NEXT = "2026-09-22"


@pytest.fixture
def client(quiet):
    with quiet.bearer() as client:
        yield client


def test_subjects_are_what_can_be_asked_of(client):
    subjects = {subject["key"]: subject for subject in client.get("/api/v1/subjects").json()}
    assert {"site", "entrance:front", "tripwire:gate", "zone:shelf", "camera:hall"} <= set(subjects)
    for key, subject in subjects.items():
        for measure in subject["measures"]:
            answer = client.get("/api/v1/measures", params={"subject": key, "measure": measure, "begin": DAY})
            assert answer.status_code == 200, (key, measure)


def test_a_day_by_the_hour_against_the_week_before(client):
    asked = {"subject": "site", "measure": ["in", "out"], "begin": DAY, "grain": "hour", "compare": "last-week"}
    came, went = client.get("/api/v1/measures", params=asked).json()["series"]
    assert (came["measure"], went["measure"], came["unit"]) == ("in", "out", "tracks")
    assert came["total"] == 30
    noon = next(point for point in came["points"] if point["begin"] == at(DAY, "12:00"))
    assert (noon["value"], noon["coverage"], noon["before"]) == (30, 1.0, 20)
    assert went["total"] == 0


def test_a_gap_is_null(client):
    asked = {"subject": "entrance:front", "begin": "2026-09-01", "end": "2026-09-02", "grain": "day"}
    (series,) = client.get("/api/v1/measures", params=asked).json()["series"]
    assert [point["value"] for point in series["points"]] == [None]
    assert series["total"] is None


def test_the_overview_is_of_today(client):
    answer = client.get("/api/v1/overview").json()
    assert answer["day"] == DAY
    assert answer["footfall"]["value"] is not None
    assert [camera["id"] for camera in answer["cameras"]] == ["hall", "yard"]
    assert answer["occupancy"]["value"] == 2


def test_what_a_day_was_off_by_is_shared_out_over_its_entrances(client):
    answer = client.get("/api/v1/drift", params={"day": DAY}).json()
    assert (answer["day"], answer["remainder"]) == (DAY, 30)
    front, *others = answer["entrances"]
    assert (front["entrance"], front["came"], front["went"], front["share"]) == ("front", 30, 0, 30.0)
    assert all(other["share"] == 0 for other in others)
    assert answer["error"] < 5
    assert client.get("/api/v1/drift", params={"day": "2019-01-01"}).json()["remainder"] == 0


def test_coverage_is_told_by_camera_and_quarter_hour(client):
    hall, yard = client.get("/api/v1/coverage", params={"begin": BEFORE}).json()
    assert (hall["camera"], yard["camera"]) == ("hall", "yard")
    points = {point["begin"]: point["coverage"] for point in hall["points"]}
    assert points[at(BEFORE, "10:15")] == 1.0
    (only,) = client.get("/api/v1/coverage", params={"begin": BEFORE, "camera": "yard"}).json()
    assert only["camera"] == "yard"


def test_conditions_are_those_of_the_period(client):
    asked = {"begin": f"{DAY}T10:00", "end": f"{DAY}T12:00"}
    (found,) = client.get("/api/v1/conditions", params=asked).json()
    assert found == {
        "camera": "yard", "state": "offline", "begin": at(DAY, "11:00"), "end": at(DAY, "11:10"), "reason": "no answer",
    }  # fmt: skip
    assert client.get("/api/v1/conditions", params={**asked, "camera": "hall"}).json() == []
    assert client.get("/api/v1/conditions", params={"begin": DAY, "end": f"{DAY}T10:00"}).json() == []


def test_events_as_csv_are_all_of_the_period_and_no_paths(client):
    answer = client.get("/api/v1/events.csv", params={"begin": DAY, "end": NEXT})
    assert answer.headers["content-disposition"] == 'attachment; filename="events.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    kinds = [row["kind"] for row in rows]
    assert (kinds.count("crossing"), kinds.count("stay"), kinds.count("path")) == (30, 1, 0)
    assert rows[-1]["local"].startswith(DAY)
    only = client.get("/api/v1/events.csv", params={"begin": DAY, "end": NEXT, "kind": "path", "camera": "hall"}).text
    assert [row["kind"] for row in csv.DictReader(io.StringIO(only, newline=""))] == ["path"]


def test_events_as_parquet_have_types(client, tmp_path):
    answer = client.get("/api/v1/events.parquet", params={"begin": DAY, "end": NEXT, "kind": "crossing"})
    file = tmp_path / "events.parquet"
    file.write_bytes(answer.content)
    with duckdb.connect() as database:
        found = database.execute(
            "SELECT count(*), min(epoch(time)), any_value(typeof(time)) FROM read_parquet(?)", [str(file)]
        )
        assert found.fetchone() == (30, at(DAY, "12:00"), "TIMESTAMP WITH TIME ZONE")
    empty = client.get("/api/v1/events.parquet", params={"begin": "2026-01-01", "end": "2026-01-02"})
    file.write_bytes(empty.content)
    with duckdb.connect() as database:
        assert database.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchone() == (0,)


def test_measures_as_csv_and_excel_say_the_same(client):
    asked = {"subject": ["site", "zone:shelf"], "measure": "stays", "begin": DAY, "grain": "day"}
    asked["subject"] = "zone:shelf"
    (row,) = csv.DictReader(io.StringIO(client.get("/api/v1/measures.csv", params=asked).text, newline=""))
    assert (row["subject"], row["measure"], float(row["value"])) == ("zone:shelf", "stays", 1.0)
    book = client.get("/api/v1/measures.xlsx", params=asked)
    with zipfile.ZipFile(io.BytesIO(book.content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "zone:shelf" in sheet
        assert parts.testzip() is None


def test_exports_are_in_the_audit(client):
    client.get("/api/v1/events.csv", params={"begin": DAY, "end": NEXT})
    newest = client.get("/api/v1/audit", params={"most": 1}).json()[0]
    assert (newest["action"], newest["subject"], newest["actor_kind"]) == ("export.events", "csv", "token")
