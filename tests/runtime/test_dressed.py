"""When people's clothes are looked at."""

import numpy as np
import pytest
from looks import HEIGHT, WIDTH, box, picture

from galleria.domain.detection import Detections
from galleria.domain.frame import ArrayPicture, Frame
from galleria.runtime.dressed import EVERY, Dressing
from galleria.tracking.tracker import Patience

PATIENCE = Patience()
STEP = 0.125


def seen(*feet, score=0.9):
    return Detections(
        np.array([box(*at) for at in feet], np.float32).reshape(-1, 4), np.full(len(feet), score, np.float32)
    )


def looked(dressing, index, found):
    frame = Frame("camera", index, index * STEP, picture([(0.3, 0.6)], index))
    return dressing.dressed(frame, found).worn is not None


def test_of_two_every_look_counts():
    dressing = Dressing(PATIENCE)
    assert all(looked(dressing, n, seen((0.3, 0.6), (0.5, 0.6))) for n in range(16))


def test_somebody_alone_is_looked_at_now_and_then():
    dressing = Dressing(PATIENCE)
    at = [n * STEP for n in range(33) if looked(dressing, n, seen((0.3, 0.6)))]
    assert at == pytest.approx(np.arange(0, 4.01, EVERY))


def test_while_somebody_hidden_may_come_out_every_look_counts():
    dressing = Dressing(PATIENCE)
    assert looked(dressing, 0, seen((0.3, 0.6), (0.35, 0.6)))
    hidden = [looked(dressing, n, seen((0.3, 0.6))) for n in range(1, 32)]
    awaited = round(PATIENCE.lost_seconds / STEP)
    assert all(hidden[:awaited])
    assert not all(hidden[awaited:])


def test_nobody_wears_nothing():
    assert not looked(Dressing(PATIENCE), 0, seen())
    assert not looked(Dressing(PATIENCE), 0, seen((0.3, 0.6), score=PATIENCE.unsure - 0.01))


def test_who_is_too_unsure_to_be_followed_is_not_looked_at_but_stays_in_the_list():
    found = Detections(
        np.array([box(0.3, 0.6), box(0.5, 0.6)], np.float32), np.array([0.9, PATIENCE.unsure - 0.1], np.float32)
    )
    pixels = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    dressed = Dressing(PATIENCE).dressed(Frame("camera", 0, 0.0, ArrayPicture(pixels)), found)
    assert len(dressed) == 2
    assert dressed.worn is not None
    assert dressed.worn[0].any()
    assert not dressed.worn[1].any()
