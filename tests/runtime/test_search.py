import numpy as np
import pytest

from galleria.domain.detection import Detections
from galleria.domain.frame import ArrayPicture
from galleria.domain.geometry import Point, Polygon
from galleria.runtime.load import Meter
from galleria.runtime.search import MOST, SearchParty, Wanted

MASK = (Polygon((Point(0, 0), Point(1, 0), Point(0, 1))),)


def wanted(number, masks=()):
    return Wanted(ArrayPicture(np.full((4, 4, 3), number, np.uint8)), masks)


class Reads:
    """Finds as many people as the picture's first number says, one less where something is masked; 13 breaks it."""

    def __init__(self):
        self.sizes = []

    def detect(self, pictures, masks=None):
        self.sizes.append(len(pictures))
        numbers = [int(picture.pixels[0, 0, 0]) for picture in pictures]
        if 13 in numbers:
            problem = "unlucky"
            raise ArithmeticError(problem)
        counts = [n - len(m) for n, m in zip(numbers, masks, strict=True)]
        return [Detections(np.tile([0, 0, 1, 1], (n, 1)).astype(np.float32), np.ones(n, np.float32)) for n in counts]


@pytest.fixture(params=[1, 2, 3])
def party(request):
    made = SearchParty([Reads() for _ in range(request.param)], Meter())
    yield made
    made.close()


def test_every_picture_gets_its_own_answer_in_order(party):
    found = party.find([wanted(n, MASK if n % 2 else ()) for n in range(12)])
    assert [len(one) for one in found] == [n - n % 2 for n in range(12)]


def test_many_are_searched_in_small_batches():
    reads, meter = [Reads(), Reads()], Meter()
    party = SearchParty(reads, meter)
    assert len(party.find([wanted(1)] * 37)) == 37
    party.close()
    assert max(reads[0].sizes + reads[1].sizes) <= MOST
    assert sum(size * times for size, times in meter.load().batches.items()) == 37


def test_one_that_cannot_be_searched_harms_no_other(party):
    found = party.find([wanted(n) for n in (1, 2, 13, 3, 4, 5, 13)])
    assert [str(one) if isinstance(one, Exception) else len(one) for one in found] == [
        1, 2, "unlucky", 3, 4, 5, "unlucky",
    ]  # fmt: skip


def test_nothing_to_search_is_nothing(party):
    assert party.find([]) == []
