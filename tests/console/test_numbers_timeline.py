"""A camera's states on a strip of time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.console.site.routes_health import judged
from galleria.console.site.timeline import strip
from galleria.domain.health import CameraState, Condition
from galleria.domain.live import CameraLive
from galleria.domain.site import Camera

S = CameraState


def was(state: CameraState, begin: float, end: float | None, camera: str = "door") -> Condition:
    return Condition("shop", camera, state, begin, end)


def test_states_lie_where_they_were() -> None:
    laid = strip([was(S.SEEING, -50, 25), was(S.DARK, 25, 50), was(S.SEEING, 50, None)], 0, 100)
    assert [(p.state, p.left, p.width) for p in laid.pieces] == [
        (S.SEEING, 0, 0.25), (S.DARK, 0.25, 0.25), (S.SEEING, 0.5, 0.5),
    ]  # fmt: skip
    assert laid.seen == pytest.approx(0.75)


def test_where_nothing_is_known_nobody_watched() -> None:
    laid = strip([was(S.SEEING, 10, 20)], 0, 100)
    assert [p.state for p in laid.pieces] == [None, S.SEEING, None]
    assert laid.seen == pytest.approx(0.1)
    assert [p.state for p in strip([], 0, 100).pieces] == [None]


def test_neighbours_of_one_state_are_one_piece() -> None:
    assert len(strip([was(S.SEEING, 0, 50), was(S.SEEING, 50, 100)], 0, 100).pieces) == 1


def test_a_later_condition_ends_one_that_nobody_closed() -> None:
    laid = strip([was(S.OFFLINE, 0, None), was(S.SEEING, 40, None)], 0, 100)
    assert [(p.state, p.end) for p in laid.pieces] == [(S.OFFLINE, 40), (S.SEEING, 100)]


spans = st.tuples(st.floats(-50, 150), st.floats(0, 100), st.sampled_from(S), st.booleans())


@given(st.lists(spans, max_size=12))
def test_a_strip_is_always_filled_once(given_spans: list[tuple[float, float, CameraState, bool]]) -> None:
    conditions = [was(state, begin, None if going else begin + length) for begin, length, state, going in given_spans]
    laid = strip(conditions, 0, 100)
    assert sum(p.width for p in laid.pieces) == pytest.approx(1)
    assert [p.begin for p in laid.pieces[1:]] == pytest.approx([p.end for p in laid.pieces[:-1]])
    assert (laid.pieces[0].begin, laid.pieces[-1].end) == (0, 100)
    assert 0 <= laid.seen <= 1 + 1e-9


def test_who_needs_somebody_comes_first() -> None:
    cameras = [Camera("well"), Camera("shaky"), Camera("dead")]
    lives = {
        "well": CameraLive("well", S.SEEING, 0),
        "shaky": CameraLive("shaky", S.SEEING, 90),
        "dead": CameraLive("dead", S.OFFLINE, 50),
    }
    conditions = [
        was(S.SEEING, 0, None, "well"),
        was(S.DARK, 0, 60, "shaky"), was(S.SEEING, 60, 80, "shaky"), was(S.DARK, 80, 90, "shaky"),
        was(S.SEEING, 90, None, "shaky"),
        was(S.SEEING, 0, 50, "dead"), was(S.OFFLINE, 50, None, "dead"),
    ]  # fmt: skip
    found = judged(cameras, lives, conditions, 0, 100)
    assert [one.camera.id for one in found] == ["dead", "shaky", "well"]
    assert [one.times for one in found] == [1, 2, 0]
    assert found[1].strip.seen == pytest.approx(0.3)


def test_a_camera_that_does_not_run_yet_is_starting_and_has_dropped_nothing() -> None:
    (one,) = judged([Camera("new")], {}, [], 0, 100)
    assert (one.state, one.dropped) == (S.STARTING, None)


def test_dropped_frames_are_a_share_of_those_wanted() -> None:
    (one,) = judged([Camera("busy")], {"busy": CameraLive("busy", S.SEEING, 0, analysed=90, dropped=10)}, [], 0, 100)
    assert one.dropped == pytest.approx(0.1)
