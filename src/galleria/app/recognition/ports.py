"""What recognition needs from others, and gives to others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from galleria.domain.dossier import Dossier
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting
from galleria.domain.tally import Tally
from galleria.policy.gate import Grant


class Grants(Protocol):
    """Who says what may be looked at now. `galleria.app.purposes.Purposes` is one; any thread may ask."""

    def granted(self, camera: str) -> Mapping[Purpose, Grant]:
        """Grants that hold now, of the purposes declared for a camera; renewed by themselves. Quick: asked per frame.

        A stop is seen with the next call. A purpose without a grant is absent.
        """
        ...

    @property
    def dossier(self) -> Dossier | None:
        """The accuracy dossier of the model that makes templates; None: there is none."""
        ...


class Sightings(Protocol):
    """Where what was seen is kept. `galleria.storage.visitors.Visitors` is one."""

    def put(self, sightings: Sequence[Sighting], tallies: Sequence[Tally]) -> object:
        """Keep it, in one transaction; again changes nothing. Raises StoreError."""
        ...


class Subjects(Protocol):
    """The gallery of a purpose whose subjects are enrolled by people: members. `app.recognition` makes it.

    Methods raise GalleriaError when the purpose has no grant now, and StoreError when the vault fails.
    """

    def check(self) -> None:
        """Go on only if the purpose has a grant now: nobody is looked at for it otherwise."""
        ...

    def enrol(self, label: str, templates: Sequence[Template]) -> None:
        """Take a subject with the templates of the network; sealed on the disk when this returns."""
        ...

    def find(self, templates: Sequence[Template]) -> str:
        """The label of who this is; empty: nobody who is known, or too uncertain.

        Without a grant what is sealed is searched, for whoever wants to be erased; `check` before anything else. Raises
        PolicyError where there is no dossier to do it by.
        """
        ...

    def forget(self, label: str) -> bool:
        """Erase a subject at once, from memory and all that is sealed; whether there was one. Needs no grant."""
        ...


class Erasure(Protocol):
    """Erases whoever shows a face, of one purpose; needs no grant."""

    def erase(self, templates: Sequence[Template]) -> int:
        """Erase whom the templates of the network show; how many subjects were erased.

        Raises:
            StoreError: the vault fails.
            PolicyError: there is no dossier by which what is sealed could be searched.
        """
        ...
