"""Lanes in the site file: drawn, changed, removed, refused; what people wrote around them, and signed, stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people import Noted
from purposeful import ANNA, BEN, Place, declaration

from galleria.app.audit import SYSTEM
from galleria.app.setup import Setup
from galleria.app.setup_lane import resting_on_lane, same_lane
from galleria.domain.errors import SiteFileError
from galleria.domain.geometry import Point, Polygon
from galleria.domain.purpose import Purpose

TEXT = """\
site: {id: shop, time_zone: Europe/Berlin}
cameras:
  - id: hall
    source: hall.mp4
    frame: [1920, 1080]
    lane:
      # Between the doors.
      corners:  # measured
        - [301.25, 200]
        - [1600, 200]
        - [1600, 1080]

  # The yard is open.
  - id: yard
    source: yard.mp4

  # The lift.
  - id: lift
    lane: {corners: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]}  # by Ada

  # The stairs.
  - id: stairs
    tripwires:
      - {id: gate, from: [0.1, 0.5], to: [0.9, 0.5]}

# The rest.
faces: {threshold: 0.7}
"""
REMARKS = ("# The yard is open.", "# The lift.", "# The stairs.", "# The rest.")
LANE = Polygon((Point(0.25, 0.5), Point(0.75, 0.5), Point(0.75, 1), Point(0.25, 1)))


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "site.yaml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def setup(path):
    return Setup(path, path.parent / "own", Noted())


def redraw(setup, name, lane):
    camera = setup.read()[0].camera(name)
    return setup.draw(SYSTEM, name, camera.tripwires, camera.zones, camera.masks, lane)


def lanes(setup):
    return {camera.id: camera.lane for camera in setup.read()[0].cameras}


CAMERAS = ("hall", "yard", "lift", "stairs")


@pytest.mark.parametrize("camera", CAMERAS)
@pytest.mark.parametrize("lane", [LANE, None])
def test_a_lane_is_written_and_all_else_stays(setup, path, camera, lane):
    before = lanes(setup)
    redraw(setup, camera, lane)
    assert lanes(setup) == {**before, camera: lane}
    text = path.read_text()
    heads = [text.index(f"{remark}\n") for remark in REMARKS]
    below = [text.index(key) for key in ("- id: yard", "- id: lift", "- id: stairs", "faces:")]
    order = [place for pair in zip(heads, below, strict=True) for place in pair]
    assert order == sorted(order)  # each remark right above what it speaks of
    assert text.index("- id: hall") < text.index("source: hall.mp4") < heads[0]


def test_a_drawn_and_removed_lane_leaves_the_file_as_it_was(setup, path):
    redraw(setup, "yard", LANE)
    lane = "    lane:\n      corners: [[0.25, 0.5], [0.75, 0.5], [0.75, 1], [0.25, 1]]\n"
    assert path.read_text() == TEXT.replace("source: yard.mp4\n", f"source: yard.mp4\n{lane}")
    redraw(setup, "yard", None)
    assert path.read_text() == TEXT


def test_pixels_of_a_frame_are_written_as_pixels(setup, path):
    redraw(setup, "hall", LANE)
    assert "[[480, 540], [1440, 540], [1440, 1080], [480, 1080]]" in path.read_text()


@pytest.mark.parametrize(
    ("corners", "why"),
    [
        ([(0, 0), (1, 1), (1, 0), (0, 1)], "meets the side"),
        ([(0.1, 0.1), (0.9, 0.9)], "at least 3"),
        ([(0.1, 0.1), (0.5, 0.5), (0.9, 0.9)], "on one line"),
    ],
)
def test_what_is_no_area_is_refused_and_the_file_stays(setup, path, corners, why):
    with pytest.raises(SiteFileError, match=why) as caught:
        redraw(setup, "yard", Polygon(tuple(Point(x, y) for x, y in corners)))
    assert {fault.loc[:4] for fault in caught.value.faults} == {("cameras", 1, "lane", "corners")}
    assert path.read_text() == TEXT


share = st.floats(0, 1)
rounding = st.floats(-5e-6, 5e-6)
shapes = st.lists(st.tuples(share, share, rounding, rounding), min_size=3, max_size=8)


@given(shapes)
def test_what_a_page_rounds_is_the_same_lane_and_what_is_moved_is_another(corners):
    lane = Polygon(tuple(Point(x, y) for x, y, _, _ in corners))
    shown = Polygon(tuple(Point(x + dx, y + dy) for x, y, dx, dy in corners))
    assert same_lane(lane, shown)
    moved = Polygon((Point(lane.corners[0].x + 1e-3, lane.corners[0].y), *lane.corners[1:]))
    assert not same_lane(lane, moved)
    assert not same_lane(lane, Polygon((*lane.corners, lane.corners[0])))
    assert not same_lane(lane, None)
    assert same_lane(None, None)


def test_a_lane_that_came_back_rounded_is_left_as_it_was_written(setup, path):
    shown = Polygon(tuple(Point(round(p.x, 5), round(p.y, 5)) for p in lanes(setup)["hall"].corners))
    assert shown != lanes(setup)["hall"]
    redraw(setup, "hall", shown)
    assert path.read_text() == TEXT


class TestWhatIsSigned:
    @pytest.fixture
    def place(self, tmp_path):
        return Place(tmp_path)

    def resting(self, place, camera):
        return resting_on_lane(place.purposes.status(ANNA), camera)

    def declare(self, place, purpose, *signers, **changes):
        place.purposes.declare(ANNA, declaration(purpose, **changes))
        digest = next(one.digest for one in place.purposes.status(ANNA).purposes if one.purpose is purpose)
        for signer in signers:
            place.purposes.sign(signer, purpose, digest)

    def test_nothing_rests_on_a_lane_that_nobody_signed(self, place):
        assert self.resting(place, "hall") is None
        self.declare(place, Purpose.UNIQUE)
        assert self.resting(place, "hall") is None
        self.declare(place, Purpose.STAFF, ANNA, BEN)  # looks at no face
        assert self.resting(place, "hall") is None

    def test_what_another_lane_ends_and_where_else(self, place):
        self.declare(place, Purpose.UNIQUE, ANNA, BEN, cameras=("yard", "hall"))
        self.declare(place, Purpose.AUDIENCE, ANNA)
        assert self.resting(place, "hall").purposes == (Purpose.UNIQUE, Purpose.AUDIENCE)
        assert self.resting(place, "hall").elsewhere == ("yard",)
        assert self.resting(place, "yard").purposes == (Purpose.UNIQUE,)

    def test_drawing_another_lane_ends_it_and_the_one_before_brings_it_back(self, place):
        self.declare(place, Purpose.UNIQUE, ANNA, BEN)
        before = self.resting(place, "hall")
        self.draw(place, LANE)
        assert self.resting(place, "hall") is None
        self.draw(place, None)
        assert self.resting(place, "hall") == before

    def draw(self, place, lane):
        camera = place.setup.read()[0].camera("hall")
        place.setup.draw(ANNA, "hall", camera.tripwires, camera.zones, camera.masks, lane)
