"""The scenes that are built: when, before which cameras, what goes wrong."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from mall.domain.lens import VIEWS
from mall.domain.scene import Fault, Light, Scene, Wrong

ZONE = ZoneInfo("Europe/Lisbon")

SCENES: dict[str, Scene] = {
    scene.id: scene
    for scene in (
        Scene(
            "morning",
            "A Saturday morning",
            11,
            datetime(2026, 10, 10, 10, 30, tzinfo=ZONE),
            75.0,
            tuple(name for name in VIEWS if name != "screen"),
            "morning",
        ),
        Scene(
            "dusk",
            "The same day, as the lamps go on",
            12,
            datetime(2026, 10, 10, 19, 15, tzinfo=ZONE),
            60.0,
            ("entrance",),
            "dusk",
            light=Light.DUSK,
        ),
        Scene(
            "nextday",
            "The next morning: some come again",
            13,
            datetime(2026, 10, 11, 10, 0, tzinfo=ZONE),
            60.0,
            ("entrance", "screen"),
            "nextday",
        ),
        Scene(
            "faults",
            "A camera with troubles",
            14,
            datetime(2026, 10, 10, 15, 0, tzinfo=ZONE),
            60.0,
            ("corridor",),
            "faults",
            faults=(
                Fault("corridor", Wrong.BLACK, 12.0, 15.0),
                Fault("corridor", Wrong.FROZEN, 24.0, 28.0),
                Fault("corridor", Wrong.DROPPED, 36.0, 38.0),
                Fault("corridor", Wrong.MOVED, 52.0, 60.0),
            ),
        ),
    )
}
