"""Who plays whom: members of the cast for the places in a party."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mall.domain.person import Person

from .steps import Who

ORDER = 20261010  # the seed of the order in which the cast comes: the same in all scenes, so that people come back
FIRST_DAY = 14  # how many adults come on the first day at least
SECOND_DAY = 8  # how many of those whose faces may be shown do not come on the first day


class Casting:
    """Hands out people; nobody is in two places at once.

    Adults stand in one order for all scenes: those whose faces may be shown first. Parties whose faces come near to a
    camera take from the front of it, the others from the back.
    """

    def __init__(self, cast: Sequence[Person]) -> None:
        order = np.random.default_rng(ORDER).permutation(len(cast))
        people = [cast[i] for i in order]
        self._staff = [p for p in people if p.staff]
        self._children = sorted((p for p in people if p.child), key=lambda p: not p.face_scenes)
        adults = [p for p in people if not p.staff and not p.child]
        self._adults = sorted(adults, key=lambda p: not p.face_scenes)
        shown = [p for p in self._adults if p.face_scenes]
        self._old = self._adults[: max(len(shown) - SECOND_DAY, min(FIRST_DAY, len(adults) * 2 // 3))]
        self._here: set[str] = set()
        self._used: set[str] = set()
        self._left: list[Person] = []

    def take(self, who: Who, *, shows: bool) -> Person | None:
        """Somebody for a place; None when nobody is left for it.

        Args:
            who: what the place asks for.
            shows: the face will come near to a camera.
        """
        for person in self._candidates(who, shows=shows):
            if person.id not in self._here:
                self._here.add(person.id)
                self._used.add(person.id)
                if person in self._left:
                    self._left.remove(person)
                return person
        return None

    def give_back(self, person: Person, *, came: bool = True) -> None:
        """Somebody has left, or did not come in after all."""
        self._here.discard(person.id)
        if came:
            self._left.append(person)
        else:
            self._used.discard(person.id)

    def _candidates(self, who: Who, *, shows: bool) -> list[Person]:
        if who is Who.STAFF:
            return self._staff
        if who is Who.CHILD:
            return self._unused_first(self._children)
        new = [p for p in self._adults if p not in self._old]
        if who is Who.BACK:
            left = [p for p in self._left[:: -1 if shows else 1] if p in self._adults]
            return sorted(left, key=lambda p: p.face_scenes is not shows) or self._unused_first(self._old)
        if who is Who.OLD:
            return self._unused_first(self._old)
        if who is Who.NEW:
            return self._unused_first(new)
        if shows:
            # Those whose faces may be shown first; the next day's newcomers as late as can be.
            late = [p for p in reversed(new) if p.face_scenes]
            return self._unused_first([*self._old, *late, *(p for p in new if not p.face_scenes)])
        return self._unused_first([*new[::-1], *self._old[::-1]])

    def _unused_first(self, people: Sequence[Person]) -> list[Person]:
        return sorted(people, key=lambda p: p.id in self._used)
