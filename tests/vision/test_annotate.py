import numpy as np
import pytest

from galleria.domain.events import Crossing, Origin, Path
from galleria.domain.geometry import Box, Point, Polygon, Segment
from galleria.domain.site import Camera, Tripwire, Zone
from galleria.vision import ink
from galleria.vision.annotate import Annotator, Body
from galleria.vision.heads import blur_heads, head_region

WIDTH, HEIGHT = 480, 320
ORIGIN = Origin("shop", "door", "clip")
DOOR = Camera(
    "door",
    tripwires=(Tripwire("sill", Segment(Point(0.9, 0.7), Point(0.1, 0.7)), "Sill"),),
    zones=(Zone("till", Polygon((Point(0.6, 0.1), Point(0.9, 0.1), Point(0.9, 0.5), Point(0.6, 0.5))), "Till"),),
)
EMPTY = Camera("door")
BODY = Box(0.3, 0.2, 0.42, 0.8)


def noise():
    return np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def draw(camera=DOOR, pixels=None, **given):
    shown = {"clock_text": "", "heads": [], "tracks": [], "counts": {}, "present": {}} | given
    return Annotator(camera, WIDTH, HEIGHT).draw(noise() if pixels is None else pixels, **shown)


def near(pixels, colour):
    """How many pixels have a colour (given red, green, blue)."""
    return int((np.abs(pixels.astype(int) - colour[::-1]).max(axis=2) < 12).sum())


def changed(first, second):
    return np.argwhere((first != second).any(axis=2))


def test_a_picture_with_nothing_to_draw_stays():
    pixels = noise()
    np.testing.assert_array_equal(draw(EMPTY, pixels), pixels)


@pytest.mark.parametrize("given", [{"heads": [BODY]}, {"tracks": [(7, BODY, [])]}])
def test_heads_of_detections_and_of_tracks_are_blurred(given):
    pixels = noise()
    left, top, right, bottom = head_region(BODY, WIDTH, HEIGHT)
    drawn = draw(EMPTY, pixels, **given)
    inside = np.s_[top:bottom, left:right]
    same_as_blurred = (drawn[inside] == blur_heads(pixels, [BODY])[inside]).all(axis=2).mean()
    assert same_as_blurred > 0.7  # the rest is covered by the track's frame and number
    assert (drawn[inside] == pixels[inside]).all(axis=2).mean() < 0.01


def test_the_summary_blurs_heads_of_its_background():
    shown = {"paths": [], "crossings": [], "counts": {}}
    plain = Annotator(EMPTY, WIDTH, HEIGHT).still(noise(), heads=[], **shown)
    hidden = Annotator(EMPTY, WIDTH, HEIGHT).still(noise(), heads=[BODY], **shown)
    left, top, right, bottom = head_region(BODY, WIDTH, HEIGHT)
    inside = np.s_[top:bottom, left:right]
    assert np.diff(hidden[inside].astype(int), axis=0).std() < 0.1 * np.diff(plain[inside].astype(int), axis=0).std()


def test_tripwires_and_zones_are_where_they_are():
    drawn = draw(pixels=np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    row = round(0.7 * HEIGHT)
    on_the_line = drawn[row - 1 : row + 1, round(0.15 * WIDTH) : round(0.45 * WIDTH)]
    assert near(on_the_line, ink.WHITE) > 0.95 * on_the_line.shape[0] * on_the_line.shape[1]
    assert near(drawn[:, : round(0.08 * WIDTH)], ink.WHITE) == 0
    inside_the_zone = drawn[round(0.3 * HEIGHT), round(0.75 * WIDTH)]
    outside = drawn[round(0.3 * HEIGHT), round(0.2 * WIDTH)]
    assert inside_the_zone.sum() > 0
    assert outside.sum() == 0


@pytest.mark.parametrize("turned", [False, True])
def test_the_arrow_points_the_way_in(turned):
    # Walking from right to left, `in` is upwards on the picture; turned round it is downwards.
    segment = DOOR.tripwires[0].segment
    camera = Camera("door", tripwires=(Tripwire("sill", segment.reversed() if turned else segment),))
    drawn = draw(camera, np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    middle = slice(round(0.47 * WIDTH), round(0.53 * WIDTH))
    row = round(0.7 * HEIGHT)
    above, below = near(drawn[row - 30 : row - 4, middle], ink.IN), near(drawn[row + 4 : row + 30, middle], ink.IN)
    assert (below, above)[not turned] > 40
    assert (below, above)[turned] == 0


def test_labels_change_only_with_their_numbers():
    annotator, shown = Annotator(DOOR, WIDTH, HEIGHT), {"clock_text": "12:00", "heads": [], "tracks": []}
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    first = annotator.draw(pixels, counts={"sill": (3, 1)}, present={"till": 2}, **shown)
    again = annotator.draw(pixels, counts={"sill": (3, 1)}, present={"till": 2}, **shown)
    np.testing.assert_array_equal(first, again)
    for counts, present in (
        ({"sill": (4, 1)}, {"till": 2}),
        ({"sill": (3, 2)}, {"till": 2}),
        ({"sill": (3, 1)}, {"till": 3}),
    ):
        other = annotator.draw(pixels, counts=counts, present=present, **shown)
        where = changed(first, other)
        assert 0 < len(where) < 400
        assert np.ptp(where[:, 0]) < 30


def test_labels_lie_within_the_picture_and_not_on_each_other():
    wires = tuple(
        Tripwire(f"w{n}", Segment(Point(a, 0.0), Point(a, 1.0)), "A rather long name")
        for n, a in enumerate((0.01, 0.5, 0.99))
    )
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    whole = Annotator(Camera("c", tripwires=wires), WIDTH, HEIGHT)
    shown = {"clock_text": "", "heads": [], "tracks": [], "present": {}}
    zero = whole.draw(pixels, counts={}, **shown)
    spots = []
    for wire in wires:
        where = changed(zero, whole.draw(pixels, counts={wire.id: (8, 8)}, **shown))
        assert len(where) > 0
        spots.append((where.min(axis=0), where.max(axis=0)))
    for i, (low, high) in enumerate(spots):
        for other_low, other_high in spots[:i]:
            assert (low > other_high).any() or (high < other_low).any()


def test_a_track_has_a_frame_a_number_and_a_tail_in_its_colour():
    tail = [Point(0.2, 0.9), Point(0.25, 0.85), Point(0.3, 0.9), Point(0.36, 0.8)]
    black = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    drawn = draw(EMPTY, black, tracks=[Body(2, BODY, tail)])
    colour = ink.BODIES[2]
    assert near(drawn[round(0.2 * HEIGHT) - 1 : round(0.2 * HEIGHT) + 1], colour) > 10  # upper corners of the frame
    assert near(drawn[: round(0.2 * HEIGHT) - 4], colour) > 60  # number plate above
    faint, clear = (
        drawn[:, round(0.2 * WIDTH) : round(0.25 * WIDTH)],
        drawn[:, round(0.31 * WIDTH) : round(0.36 * WIDTH)],
    )
    assert 0 < faint[round(0.82 * HEIGHT) :].max() < clear[round(0.82 * HEIGHT) :].max()
    assert near(drawn, ink.BODIES[3]) == 0


def test_what_lies_outside_of_the_picture_is_no_trouble():
    far = [Point(-2.0, -1.0), Point(3.0, 4.0), Point(3.5, 4.0)]
    wire = Tripwire("w", Segment(Point(-0.5, 1.2), Point(-0.2, 1.4)), "x" * 200)
    zone = Zone("z", Polygon((Point(1.1, 1.1), Point(1.5, 1.1), Point(1.5, 1.5))), "y" * 200)
    camera = Camera("c", tripwires=(wire,), zones=(zone,))
    tracks = [
        (1, Box(-0.5, -0.5, -0.1, -0.1), far),
        (2, Box(0.9, 0.9, 1.9, 1.9), far[:1]),
        (3, Box(0.5, 0.5, 0.5, 0.5), []),
    ]
    drawn = draw(camera, tracks=tracks, counts={"w": (10**9, 10**9)}, present={"z": 10**9}, clock_text="z" * 300)
    assert drawn.shape == (HEIGHT, WIDTH, 3)


@pytest.mark.parametrize("size", [(16, 16), (64, 36), (161, 91), (1920, 1080)])
def test_any_size_can_be_drawn(size):
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    shown = {
        "heads": [BODY],
        "tracks": [(1, BODY, [Point(0.1, 0.1), Point(0.4, 0.8)])],
        "counts": {},
        "present": {"till": 1},
    }
    drawn = Annotator(DOOR, *size).draw(pixels, clock_text="12:00", **shown)
    assert drawn.shape == pixels.shape
    assert drawn.any()


def test_a_picture_of_another_size_is_refused():
    with pytest.raises(ValueError, match="shape"):
        draw(pixels=np.zeros((10, 10, 3), np.uint8))


def path(track, *points):
    return Path(f"p{track}", ORIGIN, track, points[0][0], points[-1][0], points, passed_by=False)


def crossing(track, time, direction, at):
    return Crossing(f"c{track}{time}", ORIGIN, track, time, "sill", direction, "up", Point(*at))


def still(paths, crossings):
    shown = {"heads": [], "counts": {}, "paths": paths, "crossings": crossings}
    return Annotator(EMPTY, WIDTH, HEIGHT).still(np.zeros((HEIGHT, WIDTH, 3), np.uint8), **shown)


def hue(pixels):
    """Blue, green, red of the brightest pixel."""
    return pixels.reshape(-1, 3)[pixels.reshape(-1, 3).astype(int).sum(axis=1).argmax()].astype(int)


@pytest.mark.parametrize(("direction", "colour"), [("in", ink.IN), ("out", ink.OUT)])
def test_a_path_takes_the_colour_of_the_direction_where_it_crosses(direction, colour):
    walked = path(1, (0.0, 0.5, 0.95), (1.0, 0.5, 0.8), (2.0, 0.5, 0.6), (3.0, 0.5, 0.4), (4.0, 0.5, 0.1))
    drawn = still([walked], [crossing(1, 1.5, direction, (0.5, 0.7))])
    columns = slice(round(0.48 * WIDTH), round(0.52 * WIDTH))
    before = hue(drawn[round(0.8 * HEIGHT) : round(0.9 * HEIGHT), columns])
    after = hue(drawn[round(0.2 * HEIGHT) : round(0.5 * HEIGHT), columns])
    dot = drawn[round(0.7 * HEIGHT), round(0.5 * WIDTH)]
    assert np.ptp(before) < 40  # grey: nothing crossed yet
    np.testing.assert_allclose(after / after.max(), np.array(colour[::-1]) / max(colour), atol=0.1)
    np.testing.assert_allclose(dot, colour[::-1], atol=12)


def test_paths_of_one_point_or_none_and_crossings_without_a_path_are_drawn():
    lonely = crossing(9, 1.0, "in", (0.2, 0.2))
    drawn = still([path(1, (0.0, 0.5, 0.5)), Path("p", ORIGIN, 2, 0.0, 0.0, (), passed_by=True)], [lonely])
    assert near(drawn, ink.IN) > 10


@pytest.mark.parametrize(
    ("name", "spelt"),
    [("Café Süd", "Cafe Sud"), ("Straße – Øst", "Strasse - Ost"), ("入口", "id-1"), ("", "id-1"), ("a\nb", "id-1")],
)
def test_names_are_spelt_with_letters_that_can_be_drawn(name, spelt):
    assert ink.legible(name, "id-1") == spelt


def test_a_smooth_way_goes_through_its_points():
    points = [(0.0, 0.0), (10.0, 5.0), (20.0, -5.0), (30.0, 0.0)]
    way = ink.smooth(points)
    np.testing.assert_allclose(way[::4], points, atol=1e-9)
    assert ink.smooth(points[:2]) == points[:2]
