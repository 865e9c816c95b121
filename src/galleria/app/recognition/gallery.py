"""The gallery of one purpose in memory, and its vault on the disk: opened, filled, emptied and shredded together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from galleria.domain.errors import StoreError
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.identity.gallery import Gallery
from galleria.identity.ports import Permit
from galleria.storage.vault.keys import KeyStore, Scope
from galleria.storage.vault.opening import shred
from galleria.storage.vault.templates import STORE, Asker, Space, TemplateVault

from .periods import Period, is_of
from .terms import Terms

MADE, DESTROYED = "key.made", "key.destroyed"
MOST = 40_000  # templates in a gallery: a large mall's day


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site's templates lie.

    Attributes:
        folder: of the vaults, within the site's.
        keys: of their keys, outside of it.
        told: told what became of a key, `key.made` or `key.destroyed`, and which, e.g. `unique 2026-03-29`; for the
            audit. It must not raise.
    """

    site: str
    folder: Path
    keys: Path
    told: Callable[[str, str], object] = lambda _action, _which: None

    def vault(self, purpose: Purpose) -> Path:
        return self.folder / f"{purpose.value}.vault"

    def scope(self, purpose: Purpose, period: str) -> Scope:
        return Scope(self.site, purpose, period, STORE)

    def kept(self, purpose: Purpose, period: str) -> bool:
        """Whether there is a key of that. Raises StoreError."""
        scope = self.scope(purpose, period)
        return self.keys.exists() and scope in {key.scope for key in KeyStore(self.keys).all()}


class KeptGallery:
    """A gallery that its vault keeps. Used by one thread after another; to be closed.

    Args:
        permit: that its templates may be handled now.
        camera: that the permit is for.
        now: seconds since 1970-01-01 UTC.

    Raises:
        GalleriaError: the permit does not hold.
        StoreError: vault or key cannot be used.
    """

    def __init__(
        self, place: Place, purpose: Purpose, period: Period, terms: Terms, permit: Permit, camera: str, now: float
    ) -> None:
        self.period, self.purpose, self._place = period, purpose, place
        self._changed: set[str] = set()
        self._gone: set[str] = set()
        place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys, scope = KeyStore(place.keys), place.scope(purpose, period.name)
        if scope not in {key.scope for key in keys.all()}:
            keys.create(scope, period.ends)
            place.told(MADE, f"{purpose.value} {period.name}")
        path = place.vault(purpose)
        self._vault = TemplateVault(path, keys, scope, terms.space, now)
        try:
            path.chmod(0o600)
            self.gallery = Gallery(purpose, self._vault.space, terms.space.dimensions, MOST)
            for kept in self._vault.load(Asker(permit, camera, now)):
                self._vault.forget(self.gallery.enrol(kept.label, kept.templates))
        except BaseException:
            self._vault.close()
            raise

    def close(self) -> None:
        """Let go of what is in memory; the vault stays as it is."""
        self._vault.close()

    def shred(self) -> None:
        """Destroy the key, and delete what it sealed."""
        self._vault.shred()
        self._place.told(DESTROYED, f"{self.purpose.value} {self.period.name}")

    def carry(self, period: Period, asker: Asker) -> None:
        """Carry the vault over to the key of another period; the old key is destroyed."""
        scope = self._place.scope(self.purpose, period.name)
        keys = KeyStore(self._place.keys)
        if scope not in {key.scope for key in keys.all()}:  # it is there where this was interrupted
            keys.create(scope, period.ends)
            self._place.told(MADE, f"{self.purpose.value} {period.name}")
        self._vault.renew(scope, asker)
        self._place.told(DESTROYED, f"{self.purpose.value} {self.period.name}")

    def turned(self, template: Template) -> Template:
        """A template of the network, as this gallery has them. Raises InputError."""
        return self._vault.turned(template)

    def note(self, changed: Iterable[str], gone: Iterable[str]) -> None:
        """Labels changed in the gallery, or had to leave it: `seal` tells the vault."""
        self._changed.update(changed)
        self._gone.update(gone)

    def seal(self, asker: Asker) -> None:
        """Have the vault keep and forget what was noted. Raises StoreError: the next time what is left is tried again.

        Raises:
            GalleriaError: the permit does not hold.
        """
        for label in sorted(self._changed):
            if label in self.gallery:
                self._vault.keep(label, self.gallery.templates(label), asker)
            self._changed.discard(label)
        self._vault.forget(self._gone)
        self._gone.clear()

    def forget(self, labels: Collection[str]) -> int:
        """Erase labels from memory and disk; how many the vault had. Raises StoreError: `seal` tries again."""
        self.gallery.forget(labels)
        self._gone.update(labels)
        found = self._vault.forget(labels)
        self._gone.difference_update(labels)
        return found


class ToErase:
    """Leave to look for somebody who has it erased what is kept of them. That needs no grant: nothing is given out."""

    def demand(self, purpose: Purpose, camera: str, now: float) -> None:
        """It is always lawful."""


def live_scopes(place: Place, purpose: Purpose, now: float) -> list[Scope]:
    """Scopes of a purpose whose keys still open something. Raises StoreError."""
    if not (place.keys.exists() and place.vault(purpose).exists()):
        return []
    mine, keys = place.scope(purpose, ""), KeyStore(place.keys).all()
    return [key.scope for key in keys if replace(key.scope, period="") == mine and any(key.secret) and now < key.ends]


@contextmanager
def opened_to_erase(
    place: Place, purpose: Purpose, terms: Terms, now: float, spared: Collection[str]
) -> Iterator[list[KeptGallery]]:
    """The galleries of a purpose that nobody has open, for as long as it takes to find somebody and erase them.

    Args:
        place: where templates lie.
        purpose: whose they are; it needs no grant.
        terms: on which they are compared. Those of another network cannot be, and stay until their time is over.
        now: seconds since 1970-01-01 UTC.
        spared: names of periods that are open.

    Raises:
        StoreError: vault or key cannot be used.
    """
    opened: list[KeptGallery] = []
    try:
        for scope in live_scopes(place, purpose, now):
            if scope.period not in spared and is_of(scope.period, terms.space.name):
                period = Period(scope.period, 0.0, 0.0, KeyStore(place.keys).load(scope, now).ends)
                opened.append(KeptGallery(place, purpose, period, terms, ToErase(), "", now))
        yield opened
    finally:
        for one in opened:
            one.close()


def forget_sealed(
    place: Place, purpose: Purpose, space: str, labels: Collection[str], now: float, spared: Collection[str] = ()
) -> int:
    """Erase labels from a vault that nobody has open; how many it had. Needs no grant: nothing is given out.

    Args:
        place: where templates lie.
        purpose: whose they are.
        space: of the network's templates, or empty; those of another network are erased as well.
        labels: of subjects.
        now: seconds since 1970-01-01 UTC.
        spared: names of periods that are open: whoever has them erases there.

    Raises:
        StoreError: vault or key cannot be used.
    """
    found = 0
    for scope in live_scopes(place, purpose, now):
        if scope.period not in spared:
            with TemplateVault(place.vault(purpose), KeyStore(place.keys), scope, Space(space, 1), now) as vault:
                found += vault.forget(labels)
    return found


def shred_overdue(place: Place, now: float, declared: Iterable[Purpose], spared: Iterable[Period] = ()) -> list[str]:
    """Shred the templates of periods that are over, and of purposes that are not declared any more.

    Args:
        place: where templates lie.
        now: seconds since 1970-01-01 UTC.
        declared: purposes whose templates may be kept.
        spared: periods that are open at the moment: whoever has them shreds them.

    Returns:
        what was shredded, e.g. `unique 2026-03-29`.

    Raises:
        StoreError: a key or vault cannot be written; the others were shredded.
    """
    if not place.keys.exists():
        return []
    keys, declared, open_now = KeyStore(place.keys), set(declared), {period.name for period in spared}
    late = set(keys.overdue(now))
    done, failure = list[str](), None
    for key in keys.all():
        scope = key.scope
        mine = scope.site == place.site and scope.store == STORE
        if mine and (scope in late or scope.purpose not in declared) and scope.period not in open_now:
            try:
                shred(place.vault(scope.purpose), keys, scope)
                done.append(f"{scope.purpose.value} {scope.period}")
                place.told(DESTROYED, done[-1])
            except StoreError as error:  # one that cannot go keeps no other
                failure = error
    if failure:
        raise failure
    return done
