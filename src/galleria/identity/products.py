"""Products of templates as they are: of float32 values, summed up in float64.

The product of two templates is the same to the last bit whoever else is compared, so that templates that are equal
score the same.
"""

from __future__ import annotations

from typing import TypeAlias

import numkong
import numpy as np
from numpy.typing import NDArray

from galleria.domain.detection import Floats

Doubles: TypeAlias = NDArray[np.float64]


def product(one: Floats, other: Floats) -> float:
    """The product of (d,) two."""
    summed = numkong.dot(one, other)
    assert isinstance(summed, float)
    return summed


def products(one: Floats, others: Floats) -> Doubles:
    """(n,) products of (d,) one, or of (n, d) as many, with (n, d) others."""
    return np.asarray(numkong.dot(one, others))


def least_and_most(one: Floats, others: Floats) -> tuple[float, float]:
    """Of these products, of which there is one at least."""
    found = numkong.minmax(numkong.dot(one, others))  # type: ignore[arg-type]  # several products are a tensor
    assert found is not None
    return found[0], found[2]
