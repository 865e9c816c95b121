"""Truth into files: rows of people, MOT tracks, crossings as `galleria score` reads them, and a scene's story."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from galleria.domain.geometry import Point, Segment
from galleria.domain.truth import Truth, TruthCrossing, TruthLine, totals_of
from galleria.storage.truth import write_truth as write_lines
from mall.domain.lens import SIZE
from mall.domain.person import Person
from mall.domain.scene import Played, Scene, Wrong

from .bodies import Bodies
from .clips import BLIND, Told, frames_of, rows_by_camera
from .ground import LINES, FloorLine
from .rows import Row
from .story import Story, story_of
from .storyfile import scene_document, text_of

COLUMNS = [
    "frame",
    "t",
    "track",
    "person",
    "role",
    "child",
    "x0",
    "y0",
    "x1",
    "y1",
    "visible",
    "x",
    "y",
    "heading",
    "face_x0",
    "face_y0",
    "face_x1",
    "face_y1",
    "face_yaw",
    "face_pitch",
    "face_visible",
]
# Less of somebody than this is no box that a tracker has to find: such rows of MOT files are flagged 0.
ENOUGH = 0.25
WORDS = ("in", "out")


def write_truth(
    played: Played, people: Sequence[Person], folder: Path, bodies: Bodies | None = None, told: Told | None = None
) -> None:
    """Write all truth of a scene: scene.json, and three files for each of its cameras.

    Args:
        played: the scene.
        people: the cast.
        folder: of the scene; made when it is not there.
        bodies: where everybody's body is; None: the cast in the round.
        told: is told of progress.
    """
    write_scene_truth(played, people, folder)
    _write_clips(played, people, played.scene.cameras, folder, bodies, told)


def write_scene_truth(played: Played, people: Sequence[Person], folder: Path) -> None:
    """Write scene.json: what happened, whoever was looking."""
    folder.mkdir(parents=True, exist_ok=True)
    story = story_of(played, people)
    (folder / "scene.json").write_text(text_of(scene_document(story)), encoding="utf-8", newline="\n")


def write_clip_truth(
    played: Played, people: Sequence[Person], camera: str, folder: Path, bodies: Bodies | None = None
) -> None:
    """Write what one camera's clip shows: CAMERA.people.csv, CAMERA.mot.txt and CAMERA.truth.json."""
    _write_clips(played, people, (camera,), folder, bodies, None)


def _write_clips(
    played: Played,
    people: Sequence[Person],
    cameras: Sequence[str],
    folder: Path,
    bodies: Bodies | None,
    told: Told | None,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    story = story_of(played, people)
    rows = rows_by_camera(played, people, bodies or _on_stage(played, people), cameras, told)
    for camera in cameras:
        (folder / f"{camera}.people.csv").write_text(people_text(rows[camera]), encoding="utf-8", newline="\n")
        (folder / f"{camera}.mot.txt").write_text(mot_text(rows[camera]), encoding="utf-8", newline="\n")
        write_lines(folder / f"{camera}.truth.json", line_truth(story, camera, rows[camera]))


def _on_stage(played: Played, people: Sequence[Person]) -> Bodies:
    # Figures need the mesh; truth of stand-ins does not.
    from mall.stage import Stage  # noqa: PLC0415

    from .staged import Staged  # noqa: PLC0415

    return Staged(Stage(played, people))


def people_text(rows: Sequence[Row]) -> str:
    """Rows as CSV; the columns of the face are empty for who looks away by more than 90 degrees."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        face: list[str] = [""] * 7
        if row.face:
            face = [*_tenths(row.face.box), f"{row.face.yaw:.1f}", f"{row.face.pitch:.1f}", f"{row.face.visible:.2f}"]
        who = [row.frame, f"{row.time:.3f}", row.track, row.person, row.role, int(row.child)]
        where = [f"{row.visible:.2f}", f"{row.x:.2f}", f"{row.y:.2f}", f"{row.heading:.1f}"]
        writer.writerow([*who, *_tenths(row.box), *where, *face])
    return out.getvalue()


def mot_text(rows: Sequence[Row]) -> str:
    """Rows in MOT layout: frame from 1, track, left, top, width, height, flag, class, visible.

    Boxes are clipped to the picture. The flag is 0, not to be scored, for who is seen less than `ENOUGH`.
    """
    lines = []
    for row in rows:
        left, top, right, bottom = row.clipped
        if right - left >= 1 and bottom - top >= 1:
            box = f"{left:.1f},{top:.1f},{right - left:.1f},{bottom - top:.1f}"
            lines.append(f"{row.frame + 1},{row.track},{box},{int(row.visible >= ENOUGH)},1,{row.visible:.2f}\n")
    return "".join(lines)


def line_truth(story: Story, camera: str, rows: Sequence[Row] = ()) -> Truth:
    """What a camera's tripwires should count, in the words in and out.

    Crossings while it was black, frozen or without frames are left out: the scene's file has them. Those while it
    hung elsewhere are kept, with a note: people crossed, and the line in the picture is no longer where they did.

    Args:
        story: what happened.
        camera: whose lines.
        rows: its rows; they tell how much was seen of who crossed.
    """
    scene = story.played.scene
    seen = {(row.track, round(row.time * scene.fps)): row.visible for row in rows}
    lines = tuple(_line(story, line, seen) for line in LINES if line.camera == camera)
    faults = [_fault(scene, number) for number, fault in enumerate(scene.faults) if fault.camera == camera]
    return Truth(
        lines=lines,
        video=f"{camera}.mp4",
        size=SIZE,
        fps=float(scene.fps),
        frames=len(frames_of(scene, camera)),
        notes={"scene": scene.id, "camera": camera, "seed": scene.seed} | ({"faults": faults} if faults else {}),
    )


def _line(story: Story, line: FloorLine, seen: dict[tuple[int, int], float]) -> TruthLine:
    scene = story.played.scene
    found = []
    for crossed in story.crossed:
        wrong = scene.fault(line.camera, crossed.time)
        if crossed.line != line.id or wrong in BLIND:
            continue
        track = story.track(crossed.track)
        notes: dict[str, object] = {"track": track.id, "person": track.person, "role": story.role(track.person)}
        notes |= {"group": track.group} if track.group else {}
        notes |= {"visible": seen.get((track.id, round(crossed.time * scene.fps)), 0.0)} if seen else {}
        notes |= {"camera": "moved"} if wrong is Wrong.MOVED else {}
        found.append(TruthCrossing(round(crossed.time, 2), crossed.way, notes))
    crossings = tuple(found)
    notes = {"name": line.name, "floor": [list(line.a), list(line.b)]}
    return TruthLine(line.id, segment_of(line), WORDS, crossings, totals_of(WORDS, crossings), line.anchor, notes=notes)


def segment_of(line: FloorLine) -> Segment:
    """A floor line in its camera's picture, normalised and directed."""
    a, b = line.drawn()
    return Segment(*(Point(x / SIZE[0], y / SIZE[1]) for x, y in (a, b)))


def _fault(scene: Scene, number: int) -> dict[str, object]:
    fault = scene.faults[number]
    return {"wrong": fault.wrong.value, "begin": fault.begin, "end": fault.end}


def _tenths(box: Sequence[float]) -> list[str]:
    return [f"{value:.1f}" for value in box]
