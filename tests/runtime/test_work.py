"""Whose look is searched when, and in which part: with lanes at hand and the real party."""

from threading import Event

import numpy as np
import pytest

from galleria.domain.detection import Detections
from galleria.domain.frame import ArrayPicture, Frame
from galleria.domain.geometry import Box
from galleria.domain.site import Camera
from galleria.runtime.load import Meter
from galleria.runtime.look import Look
from galleria.runtime.search import SearchParty
from galleria.runtime.work import Work

PART = Box(0.1, 0.1, 0.4, 0.4)


class Waits:
    """A searcher that begins when it may, and finds nobody; knows what it was asked."""

    def __init__(self):
        self.begin, self.parts = Event(), []

    def detect(self, pictures, masks=None, parts=None):
        self.begin.wait(10)
        self.parts += parts
        return [Detections.none()] * len(pictures)


class HandLane:
    """A camera with so many looks to be searched."""

    def __init__(self, looks, *, exact=False, breaks=False):
        self.camera, self.exact, self.breaks = Camera("one"), exact, breaks
        self.left, self.told, self.failed = looks, [], []

    def looks(self, pressure=lambda: 0):
        while self.left:
            self.left -= 1
            pixels = np.zeros((4, 4, 3), np.uint8)
            yield Look(Frame("one", 0, 0.0, ArrayPicture(pixels)))

    def part(self, look):
        if self.breaks:
            raise MemoryError
        return PART

    def found(self, look, found):
        self.told.append(look.part)

    def fail(self, error):
        self.failed.append(error)


@pytest.fixture
def searcher():
    return Waits()


@pytest.fixture
def work(searcher):
    party = SearchParty([searcher], Meter())
    yield Work(party)
    searcher.begin.set()
    party.close()


def test_each_camera_is_at_one_look_at_a_time(work, searcher):
    lanes = [HandLane(3), HandLane(2)]
    work.begin(lanes)
    assert [lane.left for lane in lanes] == [2, 1]
    searcher.begin.set()
    work.settle()
    assert [len(lane.told) for lane in lanes] == [3, 2]


def test_what_came_meanwhile_is_worked_off_afterwards(work, searcher):
    lane = HandLane(1)
    work.begin([lane])
    lane.left = 2
    work.begin([lane])
    searcher.begin.set()
    work.settle()
    assert len(lane.told) == 3


def test_parts_are_searched_only_while_many_wait(work, searcher):
    lanes = [HandLane(1) for _ in range(8)]
    work.begin(lanes)
    searcher.begin.set()
    work.settle()
    assert lanes[0].told == [None]
    assert lanes[-1].told == [PART]
    assert sorted(searcher.parts, key=str) == sorted((part for lane in lanes for part in lane.told), key=str)


def test_what_is_counted_exactly_is_searched_whole(work, searcher):
    lanes = [HandLane(1, exact=True) for _ in range(8)]
    work.begin(lanes)
    searcher.begin.set()
    work.settle()
    assert [lane.told for lane in lanes] == [[None]] * 8


def test_a_camera_that_fails_there_stops_no_other(work, searcher):
    lanes = [HandLane(1) for _ in range(8)]
    broken = HandLane(1, breaks=True)
    work.begin([*lanes, broken])
    assert len(broken.failed) == 1
    searcher.begin.set()
    work.settle()
    assert all(len(lane.told) == 1 for lane in lanes)
    work.begin([broken])  # it may begin anew
    work.settle()


def test_a_searcher_that_answers_too_little_fails_its_cameras(work, searcher):
    searcher.detect = lambda pictures, masks=None, parts=None: []
    lanes = [HandLane(1), HandLane(1)]
    work.begin(lanes)
    work.settle()
    assert [len(lane.failed) for lane in lanes] == [1, 1]
