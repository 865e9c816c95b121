"""Plates: the mall without people, rendered once for each camera and light, and kept.

The renderer runs as a script in an environment of its own (it wants an older numpy); it gets an order in JSON made
from `mall.domain`, which stays the only source of the plan.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

from mall.body.source import cache_folder
from mall.domain.lens import CANVAS, VIEWS, View
from mall.domain.place import LAMPS, SOLIDS
from mall.domain.scene import KNOCK, Light

SCRIPTS = Path(__file__).resolve().parents[2] / "plates"
SAMPLES = 12
SEED = 20
LAMP = 22.0  # radiance of the ceiling panels; it sets the exposure of everything
PYTHON = "MALL_BLENDER"  # environment: a Python 3.11 that has bpy, instead of one that uv makes
THREADS = "MALL_THREADS"  # environment: threads of the renderer


class PlateError(RuntimeError):
    """A plate could not be rendered."""


def seen(view_name: str, *, moved: bool = False) -> View:
    """The camera of a plate; `moved`: after the knock.

    Raises:
        PlateError: there is no such camera.
    """
    if view_name not in VIEWS:
        message = f"no camera is called {view_name}; there are {', '.join(VIEWS)}"
        raise PlateError(message)
    view = VIEWS[view_name]
    return view.moved(*KNOCK) if moved else view


def order(view_name: str, light: Light, *, moved: bool = False) -> dict[str, object]:
    """What the script is told: everything that decides the plate, in plain numbers and words."""
    view = seen(view_name, moved=moved)
    return {
        "view": {"at": list(view.at), "turn": view.turn().tolist(), "focal": view.focal},
        "size": list(CANVAS),
        "light": str(light),
        "ceiling": LAMP,
        "samples": SAMPLES,
        "seed": SEED,
        "solids": [asdict(solid) for solid in SOLIDS],
        "lamps": [asdict(lamp) for lamp in LAMPS],
    }


def path_of(view_name: str, light: Light, *, moved: bool = False) -> Path:
    """Where a plate is kept."""
    return cache_folder() / "plates" / f"{view_name}-{light}{'-moved' if moved else ''}.npz"


def fingerprint(asked: dict[str, object]) -> str:
    """Changes with the order and with the scripts' text, and with nothing else."""
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode())
    for script in sorted(SCRIPTS.glob("*.py")):
        digest.update(script.name.encode() + script.read_bytes())
    return digest.hexdigest()


def is_fresh(view_name: str, light: Light, *, moved: bool = False) -> bool:
    """Whether a plate is there, and is what would be rendered now."""
    path = path_of(view_name, light, moved=moved)
    note = path.with_suffix(".txt")
    mark = fingerprint(order(view_name, light, moved=moved))
    return path.exists() and note.exists() and note.read_text(encoding="utf-8") == mark


def ensure(view_name: str, light: Light = Light.DAY, *, moved: bool = False) -> Path:
    """Give a plate's file, and render it first where it is missing or out of date.

    The file is an npz with `light` (h, w, 3) float16 linear radiance, `depth` (h, w) float32 metres along the optical
    axis, `gloss` (h, w) float16 0 to 1; the size is `mall.domain.lens.CANVAS`.

    Raises:
        PlateError: there is no such camera, or the renderer failed.
    """
    asked = order(view_name, light, moved=moved)
    path, mark = path_of(view_name, light, moved=moved), fingerprint(asked)
    note = path.with_suffix(".txt")
    if is_fresh(view_name, light, moved=moved):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    note.unlink(missing_ok=True)
    _render(asked, path)
    note.write_text(mark, encoding="utf-8")
    return path


def _render(asked: dict[str, object], path: Path) -> None:
    fresh = path.with_name(f".{path.stem}-{os.getpid()}.npz")
    told = fresh.with_suffix(".json")
    threads = int(os.environ.get(THREADS, "0"))
    told.write_text(json.dumps(asked | {"out": str(fresh), "threads": threads}), encoding="utf-8")
    try:
        done = subprocess.run(  # noqa: S603 - our own script
            [*_python(), str(SCRIPTS / "build.py"), str(told)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0 or not fresh.exists():
            tail = "\n".join((done.stderr or done.stdout).splitlines()[-12:])
            message = f"the renderer failed on {path.stem}:\n{tail}"
            raise PlateError(message)
        fresh.replace(path)
    finally:
        told.unlink(missing_ok=True)
        fresh.unlink(missing_ok=True)


def _python() -> list[str]:
    named = os.environ.get(PYTHON)
    if named:
        return [named]
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        message = f"there is no uv to run the renderer: install it, or name a Python 3.11 that has bpy in {PYTHON}"
        raise PlateError(message)
    return [uv, "run", "--no-project", "--script"]
