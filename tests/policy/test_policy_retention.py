import math
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import PolicyError
from galleria.domain.site import Hours, Site
from galleria.domain.time import trading_day
from galleria.policy.retention import CAPS, Kept, Spans

DAY = 86400
KINDS = st.sampled_from(list(Kept))


def test_the_table_of_the_rules():
    assert {kept: (cap.default, cap.most) for kept, cap in CAPS.items() if kept is not Kept.UNIQUE} == {
        Kept.TRACK: (DAY, DAY),
        Kept.DEMOGRAPHICS: (0, 0),
        Kept.EXPERIENCE: (0, 0),
        Kept.AUDIENCE: (0, 0),
        Kept.RETURNING: (30 * DAY, 90 * DAY),
        Kept.MEMBER: (365 * DAY, 365 * DAY),
        Kept.PROBE: (1, 1),
        Kept.CANDIDATE: (600, 600),
        Kept.CONFIRMED: (72 * 3600, 72 * 3600),
        Kept.ENTRY: (365 * DAY, 365 * DAY),
    }
    assert set(CAPS) == set(Kept)


@given(KINDS, st.floats(allow_nan=True, allow_infinity=True))
def test_configuration_only_shortens(kept, seconds):
    cap = CAPS[kept]
    if 0 <= seconds <= cap.most:
        assert Spans({kept: seconds}).seconds(kept) == seconds
    else:
        with pytest.raises(PolicyError, match=rf"{kept.value}.*the cap is {cap.most:.0f}") as raised:
            Spans({kept: seconds})
        assert f"{cap.most:.0f} seconds" in raised.value.remedy


@given(st.dictionaries(KINDS, st.floats(0, 1)), KINDS, st.floats(0, 2e9), st.floats(0, 2 * DAY))
def test_nothing_is_kept_longer_than_its_cap(shares, kept, since, day):
    asked = {one: CAPS[one].most * share for one, share in shares.items()}
    spans = Spans(asked)
    end = spans.until(kept, since, since + day)
    assert since <= end <= since + CAPS[kept].most
    if kept is Kept.UNIQUE:
        assert end <= since + day
    elif kept not in asked:
        assert end == since + CAPS[kept].default


def test_one_that_is_too_long_refuses_all():
    with pytest.raises(PolicyError, match=r"90 days"):
        Spans({Kept.TRACK: 60, Kept.RETURNING: 91 * DAY})


def test_what_was_asked_cannot_be_changed_afterwards():
    asked = {Kept.RETURNING: 1.0}
    spans = Spans(asked)
    asked[Kept.RETURNING] = math.inf
    assert spans.seconds(Kept.RETURNING) == 1.0
    with pytest.raises(TypeError):
        spans.asked[Kept.RETURNING] = math.inf


def test_a_days_template_ends_with_the_trading_day():
    hours = Hours(time(9), time(20))
    site = Site("s", zone="Europe/Berlin", hours=dict.fromkeys(range(7), hours))
    for t in (1_774_760_400.0, 1_792_900_800.0):  # the clocks go forward, and back
        day = trading_day(site, t)
        assert Spans().until(Kept.UNIQUE, day.begin, day.end) == day.end
        assert Spans({Kept.UNIQUE: 60}).until(Kept.UNIQUE, day.begin, day.end) == day.begin + 60
        assert Spans({Kept.UNIQUE: 60}).until(Kept.UNIQUE, day.end - 1, day.end) == day.end
    with pytest.raises(ValueError, match="end of the day"):
        Spans().until(Kept.UNIQUE, 0.0)
