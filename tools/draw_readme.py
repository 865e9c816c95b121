"""Draws the pictures of the README from a real count: points, lines and figures, no pixels of the footage.

    python tools/draw_readme.py [FOOTAGE_FOLDER]

The folder is the one that holds `people_detection`; GALLERIA_DATA or ../shared/data when left out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

Spot: TypeAlias = tuple[float, float]

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
CLIP = "people-detection.mp4"
WIDTH, HEIGHT = 768, 432
TOP = 150  # nobody walks above
COLUMNS = 72
LINES: dict[str, tuple[float, float, float, float]] = {
    "floor": (0, 350, 768, 350),
    "left": (150, 120, 150, 432),
    "right": (618, 120, 618, 432),
}
LABELS: dict[str, Spot] = {"floor": (700, 350), "left": (150, 182), "right": (618, 182)}
ARROWS = {"up": "↑", "down": "↓", "left": "←", "right": "→"}
COLOURS = ("#f2b56b", "#7cc4e8", "#e88fa8", "#9ad69a", "#c3a6ef", "#f0dc82", "#7fd9c9", "#f09a7a", "#a9b8d6")
THEME = TerminalTheme(
    (22, 27, 38),
    (214, 220, 230),
    # Black, red, green (the prompt), yellow, blue, magenta, cyan, white.
    [
        (22, 27, 38),
        (232, 143, 168),
        (154, 214, 154),
        (242, 181, 107),
        (124, 196, 232),
        (195, 166, 239),
        (127, 217, 201),
        (214, 220, 230),
    ],
)
FONT = "ui-sans-serif, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"


def main() -> None:
    """Count, and write docs/images/count.svg and docs/images/paths.svg."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("GALLERIA_DATA", ROOT.parent / "shared/data"))
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        events = Path(scratch) / "events.json"
        typed, printed = run_count(folder / "people_detection", events)
        found = json.loads(events.read_text("utf-8"))
    (IMAGES / "count.svg").write_text(terminal_svg(typed, printed), "utf-8")
    (IMAGES / "paths.svg").write_text(paths_svg(found), "utf-8")


def run_count(folder: Path, events: Path) -> tuple[str, str]:
    """Return the command as typed and what it printed; the events go into a file."""
    command = ["galleria", "count", CLIP, "--fps", "12"]
    for name, ends in LINES.items():
        command += ["--line", f"{name}={','.join(f'{x:g}' for x in ends)}"]
    program = Path(sys.executable).with_name("galleria")
    done = subprocess.run(  # noqa: S603  our own program
        [program, *command[1:], "--no-record", "--events", events],
        cwd=folder,
        env={**os.environ, "COLUMNS": str(COLUMNS), "FORCE_COLOR": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    typed = " ".join(command).replace(" --line", " \\\n    --line")
    return typed, done.stdout


def terminal_svg(typed: str, printed: str) -> str:
    """A terminal with the command and its answer; no font is fetched from elsewhere when it is looked at."""
    console = Console(record=True, width=COLUMNS, file=Path(os.devnull).open("w"), force_terminal=True)  # noqa: SIM115
    console.print(Text.assemble(("$ ", "green"), (typed, "bold")))
    console.print(Text.from_ansi(printed.rstrip()))
    svg = console.export_svg(title="galleria count", theme=THEME, unique_id="galleria")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono'")


def paths_svg(events: Sequence[dict[str, Any]]) -> str:
    """The ways people walked, the lines, and where each was crossed."""
    paths = sorted((e for e in events if e["kind"] == "path"), key=lambda e: e["time"])
    crossings = [e for e in events if e["kind"] == "crossing"]
    parts = [_head()]
    for x1, y1, x2, y2 in LINES.values():
        parts.append(f'<line class="wire" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>')
    for number, path in enumerate(paths):
        # Points are half a second apart; with the crossings among them the curve meets its marks.
        met = [[_seconds(c["time"]), c["x"], c["y"]] for c in crossings if c["track"] == path["track"]]
        spots = [(x * WIDTH, y * HEIGHT) for _, x, y in sorted(path["points"] + met)]
        parts.append(_way(spots, COLOURS[number % len(COLOURS)]))
    parts += [f'<circle class="met" cx="{c["x"] * WIDTH:.1f}" cy="{c["y"] * HEIGHT:.1f}" r="5.5"/>' for c in crossings]
    parts += [_label(name, [c for c in crossings if c["place"] == name]) for name in LINES]
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def _head() -> str:
    grid = [f"M{x} 0V{HEIGHT}" for x in range(48, WIDTH, 48)] + [f"M0 {y}H{WIDTH}" for y in range(48, HEIGHT, 48)]
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 {TOP - 16} {WIDTH + 32} {HEIGHT - TOP + 32}" role="img" \
aria-label="Ways of people over a floor, three lines, and where each line was crossed">
<style>
.wire {{ stroke: #f4f6fa; stroke-width: 2; stroke-dasharray: 9 6; opacity: .75 }}
.way {{ fill: none; stroke-width: 3; stroke-linecap: round; stroke-linejoin: round }}
.met {{ fill: #161b26; stroke: #f4f6fa; stroke-width: 2.2 }}
.tag {{ fill: #161b26; stroke: #4a556b }}
text {{ font: 600 14px {FONT}; fill: #f4f6fa; text-anchor: middle }}
</style>
<rect x="-16" y="{TOP - 16}" width="{WIDTH + 32}" height="{HEIGHT - TOP + 32}" rx="14" fill="#161b26"/>
<clipPath id="floor"><rect y="{TOP}" width="{WIDTH}" height="{HEIGHT - TOP}" rx="8"/></clipPath>
<g clip-path="url(#floor)">
<rect width="{WIDTH}" height="{HEIGHT}" fill="#1d2433"/>
<path d="{"".join(grid)}" stroke="#283145" fill="none"/>"""


def _label(name: str, crossings: Sequence[dict[str, Any]]) -> str:
    x, y = LABELS[name]
    towards = [c["towards"] for c in crossings]
    told = "  ".join(f"{ARROWS[way]} {towards.count(way)}" for way in dict.fromkeys(towards)) or "0"
    text = f"{name}  {told}"
    wide = 9 * len(text) + 18
    box = f'<rect class="tag" x="{x - wide / 2:g}" y="{y - 13:g}" width="{wide}" height="26" rx="13"/>'
    return f'{box}<text x="{x:g}" y="{y + 5:g}" xml:space="preserve">{escape(text)}</text>'


def _way(spots: Sequence[Spot], colour: str) -> str:
    """A smooth curve through the points, a dot where it begins, an arrow where it ends."""
    curve = f"M{spots[0][0]:.1f} {spots[0][1]:.1f}"
    around = [spots[0], *spots, spots[-1]]
    for place, (a, b) in enumerate(pairwise(spots)):
        before, after = around[place], around[place + 3]
        first = (a[0] + (b[0] - before[0]) / 6, a[1] + (b[1] - before[1]) / 6)
        second = (b[0] - (after[0] - a[0]) / 6, b[1] - (after[1] - a[1]) / 6)
        curve += "C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (first, second, b))
    begin = f'<circle cx="{spots[0][0]:.1f}" cy="{spots[0][1]:.1f}" r="4.5" fill="{colour}"/>'
    return f'<path class="way" stroke="{colour}" d="{curve}"/>{begin}{_arrow(spots, colour)}'


def _arrow(spots: Sequence[Spot], colour: str) -> str:
    (x0, y0), (x, y) = spots[-2], spots[-1]
    length = max(((x - x0) ** 2 + (y - y0) ** 2) ** 0.5, 1e-6)
    dx, dy = (x - x0) / length, (y - y0) / length
    corners = [(x + 7 * dx, y + 7 * dy), (x - 5 * dx - 6 * dy, y - 5 * dy + 6 * dx)]
    corners.append((x - 5 * dx + 6 * dy, y - 5 * dy - 6 * dx))
    return f'<polygon fill="{colour}" points="{" ".join(f"{px:.1f},{py:.1f}" for px, py in corners)}"/>'


if __name__ == "__main__":
    main()
