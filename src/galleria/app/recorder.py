"""Events into the journal while a count runs, in envelopes."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import Self

from galleria.domain.errors import StoreError
from galleria.domain.events import Event
from galleria.storage.journal import Journal, default_path
from galleria.storage.recording import Outcome, Recording
from galleria.storage.take import Take

# Events are written in envelopes: at least this often, seconds.
ENVELOPE = 1.0


class Recorder:
    """Writes events to the journal before anybody is shown them. A context manager.

    Args:
        recording: what is counted; None writes nothing.
        path: of the journal; None for the default one, and when that cannot be used the count goes on without it.
        notes: told when it does.

    Raises:
        StoreError: the journal that was asked for cannot be used, or writing fails.
    """

    def __init__(self, recording: Recording | None, path: Path | None, notes: list[str]) -> None:
        self._held: list[Event] = []
        self._written = perf_counter()
        self._journal: Journal | None = None
        self._take: Take | None = None
        if recording is None:
            return
        try:
            self._journal = Journal(path or default_path())
        except StoreError as error:
            if path:
                raise
            notes.append(f"Not recorded: {error}")
            return
        self._take = self._journal.begin(recording)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            # After a failure elsewhere what was counted is still written, unless writing is what failed.
            if not isinstance(sys.exc_info()[1], StoreError):
                self._flush()
        finally:
            if self._journal:
                self._journal.close()

    def take(self, events: list[Event]) -> None:
        if self._take is None:
            return
        self._held += events
        if perf_counter() - self._written >= ENVELOPE:
            self._flush()

    def finish(self, *, whole: bool) -> Outcome | None:
        """End the take; a part of a recording stays unfinished, so that it never replaces a whole one."""
        self._flush()
        return self._take.finish() if self._take and whole else None

    def _flush(self) -> None:
        if self._take and self._held:
            self._take.append(self._held)
        self._held = []
        self._written = perf_counter()
