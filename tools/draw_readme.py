"""Draws the pictures of the README: `galleria demo` counts the mall, and shows what it printed and drew.

    python tools/draw_readme.py [CAMERA [SECONDS]]

Writes docs/images/demo.svg, what the demo prints; docs/images/counted.jpg, a picture of one camera's film (the one
with the most people in it, or the one at SECONDS); docs/images/paths.jpg, all paths at that camera.
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
from pathlib import Path
from typing import Any

import av
from PIL import Image
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
CAMERA = "corridor"
COLUMNS = 84
STEP = 0.25  # seconds
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


def main(camera: str = CAMERA, at: str = "") -> None:
    """Count the mall's footage and write the pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "out"
        printed = run_demo(Path(scratch))
        events = [e for e in json.loads((out / "events.json").read_text("utf-8")) if e["camera"] == camera]
        picture_at(out / f"{camera}.mp4", float(at) if at else busiest(events)).save(IMAGES / "counted.jpg", quality=88)
        Image.open(out / f"{camera}.png").convert("RGB").save(IMAGES / "paths.jpg", quality=88)
    (IMAGES / "demo.svg").write_text(terminal_svg("galleria demo --data footage", printed), "utf-8")


def run_demo(folder: Path) -> str:
    """Return what the demo prints; its files go into `out` in a folder."""
    program = Path(sys.executable).with_name("galleria")
    done = subprocess.run(  # noqa: S603  our own program
        [program, "demo", "--data", ROOT / "footage"],
        cwd=folder,
        env={**os.environ, "COLUMNS": str(COLUMNS), "FORCE_COLOR": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def busiest(events: Sequence[dict[str, Any]]) -> float:
    """When most people are in the picture, the middle of the first such stretch, in seconds after the first picture."""
    begin = min(_seconds(e["time"]) for e in events if e["kind"] == "seen")
    spans = [(e["points"][0][0] - begin, e["points"][-1][0] - begin) for e in events if e["kind"] == "path"]
    times = [n * STEP for n in range(int(max(end for _, end in spans) / STEP) + 1)]
    crowd = [sum(first <= time <= last for first, last in spans) for time in times]
    best = crowd.index(max(crowd))
    last = next((n for n in range(best, len(crowd)) if crowd[n] < crowd[best]), len(crowd))
    return times[(best + last - 1) // 2]


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def picture_at(film: Path, seconds: float) -> Image.Image:
    """The first picture of a film at a time or after, else its last."""
    with av.open(str(film)) as clip:
        for frame in clip.decode(video=0):
            if frame.time is not None and frame.time >= seconds:
                break
        return Image.fromarray(frame.to_ndarray(format="rgb24"))


def terminal_svg(typed: str, printed: str) -> str:
    """A terminal with the command and its answer; no font is fetched from elsewhere when it is looked at."""
    console = Console(record=True, width=COLUMNS, file=Path(os.devnull).open("w"), force_terminal=True)  # noqa: SIM115
    console.print(Text.assemble(("$ ", "green"), (typed, "bold")))
    console.print(Text.from_ansi(printed.rstrip()))
    svg = console.export_svg(title=typed.partition(" --")[0], theme=THEME, unique_id="galleria")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono'")


if __name__ == "__main__":
    main(*sys.argv[1:])
