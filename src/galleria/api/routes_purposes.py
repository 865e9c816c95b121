"""Routes for purposes: what is looked at for what, who signed, stopping; and the record of processing."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Response
from pydantic import Field

from galleria.app.purpose_record import ProcessingRecord, Seen, processing_record
from galleria.app.purpose_status import PurposeStatus
from galleria.app.setting_shapes import PrivacySettings, RetentionSettings
from galleria.domain.access import Right
from galleria.domain.dossier import Dossier
from galleria.domain.purpose import Declaration, LawfulBasis, Notice, Purpose
from galleria.policy.profiles import Level, Profile
from galleria.policy.reasons import Reason
from galleria.storage.sitefile_purposes import first_day, last_day, whole_days

from .answers import Answer, Id, Name, Wanted
from .asking import FIRST, LAST, Live, router
from .guard import Who, needs
from .ports import LiveSite
from .routes_site import IfMatch, matched

routes = router("purposes")
_Day = Annotated[date, Field(ge=FIRST, le=LAST)]


class NoticeGiven(Wanted):
    """What visitors are told before they are looked at."""

    version: Name = ""
    place: Name = ""


class DeclarationGiven(Wanted):
    """What is declared of a purpose, without signatures."""

    basis: LawfulBasis
    notice: NoticeGiven = NoticeGiven()
    begins: Annotated[_Day, Field(description="First day, in the site's zone.")]
    ends: Annotated[_Day, Field(description="Last day.")]
    cameras: Annotated[list[Id], Field(default_factory=list, max_length=1000)]
    dpia: Name = ""
    equal_way: Name = ""
    panel: bool = False
    staff_notice: Name = ""

    @classmethod
    def of(cls, known: Declaration, zone: ZoneInfo) -> DeclarationGiven:
        return cls(
            basis=known.basis,
            notice=NoticeGiven(version=known.notice.version, place=known.notice.place),
            begins=first_day(known, zone),
            ends=last_day(known, zone),
            cameras=list(known.cameras),
            dpia=known.dpia,
            equal_way=known.equal_way,
            panel=known.panel,
            staff_notice=known.staff_notice,
        )

    def record(self, purpose: Purpose, zone: ZoneInfo) -> Declaration:
        begins, ends = whole_days(self.begins, self.ends, zone)
        notice, cameras = Notice(self.notice.version, self.notice.place), tuple(self.cameras)
        return Declaration(
            purpose, self.basis, notice, begins, ends, cameras, self.dpia, self.equal_way, self.panel, self.staff_notice
        )


class DoneAnswer(Answer):
    """Somebody signed, or stopped."""

    by: str
    name: str = Field(description="What they are called now; empty: they are gone.")
    time: float


class MissingAnswer(Answer):
    """A precondition that is not met."""

    reason: Reason
    problem: str
    remedy: str


class AtAnswer(Answer):
    """A purpose at a camera."""

    camera: str
    running: bool
    missing: list[MissingAnswer] = Field(validation_alias="shortcomings")


class AccuracyAnswer(Answer):
    """What the accuracy dossier says; rates are shares."""

    digest: str
    model: str
    threshold: float
    false_match_rate: float
    false_non_match_rate: float
    worst_group: str | None
    made: float
    ends: float

    @classmethod
    def made_of(cls, known: Dossier) -> AccuracyAnswer:
        return cls(
            digest=known.digest,
            model=known.model.id,
            threshold=known.threshold,
            false_match_rate=known.verification.fmr.value,
            false_non_match_rate=known.verification.fnmr.value,
            worst_group=known.worst.name if known.worst else None,
            made=known.made,
            ends=known.ends,
        )


class PurposeAnswer(Answer):
    """How one purpose stands."""

    purpose: Purpose
    level: Level | None = Field(description="What the profile says of it; null: no profile was chosen.")
    why: str
    declaration: DeclarationGiven | None
    digest: str = Field(description="Of the declaration; whoever signs sends it.")
    signed: list[DoneAnswer]
    stopped: DoneAnswer | None
    until: float | None = Field(description="When it ends by itself.")
    at: list[AtAnswer]
    missing: list[MissingAnswer] = Field(description="Every reason why it does not run somewhere.")
    accuracy: AccuracyAnswer | None

    @classmethod
    def made_of(cls, known: PurposeStatus, zone: ZoneInfo) -> PurposeAnswer:
        return cls(
            purpose=known.purpose,
            level=known.level,
            why=known.why,
            declaration=DeclarationGiven.of(known.declaration, zone) if known.declaration else None,
            digest=known.digest,
            signed=[DoneAnswer.model_validate(one) for one in known.signed],
            stopped=DoneAnswer.model_validate(known.stopped) if known.stopped else None,
            until=known.until,
            at=[AtAnswer.model_validate(one) for one in known.at],
            missing=[MissingAnswer.model_validate(one) for one in known.missing],
            accuracy=AccuracyAnswer.made_of(known.dossier) if known.dossier else None,
        )


class SourceAnswer(Answer):
    """What a profile rests on."""

    law: str
    at: str
    says: str


class ProfileAnswer(Answer):
    """What the law of the place lets the site do."""

    id: str
    title: str
    scope: str
    as_of: date
    sources: list[SourceAnswer]


class PurposesAnswer(Answer):
    """How all purposes stand."""

    profile: ProfileAnswer | None
    purposes: list[PurposeAnswer]
    problems: list[str] = Field(description="What cannot be read, e.g. a dossier.")


class ProcessingAnswer(Answer):
    """One purpose in the record of processing."""

    purpose: Purpose
    level: Level | None
    declaration: DeclarationGiven | None
    running: list[str] = Field(description="Cameras that it runs at now.")
    seen: list[Seen] = Field(description="Kinds of personal data.")
    kept: dict[str, float] = Field(description="Seconds, by what it is; 0: not beyond the frame.")
    signed: list[float] = Field(description="When it was signed.")


class RecordAnswer(Answer):
    """The record of processing."""

    controller: str
    contact: str
    profile: str
    made: float
    purposes: list[ProcessingAnswer]


class Signing(Wanted):
    """What is signed: the declaration with this digest and no other."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ProfileChoice(Wanted):
    """Id of a profile."""

    profile: Name


@routes.get("/purposes", summary="All purposes: what runs where, on what ground, until when, what is missing")
@needs(Right.SEE_PURPOSES)
def purposes(live: Live, who: Who, response: Response) -> PurposesAnswer:
    """The `ETag` is what changes of declarations have to name in `If-Match`."""
    status = live.purposes.status(who)
    response.headers["ETag"] = f'"{status.revision}"'
    return PurposesAnswer(
        profile=_profile(status.profile),
        purposes=[PurposeAnswer.made_of(one, _zone(live)) for one in status.purposes],
        problems=list(status.problems),
    )


@routes.get("/purposes/record", summary="The record of processing (Article 30 GDPR)")
@needs(Right.SEE_PURPOSES)
def record(live: Live, who: Who) -> RecordAnswer:
    """Of every purpose that runs or is declared; nobody who works here is named."""
    status = live.purposes.status(who)
    privacy = PrivacySettings.from_settings(live.settings.get("privacy").value)
    retention = RetentionSettings.from_settings(live.settings.get("retention").value).retention()
    profile = status.profile.id if status.profile else ""
    return _record(processing_record(status.purposes, privacy, retention, profile, live.clock.now()), _zone(live))


@routes.put("/profile", status_code=204, summary="Choose the profile")
@needs(Right.DECLARE)
def choose(live: Live, who: Who, response: Response, wanted: ProfileChoice, if_match: IfMatch = None) -> None:
    """What the law of the place lets the site do."""
    revision = live.purposes.choose(who, wanted.profile, revision=matched(live, if_match))
    response.headers["ETag"] = f'"{revision}"'


@routes.put("/purposes/{purpose}", status_code=204, summary="Declare a purpose, or change what is declared")
@needs(Right.DECLARE)
def declare(
    live: Live, who: Who, response: Response, purpose: Purpose, wanted: DeclarationGiven, if_match: IfMatch = None
) -> None:
    """Whatever is changed needs two new signatures."""
    given = wanted.record(purpose, _zone(live))
    revision = live.purposes.declare(who, given, revision=matched(live, if_match))
    response.headers["ETag"] = f'"{revision}"'


@routes.delete("/purposes/{purpose}", status_code=204, summary="Withdraw a declaration")
@needs(Right.DECLARE)
def withdraw(live: Live, who: Who, purpose: Purpose, if_match: IfMatch = None) -> None:
    """It ends at once. Declared again, it needs new signatures."""
    live.purposes.withdraw(who, purpose, revision=matched(live, if_match))


@routes.post("/purposes/{purpose}/sign", status_code=204, summary="Sign a declaration")
@needs(Right.SIGN)
def sign(live: Live, who: Who, purpose: Purpose, wanted: Signing) -> None:
    """Two different people have to. Tokens cannot; 409 if it is not the present one, or one hand signs twice."""
    live.purposes.sign(who, purpose, wanted.digest)


@routes.post("/purposes/{purpose}/stop", status_code=204, summary="Stop a purpose everywhere")
@needs(Right.STOP_PURPOSE)
def stop(live: Live, who: Who, purpose: Purpose) -> None:
    """At once, and until it is started; counting goes on."""
    live.purposes.stop(who, purpose)


@routes.post("/purposes/{purpose}/start", status_code=204, summary="Start a stopped purpose again")
@needs(Right.STOP_PURPOSE)
def start(live: Live, who: Who, purpose: Purpose) -> None:
    """It runs where nothing else is missing; 403 if the data protection officer stopped it, and you are not they."""
    live.purposes.start(who, purpose)


def _zone(live: LiveSite) -> ZoneInfo:
    return ZoneInfo(live.site.zone)


def _profile(known: Profile | None) -> ProfileAnswer | None:
    return ProfileAnswer.model_validate(known) if known else None


def _record(known: ProcessingRecord, zone: ZoneInfo) -> RecordAnswer:
    told = [
        ProcessingAnswer(
            purpose=one.purpose,
            level=one.level,
            declaration=DeclarationGiven.of(one.declaration, zone) if one.declaration else None,
            running=list(one.running),
            seen=list(one.seen),
            kept=dict(one.kept),
            signed=list(one.signed),
        )
        for one in known.purposes
    ]
    return RecordAnswer(
        controller=known.controller, contact=known.contact, profile=known.profile, made=known.made, purposes=told
    )
