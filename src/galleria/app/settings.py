"""Settings that are kept with the records: groups of values under a key, checked before they are kept, versioned."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import select

from galleria.domain.access import Actor, Right
from galleria.domain.errors import ConflictError, InputError, NotFoundError
from galleria.domain.time import Clock
from galleria.storage import records as rows
from galleria.storage.records import Records

from .audit import Audit, demand

Shape: TypeAlias = Callable[[Mapping[str, Any]], object]  # raises InputError for what cannot be used
_MOST = 65536  # characters of a group, as JSON


@dataclass(frozen=True, slots=True)
class Setting:
    """One group.

    Attributes:
        value: empty until it was set. Secrets in it are references, never the secrets.
        version: rises with every change; 0 before the first.
    """

    key: str
    value: Mapping[str, Any]
    version: int


class Settings:
    """Reads and changes settings.

    Args:
        shapes: what checks each group; a group that is not named here is refused.
    """

    def __init__(self, records: Records, clock: Clock, audit: Audit, shapes: Mapping[str, Shape]) -> None:
        self._records = records
        self._clock = clock
        self._audit = audit
        self._shapes = shapes

    def get(self, key: str) -> Setting:
        """One group.

        Raises:
            NotFoundError: there is no such group.
        """
        self._shape(key)
        with self._records.read() as reading:
            row = reading.get(rows.Setting, key)
            return Setting(key, row.value, row.version) if row else Setting(key, {}, 0)

    def all(self) -> list[Setting]:
        """All groups by key, those never set as well."""
        with self._records.read() as reading:
            kept = {row.key: Setting(row.key, row.value, row.version) for row in reading.scalars(select(rows.Setting))}
        return [kept.get(key) or Setting(key, {}, 0) for key in sorted(self._shapes)]

    def put(self, by: Actor, key: str, value: Mapping[str, Any], version: int) -> Setting:
        """Change a group as a whole.

        Args:
            by: who changes it.
            key: of the group.
            value: what it is to be, whole.
            version: the one that the change was made to.

        Raises:
            AccessError: `by` may not.
            NotFoundError: there is no such group.
            InputError: the value cannot be used.
            ConflictError: somebody else changed it since.
        """
        demand(by, Right.CHANGE_SETTINGS)
        self._shape(key)(value)
        if len(json.dumps(value)) > _MOST:
            problem = "these settings are too long"
            raise InputError(problem, f"Keep them under {_MOST} characters.")
        with self._records.write() as writing:
            row = writing.get(rows.Setting, key)
            if version != (row.version if row else 0):
                problem = f"somebody else changed the settings {key!r} meanwhile"
                raise ConflictError(problem, "Load them again.")
            if row is None:
                row = rows.Setting(key=key, version=0)
                writing.add(row)
            row.value, row.version, row.changed = dict(value), version + 1, self._clock.now()
            self._audit.note(writing, by, "settings.changed", f"setting:{key}", version=row.version)
            return Setting(key, row.value, row.version)

    def _shape(self, key: str) -> Shape:
        shape = self._shapes.get(key)
        if shape is None:
            problem = f"there are no settings {key[:60]!r}"
            raise NotFoundError(problem, f"There are {', '.join(sorted(self._shapes))}.")
        return shape
