"""Fills the templates of a dossier and writes its files. It computes nothing."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import jinja2
from markupsafe import Markup

from galleria.domain.dossier import Dossier, GroupRates
from galleria.notify.filling import templates_in
from galleria.storage.dossierfile import write_dossier
from galleria.storage.textfile import write_text

from . import plots, words

FILE, PAGE, SUMMARY = "dossier.json", "dossier.html", "dossier.md"


@dataclass(frozen=True, slots=True)
class Written:
    """Where the files are."""

    dossier: Path
    page: Path
    summary: Path


def write_pages(folder: Path, dossier: Dossier) -> Written:
    """Write the file, the page and the summary into a folder that is there.

    Raises:
        StoreError: a file cannot be written.
    """
    written = Written(folder / FILE, folder / PAGE, folder / SUMMARY)
    write_text(written.page, page(dossier))
    write_text(written.summary, summary(dossier))
    write_dossier(written.dossier, dossier)  # last: where it is, the others are as well
    return written


def page(dossier: Dossier) -> str:
    """A page of HTML that needs nothing else."""
    drawings = {
        "scores": plots.scores(dossier),
        "calibration": plots.calibration(dossier.calibration, dossier.threshold),
    }
    if plots.worth_drawing(dossier.verification):
        drawings["det"] = plots.det(dossier)
    if any(group.fmr for group in dossier.groups):
        drawings["groups"] = plots.groups(dossier)
    if dossier.identification:
        drawings["galleries"] = plots.galleries(dossier.identification)
    # The drawings escape what they write themselves.
    shown = {name: Markup(drawn) for name, drawn in drawings.items()}  # noqa: S704
    return (
        _templates()
        .get_template("page.html")
        .render(dossier=dossier, drawn=shown, tables=_tables(dossier), groups=_groups(dossier))
    )


def summary(dossier: Dossier) -> str:
    """One page of Markdown that is as readable as plain text."""
    return _templates().get_template("summary.md").render(dossier=dossier)


def _groups(dossier: Dossier) -> list[tuple[str, list[GroupRates]]]:
    """Groups by attribute, in the dossier's order."""
    return [(name, list(members)) for name, members in groupby(dossier.groups, key=lambda group: group.attribute)]


def _tables(dossier: Dossier) -> list[object]:
    """All tables of confusion: age bands first."""
    bands = [dossier.ages.bands] if dossier.ages else []
    return [*bands, *dossier.labels]


@functools.cache
def _templates() -> jinja2.Environment:
    filters = (
        words.percent,
        words.interval,
        words.seen,
        words.number,
        words.years,
        words.signed,
        words.score,
        words.day,
        words.cell,
        words.tick,
    )
    named = {function.__name__: function for function in filters}
    return templates_in(Path(__file__).parent / "templates", named)
