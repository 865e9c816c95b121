"""Turns what pydantic found wrong with a shape into words with a remedy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from .sitefile_entry import IDENTIFIER, Entry
from .sitefile_models import COLOUR, COUNTRY, ENTRIES, SiteFile
from .sitefile_problems import Loc, Problems, nearest, quoted
from .sitefile_yaml import Plain

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

_KINDS = {
    "string_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "`true` or `false`",
    "list_type": "a list",
    "dict_type": "a block of lines `key: value`",
    "model_type": "a block of lines `key: value`",
}
_PATTERNS = {
    IDENTIFIER: "may hold letters a-z, digits, `-`, `_` and `.` only, and begins with a letter or digit",
    COUNTRY: "is no country of ISO 3166, in capitals, as `DE` or `DE-BY`",
    COLOUR: 'is neither a colour as `"#0d7373"` nor hues as `hue 165-195`',
}


def note_shape(whole: dict[str, Plain], problems: Problems) -> None:
    """Note all that is wrong with the shape of a site file."""
    try:
        SiteFile.model_validate(whole)
    except ValidationError as error:
        for found in error.errors(include_url=False, include_context=True):
            loc = found["loc"]
            what, remedy = _words(found)
            problems.add(loc, what, remedy, at_key=found["type"] == "extra_forbidden")


def _words(found: ErrorDetails) -> tuple[str, str]:
    loc, kind, limits = found["loc"], found["type"], found.get("ctx", {})
    name = _name(loc)
    if kind == "extra_forbidden":
        return f"unknown key {quoted(str(loc[-1]))}", _remedy_for_unknown(loc)
    if kind == "missing":
        return f"`{loc[-1]}` is missing", f"add {_example(loc)}"
    if kind == "string_type" and isinstance(found["input"], int | float):
        return f"{name} has to be text, not {_kind_of(found['input'])}", 'put it in "quotes"'
    if kind in _KINDS:
        return f"{name} has to be {_KINDS[kind]}, not {_kind_of(found['input'])}", f"write {_example(loc)}"
    if kind == "literal_error":
        return _words_for_choice(name, str(found["input"]), str(limits.get("expected", "")))
    if kind == "string_too_long":
        return f"{name} is longer than {limits['max_length']} characters", "shorten it"
    if kind == "string_too_short":
        return f"{name} is empty", f"write {_example(loc)}"
    return f"{name} {_words_for_limit(kind, limits) or found['msg'].lower()}", f"write {_example(loc)}"


def _words_for_limit(kind: str, limits: dict[str, Any]) -> str | None:
    match kind:
        case "too_short":
            return f"has {limits['actual_length']} items, at least {limits['min_length']} are needed"
        case "too_long":
            return f"has {limits['actual_length']} items, at most {limits['max_length']} are allowed"
        case "greater_than_equal":
            return f"has to be at least {limits['ge']}"
        case "less_than_equal":
            return f"has to be at most {limits['le']}"
        case "greater_than":
            return f"has to be more than {limits['gt']:g}"
        case "less_than":
            return f"has to be less than {limits['lt']:g}"
        case "finite_number":
            return "has to be a number, not infinity or none"
        case "string_pattern_mismatch":
            return _PATTERNS.get(limits["pattern"], "holds characters that cannot be printed")
    return None


def _words_for_choice(name: str, given: str, expected: str) -> tuple[str, str]:
    choices = [word.strip("' ") for word in expected.replace(" or ", ", ").split(",")]
    close = nearest(given, choices)
    remedy = f"did you mean `{close}`?" if close else f"write one of {', '.join(choices)}"
    return f"{name} cannot be {quoted(given)}", remedy


def _way(loc: Loc) -> tuple[str, ...]:
    return tuple(step for step in loc if isinstance(step, str))


def _name(loc: Loc) -> str:
    """Call a value by its key, an item by its list."""
    names = _way(loc)
    if not names:
        return "the file"
    return f"`{names[-1]}`" if isinstance(loc[-1], str) else f"`{names[-1]}` item {int(loc[-1]) + 1}"


def _field(loc: Loc) -> FieldInfo | None:
    way = _way(loc)
    entry = ENTRIES.get(way[:-1])
    if entry is None or not way:
        return None
    return next((f for key, f in _fields(entry).items() if key == way[-1]), None)


def _fields(entry: type[Entry]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in entry.model_fields.items()}


def _example(loc: Loc) -> str:
    """Show a right value in YAML, for example `time_zone: Europe/Berlin`."""
    way = _way(loc)
    if "hours" in way:
        return "`mon-sat: 09:00-20:00`, in quotes if need be"
    if _is_pair(loc):
        return "`[0.2, 0.6]` (decimals with a point)"
    if way and (entry := ENTRIES.get(way)) is not None:
        keys = [key for key, field in _fields(entry).items() if field.is_required()]
        return f"`{way[-1]}:` and under it {', '.join(f'`{key}:`' for key in keys) or 'its keys'}"
    field = _field(loc)
    if field is None or not field.examples:
        return "a value as `galleria schema` describes it"
    value = field.examples[0]
    return f"`{way[-1]}: {value if isinstance(value, str) else json.dumps(value)}`"


def _is_pair(loc: Loc) -> bool:
    """A point or a number in it, where a whole shape would say too much."""
    name = _way(loc)[-1:]
    return name in {("from",), ("to",), ("picture",), ("floor",)} or (name == ("corners",) and loc[-1] != "corners")


def _remedy_for_unknown(loc: Loc) -> str:
    key = str(loc[-1])
    here = ENTRIES.get(_way(loc)[:-1])
    known = list(_fields(here)) if here else []
    if close := nearest(key, known):
        return f"did you mean `{close}`?"
    for way, entry in ENTRIES.items():
        if way and key in _fields(entry):
            return f"it belongs under `{way[-1]}:`"
    return f"known here are {', '.join(known)}"


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    if value is None:
        return "nothing"
    return "a list" if isinstance(value, list) else "a block"
