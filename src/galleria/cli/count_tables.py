"""A count as tables on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from galleria.app.answer import count_measures, crossings_of, headline
from galleria.app.count import Count
from galleria.domain.geometry import OPPOSITE
from galleria.domain.time import By, clip_text

from .measure_tables import print_measures

ARROWS = {"up": "↑", "down": "↓", "left": "←", "right": "→"}


def print_count(count: Count, by: By, *, to_error: bool) -> None:
    """Print what was counted: lines, zones, people at once, pass-by, and what a reader must know.

    Args:
        count: what was counted.
        by: total, or by minute, quarter hour, hour or trading day.
        to_error: print on standard error, because standard output carries data.
    """
    console = Console(stderr=to_error)
    console.print(Text(headline(count)))
    if count.tally.interrupted:
        done = clip_text(count.until - count.facts.start)
        console.print(Text(f"Ended early, at {done}: what follows was counted until then.", style="bold"))
    if count.camera.tripwires:
        console.print(_lines(count))
    totals = count_measures(count, By.TOTAL)
    rows = [] if by is By.TOTAL else count_measures(count, by)
    lines_too = bool(rows)
    print_measures(
        console,
        rows,
        [m for m in totals if lines_too or m.name.subject != "tripwire"],
    )
    if not (count.camera.tripwires or count.camera.zones):
        console.print(Text("No line was given: to count who comes in, add --line 0,0.6,1,0.6 or a --site file."))
    for note in _notes(count):
        console.print(Text(f"Note: {note}"))


def _lines(count: Count) -> Table:
    table = Table("line", title=Text("crossings", style="bold"), title_justify="left")
    for heading in ("in", "out", "first", "last"):
        table.add_column(heading, justify="right")
    for wire in count.camera.tripwires:
        of_wire = [c for c in crossings_of(count.events) if c.tripwire == wire.id]
        times = [clip_text(c.time - count.facts.start) for c in of_wire]
        towards = wire.segment.towards
        came = sum(c.direction == "in" for c in of_wire)
        table.add_row(
            Text(wire.name or wire.id),
            f"{came} {ARROWS[towards]}",
            f"{len(of_wire) - came} {ARROWS[OPPOSITE[towards]]}",
            times[0] if times else "–",
            times[-1] if times else "–",
        )
    return table


def _notes(count: Count) -> list[str]:
    notes = list(count.notes)
    if count.part:
        notes.append("Only a part was counted; in the journal a complete count of this recording goes before it.")
    outcome = count.outcome
    if outcome and outcome.settings_changed:
        notes.append(
            f"This recording was counted before with other settings: {outcome.replaced} earlier events were replaced."
        )
    elif outcome and not outcome.added and outcome.unchanged:
        notes.append("This recording is in the journal already, with the same events: nothing was added.")
    return notes
