"""Footage that comes with the project, as cameras: for the first look, when there is no camera at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from galleria.domain.access import Actor
from galleria.storage.sitefile import load_site

from .footage import SITE, sample_folder
from .setup import Setup, Value, make_id


@dataclass(frozen=True, slots=True)
class SampleCamera:
    """A clip that can be played as a camera.

    Attributes:
        name: for people.
        video: its file.
    """

    name: str
    video: Path


def find_samples(folders: Sequence[Path] = ()) -> list[SampleCamera]:
    """The clips of the first folder that has any.

    Args:
        folders: looked into first; then the package's own sample.
    """
    for folder in (*folders, sample_folder()):
        if not (folder / SITE).is_file():
            continue
        site = load_site(folder / SITE)
        found = [
            SampleCamera(camera.name or camera.id, Path(camera.source).resolve())
            for camera in site.cameras
            # From straight above no network of the product finds people yet.
            if camera.tripwires and camera.id != "down" and Path(camera.source).is_file()
        ]
        if found:
            return found
    return []


def add_samples(setup: Setup, by: Actor, samples: Sequence[SampleCamera], *, revision: str | None = None) -> list[str]:
    """Add clips as cameras that play for ever at their own pace, nothing drawn.

    Returns:
        the cameras' ids.

    Raises:
        ConflictError, SiteFileError, StoreError: as `Setup.add_camera`.
    """
    added: list[str] = []
    for sample in samples:
        taken = {each.camera.id for each in setup.cameras()}
        values: dict[str, Value] = {"name": sample.name, "source": str(sample.video), "pace": "real", "loop": True}
        camera, revision = setup.add_camera(by, values, camera=make_id(sample.name, taken), revision=revision)
        added.append(camera)
    return added
