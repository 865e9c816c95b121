"""Why a purpose does not start. Every precondition has a name, a sentence for people and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from galleria.domain.errors import PolicyError
from galleria.domain.purpose import Purpose


class Reason(StrEnum):
    """One precondition that is not met."""

    STOPPED = "stopped"
    NOT_BUILT = "not-built"
    LOCKED = "locked"
    NO_DECLARATION = "no-declaration"
    NOT_BEGUN = "not-begun"
    EXPIRED = "expired"
    TOO_LONG = "too-long"
    UNSIGNED = "unsigned"
    ALTERED = "altered"
    WRONG_BASIS = "wrong-basis"
    NO_NOTICE = "no-notice"
    NO_DPIA = "no-dpia"
    NO_EQUAL_WAY = "no-equal-way"
    NO_STAFF_NOTICE = "no-staff-notice"
    NO_CAMERA = "no-camera"
    OTHER_CAMERA = "other-camera"
    UNKNOWN_CAMERA = "unknown-camera"
    NO_COMPARISON = "no-comparison"
    NO_DOSSIER = "no-dossier"
    DOSSIER_EXPIRED = "dossier-expired"
    DOSSIER_OTHER_MODEL = "dossier-other-model"
    DOSSIER_OTHER_THRESHOLD = "dossier-other-threshold"


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """A precondition that is not met, in words.

    Attributes:
        problem: what is missing, without a full stop at its end.
        remedy: what to do next, a sentence.
    """

    reason: Reason
    problem: str
    remedy: str


_WORDS: Mapping[Reason, tuple[str, str]] = {
    Reason.STOPPED: ("it was stopped", "Start it again, if the cause is settled."),
    Reason.NOT_BUILT: (
        "this release has nothing that does it",
        "Leave it undeclared until one has: nobody can join a panel yet, and there is no list of unwanted visitors.",
    ),
    Reason.LOCKED: (
        "the profile locks it",
        "Leave it off: no declaration opens it. The profile says which law is the reason.",
    ),
    Reason.NO_DECLARATION: ("it is not declared", "Declare it, and have two people sign the declaration."),
    Reason.NOT_BEGUN: ("its declaration has not begun", "Wait until it begins, or declare it anew."),
    Reason.EXPIRED: ("its declaration has ended", "Look at whether it is still needed, and declare it anew."),
    Reason.TOO_LONG: ("its declaration lasts longer than twelve months", "Let it end within twelve months."),
    Reason.UNSIGNED: (
        "fewer than two different people have signed its declaration",
        "Have two people read and sign it.",
    ),
    Reason.ALTERED: (
        "its declaration was altered after it was signed",
        "Undo the change, or have two people sign what stands there now.",
    ),
    Reason.WRONG_BASIS: (
        "its lawful basis does not carry it here",
        "Rest it on consent; for unique and returning visitors a panel of those who joined will do too.",
    ),
    Reason.NO_NOTICE: (
        "there is no notice for visitors",
        "Hang the notice up, and declare its version and where it hangs.",
    ),
    Reason.NO_DPIA: (
        "there is no data protection impact assessment",
        "Carry one out, and declare where it can be found.",
    ),
    Reason.NO_EQUAL_WAY: (
        "members have no equal way without a face",
        "Offer one, such as a card, and declare it.",
    ),
    Reason.NO_STAFF_NOTICE: ("employees were not told", "Tell them, and declare what they were told."),
    Reason.NO_CAMERA: ("its declaration names no camera", "Name the cameras it is for."),
    Reason.OTHER_CAMERA: (
        "its declaration does not name this camera",
        "Leave the camera out, or declare it anew with the camera.",
    ),
    Reason.UNKNOWN_CAMERA: ("the site has no such camera", "Look at the list of cameras."),
    Reason.NO_COMPARISON: (
        "no model and threshold are set for it",
        "Choose a model, and the threshold that its accuracy dossier was made with.",
    ),
    Reason.NO_DOSSIER: ("there is no accuracy dossier", "Make one: galleria evaluate."),
    Reason.DOSSIER_EXPIRED: ("the accuracy dossier is not in date", "Make a new one: galleria evaluate."),
    Reason.DOSSIER_OTHER_MODEL: (
        "the accuracy dossier is of another model",
        "Run the model that was measured, or measure the one that runs: galleria evaluate.",
    ),
    Reason.DOSSIER_OTHER_THRESHOLD: (
        "the accuracy dossier is of another threshold",
        "Set the threshold that was measured, or measure the one that is set: galleria evaluate.",
    ),
}


def shortcoming(reason: Reason) -> Shortcoming:
    """A reason in words."""
    return Shortcoming(reason, *_WORDS[reason])


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a purpose does not start at a camera: every reason."""

    purpose: Purpose
    camera: str
    shortcomings: tuple[Shortcoming, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(one.reason for one in self.shortcomings)

    def error(self) -> PolicyError:
        """All of it in one sentence, to be raised or shown."""
        problem = f"{self.purpose.value} does not start at camera {self.camera[:60]!r}: "
        remedies = dict.fromkeys(one.remedy for one in self.shortcomings)
        return PolicyError(problem + "; ".join(one.problem for one in self.shortcomings), " ".join(remedies))
