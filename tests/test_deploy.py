"""Files for running a site as a service or in a container."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer
from ruamel.yaml import YAML

from galleria.cli.serve import serve

DEPLOY = Path(__file__).parents[1] / "deploy"


@pytest.fixture
def options():
    app = typer.Typer()
    app.command()(serve)
    return {name for parameter in typer.main.get_command(app).params for name in parameter.opts}


def told(path, key):
    return [line.partition("=")[2] for line in path.read_text("utf-8").splitlines() if line.startswith(f"{key}=")]


def test_the_unit_is_one_that_systemd_takes(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("NO SYSTEMD: install systemd to check the unit")
    # What it starts need not be installed here.
    text = (DEPLOY / "galleria.service").read_text("utf-8").replace("/opt/galleria/bin/galleria", "/bin/true")
    copy = tmp_path / "galleria.service"
    copy.write_text(text, "utf-8")
    checked = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_unit_starts_what_there_is_and_is_locked_in(options):
    unit = DEPLOY / "galleria.service"
    (command,) = told(unit, "ExecStart")
    words = shlex.split(command)
    assert words[1] == "serve"
    assert {word for word in words if word.startswith("--")} <= options
    for key, value in {
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "DynamicUser": "yes",
        "LimitCORE": "0",
    }.items():
        assert told(unit, key) == [value]
    assert told(unit, "StateDirectoryMode") == ["0700"]


def test_the_container_runs_as_nobody_special_and_tells_its_health(options):
    text = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    last = text[text.rindex("FROM ") :]
    assert re.search(r"^USER [1-9]\d+:\d+$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    command = re.search(r"^CMD (\[.*\])$", last, re.MULTILINE)
    words = re.findall(r'"([^"]*)"', command[1])
    assert words[0] == "serve"
    assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.parametrize("name", ["prometheus.yml", "prometheus-rules.yml"])
def test_prometheus_files_are_yaml_with_what_they_need(name):
    read = YAML(typ="safe").load(DEPLOY / name)
    if name == "prometheus.yml":
        assert all((DEPLOY / rules).exists() for rules in read["rule_files"])
        assert read["scrape_configs"][0]["metrics_path"] == "/metrics"
    else:
        rules = [rule for group in read["groups"] for rule in group["rules"]]
        assert all(rule["expr"] and rule["annotations"]["summary"] for rule in rules)
