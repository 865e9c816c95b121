"""Writes the console's words into a gettext catalogue for translators.

    python tools/words.py > galleria.pot        # then: msginit, or an editor such as Poedit
    python tools/words.py --compile de.po       # makes locale/de/LC_MESSAGES/galleria.mo, which the console then speaks

Words stand in the templates as `_("...")` and `ngettext(...)`, and in Python as `_("...")` or `say("...")`;
what measures are stands in the catalogue of measures.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from galleria.console import site
from galleria.console.site.locale import DOMAIN, FOLDER
from galleria.domain.catalogue import CATALOGUE

PAGES = Path(site.__file__).parent
METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "say": None, "gettext": None, "ngettext": (1, 2)}


def words() -> Catalog:
    """All words of the console, each with where it stands."""
    catalog = Catalog(project=DOMAIN, charset="utf-8")
    found = extract_from_dir(PAGES, METHODS, {"templates/**.html": {"silent": "false"}}, KEYWORDS)
    for name, line, message, _, context in found:
        catalog.add(message, locations=[(name, line)], context=context)
    for entry in CATALOGUE.values():  # pages say what each measure is
        for text in (entry.title, entry.meaning, entry.coverage, entry.error):
            catalog.add(text, locations=[("catalogue.py", 1)])
    return catalog


def compiled(catalog: Catalog, language: str, folder: Path = FOLDER) -> Path:
    """Write what the console reads. Returns the file."""
    path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_mo(file, catalog)
    return path


def main() -> None:
    """Extract, or compile what was translated."""
    if sys.argv[1:2] == ["--compile"]:
        source = Path(sys.argv[2])
        with source.open("rb") as file:
            print(compiled(read_po(file, source.stem), source.stem))
        return
    write_po(sys.stdout.buffer, words(), omit_header=False, sort_by_file=True)


if __name__ == "__main__":
    main()
