"""The folder that tills put their files into: each is taken once it is whole, and moved out of the way."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from pathlib import Path

from galleria.domain.errors import GalleriaError, InputError, StoreError
from galleria.domain.time import Clock
from galleria.storage.exports import write_csv
from galleria.storage.salesfile import told_reason
from galleria.storage.tables import Table

from .audit import SYSTEM
from .selling import Selling, Taken

FOLDER, TAKEN, REFUSED, PROBLEMS = "sales", "taken", "refused", ".problems.csv"
QUIET = 10.0  # seconds that a file has not grown before it is whole
EVERY = 2.0  # seconds between two looks
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", PROBLEMS)
_log = logging.getLogger(__name__)


class SalesFolder:
    """Watches `sales/` in a site's folder.

    A file is taken as it was when nothing was written to it for `QUIET` seconds, and moved to `taken`, or to `refused`
    if not a row of it could be used; what was wrong lies beside it, in `NAME.problems.csv`. Taking comes before moving:
    what is stopped between the two takes the file again, and counts nothing twice.

    Args:
        folder: the site's; `sales` is made in it.
        selling: takes the files.
        clock: tells the time now.
    """

    def __init__(self, folder: Path, selling: Selling, clock: Clock) -> None:
        self._folder = folder / FOLDER
        self._selling, self._clock = selling, clock
        self._seen: dict[Path, tuple[int, int, float]] = {}  # size, change, since when it is so
        self._stuck: dict[Path, tuple[int, int]] = {}  # taken, and could not be moved: size, change
        self._failure = ""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sales", daemon=True)

    def start(self) -> None:
        """Begin to watch, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the file that is being taken, and end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def turn(self, now: float) -> int:
        """Look once; returns how many files were moved.

        Raises:
            StoreError: the folder or the store of sales cannot be used; no file is lost.
        """
        moved, stuck = 0, None
        for path in self._whole(now):
            if self._stopping.is_set():
                break
            try:
                moved += self._take(path)
            except StoreError as error:  # the others are taken all the same
                stuck = error
        self._selling.turn(now)
        if stuck is not None:
            raise stuck
        return moved

    def _watch(self) -> None:
        while not self._stopping.wait(EVERY):
            try:
                self.turn(self._clock.now())
                self._failure = ""
            except GalleriaError as error:
                if str(error) != self._failure:  # told once, not with every look of a night
                    _log.error("%s", error, extra={"event": "sales-failed"})
                self._failure = str(error)
            except Exception:  # noqa: BLE001  what is watched must go on
                _log.exception("taking sales failed; it goes on", extra={"event": "sales-failed"})

    def _whole(self, now: float) -> list[Path]:
        """Files that nothing was written to for a while."""
        before, self._seen = self._seen, {}
        try:
            for name in (TAKEN, REFUSED):
                (self._folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
            found = sorted(path for path in self._folder.iterdir() if _is_file(path))
        except OSError as error:
            problem = f"the folder {self._folder} cannot be watched: {error.strerror}"
            raise StoreError(problem, "Check its permissions.") from error
        for path in found:
            with suppress(OSError):  # it went meanwhile
                stat = path.stat()
                same = before.get(path, (-1, -1, now))
                since = same[2] if same[:2] == (stat.st_size, stat.st_mtime_ns) else now
                self._seen[path] = stat.st_size, stat.st_mtime_ns, since
        self._stuck = {path: was for path, was in self._stuck.items() if self._seen.get(path, (0, 0))[:2] == was}
        return [
            path for path, (_, _, since) in self._seen.items() if now - since >= QUIET and path not in self._stuck
        ]  # fmt: skip

    def _take(self, path: Path) -> bool:
        try:
            taken = self._selling.take_file(SYSTEM, path, "folder")
        except InputError as error:
            taken = Taken(refused=1, problems=((0, told_reason(error)),))
        except GalleriaError:
            raise
        except Exception:  # noqa: BLE001  one bad file stops nothing
            _log.exception("a file of sales cannot be taken", extra={"event": "sales-failed", "file": path.name})
            taken = Taken(refused=1, problems=((0, "this file cannot be read; the log says more"),))
        place = TAKEN if taken.new or taken.duplicates or not taken.refused else REFUSED
        target = _free(self._folder / place / path.name)
        try:
            path.rename(target)
        except OSError as error:
            size, changed, _ = self._seen[path]
            self._stuck[path] = size, changed  # not again and again, until it is another one
            problem = f"{path} cannot be moved: {error.strerror}"
            raise StoreError(problem, "Check the folder's permissions; its receipts count once.") from error
        self._seen.pop(path, None)
        if taken.problems:
            types = {"row": "whole", "problem": "text"}
            write_csv(Table("problems", types, taken.problems), target.with_name(target.name + PROBLEMS))
        counts = {"new": taken.new, "duplicates": taken.duplicates, "refused": taken.refused}
        _log.info("sales taken", extra={"event": "sales-taken", "file": target.name, **counts})
        return True


def _is_file(path: Path) -> bool:
    hidden = path.name.startswith(".") or path.name.lower().endswith(_UNFINISHED)
    return not hidden and not path.is_symlink() and path.is_file()


def _free(path: Path) -> Path:
    """A name that nobody has, as `day.2.csv` where there is a `day.csv`."""
    n, free = 1, path
    stem, dot, ending = path.name.partition(".")
    while free.exists() or free.with_name(free.name + PROBLEMS).exists():
        n += 1
        free = path.with_name(f"{stem}.{n}{dot}{ending}")
    return free
