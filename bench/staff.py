"""Who is taken for staff by a uniform: clips through the cameras' graphs with their staff step, under a real gate.

`python -m bench.staff` counts the mall's clips, whose staff wear a green polo; `python -m bench.staff CLIP[@CAMERA] ...
--colour "#ff5a33" --second "hue 40-65"` any others. Beside a clip `NAME.people.csv` says who works there (as the mall's
clips have it): marks are then compared with the truth, over tracks that were seen for some time.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from galleria.app.networks import Choice, Loaded, load
from galleria.app.recognition.desk import Recognition
from galleria.app.recognition.gallery import Place
from galleria.domain.purpose import Purpose
from galleria.domain.site import Camera, Site, StaffSetting
from galleria.storage.sitefile import parse_site

from .visitors import Clip, Found, Moment, Store, grants, parsed, people, run

MALL = Path(__file__).parents[1] / "footage"
POLO = "#12806b"  # of the mall's staff, taken from a picture of the till
LONG = 2.0  # seconds that a track is seen


@dataclass(frozen=True, slots=True)
class Marked:
    """What came of one clip.

    Attributes:
        seen: tracks that were seen for long enough; the others are in none of the figures.
        marks: those of them with a mark, each with the seconds until it had one.
        staff: those of them who work there by the truth; None: nobody knows.
    """

    clip: Clip
    seen: frozenset[int]
    marks: dict[int, float]
    staff: frozenset[int] | None
    cost: float

    @property
    def line(self) -> str:
        told = ", ".join(f"{track} after {seconds:.1f} s" for track, seconds in self.marks.items()) or "none"
        name = f"{self.clip.path.parent.name}/{self.clip.path.name}"
        if self.staff is None:
            return f"{name}: {len(self.seen)} tracks; marked {told}; cost x {self.cost:.2f}"
        right, wrong = len(self.staff & self.marks.keys()), len(self.marks.keys() - self.staff)
        return (
            f"{name}: {len(self.seen)} tracks, {len(self.staff)} of staff, {right} of them marked, {wrong} others"
            f" marked; marked {told}; cost x {self.cost:.2f}"
        )


def setting_of(colour: str, second: str = "", share: float = 0.35) -> StaffSetting:
    """The setting of a site whose staff wear that, as a site file has it."""
    marker = f', second: "{second}"' if second else ""
    text = (
        "site: {id: bench, time_zone: UTC}\ncameras: []\nstaff:\n  uniforms:\n"
        f'    - {{name: uniform, colour: "{colour}", share: {share}{marker}}}\n'
    )
    return parse_site(text.encode(), Path("bench.yaml"), {}).staff


def marked(clip: Clip, setting: StaffSetting, network: Loaded, camera: Camera | None = None) -> Marked:
    """Count a clip; nobody's face is looked at.

    Args:
        clip: of one camera.
        setting: by what staff are told.
        network: finds people.
        camera: the camera's record, where zones matter.
    """
    site = Site("bench", cameras=(camera or Camera(clip.camera),), staff=setting)
    clock, store = Moment(clip.start.timestamp()), Store()
    with tempfile.TemporaryDirectory(prefix="staff-") as folder:
        place = Place(site.id, Path(folder) / "vault", Path(folder) / "keys")
        desk = Recognition(site, place, grants([clip], [Purpose.STAFF], None, clock), store, clock)
        found = run(clip, network, desk, clock, site)
        desk.stop()
    long = frozenset(track for track, points in found.tracks.items() if points[-1][0] - points[0][0] >= LONG)
    marks = {one.track: one.time - found.tracks[one.track][0][0] for one in store.sightings if one.track in long}
    cost = found.seconds / max(1e-9, found.seconds - found.faces)
    return Marked(clip, long, marks, _staff(found, long), cost)


def _staff(found: Found, tracks: frozenset[int]) -> frozenset[int] | None:
    if not found.clip.path.with_name(f"{found.clip.path.stem}.people.csv").is_file():
        return None
    who = people(found, {})
    return frozenset(track for track in tracks if who.get(track, "").endswith("(staff)"))


def summed(done: Sequence[Marked]) -> Iterator[str]:
    """Precision and recall by camera, and of all, in lines; of clips whose truth is known."""
    known = [one for one in done if one.staff is not None]
    for camera in [*dict.fromkeys(one.clip.camera for one in known), ""]:
        some = [one for one in known if camera in ("", one.clip.camera)]
        right = sum(len((one.staff or frozenset()) & one.marks.keys()) for one in some)
        told, true = sum(len(one.marks) for one in some), sum(len(one.staff or ()) for one in some)
        tracks = sum(len(one.seen) for one in some)
        yield (
            f"{camera or 'all'}: {tracks} tracks; precision {_ratio(right, told)}, recall {_ratio(right, true)}"
            f" ({right} of {told} marks right, {right} of {true} staff found)"
        )


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="Who is taken for staff by a uniform.")
    parser.add_argument("clips", nargs="*", metavar="CLIP[@CAMERA]", help="clips (default: those of the mall)")
    parser.add_argument("--colour", default=POLO, help='of the uniform: "#rrggbb" or "hue 165-195"')
    parser.add_argument("--second", default="", help="of a marker that is worn with it")
    parser.add_argument("--share", type=float, default=0.35, help="of the upper body that has the colour")
    asked = parser.parse_args()
    first = datetime(2026, 10, 10, 10, 0, tzinfo=UTC)
    mall = [path.with_name(path.name.replace(".people.csv", ".mp4")) for path in sorted(MALL.glob("*/*.people.csv"))]
    texts = asked.clips or [f"{path}@{path.stem}" for path in mall]
    network, setting, done = load(Choice(threads=1)), setting_of(asked.colour, asked.second, asked.share), []
    for n, text in enumerate(texts):
        done.append(marked(parsed(text, first, n), setting, network))
        print(done[-1].line, flush=True)
    for line in summed(done):
        print(line)


if __name__ == "__main__":
    main()
