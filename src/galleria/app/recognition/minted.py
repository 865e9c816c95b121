"""Visitors whom nobody enrolled: labels are minted where a purpose has a grant, and end with its period."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from galleria.domain.events import Origin
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting
from galleria.identity.decide import Outcome, decide
from galleria.identity.gallery import load_search
from galleria.identity.labels import random_label
from galleria.identity.minting import Minting
from galleria.identity.pending import Shot, TrackKey
from galleria.policy.gate import Grant
from galleria.runtime.face_facts import Portrait
from galleria.storage.vault.templates import Asker

from .gallery import KeptGallery, Place, live_scopes, opened_to_erase
from .periods import Period, is_of
from .terms import Terms

# Quality from which a shot is clear: at 33 degrees away from the camera, or 34 pixels high, a sharp one has this.
# Of less, visitors are recognised at best, and nobody is made of them.
CLEAR = 0.45


@dataclass(slots=True)
class _Open:
    kept: KeptGallery
    minting: Minting
    terms: Terms


class Minted:
    """Recognises visitors for one purpose. Sightings come to one thread; any thread may erase.

    Args:
        place: where templates lie.
        purpose: `unique` or `returning`.
    """

    def __init__(self, place: Place, purpose: Purpose) -> None:
        self.purpose = purpose
        self._place = place
        self._lock = threading.Lock()
        self._open: _Open | None = None
        self._asked_for = ""

    @property
    def period(self) -> Period | None:
        """Of what is open."""
        with self._lock:
            return self._open.kept.period if self._open else None

    @property
    def labels(self) -> int:
        """How many visitors are known now."""
        with self._lock:
            return self._open.kept.gallery.labels if self._open else 0

    def observe(
        self, origin: Origin, portrait: Portrait, period: Period, terms: Terms, grant: Grant, now: float
    ) -> list[Sighting]:
        """Take a portrait of a track of that origin; one of a period that is over is left out. `seal` it then.

        Raises:
            GalleriaError: the grant does not hold any more.
            StoreError: the vault cannot be opened.
        """
        with self._lock:
            if grant.panel:  # nobody is minted who did not join
                return []
            opened = self._opened(period, terms, grant, origin.camera, now)
            if opened is None:
                return []
            permit = Standing(grant, now)
            found: list[Sighting] = []
            key = TrackKey(origin, portrait.track)
            for one in sorted(portrait.likenesses, key=lambda likeness: likeness.time):
                template = opened.kept.turned(one.template)
                shot = Shot(key, one.time, template, good=True, clear=one.quality >= CLEAR)
                seeing = opened.minting.observe(shot, permit)
                opened.kept.note(seeing.changed, seeing.gone)
                found += seeing.sightings
            return found

    def seal(self, grant: Grant, now: float) -> None:
        """Have the vault keep what is new. Raises StoreError: it is tried again, and lost when the site stops before.

        Raises:
            GalleriaError: the grant does not hold any more.
        """
        with self._lock:
            if self._open:
                self._open.kept.seal(Asker(Standing(grant, now), grant.camera, now))

    def reopen(self, period: Period, terms: Terms, grant: Grant, now: float) -> None:
        """Open what was kept before a new start of the program, so that it can be erased. Raises as `observe`."""
        with self._lock:
            if self._open is None and not grant.panel and self._asked_for != period.name:
                self._asked_for = period.name  # once: what nobody kept then is opened when somebody is seen
                if self._place.kept(self.purpose, period.name):
                    self._opened(period, terms, grant, grant.camera, now)

    def known(self, origin: Origin, track: int) -> str | None:
        """As whom a track was recognised; empty: it was left undecided; None: nothing was made of it."""
        with self._lock:
            return self._open.minting.known(TrackKey(origin, track)) if self._open else ""

    def still(self, origin: Origin, track: int, time: float) -> None:
        """A track is still in its picture."""
        with self._lock:
            if self._open:
                self._open.minting.still(TrackKey(origin, track), time)

    def ended(self, origin: Origin, track: int) -> None:
        """A track ended."""
        with self._lock:
            if self._open:
                self._open.minting.ended(TrackKey(origin, track))

    def left(self, origin: Origin) -> None:
        """An epoch of a camera ended: its tracks are in no picture any more."""
        with self._lock:
            if self._open:
                self._open.minting.left(origin)

    def tick(self, now: float) -> None:
        """Time went by: a period that is over is shredded. Raises StoreError."""
        with self._lock:
            if self._open is None:
                return
            self._open.minting.tick(now)
            if now >= self._open.kept.period.ends:
                self._over()

    def close(self) -> None:
        """Let go of all that is in memory: the purpose has no grant, or the site stops."""
        with self._lock:
            if self._open:
                self._open.minting.close()
                self._open.kept.close()
                self._open = None
            self._asked_for = ""

    def erase(
        self,
        templates: Sequence[Template],
        terms: Callable[[Sequence[Template]], Terms],
        now: float,
        first: Callable[[list[str]], object] = list,
    ) -> list[str]:
        """Erase whoever these templates are of, also from what nobody has open; the labels, which nobody is to be told.

        Args:
            templates: of the network, one at least.
            terms: on which what is sealed is searched; asked only if there is something.
            now: seconds since 1970-01-01 UTC.
            first: is given the labels before anything is erased.

        Raises:
            StoreError: the vault fails.
            PolicyError: there are no terms.
        """
        load_search()  # not while others wait: it may never have been needed
        with self._lock, ExitStack() as closing:
            spared = {self._open.kept.period.name} if self._open else set[str]()
            stores = [(self._open.kept, self._open.terms)] if self._open else []
            periods = {one.period for one in live_scopes(self._place, self.purpose, now)} - spared
            if any(is_of(period, templates[0].space) for period in periods):
                on = terms(templates)
                sealed = closing.enter_context(opened_to_erase(self._place, self.purpose, on, now, spared))
                stores += [(kept, on) for kept in sealed]
            labels = sorted({label for kept, on in stores for label in _shown(kept, on, templates)})
            first(labels)
            if self._open:
                self._open.minting.forget(labels)
            for kept, _ in stores:
                kept.forget(labels)
            return labels

    def _opened(self, period: Period, terms: Terms, grant: Grant, camera: str, now: float) -> _Open | None:
        opened = self._open
        if now >= period.ends:
            return None
        if opened and period.begin < opened.kept.period.begin:
            return None
        if opened and (opened.kept.period.name, opened.terms) != (period.name, terms):
            if now < opened.kept.period.ends:  # another network or threshold: what is there stays sealed until then
                opened.kept.close()
                self._open = None
            else:
                self._over()
            opened = None
        if opened is None:
            kept = KeptGallery(self._place, self.purpose, period, terms, Standing(grant, now), camera, now)
            minting = Minting(kept.gallery, terms.calibration, terms.target, random_label, terms.rules)
            opened = self._open = _Open(kept, minting, terms)
        return opened

    def _over(self) -> None:
        assert self._open is not None
        opened, self._open = self._open, None
        opened.minting.close()
        opened.kept.shred()


def _shown(kept: KeptGallery, terms: Terms, templates: Sequence[Template]) -> list[str]:
    """Labels of whom these templates are of."""
    near = kept.gallery.near([kept.turned(template) for template in templates])
    decided = [decide(one, len(kept.gallery), terms.calibration, terms.target) for one in near]
    return [one.label for one in decided if one.outcome is Outcome.ACCEPTED]


@dataclass(frozen=True, slots=True)
class Standing:
    """A grant, asked about now: capture times are a moment ago, or of a clock that jumped.

    Attributes:
        now: seconds since 1970-01-01 UTC.
    """

    grant: Grant
    now: float

    def demand(self, purpose: Purpose, camera: str, now: float) -> None:  # noqa: ARG002  the port's
        self.grant.demand(purpose, camera, self.now)
