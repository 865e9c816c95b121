import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.geometry import Box
from galleria.tracking.motion import BORDER, COAST, Axis, Motion

ASPECT = 16 / 9
RATES = st.floats(2, 60)


def body(x, feet, height=0.3):
    """A box whose feet are at (x, feet), in picture heights."""
    half = 0.2 * height
    return Box((x - half) / ASPECT, feet - height, (x + half) / ASPECT, feet)


def follow(boxes):
    """Motion after (time, box) pairs."""
    (begin, first), *others = boxes
    motion = Motion.begin(begin, first, ASPECT)
    for time, box in others:
        motion.correct(time, box, ASPECT)
    return motion


@given(RATES, st.floats(-0.4, 0.4), st.floats(-0.1, 0.1), st.floats(0.2, 0.5), st.sampled_from([0.0, 1.75e9]))
def test_a_steady_walk_is_foreseen_at_every_rate(rate, across, down, height, begin):
    """Within a tenth of the body's height, half a second ahead, after two seconds of walking."""
    steps = [
        (begin + n / rate, body(0.8 + across * n / rate, 0.6 + down * n / rate, height)) for n in range(int(3 * rate))
    ]
    motion = follow(steps)
    ahead = motion.time - begin + 0.5
    foreseen, truth = motion.predicted(begin + ahead, ASPECT), body(0.8 + across * ahead, 0.6 + down * ahead, height)
    assert foreseen == pytest.approx(truth, abs=0.1 * height)


@given(st.lists(st.floats(1e-4, 5), min_size=1, max_size=60), st.lists(st.floats(-3, 3), min_size=60, max_size=60))
def test_what_is_believed_stays_a_covariance_whatever_comes(seconds, measured):
    axis = Axis(0.0, pp=0.05**2, ss=0.8**2)
    for passed, value in zip(seconds, measured, strict=False):
        assert axis.spread(passed, 1.0) > 0
        axis.correct(passed, value, 1.0)
        assert axis.pp > 0
        assert axis.ss > 0
        assert axis.ps**2 <= axis.pp * axis.ss * (1 + 1e-9)


@given(st.integers(10, int(1000 * COAST)), st.integers(10, int(1000 * COAST)))
def test_the_longer_unseen_the_less_is_known(one, other):
    motion = follow([(n / 8, body(0.5 + n / 40, 0.6)) for n in range(10)])
    shorter, longer = sorted((one / 1000, other / 1000))
    near, far = motion.spread(motion.time + shorter), motion.spread(motion.time + longer)
    assert (far[0] > near[0], far[1] > near[1]) == (longer > shorter,) * 2


def test_a_body_that_waits_unseen_is_not_looked_for_in_the_whole_picture():
    motion = follow([(n / 8, body(0.5 + n / 40, 0.6)) for n in range(10)])
    late = motion.spread(motion.time + 60)
    assert late == pytest.approx(motion.spread(motion.time + COAST))
    assert max(late) < 0.3, "a body's height"


def test_an_observation_makes_sure():
    motion = follow([(0.0, body(0.5, 0.6)), (0.2, body(0.55, 0.6))])
    before = motion.spread(0.4)
    motion.correct(0.4, body(0.6, 0.6), ASPECT)
    assert motion.spread(0.4) < before


def test_a_body_not_seen_walks_on_for_a_while_and_then_waits():
    motion = follow([(n / 8, body(0.3 + n / 32, 0.6)) for n in range(17)])
    at = [motion.predicted(motion.time + s, ASPECT).centre.x * ASPECT for s in (0.5, COAST, COAST + 1, COAST + 60)]
    assert at[1] - at[0] == pytest.approx(0.125, abs=0.01)
    assert at[1] == at[2] == at[3]


@given(st.floats(0.1, 1))
def test_far_bodies_are_followed_like_near_ones(scale):
    def way(size):
        return follow([(n / 8, body(size * (0.5 + n / 40), size * 0.6, size * 0.3)) for n in range(10)])

    near, far = way(1.0), way(scale)
    assert far.predicted(1.5, ASPECT) == pytest.approx([scale * v for v in near.predicted(1.5, ASPECT)])
    assert far.spread(1.5) == pytest.approx([scale * v for v in near.spread(1.5)])


def test_feet_below_the_picture_are_still_there():
    """Somebody walks out at the bottom: the box gets shorter, the body does not."""
    steps = [(n / 8, body(0.8, 0.8 + 0.03 * n)) for n in range(12)]
    clipped = [(t, box._replace(bottom=min(box.bottom, 1.0))) for t, box in steps]
    motion = follow(clipped)
    assert motion.predicted(motion.time, ASPECT) == pytest.approx(steps[-1][1], abs=0.02)


def test_a_head_above_the_picture_is_still_there():
    steps = [(n / 8, body(0.8, 0.5 - 0.03 * n)) for n in range(12)]
    clipped = [(t, box._replace(top=max(box.top, 0.0))) for t, box in steps]
    motion = follow(clipped)
    assert motion.predicted(motion.time, ASPECT) == pytest.approx(steps[-1][1], abs=0.02)


def test_who_comes_in_at_the_bottom_grows_as_it_comes():
    steps = [(n / 8, body(0.8, 1.2 - 0.03 * n)) for n in range(12)]
    clipped = [(t, box._replace(bottom=min(box.bottom, 1.0))) for t, box in steps]
    motion = follow(clipped)
    assert motion.predicted(motion.time, ASPECT) == pytest.approx(steps[-1][1], abs=0.03)


def test_a_body_whose_legs_are_hidden_for_a_moment_keeps_its_feet():
    seen = [(n / 8, body(0.8, 0.8)) for n in range(16)]
    hidden = (2.0, seen[0][1]._replace(bottom=0.65))
    motion = follow([*seen, hidden])
    assert motion.predicted(2.0, ASPECT).bottom == pytest.approx(0.8, abs=0.02)
    for n in range(40):
        motion.correct(2.1 + n / 8, hidden[1], ASPECT)
    assert motion.predicted(motion.time, ASPECT).bottom == pytest.approx(0.65, abs=0.02), "but not for ever"


def test_somebody_nearer_before_the_feet_makes_nobody_shorter():
    """As much of the legs as a detector's wobble could be: told apart by whether somebody stands there."""
    seen = [(n / 8, body(0.8, 0.8)) for n in range(16)]
    cut = seen[0][1]._replace(bottom=0.74)
    bottoms = {}
    for feet in (True, False):
        motion = follow(seen)
        for n in range(3):
            motion.correct(2.0 + n / 8, cut, ASPECT, feet=feet)
        bottoms[feet] = motion.predicted(motion.time, ASPECT).bottom
    assert bottoms[True] < 0.77 < bottoms[False]


def test_a_box_that_wobbles_has_its_feet_where_they_are_in_the_mean():
    """Within 1.2 % of the body's height: growing faster than shrinking, sizes lean to the largest ones."""
    rng = np.random.default_rng(5)
    motion, off = follow([(0.0, body(0.8, 0.8))]), []
    for n in range(1, 400):
        motion.correct(n / 8, body(0.8, 0.8)._replace(bottom=0.8 + rng.normal(0, 0.04 * 0.3)), ASPECT)
        off.append(motion.predicted(motion.time, ASPECT).bottom - 0.8)
    assert abs(np.mean(off)) < 0.012 * 0.3


@given(st.floats(0.1, 0.8), st.floats(0.1, 0.8))
def test_a_first_box_is_believed(x, feet):
    box = body(x, feet + BORDER)
    motion = Motion.begin(3.0, box, ASPECT)
    assert motion.predicted(3.0, ASPECT) == pytest.approx(box)
    assert all(map(math.isfinite, motion.spread(4.0)))
