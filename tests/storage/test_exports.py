import csv
import json
import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path as File
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import StoreError
from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point
from galleria.domain.measure import Measure, MeasureName
from galleria.domain.time import parse_instant, utc_text
from galleria.storage.exports import records, write_csv, write_json, write_parquet
from galleria.storage.tables import clip, dated, event_table, measure_table

BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = parse_instant("2026-03-29T01:45", BERLIN)
ONE = Measure(MeasureName.IN, "shop", "hall", "", "Tür", BEGIN, BEGIN + 900, "2026-03-29 01:45+01:00", 7, 1 / 3)
GAP = replace(ONE, begin=BEGIN + 900, end=BEGIN + 1800, label="2026-03-29 03:00+02:00", value=None, coverage=0.0)
MEASURES = [ONE, GAP, replace(ONE, name=MeasureName.CAPTURE_RATE, place="", value=0.125)]
HALL = Origin("shop", "hall", "r1")
EVENTS = [
    Seen("s", HALL, BEGIN, BEGIN + 60),
    Crossing("c", HALL, 1, BEGIN + 1.25, "door", "in", "up", Point(0.25, 0.75)),
    Stay("t", HALL, 2, BEGIN + 2, BEGIN + 12.5, "shelf", True),
    Path("p", HALL, 3, BEGIN + 3, BEGIN + 4, ((BEGIN + 3, 0.1, 0.2), (BEGIN + 3.5, 0.3, 0.4)), False),
]


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def test_measures_as_json(tmp_path):
    path = tmp_path / "m.json"
    write_json(measure_table(MEASURES), path)
    first, gap, rate = json.loads(path.read_text(encoding="utf-8"))
    assert first == {
        "site": "shop",
        "camera": "hall",
        "epoch": "",
        "place": "Tür",
        "measure": "in",
        "unit": "tracks",
        "begins": "2026-03-29T00:45:00Z",
        "ends": "2026-03-29T01:00:00Z",
        "local": "2026-03-29 01:45+01:00",
        "value": 7,
        "coverage": 1 / 3,
    }
    assert (gap["value"], gap["coverage"]) == (None, 0)
    assert (rate["unit"], rate["value"]) == ("ratio", 0.125)
    assert list(first) == list(gap)
    assert "Tür" in path.read_text(encoding="utf-8")


def test_nothing_is_still_a_file(tmp_path):
    write_json(measure_table([]), tmp_path / "m.json")
    write_csv(measure_table([]), tmp_path / "m.csv")
    write_parquet(measure_table([]), tmp_path / "m.parquet")
    assert json.loads((tmp_path / "m.json").read_text()) == []
    assert (tmp_path / "m.csv").read_text().startswith("site,camera")
    assert duckdb.read_parquet(str(tmp_path / "m.parquet")).fetchall() == []


def test_measures_as_csv(tmp_path):
    path = tmp_path / "m.csv"
    write_csv(measure_table(MEASURES), path)
    first, gap, _ = read_csv(path)
    assert (first["place"], first["value"], first["begins"]) == ("Tür", "7", "2026-03-29T00:45:00Z")
    assert float(first["coverage"]) == 1 / 3
    assert (gap["value"], gap["coverage"]) == ("", "0.0")
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n") == 4


def test_events_as_csv(tmp_path):
    path = tmp_path / "e.csv"
    write_csv(event_table(EVENTS, dated(BERLIN)), path)
    seen, crossing, stay, track = read_csv(path)
    assert (seen["kind"], seen["ends"]) == ("seen", utc_text(BEGIN + 60))
    assert (crossing["place"], crossing["direction"], crossing["x"], crossing["ends"]) == ("door", "in", "0.25", "")
    assert crossing["local"] == "2026-03-29 01:45:01+01:00"
    assert (stay["dwell"], stay["open_ended"], stay["passed_by"]) == ("10.5", "true", "")
    assert json.loads(track["points"]) == [[BEGIN + 3, 0.1, 0.2], [BEGIN + 3.5, 0.3, 0.4]]
    assert track["passed_by"] == "false"


def test_clip_times_are_clip_times():
    (row,) = records(event_table([replace(EVENTS[1], time=75.5)], clip))
    assert (row["local"], row["time"]) == ("1:15", "1970-01-01T00:01:15.500000Z")


def parquet(path, columns):
    # As seconds: DuckDB gives times as datetimes only with a package more.
    return duckdb.read_parquet(str(path)).project(columns).fetchall()


def test_measures_as_parquet(tmp_path):
    path = tmp_path / "m.parquet"
    write_parquet(measure_table(MEASURES), path)
    relation = duckdb.read_parquet(str(path))
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert types["begins"] == types["ends"] == "TIMESTAMP WITH TIME ZONE"
    assert types["value"] == types["coverage"] == "DOUBLE"
    assert set(types) == set(measure_table([]).types)
    columns = "measure, site, camera, epoch, place, epoch(begins), epoch(ends), local, value, coverage"
    assert [Measure(MeasureName(row[0]), *row[1:]) for row in parquet(path, columns)] == MEASURES


def test_events_as_parquet(tmp_path):
    path = tmp_path / "e.parquet"
    write_parquet(event_table(EVENTS, dated(BERLIN)), path)
    columns = 'id, kind, track, epoch("time"), epoch(ends), place, dwell, open_ended, passed_by, points'
    assert parquet(path, columns) == [
        ("s", "seen", 0, BEGIN, BEGIN + 60, None, None, None, None, None),
        ("c", "crossing", 1, BEGIN + 1.25, None, "door", None, None, None, None),
        ("t", "stay", 2, BEGIN + 2, BEGIN + 12.5, "shelf", 10.5, True, None, None),
        ("p", "path", 3, BEGIN + 3, BEGIN + 4, None, None, None, False, [list(p) for p in EVENTS[3].points]),
    ]


def test_more_rows_than_one_batch(tmp_path):
    many = [replace(ONE, value=n) for n in range(25_001)]
    write_parquet(measure_table(many), tmp_path / "m.parquet")
    assert [value for (value,) in parquet(tmp_path / "m.parquet", "value")] == list(range(25_001))


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.lists(st.tuples(texts, texts)))
def test_any_text_survives_every_format(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("any")
    table = measure_table([replace(ONE, camera=camera, place=place) for camera, place in names])
    write_json(table, folder / "m.json")
    write_csv(table, folder / "m.csv")
    write_parquet(table, folder / "m.parquet")
    assert [(r["camera"], r["place"]) for r in json.loads((folder / "m.json").read_text("utf-8"))] == names
    assert parquet(folder / "m.parquet", "camera, place") == names
    back = [(row["camera"], row["place"]) for row in read_csv(folder / "m.csv")]
    for (camera, place), cells in zip(names, back, strict=True):
        for text, cell in zip((camera, place), cells, strict=True):
            assert cell in (text, "'" + text)
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_defused_and_numbers_are_not(tmp_path, name):
    write_csv(measure_table([replace(ONE, camera=name, value=-1.5)]), tmp_path / "m.csv")
    (row,) = read_csv(tmp_path / "m.csv")
    assert row["camera"] == "'" + name
    assert row["value"] == "-1.5"


def test_standard_output(capsysbinary):
    write_json(measure_table([ONE]), "-")
    assert json.loads(capsysbinary.readouterr().out)[0]["place"] == "Tür"
    write_csv(measure_table([ONE]), "-")
    lines = capsysbinary.readouterr().out.decode().split("\r\n")
    assert len(lines) == 3
    with pytest.raises(StoreError, match="standard output"):
        write_parquet(measure_table([ONE]), "-")


WRITERS = pytest.mark.parametrize("write", [write_json, write_csv, write_parquet])


@WRITERS
def test_an_earlier_file_is_replaced_whole(tmp_path, write):
    path = tmp_path / "out"
    path.write_text("earlier, and longer than what follows" * 1000)
    write(measure_table([]), path)
    assert b"earlier" not in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


@WRITERS
@pytest.mark.parametrize("where", ["absent/out", "folder", "file/out"])
def test_impossible_places(tmp_path, write, where):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be written") as caught:
        write(measure_table(MEASURES), tmp_path / where)
    assert caught.value.remedy
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.skipif(not File("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("write", [write_json, write_csv])
def test_full_device(write):
    with pytest.raises(StoreError, match="No space left"):
        write(measure_table(MEASURES), File("/dev/full"))


LIMITED = """
import resource, sys
write = {"json": write_json, "csv": write_csv, "parquet": write_parquet}[sys.argv[2]]
many = measure_table([replace(ONE, coverage=n / 12345, begin=n * 1.7) for n in range(20_000)])
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
try:
    write(many, File(sys.argv[1]))
except StoreError as error:
    print("refused:", error)
"""


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_a_file_that_does_not_fit_leaves_the_earlier_one(tmp_path, form):
    path = tmp_path / "out"
    path.write_text("earlier")
    program = "from tests.storage.test_exports import *\n" + textwrap.dedent(LIMITED)
    environment = os.environ | {"PYTHONPATH": str(File(__file__).resolve().parents[2])}
    command = [sys.executable, "-c", program, str(path), form]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, timeout=60)
    assert done.stdout.startswith("refused:")
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]
