"""Log files by day, and their end."""

from __future__ import annotations

import logging
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TextIO

from galleria.domain.errors import StoreError


class DayFiles(logging.Handler):
    """Writes `galleria-YYYY-MM-DD.log` (UTC) into a folder and deletes those that are too old.

    The day is the record's own, so that no clock is asked. A full disk costs lines, never the program.
    """

    def __init__(self, folder: Path, days: int) -> None:
        super().__init__()
        self._folder, self.days = folder, days
        self._day: date | None = None
        self._file: TextIO | None = None
        self._broken = False
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            problem = f"the log folder {folder} cannot be made: {error.strerror}"
            raise StoreError(problem, "Give access to the folder above it, or choose another one.") from error

    def emit(self, record: logging.LogRecord) -> None:
        day = datetime.fromtimestamp(record.created, UTC).date()
        try:
            if self._file is None or day != self._day:
                self._turn(day)
            assert self._file is not None
            self._file.write(self.format(record) + "\n")
            self._file.flush()
            self._broken = False
        except OSError as error:
            self._shut()
            if not self._broken:  # said once, not for each line
                self._broken = True
                sys.stderr.write(f"galleria: the log in {self._folder} cannot be written: {error.strerror}\n")

    def close(self) -> None:
        with self.lock or threading.RLock():
            self._shut()
        super().close()

    def _turn(self, day: date) -> None:
        self._shut()
        path = self._folder / f"galleria-{day.isoformat()}.log"
        path.touch(mode=0o600)
        self._file, self._day = path.open("a", encoding="utf-8"), day
        forget(self._folder, day - timedelta(days=self.days))

    def _shut(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            try:
                file.close()
            except OSError:
                return  # what could not be written out is lost with the disk that refused it


def forget(folder: Path, before: date) -> list[Path]:
    """Delete log files of days before that one. Returns what went."""
    gone = []
    for path in folder.glob("galleria-????-??-??.log"):
        try:
            old = date.fromisoformat(path.stem.removeprefix("galleria-")) < before
        except ValueError:
            continue
        if old:
            path.unlink(missing_ok=True)
            gone.append(path)
    return gone
