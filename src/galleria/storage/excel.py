"""Writes tables as an Excel workbook, row by row, so that a long one needs little memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from galleria.domain.errors import InputError, StoreError

from .tables import Table

MOST_ROWS = 1_048_575  # of a sheet, below its header
_WIDTHS = {"text": 26, "time": 20, "whole": 12, "number": 12, "truth": 8}
_SHEET_NAME = 31


def write_xlsx(tables: Iterable[Table], target: Path) -> None:
    """Write a workbook with one sheet a table.

    Texts are written as texts, whatever they begin with: nothing is run as a formula. Times are given in UTC, as
    Excel knows no zones. No value is an empty cell.

    Args:
        tables: names become the sheets' names; `points` cannot be written.
        target: file, replaced if there is one.

    Raises:
        InputError: a table has more rows than a sheet.
        StoreError: it cannot be written.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(str(target), options) as book:
            head = book.add_format({"bold": True, "bottom": 1})
            moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            for table in tables:
                if len(table.rows) > MOST_ROWS:
                    problem = f"{len(table.rows)} rows are more than a sheet has"
                    raise InputError(problem, "Choose a shorter period or a coarser grain, or CSV.")
                _write_sheet(book.add_worksheet(table.name[:_SHEET_NAME]), table, head, moment)
    except (OSError, xlsxwriter.exceptions.XlsxFileError) as error:
        problem = f"{target} cannot be written: {error}"
        raise StoreError(problem, "Free space, or choose another place.") from error


def _write_sheet(sheet: Worksheet, table: Table, head: Format, moment: Format) -> None:
    for n, (name, kind) in enumerate(table.types.items()):
        sheet.set_column(n, n, _WIDTHS[kind])
        sheet.write_string(0, n, name, head)
    sheet.freeze_panes(1, 0)
    kinds = list(table.types.values())
    for number, row in enumerate(table.rows, start=1):
        for n, (kind, value) in enumerate(zip(kinds, row, strict=True)):
            if value is not None:
                _write_cell(sheet, (number, n), kind, value, moment)


def _write_cell(sheet: Worksheet, at: tuple[int, int], kind: str, value: Any, moment: Format) -> None:  # noqa: ANN401
    if kind == "time":
        sheet.write_datetime(*at, datetime.fromtimestamp(value, UTC).replace(tzinfo=None), moment)
    elif kind == "truth":
        sheet.write_boolean(*at, value)
    elif kind == "text":
        sheet.write_string(*at, str(value))
    else:
        sheet.write_number(*at, value)
