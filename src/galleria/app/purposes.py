"""The purposes of a running site: what may be looked at now, who signed for it, and how it is stopped.

Signatures and stops are kept in the records, declarations in the site file, dossiers in the site's folder.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import delete, select

from galleria.domain.access import Actor, Right
from galleria.domain.dossier import Dossier
from galleria.domain.errors import AccessError, ConflictError, InputError, NotFoundError
from galleria.domain.purpose import Comparison, Declaration, Purpose, Signature
from galleria.domain.site import Site
from galleria.domain.time import Clock
from galleria.policy.declarations import digest
from galleria.policy.gate import LEASE, Gate, Grant
from galleria.policy.profiles import find_profile
from galleria.storage import records as rows
from galleria.storage.records import Records, Writing

from .audit import Audit, demand
from .hands import REMEDY, chain, is_officer, is_own_officer, one_hand
from .purpose_ground import Dossiers, Ground, comparison, read_dossiers
from .purpose_status import Done, PurposeStatus, Status, statuses
from .setup import Setup

AGAIN = 1.0  # seconds after which a refusal is looked at again
_NONE: Mapping[Purpose, Grant] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Held:
    """What was granted at a camera, and from when to when it is not asked again."""

    grants: Mapping[Purpose, Grant]
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class _Now:
    """What holds until something is changed. Whoever is still deciding with the one before changes nothing here."""

    ground: Ground
    gate: Gate | None
    declared: Mapping[str, tuple[Purpose, ...]]  # by camera
    held: dict[str, _Held] = field(default_factory=dict)

    def granted(self, camera: str, now: float) -> Mapping[Purpose, Grant]:
        purposes = self.declared.get(camera)
        if not purposes or self.gate is None:
            return _NONE
        held = self.held.get(camera)
        if held is None or not held.since <= now < held.until:
            held = self.held[camera] = self._ask(self.gate, camera, purposes, now)
        return held.grants

    def _ask(self, gate: Gate, camera: str, purposes: Iterable[Purpose], now: float) -> _Held:
        answers = {purpose: gate.decide(purpose, camera, now) for purpose in purposes}
        grants = {purpose: answer for purpose, answer in answers.items() if isinstance(answer, Grant)}
        until = min((now + (grant.until - now) / 2 for grant in grants.values()), default=now + AGAIN)
        if len(grants) < len(answers):
            until = min(until, now + AGAIN)
        return _Held(MappingProxyType(grants), now, until)


class Purposes:
    """One site's. Any thread may ask. After a change of the site, `reload` it.

    Args:
        records: where signatures and stops are kept.
        clock: tells the time now.
        audit: takes what was done.
        setup: the site file, for declarations.
        folder: the site's own.
        site: as it is now.

    Raises:
        StoreError: the records cannot be read.
    """

    def __init__(
        self, records: Records, clock: Clock, audit: Audit, setup: Setup, folder: Path, site: Site
    ) -> None:  # fmt: skip
        self._records, self._clock, self._audit, self._setup, self._folder = records, clock, audit, setup, folder
        self._site, self._dossiers = site, Dossiers()
        self._lock = threading.RLock()
        self._unwritten: set[tuple[Purpose, Actor]] = set()  # stops that the records could not take
        self._earlier: list[tuple[Gate, float]] = []  # gates, and until when their grants last
        self._now = _Now(Ground(), None, {})
        self._refresh()

    def granted(self, camera: str) -> Mapping[Purpose, Grant]:
        """Grants that hold now, of the purposes declared for a camera. Quick: asked per frame.

        They are renewed by themselves. A stop is seen with the next call; a purpose without a grant is absent.
        """
        return self._now.granted(camera, self._clock.now())

    @property
    def compared(self) -> Comparison | None:
        """The model that makes templates, and the threshold that they are compared with; None: it is not known."""
        return self._now.ground.compared

    @property
    def dossier(self) -> Dossier | None:
        """The accuracy dossier of that; None: there is none. Whether it is in date is for the gate to say."""
        return self._now.ground.dossier

    def reload(self, site: Site) -> None:
        """Go on with another record of the site. What changed needs new grants at once.

        Raises:
            StoreError: the records cannot be read.
        """
        with self._lock:
            self._site = site
            self._refresh()

    def status(self, by: Actor) -> Status:
        """How every purpose stands.

        Raises:
            AccessError: `by` may not see it.
            StoreError: the records or the site file cannot be read.
        """
        demand(by, Right.SEE_PURPOSES)
        with self._lock:
            self._refresh()  # dossiers may have been put into the folder
            now = self._now
            with self._records.read() as reading:
                signed, stops = _people(reading, now.ground)
        found = tuple(statuses(now.ground, now.gate, self._clock.now(), signed, stops))
        return Status(now.ground.profile, found, now.ground.problems, self._setup.revision)

    def public(self) -> tuple[PurposeStatus, ...]:
        """The purposes that run somewhere, for everybody: nobody who works here is in it."""
        now = self._now
        found = statuses(now.ground, now.gate, self._clock.now(), {}, {})
        return tuple(one.without_people() for one in found if one.running)

    def find_dossier(self, by: Actor, digest_: str) -> Dossier:
        """A dossier of the site's folder.

        Raises:
            AccessError: `by` may not see it.
            NotFoundError: there is none with that digest.
        """
        demand(by, Right.SEE_PURPOSES)
        for dossier in self._now.ground.dossiers:
            if dossier.digest == digest_:
                return dossier
        problem = "there is no such accuracy dossier"
        raise NotFoundError(problem, "Load the page again: it may have been replaced.")

    def choose(self, by: Actor, profile: str, *, revision: str | None = None) -> str:
        """Choose the profile: what the law of the place lets the site do. Returns the site file's new revision.

        Raises:
            AccessError: `by` may not.
            SiteFileError: there is no such profile.
            ConflictError: the site file has changed since that revision.
            StoreError: it cannot be written.
        """
        demand(by, Right.DECLARE)
        return self._setup.profile(by, profile, revision=revision)

    def declare(self, by: Actor, declaration: Declaration, *, revision: str | None = None) -> str:
        """Declare a purpose, or change what is declared: that needs two new signatures.

        Args:
            by: who declares.
            declaration: whole days in the site's zone; its signatures do not count.
            revision: of the site file that was seen; None: whatever it is.

        Returns:
            the site file's new revision.

        Raises:
            AccessError, SiteFileError, ConflictError, StoreError: as for `choose`.
        """
        demand(by, Right.DECLARE)
        return self._setup.declare(by, declaration, revision=revision)

    def withdraw(self, by: Actor, purpose: Purpose, *, revision: str | None = None) -> str:
        """Take a declaration back, signatures and all: declared again, it needs new ones.

        Signatures go first: whatever keeps the rest from being done, what is still declared does not run.

        Returns:
            the site file's new revision.

        Raises:
            NotFoundError: it is not declared.
            AccessError, ConflictError, StoreError: as for `choose`.
        """
        demand(by, Right.DECLARE)
        self._check_withdrawn(purpose, revision)
        self._drop_signatures(by, purpose)
        made = self._setup.withdraw(by, purpose, revision=revision)
        self._drop_signatures(by, purpose)  # of who signed meanwhile
        return made

    def sign(self, by: Actor, purpose: Purpose, digest_: str) -> None:
        """Sign what is declared.

        Args:
            by: somebody with an account; each signs once.
            purpose: what for.
            digest_: of the declaration as it was read.

        Raises:
            AccessError: `by` may not, or is no person.
            NotFoundError: it is not declared.
            ConflictError: it was changed since it was read, `by` has signed it already, or the account that has signed
                it and this one come from one hand.
            StoreError: it cannot be written.
        """
        demand(by, Right.SIGN)
        if by.kind != "user":
            problem = "only people sign"
            raise AccessError(problem, "Sign in with an account of your own, and sign in the console.")
        with self._lock:
            declaration = self._now.ground.declared(purpose)
            if declaration is None:
                problem = f"{purpose.value} is not declared"
                raise NotFoundError(problem, "Declare it first.")
            if digest_ != digest(declaration):
                problem = f"the declaration of {purpose.value} is another one than you read"
                raise ConflictError(problem, "Load it again, and read what stands there now.")
            with self._records.write() as writing:
                _add_signature(writing, purpose, by, digest_, self._clock.now())
                self._audit.note(writing, by, "purpose.signed", _subject(purpose), digest=digest_)
            self._refresh()

    def stop(self, by: Actor, purpose: Purpose) -> None:
        """Stop a purpose at every camera, now and after every start of the program, until `start`.

        Raises:
            AccessError: `by` may not.
            InputError: it is counting, which is not stopped here.
            StoreError: it cannot be written; it is stopped all the same, but for the next start of the program.
        """
        demand(by, Right.STOP_PURPOSE)
        _check_stops(purpose)
        with self._lock:
            self._unwritten.add((purpose, by))
            self._take(replace(self._now.ground, stopped=self._now.ground.stopped | {purpose}))
            with self._records.write() as writing:
                kept, officer = writing.get(rows.PurposeStop, purpose.value), is_officer(writing, by)
                if kept is None or (officer and not kept.officer):  # whose word is the last takes the other's place
                    now = self._clock.now()
                    writing.merge(rows.PurposeStop(purpose=purpose.value, by=by.id, time=now, officer=officer))
                    self._audit.note(writing, by, "purpose.stopped", _subject(purpose))
            self._unwritten.discard((purpose, by))

    def start(self, by: Actor, purpose: Purpose) -> None:
        """Take back a stop. It runs where it is declared, signed and not refused for anything else.

        Raises:
            AccessError: `by` may not, or a data protection officer stopped it and `by` is none, or one whose account
                somebody else made or reset in the console.
            StoreError: it cannot be written.
        """
        demand(by, Right.STOP_PURPOSE)
        _check_stops(purpose)
        with self._lock:
            with self._records.write() as writing:
                kept = writing.get(rows.PurposeStop, purpose.value)
                unwritten = {one for one in self._unwritten if one[0] is purpose}
                officer = any(is_officer(writing, stopper) for _, stopper in unwritten)
                if (officer or (kept is not None and kept.officer)) and not is_own_officer(writing, by):
                    problem = f"the data protection officer stopped {purpose.value}"
                    raise AccessError(problem, f"Only they start it, with an account nobody here reset. {REMEDY}")
                if kept is not None:
                    writing.delete(kept)
                if kept is not None or unwritten:
                    self._audit.note(writing, by, "purpose.started", _subject(purpose))
            self._unwritten -= unwritten
            self._refresh()

    def _check_withdrawn(self, purpose: Purpose, revision: str | None) -> None:
        """Refuse before anything is done what would be refused anyway."""
        if revision is not None and revision != self._setup.revision:
            problem = "somebody else has changed the site since you opened this page"
            raise ConflictError(problem, "Load the page again; then make your change once more.")
        if all(one.purpose is not purpose for one in self._setup.read()[0].purposes):
            problem = f"{purpose.value} is not declared"
            raise NotFoundError(problem, "Load the page again: somebody may have withdrawn it.")

    def _drop_signatures(self, by: Actor, purpose: Purpose) -> None:
        given = rows.PurposeSignature.purpose == purpose.value
        with self._lock:
            with self._records.write() as writing:
                if writing.scalar(select(rows.PurposeSignature.digest).where(given).limit(1)):
                    writing.execute(delete(rows.PurposeSignature).where(given))
                    self._audit.note(writing, by, "purpose.unsigned", _subject(purpose))
            self._refresh()

    def _refresh(self) -> None:
        """Read everything again, and end the grants of what stands on something else now."""
        site, now = self._site, self._clock.now()
        self._dossiers = read_dossiers(self._folder, self._dossiers)
        compared, problem = comparison(site.faces, self._dossiers.found, now)
        with self._records.read() as reading:
            given = list(reading.scalars(select(rows.PurposeSignature).order_by(rows.PurposeSignature.time)))
            stopped = {Purpose(name) for name in reading.scalars(select(rows.PurposeStop.purpose))}
        self._take(
            Ground(
                find_profile(site.profile) if site.profile else None,
                tuple(camera.id for camera in site.cameras),
                tuple(_with_signatures(one, given) for one in site.purposes),
                self._dossiers.found,
                compared,
                frozenset(stopped | {purpose for purpose, _ in self._unwritten}),
                (*self._dossiers.problems, *([problem] if problem else ())),
            )
        )

    def _take(self, ground: Ground) -> None:
        before, now = self._now, self._clock.now()
        if ground == before.ground:
            return
        declared: dict[str, tuple[Purpose, ...]] = {}
        for one in ground.declarations:
            for camera in one.cameras if ground.built(one.purpose) else ():
                declared[camera] = (*declared.get(camera, ()), one.purpose)
        self._now = _Now(ground, ground.gate(), declared)
        self._earlier = [(gate, until) for gate, until in self._earlier if now < until]
        if before.gate is not None:
            self._earlier.append((before.gate, now + LEASE))
        for purpose in Purpose:
            if ground.changed(purpose, before.ground):
                for gate, _ in self._earlier:
                    gate.stop(purpose)


def _check_stops(purpose: Purpose) -> None:
    if purpose is Purpose.FOOTFALL:
        problem = "counting is not stopped as a purpose"
        raise InputError(problem, "Take the camera out of the site, or stop the program.")


def _subject(purpose: Purpose) -> str:
    return f"purpose:{purpose.value}"


def _with_signatures(declaration: Declaration, given: Iterable[rows.PurposeSignature]) -> Declaration:
    """Those of what stands there now; where nobody has signed that, those of what stood there before.

    The gate then says that it was altered, and undoing the change makes it right again.
    """
    present = digest(declaration)
    all_given = [Signature(one.user, one.time, one.digest) for one in given if one.purpose == declaration.purpose.value]
    fitting = tuple(one for one in all_given if one.digest == present)
    return replace(declaration, signatures=fitting or tuple(all_given))


def _add_signature(writing: Writing, purpose: Purpose, by: Actor, digest_: str, now: float) -> None:
    if writing.get(rows.PurposeSignature, (digest_, by.id)) is not None:
        problem = "you have signed it already"
        raise ConflictError(problem, "Ask somebody else: two different people have to sign.")
    signed = select(rows.PurposeSignature).where(rows.PurposeSignature.digest == digest_)
    mine = chain(writing, by) or {by.id}
    shared = mine & {hand for one in writing.scalars(signed) for hand in (one.user, *one.hands)}
    if shared:
        raise one_hand(writing, by, shared)
    # What stood there before will not come back: somebody has signed what stands there now.
    other = rows.PurposeSignature.digest != digest_
    writing.execute(delete(rows.PurposeSignature).where(rows.PurposeSignature.purpose == purpose.value, other))
    hands = sorted(mine - {by.id})
    writing.add(rows.PurposeSignature(digest=digest_, user=by.id, purpose=purpose.value, time=now, hands=hands))


def _people(reading: Writing, ground: Ground) -> tuple[dict[Purpose, tuple[Done, ...]], dict[Purpose, Done]]:
    """Who signed what stands there now, and who stopped what; names as they are now."""
    names: dict[str, str] = {row[0]: row[1] for row in reading.execute(select(rows.User.id, rows.User.name))}
    names |= {row[0]: row[1] for row in reading.execute(select(rows.Token.id, rows.Token.label))}
    signed = {
        one.purpose: tuple(
            Done(each.by, names.get(each.by, ""), each.time)
            for each in one.signatures
            if each.digest == digest(one)
        )
        for one in ground.declarations
    }  # fmt: skip
    stops = {
        Purpose(stop.purpose): Done(stop.by, names.get(stop.by, ""), stop.time, stop.officer)
        for stop in reading.scalars(select(rows.PurposeStop))
    }
    return signed, stops
