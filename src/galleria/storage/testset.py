"""Lists of test pictures: CSV into a checked `TestSet`."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from galleria.domain.errors import InputError
from galleria.domain.testset import Shot, TestSet, Use

Text = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
_NOT_SAID = {"", "na", "n/a", "none", "unknown"}


def _said(value: object) -> object:
    return None if isinstance(value, str) and value.strip().lower() in _NOT_SAID else value


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Annotated[str, Field(min_length=1, max_length=1000)]
    subject: Annotated[Text, Field(min_length=1)]
    use: Use
    age: Annotated[Annotated[float, Field(ge=0, le=120)] | None, BeforeValidator(_said)] = None
    gender: Text = ""
    group: Text = ""
    condition: Text = ""
    expression: Text = ""
    instrument: Text = ""


def read_test_set(path: Path) -> TestSet:
    """Read a list of pictures: a CSV file whose first line names its columns.

    Columns are `file` (relative to the list), `subject`, `use` (`enrol`, `probe` or `attack`) and, where known, `age`,
    `gender`, `group`, `condition`, `expression` and, of attacks, `instrument`.

    Raises:
        InputError: it cannot be read, or a line of it is wrong: which, and why.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror or error}"
        raise InputError(problem, "Give the list of a test set: a CSV file.") from error
    except UnicodeDecodeError as error:
        problem = f"{path} is not text in UTF-8"
        raise InputError(problem, "Save it as CSV in UTF-8.") from error
    shots = tuple(_shots(path, text))
    if not shots:
        problem = f"{path} lists no picture"
        raise InputError(problem, "Write one line for each picture, below the names of the columns.")
    return TestSet(path.stem, path, _digest(content, shots), shots)


def _shots(path: Path, text: str) -> Iterator[Shot]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names = reader.fieldnames or []
        for missing in ("file", "subject", "use"):
            if missing not in names:
                problem = f"{path}, line 1: there is no column {missing!r}"
                raise InputError(problem, f"Columns are {', '.join(_Row.model_fields)}.")
        for row in reader:
            yield _shot(path, reader.line_num, row)
    except csv.Error as error:
        problem = f"{path}, line {reader.line_num + 1}: {error}"  # it was not counted any more
        raise InputError(problem, "Correct that line.") from error


def _shot(path: Path, line: int, row: Mapping[str | None, str | None]) -> Shot:
    where = f"{path}, line {line}"
    if None in row or None in row.values():
        problem = f"{where} has another number of values than the first line"
        raise InputError(problem, "Write one value for each column; values with a comma stand in quotes.")
    try:
        read = _Row.model_validate({str(key): (value or "").strip() for key, value in row.items()})
    except ValidationError as error:
        first = error.errors()[0]
        problem = f"{where}, {first['loc'][0]}: {first['msg'].lower()}"
        raise InputError(problem, f"Columns are {', '.join(_Row.model_fields)}.") from error
    file = path.parent / read.file
    if not file.is_file():
        problem = f"{where}: there is no file {file}"
        raise InputError(problem, "Write paths relative to the list.")
    if (read.use is Use.ATTACK) != bool(read.instrument):
        problem = f"{where}: attacks, and only they, have an instrument"
        raise InputError(problem, "Write for example print or screen.")
    return Shot(file=file, **read.model_dump(exclude={"file"}))


def _digest(content: bytes, shots: tuple[Shot, ...]) -> str:
    digest = hashlib.sha256(content)
    for shot in shots:
        try:
            digest.update(hashlib.sha256(shot.file.read_bytes()).digest())
        except OSError as error:
            problem = f"{shot.file} cannot be read: {error.strerror or error}"
            raise InputError(problem, "Ask its owner for the right to read it.") from error
    return digest.hexdigest()
