"""A secret rotation of templates: scores within one vault stay, templates of two vaults cannot be compared.

This is renewability: a new period has a new rotation. It is not irreversible: who has the key, or as many templates
in both forms as a template has dimensions, can undo it. What protects templates on a disk is that they are sealed.
"""

from __future__ import annotations

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from numpy.typing import NDArray

from galleria.domain.detection import Floats


class Rotation:
    """A random orthogonal matrix, every one as likely as another, from 32 secret bytes.

    Args:
        secret: 32 bytes.
        dimensions: of a template.
    """

    def __init__(self, secret: bytes, dimensions: int) -> None:
        # Directions that are equally likely anywhere, each made perpendicular to those before it.
        self._matrix = _normal(secret, dimensions * dimensions).reshape(dimensions, dimensions)
        for n in range(dimensions):
            before, row = self._matrix[:n], self._matrix[n]
            for _ in range(2):  # once leaves rounding errors that a second time takes away
                row -= before.T @ (before @ row)
            row /= np.linalg.norm(row)

    def turned(self, values: Floats) -> Floats:
        """(n, d) templates as this vault has them."""
        return (values.astype(np.float64) @ self._matrix).astype(np.float32)

    def turned_back(self, values: Floats) -> Floats:
        """(n, d) templates as the network made them."""
        return (values.astype(np.float64) @ self._matrix.T).astype(np.float32)


def _normal(secret: bytes, count: int) -> NDArray[np.float64]:
    """Normally distributed numbers by Box and Muller. Not numpy's generators: what these give may change."""
    pairs = (count + 1) // 2
    stream = Cipher(ChaCha20(secret, bytes(16)), mode=None).encryptor().update(bytes(pairs * 16))
    # 53 bits each, in (0, 1).
    uniform = (np.frombuffer(stream, "<u8") >> np.uint64(11)) * 2.0**-53 + 2.0**-54
    far, angle = np.sqrt(-2 * np.log(uniform[:pairs])), 2 * np.pi * uniform[pairs:]
    return np.concatenate((far * np.cos(angle), far * np.sin(angle)))[:count]
