"""Keeps a broker told of what a site is doing. Newest wins: nothing is queued while the broker is away.

All topics are retained, so that whoever subscribes later knows at once; what an earlier run left behind and is no
longer ours is taken back.
"""

from __future__ import annotations

import logging
import queue
import threading
from contextlib import suppress

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from galleria.domain.live import SiteLive
from galleria.domain.site import Site

from .ports import Secrets
from .settings import MqttSettings
from .tls import tls_context
from .topics import OFFLINE, ONLINE, Topics

_LOG = logging.getLogger(__name__)
_AT_LEAST_ONCE = 1
_SWEEPS = 5  # publishings after a connection during which retained topics of earlier runs are looked for
_GOODBYE_SECONDS = 2.0


class MqttPublisher:
    """One connection to one broker. `publish`, `change` and `close` belong to one thread.

    Args:
        settings: with a host.
        secrets: turns the password's reference into the password.

    Raises:
        InputError: a secret or the authority's file is not there.
    """

    def __init__(self, settings: MqttSettings, site: Site, secrets: Secrets, *, keepalive: int = 30) -> None:
        self._topics = Topics(site, settings)
        self._settings = settings
        self._sent: dict[str, str] = {}
        self._found: queue.SimpleQueue[str] = queue.SimpleQueue()  # retained topics that the broker has of ours
        self._again = threading.Event()  # everything must be said (again)
        self._sweeps = 0
        self._reason = "not connected yet"
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"galleria-{site.id}"[:64])
        if settings.username:
            client.username_pw_set(settings.username, secrets(settings.password) if settings.password else None)
        if settings.tls:
            client.tls_set_context(tls_context(settings.authority))
        client.will_set(self._topics.availability, OFFLINE, _AT_LEAST_ONCE, retain=True)
        client.reconnect_delay_set(1, 30)
        client.on_connect, client.on_disconnect, client.on_message = self._connected, self._disconnected, self._message
        client.on_connect_fail = self._failed
        client.connect_async(settings.host, settings.port, keepalive)
        self._client = client

    def start(self) -> None:
        """Connect, and keep trying; returns at once."""
        self._client.loop_start()

    @property
    def problem(self) -> str:
        """Why it is not connected; empty while it is."""
        return "" if self._client.is_connected() else self._reason or "the connection was lost"

    def publish(self, live: SiteLive) -> int:
        """Say what has changed since the last time. Returns how many topics were written; 0 while not connected."""
        if not self._client.is_connected():
            return 0
        if self._again.is_set():
            self._again.clear()
            self._sent.clear()
            self._sweeps = _SWEEPS
        wanted = {**self._topics.discovery(), **self._topics.values(live), self._topics.availability: ONLINE}
        changed = {topic: value for topic, value in wanted.items() if self._sent.get(topic) != value}
        stale = (self._sent.keys() | self._left_behind()) - wanted.keys()
        for topic in stale:
            self._write(topic, "")
        for topic, value in changed.items():
            self._write(topic, value)
        self._sent = wanted
        return len(stale) + len(changed)

    def change(self, site: Site) -> None:
        """The site was changed: the next `publish` takes back what it no longer has."""
        self._topics = Topics(site, self._settings)

    def close(self) -> None:
        """Say that the site is offline, and disconnect."""
        if self._client.is_connected():
            last = self._client.publish(self._topics.availability, OFFLINE, _AT_LEAST_ONCE, retain=True)
            with suppress(RuntimeError, ValueError):  # the connection was lost just now: the last will says it
                last.wait_for_publish(_GOODBYE_SECONDS)
        self._client.disconnect()
        self._client.loop_stop()

    def _write(self, topic: str, value: str) -> None:
        self._client.publish(topic, value, _AT_LEAST_ONCE, retain=True)

    def _left_behind(self) -> set[str]:
        """Topics that the broker keeps from earlier runs; looked for only for a while after each connection."""
        if not self._sweeps:
            return set()
        self._sweeps -= 1
        if not self._sweeps:
            for wanted in self._topics.ours:
                self._client.unsubscribe(wanted)
        found = set()
        while not self._found.empty():
            found.add(self._found.get())
        return found

    # From here on: called by the client's own thread, so only things that threads may share are touched.

    def _connected(
        self, client: paho.Client, _user: object, _flags: object, code: ReasonCode, _properties: object
    ) -> None:
        if code.is_failure:
            self._fails(f"the broker refused: {code}", "mqtt-refused")
            return
        filters = [(each, _AT_LEAST_ONCE) for each in self._topics.ours]
        if self._settings.discovery:
            filters.append((f"{self._settings.discovery}/status", 0))
        client.subscribe(filters)
        self._reason = ""
        self._again.set()
        _LOG.info("mqtt connected to %s", self._settings.host, extra={"event": "mqtt-connected"})

    def _disconnected(
        self, _client: paho.Client, _user: object, _flags: object, code: ReasonCode, _properties: object
    ) -> None:
        if code.is_failure and not self._reason:  # a broker that refuses also hangs up
            self._fails(f"the connection was lost: {code}", "mqtt-lost")

    def _failed(self, _client: paho.Client, _user: object) -> None:
        self._fails(f"{self._settings.host}:{self._settings.port} cannot be reached", "mqtt-unreachable")

    def _fails(self, reason: str, event: str) -> None:
        if reason != self._reason:  # told once, not at every try
            _LOG.warning("mqtt: %s", reason, extra={"event": event})
        self._reason = reason

    def _message(self, _client: paho.Client, _user: object, message: paho.MQTTMessage) -> None:
        if message.topic == f"{self._settings.discovery}/status":
            if message.payload == ONLINE.encode():  # Home Assistant has started again and has forgotten everything
                self._again.set()
        elif message.retain and message.payload:
            self._found.put(message.topic)
