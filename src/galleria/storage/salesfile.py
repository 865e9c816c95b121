"""Files of receipts: CSV as tills and spreadsheets write it, plain or gzipped, and Parquet, row by row into sales.

A file that is no table of receipts is refused whole; in one that is, each bad row is told, and the others are used.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

from galleria.domain.errors import InputError

from .salescsv import csv_rows
from .salesparquet import parquet_rows
from .salesrows import Rules, Told, sale_of
from .salestable import Row

_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"


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
        file = path.open("rb")
    except OSError as error:
        problem = f"{path.name} cannot be read: {error.strerror or error}"
        raise InputError(problem, "Name a file of receipts, and check its permissions.") from error
    return _read(path, file, rules)


def _read(path: Path, file: BinaryIO, rules: Rules) -> Iterator[Line]:
    with file:
        try:
            first = file.read(max(len(_GZIP), len(_PARQUET)))
            file.seek(0)
            if first.startswith(_PARQUET):
                yield from _lines(parquet_rows(path), rules)
            elif first.startswith(_GZIP):
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield from _csv_lines(path, cast("BinaryIO", unpacked), rules)
            else:
                yield from _csv_lines(path, file, rules)
        except (EOFError, zlib.error, OSError, UnicodeDecodeError) as error:
            problem = f"{path.name} is cut off or damaged, or was changed while it was read"
            raise InputError(problem, "Send it again.") from error


def _csv_lines(path: Path, file: BinaryIO, rules: Rules) -> Iterator[Line]:
    mark, rows = csv_rows(path.name, file)
    return _lines(rows, replace(rules, mark=mark))


def _lines(rows: Iterator[Row], rules: Rules) -> Iterator[Line]:
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
