"""The sealed stores of members, opened when somebody joins or has joined, and not before."""

# ruff: noqa: PLC0415 - what opens a vault is loaded where it is used

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

from .members_ports import Surroundings

if TYPE_CHECKING:
    from .members_kept import MembersKept


class Stores:
    """They are opened once. Any thread may ask.

    Attributes:
        telling: held while somebody is greeted, and by whoever closes the stores.
    """

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._opening, self._opened = threading.Lock(), cast("MembersKept | None", None)
        self.telling = threading.Lock()

    def kept(self) -> MembersKept | None:
        """The stores; None while nobody ever joined. Raises StoreError."""
        with self._opening:
            if self._opened is None and self._around.vaults.exists():
                from .members_kept import MembersKept

                if MembersKept.exists(self._around.vaults):
                    self._opened = self._open()
            return self._opened

    def made(self) -> MembersKept:
        """The stores, for somebody who joins. Raises StoreError."""
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    def close(self) -> None:
        """Let go of the files."""
        with self.telling, self._opening:
            if self._opened is not None:
                self._opened.close()
            self._opened = None

    def shred(self) -> None:
        """Destroy the keys, and all that they sealed. Raises StoreError: again finishes it."""
        with self.telling, self._opening:
            opened, self._opened = self._opened, None
            if opened is not None:
                opened.shred()

    def _open(self) -> MembersKept:
        from .members_kept import MembersKept

        around = self._around
        return MembersKept(around.vaults, around.keys, around.site().id, around.clock.now())
