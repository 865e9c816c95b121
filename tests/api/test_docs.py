"""The examples of docs/api.md, run as they stand."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from galleria.api import problems
from galleria.domain.access import Right

SHOPS = ""  # all that is drawn is drawn anew here

DOCS = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
EXAMPLES = re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
SHELL = shutil.which("bash")


@pytest.mark.skipif(not (SHELL and shutil.which("curl")), reason="CURL IS ABSENT: install curl to run the examples")
def test_the_examples_work(served, tmp_path):
    script = "\n".join(line for line in "".join(EXAMPLES).splitlines() if not line.startswith("export "))
    # As they stand, but that curl says so when it is refused.
    script = "set -eu\n" + re.sub(r"\bcurl -s", "curl -fs", script)
    script = re.sub(r"^(curl -fsN .*)$", r"\1 || test $? = 28  # without end", script, flags=re.MULTILINE)
    surroundings = {"PATH": os.environ["PATH"], "GALLERIA": served.url, "TOKEN": served.site.token}
    done = subprocess.run(
        [SHELL, "-c", script], cwd=tmp_path, env=surroundings, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert '"series"' in done.stdout
    assert done.stdout.rstrip().endswith('{"ready":true}')
    assert {file.name for file in tmp_path.iterdir()} >= {"events.csv", "events.parquet", "measures.xlsx", "hall.jpg"}
    assert (tmp_path / "hall.jpg").read_bytes().startswith(b"\xff\xd8")


def test_every_scope_and_status_is_told():
    for right in Right:
        assert f"`{right.value}`" in DOCS
    for _, status in problems._STATUS:
        assert str(int(status)) in DOCS


def test_every_address_in_it_is_there(quiet):
    described = quiet.app.openapi()["paths"]
    patterns = [re.compile(re.sub(r"\{\w+\}", r"[^/]+", path) + "$") for path in [*described, "/api/openapi.json"]]
    named = set(re.findall(r"\$GALLERIA(/[\w./-]+)", DOCS)) | set(re.findall(r"`(/[\w./-]+)`", DOCS))
    missing = [n for n in named if not any(p.match(n) for p in patterns)]
    assert missing == ["/api/v1"]
    assert json.dumps(described)
