import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.capture.governor import Governor

RATES = st.floats(0.5, 60)


def picked(times: list[float], rate: float) -> list[float]:
    governor = Governor(rate)
    return [time for time in times if governor.picks(time)]


def even(fps: float, seconds: float, start: float = 0.0) -> list[float]:
    return [start + n / fps for n in range(max(1, round(seconds * fps)))]


@given(rate=RATES, fps=st.floats(1, 120), seconds=st.floats(0.5, 60), start=st.sampled_from([0.0, 1.75e9]))
def test_picks_rate_times_seconds_but_no_more_than_there_are(rate, fps, seconds, start):
    times = even(fps, seconds, start)
    length = len(times) / fps
    count = len(picked(times, rate))
    assert abs(count - min(rate, fps) * length) <= 1 + 1e-6


@given(fps=st.floats(1, 120), factor=st.floats(1, 10), seconds=st.floats(0.5, 20))
def test_takes_every_frame_of_a_source_that_is_not_faster(fps, factor, seconds):
    times = even(fps, seconds)
    assert picked(times, fps * factor) == times


@given(
    rate=RATES,
    steps=st.lists(st.floats(0.001, 5.0), min_size=1, max_size=300),
)
def test_irregular_times_and_gaps_never_cause_more_picks_than_ticks(rate, steps):
    times = [0.0]
    for step in steps:
        times.append(times[-1] + step)
    picks = picked(times, rate)
    assert set(picks) <= set(times)
    assert picks[0] == times[0]
    for first in range(0, len(picks), 7):
        for last in range(first, len(picks), 7):
            assert last - first + 1 <= (picks[last] - picks[first]) * rate + 2 + 1e-6


@given(rate=RATES, fps=st.floats(1, 120), gap=st.floats(0.5, 3600))
def test_after_a_gap_it_resumes_at_once_and_without_a_burst(rate, fps, gap):
    before = even(fps, 3)
    after = even(fps, 3, start=before[-1] + max(gap, 2 / rate, 2 / fps))
    picks = [time for time in picked(before + after, rate) if time >= after[0]]
    assert picks[0] == after[0]
    assert len(picks) <= rate * len(after) / fps + 2


@given(rate=st.floats(1, 10), fps=st.floats(20, 60))
def test_picks_the_frame_nearest_to_each_tick_without_drift(rate, fps):
    times = even(fps, 30)
    picks = picked(times, rate)
    for n, time in enumerate(picks):
        assert abs(time - n / rate) <= 0.5 / fps + 1e-6


def test_known_sequence_of_25_fps_at_10():
    picks = picked(even(25, 1), 10)
    assert [round(time * 25) for time in picks] == [0, 2, 5, 7, 10, 12, 15, 17, 20, 22]


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_refuses_a_rate_that_is_none(rate):
    with pytest.raises(ValueError, match="more than 0"):
        Governor(rate)
