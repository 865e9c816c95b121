"""Errors that dossiers measured, to be told beside the figures they are the errors of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from galleria.domain.accuracy import Confusion
from galleria.domain.dossier import Dossier

from .visiting_query import Measured


def errors_of(dossiers: Sequence[Dossier], kinds: Collection[str]) -> tuple[Measured, ...]:
    """The newest error of each kind, in the order of the kinds."""
    newest: dict[str, Measured] = {}
    for dossier in sorted(dossiers, key=lambda one: one.made):
        newest |= {one.kind: one for one in _errors(dossier)}
    return tuple(newest[kind] for kind in kinds if kind in newest)


def said(one: Measured) -> str:
    """An error in a sentence."""
    if one.kind == "age":
        years = f"{one.value:.1f} years ({one.low:.1f} to {one.high:.1f})"
        return f"Age: mean absolute error {years} on {one.subjects} people."
    words = {
        "gender": "Gender presentation told right",
        "expression": "Expression told right",
        "false-match": "Different people taken for one",
        "false-non-match": "One visitor not recognised again",
    }[one.kind]
    low, high = (f"{100 * end:.2g} %" for end in (one.low, one.high))
    return f"{words}: {100 * one.value:.3g} % ({low} to {high}) on {one.subjects} people."


def _errors(dossier: Dossier) -> Iterator[Measured]:
    rates = dossier.verification
    for kind, rate in (("false-match", rates.fmr), ("false-non-match", rates.fnmr)):
        yield Measured(kind, rate.value, rate.low, rate.high, dossier.set.subjects)
    if ages := dossier.ages:
        yield Measured("age", ages.mae.value, ages.mae.low, ages.mae.high, ages.subjects)
    for table in dossier.labels:
        yield from _right(table, dossier.set.subjects)


def _right(table: Confusion, subjects: int) -> Iterator[Measured]:
    if table.title in ("gender", "expression"):
        yield Measured(table.title, table.right.value, table.right.low, table.right.high, subjects)
