"""From seeds to `footage/`: figures, plates, clips and truth, on as many processes as there are cores."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from mall.body.figure import make_figure
from mall.cast import CAST
from mall.domain.lens import VIEWS
from mall.domain.person import Person
from mall.domain.scene import Played, Scene
from mall.film import Film
from mall.plates import ensure
from mall.scenario import play
from mall.scenes import SCENES
from mall.shoot import Shoot, plates_of
from mall.site import write_site
from mall.truth.files import write_clip_truth, write_truth

SAMPLE = ("nextday", "entrance", 27.0)  # scene, camera and seconds of the clip that rides in the wheel
Told = Callable[[str, int, int], None]  # what, done, of
POLL = 0.5  # seconds
_ticker: multiprocessing.sharedctypes.SynchronizedArray[int]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a clip cost: seconds in all, frames, and the most memory its process held, MiB."""

    clip: str
    frames: int
    seconds: float
    memory: float


def build(
    scenes: Sequence[str], out: Path, told: Told, seconds: float | None = None, sample: Path | None = None
) -> list[Cost]:
    """Build scenes with all their cameras, and the site file.

    Args:
        scenes: names; empty: all.
        out: the folder, `footage`.
        told: is told of progress.
        seconds: how much of every scene; None: all of it.
        sample: folder for the beginning of one clip, with its truth and a site file; None: it is not written.

    Raises:
        KeyError: there is no such scene.
    """
    chosen = [_cut(SCENES[name], seconds) for name in scenes or SCENES]
    clips = [(scene, camera) for scene in chosen for camera in scene.cameras]
    out.mkdir(parents=True, exist_ok=True)
    write_site(out / "site.yaml")
    for number, (view, light, moved) in enumerate(plates := plates_of(chosen)):
        told("plates", number, len(plates))
        ensure(view, light, moved=moved)
    told("plates", len(plates), len(plates))
    context = multiprocessing.get_context("spawn")
    ticker = context.Array("i", len(clips))
    pool = ProcessPoolExecutor(os.cpu_count(), context, _begin, (ticker,))
    try:
        people = sorted({name for scene in chosen for name in _people(scene)})
        _follow([pool.submit(_make, person) for person in CAST if person.id in people], "figures", told)
        truths = [pool.submit(_tell, scene, out) for scene in chosen]
        films = [pool.submit(_shoot, scene, camera, out, sample, row) for row, (scene, camera) in enumerate(clips)]
        total = sum(scene.frames for scene, _ in clips)
        jobs: list[Future[Any]] = [*truths, *films]
        while wait(films, POLL).not_done and not any(job.done() and job.exception() for job in jobs):
            told("frames", sum(ticker[:]), total)
        _follow(truths, "truth", told)
        costs = [film.result() for film in films]
    finally:
        pool.shutdown(cancel_futures=True)  # after a failure nothing more is begun
    told("frames", total, total)
    return costs


def _cut(scene: Scene, seconds: float | None) -> Scene:
    return scene if seconds is None else replace(scene, seconds=min(seconds, scene.seconds))


def _people(scene: Scene) -> set[str]:
    return {track.person for track in _played(scene).tracks}


@cache
def _played(scene: Scene) -> Played:
    return play(scene, CAST)


def _follow(futures: Sequence[Future[None]], what: str, told: Told) -> None:
    for number, future in enumerate(futures):
        told(what, number, len(futures))
        future.result()
    told(what, len(futures), len(futures))


def _begin(ticker: multiprocessing.sharedctypes.SynchronizedArray[int]) -> None:
    global _ticker  # noqa: PLW0603 - how a pool hands shared memory to its processes
    _ticker = ticker
    # One process a core draws: each keeps to its own.
    os.environ["LP_NUM_THREADS"] = "1"


def _make(person: Person) -> None:
    make_figure(person)


def _tell(scene: Scene, out: Path) -> None:
    write_truth(_played(scene), CAST, out / scene.id)


def _shoot(scene: Scene, camera: str, out: Path, sample: Path | None, row: int) -> Cost:
    began = time.monotonic()
    shoot = Shoot(_played(scene), CAST, camera)
    shows = (scene.id, camera) == SAMPLE[:2] and scene.seconds >= SAMPLE[2]
    with ExitStack() as stack:
        crf = VIEWS[camera].crf
        films = [stack.enter_context(Film(out / scene.id / f"{camera}.mp4", scene.fps, crf))]
        if sample is not None and shows:
            films.append(stack.enter_context(Film(sample / f"{camera}.mp4", scene.fps, crf)))
        for number, frame in shoot.frames():
            for film in films[: 1 + (number < SAMPLE[2] * scene.fps)]:
                film.write(frame, number)
            _ticker[row] = number + 1
    if sample is not None and shows:
        _tell_sample(replace(_played(scene), scene=_cut(scene, SAMPLE[2])), camera, sample)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(f"{scene.id}/{camera}", scene.frames, time.monotonic() - began, memory)


def _tell_sample(played: Played, camera: str, sample: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_clip_truth(played, CAST, camera, Path(folder))
        name = f"{camera}.truth.json"
        shutil.copyfile(Path(folder) / name, sample / name)
    write_site(sample / "site.yaml", "", (camera,))
