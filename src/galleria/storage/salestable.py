"""What a file of receipts has to be, whatever its format: which columns, and how large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from galleria.domain.errors import InputError

from .salesrows import COLUMNS, NEEDED

MOST_BYTES = 256 << 20  # of a file, unpacked
MOST_ROWS = 5_000_000
REMEDY = f"Its first line names its columns: {', '.join(NEEDED)}; and, if need be, kind and of."
# Number, as spreadsheets number it, and cells by column; or why it cannot be read.
Row: TypeAlias = tuple[int, Mapping[str, object] | str]


def checked(name: str, columns: Sequence[str]) -> list[str]:
    """The columns of a file of that name. Raises InputError: they are not those of receipts."""
    absent = [column for column in NEEDED if column not in columns]
    if len(absent) == len(NEEDED):
        problem = f"{name} is no table of receipts"
        raise InputError(problem, REMEDY)
    if absent:
        problem = f"{name} has no column {', '.join(map(repr, absent))}"
        raise InputError(problem, REMEDY)
    if twice := [column for column in COLUMNS if columns.count(column) > 1]:
        problem = f"{name} has two columns {twice[0]!r}"
        raise InputError(problem, "Remove one.")
    return list(columns)


def small_enough(name: str, size: int, rows: int = 0) -> None:
    """Raise InputError if so many bytes, unpacked, or rows are more than are taken at once."""
    if size > MOST_BYTES or rows > MOST_ROWS:
        what = f"is larger than {MOST_BYTES >> 20} MiB" if size > MOST_BYTES else f"has more than {MOST_ROWS} rows"
        problem = f"{name} {what}"
        raise InputError(problem, "Send it in parts, e.g. by month.")
