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


KIOSK = {f"app/members{name}.py" for name in ("", "_codes", "_ending", "_kept", "_look", "_papers", "_ports")}
# What looks at faces or keeps what was made of them. Of recognition only its periods and ports are for everybody.
LOOKING = ("vision.faces", "identity", "storage.vault", "app.faces", "app.evaluate", "runtime.faces")
LOOKING = (*(f"galleria.{name}" for name in LOOKING), "galleria.app.recognition.desk")


def besides_recognition(*rooms):
    return {name for name in users_of(*rooms) if not name.startswith("app/recognition/")}


def test_faces_are_looked_at_only_where_somebody_asks_for_it_by_name():
    """The face step of a purpose that has a grant, evaluation of consented pictures, and the kiosk of a member."""
    assert users_of("galleria.vision.faces") == {
        "runtime/faces.py", "app/faces.py", "app/evaluate.py", "app/members_look.py"
    }  # fmt: skip
    assert besides_recognition("galleria.runtime.faces") == set()
    assert besides_recognition("galleria.app.faces", "galleria.app.evaluate") - KIOSK == {
        "app/face_desk.py", "cli/evaluate.py"
    }  # fmt: skip
    assert users_of("galleria.app.recognition.desk") == {"app/face_desk.py"}


def test_templates_are_handled_in_recognition_and_nowhere_else():
    """Clothes, which bridge cameras within a visit, are compared by `identity` too; the vault is built on its port."""
    stores = {name for name in users_of("galleria.identity") if name.startswith("storage/vault/")}
    assert besides_recognition("galleria.identity") - stores - KIOSK <= {"runtime/clothing.py"}
    assert besides_recognition("galleria.storage.vault") <= KIOSK
    assert besides_recognition("galleria.identity.gallery", "galleria.identity.minting") == set()


def test_what_looks_at_faces_is_imported_where_it_is_used():
    """Not with the module: a site without purposes never gets there."""
    lazy = {"app/face_desk.py", *KIOSK - {"app/members_look.py", "app/members_kept.py"}}
    found = {}
    for name in lazy:
        path = SOURCE / name
        top = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ImportFrom)]
        package = ("galleria", *path.relative_to(SOURCE).parts[:-1])
        names = {".".join([*(package if node.level else ()), node.module or ""]) for node in top}
        found[name] = sorted(name for name in names if name.startswith(LOOKING))
    assert {name: some for name, some in found.items() if some} == {}


LOADED = f"""
loaded = [name for name in sys.modules if name.startswith({LOOKING!r})]
print(loaded)
"""


def ran(script, *arguments):
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def test_importing_what_a_site_is_made_of_loads_nothing_that_looks_at_faces():
    imports = (
        "import sys, galleria.app.live_site, galleria.app.count, galleria.app.label, galleria.app.scoring, "
        "galleria.app.face_desk, galleria.api.app, galleria.console.site, galleria.runtime.site\n"
    )
    assert ran(imports + LOADED) == "[]"


SITE = """\
site: {{id: shop, time_zone: UTC, profile: us}}
cameras:
  - {{id: door, source: {clip}, pace: real}}
"""
RUNS = """
import sys, time
from pathlib import Path
import galleria.api.app, galleria.console.site
from galleria.app.live_site import LiveSite
from galleria.domain.time import WallClock
site = LiveSite(Path(sys.argv[1]), Path(sys.argv[2]), WallClock())
site.start()
until = time.monotonic() + 60
while site.live().cameras["door"].analysed < 12 and time.monotonic() < until:
    time.sleep(0.1)
assert site.live().cameras["door"].analysed >= 12
site.stop()
"""


def test_a_site_that_counts_has_loaded_nothing_that_looks_at_faces(tmp_path):
    """Two seconds of a clip with people, analysed as a site without purposes does."""
    clip = SOURCE.parents[1] / "footage" / "morning" / "entrance.mp4"
    (tmp_path / "site.yaml").write_text(SITE.format(clip=clip))
    assert ran(RUNS + LOADED, str(tmp_path / "site.yaml"), str(tmp_path / "folder")) == "[]"
    assert not (tmp_path / "folder" / "vaults").exists()


def calls(path, *names):
    """Calls `….audit.NAME(…)` or `audit.NAME(…)` of a module, also where the audit is a private attribute."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            owner = node.func.value
            if getattr(owner, "attr", getattr(owner, "id", "")).strip("_") == "audit":
                yield node


def test_the_audit_is_written_where_things_are_done():
    """In `app`, with what was done: a route that writes it could be forgotten, or lie."""
    writers = {path.relative_to(SOURCE).parts[0] for path in MODULES for _ in calls(path, "write", "note")}
    assert writers == {"app"}


def test_the_audit_is_given_no_names():
    """Ids alone: names are looked up when entries are shown."""
    named = [
        f"{path.relative_to(SOURCE)}:{call.lineno}"
        for path in MODULES
        for call in calls(path, "write", "note")
        if {keyword.arg for keyword in call.keywords} & {"name", "label"}
    ]
    assert named == []


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
