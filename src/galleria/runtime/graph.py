"""The graph of operators: a description, and the embedded executor that runs it in this process.

An operator is a small object with `on_item` (one thing in, any number out) and `on_end` (the input has ended: what is
still held comes out). A graph is a chain of named operators. It says nothing of processes: the same graph may be
run by other executors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol


class Operator(Protocol):
    """One step of the way."""

    def on_item(self, item: Any) -> Iterable[Any]:  # noqa: ANN401  chains are checked where they are built
        """Take one thing; return what comes of it."""
        ...

    def on_end(self) -> Iterable[Any]:
        """Return what was still held; nothing follows."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """An operator with its name."""

    name: str
    operator: Operator


@dataclass(frozen=True, slots=True)
class Graph:
    """A chain of steps; each takes what the one before gives."""

    steps: tuple[Step, ...]


@dataclass(slots=True)
class Spent:
    """What a step took.

    Attributes:
        seconds: wall time inside the step itself.
        items: how many things it took.
    """

    seconds: float = 0.0
    items: int = 0


@dataclass(slots=True)
class EmbeddedExecutor:
    """Runs a graph in this thread, one item through all steps before the next: nothing queues, nothing is dropped.

    Attributes:
        spent: per step and for `source`, filled while running.
    """

    graph: Graph
    spent: dict[str, Spent] = field(default_factory=dict)

    def run(self, source: Iterable[Any]) -> Iterator[Any]:
        """Yield what comes out of the last step.

        When the consumer stops early, nothing more is taken from the source; `drain` then gives what was held.
        """
        items = iter(source)
        reading = self.spent.setdefault("source", Spent())
        while True:
            began = perf_counter()
            item = next(items, self)  # self: a value no source gives
            reading.seconds += perf_counter() - began
            if item is self:
                return
            reading.items += 1
            yield from self._push(0, item)

    def drain(self) -> Iterator[Any]:
        """End every step, first to last; yield what still comes out."""
        for place, step in enumerate(self.graph.steps):
            for item in step.operator.on_end():
                yield from self._push(place + 1, item)

    def _push(self, place: int, item: Any) -> Iterator[Any]:  # noqa: ANN401
        if place == len(self.graph.steps):
            yield item
            return
        step = self.graph.steps[place]
        spent = self.spent.setdefault(step.name, Spent())
        began = perf_counter()
        given = list(step.operator.on_item(item))
        spent.seconds += perf_counter() - began
        spent.items += 1
        for out in given:
            yield from self._push(place + 1, out)
