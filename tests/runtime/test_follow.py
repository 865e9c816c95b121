"""Where is searched. That this changes no count is shown on footage, in tests/scenes."""

import itertools

import pytest
from looks import HEIGHT, WIDTH, Sees, box, picture

from galleria.domain.frame import Frame
from galleria.runtime.follow import HEARTBEAT, WHOLE_EVERY, Follow
from galleria.runtime.look import Look
from galleria.tracking.tracker import MotionTracker

STEP = 0.125


class Site:
    """Shows pictures to a `Follow`, and has searched what it wants searched."""

    def __init__(self) -> None:
        self.follow, self.sees = Follow(MotionTracker(WIDTH / HEIGHT, itertools.count(1))), Sees()
        self.index = 0

    def show(self, *feet, pressure=0) -> Look:
        look = Look(Frame("camera", self.index, self.index * STEP, picture(feet, self.index)))
        self.index += 1
        if self.follow.wants(look, pressure=pressure):
            look.part = self.follow.part(look)
            (found,) = self.sees.detect([look.frame.picture], parts=[look.part])
            self.follow.found(look, found)
        else:
            self.follow.passed(look)
        return look

    def until_whole(self, *feet) -> Look:
        """Show the same until everything has just been searched."""
        for number in range(2 * round(HEARTBEAT / STEP)):
            look = self.show(*feet)
            if look.detections is not None and look.part is None and number * STEP > WHOLE_EVERY:
                return look
        raise AssertionError


@pytest.fixture
def site() -> Site:
    return Site()


def holds(part, x: float, y: float) -> bool:
    left, top, right, bottom = box(x, y)
    return part.left <= left and part.top <= top and right <= part.right and bottom <= part.bottom


def test_whoever_comes_in_is_looked_for_everywhere_until_followed(site):
    site.until_whole()
    looks = [site.show((0.1 + 0.02 * n, 0.6)) for n in range(6)]
    (first,) = [n for n in range(1, 6) if looks[n].updates and not looks[n - 1].updates]
    assert first > 1
    assert [look.part for look in looks[: first + 1]] == [None] * (first + 1)
    assert looks[first + 1].part is not None


def test_only_where_people_are_is_searched_then(site):
    for n in range(6):
        look = site.show((0.2 + 0.02 * n, 0.6), (0.35, 0.6))
    part = look.part
    assert part is not None
    assert holds(part, 0.3, 0.6)
    assert holds(part, 0.35, 0.6)
    assert part.right < 0.6


def test_everything_is_searched_once_a_second(site):
    parts = [site.show((0.2 + 0.005 * n, 0.6)).part for n in range(60)]
    whole = [n for n, part in enumerate(parts) if part is None][4:]
    assert len(whole) >= 4
    assert {b - a for a, b in itertools.pairwise(whole)} == {round(WHOLE_EVERY / STEP)}


def test_what_moves_elsewhere_is_searched_too(site):
    site.until_whole((0.2, 0.6))
    site.show((0.2, 0.6))
    look = site.show((0.2, 0.6), (0.5, 0.6))
    assert holds(look.part, 0.2, 0.6)
    assert holds(look.part, 0.5, 0.6)
    assert len(look.detections) == 2


def test_people_all_over_the_picture_are_searched_for_everywhere(site):
    for n in range(6):
        look = site.show((0.1, 0.35 + 0.01 * n), (0.9, 0.95))
    assert look.part is None


def test_nobody_is_lost_at_a_break(site):
    site.until_whole((0.2, 0.6))
    gap = Look(None)
    site.follow.passed(gap)
    assert [update.state for update in gap.updates] == ["ended"]
    assert site.show((0.2, 0.6)).part is None


@pytest.mark.parametrize(("pressure", "apart"), [(1, 3), (2, 2), (9, 2)])
def test_the_more_wait_the_more_looks_at_who_is_followed_are_left_out(site, pressure, apart):
    ways = [(0.1 + 0.01 * n, 0.6) for n in range(40)]
    looks = [site.show(way, pressure=pressure) for way in ways]
    first = next(n for n, look in enumerate(looks) if look.updates)
    searched = [look.detections is not None for look in looks]
    assert all(searched[: first + 1])  # whoever comes in is looked for at every look
    left_out = [n for n in range(first + 1, 40) if not searched[n]]
    assert {b - a for a, b in itertools.pairwise(left_out)} == {apart}
    # They are followed as one all the same.
    assert {update.track for look in looks for update in look.updates} == {1}


def test_somebody_new_ends_the_sparing(site):
    for n in range(12):
        site.show((0.1 + 0.01 * n, 0.6), pressure=1)
    looks = [site.show((0.22 + 0.01 * n, 0.6), (0.9 - 0.01 * n, 0.7), pressure=1) for n in range(8)]
    both = next(n for n, look in enumerate(looks) if sum(bool(update.points) for update in look.updates) == 2)
    came = next(n for n, look in enumerate(looks) if look.detections is not None and len(look.detections) == 2)
    assert all(look.detections is not None for look in looks[came:both])
