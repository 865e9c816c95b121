"""Visitor labels: 128 random bits, written as 32 hexadecimal digits."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

_DIGITS = 32

# (n, 2) halves of labels as numbers, the first half first, the first byte first: as they are written.
Halves: TypeAlias = NDArray[np.uint64]


@dataclass(slots=True)  # not frozen: that takes four times as long to make
class Near:
    """A label that is near a probe. Never changed.

    Attributes:
        score: of its nearest template: the cosine. It never leaves this room.
    """

    label: str
    score: float = field(repr=False)


def random_label() -> str:
    """A new label, of the machine's secure random source; says nothing about a template."""
    return secrets.token_hex(_DIGITS // 2)


def halves(labels: Sequence[str]) -> Halves:
    """Labels as numbers.

    Raises:
        ValueError: one is not 32 hexadecimal digits.
    """
    if {*map(len, labels)} - {_DIGITS}:
        problem = f"a label that has not {_DIGITS} digits"
        raise ValueError(problem)
    packed = bytes.fromhex("".join(labels))
    if len(packed) != len(labels) * _DIGITS // 2:  # fromhex leaves out blanks
        problem = "a label with blanks in it"
        raise ValueError(problem)
    return np.frombuffer(packed, ">u8").astype(np.uint64).reshape(-1, 2)


def written(halves: Halves) -> list[str]:
    """Labels as they are written."""
    text = halves.astype(">u8").tobytes().hex()
    return [text[at : at + _DIGITS] for at in range(0, len(text), _DIGITS)]
