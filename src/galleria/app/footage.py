"""A folder of footage whose truth is known: a site file, its cameras' clips, and a truth file beside each clip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from galleria.domain.errors import InputError, StoreError, TruthError
from galleria.domain.geometry import Segment
from galleria.domain.site import Anchor, Camera, Site
from galleria.domain.truth import Truth, TruthLine
from galleria.storage.sitefile import load_site
from galleria.storage.truth import read_truth

SITE = "site.yaml"
TRUTH = ".truth.json"
_NO_VIDEO = frozenset({".csv", ".jpg", ".json", ".md", ".png", ".txt"})  # what may lie beside a clip under its name
# The ends of a line in the truth and in the site file may differ by this share of the picture: both are rounded.
_SAME = 0.01


@dataclass(frozen=True, slots=True)
class Take:
    """A camera with its clip and the truth of its lines."""

    camera: Camera
    video: Path
    truth: Truth


@dataclass(frozen=True, slots=True)
class Footage:
    """What can be counted and scored.

    Attributes:
        left_out: why another camera cannot be, by its id.
    """

    site: Site
    takes: tuple[Take, ...]
    left_out: dict[str, str]


def sample_folder() -> Path:
    """The clip that comes with the package."""
    return Path(str(files("galleria") / "sample"))


def find_footage(folder: Path | None = None) -> Footage:
    """Find what can be shown in a folder.

    Args:
        folder: of a site file, its clips and their truth; None for the sample that comes with the package.

    Raises:
        InputError: there is nothing that can be counted and scored.
        SiteFileError: the site file is wrong.
        TruthError: a truth file is, or it is not of its camera's lines.
    """
    place = sample_folder() if folder is None else folder
    if not (place / SITE).is_file():
        if folder is None:
            problem = f"the sample clip that comes with Galleria is not in {place}"
            raise InputError(problem, "Install it again, or name a folder of footage with --data.")
        problem = f"there is no {SITE} in {folder}"
        raise InputError(problem, f"--data names a folder with {SITE}, its clips, and a {TRUTH} beside each of them.")
    site = load_site(place / SITE)
    left_out = {camera.id: why for camera in site.cameras if (why := _why_not(camera))}
    takes = tuple(_take(camera) for camera in site.cameras if camera.id not in left_out)
    if not takes:
        whys = "; ".join(f"{camera}: {why}" for camera, why in left_out.items()) or "it has no camera"
        problem = f"no camera of {place / SITE} can be shown ({whys})"
        raise InputError(problem, f"A camera needs a line, a clip, and its truth in a {TRUTH} beside the clip.")
    return Footage(site, takes, left_out)


def _why_not(camera: Camera) -> str:
    """Why a camera cannot be shown; empty when it can."""
    if not camera.tripwires:
        return "it has no line"
    if camera.anchor is Anchor.CENTRE:
        return "it looks straight down, and there is no detector for that yet"
    if not camera.source:
        return "it has no source"
    if not Path(camera.source).is_file():
        return f"there is no clip {camera.shown}"
    truth = truth_beside(Path(camera.source))
    return "" if truth.is_file() else f"its clip has no {truth.name} beside it"


def truth_beside(clip: Path) -> Path:
    """Where a clip's truth lies, if it has any."""
    return clip.with_suffix(TRUTH)


def clips_with_truth(folder: Path, camera: str) -> list[Path]:
    """The clips of one camera that have their truth beside them, by name; none if nothing is there.

    Args:
        folder: of a folder for each camera, called by its id.
        camera: only compared with what lies there: no name leads out of the folder.

    Raises:
        StoreError: the folder cannot be read.
    """
    try:
        return sorted(
            video
            for own in _inside(folder)
            if own.name == camera
            for video in _inside(own)
            if video.suffix not in _NO_VIDEO and truth_beside(video).is_file() and video.is_file()
        )
    except OSError as error:
        problem = f"the folder of labelled clips cannot be read: {error.strerror}"
        raise StoreError(problem, "Let the user that runs the site read it.") from error


def _inside(folder: Path) -> list[Path]:
    """What lies in a folder, as far as people can read its name; nothing if it is not there."""
    try:
        return [each for each in folder.iterdir() if each.name.isprintable() and not each.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _take(camera: Camera) -> Take:
    path = truth_beside(Path(camera.source))
    truth = read_truth(path)
    wires = {wire.id: wire for wire in camera.tripwires}
    lines = []
    for line in truth.lines:
        own = _as_counted(line, wires[line.id].segment) if line.id in wires else None
        if own is None:  # the score would mean nothing
            problem = f"{path}: line {line.id!r} is not one that camera {camera.id!r} counts at"
            raise TruthError(problem, f"Give it the id, the ends and the in of a line in {SITE}.")
        lines.append(own)
    return Take(camera, Path(camera.source), replace(truth, lines=tuple(lines)))


def _as_counted(line: TruthLine, wire: Segment) -> TruthLine | None:
    """The truth's line, directed as the tripwire; None when it is another line."""
    if _same(line.segment, wire):
        return line
    # Up, down, left and right stay what they are when a line is turned round; in and out do not.
    if line.words[0] != "in" and _same(line.segment.reversed(), wire):
        return replace(line, segment=line.segment.reversed(), words=(line.words[1], line.words[0]))
    return None


def _same(one: Segment, other: Segment) -> bool:
    return all(abs(p.x - q.x) <= _SAME and abs(p.y - q.y) <= _SAME for p, q in ((one.a, other.a), (one.b, other.b)))
