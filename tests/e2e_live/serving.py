"""`galleria serve` as people start it, in another process, and its API over HTTP."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from galleria.app.keep import JOURNAL
from galleria.domain.events import Crossing, Event, Origin, Seen
from galleria.domain.geometry import Point
from galleria.storage.journal import Journal
from galleria.storage.recording import Recording

PASSWORD = "three quiet horses"
PATIENCE = 90.0  # seconds, for a machine that does much else

MAIN = "from galleria.cli.main import main; main()"


class Running:
    """A site that runs in another process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line)
            if "Console:" in line:
                break
        else:
            pytest.fail(f"it did not start: {self.lines} {process.wait()}")
        self.base = self.lines[-1].split()[-1]
        self.web = httpx.Client(base_url=self.base, timeout=30, headers={"Origin": self.base})

    def link(self) -> str:
        assert self.process.stdout is not None
        found = re.search(r"/welcome/\S+", self.process.stdout.readline())
        assert found
        return found[0]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def serving(site: Path, folder: Path) -> Iterator[Running]:
    command = [sys.executable, "-c", MAIN, "serve", str(site), "--folder", str(folder), "--port", "0"]
    errors = folder.with_suffix(".errors").open("a")  # not a pipe: nobody would read it
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    try:
        running = Running(process)
        with running.web:
            yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
        errors.close()


def until(told: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not told():
        if time.monotonic() > end:
            pytest.fail(f"waited in vain for {what}")
        time.sleep(0.5)


def sign_up(running: Running) -> None:
    link = running.link()
    page = running.web.get(link)
    token = re.search(r'name="csrf"\s+value="([^"]+)"', page.text)
    fields = {"name": "admin", "password": PASSWORD, "again": PASSWORD} | ({"csrf": token[1]} if token else {})
    answer = running.web.post(link, data=fields)
    assert answer.status_code == 303, answer.text


def sign_in(running: Running) -> None:
    page = running.web.get("/sign-in")
    token = re.search(r'name="csrf"\s+value="([^"]+)"', page.text)
    fields = {"name": "admin", "password": PASSWORD} | ({"csrf": token[1]} if token else {})
    assert running.web.post("/sign-in", data=fields).status_code == 303


def remember(folder: Path, origin: Origin, tripwire: str, day: date, came: list[int]) -> None:
    """Write into a journal, also while its site runs, that a camera saw all of a UTC day, and who came each hour."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    events: list[Event] = [Seen(origin.event_id(0, "seen", 0), origin, begin, begin + 86400, 1)]
    for hour, count in enumerate(came):
        for one in range(count):
            track = 100 * hour + one + 1
            moment = begin + 3600 * hour + 60 * one
            made = origin.event_id(track, "crossing", 0)
            events.append(Crossing(made, origin, track, moment, tripwire, "in", "down", Point(0.5, 0.8)))
    with Journal(folder / JOURNAL) as journal:
        take = journal.begin(Recording(origin, "s", "rtsp", begin, "UTC", True, (tripwire,), ()))
        take.append(events)
        take.finish()
