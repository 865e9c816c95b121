"""Rules of the house that no linter knows."""

import ast
import re
from pathlib import Path

import pytest
import typer

from galleria.cli.main import app

SOURCE = Path(__file__).resolve().parents[1] / "src" / "galleria"
MODULES = sorted(SOURCE.rglob("*.py"))
# What would look at a face, or send pixels away, has no place in the package before a purpose is declared.
FACES = re.compile(r"arcface|facenet|insightface|retinaface|blazeface|face[-_ ]?(embedding|recognition)", re.IGNORECASE)
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


def test_nothing_looks_at_faces_or_sends_anything_away():
    found = []
    for path in SOURCE.rglob("*"):
        if path.suffix not in {".py", ".toml", ".json"}:
            continue
        text = path.read_text("utf-8")
        found += [f"{path.name}: {match[0]}" for match in FACES.finditer(text)]
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(text)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            refused = CALLS_OUT - MAY_CALL if path.is_relative_to(SOURCE / "notify") else CALLS_OUT
            found += [f"{path.name}: {name}" for name in names if name.split(".")[0] in refused]
    assert found == []


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
