"""What a site's purposes stand on: profile, signed declarations, dossiers, what runs. Read here, judged by `policy`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from galleria.domain.dossier import Dossier, ModelMark
from galleria.domain.errors import GalleriaError, InputError
from galleria.domain.purpose import TEMPLATE_PURPOSES, Comparison, Declaration, Purpose
from galleria.domain.site import FaceSetting
from galleria.models import choose_variant, find_card
from galleria.policy.gate import Gate
from galleria.policy.profiles import Profile
from galleria.storage.dossierfile import read_dossier

DOSSIERS = "dossiers"  # folder of a site's own: what `galleria evaluate` wrote is put there by hand
_NOT_BUILT = frozenset({Purpose.WATCHLIST})
_MOST = 100  # files that are read


@dataclass(frozen=True, slots=True)
class Ground:
    """All that decides what a site may look at; two that are equal grant the same.

    Attributes:
        profile: None: none was chosen, so nothing is granted.
        declarations: with the signatures that belong to them.
        compared: how templates are compared; None: the model is not known.
        problems: what could not be read, sentences for people.
    """

    profile: Profile | None = None
    cameras: tuple[str, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    dossiers: tuple[Dossier, ...] = ()
    compared: Comparison | None = None
    stopped: frozenset[Purpose] = frozenset()
    problems: tuple[str, ...] = ()

    def built(self, purpose: Purpose) -> bool:
        """Whether this release has what is declared: there is no watchlist, and no panel to join."""
        declared = self.declared(purpose)
        return purpose not in _NOT_BUILT and not (declared is not None and declared.panel)

    def declared(self, purpose: Purpose) -> Declaration | None:
        """What is declared of a purpose."""
        return next((one for one in self.declarations if one.purpose is purpose), None)

    @property
    def dossier(self) -> Dossier | None:
        """The newest dossier of what runs, with the threshold that it runs with; it may be out of date."""
        runs = self.compared
        if runs is None:
            return None
        fitting = [one for one in self.dossiers if (one.model, one.threshold) == (runs.model, runs.threshold)]
        return max(fitting, key=lambda one: one.made, default=None)

    def gate(self) -> Gate | None:
        """A gate for it, stops and all."""
        if self.profile is None:
            return None
        running = dict.fromkeys(TEMPLATE_PURPOSES, self.compared) if self.compared else {}
        gate = Gate(self.profile, self.cameras, self.declarations, self.dossiers, running)
        for purpose in self.stopped:
            gate.stop(purpose)
        return gate

    def changed(self, purpose: Purpose, other: Ground) -> bool:
        """Whether the two differ in anything that a purpose stands on."""
        return self._under(purpose) != other._under(purpose)

    def _under(self, purpose: Purpose) -> tuple[object, ...]:
        rests = (self.profile, self.cameras, self.declared(purpose), purpose in self.stopped)
        return (*rests, self.dossiers, self.compared) if purpose in TEMPLATE_PURPOSES else rests


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Dossiers that lie in a site's folder.

    Attributes:
        seen: what lay there when they were read: name, size and time of change of each file.
        problems: of those that cannot be used.
    """

    found: tuple[Dossier, ...] = ()
    seen: tuple[tuple[str, int, int], ...] = ()
    problems: tuple[str, ...] = ()


def read_dossiers(folder: Path, before: Dossiers) -> Dossiers:
    """Read them again if other files lie there than before. A file that cannot be used is told, and not fatal."""
    try:
        paths = sorted((folder / DOSSIERS).glob("*.json"))[:_MOST]
        facts = [(path.name, path.stat()) for path in paths]
    except OSError as error:
        return Dossiers((), (), (f"The folder of dossiers cannot be read: {error.strerror}.",))
    seen = tuple((name, fact.st_size, fact.st_mtime_ns) for name, fact in facts)
    if seen == before.seen:
        return before
    found, problems = [], []
    for path in paths:
        try:
            found.append(read_dossier(path))
        except InputError as error:
            problems.append(str(error).replace(str(path), path.name))
    return Dossiers(tuple(found), seen, tuple(problems))


def comparison(setting: FaceSetting, dossiers: Sequence[Dossier], now: float) -> tuple[Comparison | None, str]:
    """How templates are compared, by the card of the model: it is neither fetched nor loaded.

    Without a threshold of the site's own it is that of the newest dossier in date of this model. If there is none, that
    of another dossier: then the gate names what is wrong with it.

    Returns:
        the comparison, and why there is none.
    """
    try:
        entry = find_card(setting.embedder, "face-embedding")
        mark = ModelMark(entry.card.id, entry.variants[choose_variant(entry)].sha256, entry.card.space)
    except (GalleriaError, ValueError) as error:
        return None, str(error)

    def fits(dossier: Dossier) -> tuple[bool, bool, float]:
        return dossier.model == mark, dossier.made <= now < dossier.ends, dossier.made

    best = max(dossiers, key=fits, default=None)
    return Comparison(mark, setting.threshold or (best.threshold if best else 0.0)), ""
