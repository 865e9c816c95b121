"""Templates into sightings. A label is minted only for somebody seen well, seen more than once, and surely new.

What is uncertain mints nobody and counts nobody, and a track of which a shot was uncertain is recognised only when two
others agree as whom. One label cannot be in two places at once: of two live tracks in places apart the one that was
surer keeps it, and the other is left undecided for good.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

from galleria.domain.events import Origin
from galleria.domain.sighting import Sighting, SightingKind

from .decide import Calibration, Outcome, Target, decide, per_comparison
from .gallery import Gallery
from .pending import Pending, Shot, TrackKey
from .ports import LabelSource, Permit

_MOST_TRACKS = 4096


@dataclass(frozen=True, slots=True)
class Rules:
    """How carefully labels are minted.

    Attributes:
        agreeing: shots of one visitor that agree before there is a label; 1: the first one suffices.
        apart: seconds between two shots of one track that may agree: neighbouring frames are one sight.
        live: seconds after its last sign of life in which a track is still in its picture.
        together: pairs of cameras that see the same place, so that a visitor can be in both at once.
        pending: shots that wait for others to agree, at most; and for how many seconds, by the times of `observe`
            and `tick`.
    """

    agreeing: int = 2
    apart: float = 0.3
    live: float = 2.0
    together: frozenset[frozenset[str]] = frozenset()
    pending: tuple[int, float] = (512, 600.0)


@dataclass(frozen=True, slots=True)
class Seeing:
    """What a shot led to.

    Attributes:
        sightings: facts for the journal.
        changed: labels whose templates in the gallery changed: its vault keeps them.
        gone: labels that had to leave the gallery: its vault forgets them.
    """

    sightings: tuple[Sighting, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(slots=True)
class _Known:
    """A track that was recognised; without a label it is left undecided."""

    label: str
    rate: float = field(repr=False)
    time: float


class Minting:
    """Recognises tracks for one purpose over all its cameras. For one thread; deterministic but for the labels.

    Args:
        gallery: of the purpose.
        calibration: of the network that makes the templates.
        labels: gives a new label.
    """

    def __init__(
        self, gallery: Gallery, calibration: Calibration, target: Target, labels: LabelSource, rules: Rules
    ) -> None:
        self._gallery = gallery
        self._calibration = calibration
        self._target = target
        self._labels = labels
        self._rules = rules
        self._pending = Pending(*rules.pending)
        self._tracks: OrderedDict[TrackKey, _Known] = OrderedDict()
        # Tracks of which a shot was too uncertain: as whom the next one was accepted, which another has to confirm.
        self._doubted: OrderedDict[TrackKey, str] = OrderedDict()
        self._undecided = 0

    @property
    def undecided(self) -> int:
        """Shots and tracks that were too uncertain, so far."""
        return self._undecided

    def observe(self, shot: Shot, permit: Permit) -> Seeing:
        """Take a shot. One that is not clear is recognised, or nothing comes of it.

        Raises:
            GalleriaError: the permit does not hold; this shot was not looked at.
            InputError: the template is of another space.
        """
        self._pending.expire(shot.time)
        permit.demand(self._gallery.purpose, shot.key.origin.camera, shot.time)
        if not shot.good:
            return Seeing()
        (near,) = self._gallery.near([shot.template])
        decision = decide(near, len(self._gallery), self._calibration, self._target)
        known = self._tracks.get(shot.key)
        if known is not None:
            same = decision.outcome is Outcome.ACCEPTED and decision.label == known.label
            return self._again(shot, known, decision.rate) if same else Seeing()
        if decision.outcome is Outcome.ACCEPTED:
            if self._doubted.get(shot.key, decision.label) != decision.label:
                self._doubt(shot.key, decision.label)
                return Seeing()
            return self._recognise(shot, decision.label, decision.rate)
        if decision.outcome is Outcome.UNCERTAIN:
            self._undecided += 1
            self._pending.drop(shot.key)
            self._doubt(shot.key, "")
            return Seeing()
        return self._wait(shot) if shot.clear else Seeing()

    def known(self, key: TrackKey) -> str | None:
        """As whom a track was recognised; empty: it was left undecided for good; None: nothing was made of it."""
        known = self._tracks.get(key)
        return known.label if known else None

    def still(self, key: TrackKey, time: float) -> None:
        """A track is still in its camera's picture."""
        if known := self._tracks.get(key):
            known.time = max(known.time, time)

    def ended(self, key: TrackKey) -> None:
        """A track ended: its label can be elsewhere from now on."""
        self._tracks.pop(key, None)
        self._doubted.pop(key, None)

    def left(self, origin: Origin) -> None:
        """An epoch of a camera ended, and with it all its tracks."""
        for key in {*self._tracks, *self._doubted}:
            if key.origin == origin:
                self.ended(key)

    def tick(self, now: float) -> None:
        """Time went by, perhaps without a shot: those that waited too long are forgotten.

        Args:
            now: capture time, seconds since 1970-01-01 UTC. To be called once in a while also while no visitors come.
        """
        self._pending.expire(now)

    def close(self) -> None:
        """The purpose stopped: no shot waits and no track is known any more. The gallery stays as it is."""
        self._pending.clear()
        self._tracks.clear()
        self._doubted.clear()

    def forget(self, labels: Collection[str]) -> None:
        """Labels were erased: their tracks are left undecided, so that nobody is minted anew at once.

        Waiting shots that are not surely of others than the erased go too. One that is so poor that it looks like
        somebody else's cannot be told, and goes with its time.
        """
        for label in labels:
            templates = self._gallery.templates(label)
            alike = per_comparison(self._target.grey, max(1, len(templates)))
            self._pending.forget(templates, alike, self._calibration.rate)
        self._gallery.forget(labels)
        for known in self._tracks.values():
            if known.label in labels:
                known.label = ""

    def _again(self, shot: Shot, known: _Known, rate: float) -> Seeing:
        known.time, known.rate = max(known.time, shot.time), min(known.rate, rate)
        self._gallery.touch(known.label)
        if not self._gallery.has_room(known.label):
            return Seeing()
        gone = self._gallery.strengthen(known.label, shot.template)
        return Seeing(changed=(known.label,), gone=tuple(gone))

    def _recognise(self, shot: Shot, label: str, rate: float) -> Seeing:
        others = [(key, known) for key, known in self._tracks.items() if known.label == label]
        others = [(key, known) for key, known in others if self._impossible(shot.key, shot.time, key, known.time)]
        self._pending.drop(shot.key)
        if any(known.rate <= rate for _, known in others):
            self._remember(shot.key, _Known("", rate, shot.time))
            self._undecided += 1
            return Seeing()
        withdrawn = [self._sighting(key, shot.time, label, SightingKind.WITHDRAWN) for key, _ in others]
        for _, known in others:
            known.label = ""
            self._undecided += 1
        self._remember(shot.key, _Known(label, rate, shot.time))
        self._gallery.touch(label)
        return Seeing((*withdrawn, self._sighting(shot.key, shot.time, label, SightingKind.AGAIN)))

    def _wait(self, shot: Shot) -> Seeing:
        agreeing = self._agreeing(shot)
        if len(agreeing) + 1 < self._rules.agreeing:
            self._pending.add(shot)
            return Seeing()
        shots = sorted((shot, *agreeing), key=lambda one: one.time)
        label = self._labels()
        gone = self._gallery.enrol(label, [one.template for one in shots])
        firsts: dict[TrackKey, Shot] = {}
        for one in shots:
            firsts.setdefault(one.key, one)
        self._pending.drop(*firsts)
        kinds = (SightingKind.NEW, *[SightingKind.AGAIN] * (len(firsts) - 1))
        sightings = []
        for kind, first in zip(kinds, firsts.values(), strict=True):
            # Minted from this track itself: no other is surer.
            self._remember(first.key, _Known(label, 0.0, first.time))
            sightings.append(self._sighting(first.key, first.time, label, kind))
        return Seeing(tuple(sightings), (label,), tuple(gone))

    def _agreeing(self, shot: Shot) -> list[Shot]:
        """The best shots that are surely of the same visitor, as many as are needed."""
        nearest = self._pending.nearest(shot)
        least = per_comparison(self._target.accepted, len(nearest))
        agreeing: list[Shot] = []
        for score, other in nearest:
            if len(agreeing) + 1 >= self._rules.agreeing or self._calibration.rate(score) > least:
                break
            if all(self._distinct(one, other) for one in (shot, *agreeing)):
                agreeing.append(other)
        return agreeing

    def _distinct(self, one: Shot, other: Shot) -> bool:
        if one.key == other.key:
            return abs(one.time - other.time) >= self._rules.apart
        return other.key not in self._tracks and not self._impossible(one.key, one.time, other.key, other.time)

    def _impossible(self, one: TrackKey, at: float, other: TrackKey, when: float) -> bool:
        """Two tracks of one visitor that are live at the same time in places apart; two of one camera as well."""
        if one == other or abs(at - when) > self._rules.live:
            return False
        return frozenset((one.origin.camera, other.origin.camera)) not in self._rules.together

    def _remember(self, key: TrackKey, known: _Known) -> None:
        self._tracks[key] = known
        while len(self._tracks) > _MOST_TRACKS:
            self._tracks.popitem(last=False)

    def _doubt(self, key: TrackKey, label: str) -> None:
        self._doubted[key] = label
        while len(self._doubted) > _MOST_TRACKS:
            self._doubted.popitem(last=False)

    def _sighting(self, key: TrackKey, time: float, label: str, kind: SightingKind) -> Sighting:
        purpose = self._gallery.purpose
        number = 1 if kind is SightingKind.WITHDRAWN else 0
        sighting_id = key.origin.event_id(key.track, f"sighting {purpose}", number)
        return Sighting(sighting_id, key.origin, key.track, time, purpose, label, kind)
