"""Messages for others, kept until they have arrived: put once, tried again with growing pauses, given up after a day.

At least once: a receiver may see an event twice, after a lost answer or a crash, and tells it by the event's id.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from galleria.domain.errors import StoreError
from galleria.domain.time import Clock
from galleria.notify.ports import Delivery, DeliveryState, DeliveryStore, Letter, Sender

_LOG = logging.getLogger(__name__)
DAY = 86400.0
GIVE_UP_AFTER = DAY
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 3600.0
KEEP_DONE = 2 * DAY  # longer than a crash can set us back, so that nothing is put a second time
KEEP_DEAD = 30 * DAY
_LOOK_SECONDS = 1.0


@dataclass(slots=True)
class _Pause:
    failures: int = 0
    until: float = 0.0


class Outbox:
    """The messages on their way. All may be called from any thread, but `turn` by one thread for each target.

    Args:
        store: keeps them.
        senders: by target.
        clock: what time it is.
        rng: spreads the tries.
    """

    def __init__(
        self, store: DeliveryStore, senders: Mapping[str, Sender], clock: Clock, rng: Callable[[], float] | None = None
    ) -> None:
        self._store, self._clock = store, clock
        self.senders = dict(senders)
        self._rng = rng or Random().random  # noqa: S311 - spreads load, keeps no secret
        self._pauses = {target: _Pause() for target in senders}
        self._newest: dict[str, float | None] = {}

    def put(self, target: str, letters: Sequence[Letter]) -> int:
        """Keep letters, each event once; they are on the disk when this returns. Returns how many are new.

        Raises:
            StoreError: it cannot be written.
        """
        now = self._clock.now()
        new = self._store.put(target, letters, now)
        if letters:
            self._newest[target] = now
        return new

    def turn(self, target: str) -> int:
        """Send what is due to one target, one batch. Returns how many arrived."""
        now, pause, sender = self._clock.now(), self._pauses[target], self.senders[target]
        if now < pause.until:
            return 0
        batch = self._store.due(target, now, sender.batch)
        if not batch:
            return 0
        outcome = sender.send(batch)
        now = self._clock.now()
        if not outcome.problem:
            pause.failures = 0
            self._store.settle([replace(d, state=DeliveryState.DONE, problem="", settled=now) for d in batch])
            return len(batch)
        # A receiver that is down is down for all that waits: the pause is the target's, not one for each message.
        pause.until = now + pause_after(pause.failures, self._rng())
        pause.failures += 1
        after = [_failed(d, outcome.problem, now, pause.until, final=outcome.final) for d in batch]
        self._store.settle(after)
        dead = sum(d.state is DeliveryState.DEAD for d in after)
        _LOG.warning(
            "%s: %d messages not delivered, %d given up: %s", target, len(after), dead, outcome.problem,
            extra={"event": "delivery-failed", "target": target, "messages": len(after), "dead": dead},
        )  # fmt: skip
        return 0

    def depth(self) -> dict[tuple[str, DeliveryState], int]:
        """Waiting and dead messages by target."""
        return self._store.depth()

    def dead(self, most: int = 200) -> list[Delivery]:
        """The newest that were given up."""
        return self._store.listed(DeliveryState.DEAD, most)

    def revive(self, ids: Sequence[int]) -> int:
        """Try dead ones again, for another day."""
        return self._store.revive(ids, self._clock.now())

    def forget(self) -> int:
        """Delete what is no longer needed; once an hour is often enough."""
        now = self._clock.now()
        return self._store.forget(now - KEEP_DONE, now - KEEP_DEAD)

    def newest(self, target: str) -> float | None:
        """When the newest message to a target was put."""
        if target not in self._newest:  # asked for at every event; found out once
            self._newest[target] = self._store.newest(target)
        return self._newest[target]


def pause_after(failures: int, chance: float) -> float:
    """Seconds to wait after a failure when `failures` came before it in a row; `chance` in [0,1) spreads them."""
    return min(FIRST_PAUSE * 2.0 ** min(failures, 20), LONGEST_PAUSE) * (0.75 + 0.5 * chance)


def _failed(delivery: Delivery, problem: str, now: float, due: float, *, final: bool) -> Delivery:
    dead = final or now - delivery.created >= GIVE_UP_AFTER
    state = DeliveryState.DEAD if dead else DeliveryState.WAITING
    settled = now if dead else None
    return replace(delivery, state=state, tries=delivery.tries + 1, due=due, problem=problem, settled=settled)


class Couriers:
    """A thread for each target, so that a slow receiver holds up nobody else."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(target,), name=f"courier-{target}", daemon=True)
            for target in outbox.senders
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop; a message that is being sent is finished or times out."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        for sender in self._outbox.senders.values():
            sender.close()

    def _run(self, target: str) -> None:
        while not self._stop.is_set():
            try:
                sent = self._outbox.turn(target)
            except StoreError as error:
                _LOG.error("%s: messages cannot be read: %s", target, error, extra={"event": "outbox-failed"})
                sent = 0
            if not sent:
                self._stop.wait(_LOOK_SECONDS)
