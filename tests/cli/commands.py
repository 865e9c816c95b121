"""Runs `galleria` in this process: the whole command, with its exit status and both outputs."""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest import mock

from galleria.cli.main import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


def galleria(*words: object) -> Ran:
    """What `galleria WORDS...` does and says."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    arguments = ["galleria", *map(str, words)]
    code: object = 0
    with mock.patch.object(sys, "argv", arguments), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    assert isinstance(code, int)
    return Ran(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def refused(*words: object) -> str:
    """The one line with which a command is refused: exit status 2, nothing on standard output, no traceback."""
    ran = galleria(*words)
    assert ran.code == 2, ran
    assert ran.out == ""
    assert ran.err.startswith("galleria: ")
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    return ran.err
