import csv
import io
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import duckdb
import pytest
import typer
from typer.testing import CliRunner

from galleria.cli.report import report
from galleria.domain.errors import InputError, SiteFileError
from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point
from galleria.domain.time import parse_instant
from galleria.storage.journal import Journal
from galleria.storage.recording import Recording

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = Origin("shop", "hall", "r1")
BEGIN = parse_instant("2026-03-29T01:30", BERLIN)  # half an hour before the clocks change
CLIP = Origin("shop", "yard", "c1")

SITE = """\
site:
  id: shop
  time_zone: UTC
  hours:
    mon-sun: 02:00-01:00
cameras:
  - id: hall
    source: hall.mp4
"""

app = typer.Typer()
app.command()(report)


def events(origin, begin, seconds, moments):
    yield Seen(origin.event_id(0, "seen", 0), origin, begin, begin + seconds)
    for n, moment in enumerate(moments, 1):
        t = begin + moment
        way = ("door", "in" if n % 2 else "out", "up")
        yield Crossing(origin.event_id(n, "crossing", 0), origin, n, t, *way, Point(0.5, 0.5))
        yield Stay(origin.event_id(n, "stay", 0), origin, n, t, min(t + 7.25, begin + seconds), "shelf")
        yield Path(origin.event_id(n, "path", 0), origin, n, t, min(t + 20, begin + seconds), ((t, 0.5, 0.5),), n == 1)


def count(path, origin, begin, seconds, moments, **about):
    recording = Recording(
        origin, "s", f"{origin.epoch}.mp4", BEGIN + 86400, "Europe/Berlin", True, ("door",), ("shelf",)
    )
    finished = about.pop("finished", True)
    with Journal(path) as journal:
        take = journal.begin(replace(recording, **about))
        take.append(events(origin, begin, seconds, moments))
        if finished:
            take.finish()


@pytest.fixture
def journal(tmp_path):
    path = tmp_path / "journal.db"
    count(path, MORNING, BEGIN, 3600, [10, 20, 30, 2000])
    count(path, Origin("shop", "hall", "r2"), BEGIN + 4 * 3600, 1800, [5])
    count(path, CLIP, 0.0, 75.5, [3, 70], start_known=False)
    return path


def run(journal, *options, code=0):
    result = CliRunner(env={"COLUMNS": "140"}).invoke(app, ["--journal", str(journal), *map(str, options)])
    if isinstance(result.exception, Exception) and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def told(journal, *options):
    return json.loads(run(journal, "--json", *options))


def values(rows, **wanted):
    return [(row["local"], row["value"]) for row in rows if all(row[key] == value for key, value in wanted.items())]


def test_hours_across_the_change_of_clocks(journal):
    found = told(journal)
    assert values(found["measures"], camera="hall", measure="in") == [
        ("2026-03-29 01:00+01:00", 2),
        ("2026-03-29 03:00+02:00", 0),
        ("2026-03-29 04:00+02:00", None),
        ("2026-03-29 05:00+02:00", None),
        ("2026-03-29 06:00+02:00", 1),
    ]
    coverage = [row["coverage"] for row in found["measures"] if row["camera"] == "hall" and row["measure"] == "in"]
    assert coverage == [0.5, 0.5, 0, 0, 0.5]
    (total,) = values(found["totals"], camera="hall", measure="in")
    assert total == ("total", 3)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("15min", ["2026-03-29 01:30+01:00", "2026-03-29 01:45+01:00", "2026-03-29 03:00+02:00"]),
        ("day", ["2026-03-29"]),
        ("total", ["total"]),
        ("minute", ["2026-03-29 01:30+01:00", "2026-03-29 01:31+01:00", "2026-03-29 01:32+01:00"]),
    ],
)
def test_by(journal, by, expected):
    found = values(told(journal, "--by", by)["measures"], camera="hall", measure="out")
    assert [label for label, _ in found][:3] == expected
    assert sum(value or 0 for _, value in found) == 2


def test_clip_times_are_apart(journal):
    found = told(journal, "--by", "minute")
    rows = [row for row in found["measures"] if row["camera"] == "yard"]
    assert {row["epoch"] for row in rows} == {"c1"}
    assert values(rows, measure="in") == [("0:00", 1), ("1:00", 0)]
    assert values(rows, measure="out") == [("0:00", 0), ("1:00", 1)]
    assert {row["coverage"] for row in rows} == {1.0}
    assert {row["epoch"] for row in found["measures"] if row["camera"] == "hall"} == {""}


def test_tables(journal):
    text = run(journal, "--by", "15min")
    assert "r1.mp4" in text
    assert "c1.mp4 (clip time)" in text
    assert "shop (Europe/Berlin)" in text
    lines = [" ".join(line.replace("│", " ").split()) for line in text.splitlines()]
    assert "2026-03-29 01:30+01:00 2 1 100 %" in lines
    assert "2026-03-29 03:30+02:00 … 2026-03-29 06:15+02:00 – – 0 %" in lines  # a gap is no zero, and one line
    assert "total 3 2 33 %" in lines
    assert "2026-03-29 01:30+01:00 3 0 7.2 s 7.2 s 7.2 s 100 %" in lines
    assert "0:00 1 1 100 %" in lines
    assert any("1:15" in line for line in lines)


def test_range(journal):
    found = told(journal, "--from", "2026-03-29T01:45", "--to", "2026-03-29T03:15", "--by", "15min")
    assert values(found["measures"], measure="out") == [("2026-03-29 01:45+01:00", 0), ("2026-03-29 03:00+02:00", 1)]
    assert [row["camera"] for row in found["measures"] if row["camera"] != "hall"] == []
    assert any("c1.mp4" in note and "left out" in note for note in found["notes"])


def test_camera(journal):
    assert {row["camera"] for row in told(journal, "--camera", "yard")["measures"]} == {"yard"}
    with pytest.raises(InputError, match="'roof'") as caught:
        run(journal, "--camera", "roof")
    assert "hall, yard" in caught.value.remedy


def test_site_file_gives_zone_and_trading_day(journal, tmp_path):
    site = tmp_path / "site.yaml"
    site.write_text(SITE)
    found = told(journal, "--site", site, "--by", "day")
    assert values(found["measures"], camera="hall", measure="in") == [("2026-03-28", 2), ("2026-03-29", 1)]
    site.write_text(SITE.replace("shop", "elsewhere"))
    with pytest.raises(InputError, match="elsewhere"):
        run(journal, "--site", site)
    with pytest.raises(SiteFileError):
        run(journal, "--site", tmp_path / "absent.yaml")


def test_files(journal, tmp_path):
    run(journal, "--csv", tmp_path / "m.csv", "--parquet", tmp_path / "m.parquet")
    rows = told(journal)["measures"]
    with (tmp_path / "m.csv").open(newline="", encoding="utf-8") as file:
        assert [row["local"] for row in csv.DictReader(file)] == [row["local"] for row in rows]
    stored = duckdb.read_parquet(str(tmp_path / "m.parquet")).project("local, value").fetchall()
    assert stored == [(row["local"], row["value"]) for row in rows]
    piped = list(csv.DictReader(io.StringIO(run(journal, "--csv", "-"))))
    assert len(piped) == len(rows)
    run(journal, "--json", "--csv", "-", code=2)


def test_a_count_that_did_not_finish_is_said_so(journal):
    count(journal, Origin("shop", "gate", "live-1"), BEGIN, 600, [1], finished=False)
    assert any("live-1.mp4" in note for note in told(journal)["notes"])
    assert "in part" in run(journal)


def test_footage_recorded_twice_is_noted(journal):
    count(journal, Origin("shop", "hall", "copy"), BEGIN + 3540, 120, [1])
    assert any("1:00 lie in more than one recording" in note for note in told(journal)["notes"])


def test_several_sites(journal):
    count(journal, Origin("kiosk", "hall", "k1"), BEGIN, 60, [1], time_zone="Asia/Kathmandu")
    found = told(journal)
    assert values(found["measures"], site="kiosk", measure="in") == [("2026-03-29 06:00+05:45", 1)]
    assert values(found["totals"], site="shop", camera="hall", measure="in") == [("total", 3)]


def test_nothing_to_report(tmp_path):
    with pytest.raises(InputError, match="no journal") as caught:
        run(tmp_path / "absent.db")
    assert "galleria count" in caught.value.remedy
    assert not (tmp_path / "absent.db").exists()
    Journal(tmp_path / "empty.db").close()
    with pytest.raises(InputError, match="is empty"):
        run(tmp_path / "empty.db")


@pytest.mark.parametrize(
    "options",
    [
        ("--from", "tomorrow"),
        ("--from", "2026-04-01", "--to", "2026-03-01"),
        ("--from", "2000-01-01", "--by", "minute"),
    ],
)
def test_bad_ranges(journal, options):
    with pytest.raises(InputError) as caught:
        run(journal, *options)
    assert caught.value.remedy
