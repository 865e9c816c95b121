"""References to secrets, as settings hold them, into the secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from galleria.domain.errors import InputError
from galleria.storage.sitefile_secret import read_secret

_REFERENCE = re.compile(r"\$\{(?:file:(?P<file>[^{}]+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*))\}")


@dataclass(frozen=True, slots=True)
class References:
    """Implements `galleria.notify.ports.Secrets`; read anew each time, so that a secret can be exchanged.

    Attributes:
        folder: what paths in `${file:...}` start from.
        environment: what `${NAME}` is looked up in.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def __call__(self, written: str, /) -> str:
        return _REFERENCE.sub(self._value, written)

    def _value(self, found: re.Match[str]) -> str:
        if found["file"]:
            return read_secret(self.folder / found["file"])
        value = self.environment.get(found["name"])
        if not value:
            problem = f"the environment variable `{found['name']}` is not set"
            raise InputError(problem, f"Set it before you start the program (`export {found['name']}=…`).")
        return value
