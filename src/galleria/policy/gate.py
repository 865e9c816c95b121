"""The gate: who asks for a purpose gets a grant, or every reason why not. Only the gate makes grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Self, final
from weakref import WeakKeyDictionary

from galleria.domain.dossier import Dossier
from galleria.domain.errors import PolicyError
from galleria.domain.purpose import TEMPLATE_PURPOSES, Comparison, Declaration, Purpose

from .declarations import wrong_with
from .profiles import Level, Profile
from .reasons import Reason, Refusal, shortcoming

LEASE = 60.0  # seconds that a grant lasts at most: who forgets to ask again stops


@final
class Grant:
    """A witness that a purpose may look through a camera, for a short while. Made by `Gate.decide` alone.

    It cannot be constructed, copied, pickled or changed: what it grants is kept by the gate, not in here. It does
    not cross processes; each has a gate of its own.
    """

    __slots__ = ("__weakref__",)

    def __new__(cls, *_: object, **__: object) -> Self:
        problem = "a grant was constructed"
        raise PolicyError(problem, "Ask a gate for it.")

    def __init_subclass__(cls) -> NoReturn:
        problem = "a grant has no kinds"
        raise PolicyError(problem, "Ask a gate for one.")

    def __reduce_ex__(self, _: object) -> NoReturn:
        problem = "a grant was copied"
        raise PolicyError(problem, "Ask a gate for another one; each process has its own gate.")

    def __repr__(self) -> str:
        return f"<Grant of {self.purpose.value} at {self.camera} until {self.until}>"

    @property
    def purpose(self) -> Purpose:
        return _lease(self).purpose

    @property
    def camera(self) -> str:
        return _lease(self).camera

    @property
    def until(self) -> float:
        """Seconds since 1970-01-01 UTC; it does not hold at that moment any more."""
        return _lease(self).until

    @property
    def panel(self) -> bool:
        """Whether only those who joined may be compared with."""
        return _lease(self).panel

    def demand(self, purpose: Purpose, camera: str, now: float) -> None:
        """Go on only if this holds.

        Args:
            purpose: what for.
            camera: id.
            now: seconds since 1970-01-01 UTC. It is believed: of a clock that stands still within the lease, or runs
                behind by less than one, nothing is noticed here.

        Raises:
            PolicyError: it is for another purpose or camera, it was given after `now`, it has ended, or the purpose
                was stopped.
        """
        lease = _lease(self)
        problem = ""
        if lease.purpose is not purpose or lease.camera != camera:
            problem = (
                f"{purpose.value} at {camera!r} was begun with a grant of {lease.purpose.value} at {lease.camera!r}"
            )
        elif lease.term.over:
            problem = f"{purpose.value} was stopped"
        elif not lease.began <= now:
            problem = f"the grant of {purpose.value} at {camera!r} was given later than what it is asked for"
        elif not now < lease.until:
            problem = f"the grant of {purpose.value} at {camera!r} has ended"
        if problem:
            raise PolicyError(problem, "Ask the gate again, and keep nothing that was seen meanwhile.")


@dataclass(slots=True)
class _Term:
    """From a start of a purpose to its stop. A grant refers to it, so that one word ends them all."""

    over: bool = False


@dataclass(frozen=True, slots=True)
class _Lease:
    purpose: Purpose
    camera: str
    began: float
    until: float
    panel: bool
    term: _Term


_LEASES: WeakKeyDictionary[Grant, _Lease] = WeakKeyDictionary()


def _lease(grant: Grant) -> _Lease:
    lease = _LEASES.get(grant)
    if lease is None:
        problem = "a grant was made without a gate"
        raise PolicyError(problem, "Ask a gate for it.")
    return lease


def _granted(lease: _Lease) -> Grant:
    grant = object.__new__(Grant)
    _LEASES[grant] = lease
    return grant


class Gate:
    """Decides what a site may look at. It may be asked from several threads.

    Args:
        profile: the site's.
        cameras: ids of the site's cameras.
        declarations: all that the site has made; of several for one purpose the one that comes nearest counts.
        dossiers: of accuracy; likewise.
        running: what templates are compared with, by purpose.
    """

    def __init__(
        self,
        profile: Profile,
        cameras: Iterable[str],
        declarations: Iterable[Declaration] = (),
        dossiers: Iterable[Dossier] = (),
        running: Mapping[Purpose, Comparison] | None = None,
    ) -> None:
        self._profile = profile
        self._cameras = frozenset(cameras)
        self._declarations = tuple(declarations)
        self._dossiers = tuple(dossiers)
        self._running = dict(running or {})
        self._terms = {purpose: _Term() for purpose in Purpose}

    def stop(self, purpose: Purpose) -> None:
        """End every grant of a purpose at once, and give none until `start`."""
        self._terms[purpose].over = True

    def start(self, purpose: Purpose) -> None:
        """Take back a stop. Grants from before it stay ended."""
        if self._terms[purpose].over:
            self._terms[purpose] = _Term()

    def decide(self, purpose: Purpose, camera: str, now: float) -> Grant | Refusal:
        """A grant, or every reason why not. Of a locked purpose only that is told: nothing else would help.

        Args:
            purpose: what for.
            camera: id.
            now: seconds since 1970-01-01 UTC.
        """
        term = self._terms[purpose]  # taken first: a stop meanwhile ends it, and with it the grant
        level = self._profile.level(purpose)
        reasons = [Reason.STOPPED] if term.over else []
        reasons += [] if camera in self._cameras else [Reason.UNKNOWN_CAMERA]
        until, panel = now + LEASE, False
        if level is Level.LOCKED:
            reasons.append(Reason.LOCKED)
        else:
            if level is not Level.ON:
                declaration, wrong = self._declared(purpose, camera, level, now)
                reasons += wrong
                if declaration:
                    until, panel = min(until, declaration.ends), declaration.panel
            if purpose in TEMPLATE_PURPOSES:
                ends, wrong = self._measured(purpose, now)
                reasons += wrong
                until = min(until, ends)
        if reasons:
            return Refusal(purpose, camera, tuple(map(shortcoming, reasons)))
        return _granted(_Lease(purpose, camera, now, until, panel, term))

    def _declared(
        self, purpose: Purpose, camera: str, level: Level, now: float
    ) -> tuple[Declaration | None, list[Reason]]:
        found: list[tuple[Declaration | None, list[Reason]]] = []
        for declaration in self._declarations:
            if declaration.purpose is purpose:
                wrong = wrong_with(declaration, level, now)
                if declaration.cameras and camera not in declaration.cameras:
                    wrong.append(Reason.OTHER_CAMERA)
                found.append((declaration, wrong))
        return min(found, key=_fewest, default=(None, [Reason.NO_DECLARATION]))

    def _measured(self, purpose: Purpose, now: float) -> tuple[float, list[Reason]]:
        """Until when there is a dossier of what runs, and what is wrong with the one that comes nearest."""
        runs = self._running.get(purpose)
        if runs is None:
            return now, [Reason.NO_COMPARISON]
        found: list[tuple[float, list[Reason]]] = []
        for dossier in self._dossiers:
            checks = {
                Reason.DOSSIER_EXPIRED: dossier.made <= now < dossier.ends,
                Reason.DOSSIER_OTHER_MODEL: dossier.model == runs.model,
                Reason.DOSSIER_OTHER_THRESHOLD: dossier.threshold == runs.threshold,
            }
            found.append((dossier.ends, [reason for reason, met in checks.items() if not met]))
        return min(found, key=_fewest, default=(now, [Reason.NO_DOSSIER]))


def _fewest(found: tuple[Any, list[Reason]]) -> int:
    return len(found[1])
