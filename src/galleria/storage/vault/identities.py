"""Identities: who a subject is to the site (membership id, receipt of consent). No template, no label of a visitor.

Its key is not that of the templates, so neither file tells whose row in the other is whose.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from .plain import Referenced

STORE = "identities"


@dataclass(frozen=True, slots=True)
class Identity:
    """What is kept of somebody who agreed.

    Attributes:
        member: their id in the site's membership programme.
        receipt: SHA-256 of the receipt of their consent, hexadecimal.
        time: when they agreed, seconds since 1970-01-01 UTC; the purpose is that of the store.
        text: SHA-256 of the text that they agreed to, hexadecimal; empty: none was shown.
        language: of that text, as BCP 47 has it.
        version: of that text.
    """

    member: str = field(repr=False)
    receipt: str = field(repr=False)
    time: float
    text: str = ""
    language: str = ""
    version: str = ""


class Identities(Referenced):
    """Who subjects are, each under the reference that the other stores have."""

    STORE = STORE

    def keep(self, subject: str, identity: Identity) -> None:
        """Keep a subject's identity in place of an earlier one; on the disk when this returns.

        Raises:
            StoreError: rows were taken away or put back; nothing is kept then.
        """
        self._rows.put(subject, [json.dumps(asdict(identity)).encode()])

    def find(self, subject: str) -> Identity | None:
        """The identity of a subject, by reference.

        Raises:
            StoreError: it does not open, or rows were taken away or put back: none is given out then.
        """
        rows = self._rows.get(subject)
        return Identity(**json.loads(rows[0])) if rows else None
