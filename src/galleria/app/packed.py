"""Arrays of whole numbers as bytes that are kept: a line of JSON, then each array in the narrowest type it fits in."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from galleria.analytics.facts import Places


def pack(about: object, arrays: Sequence[Places]) -> bytes:
    """Arrays of 64 bit, and something about them that JSON can tell."""
    types = [_narrowest(one).newbyteorder("<") for one in arrays]
    head = json.dumps([about, [(one.shape, type_.str) for one, type_ in zip(arrays, types, strict=True)]])
    return b"\n".join([head.encode(), b"".join(one.astype(t).tobytes() for one, t in zip(arrays, types, strict=True))])


def _narrowest(one: Places) -> np.dtype[Any]:
    low, high = int(one.min(initial=0)), int(one.max(initial=0))
    # Below zero a number of a sign's width less fits: ~n is as wide as n.
    return np.min_scalar_type(min(low, ~high) if low < 0 else high)


def unpack(body: bytes) -> tuple[Any, list[Places]]:
    """What `pack` was given; what was about them as JSON tells it."""
    at = body.index(b"\n") + 1
    about, told = json.loads(body[:at])
    arrays = []
    for shape, type_ in told:
        one = np.frombuffer(body, type_, math.prod(shape), at)
        arrays.append(one.astype(np.int64).reshape(shape))
        at += one.nbytes
    return about, arrays
