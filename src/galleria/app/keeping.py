"""The thread of a running site that keeps up what only time tells."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from galleria.domain.errors import GalleriaError

TURN = 1.0  # seconds between two rounds

_log = logging.getLogger(__name__)


class Keeping:
    """Calls `turn` again and again, from `start` to `stop`. What fails is told, and tried again with the next round.

    Args:
        turn: one round; in the thread of its own.
    """

    def __init__(self, turn: Callable[[], None]) -> None:
        self._turn = turn
        self._told: set[str] = set()
        self._well = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stopping(self) -> None:
        """Begin no other round."""
        self._stopping.set()

    def stop(self) -> None:
        """Wait until the last round is over."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def well(self) -> None:
        """This round has written: if it ends well, what fails after it is told anew."""
        self._well = True

    def _run(self) -> None:
        while not self._stopping.wait(TURN):
            self._well = False
            try:
                self._turn()
                if self._well:
                    self._told.clear()
            except GalleriaError as error:
                if str(error) not in self._told:  # told once, not with every turn of a night
                    _log.error("%s", error, extra={"event": "keeping-failed"})
                self._told.add(str(error))
            except Exception:  # noqa: BLE001  what is kept up must go on
                _log.exception("keeping up failed; it goes on", extra={"event": "keeping-failed"})
