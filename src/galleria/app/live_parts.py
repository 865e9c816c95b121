"""A site's record into what runs it: its network, its cameras' feeds, its tracker."""

from __future__ import annotations

import os
from collections.abc import Callable
from zoneinfo import ZoneInfo

from galleria.capture.opening import feed_of
from galleria.domain.site import RATE, Camera, Site
from galleria.domain.time import Clock
from galleria.models.clients import Progress, silent
from galleria.runtime.parts import CameraFeed, Parts
from galleria.tracking.registry import DEFAULT, tracker_named

from .networks import Choice, Loaded, load

# No more threads search than this: decoding, writing and the pages want processors too.
MOST_SEARCHERS = 4


def site_parts(site: Site, clock: Clock, *, rate: float = RATE, progress: Progress = silent) -> Parts:
    """Make what a site runs with; its network is fetched if it is not there yet.

    Args:
        site: its record; it names the detector and its precision.
        clock: tells the time now; read by any thread.
        rate: frames a second to analyse of each camera.
        progress: told of a network that is fetched.

    Raises:
        ModelError: no such card, it cannot be fetched, or it does not fit.
    """
    # One thread for each run, and runs side by side: the engine's own threads take twice the processor time.
    loaded = load(Choice(site.detector, site.precision, threads=1), progress)
    return parts_with(loaded, site, clock, rate=rate)


def parts_with(loaded: Loaded, site: Site, clock: Clock, *, rate: float = RATE, searchers: int = 0) -> Parts:
    """Make what a site runs with, over a network that may be used by several threads.

    Args:
        loaded: the network.
        site: its record.
        clock: tells the time now.
        rate: frames a second to analyse of each camera.
        searchers: threads that search; 0: as many as there are processors, up to `MOST_SEARCHERS`.
    """
    zone = ZoneInfo(site.zone)

    def feed(camera: Camera, ready: Callable[[], None]) -> CameraFeed:
        return feed_of(camera, rate=rate, clock=clock.now, ready=ready, zone=zone)

    count = searchers or min(MOST_SEARCHERS, os.cpu_count() or 1)
    # A detector of no camera: masks come with each picture.
    detectors = tuple(loaded.detector(Camera("")) for _ in range(count))
    return Parts(feed, detectors, tracker_named(DEFAULT), loaded.name, DEFAULT, rate)
