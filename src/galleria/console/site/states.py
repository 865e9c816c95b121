"""How a camera is, in plain words: a badge, a sentence, what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from galleria.domain.health import CameraState

from .locale import marked as _


class Told(NamedTuple):
    """A state for people.

    Attributes:
        tone: good, warn, bad or idle: the badge's shape and colour.
        word: on the badge.
        meaning: one sentence.
        advice: what to do; empty where nothing is to be done.
    """

    tone: str
    word: str
    meaning: str
    advice: str = ""


def told(state: CameraState, say: Callable[[str], str]) -> Told:
    """Say a state in the reader's language; `say` is the catalogue's gettext."""
    tone, *words = _WORDS[state]
    return Told(tone, *(say(text) if text else "" for text in words))


def all_told(say: Callable[[str], str]) -> dict[CameraState, Told]:
    """Every state, likewise."""
    return {state: told(state, say) for state in CameraState}


_WORDS: dict[CameraState, Told] = {
    CameraState.SEEING: Told("good", _("Seeing"), _("Pictures come and are looked at.")),
    CameraState.STARTING: Told(
        "idle",
        _("Starting"),
        _("The camera has not answered yet."),
        _("Wait a minute. If it stays like this, look at its address."),
    ),
    CameraState.OFFLINE: Told(
        "bad",
        _("Offline"),
        _("There is no connection. It is tried again by itself."),
        _("Check the camera's power and network cable, then its address and password."),
    ),
    CameraState.STALLED: Told(
        "bad",
        _("Stalled"),
        _("The camera is connected and sends no pictures."),
        _("Restart the camera. If it happens often, use its smaller stream, or look for a bad cable or switch."),
    ),
    CameraState.FROZEN: Told(
        "bad",
        _("Frozen"),
        _("Pictures come, and all of them are the same one."),
        _("Restart the camera; its picture has stopped inside it."),
    ),
    CameraState.DARK: Told(
        "warn",
        _("Dark"),
        _("The picture is black or nearly so."),
        _("Switch the light on, or the camera's night mode; at night outside opening hours this is nothing to mend."),
    ),
    CameraState.COVERED: Told(
        "warn",
        _("Covered"),
        _("Something hangs before the lens, or the picture is out of focus."),
        _("Go and look: remove what hangs there, clean the lens, focus."),
    ),
    CameraState.MOVED: Told(
        "warn",
        _("Moved"),
        _("The camera looks elsewhere than it did, so its lines no longer lie where they were drawn."),
        _("Turn it back; or accept the new view and draw its lines again."),
    ),
    CameraState.CLOCK: Told(
        "warn",
        _("Clock jumped"),
        _("The camera's times jumped; what happened then has no sure time."),
        _("Let the camera set its clock from the network (NTP)."),
    ),
    CameraState.OFF: Told(
        "idle", _("Switched off"), _("Somebody switched it off here."), _("Switch it on again here.")
    ),
}
