"""Files of receipts: CSV as tills and spreadsheets write it, plain or gzipped, and Parquet, row by row into sales.

A file that is no table of receipts is refused whole; in one that is, each bad row is told, and the others are used.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from galleria.domain.errors import InputError

from .salesrows import COLUMNS, NEEDED, Rules, Told, decimal_mark, sale_of

MOST_BYTES = 256 << 20  # of a file, unpacked
_DELIMITERS = ",;\t|"
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_SAMPLE = 1000  # rows whose amounts are looked at for their decimal mark
_BATCH = 10_000
_REMEDY = f"Its first line names its columns: {', '.join(NEEDED)}; and, if need be, kind and of."


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file.

    Attributes:
        number: as spreadsheets number it: the line with the columns' names is 1.
        told: the sale; None if it cannot be used.
        reason: why not.
    """

    number: int
    told: Told | None
    reason: str = ""


def read_sales(path: Path, rules: Rules) -> Iterator[Line]:
    """The rows of a file, in order.

    Args:
        path: CSV or Parquet, by what is in it, whatever its name.
        rules: what each row has to keep to; the decimal mark of a CSV file is found out.

    Raises:
        InputError: it cannot be read, is too large, cut off, no text in UTF-8, or no table of receipts.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        problem = f"{path.name} cannot be read: {error.strerror or error}"
        raise InputError(problem, "Name a file of receipts, and check its permissions.") from error
    if content.startswith(_PARQUET):
        return _lines(_parquet_rows(path), rules)
    text = _decoded(path.name, _unpacked(path.name, content))
    return _csv_lines(path.name, text, rules)


def _unpacked(name: str, content: bytes) -> bytes:
    if content.startswith(_GZIP):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
                content = file.read(MOST_BYTES + 1)
        except (EOFError, zlib.error, OSError) as error:
            problem = f"{name} is cut off or damaged: what is packed in it does not unpack"
            raise InputError(problem, "Send it again; nothing of it was used.") from error
    if len(content) > MOST_BYTES:
        problem = f"{name} is larger than {MOST_BYTES >> 20} MiB"
        raise InputError(problem, "Send it in parts, e.g. by month.")
    return content


def _decoded(name: str, content: bytes) -> str:
    if not content.strip():
        problem = f"{name} is empty"
        raise InputError(problem, _REMEDY)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"{name} is not text in UTF-8 (line {line})"
        raise InputError(problem, "Save it as CSV in UTF-8; a spreadsheet itself (.xlsx) cannot be read.") from error
    if "\0" in text:
        problem = f"{name} is no table: it is not text"
        raise InputError(problem, "Save it as CSV in UTF-8, or as Parquet.")
    return text


def _csv_lines(name: str, text: str, rules: Rules) -> Iterator[Line]:
    first = text.lstrip().partition("\n")[0].rstrip()
    delimiter = max(_DELIMITERS, key=lambda mark: len(set(COLUMNS) & set(_names(first, mark))))
    columns = _checked(name, _names(first, delimiter))
    amount = columns.index("amount")
    sample = (cells[amount].strip() for cells in _cells(text, delimiter) if cells and len(cells) > amount)
    mark = decimal_mark(list(islice(sample, 1, _SAMPLE)), delimiter)
    return _lines(_csv_rows(text, delimiter, columns), replace(rules, mark=mark))


def _names(line: str, delimiter: str) -> list[str]:
    try:
        return [name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter), ())]
    except csv.Error:  # e.g. a line of a picture's length
        return []


def _checked(name: str, columns: Sequence[str]) -> list[str]:
    absent = [column for column in NEEDED if column not in columns]
    if len(absent) == len(NEEDED):
        problem = f"{name} is no table of receipts"
        raise InputError(problem, _REMEDY)
    if absent:
        problem = f"{name} has no column {', '.join(map(repr, absent))}"
        raise InputError(problem, _REMEDY)
    if twice := [column for column in COLUMNS if columns.count(column) > 1]:
        problem = f"{name} has two columns {twice[0]!r}"
        raise InputError(problem, "Remove one.")
    return list(columns)


def _cells(text: str, delimiter: str) -> Iterator[list[str] | None]:
    """Rows; None for one that cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None


def _csv_rows(text: str, delimiter: str, columns: list[str]) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    begun = False
    for number, cells in enumerate(_cells(text, delimiter), 1):
        if cells is not None and not any(cell.strip() for cell in cells):
            continue  # an empty line
        if not begun:
            begun = True
        elif cells is not None and len(cells) == len(columns):
            yield number, dict(zip(columns, cells, strict=True))
        else:
            count = "too long a cell" if cells is None else f"{len(cells)} cells"
            yield number, f"it has {count}, and there are {len(columns)} columns; look for a quote too many"


def _parquet_rows(path: Path) -> Iterator[tuple[int, Mapping[str, object] | str]]:
    import duckdb  # noqa: PLC0415  takes longer to load than most commands take to run

    literal = re.sub(r"([*?\[])", r"[\1]", str(path))  # DuckDB takes names for patterns
    try:
        with duckdb.connect(config={"threads": 1}) as database:
            described = database.execute("DESCRIBE SELECT * FROM read_parquet(?)", [literal]).fetchall()
            types = {str(row[0]).strip().lower(): (str(row[0]), str(row[1])) for row in described}
            names = [column for column in _checked(path.name, list(types)) if column in COLUMNS]
            parts = ", ".join(_as_text(*types[name]) for name in names)
            asked = database.execute(f"SELECT {parts} FROM read_parquet(?)", [literal])  # noqa: S608  names are quoted
            number = 1
            while rows := asked.fetchmany(_BATCH):
                for row in rows:
                    number += 1
                    yield number, dict(zip(names, row, strict=True))
    except duckdb.Error as error:
        problem = f"{path.name} cannot be read as Parquet: {str(error).splitlines()[0]}"
        raise InputError(problem, "Send it again: it may be cut off or damaged.") from error


def _as_text(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"make_timestamp(epoch_us({quoted}))::VARCHAR || 'Z'"
    return f"{quoted}::VARCHAR"


def _lines(rows: Iterator[tuple[int, Mapping[str, object] | str]], rules: Rules) -> Iterator[Line]:
    for number, row in rows:
        if isinstance(row, str):
            yield Line(number, None, row)
            continue
        try:
            yield Line(number, sale_of(row, rules))
        except InputError as error:
            yield Line(number, None, told_reason(error))


def told_reason(error: InputError) -> str:
    """Problem and remedy in one line, as rows are told."""
    return f"{error.problem}; {error.remedy[:1].lower()}{error.remedy[1:].removesuffix('.')}"
