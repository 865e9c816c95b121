"""Rules of the house that no linter knows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from galleria.cli.main import app

SOURCE = Path(__file__).resolve().parents[1] / "src" / "galleria"
MODULES = sorted(SOURCE.rglob("*.py"))
CALLS_OUT = {"requests", "httpx", "aiohttp", "boto3", "smtplib", "ftplib", "paho"}
MAY_CALL = {"httpx", "smtplib", "paho"}  # in the room `notify`: messages that a person has set up


def commands(group, path=("galleria",)):
    for name, command in sorted(getattr(group, "commands", {}).items()):
        yield from commands(command, (*path, name))
    if not hasattr(group, "commands"):
        yield pytest.param(group, id=" ".join(path[1:]))


COMMANDS = list(commands(typer.main.get_command(app)))


def test_there_are_modules_and_commands():
    assert len(MODULES) > 50
    assert {param.id for param in COMMANDS} >= {"count", "score", "label", "report", "init", "check", "schema"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_says_what_it_is_for(command):
    assert command.help
    silent = [p.name for p in command.params if p.name != "help" and not getattr(p, "help", None)]
    assert silent == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_module_says_what_it_is_for_and_prints_nothing(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree)
    printed = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printed == []


def imported(path):
    """Modules that a module imports; relative ones from the package on."""
    package = ("galleria", *path.relative_to(SOURCE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*above, *filter(None, [node.module])])


def users_of(*rooms):
    """Modules outside those rooms that import them, wherever in the file."""
    homes = [SOURCE.joinpath(*room.split(".")[1:]) for room in rooms]
    within = tuple(rooms)
    return {
        str(path.relative_to(SOURCE))
        for path in MODULES
        if not any(path.is_relative_to(home) or path == home.with_suffix(".py") for home in homes)
        and any(name == room or name.startswith(f"{room}.") for name in imported(path) for room in within)
    }


def test_nothing_is_sent_away_but_messages_that_somebody_set_up():
    found = []
    for path in MODULES:
        refused = CALLS_OUT - MAY_CALL if path.is_relative_to(SOURCE / "notify") else CALLS_OUT
        found += [f"{path.name}: {name}" for name in imported(path) if name.split(".")[0] in refused]
    assert found == []


def test_faces_are_looked_at_only_where_somebody_asks_for_it_by_name():
    """No camera has a face step: only the evaluation of consented pictures reaches one."""
    assert users_of("galleria.vision.faces") == {"app/faces.py", "app/evaluate.py"}
    assert users_of("galleria.app.faces", "galleria.app.evaluate") == {"cli/evaluate.py"}
    assert users_of("galleria.identity", "galleria.storage.vault") == set()


def test_a_site_that_counts_has_loaded_nothing_that_looks_at_faces():
    rooms = ("galleria.vision.faces", "galleria.identity", "galleria.storage.vault", "galleria.app.faces")
    script = (
        "import sys, galleria.app.live_site, galleria.app.count, galleria.app.label, galleria.app.scoring, "
        "galleria.api.app, galleria.console.site, galleria.runtime.site\n"
        f"print([name for name in sys.modules if name.startswith({rooms!r})])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_drawing_and_labelling_can_write_pictures():
    """Pixels end in the camera worker: encoders are reached from two places, and both blur heads first."""
    writers = {"galleria.capture.writer", "capture.writer"}
    users = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in writers:
                users.add(str(path.relative_to(SOURCE)))
            if isinstance(node, ast.Attribute) and node.attr in {"imwrite", "imsave", "tofile"}:
                users.add(f"{path.relative_to(SOURCE)}: {node.attr}")
    assert users == {"runtime/drawing.py", "app/label.py"}
