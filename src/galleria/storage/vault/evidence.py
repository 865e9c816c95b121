"""Evidence: sealed pieces that expire by themselves. No template, no label, no identity."""

from __future__ import annotations

import struct

from galleria.domain.errors import NotFoundError

from .plain import Referenced
from .templates import Asker

STORE = "evidence"
# The first row says when the second one expires, so that all can be gone through without opening what they hold.
_EXPIRES = struct.Struct(">d")


class Evidence(Referenced):
    """Sealed pieces, each under a reference and until a time."""

    STORE = STORE

    def keep(self, reference: str, piece: bytes, expires: float, asker: Asker) -> None:
        """Keep a piece until then; on the disk when this returns.

        Raises:
            GalleriaError: the permit does not hold.
            StoreError: rows were taken away or put back; nothing is kept then.
        """
        asker.permit.demand(self._scope.purpose, asker.camera, asker.now)
        self._rows.put(reference, [_EXPIRES.pack(expires), piece])

    def look(self, reference: str, asker: Asker) -> bytes:
        """A piece that has not expired.

        Raises:
            GalleriaError: the permit does not hold.
            NotFoundError: there is none, or it has expired.
            StoreError: it does not open, or rows were taken away or put back.
        """
        asker.permit.demand(self._scope.purpose, asker.camera, asker.now)
        rows = self._rows.get(reference)
        if not rows or asker.now >= _expiry(rows[0]):
            raise NotFoundError("there is no such evidence", "It may have expired.")  # noqa: EM101
        return rows[1]

    def drop_expired(self, now: float) -> int:
        """Delete pieces that have expired; how many.

        Raises:
            StoreError: rows were altered, taken away or put back. Pieces that say that they have expired are deleted
                all the same; of one that does not say so any more nobody knows, and it goes with its key.
        """
        return self._rows.sweep(lambda first: now >= _expiry(first))


def _expiry(first: bytes) -> float:
    expires: float = _EXPIRES.unpack(first[: _EXPIRES.size])[0]
    return expires
