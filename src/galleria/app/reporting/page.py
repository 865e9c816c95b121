"""A report as one HTML page that needs nothing else, and as plain text."""

from __future__ import annotations

import functools
from pathlib import Path

import jinja2
from markupsafe import Markup

from galleria.notify.digest import share
from galleria.notify.filling import templates_in

from .drawing import svg
from .facts import PeriodReport, Picture, made_text
from .layout import layout


def html(report: PeriodReport, *, mail: bool = False) -> str:
    """One file without scripts that fetches nothing; for a mail, pictures are named by content id: `cid:NAME`."""
    return _filled("report.html", report=report, made=made_text(report), mail=mail)


def text(report: PeriodReport) -> str:
    """The same for those who read plain text."""
    return _filled("report.txt", report=report, made=made_text(report))


def _filled(name: str, **told: object) -> str:
    return _templates().get_template(name).render(**told)


def _drawn(picture: Picture) -> Markup:
    return Markup(svg(picture))  # noqa: S704  every word in it is escaped


def _key(picture: Picture) -> tuple[bool, bool]:
    plan = layout(picture.bars)
    return plan.compared, plan.hatched


@functools.cache
def _templates() -> jinja2.Environment:
    return templates_in(Path(__file__).parent / "templates", {"share": share, "drawn": _drawn, "key": _key})
