"""Everything that is measured about the footage, as one report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from galleria.app.networks import Choice, load

from .faces import report, watch
from .lines import clips_of, lines_table, measure_lines
from .people import measure_people, people_table

FACE_CAMERAS = ("entrance", "screen")
BLIND_SIDE = "down"  # no detector of the product looks straight down


def measured(footage: Path, told: Callable[[str], None]) -> tuple[dict[str, Any], str]:
    """Measure how the networks see the footage and how the product counts it.

    Args:
        footage: the folder with the scenes.
        told: is told what is measured next.

    Returns:
        all figures for a JSON file, and tables in Markdown.

    Raises:
        ModelError: a network cannot be had.
        VideoError: a clip cannot be read.
        TruthError: a truth file cannot.
    """
    network = load(Choice())
    clips = [clip for clip in clips_of(footage) if clip.stem != BLIND_SIDE]
    people = []
    for clip in clips:
        told(f"people in {clip.parent.name}/{clip.stem}")
        people.append(measure_people(clip, network))
    lines = [line for line in measure_lines(footage, network, told) if line.camera != BLIND_SIDE]
    faces: dict[str, Any] = {}
    seen = []
    for clip in (clip for clip in clips if clip.stem in FACE_CAMERAS):
        told(f"faces in {clip.parent.name}/{clip.stem}")
        here = watch(clip, clip.with_name(f"{clip.stem}.people.csv"))
        faces[f"{clip.parent.name}/{clip.stem}"] = report(here)
        seen += here
    faces["all"] = report(seen)
    figures = {
        "people": [found.as_json() for found in people],
        "lines": [line.as_json() for line in lines],
        "faces": faces,
    }
    return figures, "\n".join((people_table(people), lines_table(lines), faces_table(faces)))


def faces_table(faces: dict[str, Any]) -> str:
    """A table in Markdown, by clip and in all."""
    head = "| clip | faces of 50 px within 30° | found | people compared | same, largest | different, smallest |\n"
    rows = []
    for clip, figures in faces.items():
        recall, apart = figures["recall"], figures["distances"]
        found = f"{recall['faces']} | {_shown(recall['found'])} | {apart['people']}"
        rows.append(f"| {clip} | {found} | {_shown(apart['same_largest'])} | {_shown(apart['different_smallest'])} |\n")
    return head + "|---|---:|---:|---:|---:|---:|\n" + "".join(rows)


def _shown(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.3f}"
