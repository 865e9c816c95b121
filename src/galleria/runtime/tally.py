"""Running a camera's graph over a source: what it gave, and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from galleria.capture.ports import FrameSource
from galleria.domain.events import Crossing, Event

from .graph import EmbeddedExecutor, Graph, Spent
from .look import Look

Watch = Callable[[float, int], None]
"""Told the capture time reached and the crossings so far."""


@dataclass(slots=True)
class Tally:
    """What a run gave.

    Attributes:
        events: in the order in which they became certain.
        frames: pictures read.
        looks: pictures analysed.
        searched: of those, pictures in which people were looked for (something moved or somebody was there).
        interrupted: Ctrl-C ended it before the source did.
        spent: seconds and items by step.
    """

    events: list[Event] = field(default_factory=list)
    frames: int = 0
    looks: int = 0
    searched: int = 0
    interrupted: bool = False
    spent: dict[str, Spent] = field(default_factory=dict)


def run_camera(
    graph: Graph, source: FrameSource, record: Callable[[list[Event]], None], watch: Watch, tally: Tally
) -> None:
    """Run to the end of the source, or to Ctrl-C; what was counted so far is then complete.

    Args:
        graph: a camera's.
        source: closed afterwards.
        record: takes the events of a look before anybody is told of them.
        watch: told of progress.
        tally: filled while running.
    """
    executor = EmbeddedExecutor(graph, tally.spent)
    crossings = 0

    def take(looks: Iterable[Look]) -> None:
        nonlocal crossings
        for look in looks:
            record(look.events)
            tally.events += look.events
            tally.looks += look.frame is not None
            tally.searched += look.detections is not None
            crossings += sum(isinstance(event, Crossing) for event in look.events)
            if look.frame is not None:
                watch(look.frame.time, crossings)

    try:
        take(executor.run(source))
    except KeyboardInterrupt:
        tally.interrupted = True
    finally:
        source.close()
    take(executor.drain())
    tally.frames = tally.spent["source"].items
