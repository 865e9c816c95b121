"""Which font a PDF is written in, and what stands for letters that the font does not have.

No font is part of the product: the machine's is taken. Where it has none, it is the PDF standard's Helvetica, which
knows the letters of western Europe only.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

# From the one with most letters to the one with fewest.
_NAMES = ("DejaVuSans", "NotoSans-Regular", "LiberationSans-Regular", "Arial", "arial")
_BOLD = {"DejaVuSans": "DejaVuSans-Bold", "NotoSans-Regular": "NotoSans-Bold",
         "LiberationSans-Regular": "LiberationSans-Bold", "Arial": "Arial Bold", "arial": "arialbd"}  # fmt: skip
_PLAIN = {"\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}": "-"}
_FOLDERS = (
    "~/.local/share/fonts", "~/.fonts", "/usr/local/share/fonts", "/usr/share/fonts", "~/Library/Fonts",
    "/Library/Fonts", "/System/Library/Fonts/Supplemental", "C:/Windows/Fonts",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Font:
    """A font's files; `bold` may be the same as `regular`."""

    regular: Path
    bold: Path


def machine_font() -> Font | None:
    """The first of the fonts that we know, from the folders where machines keep them; None: there is none."""
    known = {file.stem: file for folder in map(os.path.expanduser, _FOLDERS) for file in Path(folder).rglob("*.ttf")}
    for name in _NAMES:
        if name in known:
            return Font(known[name], known.get(_BOLD[name], known[name]))
    return None


@dataclass(slots=True)
class Letters:
    """Words as a font can write them.

    Attributes:
        known: code points that the font has.
        missing: letters that it lacked so far; a question mark stands for each.
    """

    known: frozenset[int]
    missing: set[str] = field(default_factory=set)

    def of(self, words: str) -> str:
        """The same, with nothing in it that the font does not have."""
        return "".join(letter if ord(letter) in self.known else self._instead(letter) for letter in words)

    def _instead(self, letter: str) -> str:
        plain = _PLAIN.get(letter, "")
        if plain and ord(plain) in self.known:
            return plain
        self.missing.add(letter)
        return "?"
