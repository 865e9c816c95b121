"""Evidence: sealed pieces that expire by themselves. No template, no label, no identity."""

from __future__ import annotations

import struct

from galleria.domain.errors import NotFoundError

from .plain import Referenced
from .templates import Asker

STORE = "evidence"
# The first row says when the second one expires and under what reference it lies, so that all can be gone through
# without opening what they hold.
_EXPIRES = struct.Struct(">d")


class Evidence(Referenced):
    """Sealed pieces, each under a reference and until a time."""

    STORE = STORE

    def keep(self, reference: str, piece: bytes, expires: float, asker: Asker) -> None:
        """Keep a piece until then; on the disk when this returns.

        Raises:
            GalleriaError: the permit does not hold.
        """
        asker.permit.demand(self._scope.purpose, asker.camera, asker.now)
        self._rows.put(reference, [_EXPIRES.pack(expires) + reference.encode(), piece])

    def look(self, reference: str, asker: Asker) -> bytes:
        """A piece that has not expired.

        Raises:
            GalleriaError: the permit does not hold.
            NotFoundError: there is none, or it has expired.
        """
        asker.permit.demand(self._scope.purpose, asker.camera, asker.now)
        rows = self._rows.get(reference)
        if not rows or asker.now >= _EXPIRES.unpack(rows[0][: _EXPIRES.size])[0]:
            raise NotFoundError("there is no such evidence", "It may have expired.")  # noqa: EM101
        return rows[1]

    def drop_expired(self, now: float) -> int:
        """Delete pieces that have expired; how many."""
        heads = [head for _, head in self._rows.all(only=0)]
        return self._rows.drop(
            [h[_EXPIRES.size :].decode() for h in heads if now >= _EXPIRES.unpack(h[: _EXPIRES.size])[0]]
        )
