"""Declarations: what is wrong with one, now; and how two people sign it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import MISSING, asdict, fields, replace

from galleria.domain.errors import PolicyError
from galleria.domain.purpose import (
    FACELESS_PURPOSES,
    TEMPLATE_PURPOSES,
    Declaration,
    LawfulBasis,
    Purpose,
    Signature,
)
from galleria.domain.site import Camera, FaceSetting

from .profiles import Level
from .reasons import Reason

LONGEST = 366 * 86400.0  # seconds: twelve months, in a leap year
SIGNERS = 2
# Where visitors who joined are known from those who did not, a panel is as good as consent.
_PANELS = frozenset({Purpose.UNIQUE, Purpose.RETURNING})


def digest(declaration: Declaration) -> str:
    """The SHA-256, in hexadecimal, of all that is declared; signatures are left out.

    Fields that hold their default are left out too, so that a field added one day alters no declaration of today.
    The order in which cameras are named does not matter.
    """
    declared = asdict(declaration)
    for field in fields(declaration):
        if field.name == "signatures" or (field.default is not MISSING and declared[field.name] == field.default):
            del declared[field.name]
    declared["cameras"] = sorted(set(declaration.cameras))
    declared["begins"], declared["ends"] = float(declaration.begins), float(declaration.ends)
    text = json.dumps(declared, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"galleria declaration 1\n" + text.encode("ascii")).hexdigest()


def terms_of(profile: str, faces: FaceSetting | None, cameras: Iterable[Camera]) -> str:
    """The SHA-256, in hexadecimal, of what of the site a declaration rests on; the order of cameras does not matter.

    Args:
        profile: id of the chosen one.
        faces: with card files as they are written in the site file, so that a site that moves alters nothing;
            None: no face is looked at.
        cameras: those whose lanes count.
    """
    # All of `faces`, defaults too: another default in a later release is something else than what was signed.
    rests = {
        "profile": profile,
        "faces": asdict(faces) if faces else None,
        "lanes": {camera.id: _corners(camera) for camera in cameras},
    }
    text = json.dumps(rests, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(b"galleria terms 1\n" + text.encode("ascii")).hexdigest()


def resting(declaration: Declaration, profile: str, faces: FaceSetting, cameras: Iterable[Camera]) -> Declaration:
    """The declaration with the terms of its site; of purposes that look at no face, the profile alone.

    Args:
        declaration: as it was written.
        profile: as for `terms_of`.
        faces: likewise.
        cameras: all of the site.
    """
    if declaration.purpose in FACELESS_PURPOSES:
        return replace(declaration, terms=terms_of(profile, None, ()))
    own = [camera for camera in cameras if camera.id in declaration.cameras]
    return replace(declaration, terms=terms_of(profile, faces, own))


def sign(declaration: Declaration, by: str, now: float) -> Declaration:
    """The declaration with one more signature.

    Signatures of what stood there before a change are dropped, and so is an earlier one of the same user.

    Raises:
        PolicyError: `by` is empty.
    """
    if not by.strip():
        problem = "a declaration is signed by nobody"
        raise PolicyError(problem, "Sign in with an account of your own.")
    now_declared = digest(declaration)
    kept = tuple(one for one in declaration.signatures if one.digest == now_declared and one.by != by)
    return replace(declaration, signatures=(*kept, Signature(by, now, now_declared)))


def wrong_with(declaration: Declaration, level: Level, now: float) -> list[Reason]:
    """Every precondition that a declaration does not meet, in a fixed order; none: it holds.

    Args:
        declaration: of any purpose.
        level: what the profile says of that purpose.
        now: seconds since 1970-01-01 UTC.
    """
    # Comparisons are written so that a time that is no number is refused.
    checks = {
        Reason.LOCKED: level is not Level.LOCKED,
        Reason.NOT_BEGUN: declaration.begins <= now,
        Reason.EXPIRED: now < declaration.ends,
        Reason.TOO_LONG: declaration.ends - declaration.begins <= LONGEST,
        **_signed(declaration, now),
        Reason.WRONG_BASIS: _carried(declaration, level),
        Reason.NO_NOTICE: all(text.strip() for text in (declaration.notice.version, declaration.notice.place)),
        Reason.NO_DPIA: declaration.purpose not in TEMPLATE_PURPOSES or declaration.dpia.strip(),
        Reason.NO_EQUAL_WAY: declaration.purpose is not Purpose.MEMBERS or declaration.equal_way.strip(),
        Reason.NO_STAFF_NOTICE: declaration.purpose is not Purpose.STAFF or declaration.staff_notice.strip(),
        Reason.NO_CAMERA: declaration.cameras,
    }
    return [reason for reason, met in checks.items() if not met]


def _corners(camera: Camera) -> list[tuple[float, float]] | None:
    return [(float(x), float(y)) for x, y in camera.lane.corners] if camera.lane else None


def _signed(declaration: Declaration, now: float) -> dict[Reason, bool]:
    """A signature of other words is worse than none: somebody changed what was signed."""
    now_declared = digest(declaration)
    if any(one.digest != now_declared for one in declaration.signatures):
        return {Reason.ALTERED: False}
    signers = {one.by.strip() for one in declaration.signatures if one.time <= now} - {""}
    return {Reason.UNSIGNED: len(signers) >= SIGNERS}


def _carried(declaration: Declaration, level: Level) -> bool:
    """Whether the lawful basis will do. Members always agreed, whatever the profile says."""
    if declaration.purpose is not Purpose.MEMBERS and level is not Level.CONSENT:
        return True
    panel = declaration.panel and declaration.purpose in _PANELS
    return declaration.basis is LawfulBasis.CONSENT or panel
