"""Which cards there are: the package's own, those that installed packages bring, and files a user names.

A package brings a detector with an entry point in the group `galleria.detectors`: its name is the card's id, its
object a function without arguments that returns the path of the card file.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from galleria.domain.errors import ModelError

from .cards import Entry, read_card

DEFAULT = "nanodet-g"
GROUP = "galleria.detectors"
FOLDER = Path(__file__).parent / "cards"


def find_card(name: str | Path = "", task: str = "") -> Entry:
    """Return the card with an id, or in a file.

    Args:
        name: an id, or the path of a `.toml` file; empty: the default card.
        task: what the network must be for; empty: anything.

    Raises:
        ModelError: there is none, it is wrong, or for another task.
    """
    entry = _found(str(name) or DEFAULT)
    if task and entry.card.task != task:
        problem = f"the model {entry.card.id} is for {entry.card.task}, not for {task}"
        raise ModelError(problem, f"Name a model for {task}; `galleria models list` tells what each is for")
    return entry


def _found(text: str) -> Entry:
    if text.endswith(".toml"):
        return read_card(Path(text))
    if (FOLDER / f"{text}.toml").is_file() and "/" not in text and "\\" not in text:
        return read_card(FOLDER / f"{text}.toml")
    for point in entry_points(group=GROUP, name=text):
        return _plugin(point)
    known = sorted([path.stem for path in FOLDER.glob("*.toml")] + [p.name for p in entry_points(group=GROUP)])
    problem = f"there is no model {text!r}; there are {', '.join(known)}"
    raise ModelError(problem, "Name one, or a card file ending in .toml")


def all_cards() -> list[Entry]:
    """Return the package's own cards, then those of installed packages, each by id."""
    own = [read_card(path) for path in sorted(FOLDER.glob("*.toml"))]
    taken = {entry.card.id for entry in own}
    points = sorted((p for p in entry_points(group=GROUP) if p.name not in taken), key=lambda p: p.name)
    return own + [_plugin(point) for point in points]


def _plugin(point: EntryPoint) -> Entry:
    where = f"the entry point {point.name} of {point.dist.name if point.dist else point.value}"
    remedy = "Update or uninstall that package"
    try:
        path = Path(point.load()())
    except Exception as error:  # foreign code may fail in any way
        problem = f"{where} fails: {error!r}"
        raise ModelError(problem, remedy) from error
    entry = read_card(path)
    if entry.card.id != point.name:
        problem = f"{where} brings a card with the id {entry.card.id}"
        raise ModelError(problem, remedy)
    return entry
