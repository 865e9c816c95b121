"""A real broker for tests: Debian's mosquitto, on a free port of this machine, stopped and started at will."""

import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

FOUND = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
WAIT = 30.0


def until(true, what="it") -> None:
    """Wait for something that happens in other threads and processes."""
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end, f"{what} did not happen within {WAIT:.0f} s"
        time.sleep(0.02)


class Broker:
    def __init__(self, folder: Path, extra: str = "allow_anonymous true") -> None:
        if FOUND is None:
            pytest.skip("NO MQTT BROKER: install the package mosquitto to run these tests")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._file = folder / "mosquitto.conf"
        self._file.write_text(
            f"listener {self.port} 127.0.0.1\nuser root\n{extra}\n"
        )  # or it may not read its own files
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [FOUND, "-c", self._file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            until(self._answers, "the broker's start")
        except AssertionError:
            self.stop()
            raise

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self.port)) == 0


class Listener:
    """Somebody else at the broker: keeps the newest value of every topic, and all of them in order."""

    def __init__(self, port: int, topics: str = "#") -> None:
        self.values: dict[str, str] = {}
        self.order: list[tuple[str, str]] = []
        self._topics = topics
        self._here = threading.Event()
        self.client = paho.Client(CallbackAPIVersion.VERSION2)
        self.client.on_connect = lambda client, *_: client.subscribe(topics, 1)
        self.client.on_subscribe = lambda *_: self._here.set()
        self.client.on_message = self._message
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self._here.wait(WAIT)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _message(self, _client, _user, message) -> None:
        value = message.payload.decode()
        self.order.append((message.topic, value))
        if value:
            self.values[message.topic] = value
        else:
            self.values.pop(message.topic, None)
