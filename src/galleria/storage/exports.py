"""Writes tables as JSON, CSV and Parquet. A file appears whole or not at all."""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from galleria.domain.errors import StoreError
from galleria.domain.time import utc_text

from .tables import Table

STDOUT = "-"
_BATCH = 10_000  # rows handed to DuckDB at once
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets run as a formula at the start of a cell
_DUCKDB = {
    "text": "VARCHAR",
    "whole": "BIGINT",
    "number": "DOUBLE",
    "truth": "BOOLEAN",
    "time": "DOUBLE",
    "points": "DOUBLE[][]",
}


def records(table: Table) -> Iterator[dict[str, Any]]:
    """The rows as JSON objects: keys in the table's order, times as ISO 8601 in UTC."""
    for row in table.rows:
        cells = [_text_time(kind, value) for kind, value in zip(table.types.values(), row, strict=True)]
        yield dict(zip(table.types, cells, strict=True))


def write_json(table: Table, target: str | Path) -> None:
    """Write an array of objects, keys in the table's order, times as ISO 8601 in UTC, UTF-8.

    Args:
        table: what to write.
        target: file, or `-` for standard output.

    Raises:
        StoreError: it cannot be written; an earlier file of that name is left as it was.
    """

    def write(file: BinaryIO) -> None:
        file.writelines(piece.encode() for piece in _json_pieces(table))

    _write(target, write)


def write_csv(table: Table, target: str | Path) -> None:
    """Write RFC 4180 CSV: header, CRLF, UTF-8 without a byte order mark; times as ISO 8601 in UTC, points as JSON.

    A text that a spreadsheet would run as a formula gets an apostrophe in front. An empty cell is no value.

    Args:
        table: what to write.
        target: file, or `-` for standard output.

    Raises:
        StoreError: it cannot be written; an earlier file of that name is left as it was.
    """

    def write(file: BinaryIO) -> None:
        text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
        try:
            writer = csv.writer(text)
            writer.writerow(table.types)
            kinds = list(table.types.values())
            for row in table.rows:
                writer.writerow([_csv_cell(kind, value) for kind, value in zip(kinds, row, strict=True)])
        finally:
            text.detach()  # the file is closed by who opened it

    _write(target, write)


def csv_text(table: Table, *, header: bool = True) -> str:
    """The same as `write_csv` writes, as text; without the header, for tables that come in parts."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if header:
        writer.writerow(table.types)
    kinds = list(table.types.values())
    writer.writerows([_csv_cell(kind, value) for kind, value in zip(kinds, row, strict=True)] for row in table.rows)
    return text.getvalue()


def write_parquet(table: Table, target: str | Path) -> None:
    """Write Parquet with typed columns; times are timestamps in UTC with microseconds.

    Args:
        table: what to write.
        target: file.

    Raises:
        StoreError: it cannot be written; an earlier file of that name is left as it was.
    """
    write_parquet_parts([table], target)


def write_parquet_parts(tables: Iterable[Table], target: str | Path) -> None:
    """Write tables of the same columns as one Parquet file, as `write_parquet` does; at least one.

    Each is taken when the one before was written, so that a long export needs little memory.

    Args:
        tables: the parts, in order.
        target: file.

    Raises:
        StoreError: it cannot be written; an earlier file of that name is left as it was.
    """
    import duckdb  # noqa: PLC0415  takes longer to load than most commands take to run

    if str(target) == STDOUT:
        problem = "Parquet cannot be written to standard output"
        raise StoreError(problem, "Name a file, or use --json - or --csv -.")
    parts = iter(tables)
    first = next(parts)
    types = first.types
    columns = ", ".join(f'"{name}" {_parquet_type(kind)}' for name, kind in types.items())
    shape = json.dumps([{name: _DUCKDB[kind] for name, kind in types.items()}])
    cells = ", ".join(f'to_timestamp(r."{name}")' if kind == "time" else f'r."{name}"' for name, kind in types.items())
    # Only column names of our own go into the text of these statements; values are parameters.
    insert = f"INSERT INTO rows SELECT {cells} FROM (SELECT unnest(from_json(?, ?)) AS r)"  # noqa: S608
    with whole_file(Path(target)) as part, duckdb.connect() as database:
        try:
            database.execute(f"CREATE TABLE rows ({columns})").fetchall()
            for table in itertools.chain((first,), parts):
                for begin in range(0, len(table.rows), _BATCH):
                    batch = [dict(zip(types, row, strict=True)) for row in table.rows[begin : begin + _BATCH]]
                    database.execute(insert, [json.dumps(batch, allow_nan=False), shape]).fetchall()
            database.table("rows").write_parquet(str(part), compression="zstd")
        except duckdb.Error as error:
            raise _failed(target, str(error).splitlines()[0]) from error


def write_bytes(content: bytes, target: str | Path) -> None:
    """Write a document that was made elsewhere.

    Args:
        content: all of it.
        target: file, or `-` for standard output.

    Raises:
        StoreError: it cannot be written; an earlier file of that name is left as it was.
    """

    def write(file: BinaryIO) -> None:
        file.write(content)

    _write(target, write)


def write_events(table: Table, target: Path) -> None:
    """Write in the format that the name's ending says: .csv, .parquet or .json.

    Raises:
        StoreError: another ending, or it cannot be written.
    """
    writers: dict[str, Callable[[Table, Path], None]]
    writers = {".csv": write_csv, ".parquet": write_parquet, ".json": write_json}
    if target.suffix.lower() not in writers:
        problem = f"{target} ends in none of {', '.join(writers)}"
        raise StoreError(problem, "Give the file such an ending; it chooses the format.")
    writers[target.suffix.lower()](table, target)


def _write(target: str | Path, write: Callable[[BinaryIO], None]) -> None:
    if str(target) == STDOUT:
        try:
            write(sys.stdout.buffer)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise  # the reader has had enough (`| head`): for the command line to end quietly
        except OSError as error:
            raise _failed(STDOUT, error.strerror or str(error)) from error
        return
    with whole_file(Path(target)) as part, part.open("wb") as file:
        write(file)


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A file beside the target that becomes it at the end, on the disk; devices and pipes are written to directly."""
    direct = target.exists() and not target.is_file()
    part = target if direct else target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        yield part
        if not direct:
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(target)
    except OSError as error:
        raise _failed(target, error.strerror or str(error)) from error
    finally:
        if not direct:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _failed(target: str | Path, why: str) -> StoreError:
    where = "standard output" if str(target) == STDOUT else target
    return StoreError(f"{where} cannot be written: {why}", "Free space, ask for permission, or choose another file.")


def _json_pieces(table: Table) -> Iterable[str]:
    yield "["
    for n, record in enumerate(records(table)):
        yield (",\n " if n else "\n ") + json.dumps(record, ensure_ascii=False, allow_nan=False)
    yield "\n]\n" if table.rows else "]\n"


def _csv_cell(kind: str, value: Any) -> Any:  # noqa: ANN401  a cell of whatever type the column has
    if value is None:
        return ""
    if kind == "text":
        return f"'{value}" if str(value).startswith(_FORMULA) else value
    if kind == "truth":
        return "true" if value else "false"
    if kind == "points":
        return json.dumps(value, separators=(",", ":"))
    return _text_time(kind, value)


def _text_time(kind: str, value: Any) -> Any:  # noqa: ANN401
    return utc_text(value) if kind == "time" and value is not None else value


def _parquet_type(kind: str) -> str:
    return "TIMESTAMP WITH TIME ZONE" if kind == "time" else _DUCKDB[kind]
