"""Who is counted as whom: clips through the cameras' graphs, with their face step, into visitor labels.

`python -m bench.visitors CLIP[@CAMERA][@START] ... --dossier out/london/dossier.json [--purpose returning]` counts
clips one after the other as cameras of one site, under a real gate, into a real vault in a temporary folder, and
prints which track got which label. Beside a clip `NAME.people.csv` says who was where (as the mall's clips have it):
labels are then compared with the truth. Clips of real people need their consent: nothing of them is kept.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from itertools import count as numbers_from
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

from galleria.app.networks import Choice, Loaded, load
from galleria.app.recognition.desk import Recognition
from galleria.app.recognition.gallery import Place
from galleria.app.recognition.lanes import need_of
from galleria.app.recognition.shelf import Loaded as Tools
from galleria.app.recognition.shelf import fetch_tools
from galleria.capture.sources import open_source
from galleria.domain.dossier import VALID, Dossier
from galleria.domain.events import Origin
from galleria.domain.frame import Pixels
from galleria.domain.geometry import Box
from galleria.domain.purpose import Comparison, Declaration, LawfulBasis, Notice, Purpose
from galleria.domain.sighting import Sighting, SightingKind
from galleria.domain.site import Camera, FaceSetting, Site
from galleria.domain.tally import Tally
from galleria.policy.declarations import sign
from galleria.policy.gate import Gate, Grant
from galleria.policy.profiles import find_profile
from galleria.runtime.camera import camera_steps
from galleria.runtime.face_facts import Need
from galleria.runtime.graph import EmbeddedExecutor, Graph
from galleria.storage.dossierfile import read_dossier
from galleria.tracking.registry import DEFAULT, tracker_named
from galleria.vision.faces.attributes import Age, AgeReader

RATE = 6.0
_DAY = 86400.0
_OVERLAP = 0.4  # of two boxes that are of one body
_ABOUT = 1.0  # seconds around a sighting
_SOME = 0.5  # of a track's points that lie on one subject, for the track to be that subject's


@dataclass(slots=True)
class Moment:
    """A clock that the footage moves."""

    time: float = 0.0

    def now(self) -> float:
        return self.time


@dataclass(slots=True)
class Store:
    """Keeps what comes, for the figures."""

    sightings: list[Sighting] = field(default_factory=list)
    tallies: dict[tuple[object, ...], float] = field(default_factory=dict)

    def put(self, sightings: Sequence[Sighting], tallies: Sequence[Tally]) -> None:
        self.sightings += sightings
        for one in tallies:
            self.tallies[one.origin, one.purpose, one.place, one.begin, one.cell] = one.amount


@dataclass(slots=True)
class Ask:
    """Grants of a real gate, for declarations that two have signed."""

    gate: Gate
    purposes: Sequence[Purpose]
    clock: Moment
    dossier: Dossier | None

    def granted(self, camera: str) -> dict[Purpose, Grant]:
        answers = {purpose: self.gate.decide(purpose, camera, self.clock.now()) for purpose in self.purposes}
        return {purpose: answer for purpose, answer in answers.items() if isinstance(answer, Grant)}


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip: of which camera, and when it was taken."""

    path: Path
    camera: str
    start: datetime


@dataclass(slots=True)
class Found:
    """What came of one clip: boxes of every track by time, its origin, and what it took, processor seconds."""

    clip: Clip
    origin: Origin
    tracks: dict[int, list[tuple[float, Box]]]
    seconds: float
    faces: float


@dataclass(slots=True)
class Counted:
    """What came of clips that were counted as cameras of one site."""

    found: list[Found]
    store: Store
    portraits: int
    minors: int

    def labels(self, purpose: Purpose) -> list[dict[int, str]]:
        """The label of each recognised track, by clip."""
        known = labels_of(self.store.sightings, purpose)
        return [
            {track: known[one.origin, track] for track in one.tracks if (one.origin, track) in known}
            for one in self.found
        ]

    def who(self) -> list[dict[int, str]]:
        """Who each recognised track is by the truth, by clip."""
        times = [{s.track: s.time for s in self.store.sightings if s.origin == one.origin} for one in self.found]
        return [people(one, seen) for one, seen in zip(self.found, times, strict=True)]


class Grown(AgeReader):
    """Takes everybody for forty, whatever the network says: rendered people have no age."""

    def __init__(self, reader: AgeReader) -> None:
        self.cutter, self._reader = reader.cutter, reader

    def read(self, chips: Sequence[Pixels]) -> list[Age]:
        return [replace(age, years=40.0, under_adult=None) for age in self._reader.read(chips)]


def grants(clips: Sequence[Clip], purposes: Sequence[Purpose], dossier: Dossier | None, clock: Moment) -> Ask:
    """A gate at which everything is in order while the clips last."""
    cameras = tuple(dict.fromkeys(clip.camera for clip in clips))
    begin = min(clip.start.timestamp() for clip in clips) - _DAY
    notice = Notice("1", "at every door")
    declared = []
    for purpose in purposes:
        one = Declaration(
            purpose, LawfulBasis.CONSENT, notice, begin, begin + 300 * _DAY, cameras, "bench", "a card",
            staff_notice="told",
        )  # fmt: skip
        declared.append(sign(sign(one, "first", begin), "second", begin))
    dossiers = [replace(dossier, made=begin, ends=begin + VALID)] if dossier else []
    compared = Comparison(dossier.model, dossier.threshold) if dossier else None
    running = dict.fromkeys(purposes, compared) if compared else {}
    gate = Gate(find_profile("us"), cameras, declared, dossiers, running)
    return Ask(gate, purposes, clock, dossiers[0] if dossiers else None)


def run(clip: Clip, network: Loaded, desk: Recognition | None, clock: Moment, site: Site) -> Found:
    """Count a clip; what the face steps see goes to the desk."""
    camera = site.camera(clip.camera)
    source = open_source(
        str(clip.path), camera=clip.camera, start=clip.start, zone=ZoneInfo(site.zone), threads=1, clock=clock.now
    )
    source.want_rate(RATE)
    facts = source.facts
    origin, aspect = Origin(site.id, clip.camera, facts.fingerprint), facts.width / facts.height
    tracker = tracker_named(DEFAULT)(aspect, numbers_from(1))
    steps = camera_steps(
        camera, origin, network.detector(camera), tracker, aspect=aspect, frame_rate=facts.rate, rate=RATE
    )
    tracks: dict[int, list[tuple[float, Box]]] = defaultdict(list)
    spent, began, ticked = 0.0, process_time(), 0.0
    executor = EmbeddedExecutor(Graph(steps))
    for looks in (executor.run(source), executor.drain()):
        for look in looks:
            for update in look.updates:
                tracks[update.track] += [(point.time, point.box) for point in update.points]
            clock.time = look.frame.time if look.frame else clock.time
            before = process_time()
            if desk is not None:
                desk.look(camera, origin, look)
                if clock.time - ticked >= 1:
                    ticked = clock.time
                    desk.tick()
            spent += process_time() - before
    before = process_time()
    if desk is not None:
        desk.closed(clip.camera)
        desk.tick()
    spent += process_time() - before
    source.close()
    return Found(clip, origin, tracks, process_time() - began, spent)


def labels_of(sightings: Sequence[Sighting], purpose: Purpose) -> dict[tuple[Origin, int], str]:
    """The label of each track, withdrawals taken back."""
    found: dict[tuple[Origin, int], str] = {}
    for one in sightings:
        if one.purpose is purpose and one.kind is SightingKind.WITHDRAWN:
            found.pop((one.origin, one.track), None)
        elif one.purpose is purpose:
            found[one.origin, one.track] = one.label
    return found


def people(found: Found, seen: Mapping[int, float]) -> dict[int, str]:
    """Who each track is, by the truth beside the clip; a track that is nobody's, or several people's, is left out.

    Args:
        found: of the clip.
        seen: when tracks were recognised: there it is asked who they are.
    """
    path = found.clip.path.with_name(f"{found.clip.path.stem}.people.csv")
    if not path.is_file():
        return {}
    truth: dict[float, list[tuple[str, Box]]] = defaultdict(list)
    wide, high = size = _size(found.clip.path)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            x0, y0, x1, y1 = (float(row[name]) for name in ("x0", "y0", "x1", "y1"))
            # True boxes go on beyond the picture's edge, where no detector sees.
            box = Box(max(0.0, x0), max(0.0, y0), min(float(wide), x1), min(float(high), y1))
            truth[round(float(row["t"]), 2)].append((f"{row['person']}{' (staff)' * (row['role'] == 'staff')}", box))
    start = found.clip.start.timestamp()
    who = {}
    for track, points in found.tracks.items():
        on = Counter(
            name
            for time, box in points
            if abs(time - seen.get(track, time)) <= _ABOUT
            if (name := _nearest(truth.get(round(time - start, 2), []), _scaled(box, size)))
        )
        near = sum(abs(time - seen.get(track, time)) <= _ABOUT for time, _ in points)
        if on and on.most_common(1)[0][1] >= _SOME * near:
            who[track] = on.most_common(1)[0][0]
    return who


def _size(path: Path) -> tuple[int, int]:
    source = open_source(str(path), camera="", clock=lambda: 0.0)
    source.close()
    return source.facts.width, source.facts.height


def _scaled(box: Box, size: tuple[int, int]) -> Box:
    return Box(box.left * size[0], box.top * size[1], box.right * size[0], box.bottom * size[1])


def _nearest(known: Sequence[tuple[str, Box]], box: Box) -> str:
    best = max(((_overlap(box, other), name) for name, other in known), default=(0.0, ""))
    return best[1] if best[0] >= _OVERLAP else ""


def _overlap(a: Box, b: Box) -> float:
    wide = min(a.right, b.right) - max(a.left, b.left)
    high = min(a.bottom, b.bottom) - max(a.top, b.top)
    common = max(0.0, wide) * max(0.0, high)
    return common / (a.width * a.height + b.width * b.height - common)


def pairwise(who: Sequence[tuple[str, str]]) -> tuple[float, float, float]:
    """Precision, recall and F1 over pairs of recognised tracks: alike in label, alike in truth."""
    alike = [(a[1] == b[1], a[0] == b[0]) for a, b in combinations(who, 2)]
    right = sum(label and truth for label, truth in alike)
    told, true = sum(label for label, _ in alike), sum(truth for _, truth in alike)
    precision, recall = right / told if told else 1.0, right / true if true else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def counted(
    clips: Sequence[Clip],
    dossier: Dossier,
    purposes: Sequence[Purpose],
    folder: Path,
    *,
    setting: FaceSetting = FaceSetting(),  # noqa: B008  frozen
    adults: bool = False,
) -> Counted:
    """Count clips one after the other.

    Args:
        clips: by the time they begin.
        dossier: of the setting's embedder; it is taken to have been made when the clips begin.
        purposes: what for.
        folder: for vaults and keys.
        setting: of the networks.
        adults: take everybody for grown up.
    """
    cameras = tuple(Camera(name) for name in dict.fromkeys(clip.camera for clip in clips))
    site = Site("bench", cameras=cameras, faces=setting)
    clock, store, network = Moment(clips[0].start.timestamp()), Store(), load(Choice(threads=1))
    tools = fetch_tools(need_of(purposes), setting)  # before anything is measured
    if adults and tools.tools.age:
        tools = replace(tools, tools=replace(tools.tools, age=Grown(tools.tools.age)))

    def fetch(_need: Need, _setting: FaceSetting) -> Tools:
        return tools

    place = Place(site.id, folder / "vault", folder / "keys")
    desk = Recognition(site, place, grants(clips, purposes, dossier, clock), store, clock, fetch=fetch)
    desk.wait()
    found = [run(clip, network, desk, clock, site) for clip in clips]
    desk.stop()
    return Counted(found, store, desk.seen.portraits, desk.seen.minors)


def report(done: Counted, purpose: Purpose) -> Iterator[str]:
    """What was found, in lines."""
    known, truth = done.labels(purpose), done.who()
    short = {label: f"v{n}" for n, label in enumerate(dict.fromkeys(x for some in known for x in some.values()), 1)}
    for one, labels, who in zip(done.found, known, truth, strict=True):
        ratio = one.seconds / max(1e-9, one.seconds - one.faces)
        told = ", ".join(f"{t}={short[x]}{f' ({who[t]})' if t in who else ''}" for t, x in labels.items())
        yield f"{one.clip.path.name} at {one.clip.camera}: {len(one.tracks)} tracks, cost x {ratio:.2f}; {told or '-'}"
    yield f"{purpose.value}: {len(short)} visitors of {sum(map(len, known))} recognised tracks"
    pairs = [(who[track], x) for labels, who in zip(known, truth, strict=True) for track, x in labels.items()
             if track in who]  # fmt: skip
    everybody = {name for who in truth for name in who.values()}
    if everybody:
        precision, recall, f1 = pairwise(pairs)
        yield (
            f"truth: {len(everybody)} people were followed, {len({name for name, _ in pairs})} of them recognised as"
            f" {len({label for _, label in pairs})} visitors; pairs: precision {precision:.3f}, recall {recall:.3f},"
            f" F1 {f1:.3f} over {len(pairs)} tracks"
        )


def parsed(text: str, first: datetime, n: int) -> Clip:
    """`CLIP[@CAMERA][@START]`; without a start, each begins five minutes after the one before."""
    path, *rest = text.split("@")
    camera = rest[0] if rest else "camera"
    start = datetime.fromisoformat(rest[1]) if len(rest) > 1 else first + timedelta(minutes=5 * n)
    return Clip(Path(path), camera, start)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="Who is counted as whom.")
    parser.add_argument("clips", nargs="+", metavar="CLIP[@CAMERA][@START]")
    parser.add_argument("--dossier", type=Path, required=True, help="accuracy dossier, dossier.json")
    parser.add_argument("--purpose", action="append", type=Purpose, help="what for (default: unique); may be repeated")
    parser.add_argument("--embedder", default="dlib-resnet-v1", help="card of the network that makes templates")
    parser.add_argument("--threshold", type=float, default=0.0, help="comparison score (default: the dossier's)")
    parser.add_argument("--adults", action="store_true", help="footage of rendered people, who have no age")
    asked = parser.parse_args()
    first = datetime(2026, 10, 10, 10, 0, tzinfo=UTC)
    clips = [parsed(text, first, n) for n, text in enumerate(asked.clips)]
    purposes = asked.purpose or [Purpose.UNIQUE]
    setting = FaceSetting(embedder=asked.embedder, threshold=asked.threshold)
    with tempfile.TemporaryDirectory(prefix="visitors-") as folder:
        dossier = read_dossier(asked.dossier)
        done = counted(clips, dossier, purposes, Path(folder), setting=setting, adults=asked.adults)
    for purpose in purposes:
        for line in report(done, purpose):
            print(line)
    print(f"portraits {done.portraits}, dropped as likely minors {done.minors}")
    spent, all_seconds = sum(one.faces for one in done.found), sum(one.seconds for one in done.found)
    print(f"counting with faces on costs {all_seconds / (all_seconds - spent):.2f} times counting alone")


if __name__ == "__main__":
    main()
