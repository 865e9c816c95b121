"""Faults that stop nothing: each is told in the log once, and work goes on."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from galleria.domain.errors import GalleriaError

_KEPT = 50  # that are remembered; several may take turns with every frame


class Faults:
    """Any thread may use it.

    Args:
        log: where they are told.
        what: that failed, for people, e.g. `faces`.
    """

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log, self._what = log, what
        self._told: deque[str] = deque(maxlen=_KEPT)

    @contextmanager
    def passed_over(self) -> Iterator[None]:
        """Go on whatever is raised inside."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  also a library that is not installed
            if str(error) in self._told:
                return
            self._told.append(str(error))
            extra = {"event": f"{self._what}-failed"}
            with suppress(Exception):
                if isinstance(error, GalleriaError):
                    self._log.error("%s: %s", self._what, error, extra=extra)
                else:
                    self._log.error("%s: it failed", self._what, exc_info=error, extra=extra)
