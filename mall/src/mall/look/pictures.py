"""All pictures for human eyes at once: sheets of every camera and of the cast, plans, films from above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from mall.body.figure import make_figure
from mall.cast import CAST
from mall.domain.scene import Scene
from mall.scenario import play

from .sheets import cast_sheet, clip_sheet, frames_at, grid, save, truth_sheet
from .topview import film, plan_picture

TOGETHER = 12.0  # seconds: when all cameras are shown side by side
TRUTH_AT = (12.0, 33.0)  # when the truth is drawn over the first camera's picture


def draw(scenes: Sequence[Scene], footage: Path, out: Path, told: Callable[[str], None]) -> None:
    """Draw everything.

    Args:
        scenes: those whose clips lie in `footage` are drawn; the first one's cameras make the picture of all cameras.
        footage: the folder with the scenes; the films from above go there too.
        out: folder for the pictures, made when it is not there.
        told: is told what is drawn next.

    Raises:
        StoreError: a film cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    staff = frozenset(person.id for person in CAST if person.staff)
    for scene in scenes:
        clips = [clip for camera in scene.cameras if (clip := footage / scene.id / f"{camera}.mp4").is_file()]
        told(f"{scene.id}: {len(clips)} clips")
        for clip in clips:
            save(clip_sheet(clip, wide=320), out / f"{scene.id}-{clip.stem}.jpg")
        if clips:
            film(play(scene, CAST), footage / scene.id / "top.mp4", staff=staff)
    told("plan")
    plan_picture(play(scenes[0], CAST)).save(out / "plan.png")
    told("cameras")
    clips = [footage / scenes[0].id / f"{camera}.mp4" for camera in scenes[0].cameras]
    save(grid([frames_at(clip, [TOGETHER])[0] for clip in clips], scenes[0].cameras, 2), out / "cameras.jpg")
    told("truth")
    save(truth_sheet(clips[0], TRUTH_AT), out / "truth.jpg")
    told("cast")
    save(cast_sheet([make_figure(person) for person in CAST]), out / "cast.jpg")
