"""CSV files that people write, line by line into checked records. The first line names the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from galleria.domain.errors import InputError


class Row(BaseModel):
    """Base of the records: a column that is not known is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


R = TypeVar("R", bound=Row)


def read_csv(path: Path) -> bytes:
    """The content of a file that is to be `rows`.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror or error}"
        raise InputError(problem, "Name a CSV file.") from error


def rows(content: bytes, path: Path, kind: type[R]) -> Iterator[tuple[str, R]]:
    """Each line as a record, and where it stands, for messages.

    Args:
        content: of the file.
        path: of the file, for messages.
        kind: its fields are the columns; fields without a default must be there.

    Raises:
        InputError: a line is wrong: which, and why.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"{path} is not text in UTF-8"
        raise InputError(problem, "Save it as CSV in UTF-8.") from error
    columns = f"Columns are {', '.join(kind.model_fields)}."
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for name, field in kind.model_fields.items():
            if field.is_required() and name not in (reader.fieldnames or ()):
                problem = f"{path}, line 1: there is no column {name!r}"
                raise InputError(problem, columns)
        for row in reader:
            where = f"{path}, line {reader.line_num}"
            yield where, _record(where, row, kind, columns)
    except csv.Error as error:
        problem = f"{path}, line {reader.line_num + 1}: {error}"  # it was not counted any more
        raise InputError(problem, "Correct that line.") from error


def _record(where: str, row: Mapping[str | None, str | None], kind: type[R], columns: str) -> R:
    if None in row or None in row.values():
        problem = f"{where} has another number of values than the first line"
        raise InputError(problem, "Write one value for each column; values with a comma stand in quotes.")
    try:
        return kind.model_validate({str(key): (value or "").strip() for key, value in row.items()})
    except ValidationError as error:
        first = error.errors()[0]
        problem = f"{where}, {first['loc'][0]}: {first['msg'].lower()}"
        raise InputError(problem, columns) from error
