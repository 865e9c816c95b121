from threading import Event

import numpy as np
import pytest

from galleria.domain.detection import Detections
from galleria.domain.frame import ArrayPicture
from galleria.domain.geometry import Box, Point, Polygon
from galleria.runtime.load import Meter
from galleria.runtime.search import MOST, SearchParty, Wanted

MASK = (Polygon((Point(0, 0), Point(1, 0), Point(0, 1))),)
PART = Box(0.0, 0.0, 0.5, 0.5)


def wanted(number, masks=(), part=None):
    return Wanted(ArrayPicture(np.full((4, 4, 3), number, np.uint8)), masks, part)


class Reads:
    """Finds as many people as the picture's first number says; one less where something is masked, two less in a part.

    13 breaks it.
    """

    def __init__(self, begin=None):
        self.sizes, self.begin = [], begin

    def detect(self, pictures, masks=None, parts=None):
        if self.begin:
            self.begin.wait(10)
        self.sizes.append(len(pictures))
        numbers = [int(picture.pixels[0, 0, 0]) for picture in pictures]
        if 13 in numbers:
            problem = "unlucky"
            raise ArithmeticError(problem)
        counts = [n - len(m) - 2 * (p == PART) for n, m, p in zip(numbers, masks, parts, strict=True)]
        return [Detections(np.tile([0, 0, 1, 1], (n, 1)).astype(np.float32), np.ones(n, np.float32)) for n in counts]


@pytest.fixture(params=[1, 2, 3])
def party(request):
    made = SearchParty([Reads() for _ in range(request.param)], Meter())
    yield made
    made.close()


def searched(party, pictures):
    """What is found in each picture, in order."""
    for key, one in enumerate(pictures):
        party.ask(key, one)
    answers = {}
    while len(answers) < len(pictures):
        for key, found in party.found(wait=True):
            assert key not in answers
            answers[key] = str(found) if isinstance(found, Exception) else len(found)
    return [answers[key] for key in sorted(answers)]


def test_every_picture_gets_its_own_answer(party):
    numbers = range(4, 16)
    asked = [wanted(n, MASK if n % 2 else (), PART if n % 3 == 0 else None) for n in numbers if n != 13]
    assert searched(party, asked) == [n - n % 2 - 2 * (n % 3 == 0) for n in numbers if n != 13]


def test_many_that_wait_are_searched_in_small_batches():
    begin, meter = Event(), Meter()
    reads = [Reads(begin), Reads(begin)]
    party = SearchParty(reads, meter)
    for key in range(37):
        party.ask(key, wanted(1))
    begin.set()
    party.close()
    assert len(list(party.found())) == 37
    assert max(reads[0].sizes + reads[1].sizes) == MOST
    assert sum(size * times for size, times in meter.load().batches.items()) == 37


def test_one_that_cannot_be_searched_harms_no_other(party):
    assert searched(party, [wanted(n) for n in (1, 2, 13, 3, 4, 5, 13)]) == [1, 2, "unlucky", 3, 4, 5, "unlucky"]


def test_nothing_found_yet_is_nothing(party):
    assert list(party.found()) == []


def test_who_waits_is_told(party):
    told = []
    party = SearchParty([Reads()], Meter(), lambda: told.append("found"))
    party.ask("key", wanted(3))
    party.close()
    assert told == ["found"]
    assert [(key, len(found)) for key, found in party.found()] == [("key", 3)]


def test_what_was_asked_for_is_done_before_the_end():
    party = SearchParty([Reads(), Reads()], Meter())
    for key in range(20):
        party.ask(key, wanted(1))
    party.close()
    assert sorted(key for key, _ in party.found()) == list(range(20))
