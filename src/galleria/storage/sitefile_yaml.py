"""Turns YAML text into plain values and remembers where each stood.

Only what a site file needs of YAML 1.2: blocks, lists, text, numbers. Aliases and tags are refused, so that no
file grows while it is read or makes objects. `yes`, `on` and `12:30` are text, whatever version the file names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from .sitefile_problems import Loc, Place, Problems, quoted

Plain = str | int | float | bool | dict[str, "Plain"] | list["Plain"] | None

MOST_LEVELS = 12  # the deepest a right file goes is 7
_EXACT_DIGITS = 18  # longer whole numbers are read as floats: nothing here counts that far

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class _StopReadingError(Exception):
    """The rest of the text cannot be read; why has been noted."""


def read_yaml(text: str, problems: Problems) -> Plain:
    """Read the one document in a text.

    Args:
        text: the whole file.
        problems: takes what is wrong, and where every key and value stands.

    Returns:
        its value; keys without a value are left out. None if nothing could be read, and then a problem says why.
    """
    try:
        return _Composer(YAML(typ="safe", pure=True).parse(text), problems).document()
    except _StopReadingError:
        return None
    except YAMLError as error:
        _note_syntax(error, text, problems)
        return None


class _Composer:
    """Builds values from the stream of a parser's events."""

    def __init__(self, events: Iterator[Event], problems: Problems) -> None:
        self._events = events
        self._problems = problems

    def document(self) -> Plain:
        for event in self._events:
            if isinstance(event, NodeEvent):
                value = self._value(event, (), 0)
                self._expect_end()
                return value
        self._problems.at(Place(1, 1), "the file is empty", "`galleria init` writes a starting file")
        return None

    def _expect_end(self) -> None:
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                what, remedy = "a second document begins here", "remove the line `---`: one file describes one site"
                self._problems.at(_place(event), what, remedy)
                raise _StopReadingError

    def _value(self, event: Event, loc: Loc, depth: int) -> Plain:
        self._problems.values[loc] = _place(event)
        if depth > MOST_LEVELS:
            self._problems.at(_place(event), "blocks lie too deep in one another", "indent as `galleria init` does")
            raise _StopReadingError
        if isinstance(event, AliasEvent):
            self._refuse(event, loc, "aliases (`*name`) are not used in site files", "write the value out")
            return None
        if getattr(event, "tag", None):
            self._refuse(event, loc, "tags (`!name`) are not used in site files", "remove the tag")
        if isinstance(event, MappingStartEvent):
            return self._mapping(loc, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(loc, depth)
        assert isinstance(event, ScalarEvent)
        return _scalar(event)

    def _mapping(self, loc: Loc, depth: int) -> dict[str, Plain]:
        mapping: dict[str, Plain] = {}
        seen: dict[str, Place] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._problems.at(_place(event), "a key has to be one word", "write `key: value`")
                raise _StopReadingError
            key = str(event.value)
            inner = (*loc, key)
            if key in seen:
                what = f"{quoted(key)} stands here a second time; the first is in line {seen[key].line}"
                self._problems.at(_place(event), what, "keep one of them")
                # Its value is read for its own mistakes' sake, under a name that nothing else has.
                self._value(next(self._events), (*loc, key, "again"), depth + 1)
                continue
            seen[key] = self._problems.keys[inner] = _place(event)
            value = self._value(next(self._events), inner, depth + 1)
            if value is not None:
                mapping[key] = value
        return mapping

    def _sequence(self, loc: Loc, depth: int) -> list[Plain]:
        items: list[Plain] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._value(event, (*loc, len(items)), depth + 1))
        return items

    def _refuse(self, event: Event, loc: Loc, what: str, remedy: str) -> None:
        self._problems.at(_place(event), what, remedy)
        self._problems.forget(loc)


def _scalar(event: ScalarEvent) -> Plain:
    text = str(event.value)
    if event.style:  # quoted, or a block of text
        return text
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text) and len(text) <= _EXACT_DIGITS:
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return math.nan if _SPECIAL.fullmatch(text) else text


def _place(event: Event) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _note_syntax(error: YAMLError, text: str, problems: Problems) -> None:
    tabs = [n for n, line in enumerate(text.splitlines(), 1) if "\t" in line[: len(line) - len(line.lstrip())]]
    if tabs:
        for n in tabs:
            problems.at(Place(n, 1), "the line is indented with a tab", "use spaces, two for each level")
    elif isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        problems.at(Place(mark.line + 1, mark.column + 1), *_plainly(str(error.problem), error.context))
    elif isinstance(error, ReaderError):
        before = text[: error.position]
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        problems.at(place, "a character here is not text", "remove it, or type the line anew")
    else:
        problems.at(Place(1, 1), "this is not YAML", "`galleria init` writes a starting file to compare with")


def _plainly(problem: str, context: str | None) -> tuple[str, str]:
    """Say in the words of people who write shop hours what the YAML parser found."""
    if "mapping values are not allowed" in problem:
        return "a second `:` in one line, or a line that is indented too far", "quote text that holds `: `"
    if "could not find expected ':'" in problem:
        return "a key without its `:`", "write `key: value`, with a space after the `:`"
    if "cannot start any token" in problem:
        return "a value cannot begin with this character", 'put the value in "quotes"'
    if "end of stream" in problem:
        return "a quotation mark or a bracket was opened and never closed", "close it"
    if context and "flow" in context:
        return "a list in brackets is not closed, or a comma is missing", "write for example `[0.2, 0.6]`"
    if context and "block" in context:
        return "this line does not fit the lines above it", "indent the lines of one block by the same number of spaces"
    return f"this is not YAML: {problem}", "compare with the file that `galleria init` writes"
