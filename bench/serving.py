"""`galleria serve` in a process of its own, and a browser's requests of somebody who has signed in."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

import httpx
import psutil

_MAIN = "from galleria.cli.main import main; main()"
_PASSWORD = "three quiet horses"  # noqa: S105  of a site that is gone when the measurement is over
_PATIENCE = 120.0


class Served(NamedTuple):
    """A site that runs: its process, and its pages to an administrator."""

    process: psutil.Process
    web: httpx.Client

    def get(self, path: str) -> httpx.Response:
        """Fetch, and exit if it is not there."""
        answer = self.web.get(path)
        if answer.status_code != httpx.codes.OK:
            sys.exit(f"{path}: {answer.status_code} {answer.text[:200]}")
        return answer

    @contextmanager
    def tenant(self, shop: str) -> Iterator[Self]:
        """The same site to a tenant of that shop, who is let in by the administrator."""
        form = self.get("/settings/users").text
        told = self.web.post("/settings/users", data=_fields(form, name=shop, role="tenant", shop=shop)).text
        link = re.search(r"/welcome/[\w-]+", told)
        if link is None:
            sys.exit(f"no tenant could be made: {told[:200]}")
        with _browser(str(self.web.base_url)) as web:
            _sign_up(web, link[0], shop)
            yield self._replace(web=web)

    def worked(self) -> float:
        """Seconds that processors have worked for it."""
        used = self.process.cpu_times()
        return used.user + used.system


@contextmanager
def served(site: Path, folder: Path) -> Iterator[Served]:
    """Run a site file on a folder that has no users yet; exits if it does not start, or does not end in order."""
    command = [sys.executable, "-u", "-c", _MAIN, "serve", str(site), "--folder", str(folder), "--port", "0"]
    with (
        folder.with_suffix(".errors").open("w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as child,  # noqa: S603  our own words
    ):
        assert child.stdout is not None
        said = ""
        for line in child.stdout:
            said += line
            if "/welcome/" in line:
                break
        try:
            addresses = re.search(r"Console:\s+(\S+)", said), re.search(r"/welcome/\S+", said)
            if not all(addresses):
                sys.exit(f"it did not start: {said}{Path(errors.name).read_text('utf-8')}")
            base, link = (found[found.lastindex or 0] for found in addresses if found)
            with _browser(base) as web:
                _sign_up(web, link, "admin")
                yield Served(psutil.Process(child.pid), web)
            child.send_signal(signal.SIGTERM)
            if child.wait(_PATIENCE):
                sys.exit(f"it ended with {child.returncode}: {Path(errors.name).read_text('utf-8')}")
        finally:
            child.kill()


def _browser(base: str) -> httpx.Client:
    return httpx.Client(base_url=base, timeout=120, headers={"Origin": base.rstrip("/")})


def _fields(form: str, **fields: str) -> dict[str, str]:
    token = re.search(r'name="csrf"\s+value="([^"]+)"', form)
    return fields | ({"csrf": token[1]} if token else {})


def _sign_up(web: httpx.Client, link: str, name: str) -> None:
    fields = _fields(web.get(link).text, name=name, password=_PASSWORD, again=_PASSWORD)
    if (answer := web.post(link, data=fields)).status_code != httpx.codes.SEE_OTHER:
        sys.exit(f"nobody could sign up: {answer.status_code}")
    end = time.monotonic() + _PATIENCE
    while web.get("/readyz").status_code != httpx.codes.OK:
        if time.monotonic() > end:
            sys.exit("it does not become ready")
        time.sleep(0.5)
