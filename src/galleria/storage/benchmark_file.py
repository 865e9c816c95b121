"""Benchmark files: a site's trading days as CSV, a day a row, and the folder in which those of other sites lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from galleria.domain.benchmark import BenchmarkDay, BenchmarkSite
from galleria.domain.errors import GalleriaError, InputError, StoreError

from .csv_rows import Row, rows
from .exports import csv_text
from .tables import Table
from .textfile import write_text

FOLDER = "benchmarks"
MOST_BYTES = 4 << 20
MOST_FILES = 200
_ID = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
_TYPES = {
    "site": "text", "name": "text", "simulated": "text", "date": "text", "open": "text", "coverage": "number",
    "footfall": "number", "pass_by": "number", "visits": "number", "visit_dwell": "number", "visitors": "number",
    "buyers": "number", "sales": "number", "currency": "text",
}  # fmt: skip
_MOST = 1e9
_MOST_MONEY = 1e15  # a unit of some currencies is very little
_DIGITS = 4


def _empty(value: object) -> object:
    return None if value == "" else value


Truth = Literal["yes", "no"]
_Count = Annotated[float, Field(ge=0, le=_MOST, allow_inf_nan=False)]
_Money = Annotated[float, Field(ge=-_MOST_MONEY, le=_MOST_MONEY, allow_inf_nan=False)]  # refunds may exceed sales
Amount = Annotated[_Count | None, BeforeValidator(_empty)]


class _Line(Row):
    """A row as it is written. Names of columns are those of the catalogue where it has them."""

    site: Annotated[str, Field(pattern=_ID, max_length=64)]
    name: Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
    simulated: Truth
    date: date
    open: Truth
    coverage: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    footfall: Amount
    pass_by: Amount = None
    visits: Amount = None
    visit_dwell: Amount = None
    visitors: Amount = None
    buyers: Amount = None
    sales: Annotated[_Money | None, BeforeValidator(_empty)] = None
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""

    def day(self) -> BenchmarkDay:
        more = {one.name: getattr(self, one.name) for one in fields(BenchmarkDay) if one.name in _TYPES}
        return BenchmarkDay(opened=self.open == "yes", came=self.footfall, passed=self.pass_by, **more)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The sites whose files lie in the folder.

    Attributes:
        faults: files that cannot be used, each with the reason.
    """

    sites: Sequence[BenchmarkSite] = ()
    faults: Sequence[str] = ()


def benchmark_text(site: BenchmarkSite) -> str:
    """A site's days as a file."""
    return csv_text(Table(FOLDER, _TYPES, list(_rows(site))))


def read_benchmark(path: Path) -> BenchmarkSite:
    """Read a file.

    Raises:
        InputError: it cannot be read, is too large, or a line is wrong: which, and why.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror or error}"
        raise InputError(problem, "Name a benchmark file, as another site's Compare page gives it.") from error
    if len(content) > MOST_BYTES:
        problem = f"{path.name} is larger than {MOST_BYTES >> 20} MiB"
        raise InputError(problem, "A benchmark file has one line a day.")
    site: BenchmarkSite | None = None
    days: dict[date, BenchmarkDay] = {}
    for where, line in rows(content, Path(path.name), _Line):
        site = site or BenchmarkSite(line.site, line.name)
        if line.site != site.id:
            problem = f"{where} is of site {line.site!r}, and the first one of {site.id!r}"
            raise InputError(problem, "A file is of one site.")
        if line.date in days:
            problem = f"{where}: {line.date} comes twice"
            raise InputError(problem, "A day has one line.")
        days[line.date] = line.day()
        site = replace(site, simulated=site.simulated or line.simulated == "yes")
    if site is None:
        problem = f"{path.name} has no day"
        raise InputError(problem, "Write it again of a period in which that site was counting.")
    return replace(site, days=days)


def neighbours(folder: Path, own: str) -> Neighbours:
    """All other sites whose files lie in a folder, by name of file.

    Args:
        folder: need not be there.
        own: id of the site that looks.
    """
    found: dict[str, BenchmarkSite] = {}
    faults = []
    for path in sorted(folder.glob("*.csv"))[:MOST_FILES]:
        try:
            site = read_benchmark(path)
        except GalleriaError as error:
            faults.append(str(error))
            continue
        if site.id == own:
            faults.append(f"{path.name} is of this very site ({own!r}) and is left out.")
        elif site.id in found:
            faults.append(f"{path.name} is of site {site.id!r}, of which another file tells already; it is left out.")
        else:
            found[site.id] = site
    return Neighbours([*found.values()], faults)


def keep_benchmark(folder: Path, site: BenchmarkSite) -> None:
    """Keep a site's days beside those of it that are there; of a day that is there already the newer line holds.

    Raises:
        InputError: the file that is there cannot be used, or there are too many.
        StoreError: it cannot be written.
    """
    path = folder / f"{site.id}.csv"
    if path.exists():
        known = read_benchmark(path)
        site = replace(site, simulated=site.simulated or known.simulated, days={**known.days, **site.days})
    elif len([*folder.glob("*.csv")]) >= MOST_FILES:
        problem = f"there are {MOST_FILES} sites already"
        raise InputError(problem, "Remove one first.")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        problem = f"{folder} cannot be made: {error.strerror or error}"
        raise StoreError(problem, "Make room, or ask for permission.") from error
    write_text(path, benchmark_text(site))


def drop_benchmark(folder: Path, site: str) -> bool:
    """Remove the files of a site; whether there were any.

    Raises:
        StoreError: one cannot be removed.
    """
    found = False
    for path in folder.glob("*.csv"):
        try:
            if read_benchmark(path).id == site:
                path.unlink(missing_ok=True)
                found = True
        except InputError:
            continue
        except OSError as error:
            problem = f"{path} cannot be removed: {error.strerror or error}"
            raise StoreError(problem, "Ask for permission.") from error
    return found


def _rows(site: BenchmarkSite) -> Iterator[tuple[Any, ...]]:
    for day, one in sorted(site.days.items()):
        cells: Mapping[str, Any] = {
            "site": site.id,
            "name": site.name,
            "simulated": _word(site.simulated),
            "date": day.isoformat(),
            "open": _word(one.opened),
            "footfall": one.came,
            "pass_by": one.passed,
        }
        yield tuple(_short(cells[name] if name in cells else getattr(one, name)) for name in _TYPES)


def _short(value: Any) -> Any:  # noqa: ANN401  # a cell
    return round(value, _DIGITS) if isinstance(value, float) else value


def _word(truth: bool) -> str:  # noqa: FBT001  # what it writes
    return "yes" if truth else "no"
