"""Trackers by name: ours and those of installed packages come in through the same door, entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from typing import TypeAlias, cast

from galleria.domain.errors import InputError

from .ports import Tracker

GROUP = "galleria.trackers"
DEFAULT = "motion"

TrackerFactory: TypeAlias = Callable[[float, Iterator[int]], Tracker]
"""Makes a tracker of (width / height of the picture, where track numbers come from)."""


def tracker_named(name: str) -> TrackerFactory:
    """Find a tracker.

    Args:
        name: of an entry point in the group `galleria.trackers`.

    Raises:
        InputError: there is none of that name, or its package cannot be loaded.
    """
    points = entry_points(group=GROUP)
    if name not in points.names:
        problem = f"there is no tracker {name!r}"
        raise InputError(problem, f"Choose one of {', '.join(sorted(points.names))}, or install the package with it.")
    try:
        return cast("TrackerFactory", points[name].load())
    except (ImportError, AttributeError) as error:
        problem = f"the tracker {name!r} ({points[name].value}) cannot be loaded: {error}"
        raise InputError(problem, "Install or repair the package that brings it.") from error
