"""Pictures of people who agreed to be tested with: who is who, and what they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Use(StrEnum):
    """What a picture is for."""

    ENROL = "enrol"  # goes into the gallery
    PROBE = "probe"  # is compared with it
    ATTACK = "attack"  # no live face: a print, a screen, a mask


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of one subject.

    Attributes:
        file: where it lies.
        subject: who it is, by a number or a pseudonym; of an attack, whoever is shown.
        age: years at the time, as the subject says; None: not said.
        gender: likewise; empty: not said.
        group: the group that accuracy is to be told for, as the subject says (for example of ethnicity).
        condition: how the picture was taken, in a word (for example `smiling`, `side light`); empty: not told.
        expression: of the face, as whoever took it says (for example `neutral`, `happy`); empty: not told.
        instrument: of an attack, which kind (`print`, `screen`, ...).
    """

    file: Path
    subject: str
    use: Use
    age: float | None = None
    gender: str = ""
    group: str = ""
    condition: str = ""
    expression: str = ""
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class TestSet:
    """A set of pictures to measure accuracy with.

    Attributes:
        name: of the set.
        path: of its list.
        digest: SHA-256 over the list and every picture: which set the figures are of.
    """

    name: str
    path: Path
    digest: str
    shots: tuple[Shot, ...]

    __test__ = False  # no test of pytest's

    def of(self, use: Use) -> list[Shot]:
        """The pictures for one use."""
        return [shot for shot in self.shots if shot.use is use]
