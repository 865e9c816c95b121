"""How the purposes of a site stand: what a page and the API show of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from galleria.domain.dossier import Dossier
from galleria.domain.purpose import TEMPLATE_PURPOSES, Declaration, Purpose
from galleria.policy.declarations import digest
from galleria.policy.gate import Gate, Grant
from galleria.policy.profiles import Level, Profile
from galleria.policy.reasons import Reason, Shortcoming, shortcoming

from .purpose_ground import Ground


@dataclass(frozen=True, slots=True)
class Done:
    """Somebody did something: signed, or stopped.

    Attributes:
        by: id of the user or token.
        name: what they are called now; empty: they are gone.
        time: seconds since 1970-01-01 UTC.
        officer: of a stop: a data protection officer did, and nobody else starts it again.
    """

    by: str
    name: str
    time: float
    officer: bool = False


@dataclass(frozen=True, slots=True)
class At:
    """A purpose at a camera: it runs, or every reason why not."""

    camera: str
    shortcomings: tuple[Shortcoming, ...] = ()

    @property
    def running(self) -> bool:
        return not self.shortcomings


@dataclass(frozen=True, slots=True)
class PurposeStatus:
    """How one purpose stands.

    Attributes:
        level: what the profile says of it, and `why`; None and empty without a profile.
        digest: of the declaration, as it has to be signed; empty without one.
        signed: who signed what stands there now.
        until: when it ends by itself, seconds since 1970-01-01 UTC; None: it needs no declaration, or has none.
        at: each camera that is declared; of what needs no declaration, every camera.
        missing: every reason why it does not run somewhere, each once.
        dossier: of accuracy, where templates are compared.
    """

    purpose: Purpose
    level: Level | None
    why: str
    declaration: Declaration | None
    digest: str
    signed: tuple[Done, ...]
    stopped: Done | None
    until: float | None
    at: tuple[At, ...]
    missing: tuple[Shortcoming, ...]
    dossier: Dossier | None

    @property
    def running(self) -> tuple[str, ...]:
        """Ids of the cameras that it runs at."""
        return tuple(one.camera for one in self.at if one.running)

    def without_people(self) -> PurposeStatus:
        """The same for everybody's eyes: nobody who signed or stopped it is in it."""
        declaration = replace(self.declaration, signatures=()) if self.declaration else None
        return replace(self, declaration=declaration, signed=(), stopped=None)


@dataclass(frozen=True, slots=True)
class Status:
    """How all purposes of a site stand.

    Attributes:
        profile: None: none was chosen, and nothing is granted.
        problems: what cannot be read, sentences for people.
        revision: of the site file, for changes.
    """

    profile: Profile | None
    purposes: tuple[PurposeStatus, ...]
    problems: tuple[str, ...]
    revision: str


def statuses(
    ground: Ground, gate: Gate | None, now: float, signed: dict[Purpose, tuple[Done, ...]], stops: dict[Purpose, Done]
) -> Iterator[PurposeStatus]:
    """How each purpose stands now, in the order of `Purpose`."""
    for purpose in Purpose:
        declaration = ground.declared(purpose)
        rule = ground.profile.rules[purpose] if ground.profile else None
        # Counting needs no profile either: it goes on whatever else is declared, stopped or locked.
        needs_none = rule.level is Level.ON if rule else purpose is Purpose.FOOTFALL
        cameras = ground.cameras if needs_none else declaration.cameras if declaration else ()
        dossier = ground.dossier if purpose in TEMPLATE_PURPOSES else None
        ends = [each.ends for each in (declaration, dossier if declaration else None) if each]
        locked = rule is not None and rule.level is Level.LOCKED  # then nothing else would help
        unbuilt = () if locked or ground.built(purpose) else (shortcoming(Reason.NOT_BUILT),)
        at = tuple(At(camera, unbuilt + _why_not(gate, purpose, camera, now)) for camera in cameras)
        yield PurposeStatus(
            purpose,
            rule.level if rule else Level.ON if needs_none else None,
            rule.why if rule else "",
            declaration,
            digest(declaration) if declaration else "",
            signed.get(purpose, ()),
            stops.get(purpose),
            min(ends) if ends and not needs_none else None,
            at,
            tuple(dict.fromkeys(unbuilt + _missing(gate, purpose, ground, at, now))),
            dossier,
        )


def _why_not(gate: Gate | None, purpose: Purpose, camera: str, now: float) -> tuple[Shortcoming, ...]:
    if gate is None:
        return ()  # no profile: nothing but counting is there, and nothing else can be declared
    answer = gate.decide(purpose, camera, now)
    return () if isinstance(answer, Grant) else answer.shortcomings


def _missing(
    gate: Gate | None, purpose: Purpose, ground: Ground, at: tuple[At, ...], now: float
) -> tuple[Shortcoming, ...]:
    if gate is None:
        return ()
    if at:
        return tuple(dict.fromkeys(each for one in at for each in one.shortcomings))
    camera = ground.cameras[0] if ground.cameras else ""
    found = _why_not(gate, purpose, camera, now)
    return tuple(one for one in found if one.reason is not Reason.UNKNOWN_CAMERA or ground.cameras)
