"""`galleria sales`: files in, totals out."""

import pytest
from commands import galleria, refused

SITE = "site: {id: mall, time_zone: UTC}\ncameras: []\nshops:\n  - {id: books}\n"
ROWS = "receipt,time,shop,till,amount,currency,items\n1,2026-03-27T14:05,books,3,12.99,EUR,2\n"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site.yaml").write_text(SITE)
    (tmp_path / "day.csv").write_text(ROWS)
    return tmp_path / "site.yaml"


def test_a_file_is_taken_once_and_its_totals_are_printed(site, tmp_path):
    where = ("--folder", tmp_path / "own")
    done = galleria("sales", "take", site, tmp_path / "day.csv", tmp_path / "day.csv", *where)
    assert done.code == 0, done.err
    assert [line.partition(": ")[2] for line in done.out.splitlines()] == [
        "1 new, 0 there already, 0 refused",
        "0 new, 1 there already, 0 refused",
    ]
    told = galleria("sales", "totals", site, *where).out
    for word in ("2026-03-27", "books", "12.99", "EUR"):
        assert word in told


def test_bad_rows_and_files_are_told_and_the_others_go_in(site, tmp_path):
    (tmp_path / "bad.csv").write_text(ROWS + "2,2026-03-27T14:05,toys,3,1,EUR,1\n")
    (tmp_path / "prose.csv").write_text("dear shop")
    files = (tmp_path / "prose.csv", tmp_path / "bad.csv")
    done = galleria("sales", "take", site, *files, "--folder", tmp_path / "own")
    assert done.code == 1
    assert "no table of receipts" in done.err
    assert "row 3: there is no shop 'toys'" in done.err
    assert "1 new, 0 there already, 1 refused" in done.out


def test_totals_of_nothing(site, tmp_path):
    assert "there are no sales" in refused("sales", "totals", site, "--folder", tmp_path)
