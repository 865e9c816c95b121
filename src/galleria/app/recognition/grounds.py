"""On what each purpose stands now: its grants, the accuracy dossier, the network that is loaded, its period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from galleria.domain.dossier import Dossier
from galleria.domain.errors import ModelMismatchError, PolicyError
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.domain.site import FaceSetting, Site
from galleria.domain.time import Clock
from galleria.policy.gate import Grant
from galleria.policy.retention import Spans

from .enrolled import Ground
from .periods import Period, period_of
from .ports import Grants
from .shelf import Loaded
from .terms import Terms, terms_of

_SPANS = Spans()


@dataclass(slots=True)
class Grounds:
    """Of one site. Any thread may ask.

    Attributes:
        site: as it is now; replace it when it was changed.
        loaded: networks that purposes need now; None: there are none yet.
    """

    site: Site
    _grants: Grants
    _clock: Clock
    loaded: Loaded | None = None
    _known: tuple[Dossier, FaceSetting, Terms] | None = None

    def granted(self, camera: str) -> Mapping[Purpose, Grant]:
        """Grants that hold now."""
        return self._grants.granted(camera)

    def period(self, purpose: Purpose, time: float, space: str) -> Period:
        """The period that a moment lies in, of a template space."""
        return period_of(purpose, self.site, time, _SPANS).of(space)

    def years(self) -> tuple[float, float]:
        """True age = years[0] x told + years[1]."""
        dossier = self._grants.dossier
        return (dossier.ages.slope, dossier.ages.intercept) if dossier and dossier.ages else (1.0, 0.0)

    def terms(self) -> Terms | None:
        """On which templates are compared now; None: no network is loaded, or there is no dossier.

        Raises:
            ModelMismatchError: the dossier is of another network.
        """
        dossier, setting, loaded = self._grants.dossier, self.site.faces, self.loaded
        if dossier is None or loaded is None or loaded.mark is None:
            return None
        if loaded.mark != dossier.model:
            problem = f"the network that is loaded is not the one of the accuracy dossier ({dossier.model.id})"
            raise ModelMismatchError(problem, "Pull it again, or evaluate the one that is there: galleria evaluate.")
        known = self._known
        if known is None or known[:2] != (dossier, setting):
            known = self._known = dossier, setting, terms_of(dossier, setting, loaded.dimensions)
        return known[2]

    def erasing(self, templates: Sequence[Template]) -> Terms:
        """On which is found whom somebody has erased, also while nothing runs.

        Args:
            templates: of the network, one at least.

        Raises:
            PolicyError: there is no dossier of that network.
        """
        dossier = self._grants.dossier
        if dossier is None or any(one.space != dossier.model.space for one in templates):
            problem = "what is sealed cannot be searched: there is no accuracy dossier of the network"
            remedy = "Put it back into `dossiers`, or withdraw the purposes: then all that they keep is destroyed."
            raise PolicyError(problem, remedy)
        return terms_of(dossier, self.site.faces, len(templates[0].values))

    def members(self) -> Ground | None:
        """On what members stand; None: they have no grant anywhere. Raises as `terms` does."""
        now, terms = self._clock.now(), self.terms()
        for camera in self.site.cameras:
            grant = self.granted(camera.id).get(Purpose.MEMBERS)
            if grant is not None and terms is not None:
                return Ground(grant, camera.id, now, terms, self.period(Purpose.MEMBERS, now, terms.space.name))
        return None

    def space(self) -> tuple[str, float]:
        """The space of templates, empty where there is no dossier, and the time now."""
        dossier = self._grants.dossier
        return dossier.model.space if dossier else "", self._clock.now()
