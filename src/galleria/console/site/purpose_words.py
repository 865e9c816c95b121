"""What purposes, grounds and what is kept are called on the pages, on signs, and to visitors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from galleria.app.purpose_record import Seen
from galleria.domain.purpose import LawfulBasis, Purpose
from galleria.policy.profiles import Level

from .locale import marked as _

_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Told:
    """A purpose as people are told it.

    Attributes:
        name: for staff: headings and lists.
        meaning: for staff: what it does, one sentence.
        sign: for visitors: what a sign says in large letters.
        plain: for visitors: what happens and what does not, in two or three sentences.
        subjects: whose data it is, for the record of processing.
    """

    name: str
    meaning: str
    sign: str
    plain: str
    subjects: str = _("Visitors")


PURPOSES: Mapping[Purpose, Told] = {
    Purpose.FOOTFALL: Told(
        _("Counting"),
        _("How many come, go, stay and queue. Bodies are followed, no face is looked at."),
        _("Visitors are counted here"),
        _("Cameras count how many people come, go and stay. No face is looked at, and nobody is recognised. "
          "No picture is kept."),
    ),
    Purpose.DEMOGRAPHICS: Told(
        _("Age and gender"),
        _("Age band and gender presentation, only as tallies of a quarter hour. Nobody under 18 is in them."),
        _("Age groups are estimated here"),
        _("A computer estimates age group and gender presentation of faces, adds them to a tally of a quarter hour, "
          "and forgets the face at once. Minors are left out. Nobody is recognised, and no picture is kept."),
    ),
    Purpose.UNIQUE: Told(
        _("Different visitors"),
        _("Each visitor counted once a day, over all cameras. Templates are sealed, and gone when the day closes."),
        _("Visitors are told apart for one day"),
        _("So that nobody is counted twice, a computer turns faces into numbers. They are sealed, and destroyed when "
          "the day ends. No name and no picture is kept."),
    ),
    Purpose.RETURNING: Told(
        _("Returning visitors"),
        _("How many come again, and after how many days. Templates are sealed, and gone after their epoch."),
        _("Repeat visits are counted here"),
        _("To count how many people come again, a computer turns faces into numbers. They are sealed, and destroyed "
          "when their time is over. No name and no picture is kept."),
    ),
    Purpose.STAFF: Told(
        _("Staff left out"),
        _("Who works here is no visitor. Nothing is measured of single employees."),
        _("Staff are left out of the count"),
        _("Cameras tell by uniform, marker or place who works here, so that only visitors are counted. "
          "Nothing is measured of single employees."),
        _("Employees"),
    ),
    Purpose.MEMBERS: Told(
        _("Members"),
        _("Greets those who asked for it. Of everybody else the template is dropped at once."),
        _("Members are greeted here"),
        _("Who joined and agreed is recognised by face. The numbers that are made of everybody else's face for that "
          "are dropped at once. Members are served as well without it."),
        _("Members; visitors for a moment"),
    ),
    Purpose.WATCHLIST: Told(
        _("Unwanted visitors"),
        _("Looks for those on a list that two people approved; people decide, nothing acts by itself."),
        _("Faces are compared with a list here"),
        _("Faces are compared with a list of people who are banned from here. People decide about every candidate. "
          "The numbers that are made of everybody else's face are dropped within a second."),
        _("Visitors; those on the list"),
    ),
    Purpose.EXPERIENCE: Told(
        _("Mood at queues"),
        _("The share of smiling and of frustrated faces for a zone and an hour; no template, never of staff."),
        _("Smiles are tallied here"),
        _("A computer tallies which share of faces at a queue smiles or looks frustrated, and forgets each face at "
          "once. Nobody is recognised, and no picture is kept."),
    ),
    Purpose.AUDIENCE: Told(
        _("Screen audience"),
        _("How many looked at a screen, and for how long; no template."),
        _("Looks at this screen are counted"),
        _("A computer counts how many faces are turned to the screen, and for how long, and forgets each face at "
          "once. Nobody is recognised, and no picture is kept."),
    ),
}  # fmt: skip

LEVELS: Mapping[Level, str] = {
    Level.ON: _("needs no declaration"),
    Level.DECLARE: _("needs a declaration"),
    Level.CONSENT: _("needs consent, or a panel of those who joined"),
    Level.LOCKED: _("is locked"),
}

BASES: Mapping[LawfulBasis, str] = {
    LawfulBasis.CONSENT: _("Consent"),
    LawfulBasis.LEGITIMATE_INTERESTS: _("Legitimate interests"),
    LawfulBasis.LEGAL_OBLIGATION: _("Legal obligation"),
    LawfulBasis.PUBLIC_INTEREST: _("Public interest"),
    LawfulBasis.CONTRACT: _("Contract"),
}

SEEN: Mapping[Seen, str] = {
    Seen.TRACKS: _("crossings, stays and ways under a random number"),
    Seen.TALLIES: _("tallies in which nobody can be told"),
    Seen.TEMPLATE: _("biometric: a sealed face template"),
    Seen.LABEL: _("a random visitor label, and when it was seen"),
    Seen.MARK: _("that a track is staff"),
    Seen.MEMBER: _("consent, and a membership number in another store"),
    Seen.ENTRY: _("reason, incident and evidence in another store"),
}


def kept(say: Callable[[str], str], purpose: Purpose, seconds: Mapping[str, float]) -> str:
    """How long what a purpose makes of people is kept, in a sentence or two.

    Args:
        say: looks words up.
        purpose: what for.
        seconds: as `purpose_record.kept_for` tells.
    """
    days = {name: round(length / _DAY) for name, length in seconds.items()}
    match purpose:
        case Purpose.FOOTFALL:
            text = say("Crossings and stays %(events)s days, counts by quarter hour %(measures)s days.")
            return text % {"events": days["events"], "measures": days["measures"]}
        case Purpose.UNIQUE:
            return say("The template until the trading day closes; then its key is destroyed.")
        case Purpose.RETURNING:
            return say("The template at most %(days)s days; then its key is destroyed.") % {"days": days["returning"]}
        case Purpose.STAFF:
            return say("The mark as long as the track's random number: 24 hours.")
        case Purpose.MEMBERS:
            return say("Until the member withdraws, or 12 months after the last visit.")
        case Purpose.WATCHLIST:
            return say(
                "Who is no candidate: a second. A candidate 10 minutes, a confirmed one 72 hours, an entry 12 months."
            )
        case _:
            return say("Nothing of a face beyond the moment; only tallies stay.")
