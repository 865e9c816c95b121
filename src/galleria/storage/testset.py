"""Lists of test pictures: CSV into a checked `TestSet`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from galleria.domain.errors import InputError
from galleria.domain.testset import Shot, TestSet, Use

from .csv_rows import Row, read_csv, rows

CLEAN = r"^[^\x00-\x1f\x7f-\x9f]*$"  # nothing that a terminal would obey
Text = Annotated[str, Field(max_length=100, pattern=CLEAN)]
_NOT_SAID = {"", "na", "n/a", "none", "unknown"}


def _said(value: object) -> object:
    return None if isinstance(value, str) and value.strip().lower() in _NOT_SAID else value


class _Line(Row):
    file: Annotated[str, Field(min_length=1, max_length=1000, pattern=CLEAN)]
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
    content = read_csv(path)
    shots = tuple(_shots(content, path))
    if not shots:
        problem = f"{path} lists no picture"
        raise InputError(problem, "Write one line for each picture, below the names of the columns.")
    return TestSet(path.stem, path, _digest(content, shots), shots)


def _shots(content: bytes, path: Path) -> Iterator[Shot]:
    for where, line in rows(content, path, _Line):
        file = path.parent / line.file
        if not file.is_file():
            problem = f"{where}: there is no file {file}"
            raise InputError(problem, "Write paths relative to the list.")
        if (line.use is Use.ATTACK) != bool(line.instrument):
            problem = f"{where}: attacks, and only they, have an instrument"
            raise InputError(problem, "Write for example print or screen.")
        yield Shot(file=file, **line.model_dump(exclude={"file"}))


def _digest(content: bytes, shots: tuple[Shot, ...]) -> str:
    digest = hashlib.sha256(content)
    for shot in shots:
        try:
            digest.update(hashlib.sha256(shot.file.read_bytes()).digest())
        except OSError as error:
            problem = f"{shot.file} cannot be read: {error.strerror or error}"
            raise InputError(problem, "Ask its owner for the right to read it.") from error
    return digest.hexdigest()
