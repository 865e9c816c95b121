"""The program's log: one line for a thing that happened, as text or as JSON, UTC, kept for so many days.

Events have names (`extra={"event": "camera-state", "camera": "door"}`). No line holds a secret or says who a person
is: what passes through here is redacted, and fields that name people are left out.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, TextIO

from pydantic import Field

from galleria import __version__
from galleria.domain.health import CameraState, Condition
from galleria.domain.site import Site
from galleria.notify.settings import Section

from .log_files import DayFiles
from .redact import redact

_LOG = logging.getLogger(__name__)
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# Who somebody is has no place in a log; the audit knows.
PERSONAL = frozenset(
    {"user", "username", "user_name", "actor", "email", "mail", "person", "client", "client_addr", "ip"}
)
# Requests hold addresses of people's machines, and what they asked for: the audit and the metrics suffice. The others
# tell of their own starting.
_QUIET = ("uvicorn.access", "uvicorn.error", "httpx", "httpcore", "alembic")
_WELL = (CameraState.SEEING, CameraState.STARTING, CameraState.OFF)


class LogFormat(StrEnum):
    """How lines look."""

    TEXT = "text"
    JSON = "json"


class LogSettings(Section):
    """What is logged and for how long.

    Attributes:
        days: log files older than this are deleted.
    """

    level: Literal["debug", "info", "warning", "error"] = "info"
    days: Annotated[int, Field(ge=1, le=3650)] = 30


class Line(logging.Formatter):
    """A record into one line of text, redacted."""

    def format(self, record: logging.LogRecord) -> str:
        told = "".join(f" {name}={_plain(value)}" for name, value in _fields(record).items())
        text = f"{_time(record)} {record.levelname.lower():7} {_event(record)}: {record.getMessage()}{told}"
        text += f" | {self.formatException(record.exc_info)}" if record.exc_info else ""
        # What others sent us must not begin a line of its own.
        return redact(text).replace("\r", "\\r").replace("\n", "\\n")


class JsonLine(logging.Formatter):
    """A record into one line with a JSON object, redacted."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {"time": _time(record), "level": record.levelname.lower(), "event": _event(record)}
        told["message"] = redact(record.getMessage())
        for name, value in _fields(record).items():
            told.setdefault(name, value if isinstance(value, bool | int | float | None) else redact(str(value)))
        if record.exc_info:
            told["trace"] = redact(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False, allow_nan=True)


class Logs:
    """The log of a running site. Made once, before anything else is.

    Args:
        form: text or JSON.
        folder: for files by day; None: only the stream.
        stream: where a service manager reads; standard error.
    """

    def __init__(
        self, settings: LogSettings, form: LogFormat = LogFormat.TEXT, folder: Path | None = None,
        stream: TextIO | None = None,
    ) -> None:  # fmt: skip
        shown: logging.Handler = logging.StreamHandler(stream or sys.stderr)
        self._files = DayFiles(folder, settings.days) if folder else None
        self._handlers = [shown, *([self._files] if self._files else [])]
        for handler in self._handlers:
            handler.setFormatter(JsonLine() if form is LogFormat.JSON else Line())
        root = logging.getLogger()
        self._before = (list(root.handlers), root.level)
        root.handlers[:] = self._handlers
        self.change(settings)
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)

    def change(self, settings: LogSettings) -> None:
        """Take over other settings."""
        logging.getLogger().setLevel(settings.level.upper())
        if self._files:
            self._files.days = settings.days

    def close(self) -> None:
        """Write out, and leave logging as it was found."""
        root = logging.getLogger()
        root.handlers[:], level = self._before
        root.setLevel(level)
        for handler in self._handlers:
            handler.close()


def log_start(site: Site) -> None:
    """The line at the start."""
    lines = sum(len(camera.tripwires) for camera in site.cameras)
    told = {"event": "started", "site": site.id, "version": __version__, "cameras": len(site.cameras), "lines": lines}
    _LOG.info("galleria %s runs %s", __version__, site.id, extra=told)


def log_condition(condition: Condition) -> None:
    """The line at a camera's change of state; the end of a state is told by the beginning of the next."""
    if condition.end is not None:
        return
    level = logging.INFO if condition.state in _WELL else logging.WARNING
    told = {"event": "camera-state", "camera": condition.camera, "state": condition.state.value}
    reason = f": {condition.reason}" if condition.reason else ""
    _LOG.log(level, "%s is %s%s", condition.camera, condition.state.value, reason, extra=told)


def _fields(record: logging.LogRecord) -> Mapping[str, object]:
    known = _OWN | PERSONAL | {"event", "color_message"}
    return {name: value for name, value in vars(record).items() if name not in known and not name.startswith("_")}


def _event(record: logging.LogRecord) -> str:
    """Its name; of what was said without one: where it was said."""
    return str(getattr(record, "event", "") or record.name.removeprefix("galleria."))


def _time(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or any(c in text for c in ' "=\n') else text
