"""A picture of columns into SVG. Colours are classes: the page's style sheet has them for screen and paper."""

from __future__ import annotations

from html import escape

from galleria.app.dossier_pages.svg import line, rectangle, text

from .facts import Picture
from .layout import Column, Layout, layout

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 6, 12, 26
_AIR = 0.18  # share of a column's width that is left free on each side


def svg(picture: Picture) -> str:
    """Draw it; what was not wholly seen has a hatched ground, a week before is a level stroke."""
    plan = layout(picture.bars)
    parts = [_ticks(plan), *(_column(column) for column in plan.columns)]
    parts.append(line((_LEFT, _y(0)), (WIDTH - _RIGHT, _y(0)), "axis"))
    head = f'<svg class="picture" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(picture.words)}">'
    return f"{head}{''.join(parts)}</svg>"


def _ticks(plan: Layout) -> str:
    return "".join(
        line((_LEFT, _y(height)), (WIDTH - _RIGHT, _y(height)), "grid")
        + text(_LEFT - 8, _y(height) + 4, words, "tick end")
        for height, words in plan.ticks
    )


def _column(column: Column) -> str:
    left, wide = _x(column.left + column.width * _AIR), (1 - 2 * _AIR) * column.width * (WIDTH - _LEFT - _RIGHT)
    parts = []
    if column.hatched:
        parts.append(rectangle(left, _TOP, wide, _y(0) - _TOP, "gap"))
    if column.height:
        parts.append(rectangle(left, _y(column.height), wide, _y(0) - _y(column.height), "bar"))
    if column.before is not None:
        y = _y(column.before)
        ends = (_x(column.left), y), (_x(column.left + column.width), y)
        parts += [line(*ends, "edge"), line(*ends, "before")]
    if column.label:
        parts.append(text(_x(column.left + column.width / 2), HEIGHT - 8, column.label, "tick middle"))
    return "".join(parts)


def _x(share: float) -> float:
    return _LEFT + share * (WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return HEIGHT - _BOTTOM - share * (HEIGHT - _BOTTOM - _TOP)
