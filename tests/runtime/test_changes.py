from dataclasses import replace

from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Anchor, Camera, Pace, Site, Transport, Tripwire, Zone
from galleria.runtime.changes import Changes, changes, same_source

DOOR = Tripwire("door", Segment(Point(0, 0.5), Point(1, 0.5)))
CORNER = Polygon((Point(0, 0), Point(0.5, 0), Point(0, 0.5)))
CAMERA = Camera("one", source="rtsp://camera/1", tripwires=(DOOR,))


def changed(**fields):
    return changes(Site("s", cameras=(CAMERA,)), Site("s", cameras=(replace(CAMERA, **fields),)))


def test_what_is_drawn_can_change_while_it_stays_connected():
    for drawn in (
        {"tripwires": ()},
        {"zones": (Zone("z", CORNER),)},
        {"masks": (CORNER,)},
        {"anchor": Anchor.HEAD},
        {"pass_by": "z"},
    ):
        assert changed(**drawn) == Changes(redrawn=("one",))


def test_another_source_has_to_be_connected_anew():
    for source in (
        {"source": "rtsp://camera/2"},
        {"substream": "rtsp://camera/low"},
        {"transport": Transport.UDP},
        {"pace": Pace.REAL},
        {"loop": True},
    ):
        assert changed(**source) == Changes(reconnected=("one",))


def test_words_change_nothing():
    assert changed(name="At the door", shown="rtsp://camera/${N}") == Changes()
    assert same_source(CAMERA, replace(CAMERA, name="At the door"))


def test_cameras_come_and_go_and_some_settings_wait():
    two = replace(CAMERA, id="two")
    old, new = Site("s", cameras=(CAMERA,)), Site("s", cameras=(two,), precision="fp32")
    assert changes(old, new) == Changes(added=("two",), removed=("one",), later=("precision",))
