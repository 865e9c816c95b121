"""Truth files (JSON, and MOT text) into domain facts and back. Knows nothing of scoring.

The format of the JSON file is explained in docs/score-a-site.md.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

from galleria.domain.errors import TruthError
from galleria.domain.geometry import Box, Point
from galleria.domain.site import Anchor
from galleria.domain.truth import TrackBox, Truth, TruthLine

from .textfile import write_text
from .truth_json import Place, parse_document

CONVENTION = (
    "Image coordinates, origin top-left, x right, y down, in pixels of 'size'. 't' is seconds after the first frame. "
    "'anchor' is the point of a body's box that crosses. Directions are image directions (up, down, left, right), "
    "or in and out, where 'in' names the image direction that is in."
)
ANCHOR_TEXT = {Anchor.FEET: "bottom-centre (feet)", Anchor.CENTRE: "box centre", Anchor.HEAD: "top-centre (head)"}
MOT_LEAST_COLUMNS = 6
MOT_CLASS_COLUMNS = 9
PEDESTRIAN = 1


def read_truth(path: Path, size: tuple[int, int] | None = None) -> Truth:
    """Read a truth file.

    Args:
        path: a JSON file as described in docs/score-a-site.md.
        size: the video's width and height in pixels; used when the file does not say in which size lines were drawn.

    Raises:
        TruthError: it cannot be read, or something in it is wrong; nothing of it is used then.
    """
    text = _text(path)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"{path}, line {error.lineno}, column {error.colno}: not JSON: {error.msg}"
        raise TruthError(problem, "Correct the file there, or label the clip again with `galleria label`.") from error
    except RecursionError as error:
        problem = f"{path}: brackets are nested too deeply"
        raise TruthError(problem, "Give a truth file.") from error
    return parse_truth(document, str(path), size)


def parse_truth(document: object, name: str, size: tuple[int, int] | None = None) -> Truth:
    """Check a truth file's content that was read already.

    Args:
        document: what the JSON says.
        name: where it comes from, for errors.
        size: as for `read_truth`.

    Raises:
        TruthError: something is wrong; the problem names the key.
    """
    return parse_document(Place(name, "", document), size)


def write_truth(path: Path, truth: Truth) -> None:
    """Write a truth file that `read_truth` reads as the same truth; whole or not at all.

    Raises:
        StoreError: the file cannot be written.
    """
    text = json.dumps(truth_document(truth), indent=1, ensure_ascii=False) + "\n"
    write_text(path, text, "Make room or give another file with -o.")


def truth_document(truth: Truth) -> dict[str, object]:
    """What `write_truth` writes, before it becomes text."""
    facts: dict[str, object] = {"convention": CONVENTION, "file": truth.video or None, "fps": truth.fps}
    facts |= {"frames": truth.frames, "size": list(truth.size) if truth.size else None}
    known = {key: value for key, value in facts.items() if value is not None}
    return {**truth.notes, **known, "lines": [_line_document(line, truth.size) for line in truth.lines]}


def _line_document(line: TruthLine, size: tuple[int, int] | None) -> dict[str, object]:
    width, height = size or (1, 1)

    def point(p: Point) -> list[float]:
        return [_short(p.x * width, 2 if size else 5), _short(p.y * height, 2 if size else 5)]

    out: dict[str, object] = {**line.notes, "id": line.id, "p1": point(line.segment.a), "p2": point(line.segment.b)}
    if line.words[0] == "in":
        out["in"] = line.segment.towards
    if line.anchor:
        out["anchor"] = ANCHOR_TEXT[line.anchor]
    if line.tolerance is not None:
        out["tolerance_s"] = line.tolerance
    out["totals"] = {word: line.totals[word] for word in line.words}
    if line.crossings is not None:
        ordered = sorted(line.crossings, key=lambda crossing: crossing.time)
        out["events"] = [{"t": _short(c.time, 3), "dir": c.direction, **c.notes} for c in ordered]
    return out


def _short(value: float, digits: int) -> float:
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded


def read_mot(path: Path, size: tuple[int, int]) -> dict[int, tuple[TrackBox, ...]]:
    """Read labelled tracks in the text format of the MOT Challenge.

    Rows are frame (from 1), id, left, top, width, height in pixels, then optionally a flag (0: not to be scored),
    and more. Files of nine columns (MOT16 and later) have a class in the eighth: only pedestrians are kept.

    Args:
        path: the file, usually called gt.txt.
        size: width and height in pixels of the picture the boxes were drawn in.

    Returns:
        boxes by frame index (from 0), normalised, not clipped to the picture; frames without boxes are absent.

    Raises:
        TruthError: a row is wrong (line number), or one id appears twice in one frame.
    """
    frames: dict[int, dict[int, TrackBox]] = {}
    for number, row in enumerate(_text(path).splitlines(), 1):
        if not row.strip():
            continue
        where = f"{path}, line {number}"
        values = _numbers(row, where)
        track, (left, top, width, height) = int(values[1]), values[2:6]
        if values[6:7] == [0.0] or (len(values) == MOT_CLASS_COLUMNS and values[7] != PEDESTRIAN):
            continue
        boxes = frames.setdefault(int(values[0]) - 1, {})
        if track in boxes:
            problem = f"{where}: id {track} is in frame {int(values[0])} twice"
            raise TruthError(problem, "Remove one of the rows.")
        x, y = size
        boxes[track] = TrackBox(track, Box(left / x, top / y, (left + width) / x, (top + height) / y))
    if not frames:
        problem = f"{path} has no boxes"
        raise TruthError(problem, "Give a file in MOT format with at least one labelled box.")
    return {index: tuple(boxes.values()) for index, boxes in sorted(frames.items())}


def _numbers(row: str, where: str) -> list[float]:
    remedy = "A row is frame,id,left,top,width,height,... in numbers, frames from 1, width and height above 0."
    try:
        values = [float(cell) for cell in row.split(",")]
    except ValueError as error:
        problem = f"{where}: {error}"
        raise TruthError(problem, remedy) from error
    if len(values) < MOT_LEAST_COLUMNS or not all(map(math.isfinite, values[:6])):
        problem = f"{where}: fewer than six numbers, or one that is not finite"
        raise TruthError(problem, remedy)
    if values[0] < 1 or values[4] <= 0 or values[5] <= 0:
        problem = f"{where}: frame {values[0]:g}, width {values[4]:g}, height {values[5]:g}"
        raise TruthError(problem, remedy)
    return values


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror or error}"
        raise TruthError(problem, "Give a truth file, or make one with `galleria label`.") from error
    except UnicodeDecodeError as error:
        problem = f"{path} is not text (byte {error.start})"
        raise TruthError(problem, "Give a truth file in UTF-8.") from error
