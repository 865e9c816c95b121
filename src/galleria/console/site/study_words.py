"""Words of the pages Queues and Heat."""

from __future__ import annotations

from galleria.app.camera_seen import NotThere

from .locale import marked as _

WHY = {
    NotThere.NOT_SEEN: _("Nothing was seen in this period."),
    NotThere.NOT_STUDIED: _("The events of this period are still to be looked through: come back in a few minutes."),
    NotThere.NOT_CALIBRATED: _("No camera knows where its floor lies."),
}
WHATS = {"presence": _("Presence"), "dwell": _("Dwell")}
DWELL = _("Seconds that a track spent in the cell, of those that came through it.")
