"""`galleria compare`, and the files that `galleria report --format benchmark` writes for it."""

import csv
import json
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from galleria.app.simulate.history import simulate
from galleria.app.simulate.scales import Plan
from galleria.cli.compare import compare
from galleria.cli.report import report
from galleria.domain.errors import InputError

app = typer.Typer()
app.command()(report)
app.command()(compare)
WEEK = "2026-03-02..2026-03-08"


def run(*options, code=0):
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, [*map(str, options)])
    if isinstance(result.exception, Exception) and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Of one made-up shop, and of another that had three people for each of its two."""
    folder = tmp_path_factory.mktemp("simulated")
    simulate(Plan("shop", 14, date(2026, 3, 8), 1), folder / "shop")
    site, out = folder / "shop" / "site.yaml", folder / "one.csv"
    run("report", site, "--folder", folder / "shop" / "data", "--period", WEEK, "--format", "benchmark", "--out", out)
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    other = folder / "other.csv"
    with other.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        for row in rows:
            more = str(1.5 * float(row["footfall"])) if row["footfall"] else ""
            writer.writerow(row | {"site": "other", "name": "Other", "footfall": more})
    return out, other


def test_a_week_of_a_site_has_its_days_and_says_that_they_are_made_up(files):
    rows = list(csv.DictReader(files[0].read_text("utf-8").splitlines()))
    assert [row["date"] for row in rows] == [f"2026-03-0{n}" for n in range(2, 9)]
    assert {row["simulated"] for row in rows} == {"yes"}
    assert sum(float(row["footfall"] or 0) for row in rows) > 1000


def test_sites_stand_beside_each_other(files):
    told = json.loads(run("compare", *files, "--json").stdout)
    footfall = next(one for one in told["measures"] if one["name"] == "footfall")
    one, other = footfall["sites"]
    assert other["value"] == pytest.approx(1.5 * one["value"])
    assert (one["index"], other["index"]) == (pytest.approx(0.8), pytest.approx(1.2))
    assert [site["simulated"] for site in told["sites"]] == [True, True]
    shown = run("compare", *files).stdout
    assert "Other (simulated)" in shown
    assert f"footfall: {footfall['days']} days compared" in shown
    assert " 120 " in shown


def test_a_period_cuts_it_down(files):
    told = json.loads(run("compare", *files, "--json", "--period", "2026-03-03..2026-03-04").stdout)
    assert (told["begin"], told["end"], told["measures"][0]["days"]) == ("2026-03-03", "2026-03-05", 2)


def test_what_cannot_be_compared_is_told(files, tmp_path):
    with pytest.raises(InputError, match="two sites or more"):
        run("compare", files[0])
    with pytest.raises(InputError, match="two sites or more"):
        run("compare", files[0], files[0])
    with pytest.raises(InputError, match="cannot be read"):
        run("compare", files[0], tmp_path / "none.csv")
    with pytest.raises(InputError, match="is no period"):
        run("compare", *files, "--period", "spring")
