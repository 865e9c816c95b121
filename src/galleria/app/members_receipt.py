"""Receipts of consent: a secret code that only the member has, and everything that follows from it.

The label under which templates lie follows from the code one way: nothing that is kept leads from a receipt to a
label, or back; only whoever brings the code does.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import segno

from galleria.domain.errors import InputError

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without those that are easily taken for others
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_LENGTH, _GROUP = 24, 4  # 120 bits
_LONGEST = 200
KIND = "galleria.consent-receipt.v1"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What somebody who joined takes along. The code is shown once and kept nowhere.

    Attributes:
        member: their pseudonym in the membership programme.
        code: takes it all back.
        address: of the page where that is done; empty: only at the kiosk.
        agreed: when, seconds since 1970-01-01 UTC.
        facts: all of it for machines, as JSON.
    """

    member: str = field(repr=False)
    code: str = field(repr=False)
    address: str
    agreed: float
    ends: float
    facts: Mapping[str, Any] = field(repr=False)

    @property
    def json(self) -> str:
        return json.dumps(self.facts, indent=2, ensure_ascii=False)

    @property
    def qr(self) -> str:
        """A QR code as an SVG file: the page that takes it back with the code behind `#`, which no server is sent."""
        written = f"{self.address}#{self.code}" if self.address else self.code
        drawn = io.BytesIO()
        segno.make(written, error="m").save(
            drawn, kind="svg", scale=4, border=4, light="#fff", xmldecl=False, svgns=True, omitsize=True
        )
        return drawn.getvalue().decode()


def new_code() -> str:
    """A new code, as it is written down."""
    signs = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    return "-".join(signs[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def read_code(typed: str) -> str:
    """A code as it is compared, however it was typed.

    Raises:
        InputError: it is longer than any code.
    """
    if len(typed) > _LONGEST:
        problem = "a code is not that long"
        raise InputError(problem, f"Type the {_LENGTH} signs of the receipt.")
    return "".join(sign for sign in typed.upper() if sign.isalnum()).translate(_READ_AS)


def label_of(code: str) -> str:
    """The label of whoever has this code: 128 bits, 32 hexadecimal digits."""
    return _hash("label", code)[:32]


def receipt_hash(code: str) -> str:
    """What is kept of the code: SHA-256, hexadecimal. It tells nothing of the label."""
    return _hash("receipt", code)


def _hash(use: str, code: str) -> str:
    return hashlib.sha256(f"galleria {use}\n{read_code(code)}".encode()).hexdigest()
