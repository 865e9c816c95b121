"""The roster: which labels are kept since when, so that they can be erased when their time is over. Nothing of who.

It lies beside the templates' store, which knows labels as well, under a key of its own: who has the identities'
store and its key learns no label from it, and who has this one learns no identity.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from .plain import Referenced

STORE = "roster"


@dataclass(frozen=True, slots=True)
class Listed:
    """A label and its times, seconds since 1970-01-01 UTC.

    Attributes:
        agreed: when its subject agreed.
        used: when it was of use last, to the day; no list of visits.
        over: it is to be forgotten, and could not be yet.
    """

    label: str = field(repr=False)
    agreed: float
    used: float
    over: bool = False


class Roster(Referenced):
    """Labels that are kept."""

    STORE = STORE

    def keep(self, listed: Listed) -> None:
        """Keep a label's times in place of earlier ones; on the disk when this returns.

        Raises:
            StoreError: rows were taken away or put back; nothing is kept then.
        """
        self._rows.put(listed.label, [json.dumps(asdict(listed)).encode()])

    def find(self, label: str) -> Listed | None:
        """The times of a label.

        Raises:
            StoreError: it does not open, or rows were taken away or put back.
        """
        rows = self._rows.get(label)
        return Listed(**json.loads(rows[0])) if rows else None

    def all(self) -> list[Listed]:
        """Everything that is listed.

        Raises:
            StoreError: a row does not open, was taken away or put back.
        """
        return [Listed(**json.loads(row)) for _, row in self._rows.all()]
