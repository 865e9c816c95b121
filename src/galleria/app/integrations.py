"""All that a running site tells other programs: the broker, webhooks and the daily report, from one place."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from galleria.domain.errors import GalleriaError, NotFoundError, StoreError
from galleria.domain.live import SiteLive
from galleria.domain.site import Site
from galleria.domain.time import Clock
from galleria.notify.envelope import Message, kind_of_message, stamp
from galleria.notify.mail import Mailer
from galleria.notify.mqtt import MqttPublisher
from galleria.notify.ports import Delivery, DeliveryState, DeliveryStore, Letter, Outcome, Secrets, Sender
from galleria.notify.settings import MailSettings, MqttSettings, WebhookSettings
from galleria.notify.webhook import WebhookSender

from .backlog import Backlog, Journaled, Told
from .daily import Asked, DailyReport, ReportSender
from .outbox import Couriers, Outbox
from .weekly import WeekOf, WeekSender, last_week
from .weekly import due as week_due

_LOG = logging.getLogger(__name__)
MAIL, WEEKLY = "mail", "weekly"
TURN_SECONDS = 1.0
_HOUR = 3600.0
_GREETINGS = 1000  # and notices, that wait in memory for the next turn


@dataclass(frozen=True, slots=True)
class IntegrationSettings:
    """What is switched on; nothing, unless told."""

    mqtt: MqttSettings = field(default_factory=MqttSettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)
    mail: MailSettings = field(default_factory=MailSettings)

    @classmethod
    def from_settings(cls, written: Mapping[str, Mapping[str, Any]]) -> IntegrationSettings:
        """Read the groups `mqtt`, `webhooks` and `mail`; absent ones are off. Raises InputError."""
        return cls(
            MqttSettings.from_settings(written.get("mqtt", {})),
            WebhookSettings.from_settings(written.get("webhooks", {})),
            MailSettings.from_settings(written.get("mail", {})),
        )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the integrations take from the running site.

    Attributes:
        live: what it is doing now.
        journaled: everything that reaches beyond a moment (seconds since 1970-01-01 UTC), from the journal: what
            was written but not told when the program stopped is found there.
        secrets: what references in the settings stand for.
        week: makes the report of a week; None: there is none.
    """

    flows: Asked
    store: DeliveryStore
    live: Callable[[], SiteLive]
    journaled: Journaled
    secrets: Secrets
    clock: Clock
    week: WeekOf | None = None


class Integrations:
    """Tells others. `tell`, `change` and `reload` may be called from any thread and never wait.

    Args:
        site: as it is at the start.
        around: the rest of the running site.
        settings: what is switched on.
    """

    def __init__(self, site: Site, around: Surroundings, settings: IntegrationSettings) -> None:
        self._site, self._around, self._settings = site, around, settings
        self._backlog = Backlog(around.journaled, around.clock)
        self._greetings: deque[Message] = deque(maxlen=_GREETINGS)
        self._greeting = threading.Lock()
        self._stop = threading.Event()
        self._parts: _Parts | None = None
        self._running: tuple[IntegrationSettings, Site] | None = None
        self._reported: date | None = None
        self._week_reported: date | None = None
        self._forgot = float("-inf")
        self._problems: dict[str, str] = {}
        self._thread = threading.Thread(target=self._run, name="integrations", daemon=True)

    def start(self) -> None:
        """Begin to tell, and tell what an earlier run could not."""
        self._thread.start()

    def stop(self) -> None:
        """Tell what waits, say goodbye to the broker, and stop; undelivered messages stay in the outbox."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def tell(self, what: Sequence[Told]) -> None:
        """Take what was just journaled."""
        self._backlog.take(what)

    def greet(self, message: Message) -> None:
        """Tell hooks that asked for it that a member was seen, or an alarm. A crash before the next turn loses it."""
        self._greetings.append(message)

    def unsay(self, member: str) -> None:
        """Erase greetings of a member, sent or not. Raises StoreError."""
        with self._greeting:
            self._drop(message for message in list(self._greetings) if message["data"].get("member") == member)
            self._around.store.erase("member", f'"{member}"')

    def change(self, settings: IntegrationSettings) -> None:
        """Switch on and off; takes effect with the next turn."""
        self._settings = settings

    def reload(self, site: Site) -> None:
        """The site was changed."""
        self._site = site

    def depth(self) -> Mapping[tuple[str, DeliveryState], int]:
        """Messages not delivered, by target and state."""
        return self._around.store.depth()

    def dead(self, most: int = 200) -> list[Delivery]:
        """The newest messages that were given up."""
        return self._around.store.listed(DeliveryState.DEAD, most)

    def revive(self, ids: Sequence[int]) -> int:
        """Try messages that were given up again. Returns how many."""
        return self._around.store.revive(ids, self._around.clock.now())

    def problems(self) -> dict[str, str]:
        """What does not work now, by `mqtt`, `mail`, `outbox` or `webhook:ID`; empty when all is well."""
        parts = self._parts
        broker = {"mqtt": parts.broker.problem} if parts and parts.broker and parts.broker.problem else {}
        return {**self._problems, **broker}

    def try_out(self, target: str) -> Outcome:
        """Send a test message at once, and wait for what comes of it: `mail`, `weekly`, or `webhook:ID`.

        Raises:
            NotFoundError: no such target is set.
        """
        sender = _senders(self._settings, self._around, self._report).get(target)
        if sender is None:
            problem = f"{target} is not set up"
            raise NotFoundError(problem, "Save its settings first.")
        now = self._around.clock.now()
        try:
            letter = Letter(f"test-{now}", "test", self._test_body(target, now))
            return sender.send([Delivery(0, target, letter, now, 0, now, "", DeliveryState.WAITING, None)])
        finally:
            sender.close()

    def _test_body(self, target: str, now: float) -> str:
        if target == WEEKLY:
            return last_week(self._site, now).begin.isoformat()
        return self._report().last_closed(now).isoformat() if target == MAIL else json.dumps(_test(self._site, now))

    def turn(self) -> None:
        """One round: settings, waiting events, the broker, the report. Called every second by the own thread."""
        now = self._around.clock.now()
        settings, site = self._settings, self._site
        if self._running is None or self._running[0] != settings:
            self._begin(settings, site)
        elif self._running[1] != site and self._parts and self._parts.broker:
            self._parts.broker.change(site)
        self._running = (settings, site)
        assert self._parts is not None
        try:
            self._backlog.put(self._parts.outbox, settings.webhooks.hooks, site)
            self._put_greetings(self._parts.outbox, settings)
            self._put_report(self._parts.outbox, settings, now)
            if now - self._forgot > _HOUR:
                self._forgot = now
                self._parts.outbox.forget()
            self._problems.pop("outbox", None)
        except StoreError as error:
            if "outbox" not in self._problems:
                _LOG.error("events wait: %s", error, extra={"event": "outbox-failed"})
            self._problems["outbox"] = str(error)
        if self._parts.broker:
            self._parts.broker.publish(self._around.live())

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.turn()
            except Exception:  # noqa: BLE001  telling others must never end with one mishap
                _LOG.exception("integrations failed; they go on", extra={"event": "integrations-failed"})
            self._stop.wait(TURN_SECONDS)
        if self._parts is not None:
            try:
                self.turn()
            except GalleriaError:
                _LOG.exception("the last events wait in the journal", extra={"event": "integrations-failed"})
            self._parts.close()

    def _begin(self, settings: IntegrationSettings, site: Site) -> None:
        """Make everything anew, as the settings say."""
        first = self._parts is None
        if self._parts is not None:
            self._parts.close()
        self._problems.clear()
        outbox = Outbox(
            self._around.store, _senders(settings, self._around, self._report), self._around.clock
        )  # fmt: skip
        self._parts = _Parts(outbox, Couriers(outbox), self._broker(settings, site))
        self._parts.couriers.start()
        if first:
            self._backlog.look_back(outbox, [target for target in outbox.senders if target not in (MAIL, WEEKLY)])

    def _broker(self, settings: IntegrationSettings, site: Site) -> MqttPublisher | None:
        if not settings.mqtt.on:
            return None
        try:
            broker = MqttPublisher(settings.mqtt, site, self._around.secrets)
        except GalleriaError as error:
            _LOG.error("mqtt is off: %s", error, extra={"event": "mqtt-failed"})
            self._problems["mqtt"] = str(error)
            return None
        broker.start()
        return broker

    def _put_greetings(self, outbox: Outbox, settings: IntegrationSettings) -> None:
        with self._greeting:  # held until they are put, so that nothing is put after it was unsaid
            waiting = list(self._greetings)
            letters = [Letter(message["id"], kind_of_message(message), json.dumps(message)) for message in waiting]
            for hook in settings.webhooks.hooks:
                wanted = [letter for letter in letters if hook.enabled and letter.kind in hook.kinds]
                if wanted:
                    outbox.put(f"webhook:{hook.id}", wanted)
            self._drop(waiting)

    def _drop(self, messages: Iterable[Message]) -> None:
        for message in messages:
            with suppress(ValueError):  # more came meanwhile than are kept
                self._greetings.remove(message)

    def _put_report(self, outbox: Outbox, settings: IntegrationSettings, now: float) -> None:
        if not settings.mail.on:
            return
        day = self._report().due(now, settings.mail.at)
        if day is not None and day != self._reported:
            outbox.put(MAIL, [Letter(f"report:{day.isoformat()}", "report", day.isoformat())])
            self._reported = day
        monday = week_due(self._site, now) if settings.mail.weekly and self._around.week else None
        if monday is not None and monday != self._week_reported:
            outbox.put(WEEKLY, [Letter(f"week:{monday.isoformat()}", "report", monday.isoformat())])
            self._week_reported = monday

    def _report(self) -> DailyReport:
        return DailyReport(self._site, self._around.flows)


@dataclass(frozen=True, slots=True)
class _Parts:
    outbox: Outbox
    couriers: Couriers
    broker: MqttPublisher | None

    def close(self) -> None:
        self.couriers.close()
        if self.broker:
            self.broker.close()


def _senders(
    settings: IntegrationSettings, around: Surroundings, report: Callable[[], DailyReport]
) -> dict[str, Sender]:
    hooks = (hook for hook in settings.webhooks.hooks if hook.enabled)
    senders: dict[str, Sender] = {
        f"webhook:{hook.id}": WebhookSender(hook, around.secrets, around.clock) for hook in hooks
    }
    if settings.mail.on:
        mailer = Mailer(settings.mail, around.secrets, around.clock)
        senders[MAIL] = ReportSender(report, mailer)
        if around.week:
            senders[WEEKLY] = WeekSender(around.week, mailer)
    return senders


def _test(site: Site, now: float) -> Message:
    told = {"specversion": "1.0", "id": f"test-{now}", "source": f"/galleria/{site.id}", "type": "galleria.test.v1"}
    return {**told, "time": stamp(now), "datacontenttype": "application/json", "data": {}}
