"""What the cameras' face steps saw becomes sightings and tallies, as far as purposes have grants.

The analysis thread looks and ticks; members are enrolled and visitors erased by others. Whatever fails here is told in
the log, and counting goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from galleria.domain.dossier import Dossier
from galleria.domain.errors import GalleriaError, ModelMismatchError
from galleria.domain.events import Origin
from galleria.domain.face import Template
from galleria.domain.purpose import TEMPLATE_PURPOSES, Purpose
from galleria.domain.sighting import Sighting
from galleria.domain.site import Camera, FaceSetting, Site
from galleria.domain.tally import Tally
from galleria.domain.time import Clock
from galleria.domain.track import TrackState
from galleria.policy.gate import Grant
from galleria.policy.retention import Spans
from galleria.runtime.faces import FaceFact, FaceStep, FaceTools, Glance, Minor, Mood, Need, Portrait
from galleria.runtime.look import Look

from .enrolled import Enrolled, Ground
from .gallery import Place, shred_overdue
from .minted import Minted
from .periods import period_of
from .ports import Grants, Sightings
from .shelf import Loaded, Shelf, fetch_tools
from .tallying import Tallying
from .terms import Terms, terms_of

# Footage of another time than now, by so many seconds, is not looked at for faces.
NOW = 600.0
# Seconds between two looks for periods that are over.
SHREDDING = 60.0
_MINTED = (Purpose.UNIQUE, Purpose.RETURNING)
_NEEDS = {
    **dict.fromkeys((*_MINTED, Purpose.MEMBERS), Need(templates=True)),
    Purpose.DEMOGRAPHICS: Need(attributes=True),
    Purpose.EXPERIENCE: Need(expressions=True),
    Purpose.AUDIENCE: Need(attention=True),
}

_log = logging.getLogger(__name__)


def need_of(purposes: Iterable[Purpose]) -> Need:
    """What purposes need of faces."""
    need = Need()
    for purpose in purposes:
        need |= _NEEDS.get(purpose, Need())
    return need


@dataclass(slots=True)
class _Lane:
    """One camera with a face step."""

    step: FaceStep
    tools: FaceTools
    need: Need
    tallying: Tallying
    time: float = 0.0


@dataclass(slots=True)
class Seen:
    """How much was seen since the start; numbers only."""

    portraits: int = 0
    minors: int = 0


class Recognition:
    """One site's. Implements `galleria.runtime.parts.FaceDesk`.

    Args:
        site: as it is now; `reload` when it changes.
        place: where templates lie.
        grants: says what may be looked at.
        store: takes sightings and tallies.
        clock: tells the time now.
        greet: told the label of a member who was seen, the camera, and when.
        fetch: loads networks.

    Attributes:
        members: the gallery of those who joined.
        seen: so far.
    """

    def __init__(
        self,
        site: Site,
        place: Place,
        grants: Grants,
        store: Sightings,
        clock: Clock,
        *,
        greet: Callable[[str, str, float], object] = lambda _label, _camera, _time: None,
        fetch: Callable[[Need, FaceSetting], Loaded] = fetch_tools,
    ) -> None:
        self._site, self._place, self._grants, self._store, self._clock = site, place, grants, store, clock
        self._greet, self._spans = greet, Spans()
        self._shelf = Shelf(clock.now, fetch)
        self._minted = {purpose: Minted(place, purpose) for purpose in _MINTED}
        self.members = Enrolled(place, Purpose.MEMBERS, self._members_ground)
        self.seen = Seen()
        self._lanes: dict[str, _Lane] = {}
        self._need = Need()
        self._loaded: Loaded | None = None
        self._known_terms: tuple[Dossier, FaceSetting, Terms] | None = None
        self._pending: tuple[list[Sighting], list[Tally]] = [], []
        self._shredded, self._told = float("-inf"), ""

    def reload(self, site: Site) -> None:
        """Go on with another record of the site."""
        self._site = site

    def look(self, camera: Camera, origin: Origin, look: Look) -> None:
        try:
            self._look(camera, origin, look)
        except Exception as error:  # noqa: BLE001  counting goes on
            self._failed(error)
            self._lanes.pop(camera.id, None)

    def closed(self, camera: str) -> None:
        lane = self._lanes.pop(camera, None)
        if lane is None:
            return
        try:
            granted = self._grants.granted(camera)
            self._take(lane, lane.step.end(), granted)
            self._pending[1].extend(lane.tallying.take())
        except Exception as error:  # noqa: BLE001  likewise
            self._failed(error)

    def tick(self) -> None:
        try:
            self._tick(self._clock.now())
        except Exception as error:  # noqa: BLE001  likewise
            self._failed(error)

    def stop(self) -> None:
        """Let go of everything; the analysis has ended."""
        self.tick()
        for minted in self._minted.values():
            minted.close()
        self.members.close()

    def wait(self) -> None:
        """Until networks that purposes need now are loaded, or cannot be had: for footage that does not wait."""
        self.tick()
        self._shelf.wait()
        self.tick()

    def erase(self, templates: Sequence[Template]) -> list[str]:
        """Erase visitors whom these templates show, of `unique` and `returning`, with their sightings' labels.

        Returns:
            labels, for the store of sightings; nobody is to be told.

        Raises:
            StoreError: the vault fails.
        """
        return [label for minted in self._minted.values() for label in minted.erase(templates)]

    def _look(self, camera: Camera, origin: Origin, look: Look) -> None:
        granted = self._grants.granted(camera.id)
        need = need_of(granted)
        now = self._clock.now()
        if not need or (look.frame is not None and abs(look.frame.time - now) > NOW):
            self._drop(camera.id)
            return
        lane = self._lane(camera, origin, need)
        if lane is None:
            return
        if look.frame is not None:
            lane.time = look.frame.time
        self._take(lane, lane.step.look(look), granted)
        for update in look.updates:
            self._tracked(lane, origin, update.track, ended=update.state is TrackState.ENDED)

    def _lane(self, camera: Camera, origin: Origin, need: Need) -> _Lane | None:
        loaded = self._loaded = self._shelf.get(self._need | need, self._site.faces)
        if loaded is None:
            return None
        lane = self._lanes.get(camera.id)
        if lane is None or lane.tools is not loaded.tools or lane.need != need or lane.step.camera.lane != camera.lane:
            self._drop(camera.id)
            step = FaceStep(camera, loaded.tools, need)
            lane = self._lanes[camera.id] = _Lane(step, loaded.tools, need, self._tallying(origin, camera))
        elif lane.tallying.origin != origin or lane.tallying.camera is not camera:
            self._pending[1].extend(lane.tallying.take())
            lane.tallying = self._tallying(origin, camera)
        return lane

    def _drop(self, camera: str) -> None:
        """End a camera's step without making anything of what it still holds: it may not any more."""
        lane = self._lanes.pop(camera, None)
        if lane is not None:
            self._pending[1].extend(lane.tallying.take())

    def _tallying(self, origin: Origin, camera: Camera) -> Tallying:
        dossier = self._grants.dossier
        ages = dossier.ages if dossier else None
        return Tallying(origin, camera, (ages.slope, ages.intercept) if ages else (1.0, 0.0))

    def _tracked(self, lane: _Lane, origin: Origin, track: int, *, ended: bool) -> None:
        if ended:
            lane.tallying.ended(track)
            self.members.ended(origin, track)
        for minted in self._minted.values():
            if ended:
                minted.ended(origin, track)
            else:
                minted.still(origin, track, lane.time)

    def _take(self, lane: _Lane, facts: Sequence[FaceFact], granted: Mapping[Purpose, Grant]) -> None:
        for fact in facts:
            match fact:
                case Portrait():
                    self.seen.portraits += 1
                    if Purpose.DEMOGRAPHICS in granted:
                        lane.tallying.portrait(fact, lane.time)
                    if fact.likenesses:
                        self._recognise(lane, fact, granted)
                case Mood():
                    if Purpose.EXPERIENCE in granted:
                        lane.tallying.mood(fact)
                case Glance():
                    if Purpose.AUDIENCE in granted:
                        lane.tallying.glance(fact)
                case Minor():
                    self.seen.minors += 1

    def _recognise(self, lane: _Lane, portrait: Portrait, granted: Mapping[Purpose, Grant]) -> None:
        origin, terms = lane.tallying.origin, self._terms()
        if terms is None:
            return
        now = self._clock.now()
        for purpose in [purpose for purpose in _MINTED if purpose in granted]:
            period = period_of(purpose, self._site, portrait.time, self._spans)
            found = self._minted[purpose].observe(origin, portrait, period, terms, granted[purpose], now)
            self._pending[0].extend(found)
        if Purpose.MEMBERS in granted:
            for sighting in self.members.observe(origin, portrait):
                self._greet(sighting.label, origin.camera, sighting.time)

    def _terms(self) -> Terms | None:
        """On which templates are compared now; None: no network is loaded, or the dossier is of another."""
        dossier, setting, loaded = self._grants.dossier, self._site.faces, self._loaded
        if dossier is None or loaded is None or loaded.mark is None:
            return None
        if loaded.mark != dossier.model:
            problem = f"the network that is loaded is not the one of the accuracy dossier ({dossier.model.id})"
            raise ModelMismatchError(problem, "Pull it again, or evaluate the one that is there: galleria evaluate.")
        known = self._known_terms
        if known is None or known[:2] != (dossier, setting):
            known = self._known_terms = dossier, setting, terms_of(dossier, setting, loaded.dimensions)
        return known[2]

    def _members_ground(self) -> Ground | None:
        """Asked by any thread."""
        now, terms = self._clock.now(), self._terms()
        for camera in self._site.cameras:
            grant = self._grants.granted(camera.id).get(Purpose.MEMBERS)
            if grant is not None and terms is not None:
                period = period_of(Purpose.MEMBERS, self._site, now, self._spans)
                return Ground(grant, camera.id, now, terms, period)
        return None

    def _tick(self, now: float) -> None:
        granted = {camera.id: self._grants.granted(camera.id) for camera in self._site.cameras}
        purposes = {purpose for some in granted.values() for purpose in some}
        self._need = need_of(purposes)
        if self._need:
            self._loaded = self._shelf.get(self._need, self._site.faces)
        else:
            self._loaded = None
            self._shelf.clear()
        for camera in [camera for camera in self._lanes if not need_of(granted.get(camera, ()))]:
            self._drop(camera)
        for purpose, minted in self._minted.items():
            if purpose in purposes:
                minted.tick(now)
            else:
                minted.close()
        if Purpose.MEMBERS not in purposes:
            self.members.close()
        self._flush()
        if now - self._shredded >= SHREDDING:
            self._shredded = now
            self._shred(now)

    def _shred(self, now: float) -> None:
        declared = {one.purpose for one in self._site.purposes} & TEMPLATE_PURPOSES
        holders: list[Minted | Enrolled] = [*self._minted.values(), self.members]
        spared = [period for holder in holders if (period := holder.period) is not None]
        for what in shred_overdue(self._place, now, declared, spared):
            _log.info("templates shredded", extra={"event": "shredded", "period": what})

    def _flush(self) -> None:
        sightings, tallies = self._pending
        for lane in self._lanes.values():
            tallies.extend(lane.tallying.take())
        if sightings or tallies:
            self._store.put(sightings, tallies)
            self._pending = [], []

    def _failed(self, error: Exception) -> None:
        if str(error) == self._told:  # told once, not with every frame
            return
        self._told = str(error)
        with suppress(Exception):
            if isinstance(error, GalleriaError):
                _log.error("faces: %s", error, extra={"event": "faces-failed"})
            else:
                _log.error("faces: it failed", exc_info=error, extra={"event": "faces-failed"})
