"""What the senders need from the rest of the house, and the names they share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

# Seconds: an event is put into the outbox this soon after it was journaled, or is looked for in the journal again.
MARGIN = 600.0


class Secrets(Protocol):
    """Turns a reference, `${NAME}` or `${file:/run/secrets/name}`, into the secret it stands for."""

    def __call__(self, written: str, /) -> str:
        """The secret; text without a reference is returned as it is.

        Raises:
            InputError: what it refers to is not there. No secret is in the message.
        """
        ...


class DeliveryState(StrEnum):
    """Where a message is on its way."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"  # given up; kept, so that somebody can see it and send it again


@dataclass(frozen=True, slots=True)
class Letter:
    """One event to be sent.

    Attributes:
        event: its id, the same at every try: receivers tell repeats by it.
        kind: as `kind_of_message` names them, or `report`.
        body: JSON.
    """

    event: str
    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter on its way to one receiver.

    Attributes:
        id: of the row.
        target: `webhook:ID` or `mail`.
        created: seconds since 1970-01-01 UTC, as are all times here.
        tries: that failed so far.
        due: when it is tried next.
        problem: why the last try failed, for people; never holds a secret.
        settled: when it arrived or was given up; None while it waits.
    """

    id: int
    target: str
    letter: Letter
    created: float
    tries: int
    due: float
    problem: str
    state: DeliveryState
    settled: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of sending deliveries.

    Attributes:
        problem: empty when they arrived; else one sentence for people, without a secret.
        final: trying again is of no use.
    """

    problem: str = ""
    final: bool = False


class Sender(Protocol):
    """Sends deliveries of one hook; used by one thread."""

    @property
    def batch(self) -> int:
        """How many go into one message."""
        ...

    def send(self, deliveries: Sequence[Delivery]) -> Outcome:
        """Send them, or say why not; never raises for what the world outside does. Returns within seconds."""
        ...

    def close(self) -> None: ...


class DeliveryStore(Protocol):
    """Keeps deliveries through restarts. Every method may be called from any thread, and raises StoreError."""

    def put(self, target: str, letters: Sequence[Letter], now: float) -> int:
        """Keep them, due at once; an event that the target has already changes nothing. Returns how many were new."""
        ...

    def due(self, target: str, now: float, most: int) -> list[Delivery]:
        """The waiting ones of a target that are due by `now`, oldest first."""
        ...

    def settle(self, deliveries: Sequence[Delivery]) -> None:
        """Write what became of them: state, tries, due, problem, settled."""
        ...

    def listed(self, state: DeliveryState, most: int) -> list[Delivery]:
        """The newest ones in a state, newest first."""
        ...

    def depth(self) -> dict[tuple[str, DeliveryState], int]:
        """How many there are by target and state; without those that have arrived."""
        ...

    def revive(self, ids: Collection[int], now: float) -> int:
        """Make dead ones wait again, due at once, as if they had been put now. Returns how many."""
        ...

    def newest(self, target: str) -> float | None:
        """When the newest delivery of a target was created; None when there is none."""
        ...

    def erase(self, kind: str, naming: str) -> int:
        """Delete those of a kind whose body has a text in it, delivered or not. Returns how many."""
        ...

    def forget(self, done_before: float, dead_before: float) -> int:
        """Delete those settled earlier than that, but not those created within MARGIN of a target's newest.

        Those tell, after a restart, what has been put already. Returns how many went.
        """
        ...
