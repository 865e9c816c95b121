"""A camera's record into its feed: how it is opened, whether frames may be dropped, whether it begins again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo

from galleria.capture.backoff import Backoff
from galleria.capture.feed import Feed
from galleria.capture.paced import Passes
from galleria.capture.ports import Clock, FrameSource
from galleria.capture.reading import Reading
from galleria.capture.sources import is_recording, open_reading
from galleria.domain.site import Camera, Pace


def feed_of(
    camera: Camera,
    *,
    rate: float | None,
    clock: Clock,
    ready: Callable[[], None],
    zone: tzinfo = UTC,
    backoff: Backoff | None = None,
) -> Feed:
    """Make the feed of a camera; it is not started.

    A file without a pace is read once, as fast as its frames are taken, and none is dropped: then every frame comes,
    whatever `rate`, for its frames are picked where they are counted. A file at its real pace is played once, or for
    ever if it loops. Everything else is a running camera; a recording on a web server is played for ever.

    Args:
        camera: its record; `watched` is opened.
        rate: frames a second to pick of a running camera; None: every frame.
        clock: tells the time now, seconds since 1970-01-01 UTC.
        ready: as of `Feed`.
        zone: the site's time zone, for time stamps in file names.
        backoff: None: the usual one.
    """
    whole = is_recording(camera.watched)
    exact = whole and camera.pace is Pace.NONE
    return Feed(
        camera.id,
        open_camera(camera, clock=clock, zone=zone),
        rate=None if exact else rate,
        clock=clock,
        backoff=backoff or Backoff(),
        ready=ready,
        again=not whole or (camera.loop and not exact),
        lossless=exact,
    )


def open_camera(camera: Camera, *, clock: Clock, zone: tzinfo = UTC) -> Callable[[], FrameSource]:
    """What opens a camera, once for each connection or pass.

    Returns:
        a function that raises VideoError when the camera cannot be opened.
    """
    reading = Reading(camera.id, zone=zone, clock=clock, transport=camera.transport.value, feed=True)

    def opening() -> FrameSource:
        return open_reading(camera.watched, reading)

    return opening if is_recording(camera.watched) and camera.pace is Pace.NONE else Passes(opening, clock)
