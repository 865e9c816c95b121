"""Receipts in CSV, as tills and spreadsheets write it. What is held in memory is a row, however large the file.

It is gone through twice: a file that is cut off, too large or no text is refused before one row of it is used.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from galleria.domain.errors import InputError

from .salesrows import COLUMNS, decimal_mark
from .salestable import REMEDY, Row, checked, small_enough

_DELIMITERS = ",;\t|"
_SAMPLE = 1000  # rows whose amounts are looked at for their decimal mark
_LONGEST = 64  # characters of an amount that are looked at
_LONGEST_ROW = 1 << 17  # characters
_PIECE = 1 << 20


def csv_rows(name: str, file: BinaryIO) -> tuple[str, Iterator[Row]]:
    """The decimal mark of amounts, and the rows.

    Args:
        name: of the file, for messages.
        file: unpacked; read from its beginning, and again.

    Raises:
        InputError: it is too large, no text in UTF-8, or no table of receipts.
    """
    _check(name, file)
    first = next((line for line in _texts(file) if line.strip()), "").strip("\r\n\ufeff ")
    delimiter = max(_DELIMITERS, key=lambda mark: len(set(COLUMNS) & set(_names(first, mark))))
    columns = checked(name, _names(first, delimiter))
    amount = columns.index("amount")
    cells = (cells for cells in _cells(file, delimiter) if cells and len(cells) > amount)
    mark = decimal_mark([row[amount].strip()[:_LONGEST] for row in islice(cells, 1, _SAMPLE)], delimiter)
    return mark, _rows(file, delimiter, columns)


def _check(name: str, file: BinaryIO) -> None:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    size = lines = carriages = 0
    empty = True
    file.seek(0)
    while True:
        piece = file.read(_PIECE)
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            line = lines + error.object.count(b"\n", 0, error.start) + 1
            problem = f"{name} is not text in UTF-8 (line {line})"
            remedy = "Save it as CSV in UTF-8; a spreadsheet itself (.xlsx) cannot be read."
            raise InputError(problem, remedy) from error
        if b"\0" in piece:
            problem = f"{name} is no table: it is not text"
            raise InputError(problem, "Save it as CSV in UTF-8, or as Parquet.")
        size, empty = size + len(piece), empty and not piece.strip()
        lines, carriages = lines + piece.count(b"\n"), carriages + piece.count(b"\r")
        small_enough(name, size, max(lines, carriages) - 1)  # that with the names is no row
        if not piece:
            break
    if empty:
        problem = f"{name} is empty"
        raise InputError(problem, REMEDY)


class _Lines:
    """Lines of a text, for a reader of rows; those of a row together are no longer than rows may be."""

    def __init__(self, file: io.TextIOBase) -> None:
        self._file = file
        self.left = _LONGEST_ROW

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(_LONGEST_ROW)
        if not line:
            raise StopIteration
        self.left -= len(line)
        if self.left < 0 or (len(line) == _LONGEST_ROW and not line.endswith(("\n", "\r"))):
            while line and not line.endswith(("\n", "\r")):
                line = self._file.readline(_LONGEST_ROW)
            problem = "the row is too long"
            raise csv.Error(problem)
        return line


def _texts(file: BinaryIO) -> Iterator[str]:
    """Lines; of one that is too long its beginning, which is no list of columns."""
    with _text(file) as text:
        while line := text.readline(_LONGEST_ROW):
            yield line


def _text(file: BinaryIO) -> io.TextIOWrapper:
    file.seek(0)
    return _Borrowed(file, encoding="utf-8-sig", newline="")


class _Borrowed(io.TextIOWrapper):
    """Text of a file that stays open."""

    def close(self) -> None:
        self.detach()


def _names(line: str, delimiter: str) -> list[str]:
    try:
        return [name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter), ())]
    except csv.Error:  # e.g. a line of a picture's length
        return []


def _cells(file: BinaryIO, delimiter: str) -> Iterator[list[str] | None]:
    """Rows; None for one that cannot be read."""
    with _text(file) as text:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            lines.left = _LONGEST_ROW
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield None


def _rows(file: BinaryIO, delimiter: str, columns: Sequence[str]) -> Iterator[Row]:
    begun = False
    for number, cells in enumerate(_cells(file, delimiter), 1):
        if cells is not None and not any(cell.strip() for cell in cells):
            continue  # an empty line
        if not begun:
            begun = True
        elif cells is not None and len(cells) == len(columns):
            yield number, dict(zip(columns, cells, strict=True))
        else:
            count = "too long a cell, or is too long" if cells is None else f"{len(cells)} cells"
            yield number, f"it has {count}, and there are {len(columns)} columns; look for a quote too many"
