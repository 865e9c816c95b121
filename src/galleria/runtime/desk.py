"""Questions of any thread, answered by one: what belongs to that thread needs no lock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

# How long who asks waits, seconds, before TimeoutError.
PATIENCE = 30.0

T = TypeVar("T")


@dataclass(slots=True)
class Desk:
    """Where questions are put.

    Attributes:
        ring: tells the one thread that somebody asks.
    """

    ring: Callable[[], None]
    _asked: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = field(default_factory=SimpleQueue)

    def ask(self, question: Callable[[], T]) -> T:
        """Have a question answered; raises what the answering raises."""
        answer: Future[T] = Future()
        self._asked.put((question, answer))
        self.ring()
        return answer.result(PATIENCE)

    def answer(self) -> None:
        """Answer all that was asked; for the one thread."""
        while True:
            try:
                question, answer = self._asked.get_nowait()
            except Empty:
                return
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                answer.set_result(question())
            except Exception as error:  # noqa: BLE001  it is for who asked
                answer.set_exception(error)
