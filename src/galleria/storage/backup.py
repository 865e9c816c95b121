"""A site's folder into one file while the site runs, and back: all of it, checked before anything is replaced.

A backup is a tar file: `manifest.json` with the SHA-256 of every other member, then the members. Databases are
copied by SQLite's own backup, so that they are of one moment each; what else lies in the folder is copied as it is.
It holds camera passwords and hashed passwords of users, so it can be read by its owner only. It holds no template, no
visitor's label and no greeting of a member: what is erased must not come back. Members join again after a restore.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from galleria.domain.errors import InputError, StoreError

from .rollups import MEASURES_FORMAT
from .sales import SALES_FORMAT
from .schema import JOURNAL_FORMAT
from .visitor_rows import LABELLED, VISITORS_FORMAT

FORMAT = 1
SITE_FILE = "site.yaml"
RECORDS = "records.db"
RUNNING = "running.lock"  # held by the process that runs the site
_MANIFEST = "manifest.json"
_KIND = "galleria backup"
_DATABASES = ".db"
# Of a database its backup is taken, not its companions; logs and locks are of the running process.
_SKIPPED_ENDS = ("-wal", "-shm", "-journal", ".part", ".lock")
_SKIPPED_FOLDERS = ("logs", "vaults")
_KNOWN = {form.application: form for form in (JOURNAL_FORMAT, MEASURES_FORMAT, VISITORS_FORMAT, SALES_FORMAT)}
_GREETINGS = "delivery WHERE kind = 'member'"  # messages to other programs with a membership number in them
_PIECE = 1 << 20
_OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds: how many files, and their bytes together."""

    files: int
    size: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of a site that a backup was put in the place of.

    Attributes:
        before: where the earlier folder is now; None if there was none.
        unsigned: purposes whose signatures were not brought back.
    """

    before: Path | None
    unsigned: tuple[str, ...]


def back_up(folder: Path, target: Path, site_file: Path, site: str, now: float) -> BackedUp:
    """Copy a site's folder and its site file into one file, which appears whole or not at all.

    The site may be running.

    Args:
        folder: of the site.
        target: a tar file; replaced if it is there.
        site_file: becomes `site.yaml` in the folder when it is restored.
        site: its id, for the manifest.
        now: seconds since 1970-01-01 UTC, likewise.

    Raises:
        InputError: there is no such folder, or the target lies in it.
        StoreError: something cannot be read or written.
    """
    if not folder.is_dir():
        problem = f"there is no folder {folder}"
        raise InputError(problem, "Name the site's folder with --folder.")
    if target.resolve().is_relative_to(folder.resolve()):
        problem = f"{target} lies in the folder that is backed up"
        raise InputError(problem, "Choose another place, best on another disk.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as staging:
            files = dict(_files(folder)) | {SITE_FILE: site_file}
            members = {name: _copied(path, name, Path(staging)) for name, path in files.items()}
            size = sum(path.stat().st_size for path in members.values())
            listed = {name: {"sha256": _digest(path)} for name, path in members.items()}
            manifest = {"kind": _KIND, "format": FORMAT, "site": site, "time": now, "files": listed}
            with _private(part) as file, tarfile.open(fileobj=file, mode="w") as tar:
                _add(tar, _MANIFEST, json.dumps(manifest, indent=1).encode())
                for name, path in members.items():
                    tar.add(path, name, recursive=False)
        part.replace(target)
    except OSError as error:
        problem = f"the backup {target} cannot be written: {error.strerror or error}"
        raise StoreError(problem, "Free space, ask for permission, or choose another place.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return BackedUp(len(listed), size)


def site_of(source: Path) -> str:
    """The id of the site that a backup is of.

    Raises:
        InputError: it is no backup that can be used.
    """
    try:
        with tarfile.open(source, "r:") as tar:
            return str(_manifest(source, tar)["site"])
    except (tarfile.TarError, EOFError, KeyError) as error:
        raise _damaged(source, str(error)) from error
    except OSError as error:
        problem = f"{source} cannot be read: {error.strerror or error}"
        raise InputError(problem, "Name a file that `galleria backup` made.") from error


def restore(source: Path, folder: Path) -> Restored:
    """Put a backup in a site's place. Everything is checked first; what was there before is kept beside it.

    The site must not be running. Signatures of purposes are not brought back: what was stopped, withdrawn or altered
    after the backup would run again.

    Args:
        source: a backup.
        folder: of the site; may be absent.

    Raises:
        InputError: it is no backup, is damaged, or was made by a newer Galleria; nothing was changed.
        StoreError: the site runs, or something cannot be read or written; nothing was changed.
    """
    _refuse_running(folder)
    staging = folder.with_name(f".{folder.name}.{os.getpid()}.restored")
    before = _free_name(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging.mkdir(mode=0o700)
        _unpack(source, staging)
        for database in sorted(staging.glob(f"*{_DATABASES}")):
            _check_database(source, database)
        unsigned = _unsign(source, staging / RECORDS)
        had = folder.exists()
        if had:
            folder.rename(before)
        try:
            staging.rename(folder)
        except OSError:
            if had:
                before.rename(folder)
            raise
    except OSError as error:
        problem = f"{source} cannot be restored to {folder}: {error.strerror or error}"
        raise StoreError(problem, "Free space or ask for permission; nothing was changed.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return Restored(before if had else None, unsigned)


def _unsign(source: Path, records: Path) -> tuple[str, ...]:
    """Take the signatures of purposes out of restored records; which purposes had some."""
    if not records.exists():
        return ()
    try:
        with closing(sqlite3.connect(records)) as database:
            asked = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'purpose_signature'"
            if not database.execute(asked).fetchone():  # from before there were purposes
                return ()
            found = database.execute("SELECT DISTINCT purpose FROM purpose_signature ORDER BY purpose").fetchall()
            database.execute("DELETE FROM purpose_signature")
            database.commit()
    except sqlite3.Error as error:
        raise _damaged(source, f"{records.name}: {error}") from error
    return tuple(row[0] for row in found)


def _refuse_running(folder: Path) -> None:
    try:
        lock = os.open(folder / RUNNING, os.O_RDWR)
    except FileNotFoundError:
        return
    except OSError as error:
        problem = f"{folder / RUNNING} cannot be opened: {error.strerror}"
        raise StoreError(problem, "Ask for permission.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        problem = f"the site in {folder} is running"
        raise StoreError(problem, "Stop it first.") from error
    finally:
        os.close(lock)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or path.name.endswith(_SKIPPED_ENDS):
            continue
        if inner.parts[0] not in _SKIPPED_FOLDERS and not path.name.startswith("."):
            yield inner.as_posix(), path


def _copied(path: Path, name: str, staging: Path) -> Path:
    """A copy of one moment: of a database by SQLite, of another file as it is."""
    copy = staging / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != _DATABASES:
        shutil.copyfile(path, copy)
        copy.chmod(path.stat().st_mode & 0o777)
        return copy
    try:
        with closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target, pages=1000, sleep=0.01)
            # The copy lies alone: nobody brings its write-ahead log along.
            target.execute("PRAGMA journal_mode = DELETE").fetchall()
            _take_out(target, _personal(target))
    except sqlite3.Error as error:
        problem = f"the database {path} cannot be copied: {error}"
        raise StoreError(problem, "Check the disk and free space, and try again.") from error
    copy.chmod(_OWNER_ONLY)
    return copy


def _personal(database: sqlite3.Connection) -> Sequence[str]:
    """What of a database tells of somebody who can have it erased, as tables and what of them; figures of days stay."""
    if database.execute("PRAGMA application_id").fetchone()[0] == VISITORS_FORMAT.application:
        return LABELLED
    if database.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'delivery'").fetchone():
        return (_GREETINGS,)
    return ()


def _take_out(database: sqlite3.Connection, rows: Sequence[str]) -> None:
    """Take rows out of a copy, beyond recovery."""
    for some in rows:
        database.execute(f"DELETE FROM {some}")  # noqa: S608  our own words
    if rows:
        database.commit()
        database.execute("VACUUM")


@contextmanager
def _private(path: Path) -> Iterator[Any]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), _OWNER_ONLY
    tar.addfile(entry, io.BytesIO(content))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(source: Path, staging: Path) -> None:
    """Write the members into `staging`, each as its manifest entry says, and nothing else."""
    try:
        with tarfile.open(source, "r:") as tar:
            listed: dict[str, dict[str, Any]] = dict(_manifest(source, tar)["files"])
            for entry in tar:
                if entry.name == _MANIFEST:
                    continue
                said = listed.pop(entry.name, None)
                if said is None or not entry.isfile() or not _inside(entry.name):
                    raise _damaged(source, f"{entry.name} does not belong into it")
                path = staging / entry.name
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                if _written(tar, entry, path) != said["sha256"]:
                    raise _damaged(source, f"{entry.name} is not as it was")
    except (tarfile.TarError, EOFError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(source, str(error)) from error
    if listed:
        raise _damaged(source, f"{min(listed)} is missing")


def _manifest(source: Path, tar: tarfile.TarFile) -> dict[str, Any]:
    first = tar.next()
    file = tar.extractfile(first) if first and first.name == _MANIFEST and first.isfile() else None
    try:
        manifest = json.loads(file.read()) if file else {}
    except ValueError as error:
        raise _damaged(source, "its manifest cannot be read") from error
    if not isinstance(manifest, dict) or manifest.get("kind") != _KIND:
        problem = f"{source} is no backup of a site"
        raise InputError(problem, "Choose a file that `galleria backup` made.")
    if manifest.get("format") != FORMAT:
        problem = f"the backup {source} has format {manifest.get('format')}; this Galleria knows format {FORMAT}"
        raise InputError(problem, "Update Galleria.")
    return manifest


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _written(tar: tarfile.TarFile, entry: tarfile.TarInfo, path: Path) -> str:
    digest = hashlib.sha256()
    content = tar.extractfile(entry)
    assert content is not None  # it is a file
    with _private(path) as file:
        while piece := content.read(_PIECE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _check_database(source: Path, database: Path) -> None:
    """Refuse a damaged one, and one of a newer format than is known here."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            sound = connection.execute("PRAGMA quick_check").fetchone()[0]
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        raise _damaged(source, f"{database.name}: {error}") from error
    if sound != "ok":
        raise _damaged(source, f"{database.name}: {sound}")
    form = _KNOWN.get(application)
    if form and version > form.version:
        problem = f"{database.name} in {source} has format {version}; this Galleria knows format {form.version}"
        raise InputError(problem, "Update Galleria.")


def _damaged(source: Path, why: str) -> InputError:
    return InputError(f"the backup {source} is damaged: {why}", "Use another backup; nothing was changed.")


def _free_name(folder: Path) -> Path:
    numbers = (n for n in range(1, 10_000) if not folder.with_name(f"{folder.name}.before-{n}").exists())
    return folder.with_name(f"{folder.name}.before-{next(numbers)}")
