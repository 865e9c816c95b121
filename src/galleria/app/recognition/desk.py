"""What the cameras' face steps saw becomes sightings and tallies, as far as purposes have grants.

The analysis thread looks and ticks; members are enrolled and visitors erased by others. Whatever fails here is told in
the log, and counting goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from galleria.app.faults import Faults
from galleria.domain.events import Origin
from galleria.domain.face import Template
from galleria.domain.purpose import TEMPLATE_PURPOSES, Purpose
from galleria.domain.site import Camera, FaceSetting, Site
from galleria.domain.time import Clock
from galleria.domain.track import TrackState, TrackUpdate
from galleria.policy.gate import Grant
from galleria.runtime.clothing import Worn
from galleria.runtime.face_facts import FaceFact, Glance, Minor, Mood, Need, Portrait
from galleria.runtime.look import Look

from .bridging import Bridging
from .enrolled import Enrolled
from .gallery import Place, live_scopes, shred_overdue
from .grounds import Grounds
from .lanes import Lane, Lanes, need_of
from .minted import Minted
from .ports import Grants, Sightings
from .shelf import Loaded, Shelf, fetch_tools
from .staffing import Staffing
from .unwritten import Unwritten

# Footage of another time than now, by so many seconds, is not looked at for faces.
NOW = 600.0
# Seconds between two looks for periods that are over.
SHREDDING = 60.0
_MINTED = (Purpose.UNIQUE, Purpose.RETURNING)

_log = logging.getLogger(__name__)


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
        self._ground = Grounds(site, grants, clock)
        self._place, self._clock, self._greet = place, clock, greet
        self._shelf = Shelf(clock.now, fetch)
        self._minted = {purpose: Minted(place, purpose) for purpose in _MINTED}
        self.members = Enrolled(
            place, Purpose.MEMBERS, self._ground.members, self._ground.space, self._ground.erasing
        )  # fmt: skip
        self.seen = Seen()
        self._bridging = {purpose: Bridging(purpose) for purpose in _MINTED}
        self._lanes, self._staffing, self._unwritten = Lanes(), Staffing(), Unwritten(store)
        self._need = Need()
        self._faults, self._shredded = Faults(_log, "faces"), float("-inf")

    def reload(self, site: Site) -> None:
        """Go on with another record of the site."""
        self._ground.site = site

    def look(self, camera: Camera, origin: Origin, look: Look) -> None:
        with self._faults.passed_over():
            self._look(camera, origin, look)
        # After faces: what they say of a track that ends here needs to know whose it is.
        with self._faults.passed_over():
            self._look_for_staff(camera, origin, look)

    def closed(self, camera: str) -> None:
        with self._faults.passed_over():
            if camera in self._lanes:
                lane, granted = self._lanes[camera], self._ground.granted(camera)
                if need_of(granted) == lane.need:
                    self._take(lane, lane.step.end(), granted)
                    self._bridge(lane, lane.clothing.end(), granted)
                self._left(lane.tallying.origin)
        self._lanes.close(camera)
        self._staffing.drop(camera)

    def tick(self) -> None:
        # None of these keeps the others from being done: what is over ends also while nothing can be written.
        now = self._clock.now()
        with self._faults.passed_over():
            self._renew(now)
        with self._faults.passed_over():
            self._unwritten.add(tallies=self._lanes.tallies())
            self._unwritten.write(self._ground.site, self._clock.now())
        with self._faults.passed_over():
            self._shred(now)

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

    @property
    def minting(self) -> tuple[Purpose, ...]:
        """Purposes whose visitors nobody enrolled and that know some now."""
        return tuple(purpose for purpose, minted in self._minted.items() if minted.labels)

    @property
    def keeping(self) -> tuple[Purpose, ...]:
        """Purposes whose visitors nobody enrolled and that keep some, also sealed; those that run come first.

        Raises:
            StoreError: the folder of keys cannot be read.
        """
        running, now = self.minting, self._clock.now()
        sealed = [one for one in self._minted if one not in running and live_scopes(self._place, one, now)]
        return *running, *sealed

    def erase(
        self, purpose: Purpose, templates: Sequence[Template], first: Callable[[list[str]], object] = list
    ) -> list[str]:
        """Erase visitors whom these templates show; their labels, for the store of sightings, and for nobody else.

        Also of a purpose that is stopped or not declared any more: to be erased somebody needs no grant.

        Args:
            purpose: of the gallery.
            templates: of the network, one at least.
            first: is given the labels before anything is erased; where it raises, nothing is.

        Raises:
            StoreError: the vault fails.
            PolicyError: what is sealed cannot be searched without a dossier.
        """
        labels = self._minted[purpose].erase(templates, self._ground.erasing, self._clock.now(), first)
        self._bridging[purpose].forget(labels)
        self._unwritten.forget(labels)
        return labels

    def _look(self, camera: Camera, origin: Origin, look: Look) -> None:
        granted, now = self._ground.granted(camera.id), self._clock.now()
        need = need_of(granted)
        present = _is_present(look, now)
        loaded = self._shelf.get(self._need | need, self._ground.site.faces) if need else None
        if loaded is None or not present:
            self._lanes.drop(camera.id)
            return
        self._ground.loaded = loaded
        before = self._lanes[camera.id].tallying.origin if camera.id in self._lanes else origin
        lane = self._lanes.lane(camera, origin, need, loaded.tools, self._ground.years())
        if before != origin:  # redrawn: they go on under other names
            self._left(before)
        if look.frame is not None:
            lane.time = look.frame.time
        with self._faults.passed_over():
            self._take(lane, lane.step.look(look), granted)
        if need.templates:
            with self._faults.passed_over():
                self._bridge(lane, lane.clothing.look(look), granted)
        for update in look.updates:
            self._tracked(lane, update)

    def _look_for_staff(self, camera: Camera, origin: Origin, look: Look) -> None:
        """Needs no network."""
        if Purpose.STAFF in self._ground.granted(camera.id) and _is_present(look, self._clock.now()):
            self._unwritten.add(self._staffing.look(camera, origin, look, self._ground.site.staff))
        else:
            self._staffing.drop(camera.id)

    def _left(self, origin: Origin) -> None:
        for minted in self._minted.values():
            minted.left(origin)

    def _tracked(self, lane: Lane, update: TrackUpdate) -> None:
        origin, ended = lane.tallying.origin, update.state is TrackState.ENDED
        if ended:
            lane.tallying.ended(update.track)
            lane.minors.discard(update.track)
            self.members.ended(origin, update.track)
        for minted in self._minted.values():
            if ended:
                minted.ended(origin, update.track)
            elif update.points:  # one that is lost may be elsewhere by now
                minted.still(origin, update.track, update.points[-1].time)

    def _take(self, lane: Lane, facts: Sequence[FaceFact], granted: Mapping[Purpose, Grant]) -> None:
        for fact in facts:
            # Who works here is tallied nowhere; what is known of their face tells visitors from them elsewhere.
            tallied = {} if self._staffing.works_here(lane.tallying.origin.camera, fact.track) else granted
            match fact:
                case Portrait():
                    self.seen.portraits += 1
                    if Purpose.DEMOGRAPHICS in tallied:
                        lane.tallying.portrait(fact, lane.time)
                    if fact.likenesses:
                        with self._faults.passed_over():
                            self._recognise(lane, fact, granted)
                case Mood():
                    if Purpose.EXPERIENCE in tallied:
                        lane.tallying.mood(fact)
                case Glance():
                    if Purpose.AUDIENCE in tallied:
                        lane.tallying.glance(fact)
                case Minor():
                    self.seen.minors += 1
                    lane.minors.add(fact.track)

    def _recognise(self, lane: Lane, portrait: Portrait, granted: Mapping[Purpose, Grant]) -> None:
        """Each purpose by itself: what fails for one is no matter to the others."""
        origin, terms, now = lane.tallying.origin, self._ground.terms(), self._clock.now()
        if terms is None:
            return
        for purpose, minted in self._minted.items():
            with self._faults.passed_over():
                if purpose in granted:
                    period = self._ground.period(purpose, portrait.time, terms.space.name)
                    found = minted.observe(origin, portrait, period, terms, granted[purpose], now)
                    self._unwritten.add(found)
                    minted.seal(granted[purpose], now)
        if Purpose.MEMBERS in granted:
            with self._faults.passed_over():
                for sighting in self.members.observe(origin, portrait):
                    self._greet(sighting.label, origin.camera, sighting.time)

    def _bridge(self, lane: Lane, gone: Sequence[Worn], granted: Mapping[Purpose, Grant]) -> None:
        """Tracks that ended: one without a usable face may have been somebody who was recognised shortly before."""
        origin = lane.tallying.origin
        for purpose, minted in self._minted.items():
            if purpose in granted and not granted[purpose].panel:
                for worn in gone:
                    label = "" if worn.track in lane.minors else minted.known(origin, worn.track)
                    self._unwritten.add(self._bridging[purpose].ended(origin, worn, label))

    def _renew(self, now: float) -> None:
        """See what may be looked at now; what may not any more ends."""
        granted = {camera.id: self._ground.granted(camera.id) for camera in self._ground.site.cameras}
        self._lanes.drop_others({camera: need_of(some) for camera, some in granted.items()})
        purposes = {purpose: grant for some in granted.values() for purpose, grant in some.items()}
        for purpose, minted in self._minted.items():
            if purpose not in purposes:
                minted.close()
                self._bridging[purpose].clear()
        if Purpose.MEMBERS not in purposes:
            self.members.close()
        self._need = need_of(purposes)
        if self._need:
            self._ground.loaded = self._shelf.get(self._need, self._ground.site.faces)
        else:
            self._ground.loaded = None
            self._shelf.clear()
        for purpose, minted in self._minted.items():
            with self._faults.passed_over():
                minted.tick(now)
                if purpose in purposes and (terms := self._ground.terms()):
                    period = self._ground.period(purpose, now, terms.space.name)
                    minted.reopen(period, terms, purposes[purpose], now)

    def _shred(self, now: float) -> None:
        if now - self._shredded < SHREDDING:
            return
        self._shredded = now
        declared = {one.purpose for one in self._ground.site.purposes} & TEMPLATE_PURPOSES
        holders: list[Minted | Enrolled] = [*self._minted.values(), self.members]
        spared = [period for holder in holders if (period := holder.period) is not None]
        for what in shred_overdue(self._place, now, declared, spared):
            _log.info("templates shredded", extra={"event": "shredded", "period": what})


def _is_present(look: Look, now: float) -> bool:
    """Whether it is of now; a break is."""
    return look.frame is None or abs(look.frame.time - now) <= NOW
