import math
from dataclasses import dataclass, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from walks import ended, intervals, lost, observed, randoms, times, updates

from galleria.domain.events import Origin
from galleria.domain.geometry import OPPOSITE, Box, Point, Segment
from galleria.domain.site import Anchor, Tripwire
from galleria.domain.track import TrackPoint, TrackState, TrackUpdate
from galleria.spatial.crossing import FAR, HOLD, LATELY, WALKED, TripwireCounter, anchor_point

ORIGIN = Origin("site", "camera", "epoch")
MIRRORED = {"left": "right", "right": "left", "up": "up", "down": "down"}
DOOR = Segment(Point(0.2, 0.5), Point(0.8, 0.5))  # in is down


def counter(segment=DOOR, aspect=1.0, anchor=Anchor.FEET, wire_anchor=None):
    return TripwireCounter(ORIGIN, Tripwire("door", segment, anchor=wire_anchor), aspect, anchor)


def count(news, segment=DOOR, aspect=1.0):
    wire = counter(segment, aspect)
    found = [crossing for update in news for crossing in wire.update(update)]
    assert not wire._sides, "state of ended tracks is left over"
    return found


def ways(crossings):
    return [crossing.direction for crossing in crossings]


@dataclass(frozen=True)
class Walk:
    """A straight walk at constant speed over a line, and how it is observed.

    Lengths in body heights, angles in radians; `angle` is between the line and the walk, positive when it goes in.
    """

    aspect: float
    height: float
    line_angle: float
    angle: float
    speed: float
    before: float  # line from the crossing to a
    after: float  # and to b
    wobble: float
    crossing_time: float
    interval: float
    following: object
    random: object
    spare: tuple[float, float]

    @property
    def across(self):
        """Speed at right angles to the line, body heights a second."""
        return self.speed * abs(math.sin(self.angle))

    @property
    def middle(self):
        return Point(0.5, 0.5)

    @property
    def segment(self):
        x, y = math.cos(self.line_angle), math.sin(self.line_angle)
        return Segment(self.place(-self.before * x, -self.before * y), self.place(self.after * x, self.after * y))

    @property
    def direction(self):
        return "in" if self.angle > 0 else "out"

    @property
    def lead(self):
        """Seconds before the crossing in which an observation far before the line is certain."""
        return (FAR + self.wobble) / self.across + self.interval + self.spare[0]

    @property
    def trail(self):
        """Seconds after the crossing in which one beyond the line, late enough, is certain."""
        return (FAR + 2 * self.wobble) / self.across + HOLD + self.interval + self.spare[1]

    def place(self, x, y):
        return Point(self.middle.x + x * self.height / self.aspect, self.middle.y + y * self.height)

    def at(self, seconds):
        """Where the body really is, `seconds` after the crossing."""
        heading = self.line_angle + self.angle
        way = self.speed * seconds
        return self.place(way * math.cos(heading), way * math.sin(heading))

    def seen(self, time, seconds):
        """An observation at `time` of where the body is `seconds` after the crossing, with its wobble."""
        turn, off = self.random.uniform(0, 2 * math.pi), self.random.uniform(0, self.wobble) * self.height
        x, y = self.at(seconds)
        x, y = x + off * math.cos(turn) / self.aspect, y + off * math.sin(turn)
        return observed(time, x, y, self.height, self.aspect)

    def observed(self):
        moments = times(self.crossing_time - self.lead, self.crossing_time + self.trail, self.following)
        return [self.seen(t, t - self.crossing_time) for t in moments]


WOBBLES = st.floats(0, 0.9 * FAR) | st.just(0.0)


@st.composite
def walks(draw, wobble=WOBBLES):
    angle = draw(st.floats(math.radians(15), math.radians(165))) * draw(st.sampled_from([1, -1]))
    off = draw(wobble)
    # A wobbling walk meets the line a little beside the place, the more the flatter it comes.
    room = 0.02 + off * (1 + 1 / abs(math.tan(angle)) + 1 / abs(math.sin(angle)))
    interval, following = draw(intervals())
    return Walk(
        aspect=draw(st.sampled_from([9 / 16, 1.0, 4 / 3, 16 / 9])),
        height=draw(st.floats(0.05, 0.6)),
        line_angle=draw(st.floats(-math.pi, math.pi)),
        angle=angle,
        speed=draw(st.floats(0.2, 3)) / 1.7,  # metres a second; a body is 1.7 m tall
        before=room + draw(st.floats(0, 5)),
        after=room + draw(st.floats(0, 5)),
        wobble=off,
        crossing_time=draw(st.sampled_from([0.0, 5.0, 1.75e9])),
        interval=interval,
        following=following,
        random=draw(randoms()),
        spare=(draw(st.floats(0, 2)), draw(st.floats(0, 2))),
    )


STEADY = walks(wobble=st.just(0.0))


@given(walks())
def test_a_straight_walk_over_a_line_is_seen_exactly_once_whatever_the_sampling(walk):
    (crossing,) = count(updates(walk.observed()), walk.segment, walk.aspect)
    assert (crossing.track, crossing.tripwire, crossing.origin) == (1, "door", ORIGIN)
    assert crossing.direction == walk.direction
    towards = walk.segment.towards
    assert crossing.towards == (towards if walk.direction == "in" else OPPOSITE[towards])
    # Interpolated between two observations: right but for the wobble, however long the interval.
    assert abs(crossing.time - walk.crossing_time) <= walk.wobble / walk.across + 1e-5
    off_x = (crossing.at.x - walk.middle.x) * walk.aspect
    off = math.hypot(off_x, crossing.at.y - walk.middle.y)
    assert off <= walk.wobble * walk.height * (1 + 1 / abs(math.sin(walk.angle))) + 1e-5
    assert walk.segment.offset(crossing.at, walk.aspect) == pytest.approx(0, abs=1e-9)


@given(walks(), st.floats(0, 5))
def test_walking_back_is_seen_once_the_other_way(walk, pause):
    there = walk.observed()
    furthest = there[-1].time - walk.crossing_time
    leaves = there[-1].time + pause
    moments = times(there[-1].time, leaves + furthest + walk.trail, walk.following)[1:]
    back = [walk.seen(t, furthest - max(0.0, t - leaves)) for t in moments]
    first, second = count(updates(there + back), walk.segment, walk.aspect)
    assert (first.direction, second.direction) == (walk.direction, OPPOSITE[walk.direction])
    assert first.towards == OPPOSITE[second.towards]
    assert first.id != second.id
    assert abs(second.time - (leaves + furthest)) <= walk.wobble / walk.across + 1e-5


@given(walks(), st.booleans())
def test_a_walk_past_the_end_of_the_segment_is_not_seen(walk, beyond_b):
    gap = 0.001 + walk.wobble * (1 + 1 / abs(math.tan(walk.angle)) + 1 / abs(math.sin(walk.angle)))
    length = walk.before + walk.after
    past = {"before": length + gap, "after": -gap} if beyond_b else {"before": -gap, "after": length + gap}
    walk = replace(walk, **past)
    assert count(updates(walk.observed()), walk.segment, walk.aspect) == []


def test_who_went_round_the_end_and_comes_back_over_the_line_is_counted_once():
    round_the_end = [observed(t, 0.1, 0.3 + 0.1 * t) for t in range(5)]
    over_the_line = [observed(5 + t, 0.5, 0.7 - 0.1 * t) for t in range(5)]
    assert ways(count(updates(round_the_end + over_the_line))) == ["out"]


@given(intervals(), st.floats(0, 60), randoms(), st.booleans())
def test_standing_on_the_line_is_no_crossing_and_leaving_beyond_it_is_one(sampling, seconds, random, goes_on):
    _, following = sampling
    height = 0.3
    come = [observed(-1.0, 0.5, 0.4), observed(-0.5, 0.5, 0.45)]
    stand = [
        observed(t, 0.5 + random.uniform(-0.02, 0.02), 0.5 + random.uniform(-0.99, 0.99) * FAR * height)
        for t in times(0.0, seconds, following)
    ]
    last = stand[-1].time
    leave = [observed(last + 1 + n, 0.5, 0.6 if goes_on else 0.4) for n in range(2)]
    assert ways(count(updates(come + stand + leave))) == (["in"] if goes_on else [])


@given(intervals(), st.floats(0.1, 0.95), st.floats(0, 20))
def test_a_turn_nearer_than_far_is_no_crossing(sampling, depth, pause):
    _, following = sampling
    deepest = 0.5 + depth * FAR * 0.3
    down = [observed(t, 0.5, min(deepest, 0.5 + 0.1 * t)) for t in times(-1.0, 1.0 + pause, following)]
    up = [observed(down[-1].time + 0.1 + n, 0.5, 0.4) for n in range(3)]
    assert count(updates(down + up)) == []


@given(st.floats(2, 30), st.floats(0.05, 0.9))
def test_a_turn_sooner_than_hold_is_no_crossing(depth, share):
    """However deep: a box that jumps over the line for a moment is a detector's slip."""
    out = share * HOLD
    beyond = 0.5 + depth * FAR * 0.3
    seen = [
        (-1.0, 0.4),
        (0.0, 0.4999),
        (0.001, 0.5001),
        (out / 2, beyond),
        (out, beyond),
        (out + 0.01, 0.4),
        (2.0, 0.4),
    ]
    assert count(updates(observed(t, 0.5, y) for t, y in seen)) == []


@given(walks())
def test_a_track_first_seen_too_near_to_the_line_is_not_counted(walk):
    """One side of what the module's docstring asks for: really on this side first."""
    moments = times(walk.crossing_time, walk.crossing_time + walk.trail, walk.following)
    seen = [walk.seen(t, t - walk.crossing_time) for t in moments]
    near = replace(walk, wobble=0.0).seen(walk.crossing_time - 0.01, -0.9 * FAR / walk.across)
    assert count(updates([near, *seen]), walk.segment, walk.aspect) == []


@given(STEADY, st.floats(0.1, 0.9))
def test_a_track_that_leaps_over_the_line_for_a_moment_and_ends_is_not_counted(walk, share):
    """However far: somebody else's box was taken for it."""
    before = [walk.seen(walk.crossing_time - walk.lead, -walk.lead), walk.seen(walk.crossing_time - 1e-4, -1e-4)]
    after = [walk.seen(walk.crossing_time + share * HOLD * n / 9, walk.trail * n) for n in range(1, 10)]
    assert count(updates(before + after), walk.segment, walk.aspect) == []


@given(STEADY, st.floats(0.01, 0.9), st.integers(5, 30))
def test_who_walks_over_the_line_and_is_seen_no_more_is_counted(walk, share, rate):
    """A door behind the line hides people, and pictures break off."""
    assume(walk.across * (LATELY - 2 / rate) >= WALKED + 0.01)
    moments = [n / rate for n in range(-2 * rate, 0)] + [share * HOLD]
    seen = [walk.seen(walk.crossing_time + t, t) for t in moments]
    (crossing,) = count(updates(seen), walk.segment, walk.aspect)
    assert crossing.direction == walk.direction
    assert crossing.time == pytest.approx(walk.crossing_time, abs=1e-5)


@given(STEADY, st.integers(5, 30))
def test_who_is_seen_no_more_before_the_line_is_not_counted(walk, rate):
    seen = [walk.seen(walk.crossing_time - n / rate, -n / rate) for n in range(2 * rate, 0, -1)]
    assert count(updates(seen), walk.segment, walk.aspect) == []


@pytest.mark.parametrize(
    ("stands", "way"),
    [(0.0, ["in"]), (0.5, ["in"]), (2.0, [])],
)
def test_who_stands_on_the_line_for_long_and_is_seen_no_more_is_not_counted(stands, way):
    come = [observed(n / 8, 0.5, 0.4 + 0.0125 * n) for n in range(8)]
    stand = [observed(1 + n / 8, 0.5, 0.501) for n in range(1 + round(8 * stands))]
    assert ways(count(updates(come + stand))) == way


def test_who_stood_before_the_line_and_is_seen_no_more_is_not_counted():
    stand = [observed(n / 8, 0.5, 0.4) for n in range(16)]
    assert count(updates([*stand, observed(2.0, 0.5, 0.45), observed(2.1, 0.5, 0.55)])) == []


def test_one_look_on_either_side_is_enough_when_they_are_far_apart():
    """1 a second: the line lies between two looks, and the time between is long enough."""
    (crossing,) = count(updates([observed(10.0, 0.5, 0.3), observed(11.0, 0.5, 0.7)]))
    assert (crossing.time, crossing.direction) == (pytest.approx(10.5), "in")


def test_an_observation_at_time_0_counts_as_any_other():
    assert ways(count(updates([observed(0.0, 0.5, 0.4), observed(1.0, 0.5, 0.6)]))) == ["in"]


def test_a_track_lost_before_the_line_and_found_beyond_it_has_crossed():
    seen = updates([observed(0.0, 0.5, 0.3), observed(0.2, 0.5, 0.4)], ends=False)
    found = updates([observed(1.8, 0.5, 0.6)])
    (crossing,) = count([*seen, lost(), *found])
    assert crossing.direction == "in"
    assert crossing.time == pytest.approx(1.0)


def test_a_track_lost_beyond_the_line_before_hold_counts_once_found_there():
    seen = updates([observed(0.0, 0.5, 0.4), observed(0.2, 0.5, 0.6)], ends=False)
    (crossing,) = count([*seen, lost(), *updates([observed(1.5, 0.5, 0.7)])])
    assert crossing.time == pytest.approx(0.1)
    assert count([*seen, lost(), ended()]) == []


def test_a_whole_past_in_one_update_counts_like_its_observations():
    points = tuple(observed(t / 5, 0.5, 0.3 + t / 25) for t in range(12))
    at_once = count([TrackUpdate(1, TrackState.CONFIRMED, points), ended()])
    assert at_once == count(updates(points)) == count([ended(points=points)])
    assert ways(at_once) == ["in"]


@given(walks())
def test_in_a_mirrored_picture_the_directions_are_swapped(walk):
    def mirror(point):
        left, top, right, bottom = point.box
        return replace(point, box=Box(1 - right, top, 1 - left, bottom))

    seen, segment = walk.observed(), walk.segment
    (crossing,) = count(updates(seen), segment, walk.aspect)
    flipped = Segment(Point(1 - segment.a.x, segment.a.y), Point(1 - segment.b.x, segment.b.y))
    (other,) = count(updates(map(mirror, seen)), flipped, walk.aspect)
    assert other.direction == OPPOSITE[crossing.direction]
    assert other.time == pytest.approx(crossing.time, abs=1e-5)
    assert other.at == pytest.approx((1 - crossing.at.x, crossing.at.y), abs=1e-6)
    across, along = abs(segment.b.y - segment.a.y), abs(segment.b.x - segment.a.x)
    if abs(across - along) > 1e-6:
        assert other.towards == MIRRORED[crossing.towards]


@given(walks())
def test_a_line_turned_round_swaps_in_and_out_but_not_where_people_go(walk):
    seen = walk.observed()
    (crossing,) = count(updates(seen), walk.segment, walk.aspect)
    (other,) = count(updates(seen), walk.segment.reversed(), walk.aspect)
    assert other.direction == OPPOSITE[crossing.direction]
    across, along = abs(walk.segment.b.y - walk.segment.a.y), abs(walk.segment.b.x - walk.segment.a.x)
    if abs(across - along) > 1e-6:
        assert other.towards == crossing.towards


@given(walks(), st.floats(0.1, 1))
def test_a_smaller_picture_of_the_same_walk_gives_the_same_crossing(walk, scale):
    seen, segment = walk.observed(), walk.segment
    small = [replace(p, box=Box(*(scale * v for v in p.box))) for p in seen]
    shrunk = Segment(Point(*(scale * v for v in segment.a)), Point(*(scale * v for v in segment.b)))
    (crossing,) = count(updates(seen), segment, walk.aspect)
    (other,) = count(updates(small), shrunk, walk.aspect)
    assert (other.direction, other.towards) == (crossing.direction, crossing.towards)
    assert other.time == pytest.approx(crossing.time, abs=1e-5)


@given(walks(), st.floats(-1e6, 1e6))
def test_a_shift_of_time_shifts_times_and_nothing_else(walk, shift):
    seen = walk.observed()
    (crossing,) = count(updates(seen), walk.segment, walk.aspect)
    (other,) = count(updates(replace(p, time=p.time + shift) for p in seen), walk.segment, walk.aspect)
    assert other.time - shift == pytest.approx(crossing.time, abs=1e-5)
    assert (other.direction, other.id) == (crossing.direction, crossing.id)


@given(st.lists(walks(), min_size=2, max_size=4), randoms())
def test_other_tracks_change_nothing(several, random):
    aspect, segment = several[0].aspect, several[0].segment
    queues = [updates(walk.observed(), track) for track, walk in enumerate(several, 1)]
    alone = [crossing for queue in queues for crossing in count(queue, segment, aspect)]
    mixed, waiting = [], [list(reversed(queue)) for queue in queues]
    while waiting := [queue for queue in waiting if queue]:
        mixed.append(random.choice(waiting).pop())
    together = count(mixed, segment, aspect)
    assert sorted(together, key=lambda c: c.id) == sorted(alone, key=lambda c: c.id)
    assert alone


def test_a_body_that_goes_in_and_out_ten_times_is_counted_each_time_with_an_id_of_its_own():
    points = [observed(t, 0.5, 0.4 if t % 2 else 0.6) for t in range(21)]
    crossings = count(updates(points))
    assert ways(crossings) == ["out", "in"] * 10
    assert len({c.id for c in crossings}) == 20
    assert [c.id for c in crossings] == [c.id for c in count(updates(points))]


@pytest.mark.parametrize(
    ("camera", "wire", "expected"),
    [
        (Anchor.FEET, None, 3.0),
        (Anchor.CENTRE, None, 4.5),
        (Anchor.HEAD, None, 6.0),
        (Anchor.HEAD, Anchor.FEET, 3.0),
        (Anchor.FEET, Anchor.HEAD, 6.0),
    ],
)
def test_the_anchor_is_the_wires_or_else_the_cameras(camera, wire, expected):
    wire_counter = counter(anchor=camera, wire_anchor=wire)
    news = updates(observed(float(t), 0.5, 0.2 + 0.1 * t, height=0.3) for t in range(10))
    (crossing,) = [c for update in news for c in wire_counter.update(update)]
    assert crossing.time == pytest.approx(expected)


def test_the_anchors_of_a_box():
    box = Box(0.2, 0.1, 0.4, 0.7)
    assert [anchor_point(box, a) for a in Anchor] == [box.feet, box.centre, box.head]


def test_a_box_without_height_is_counted_too():
    flat = [TrackPoint(float(t), Box(0.4, y, 0.6, y), 0.8) for t, y in enumerate((0.4, 0.6, 0.7))]
    assert ways(count(updates(flat))) == ["in"]
