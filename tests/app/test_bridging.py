"""Tracks without a usable face are bridged by clothes to somebody recognised shortly before, or to nobody."""

import numpy as np

from galleria.app.recognition.bridging import RULE, Bridging
from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import SightingKind
from galleria.identity.clothes import Look
from galleria.runtime.clothing import Worn

DOOR, HALL = Origin("mall", "door", "e1"), Origin("mall", "hall", "e1")


def dressed(colour):
    stripes = np.zeros((4, 42), np.float32)
    stripes[:, colour] = 1.0
    return Look(stripes)


def worn(track, begin, end, colour=1):
    return Worn(track, begin, end, None if colour is None else dressed(colour))


def told(found):
    return [(one.origin.camera, one.track, one.time, one.label, one.kind) for one in found]


def test_somebody_in_the_same_clothes_is_the_visitor_who_was_just_there():
    bridging = Bridging(Purpose.UNIQUE)
    assert bridging.ended(DOOR, worn(1, 0, 10), "alpha") == []
    found = bridging.ended(HALL, worn(7, 15, 30), None)
    assert told(found) == [("hall", 7, 15, "alpha", SightingKind.AGAIN)]
    # And from there on: the way goes on.
    assert told(bridging.ended(DOOR, worn(2, 40, 50), None)) == [("door", 2, 40, "alpha", SightingKind.AGAIN)]


def test_nobody_is_bridged_too_late_or_while_still_elsewhere_or_in_other_clothes():
    for later in (worn(7, 10 + RULE.seconds + 1, 60), worn(7, 5, 30), worn(7, 15, 30, 2), worn(7, 15, 30, None)):
        bridging = Bridging(Purpose.UNIQUE)
        bridging.ended(DOOR, worn(1, 0, 10), "alpha")
        assert bridging.ended(HALL, later, None) == []


def test_where_two_come_into_question_nothing_is_said():
    bridging = Bridging(Purpose.UNIQUE)
    bridging.ended(DOOR, worn(1, 0, 10), "alpha")
    bridging.ended(DOOR, worn(2, 0, 12), "beta")
    assert bridging.ended(HALL, worn(7, 15, 30), None) == []


def test_one_visitors_earlier_tracks_are_no_rivals():
    bridging = Bridging(Purpose.UNIQUE)
    bridging.ended(DOOR, worn(1, 0, 8), "alpha")
    bridging.ended(HALL, worn(2, 8, 12), "alpha")
    assert [one.label for one in bridging.ended(HALL, worn(7, 15, 30), None)] == ["alpha"]


def test_who_is_to_be_nobody_is_bridged_neither_to_nor_from():
    bridging = Bridging(Purpose.UNIQUE)
    bridging.ended(DOOR, worn(1, 0, 10), "")
    assert bridging.ended(HALL, worn(7, 12, 20), None) == []
    bridging.ended(DOOR, worn(2, 12, 20), "alpha")
    assert bridging.ended(HALL, worn(8, 22, 30), "") == []


def test_who_is_erased_while_their_track_ends_is_bridged_to_by_nobody():
    bridging = Bridging(Purpose.UNIQUE)
    bridging.forget(["alpha"])  # after the track's label was asked for
    assert bridging.ended(DOOR, worn(1, 0, 10), "alpha") == []
    assert bridging.ended(HALL, worn(7, 12, 20), None) == []


def test_erased_and_stopped_nobody_is_left():
    bridging = Bridging(Purpose.UNIQUE)
    bridging.ended(DOOR, worn(1, 0, 10), "alpha")
    bridging.forget(["alpha"])
    assert bridging.ended(HALL, worn(7, 12, 20), None) == []
    bridging.ended(DOOR, worn(3, 12, 20), "beta")
    bridging.clear()
    assert bridging.ended(HALL, worn(9, 22, 30), None) == []
