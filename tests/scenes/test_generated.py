"""Exact answers on generated scenes at every analysis rate, as they are, mirrored and at half size."""

from dataclasses import replace

import pytest
from generated import ASPECT, Body, Flicker, Scene, count_scene

from galleria.domain.geometry import OPPOSITE, Box, Point, Segment

PACE = 0.25  # picture heights a second: 1.4 m/s of a body that is 0.3 high and 1.7 m tall
UPRIGHT = Segment(Point(0.5, 0.95), Point(0.5, 0.05))  # in is to the right
LEVEL = Segment(Point(0.2, 0.65), Point(0.8, 0.65))  # in is down


def straight(begin, x, y, to_x, to_y, pace=PACE):
    """A way from one place to another: its two ends."""
    length = (((to_x - x) * ASPECT) ** 2 + (to_y - y) ** 2) ** 0.5
    return (begin, x, y), (begin + length / pace, to_x, to_y)


def meets(way, line):
    """When a straight way meets a level or upright line."""
    (begin, x, y), (end, to_x, to_y) = way
    share = (line.a.x - x) / (to_x - x) if line.a.x == line.b.x else (line.a.y - y) / (to_y - y)
    return begin + share * (end - begin)


def scene(line, ways, expected, **facts):
    seconds = facts.pop("seconds", max((way[-1][0] for way in ways), default=10.0) + 1)
    return Scene(line, seconds, tuple(Body(way) for way in ways), **facts), expected


def crossing_each_other():
    """Two who walk towards each other and meet on the line, one hidden by the other."""
    right, left = straight(0, 0.15, 0.7, 0.85, 0.7), straight(0, 0.85, 0.67, 0.15, 0.67)
    return scene(UPRIGHT, [right, left], [(meets(right, UPRIGHT), "in"), (meets(left, UPRIGHT), "out")])


def crossing_beside_the_line():
    right, left = straight(0, 0.1, 0.7, 0.85, 0.7), straight(1, 0.85, 0.67, 0.15, 0.67)
    return scene(UPRIGHT, [right, left], [(meets(right, UPRIGHT), "in"), (meets(left, UPRIGHT), "out")])


def crossing_at_right_angles():
    right, down = straight(0, 0.25, 0.8, 0.8, 0.8), straight(0, 0.5, 0.35, 0.5, 0.95)
    return scene(LEVEL, [right, down], [(meets(down, LEVEL), "in")])


def behind_a_pillar():
    """Hidden for a second; the line is behind the pillar."""
    way = straight(0, 0.15, 0.7, 0.85, 0.7)
    return scene(UPRIGHT, [way], [(meets(way, UPRIGHT), "in")], pillars=(Box(0.44, 0.0, 0.56, 1.0),))


def just_after_a_pillar():
    """Hidden for a second; comes out just before the line."""
    way = straight(0, 0.15, 0.7, 0.85, 0.7)
    return scene(UPRIGHT, [way], [(meets(way, UPRIGHT), "in")], pillars=(Box(0.35, 0.0, 0.47, 1.0),))


def turn_on_the_line():
    """Comes to the line, stops on it for a second, goes back."""
    way = ((0, 0.5, 0.4), (1.0, 0.5, 0.65), (2.0, 0.5, 0.65), (3.0, 0.5, 0.4))
    return scene(LEVEL, [way], [])


def turn_before_the_line():
    way = ((0, 0.5, 0.4), (1.0, 0.5, 0.63), (2.0, 0.5, 0.63), (3.0, 0.5, 0.4))
    return scene(LEVEL, [way], [])


def turn_beyond_the_line():
    """Goes in, looks round for two seconds, goes out again: both count."""
    way = ((0, 0.5, 0.4), (2, 0.5, 0.9), (4, 0.5, 0.9), (6, 0.5, 0.4))
    return scene(LEVEL, [way], [(1.0, "in"), (5.0, "out")])


def stand_on_the_line_and_go_back():
    way = ((0, 0.5, 0.4), (1, 0.5, 0.65), (11, 0.5, 0.65), (12, 0.5, 0.4))
    return scene(LEVEL, [way], [])


def walk_along_the_line():
    way = straight(0, 0.1, 0.65, 0.9, 0.65)
    return scene(LEVEL, [way], [])


def in_at_the_bottom():
    """Comes into the picture at its lower border: first a head, feet last, the line close to the border."""
    way = straight(0, 0.5, 1.3, 0.5, 0.5)
    line = Segment(Point(0.2, 0.9), Point(0.8, 0.9))
    return scene(line, [way], [(meets(way, line), "out")])


def out_at_the_bottom():
    way = straight(0, 0.5, 0.5, 0.5, 1.3)
    line = Segment(Point(0.2, 0.9), Point(0.8, 0.9))
    return scene(line, [way], [(meets(way, line), "in")])


def out_at_the_side():
    way = straight(0, 0.5, 0.7, 1.1, 0.7)
    line = Segment(Point(0.85, 0.95), Point(0.85, 0.05))
    return scene(line, [way], [(meets(way, line), "in")])


def side_by_side():
    ways = [straight(0, 0.46, 0.4, 0.46, 0.95), straight(0, 0.54, 0.41, 0.54, 0.96)]
    return scene(LEVEL, ways, [(meets(way, LEVEL), "in") for way in ways])


def group_of_four():
    """Two and two, the second pair close behind the first, a little to the side."""
    starts = [(0.42, 0.55), (0.52, 0.56), (0.46, 0.40), (0.56, 0.41)]
    ways = [straight(0, x, y, x, y + 0.43) for x, y in starts]
    return scene(LEVEL, ways, sorted((meets(way, LEVEL), "in") for way in ways))


def stand_for_half_a_minute():
    way = ((0, 0.5, 0.3), (1, 0.5, 0.5), (31, 0.5, 0.5), (32.8, 0.5, 0.95))
    return scene(LEVEL, [way], [(31.6, "in")])


def runner():
    """4 m/s."""
    way = straight(0, 0.05, 0.7, 0.95, 0.7, pace=0.7)
    return scene(UPRIGHT, [way], [(meets(way, UPRIGHT), "in")])


def flicker_on_the_line():
    """Nobody is there; a thing is sometimes taken for somebody."""
    return scene(LEVEL, [], [], flickers=(Flicker(Box(0.47, 0.35, 0.53, 0.65)),), seconds=30.0)


def walk_past_a_flicker():
    """Comes into the picture far from the thing, and passes it by half a body's width."""
    way = straight(4, 0.5, 0.05, 0.5, 0.95)
    made = Flicker(Box(0.42, 0.4, 0.48, 0.7))
    return scene(LEVEL, [way], [(meets(way, LEVEL), "in")], flickers=(made,), seconds=15.0)


def to_and_from_a_door():
    """Ten people, the next one and a half seconds after the last: every other comes out of a door and goes out of the
    picture at the bottom, the others the other way."""
    ways = [straight(1.5 * n, *((0.4, 0.35, 0.4, 1.3) if n % 2 else (0.6, 1.3, 0.6, 0.35))) for n in range(10)]
    return scene(LEVEL, ways, [(meets(way, LEVEL), "in" if n % 2 else "out") for n, way in enumerate(ways)])


def comes_and_goes_in_the_middle():
    """As before, but half the picture is behind a wall: people begin and end where nothing is to be seen."""
    ways = [straight(2 * n, *((0.4, 0.35, 0.4, 0.95) if n % 2 else (0.6, 0.95, 0.6, 0.35))) for n in range(10)]
    return scene(LEVEL, ways, [(meets(way, LEVEL), "in" if n % 2 else "out") for n, way in enumerate(ways)])


def overtaking():
    """One runs past another, in front of it, just before the line."""
    slow, fast = straight(0, 0.2, 0.68, 0.85, 0.68), straight(1, 0.1, 0.72, 0.95, 0.72, pace=0.45)
    return scene(UPRIGHT, [slow, fast], [(meets(slow, UPRIGHT), "in"), (meets(fast, UPRIGHT), "in")])


LONERS = [
    turn_on_the_line,
    turn_before_the_line,
    turn_beyond_the_line,
    stand_on_the_line_and_go_back,
    walk_along_the_line,
    in_at_the_bottom,
    out_at_the_bottom,
    out_at_the_side,
    stand_for_half_a_minute,
    runner,
]
HIDDEN = [behind_a_pillar, just_after_a_pillar]
SEVERAL = [
    crossing_each_other,
    crossing_beside_the_line,
    crossing_at_right_angles,
    side_by_side,
    group_of_four,
    overtaking,
    to_and_from_a_door,
    comes_and_goes_in_the_middle,
]
FLICKERS = [flicker_on_the_line, walk_past_a_flicker]
SCENES = [*LONERS, *HIDDEN, *SEVERAL, *FLICKERS]

RATES = [1, 2, 5, 8, 12, 25, 60]
# What the tracker cannot do, by looks a second: who is not seen for a second or stands close to others needs more than
# two looks; with 60 the speed of somebody half hidden is believed too firmly. Each is held by a test below.
LIMITS = {
    1: [*HIDDEN, *(made for made in SEVERAL if made is not crossing_beside_the_line), walk_past_a_flicker],
    2: [just_after_a_pillar, group_of_four, walk_past_a_flicker],
    60: [behind_a_pillar],
}
EXACT = [(made, rate) for made in SCENES for rate in RATES if made not in LIMITS.get(rate, [])]
BEYOND = [(made, rate) for rate, several in LIMITS.items() for made in several]


def named(cases):
    return [pytest.param(made, rate, id=f"{made.__name__}-{rate}") for made, rate in cases]


def seen_in(made, expected, view):
    if view == "mirrored":
        return made.mirrored(), [(time, OPPOSITE[way]) for time, way in expected]
    return (made.half_size() if view == "half size" else made), expected


def by_way(ways):
    return {word: sorted(time for time, way in ways if way == word) for word in ("in", "out")}


@pytest.mark.parametrize("view", ["as it is", "mirrored", "half size"])
@pytest.mark.parametrize(("made", "rate"), named(EXACT))
def test_counts_are_exact(made, rate, view):
    shown, expected = seen_in(*made(), view)
    counted = count_scene(shown, rate)
    times, truth = by_way(counted.ways), by_way(expected)
    assert {way: len(at) for way, at in times.items()} == {way: len(at) for way, at in truth.items()}
    tolerance = 0.3 if rate >= 5 else 1 / rate
    for way, at in times.items():
        assert at == pytest.approx(truth[way], abs=tolerance)
    assert counted.left_over == 0


@pytest.mark.parametrize("rate", [5, 8, 12, 25, 60])
@pytest.mark.parametrize("made", LONERS, ids=lambda made: made.__name__)
def test_somebody_alone_is_one_track(made, rate):
    shown, _ = made()
    assert len(count_scene(shown, rate).tracks) == 1


@pytest.mark.parametrize("rate", [5, 8, 12, 25])
@pytest.mark.parametrize(
    "made", [*HIDDEN, crossing_each_other, side_by_side, group_of_four, overtaking], ids=lambda made: made.__name__
)
def test_everybody_is_one_track(made, rate):
    shown, _ = made()
    assert len(count_scene(shown, rate).tracks) == len(shown.bodies)


@pytest.mark.parametrize("rate", [5, 8, 12])
@pytest.mark.parametrize("made", [turn_on_the_line, stand_on_the_line_and_go_back], ids=lambda made: made.__name__)
def test_a_turn_exactly_on_the_line_is_seldom_counted_and_then_both_ways(made, rate):
    """A limit: reported feet lie up to 3 % of the body's height too low for a moment when a walker stops, on top of the
    box's wobble, and a crossing needs 5 %. About one such turn in twenty is counted as in and out again."""
    shown, _ = made()
    counted = [count_scene(replace(shown, seed=seed), rate).ways for seed in range(30)]
    assert sum(map(bool, counted)) <= 4
    assert all([way for _, way in ways] == ["in", "out"] for ways in counted if ways)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="a known limit of the tracker: see LIMITS")
@pytest.mark.parametrize(("made", "rate"), named(BEYOND))
def test_beyond_the_limits_not_every_run_is_exact(made, rate):
    shown, expected = made()
    truth = sorted(way for _, way in expected)
    for seed in range(6):
        assert sorted(way for _, way in count_scene(replace(shown, seed=seed), rate).ways) == truth


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="a known limit of the tracker: see the docstring")
def test_somebody_who_appears_beside_a_lost_false_track_is_not_taken_for_it():
    """A limit: a thing was taken for somebody, and within two seconds somebody appears a body's height away across the
    line, out of nothing: the track jumps over the line and counts."""
    thing, way = Flicker(Box(0.42, 0.4, 0.48, 0.7)), straight(5, 0.5, 0.35, 0.55, 0.95)
    shown, expected = scene(LEVEL, [way], [(meets(way, LEVEL), "in")], flickers=(thing,), seconds=15.0)
    assert [way for _, way in count_scene(shown, 8).ways] == [way for _, way in expected]


def test_the_same_scene_gives_the_same_events():
    shown, _ = crossing_each_other()
    assert count_scene(shown, 8).crossings == count_scene(shown, 8).crossings
