"""Pictures into what a camera really sees: whether it sees at all, and still where it was set up to look.

Everything is measured on a small picture (192x108 of brightness). What is wrong is told once it has lasted, so that
nothing flickers, and then with the time from which it was so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from galleria.domain.frame import Picture, Pixels
from galleria.domain.health import CameraState

from .sight_known import Detail, KnownView
from .sight_lasting import Lasting
from .sight_still import Stillness
from .sight_turned import Turned
from .sight_view import COLUMNS, ROWS, Edges, edges_of

# Black: mean brightness of 255 up to the first, and all but this share of the picture darker than a level. To be light
# again it must be brighter than the second.
BLACK, LIGHT, LAMPS, LAMP = 16.0, 22.0, 0.005, 48
# Seconds between two looks at a picture's structure.
SPACING = 0.5
# Pictures further apart than this, seconds, are not compared for stillness.
GAP = 2.0
# Shares of the detail that are lost when the lens is covered: at once, or when it stays so.
COVERED, HALF_COVERED = 0.85, 0.5

REASONS = {
    CameraState.DARK: "the picture is black",
    CameraState.COVERED: "the picture has no detail where there was some: the lens is covered or out of focus",
    CameraState.FROZEN: "the same picture comes again and again",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a camera is in at a moment, as far as its pictures tell.

    Attributes:
        state: SEEING, FROZEN, DARK, COVERED or MOVED.
        since: capture time from which it holds; may lie in the past, since some things show only after seconds.
        reason: for people, one sentence without its full stop; empty while it sees.
        sure: capture time up to which nothing later can change what was told: no state that is told later begins
            before it.
    """

    state: CameraState
    since: float
    reason: str = ""
    sure: float = 0.0

    @property
    def blind(self) -> bool:
        """Whether what happens before the camera now cannot be counted."""
        return self.state is not CameraState.SEEING


class Sight:
    """Judges the pictures of one camera, over all its connections; its state is of fixed size.

    Args:
        view: what `stored` gave earlier: a camera that was turned meanwhile is noticed; None learns the view that the
            first pictures show.

    Raises:
        ValueError: `view` is nothing that `stored` gave.
    """

    def __init__(self, view: bytes | None = None) -> None:
        self._known = KnownView() if view is None else KnownView.from_bytes(view)
        self._turned = Turned()
        self._still = Stillness()
        self._dark = Lasting(patience=1.0, relief=0.3)
        self._covered = Lasting(patience=1.0, relief=0.5)
        self._half_covered = Lasting(patience=30.0, relief=1.0)
        self._verdict: Verdict | None = None
        self._time = self._structured = float("-inf")
        self._accepting = False

    def look(self, time: float, picture: Picture) -> Verdict:
        """Take a picture of a capture time, seconds. Where times do not increase, what was pending begins anew."""
        now = picture.luma(2 * COLUMNS, 2 * ROWS)
        if time <= self._time:
            self._begin_again()
        if self._accepting:
            self._accepting = False
            self._forget()
        if time - self._time > GAP:
            self._still.restart()
        self._still.look(time, now)
        self._dark.update(time, time if self._is_black(now) else None)
        if time - self._structured >= SPACING:
            if self._dark.begun is None:
                self._study(time, now)
            self._structured = time
        self._time = time
        self._verdict = self._judge(time)
        return self._verdict

    def accept(self) -> None:
        """Take the present view for the one that belongs: what was MOVED is where it should be from now on."""
        self._accepting = True

    def stored(self) -> bytes | None:
        """Return the known view in under 20 kB, to be given to another `Sight` later; None before it is known.

        It is no picture: where edges of walls and shelves lie on a grid of 96x54, averaged over minutes, in which
        nobody can be seen.
        """
        return self._known.to_bytes() if self._known.known else None

    def _begin_again(self) -> None:
        self._still, self._turned, self._verdict = Stillness(), Turned(), None
        self._time = self._structured = float("-inf")
        for fault in (self._dark, self._covered, self._half_covered):
            fault.forget()

    def _forget(self) -> None:
        self._known, self._turned = KnownView(), Turned()
        self._covered.forget()
        self._half_covered.forget()

    def _is_black(self, now: Pixels) -> bool:
        mean = float(now.mean())
        if mean > (LIGHT if self._dark.told else BLACK):
            return False
        lamps = int(np.count_nonzero(now > LAMP))
        return lamps <= LAMPS * now.size * (3 if self._dark.told else 1)

    def _study(self, time: float, now: Pixels) -> None:
        """Look at the structure: is it there, and in its place; learn it while all is well."""
        edges, detail = edges_of(now), Detail.of(now)
        lost = self._known.lost(detail)
        before = max(self._structured, time - GAP)
        self._covered.update(time, before if lost >= (COVERED if not self._covered.told else HALF_COVERED) else None)
        self._half_covered.update(time, before if lost >= HALF_COVERED else None)
        covered = self._covered.begun is not None or self._half_covered.told
        if not covered:
            self._turned.look(time, before, self._known, edges)
        if not covered and self._half_covered.begun is None and self._turned.begun is None:
            self._learn(edges, detail)

    def _learn(self, edges: Edges, detail: Detail) -> None:
        if self._still.frozen is None:
            self._known.learn(edges, detail)

    def _judge(self, time: float) -> Verdict:
        state, begun, reason = self._worst()
        last = self._verdict
        if last is not None and last.state is state:
            return Verdict(state, last.since, reason, self._sure(time))
        floor = float("-inf") if last is None else max(last.since, last.sure)
        since = time if begun is None else min(time, max(begun, floor))
        return Verdict(state, since, reason, self._sure(time))

    def _worst(self) -> tuple[CameraState, float | None, str]:
        """The first that holds of what may be wrong: each hides what comes after it."""
        covered = self._covered if self._covered.told else self._half_covered
        faults = (
            (CameraState.DARK, self._dark.begun if self._dark.told else None),
            (CameraState.COVERED, covered.begun if covered.told else None),
            (CameraState.FROZEN, self._still.frozen),
            (CameraState.MOVED, self._turned.begun if self._turned.told else None),
        )
        for state, begun in faults:
            if begun is not None:
                return state, begun, REASONS.get(state) or self._turned.reason
        return CameraState.SEEING, None, ""

    def _sure(self, time: float) -> float:
        """Nothing that is in doubt now began before this."""
        begun = (self._dark.begun, self._covered.begun, self._half_covered.begun, self._turned.begun)
        doubts = [self._structured, time, *(each for each in (*begun, self._still.doubted) if each is not None)]
        return min(doubts) if self._verdict is None else max(self._verdict.sure, min(doubts))
