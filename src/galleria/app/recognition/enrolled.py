"""Subjects whom people enrolled: members. They are recognised, and nobody else is kept."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from galleria.domain.errors import PolicyError
from galleria.domain.events import Origin
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting, SightingKind
from galleria.identity.decide import Outcome, decide
from galleria.identity.gallery import load_search
from galleria.policy.gate import Grant
from galleria.runtime.face_facts import Portrait
from galleria.storage.vault.keys import KeyStore
from galleria.storage.vault.templates import Asker

from .gallery import KeptGallery, Place, forget_sealed, live_scopes, opened_to_erase
from .minted import Standing
from .periods import Period, is_of
from .terms import Terms

_MOST_TRACKS = 4096


@dataclass(frozen=True, slots=True)
class Ground:
    """What a purpose stands on at a moment.

    Attributes:
        camera: that the grant is for.
        now: seconds since 1970-01-01 UTC.
    """

    grant: Grant
    camera: str
    now: float
    terms: Terms
    period: Period


class Enrolled:
    """The gallery of one such purpose. Any thread may use it.

    Args:
        place: where templates lie.
        purpose: `members`.
        ground: what it stands on now; None: it has no grant.
        sealed: the space of the network's templates, empty where it is not known, and the time now.
        erasing: on which is found whom templates show while it has no grant.
    """

    def __init__(
        self,
        place: Place,
        purpose: Purpose,
        ground: Callable[[], Ground | None],
        sealed: Callable[[], tuple[str, float]],
        erasing: Callable[[Sequence[Template]], Terms],
    ) -> None:
        self.purpose, self._place, self._ground = purpose, place, ground
        self._sealed, self._erasing = sealed, erasing
        self._lock = threading.Lock()
        self._open: tuple[KeptGallery, Terms] | None = None
        self._known: OrderedDict[tuple[Origin, int], str] = OrderedDict()

    @property
    def period(self) -> Period | None:
        """Of what is open."""
        with self._lock:
            return self._open[0].period if self._open else None

    def check(self) -> None:
        """Go on only if it has a grant now. Raises GalleriaError."""
        self._granted()

    def enrol(self, label: str, templates: Sequence[Template]) -> None:
        """Take a subject. Raises GalleriaError without a grant, StoreError where the vault fails."""
        with self._lock:
            ground, kept = self._opened()
            gone = kept.gallery.enrol(label, [kept.turned(template) for template in templates])
            asker = Asker(Standing(ground.grant, ground.now), ground.camera, ground.now)
            try:
                kept.note([label], gone)
                kept.seal(asker)
            except BaseException:
                kept.gallery.forget([label])
                raise

    def find(self, templates: Sequence[Template]) -> str:
        """The label that most of these templates are accepted for; empty: none. Raises as `enrol`.

        Without a grant it is searched all the same, for whoever wants to be erased.
        """
        load_search()  # not while others wait: it may never have been needed
        with self._lock:
            ground = self._ground()
            if ground is None:
                return self._find_sealed(templates)
            ground, kept = self._opened()
            accepted = self._accepted(kept, ground.terms, templates)
            return _agreed(accepted, len(templates), 1)

    def forget(self, label: str) -> bool:
        """Erase a subject, also without a grant; whether there was one that can be reached now. Raises StoreError."""
        with self._lock:
            for key in [key for key, known in self._known.items() if known == label]:
                self._known[key] = ""
            found, spared = 0, list[str]()
            if self._open is not None:
                found, spared = self._open[0].forget([label]), [self._open[0].period.name]
            space, now = self._sealed()
            return bool(found + forget_sealed(self._place, self.purpose, space, [label], now, spared))

    def observe(self, origin: Origin, portrait: Portrait) -> list[Sighting]:
        """Look whether a track is a subject; once for each track. Raises as `enrol`."""
        with self._lock:
            ground, kept = self._opened()
            key = (origin, portrait.track)
            if key in self._known:
                return []
            accepted = self._accepted(kept, ground.terms, [one.template for one in portrait.likenesses])
            label = _agreed(accepted, len(portrait.likenesses), ground.terms.rules.agreeing)
            if not label:
                return []
            self._known[key] = label
            while len(self._known) > _MOST_TRACKS:
                self._known.popitem(last=False)
            kept.gallery.touch(label)
            sighting_id = origin.event_id(portrait.track, f"sighting {self.purpose}", 0)
            again = SightingKind.AGAIN
            return [Sighting(sighting_id, origin, portrait.track, portrait.time, self.purpose, label, again)]

    def ended(self, origin: Origin, track: int) -> None:
        """A track ended."""
        with self._lock:
            self._known.pop((origin, track), None)

    def close(self) -> None:
        """Let go of all that is in memory."""
        with self._lock:
            self._let_go()

    def _find_sealed(self, templates: Sequence[Template]) -> str:
        self._let_go()  # the next turn would: it has no grant
        now = self._sealed()[1]
        if not any(is_of(one.period, templates[0].space) for one in live_scopes(self._place, self.purpose, now)):
            return ""
        terms = self._erasing(templates)
        with opened_to_erase(self._place, self.purpose, terms, now, ()) as stores:
            found = [_agreed(self._accepted(one, terms, templates), len(templates), 1) for one in stores]
            return max(found, default="")

    def _granted(self) -> Ground:
        ground = self._ground()
        if ground is None:
            problem = f"{self.purpose.value} does not run now"
            raise PolicyError(problem, "Look at the page of purposes what is missing.")
        return ground

    def _opened(self) -> tuple[Ground, KeptGallery]:
        ground = self._granted()
        if self._open and (self._open[0].period.name, self._open[1]) != (ground.period.name, ground.terms):
            self._open[0].close()
            self._open = None
        if self._open is None:
            self._open = self._kept(ground), ground.terms
        return ground, self._open[0]

    def _kept(self, ground: Ground) -> KeptGallery:
        permit = Standing(ground.grant, ground.now)
        before = self._before(ground)
        if before is None:
            return KeptGallery(
                self._place, self.purpose, ground.period, ground.terms, permit, ground.camera, ground.now
            )
        # They stay members: what the key of the year before sealed is carried over to a new one.
        kept = KeptGallery(self._place, self.purpose, before, ground.terms, permit, ground.camera, ground.now)
        try:
            kept.carry(ground.period, Asker(permit, ground.camera, ground.now))
        finally:
            kept.close()
        return KeptGallery(self._place, self.purpose, ground.period, ground.terms, permit, ground.camera, ground.now)

    def _let_go(self) -> None:
        if self._open:
            self._open[0].close()
        self._open = None
        self._known.clear()

    def _before(self, ground: Ground) -> Period | None:
        """The period before, whose templates were not carried over yet, or not to the end."""
        if not self._place.keys.exists():
            return None
        mine = self._place.scope(self.purpose, "")
        for key in KeyStore(self._place.keys).all():
            known = replace(key.scope, period="") == mine and any(key.secret) and ground.now < key.ends
            alike = is_of(key.scope.period, ground.terms.space.name)
            if known and alike and key.scope.period != ground.period.name:
                return Period(key.scope.period, 0.0, 0.0, key.ends)
        return None

    @staticmethod
    def _accepted(kept: KeptGallery, terms: Terms, templates: Sequence[Template]) -> Counter[str]:
        near = kept.gallery.near([kept.turned(template) for template in templates])
        decided = [decide(one, len(kept.gallery), terms.calibration, terms.target) for one in near]
        return Counter(one.label for one in decided if one.outcome is Outcome.ACCEPTED)


def _agreed(accepted: Counter[str], templates: int, least: int) -> str:
    """The one label that is accepted, by as many templates as are asked for, or all where there are fewer."""
    if len(accepted) != 1:
        return ""
    ((label, count),) = accepted.items()
    return label if count >= min(least, templates) else ""
