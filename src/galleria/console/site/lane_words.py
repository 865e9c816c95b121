"""What is said of a camera's lane that people signed: what another one ends."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from galleria.app.setup_lane import Resting, resting_on_lane

from .frame import Caller, acting, caller
from .purpose_words import PURPOSES


@dataclass(frozen=True, slots=True)
class LaneWords:
    """Sentences in the reader's language.

    Attributes:
        standing: while nothing is changed yet.
        saving: before another lane is saved.
        removing: before the lane is removed.
        resting: which purposes, and where else they end.
        saved: afterwards.
    """

    standing: str
    saving: str
    removing: str
    resting: str
    saved: str

    def before(self, *, removed: bool) -> str:
        """What has to be agreed to."""
        return f"{self.removing if removed else self.saving} {self.resting}"


def lane_words(request: Request, camera: str) -> LaneWords | None:
    """What to say of a camera's lane; None: nothing that is signed rests on it.

    Raises:
        AccessError: who asks may not see purposes.
    """
    here = caller(request)
    found = resting_on_lane(here.live.purposes.status(acting(request)), camera)
    if found is None:
        return None
    say = here.locale.words.gettext
    return LaneWords(
        say("The lane of this camera is signed. Another one stops face purposes here until two people sign again."),
        say("Saving this lane stops face purposes at this camera until two people sign again."),
        say("Removing the lane stops face purposes at this camera until two people sign again."),
        _resting(here, found),
        say("Saved. Face purposes stop at this camera until two people sign again."),
    )


def _resting(here: Caller, found: Resting) -> str:
    say = here.locale.words.gettext
    purposes = ", ".join(say(PURPOSES[purpose].name) for purpose in found.purposes)
    text = say("Signed: %(purposes)s.") % {"purposes": purposes}
    if not found.elsewhere:
        return text
    names = {each.id: each.name or each.id for each in here.live.site.cameras}
    cameras = ", ".join(names.get(camera, camera) for camera in found.elsewhere)
    return f"{text} {say('They stop at these cameras too: %(cameras)s.') % {'cameras': cameras}}"
