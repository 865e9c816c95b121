"""Members: people who asked to be recognised. They join, are greeted, are shown what is held, and take it all back.

Nothing that looks at faces or opens a vault is imported before somebody joins, asks or has joined.
"""

# ruff: noqa: PLC0415 - what looks at faces is loaded where it is used

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from galleria.domain.access import Actor, Right
from galleria.domain.errors import GalleriaError, NotFoundError, PolicyError
from galleria.domain.purpose import Purpose

from .audit import NOBODY, demand
from .members_codes import Codes
from .members_ending import TURN_EVERY, WITHDRAWN, Ending
from .members_greeting import Greeting
from .members_joining import enrol
from .members_pace import Pace
from .members_papers import export_of
from .members_ports import Ended, Erased, Running, Surroundings, nothing_runs
from .members_receipt import Receipt
from .members_stores import Stores
from .members_text import DAY, ConsentText, MembersSettings, agreed_text, consent_texts
from .throttle import Throttle

if TYPE_CHECKING:
    from galleria.domain.face import Template

__all__ = ["Ended", "Erased", "Members", "Running", "Surroundings", "nothing_runs"]

JOINS, JOINS_WITHIN = 30, 3600.0  # so many join in so many seconds: a kiosk, and no import
# Whoever shows a face is answered after so many seconds, or twice as many, ...: how long erasing took is not told.
ANSWERED_EVERY = 3.0


class Members:
    """All about members. Its methods may be called by any thread."""

    def __init__(self, around: Surroundings) -> None:
        self._around, self._running = around, around.running
        self._looks = Throttle(around.clock, "to take pictures")
        self._pace = Pace(JOINS, JOINS_WITHIN)
        self._lock = threading.Lock()  # held while the gallery is asked, which has a lock of its own
        self._stores = Stores(around)
        self._greeting = Greeting(around, self._stores)
        self._ending = Ending(around, self._stores, self._greeting, lambda: self._running)
        self._codes = Codes(around, self._stores, self._ending)
        self._turned = float("-inf")

    def use(self, running: Running) -> None:
        """Recognition runs now."""
        self._running = running

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._stores.close()

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
            kept = self._stores.kept()
            return kept.count() if kept else 0

    def join(self, by: Actor, agreed: str, pictures: Sequence[bytes]) -> Receipt:
        """Take somebody who agreed, from pictures taken now.

        Args:
            by: whose kiosk it is.
            agreed: SHA-256 of the text that was shown and agreed to.
            pictures: JPEG or PNG files of one face; they are not kept.

        Raises:
            AccessError: `by` may not.
            ConflictError: the text is another one now, or the face is a member's already.
            InputError: a picture cannot be used, or they are not surely of one face.
            TooManyError: too many joined.
            PolicyError: the purpose does not run.
        """
        demand(by, Right.KIOSK)
        text = agreed_text(self.texts(), agreed)
        self._looks.take(by.id)
        now = self._around.clock.now()
        self._pace.check(now)
        subjects = self._running.subjects()
        subjects.check()  # first: another purpose that runs is no reason to look at who joins
        templates = self._look(pictures, joining=True)
        with self._lock:
            receipt = enrol(self._around, self._stores, by, subjects, templates, text)
            self._pace.count(now)
        return receipt

    def seen(self, label: str, camera: str, time: float) -> None:  # noqa: ARG002 - where it was is told to nobody
        """A member was recognised: greet, at most once an hour.

        Args:
            label: of the members' gallery.
            camera: id.
            time: seconds since 1970-01-01 UTC.
        """
        self._greeting.greet(label, time)

    def withdraw(self, code: str, *, address: str) -> Ended:
        """Take consent back: comparing stops at once, and everything is erased.

        Args:
            code: of the receipt, as typed.
            address: where the request comes from; its wrong codes are counted.

        Raises:
            TooManyError: too many wrong codes from there.
            StoreError: something could not be erased; try again.
        """
        with self._lock:
            held = self._codes.brought(code, address)
            if held.record is None:
                return Ended.BEFORE if held.ended else Ended.UNKNOWN
            self._ending.end(held.label, held.record, NOBODY, WITHDRAWN)
            return Ended.WITHDRAWN

    def export(self, code: str, *, address: str) -> dict[str, Any]:
        """What is held about a member; the template is of no use to them and stays sealed.

        Raises:
            NotFoundError: nothing is held under this code.
            TooManyError: too many wrong codes from there.
        """
        with self._lock:
            held, kept = self._codes.brought(code, address), self._stores.kept()
            if held.record is None or kept is None:
                problem = "nothing is held under this code"
                raise NotFoundError(problem, "Check the signs; after a withdrawal nothing is there any more.")
            used = kept.used(held.label)
        self._around.audit.write(NOBODY, "member.exported", f"receipt:{held.record.receipt}")
        return export_of(self._around.site().id, held.record, used, self.settings())

    def erase_by_face(self, by: Actor, pictures: Sequence[bytes]) -> Erased:
        """Erase whatever is held of whoever shows a face; and ask the data protection officer about the watchlist.

        Whether anybody was found, and how many, stands in the audit; nobody who asks is told, nor sees it by the time.

        Raises:
            AccessError: `by` may not.
            InputError: a picture cannot be used, or they are not surely of one face.
            PolicyError: no purpose runs that compares faces.
            StoreError: something could not be erased.
        """
        demand(by, Right.KIOSK)
        self._looks.take(by.id)
        templates = self._look(pictures, joining=False)
        request, begun = secrets.token_hex(4).upper(), self._around.clock.now()
        try:
            found = {purpose: erasure.erase(templates) for purpose, erasure in self._running.erasures().items()}
            with self._lock, suppress(PolicyError):  # only of members that are not compared now nobody can be found
                found[Purpose.MEMBERS] = self._ending.erase_alike(templates, by)
            told = {purpose.value: float(count) for purpose, count in found.items()}
            self._around.audit.write(by, "visitor.erased-by-face", f"request:{request}", **told)
            # Whether there is a watchlist, and who is on it, is told to nobody: the same is written and said always.
            self._around.audit.write(by, "watchlist.asked", f"request:{request}")
        finally:
            self._around.pause(ANSWERED_EVERY - (self._around.clock.now() - begun) % ANSWERED_EVERY)
        return Erased(request)

    def turn(self, now: float) -> int:
        """Erase whose time is over, and what could not be erased before; called by the keeping thread. How many.

        Raises:
            StoreError: some could not be erased; the next turn tries again.
        """
        if abs(now - self._turned) < TURN_EVERY:
            return 0
        self._turned = now
        declared = any(one.purpose is Purpose.MEMBERS for one in self._around.site().purposes)
        with self._lock:
            return self._ending.turn(now, self.settings().unused_days * DAY) if declared else self._ending.undeclare()

    def _look(self, pictures: Sequence[bytes], *, joining: bool) -> list[Template]:
        steps = self._running.steps()
        from .members_look import check_agreement, look

        templates = look(steps, pictures, joining=joining)
        check_agreement(templates, self._running.threshold())
        return templates
