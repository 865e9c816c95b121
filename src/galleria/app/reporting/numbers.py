"""A report as a table for programs: one number a row, in the columns that measures are exported in."""

from __future__ import annotations

from galleria.storage.tables import Table

from .facts import PeriodReport

_TYPES = {
    "site": "text", "camera": "text", "epoch": "text", "place": "text", "measure": "text", "unit": "text",
    "begins": "time", "ends": "time", "local": "text", "value": "number", "coverage": "number", "simulated": "truth",
}  # fmt: skip


def report_table(report: PeriodReport) -> Table:
    """All figures of all sections; `camera` and `epoch` are empty, `place` is e.g. `entrance:front`."""
    site = report.site
    rows = [
        (site.id, "", "", f.place, f.measure, f.unit, f.begin, f.end, f.label, f.value, f.coverage, site.simulated)
        for section in report.sections
        for f in section.figures
    ]
    return Table("measures", _TYPES, rows)
