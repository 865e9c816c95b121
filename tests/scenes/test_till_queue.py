"""Arrivals, waits and length of a queue from pixels, against what is known of the rendered scene."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from galleria.analytics.queues import queues_of_day
from galleria.app.count import CountRequest, count
from galleria.app.networks import Choice, load
from galleria.domain.events import Seen
from galleria.domain.site import Queue
from galleria.domain.time import Bucket
from galleria.storage.sitefile import load_site

FOOTAGE = Path(__file__).resolve().parents[2] / "footage"


@pytest.fixture(scope="module")
def truth():
    return json.loads((FOOTAGE / "morning" / "scene.json").read_text())


@pytest.fixture(scope="module")
def waiting():
    """The whole queue as it is measured, and the seconds seen."""
    site = load_site(FOOTAGE / "site.yaml")
    site = replace(site, queues=(Queue("coffee", "queue", service="service"),))
    request = CountRequest(site, site.camera("till"), (str(FOOTAGE / "morning" / "till.mp4"),), record=False)
    found = count(request, load(Choice(threads=1)))
    day = Bucket(found.facts.start, found.facts.start + 86400, "")
    assert any(isinstance(event, Seen) for event in found.events)
    return queues_of_day(site, day, found.events)["coffee"].whole


def in_zone(truth, zone):
    """True seconds of all together in a zone."""
    return sum(s["leave"] - s["enter"] for s in truth["stays"] if s["camera"] == "till" and s["zone"] == zone)


def test_the_length_is_that_of_the_scene(truth, waiting):
    """Measured: 0.361 waiting at once; true: 0.355."""
    assert waiting.covered / 10 == pytest.approx(truth["seconds"])
    assert waiting.length == pytest.approx(in_zone(truth, "queue") / truth["seconds"], rel=0.05)


def test_nobody_who_came_is_missed(truth, waiting):
    """Measured: five; true: the four of the scene, and one who walked through the place of service at its end."""
    came = [each for each in truth["queue"] if each["left"] > 0]
    assert 0 <= waiting.arrived - len(came) <= 1


def test_the_longest_wait_is_found(truth, waiting):
    """Measured: 13.7 s; true: 13.0 s."""
    longest = max(each["waited"] for each in truth["queue"] if each["served"])
    assert waiting.wait(1.0) == pytest.approx(longest, abs=1.0)


def test_who_gives_up_and_leaves_past_the_till_is_taken_for_served(waiting):
    """What is not reached: the one who gave up walks out through the place of service, and no share left unserved."""
    assert waiting.left == 0
    assert waiting.abandoned == 0.0
