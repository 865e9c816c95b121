"""Benchmark files: what is written is read again; what is wrong is named with its line; folders keep whole files."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.benchmark import BenchmarkDay, BenchmarkSite
from galleria.domain.errors import InputError
from galleria.storage.benchmark_file import benchmark_text, drop_benchmark, keep_benchmark, neighbours, read_benchmark

HEAD = "site,name,simulated,date,open,coverage,footfall\n"
GOOD = HEAD + "north,North,no,2026-11-02,yes,0.98,410\n"

amounts = st.one_of(st.none(), st.floats(0, 1e6).map(lambda x: round(x, 4)))
days = st.builds(
    BenchmarkDay, st.booleans(), st.floats(0, 1).map(lambda x: round(x, 4)), amounts, amounts, amounts, amounts,
    amounts, amounts, st.one_of(st.none(), st.floats(-1e11, 1e11).map(lambda x: round(x, 4))),
    st.sampled_from(["", "EUR", "IDR"]),
)  # fmt: skip
names = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20).map(str.strip)


@given(
    names, st.booleans(), st.dictionaries(st.dates(date(2000, 1, 1), date(2100, 1, 1)), days, min_size=1, max_size=5)
)
def test_what_is_written_is_read_again(tmp_path_factory, name, simulated, some) -> None:
    site = BenchmarkSite("north-1", name if name[:1] not in tuple("=+-@") else "n", simulated, some)
    path = tmp_path_factory.mktemp("b") / "b.csv"
    path.write_text(benchmark_text(site), "utf-8", newline="")
    assert read_benchmark(path) == site


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "there is no column 'site'"),
        (HEAD, "has no day"),
        ("a,b\n1,2\n", "there is no column"),
        (HEAD.replace("footfall", "food"), "there is no column 'footfall'"),
        (HEAD.replace("\n", ",unique\n") + "north,N,no,2026-11-02,yes,1,1,5\n", "unique"),
        (GOOD + "north,North,no,2026-11-02,yes,0.98,410\n", "line 3: 2026-11-02 comes twice"),
        (GOOD + "south,South,no,2026-11-03,yes,1,1\n", "line 3 is of site 'south'"),
        (GOOD.replace("410", "-4"), "line 2, footfall"),
        (GOOD.replace("410", "nan"), "line 2, footfall"),
        (GOOD.replace("0.98", "98"), "line 2, coverage"),
        (GOOD.replace("2026-11-02", "2.11.26"), "line 2, date"),
        (GOOD.replace("yes", "maybe"), "line 2, open: input should be 'yes' or 'no'"),
        (GOOD.replace("north", "../up"), "line 2, site"),
        (GOOD.replace(",410", ""), "line 2 has another number of values"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, text, told) -> None:
    path = tmp_path / "their file.csv"
    path.write_text(text)
    with pytest.raises(InputError) as raised:
        read_benchmark(path)
    assert told in str(raised.value)
    assert "their file.csv" in str(raised.value)


def test_no_text_and_too_much_of_it(tmp_path) -> None:
    path = tmp_path / "b.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not text in UTF-8"):
        read_benchmark(path)
    path.write_bytes(b"x" * ((4 << 20) + 1))
    with pytest.raises(InputError, match="larger than 4 MiB"):
        read_benchmark(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_benchmark(tmp_path / "none.csv")


def sent(tmp_path: Path, text: str) -> BenchmarkSite:
    path = tmp_path / "sent.csv"
    path.write_text(text)
    return read_benchmark(path)


def test_later_files_add_days_and_the_newer_line_of_a_day_holds(tmp_path) -> None:
    folder = tmp_path / "benchmarks"
    keep_benchmark(folder, sent(tmp_path, GOOD + "north,North,no,2026-11-03,yes,1,100\n"))
    keep_benchmark(
        folder, sent(tmp_path, HEAD + "north,The North,no,2026-11-03,yes,1,120\nnorth,N,no,2026-11-04,no,0,\n")
    )
    (north,) = neighbours(folder, "own").sites
    assert {day.day: one.came for day, one in north.days.items()} == {2: 410, 3: 120, 4: None}
    assert north.name == "The North"
    assert [file.name for file in folder.iterdir()] == ["north.csv"]


def test_bad_files_own_files_and_second_ones_are_told_and_take_nothing_away(tmp_path) -> None:
    assert list(neighbours(tmp_path / "none", "own").sites) == []
    (tmp_path / "a.csv").write_text("rubbish\n")
    (tmp_path / "b.csv").write_text(GOOD)
    (tmp_path / "c.csv").write_text(GOOD.replace("410", "1"))
    (tmp_path / "d.csv").write_text(GOOD.replace("north", "own"))
    (tmp_path / "notes.txt").write_text("nothing of ours")
    found = neighbours(tmp_path, "own")
    assert [site.id for site in found.sites] == ["north"]
    assert next(iter(found.sites[0].days.values())).came == 410
    assert [fault.split(" ")[0].rstrip(",") for fault in found.faults] == ["a.csv", "c.csv", "d.csv"]


def test_a_site_is_forgotten_under_whatever_name_its_file_lies(tmp_path) -> None:
    (tmp_path / "by-hand.csv").write_text(GOOD)
    (tmp_path / "bad.csv").write_text("rubbish\n")
    (tmp_path / "south.csv").write_text(GOOD.replace("north", "south"))
    drop_benchmark(tmp_path, "north")
    drop_benchmark(tmp_path, "../../etc/passwd")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["bad.csv", "south.csv"]


def test_an_earlier_file_that_is_broken_is_not_written_over(tmp_path) -> None:
    (tmp_path / "north.csv").write_text("rubbish\n")
    site = BenchmarkSite("north", "N", days={date(2026, 1, 1): BenchmarkDay(opened=True, coverage=1.0)})
    with pytest.raises(InputError, match=r"north\.csv"):
        keep_benchmark(tmp_path, site)
    assert (tmp_path / "north.csv").read_text() == "rubbish\n"
