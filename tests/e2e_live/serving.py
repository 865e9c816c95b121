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
from pathlib import Path

import httpx
import pytest

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
