"""Tells systemd how the program is: started, alive, stopping. Does nothing where systemd did not start it."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


class Supervisor:
    """The service manager's end of `Type=notify`.

    Args:
        environment: usually `os.environ`; NOTIFY_SOCKET and WATCHDOG_USEC are looked at.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        told = os.environ if environment is None else environment
        self._socket = told.get("NOTIFY_SOCKET", "")
        micros = told.get("WATCHDOG_USEC", "")
        mine = told.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        # Half of what is allowed, as systemd advises.
        self.beat_seconds: float | None = int(micros) / 2e6 if micros.isdecimal() and mine else None

    def ready(self, status: str = "") -> bool:
        """The site runs."""
        return self._tell(f"READY=1\nSTATUS={_line(status)}")

    def alive(self, status: str = "") -> bool:
        """Call it at least every `beat_seconds`, from the loop whose standstill is to be noticed."""
        return self._tell(f"WATCHDOG=1\nSTATUS={_line(status)}")

    def stopping(self) -> bool:
        """The site is being stopped."""
        return self._tell("STOPPING=1")

    def _tell(self, message: str) -> bool:
        if not self._socket:
            return False
        # A name that begins with @ is in the abstract namespace.
        address = "\0" + self._socket[1:] if self._socket.startswith("@") else self._socket
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
                notices.sendto(message.encode(), address)
        except OSError:
            return False  # being told is the manager's interest; counting goes on
        return True


def _line(text: str) -> str:
    return " ".join(text.split())
