"""Members: people who asked to be recognised. Consent, receipt, greeting, withdrawal, erasure, export, and their end.

Nothing that looks at faces or opens a vault is imported before somebody joins, asks or has joined.
"""

# ruff: noqa: PLC0415 - what looks at faces is loaded where it is used

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from galleria.domain.access import Actor, Right
from galleria.domain.errors import ConflictError, GalleriaError, NotFoundError, PolicyError, StoreError
from galleria.domain.purpose import Purpose
from galleria.notify.envelope import greeting, stamp
from galleria.storage.records import AuditEntry

from .audit import NOBODY, SYSTEM, demand
from .members_pace import Pace
from .members_ports import Ended, Erased, Running, Surroundings, nothing_runs
from .members_receipt import KIND, Receipt, label_of, new_code, receipt_hash
from .members_text import CONSENT, ConsentText, MembersSettings, consent_texts
from .throttle import Throttle

if TYPE_CHECKING:
    from galleria.domain.face import Template
    from galleria.storage.vault.identities import Identity

    from .members_kept import MembersKept
    from .recognition.ports import Subjects

__all__ = ["Ended", "Erased", "Members", "Running", "Surroundings", "nothing_runs"]

GREETED_EVERY = 3600.0  # seconds between two greetings of one member
JOINS, JOINS_WITHIN = 30, 3600.0  # so many join in so many seconds: a kiosk, and no import
TURN_EVERY = 3600.0
_WITHDRAWN, _EXPIRED, _ERASED = "member.withdrawn", "member.expired", "member.erased"
_ENDED = (_WITHDRAWN, _EXPIRED, _ERASED)
_MOST_ALIKE = 5  # labels of one face that are erased at once


class Members:
    """All about members. Its methods may be called by any thread."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._running = around.running
        self._tries = Throttle(around.clock, "to use a receipt")
        self._looks = Throttle(around.clock, "to take pictures")
        self._pace = Pace(JOINS, JOINS_WITHIN)
        # The first is held while the gallery is asked, which has a lock of its own; the other one never is, so that
        # the gallery may tell who was seen.
        self._lock, self._telling = threading.Lock(), threading.Lock()
        self._opening, self._opened = threading.Lock(), cast("MembersKept | None", None)
        self._greeted: dict[str, float] = {}
        self._turned, self._unfolded = float("-inf"), False

    def use(self, running: Running) -> None:
        """Recognition runs now."""
        self._running = running

    def close(self) -> None:
        """Let go of the files."""
        with self._lock, self._telling:
            if self._opened is not None:
                self._opened.close()
            self._opened = None

    def settings(self) -> MembersSettings:
        """What the site says to members. Raises InputError."""
        return MembersSettings.from_settings(self._around.settings())

    def texts(self) -> tuple[ConsentText, ...]:
        """What members are asked to agree to, in every language.

        Raises:
            ConflictError: the settings are not complete.
        """
        declared = (one.equal_way for one in self._around.site().purposes if one.purpose is Purpose.MEMBERS)
        return consent_texts(self.settings(), next(declared, ""))

    def ready(self) -> str:
        """Why nobody can join now, for people; empty: they can."""
        try:
            self.texts()
            self._running.subjects().check()
        except GalleriaError as error:
            return str(error)
        return ""

    def count(self, by: Actor) -> int:
        """How many members there are.

        Raises:
            AccessError: `by` may not know.
        """
        demand(by, Right.SEE_MEMBERS)
        with self._lock:
            kept = self._kept()
            return kept.count() if kept else 0

    def join(self, by: Actor, agreed: str, pictures: Sequence[bytes]) -> Receipt:
        """Take somebody who agreed, from pictures taken now.

        Args:
            by: whose kiosk it is.
            agreed: SHA-256 of the text that was shown and agreed to.
            pictures: JPEG or PNG files of one face each; they are not kept.

        Raises:
            AccessError: `by` may not.
            ConflictError: the text is another one now, or the face is a member's already.
            InputError: a picture cannot be used.
            TooManyError: too many joined.
            PolicyError: the purpose does not run.
        """
        demand(by, Right.KIOSK)
        text = self._text(agreed)
        self._looks.take(by.id)
        now = self._around.clock.now()
        self._pace.check(now)
        subjects = self._running.subjects()
        subjects.check()  # first: another purpose that runs is no reason to look at who joins
        templates = self._look(pictures, joining=True)
        with self._lock:
            if subjects.find(templates):
                problem = "a face like this one is a member's already"
                raise ConflictError(problem, "Have it erased with the receipt or by face, and join again.")
            code, member = new_code(), f"m-{secrets.token_hex(10)}"
            self._enrol(by, subjects, templates, code, _identity(member, code, now, text))
            self._pace.count(now)
        return self._receipt(code, member, now, text)

    def seen(self, label: str, camera: str, time: float) -> None:  # noqa: ARG002 - where it was is told to nobody
        """A member was recognised: greet, at most once an hour.

        Args:
            label: of the members' gallery.
            camera: id.
            time: seconds since 1970-01-01 UTC.
        """
        with self._telling:
            if abs(time - self._greeted.get(label, float("-inf"))) < GREETED_EVERY:
                return
            kept = self._kept()
            identity = kept.identity(label) if kept else None
            if kept is None or identity is None:
                return
            self._greeted = {one: at for one, at in self._greeted.items() if abs(time - at) < GREETED_EVERY}
            self._greeted[label] = time
            kept.touch(label, time)
            self._around.greetings.greet(greeting(self._around.site().id, identity.member, time))

    def withdraw(self, code: str, *, address: str) -> Ended:
        """Take consent back: comparing stops at once, and everything is erased.

        Args:
            code: of the receipt, as typed.
            address: where the request comes from; its tries are counted.

        Raises:
            TooManyError: too many tries from there.
            StoreError: something could not be erased; try again.
        """
        self._tries.take(address)
        label, digest = label_of(code), receipt_hash(code)
        with self._lock:
            identity, ended = self._of(label, digest), self._ended(digest)
            if identity is None:
                return Ended.BEFORE if ended else Ended.UNKNOWN
            self._end(label, identity, NOBODY, _WITHDRAWN)
            return Ended.WITHDRAWN

    def export(self, code: str, *, address: str) -> dict[str, Any]:
        """What is held about a member; the template is of no use to them and stays sealed.

        Raises:
            NotFoundError: nothing is held under this code.
            TooManyError: too many tries from there.
        """
        self._tries.take(address)
        label, digest = label_of(code), receipt_hash(code)
        with self._lock:
            identity = self._of(label, digest)
            if identity is None or self._opened is None:
                problem = "nothing is held under this code"
                raise NotFoundError(problem, "Check the signs; after a withdrawal nothing is there any more.")
            used = self._opened.used(label)
        self._around.audit.write(NOBODY, "member.exported", f"receipt:{digest}")
        return {
            **_facts(self._around.site().id, identity, self.settings().controller),
            "kind": "galleria.member-export.v1",
            "last_used_on": stamp(used)[:10],
            "template": "one sealed face template, under a random label; it is not given out",
            "pictures": "none",
            "visits": "none",
        }

    def erase_by_face(self, by: Actor, pictures: Sequence[bytes]) -> Erased:
        """Erase whatever is held of whoever shows a face; and ask the data protection officer about the watchlist.

        Raises:
            AccessError: `by` may not.
            InputError: a picture cannot be used.
            PolicyError: no purpose runs that compares faces.
        """
        demand(by, Right.KIOSK)
        self._looks.take(by.id)
        templates = self._look(pictures, joining=False)
        found = {purpose: erasure.erase(templates) for purpose, erasure in self._running.erasures().items()}
        with suppress(PolicyError):  # only of members that are not compared now nobody can be found by face
            found[Purpose.MEMBERS] = self._erase_member(by, templates)
        request = secrets.token_hex(4).upper()
        told = {purpose.value: float(count) for purpose, count in found.items()}
        self._around.audit.write(by, "visitor.erased-by-face", f"request:{request}", **told)
        # Whether there is a watchlist, and who is on it, is told to nobody: the same is written and said either way.
        self._around.audit.write(by, "watchlist.asked", f"request:{request}")
        return Erased(found, request)

    def turn(self, now: float) -> int:
        """Erase whose time is over, and what could not be erased before; called by the keeping thread. How many.

        Raises:
            StoreError: some could not be erased; the next turn tries again.
        """
        if abs(now - self._turned) < TURN_EVERY:
            return 0
        self._turned, gone, failure = now, 0, None
        unused = self.settings().unused_days * 86400.0
        with self._lock:
            kept = self._kept()
            for one in kept.listed() if kept else ():
                late = now >= one.agreed + CONSENT
                try:
                    if one.over and kept and (self._forget(one.label) or late):
                        kept.drop(one.label)
                    elif kept and not one.over and (late or now >= one.used + unused):
                        self._end(one.label, kept.identity(one.label), SYSTEM, _EXPIRED)
                        gone += 1
                except GalleriaError as error:  # one that cannot go keeps no other
                    failure = error
            if self._unfolded:
                self._fold()
        if failure:
            raise failure
        return gone

    def _look(self, pictures: Sequence[bytes], *, joining: bool) -> list[Template]:
        steps = self._running.steps()
        from .members_look import look

        return look(steps, pictures, joining=joining)

    def _kept(self, *, make: bool = False) -> MembersKept | None:
        """The stores; None while nobody ever joined."""
        around = self._around
        with self._opening:
            if self._opened is None and (make or around.vaults.exists()):
                from .members_kept import MembersKept

                if make or MembersKept.exists(around.vaults):
                    self._opened = MembersKept(around.vaults, around.keys, around.site().id, around.clock.now())
            return self._opened

    def _text(self, agreed: str) -> ConsentText:
        for text in self.texts():
            if hmac.compare_digest(text.sha256.encode(), agreed.encode()):
                return text
        problem = "the text that was agreed to is not the one that holds now"
        raise ConflictError(problem, "Begin again, and read it once more.")

    def _enrol(
        self, by: Actor, subjects: Subjects, templates: Sequence[Template], code: str, identity: Identity
    ) -> None:
        label, kept = label_of(code), self._kept(make=True)
        assert kept is not None
        try:
            kept.put(label, identity)
            with self._around.records.write() as writing:
                told = {"text": identity.text, "language": identity.language, "version": identity.version}
                self._around.audit.note(writing, by, "member.joined", f"receipt:{identity.receipt}", **told)
                subjects.enrol(label, templates)
        except BaseException:
            # Nobody has the receipt: nothing of it may stay.
            with suppress(GalleriaError):
                subjects.forget(label)
                kept.drop(label)
            raise

    def _receipt(self, code: str, member: str, now: float, text: ConsentText) -> Receipt:
        told = self.settings()
        address = f"{told.address}/withdraw" if told.address else ""
        facts = _facts(self._around.site().id, _identity(member, code, now, text), told.controller)
        facts = {**facts, "code": code, "withdraw_at": address or "the kiosk", "text": text.text}
        return Receipt(member, code, address, now, now + CONSENT, facts)

    def _of(self, label: str, digest: str) -> Identity | None:
        """The identity of a label, if the receipt is theirs."""
        kept = self._kept()
        found = kept.identity(label) if kept else None
        return found if found and hmac.compare_digest(found.receipt, digest) else None

    def _ended(self, digest: str) -> bool:
        asked = select(AuditEntry.id).where(AuditEntry.subject == f"receipt:{digest}", AuditEntry.action.in_(_ENDED))
        with self._around.records.read() as reading:
            return reading.scalar(asked.limit(1)) is not None

    def _erase_member(self, by: Actor, templates: Sequence[Template]) -> int:
        subjects = self._running.subjects()
        with self._lock:
            for count in range(_MOST_ALIKE):
                label = subjects.find(templates)
                if not label:
                    return count
                kept = self._kept()
                self._end(label, kept.identity(label) if kept else None, by, _ERASED)
        return _MOST_ALIKE

    def _end(self, label: str, identity: Identity | None, by: Actor, action: str) -> None:
        """Stop comparing, leave a stone without a name, erase everything else."""
        forgotten = self._forget(label)
        if identity is not None:
            # Before the identity goes: if this is interrupted, the receipt still works, and finishes it.
            self._around.audit.write(by, action, f"receipt:{identity.receipt}", text=identity.text)
        if (kept := self._kept()) and forgotten:
            kept.drop(label)
        elif kept:
            kept.drop_later(label, self._around.clock.now())
        if identity is not None:
            with self._telling:  # nobody is about to be greeted
                self._greeted.pop(label, None)
                self._around.greetings.unsay(identity.member)
            self._fold()

    def _forget(self, label: str) -> bool:
        """Erase the templates; False: there were none, or they cannot be reached now, and a later turn tries again."""
        try:
            return self._running.subjects().forget(label)
        except PolicyError:
            return False

    def _fold(self) -> None:
        try:
            self._unfolded = not self._around.records.fold()
        except StoreError:
            self._unfolded = True


def _identity(member: str, code: str, now: float, text: ConsentText) -> Identity:
    from galleria.storage.vault.identities import Identity

    return Identity(member, receipt_hash(code), now, text.sha256, text.language, text.version)


def _facts(site: str, identity: Identity, controller: str) -> dict[str, Any]:
    return {
        "kind": KIND,
        "site": site,
        "controller": controller,
        "purpose": Purpose.MEMBERS.value,
        "member": identity.member,
        "agreed_at": stamp(identity.time),
        "ends_at": stamp(identity.time + CONSENT),
        "text_sha256": identity.text,
        "text_language": identity.language,
        "text_version": identity.version,
        "receipt_sha256": identity.receipt,
    }
