"""Events of the running site: first into the journal, then to everybody who wants to know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from galleria.domain.events import Event, Origin
from galleria.domain.health import Condition
from galleria.storage.live import LiveJournal
from galleria.storage.recording import Recording

Listener: TypeAlias = Callable[[Sequence[Event | Condition]], None]


class LiveSink:
    """Implements `galleria.runtime.parts.Sink`; used by one thread.

    Args:
        journal: written first.
        listeners: told when an envelope is on the disk, in order; they must be quick and must not raise.
    """

    def __init__(self, journal: LiveJournal, listeners: Sequence[Listener]) -> None:
        self._journal = journal
        self._listeners = listeners
        self._inside: list[Event | Condition] = []

    @contextmanager
    def envelope(self) -> Iterator[None]:
        self._inside = []
        with self._journal.envelope():
            yield
        for listener in self._listeners if self._inside else ():
            listener(self._inside)

    def begin(self, recording: Recording) -> None:
        self._journal.begin(recording)

    def append(self, origin: Origin, events: Sequence[Event]) -> None:
        self._journal.append(origin, events)
        self._inside += events

    def finish(self, origin: Origin) -> None:
        self._journal.finish(origin)

    def conditions(self, conditions: Sequence[Condition]) -> None:
        self._journal.conditions(conditions)
        self._inside += conditions

    def beat(self) -> None:
        self._journal.beat()
