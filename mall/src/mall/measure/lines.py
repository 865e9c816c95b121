"""How well the product counts the lines of the footage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from galleria.app.networks import Choice, Loaded, load
from galleria.app.score import ScoreRequest, score_lines


@dataclass(frozen=True, slots=True)
class Line:
    """How one line of one clip was counted: crossings in truth and in the count, by way, and what agrees.

    Attributes:
        error: mean difference of the times of crossings that agree, seconds; None when there is none.
    """

    scene: str
    camera: str
    line: str
    truth: dict[str, int]
    counted: dict[str, int]
    matched: int
    missed: tuple[tuple[float, str], ...]
    false: tuple[tuple[float, str], ...]
    f1: float
    error: float | None

    def as_json(self) -> dict[str, Any]:
        facts = {"scene": self.scene, "camera": self.camera, "line": self.line, "truth": self.truth}
        errors = {"missed": [list(m) for m in self.missed], "false": [list(f) for f in self.false]}
        error = None if self.error is None else round(self.error, 3)
        return (
            facts | {"counted": self.counted, "matched": self.matched, "f1": round(self.f1, 4)} | errors | {"s": error}
        )


def measure_lines(
    footage: Path, network: Loaded | None = None, told: Callable[[str], None] = lambda _: None
) -> list[Line]:
    """Count every clip of the footage that has a truth file at the truth's lines, and compare.

    Args:
        footage: the folder with the scenes.
        network: finds people; None: the product's default.
        told: is told which clip comes next.

    Raises:
        VideoError: a clip cannot be read.
        TruthError: a truth file cannot.
    """
    network = network or load(Choice())
    results = []
    for clip in clips_of(footage):
        told(f"{clip.parent.name}/{clip.stem}")
        scored = score_lines(ScoreRequest(str(clip), clip.with_name(f"{clip.stem}.truth.json")), network)
        for line in scored.score.lines:
            facts = line.as_json()
            results.append(
                Line(
                    scene=clip.parent.name,
                    camera=clip.stem,
                    line=line.id,
                    truth=line.truth,
                    counted=line.counted,
                    matched=int(facts["matched"]),
                    missed=tuple((round(c.time, 2), c.direction) for c in line.misses),
                    false=tuple((round(c.time, 2), c.direction) for c in line.false),
                    f1=float(facts["f1"]),
                    error=facts["mean_abs_error_s"],
                )
            )
    return results


def clips_of(footage: Path) -> list[Path]:
    """Every clip with truth in the scenes' folders, in order."""
    return sorted(clip for clip in footage.glob("*/*.mp4") if clip.with_name(f"{clip.stem}.truth.json").is_file())


def lines_table(lines: Sequence[Line]) -> str:
    """A table in Markdown, by line."""
    head = "| scene | camera | line | true in, out | counted in, out | matched | F1 | mean error |\n|---|---|---|---:|---:|---:|---:|---:|\n"  # noqa: E501 - one row
    return head + "".join(_line_row(line) for line in lines)


def _line_row(line: Line) -> str:
    truth, counted = (", ".join(str(by_way[way]) for way in sorted(by_way)) for by_way in (line.truth, line.counted))
    error = "" if line.error is None else f"{line.error:.2f} s"
    names = f"{line.scene} | {line.camera} | {line.line}"
    return f"| {names} | {truth} | {counted} | {line.matched} | {line.f1:.3f} | {error} |\n"
