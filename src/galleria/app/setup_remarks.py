"""Entries of a block of YAML put in and taken out, so that the remarks after it stay where they were.

A remark or blank line hangs, as it is read, on the last thing before it, however deep that lies: one that speaks of the
next camera hangs on the last key of the camera before.
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.tokens import CommentToken


def put(block: CommentedMap, key: str, value: object) -> None:
    """Set a key, as the last one if it is new; what follows the block stays behind it."""
    last = key if key in block else next(reversed(block), None)
    below = _cut(block, last)
    block[key] = value
    _paste(block, key, below)


def drop(block: CommentedMap, key: str) -> None:
    """Remove a key and its own remarks, if it is there; what follows stays, behind the key before."""
    if key not in block:
        return
    keys = list(block)
    at = keys.index(key)
    below = _cut(block, key)
    del block[key]
    _paste(block, keys[at - 1] if at else None, below)


def _cut(block: CommentedMap, key: str | None) -> str:
    """Take off what stands in the lines below an entry; the remark on its own line stays."""
    if key is None:
        return ""
    below = _ends(block[key])
    holder, at, place = _last(block, key)
    token = (holder.ca.items.get(at) or [None] * (place + 1))[place]
    if token is None:
        return below
    own, _, after = token.value.partition("\n")
    if own:
        token.value = f"{own}\n"
    else:
        holder.ca.items[at][place] = None
    return f"{after}{below}"


def _ends(value: Any) -> str:  # noqa: ANN401  # whatever YAML has
    """Take off what a block, or a block at its end, keeps as its own end."""
    if not _on_lines(value):
        return ""
    inner = _ends(value[_key(value)])
    tokens, value.ca.end = value.ca.end, []
    return inner + "".join(" " * token.start_mark.column * (token.value != "\n") + token.value for token in tokens)


def _paste(block: CommentedMap, key: str | None, below: str) -> None:
    if not below or key is None:
        return
    holder, at, place = _last(block, key)
    items = holder.ca.items.setdefault(at, [None] * (2 if isinstance(holder, CommentedSeq) else 4))
    if items[place] is None:
        items[place] = CommentToken(f"\n{below}", CommentMark(0), None)
    else:
        items[place].value += below


def _last(block: Any, key: Any) -> tuple[Any, Any, int]:  # noqa: ANN401  # a map with a name, or a list with a number
    """The last thing in an entry that is written on a line of its own: its block, key, and the place of its remark."""
    value = block[key]
    if _on_lines(value):
        return _last(value, _key(value))
    return block, key, 0 if isinstance(block, CommentedSeq) else 2


def _on_lines(value: object) -> bool:
    """Whether it is a block whose entries are written on lines of their own."""
    return isinstance(value, CommentedMap | CommentedSeq) and bool(value) and not value.fa.flow_style()


def _key(value: Any) -> Any:  # noqa: ANN401  # a name, or a number
    return next(reversed(value)) if isinstance(value, CommentedMap) else len(value) - 1
