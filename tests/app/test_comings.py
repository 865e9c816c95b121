"""Comings by hour that are kept are those of the day as it is now."""

from datetime import date, timedelta

import numpy as np
from flowing import Desk, at

from galleria.analytics.cells import Cells, Part
from galleria.app.comings import comings
from galleria.app.studies import STUDIES
from galleria.storage.studied import StudyStore

MONDAY = "2026-03-16"


def test_a_day_of_which_more_was_seen_later_is_made_anew(tmp_path):
    desk = Desk(tmp_path)
    desk.open_day(MONDAY, 20)
    desk.keeper.turn(at("2026-03-17", "12:00"))
    first = date.fromisoformat(MONDAY)
    with StudyStore(tmp_path / STUDIES) as store:
        for share in (0.0, 0.5, 1.0):
            rolled, cells = _day(desk, share)
            desk.rollups.put(rolled, cells)
            for _ in range(2):  # the second time from what is kept
                found = comings(desk.flows, store, ["site"], (first, first + timedelta(days=1)))
                np.testing.assert_allclose(found.whole, share)


def _day(desk, share):
    """The same day with as many events, of which more or less was seen."""
    rolled = desk.rollups.days()[MONDAY]
    (known,) = dict(desk.rollups.cells(["site"], [MONDAY]))["site"].values()
    parts = known.parts.copy()
    for all_of, seen in ((Part.SECONDS, Part.COVERED), (Part.OPEN, Part.COVERED_OPEN)):
        parts[:, seen] = share * parts[:, all_of]
    return rolled, {"site": Cells(parts, known.dwells)}
