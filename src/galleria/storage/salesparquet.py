"""Receipts in Parquet. A few bytes of such a file may stand for millions of rows, or for texts of any length.

So what it says of itself is read first, and refused if it is too much; then a batch of rows at a time is held, and
of each text no more than tells that it is none of a receipt's.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from galleria.domain.errors import InputError

from .salesrows import COLUMNS
from .salestable import Row, checked, small_enough

if TYPE_CHECKING:
    import duckdb

_BATCH = 10_000
_MEMORY = "512MiB"
_FOOTER = 4 << 20  # bytes; it is unpacked whole before anything can be asked of it
_LONGEST = 200  # characters of a cell; none of a receipt has as many
_PLAIN = re.compile(
    r"VARCHAR|BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|DECIMAL\(\d+,\d+\)|FLOAT|DOUBLE|DATE|UUID"
    r"|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?"
)


def parquet_rows(path: Path) -> Iterator[Row]:
    """The rows of a file.

    Raises:
        InputError: it is too large, damaged, or no table of receipts.
    """
    import duckdb  # noqa: PLC0415  takes longer to load than most commands take to run

    _check_footer(path)
    literal = re.sub(r"([*?\[])", r"[\1]", str(path))  # DuckDB takes names for patterns
    limits: dict[str, str | bool | int | float | list[str]] = {
        "threads": 1, "memory_limit": _MEMORY, "max_temp_directory_size": "0KiB",
        "temp_directory": tempfile.gettempdir(),
    }  # fmt: skip
    try:
        with duckdb.connect(config=limits) as database:
            database.execute("SET enable_progress_bar = false")  # it would be written to our output
            _check_size(database, path.name, literal)
            asked, names = _ask(database, path.name, literal)
            number = 1
            while rows := asked.fetchmany(_BATCH):
                for row in rows:
                    number += 1
                    yield number, dict(zip(names, row, strict=True))
    except duckdb.OutOfMemoryException as error:
        problem = f"{path.name} holds more at once than fits into {_MEMORY}"
        raise InputError(problem, "Write it in smaller row groups, or send it as CSV.") from error
    except duckdb.Error as error:
        problem = f"{path.name} cannot be read as Parquet: {str(error).splitlines()[0]}"
        raise InputError(problem, "Send it again: it may be cut off or damaged.") from error


def _check_footer(path: Path) -> None:
    with path.open("rb") as file:
        small_enough(path.name, file.seek(0, 2))
        file.seek(max(0, file.tell() - 8))
        length = int.from_bytes(file.read(4), "little")
        if file.read(4) == b"PAR1" and length > _FOOTER:
            problem = f"{path.name} says more than {_FOOTER >> 20} MiB about its row groups"
            raise InputError(problem, "Write it in fewer row groups, with the columns of receipts alone.")


def _check_size(database: duckdb.DuckDBPyConnection, name: str, literal: str) -> None:
    rows = database.execute("SELECT count(*) FROM read_parquet(?)", [literal]).fetchall()
    size = database.execute("SELECT sum(total_uncompressed_size) FROM parquet_metadata(?)", [literal]).fetchall()
    small_enough(name, size[0][0] or 0, rows[0][0])


def _ask(database: duckdb.DuckDBPyConnection, name: str, literal: str) -> tuple[duckdb.DuckDBPyConnection, list[str]]:
    """The rows, to be fetched, and the columns they have."""
    described = database.execute("DESCRIBE SELECT * FROM read_parquet(?)", [literal]).fetchall()
    types = {str(row[0]).strip().lower(): (str(row[0]), str(row[1])) for row in described}
    names = [column for column in checked(name, list(types)) if column in COLUMNS]
    for column in names:
        if not _PLAIN.fullmatch(types[column][1]):
            problem = f"the column {column!r} of {name} is neither text, numbers nor times, but {types[column][1][:40]}"
            raise InputError(problem, "Write it as text.")
    parts = ", ".join(_as_text(*types[column]) for column in names)
    return database.execute(f"SELECT {parts} FROM read_parquet(?)", [literal]), names  # noqa: S608  names are quoted


def _as_text(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"make_timestamp(epoch_us({quoted}))::VARCHAR || 'Z'"
    return f"left({quoted}::VARCHAR, {_LONGEST})"
