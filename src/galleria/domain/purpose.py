"""Purposes: what for somebody is looked at, and what a site declares before it starts to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .dossier import ModelMark


class Purpose(StrEnum):
    """What for. Everything but footfall has to be declared; undeclared means not built."""

    FOOTFALL = "footfall"  # crossings, occupancy, stays, paths: no face is looked at
    DEMOGRAPHICS = "demographics"  # age band and gender presentation in tallies, no template
    UNIQUE = "unique"  # one visitor counted once a trading day, over all cameras
    RETURNING = "returning"  # visits across days
    STAFF = "staff"  # who works here is no visitor
    MEMBERS = "members"  # greeted because they asked to be
    WATCHLIST = "watchlist"  # unwanted visitors, approved by two, decided by people
    EXPERIENCE = "experience"  # smiles and frustration at a queue, in tallies
    AUDIENCE = "audience"  # who looked at a screen


# No face is looked at for these.
FACELESS_PURPOSES = frozenset({Purpose.FOOTFALL, Purpose.STAFF})

# These compare face templates: they need an impact assessment and an accuracy dossier.
TEMPLATE_PURPOSES = frozenset({Purpose.UNIQUE, Purpose.RETURNING, Purpose.MEMBERS, Purpose.WATCHLIST})


class LawfulBasis(StrEnum):
    """On what ground, as Article 6 GDPR and its likes name them."""

    CONSENT = "consent"
    LEGITIMATE_INTERESTS = "legitimate-interests"
    LEGAL_OBLIGATION = "legal-obligation"
    PUBLIC_INTEREST = "public-interest"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Notice:
    """What visitors are told before they are looked at.

    Attributes:
        version: of its text.
        place: where it hangs.
    """

    version: str
    place: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody who signed a declaration.

    Attributes:
        by: id of the user.
        time: when, seconds since 1970-01-01 UTC.
        digest: of the declaration that was signed, so that an altered one is not signed any more.
    """

    by: str
    time: float
    digest: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """That a site looks at people for a purpose.

    Attributes:
        begins: from when, seconds since 1970-01-01 UTC.
        ends: until when, likewise; at most twelve months later.
        cameras: their ids; those and no others.
        dpia: reference of the data protection impact assessment; empty: none.
        equal_way: how members are served as well without a face; members only.
        panel: of returning visitors only those who joined.
        staff_notice: of the purpose `staff`, what employees were told.
        terms: digest of what else of the site it rests on: profile, faces, lanes of its cameras; filled where the site
            is read, so empty in one that is only being written.
    """

    purpose: Purpose
    basis: LawfulBasis
    notice: Notice
    begins: float
    ends: float
    cameras: tuple[str, ...]
    dpia: str = ""
    equal_way: str = ""
    panel: bool = False
    staff_notice: str = ""
    terms: str = ""
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """How templates are compared for a purpose.

    Attributes:
        model: the embedder that runs: its card, its very file, its template space.
        threshold: comparison score from which on two templates are a candidate, as the model's card counts scores.
    """

    model: ModelMark
    threshold: float
