"""What happened, to be written, held until it is: events in envelopes, never dropped, in order for each epoch.

When the sink fails, everything is kept, nothing more is to be analysed (`trouble`), and sending is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeAlias

from galleria.domain.errors import StoreError
from galleria.domain.events import Event, Origin
from galleria.domain.health import Condition
from galleria.storage.recording import Recording

from .parts import Sink

# Events are written, and shown, at most this long after they became certain, seconds.
EVERY = 0.25
# Where there is nothing to write a sign of life is given so often, seconds.
BEAT = 5.0
# A sink that failed is tried again after so many seconds.
AGAIN = 1.0

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Events:
    origin: Origin
    events: list[Event]


@dataclass(slots=True)
class _Finish:
    origin: Origin


_Piece: TypeAlias = Recording | _Events | _Finish | Condition


@dataclass(slots=True)
class Envelope:
    """Collects for the sink. Used by one thread; times are those of a clock that never jumps.

    Attributes:
        trouble: why the sink cannot be written; empty while it can.
    """

    sink: Sink
    trouble: str = ""
    _pieces: list[_Piece] = field(default_factory=list)
    _open: dict[Origin, _Events] = field(default_factory=dict)
    _due: float = 0.0
    _beat: float = 0.0

    @property
    def empty(self) -> bool:
        return not self._pieces

    def begin(self, recording: Recording) -> None:
        self._pieces.append(recording)

    def append(self, origin: Origin, events: Sequence[Event]) -> None:
        if not events:
            return
        if origin not in self._open:
            self._open[origin] = _Events(origin, [])
            self._pieces.append(self._open[origin])
        self._open[origin].events += events

    def finish(self, origin: Origin) -> None:
        self._open.pop(origin, None)
        self._pieces.append(_Finish(origin))

    def tell(self, conditions: Sequence[Condition]) -> None:
        self._pieces += conditions

    def due(self, now: float) -> bool:
        return now >= (self._beat if self.empty else self._due)

    def send(self, now: float) -> bool:
        """Write everything that is held; returns whether nothing is held any more."""
        self._open.clear()
        try:
            with self.sink.envelope():
                self._write()
                if self.empty:
                    self.sink.beat()
        except StoreError as error:
            if not self.trouble:
                _log.error("events cannot be written, counting waits: %s", error)
            self.trouble, self._due, self._beat = str(error), now + AGAIN, now + AGAIN
            return False
        if self.trouble:
            _log.warning("events can be written again, counting goes on")
        self._pieces.clear()
        self.trouble, self._due, self._beat = "", now + EVERY, now + BEAT
        return True

    def _write(self) -> None:
        for alike, pieces in groupby(self._pieces, type):
            if alike is Condition:
                self.sink.conditions([piece for piece in pieces if isinstance(piece, Condition)])
                continue
            for piece in pieces:
                match piece:
                    case Recording():
                        self.sink.begin(piece)
                    case _Events(origin, events):
                        self.sink.append(origin, events)
                    case _Finish(origin):
                        self.sink.finish(origin)
