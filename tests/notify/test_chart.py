"""The picture in the report."""

import io

import pytest
from PIL import Image

from galleria.notify.chart import chart, nice_step
from galleria.notify.digest import Hour

BAR, LINE, HATCH = (0, 0x72, 0xB2), (0xD5, 0x5E, 0), (0xC3, 0xC9, 0xD0)


def colours(hours, left=0.0, right=1.0):
    """How many pixels of each colour there are between two shares of the width, below the legend."""
    picture = Image.open(io.BytesIO(chart(hours))).convert("RGB")
    cut = picture.crop((int(picture.width * left), 60, int(picture.width * right), picture.height))
    return {colour: count for count, colour in cut.getcolors(1 << 20)}


def test_a_bar_is_as_high_as_its_count():
    low, high = (
        colours([Hour("9", 100.0, None, 1.0), Hour("10", n, None, 1.0)], 0.55).get(BAR, 0) for n in (25.0, 50.0)
    )
    assert high == pytest.approx(2 * low, rel=0.03)


def test_a_gap_is_hatched_and_has_no_bar():
    gap = [Hour("9", 100.0, None, 1.0), Hour("10", None, None, 0.0)]
    assert HATCH in colours(gap, 0.55)
    assert BAR not in colours(gap, 0.55)
    assert HATCH not in colours(gap, 0.0, 0.5)
    zero = [Hour("9", 100.0, None, 1.0), Hour("10", 0.0, None, 1.0)]
    assert HATCH not in colours(zero, 0.55)


def test_last_week_is_drawn_where_it_is_known():
    hours = [Hour("9", 100.0, 80.0, 1.0), Hour("10", 100.0, None, 1.0)]
    assert LINE in colours(hours, 0.0, 0.5)
    assert LINE not in colours(hours, 0.6)


@pytest.mark.parametrize("hours", [[Hour("9", None, None, 0.0)], [Hour("9", 0.0, 0.0, 1.0)] * 24])
def test_empty_days_are_drawn_as_well(hours):
    assert BAR not in colours(hours)


@pytest.mark.parametrize(
    ("most", "step"), [(0, 1), (1, 1), (4, 1), (7, 2), (12, 5), (50, 10), (99, 20), (140, 50), (12345, 5000)]
)
def test_ticks_are_round(most, step):
    assert nice_step(most) == step
