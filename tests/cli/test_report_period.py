"""`galleria report SITE --period`: from the folder of a made-up site, which it leaves as it was."""

import csv
import sqlite3
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from galleria.app.simulate.history import simulate
from galleria.app.simulate.scales import Plan
from galleria.cli.report import report
from galleria.domain.errors import InputError, StoreError

app = typer.Typer()
app.command()(report)
WEEK = "2026-03-02..2026-03-08"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated") / "shop"
    simulate(Plan("shop", 14, date(2026, 3, 8), 1), folder)
    return folder


def run(*options, code=0):
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*map(str, options)])
    if isinstance(result.exception, Exception) and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def asked(made, *options, period=WEEK, **how):
    return run(made / "site.yaml", "--folder", made / "data", "--period", period, *options, **how)


def content(folder):
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_three_forms_and_nothing_in_the_folder_changes(made, tmp_path):
    before = content(made / "data")
    for ending in ("html", "pdf", "csv"):
        asked(made, "--out", tmp_path / f"week.{ending}")
    assert {
        file: body for file, body in content(made / "data").items() if not file.name.endswith(("-wal", "-shm"))
    } == before
    page = (tmp_path / "week.html").read_text("utf-8")
    assert "2 to 8 March 2026" in page
    assert "every number below is made up" in page
    assert (tmp_path / "week.pdf").read_bytes().startswith(b"%PDF-")
    rows = list(csv.DictReader((tmp_path / "week.csv").read_text("utf-8").splitlines()))
    days = [row for row in rows if (row["place"], row["measure"]) == ("", "in") and ".." not in row["local"]]
    assert [row["local"] for row in days] == [f"2026-03-0{n}" for n in range(2, 9)]
    whole = next(row for row in rows if (row["place"], row["measure"]) == ("", "in"))
    assert float(whole["value"]) == sum(float(row["value"]) for row in days) > 1000
    assert {row["simulated"] for row in rows} == {"true"}


def test_the_form_may_be_said(made, tmp_path):
    asked(made, "--format", "html", "--out", tmp_path / "week")
    assert (tmp_path / "week").read_text("utf-8").startswith("<!doctype html>")
    assert asked(made, "--format", "csv", "--out", "-").stdout.startswith("site,camera,")


def test_what_cannot_be_done_is_told(made, tmp_path):
    page = tmp_path / "week.html"
    with pytest.raises(InputError, match="no period"):
        asked(made, "--out", page, period="yesteryear")
    with pytest.raises(InputError, match="there are no measures in"):
        run(made / "site.yaml", "--folder", tmp_path, "--period", WEEK, "--out", page)
    with pytest.raises(StoreError, match="in a folder that does not exist"):
        asked(made, "--out", tmp_path / "nowhere" / "week.html")
    assert not page.exists()
    assert list(tmp_path.iterdir()) == []  # no store was made in the folder that has none
    for options in (("--period", WEEK), ("--out", page), ("--out", tmp_path / "week.doc", "--period", WEEK)):
        run(made / "site.yaml", "--folder", made / "data", *options, code=2)
    asked(made, "--out", page, "--csv", "x.csv", code=2)
    run("--period", WEEK, "--out", page, code=2)


def test_a_store_of_another_version_is_left_alone(made, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    with sqlite3.connect(data / "measures.db") as store:
        store.execute("PRAGMA user_version = 1")
    store.close()
    before = (data / "measures.db").read_bytes()
    with pytest.raises(StoreError, match="another version"):
        run(made / "site.yaml", "--folder", data, "--period", WEEK, "--out", tmp_path / "w.html")
    assert (data / "measures.db").read_bytes() == before
