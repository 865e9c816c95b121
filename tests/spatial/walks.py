"""Ways of one body as a tracker would report them."""

from collections.abc import Iterable, Sequence
from random import Random

from hypothesis import strategies as st

from galleria.domain.geometry import Box
from galleria.domain.track import TrackPoint, TrackState, TrackUpdate

SLOWEST, FASTEST = 1, 60  # observations a second


def observed(time, x, y, height=0.3, aspect=1.0):
    """A body whose feet are at (x, y) and that is `height` picture heights tall."""
    half = 0.2 * height / aspect
    return TrackPoint(time, Box(x - half, y - height, x + half, y), 0.8)


def updates(points: Iterable[TrackPoint], track=1, *, ends=True) -> list[TrackUpdate]:
    """One update for each observation, and the end."""
    made = [TrackUpdate(track, TrackState.CONFIRMED, (point,)) for point in points]
    return [*made, ended(track)] if ends else made


def lost(track=1):
    return TrackUpdate(track, TrackState.LOST, ())


def ended(track=1, points: Sequence[TrackPoint] = ()):
    return TrackUpdate(track, TrackState.ENDED, tuple(points))


def randoms():
    """Cheaper for Hypothesis than its own: hundreds of numbers are drawn."""
    return st.builds(Random, st.integers(0, 2**32))


@st.composite
def intervals(draw):
    """Seconds between observations: (longest, a function that gives the next).

    Even, or anything from 1 to 60 a second.
    """
    rate = draw(st.floats(SLOWEST, FASTEST))
    if draw(st.booleans()):
        return 1 / rate, lambda: 1 / rate
    random = draw(randoms())
    return 1 / rate, lambda: random.uniform(1 / FASTEST, max(1 / rate, 1 / FASTEST))


def times(begin, end, following):
    """Times of observation from `begin` to the first at or after `end`."""
    made = [begin]
    while made[-1] < end:
        made.append(made[-1] + following())
    return made
