"""Members are greeted: other programs are told the membership number, once an hour at most, and nothing else."""

from __future__ import annotations

from galleria.notify.envelope import greeting

from .members_ports import Surroundings
from .members_stores import Stores

GREETED_EVERY = 3600.0  # seconds between two greetings of one member


class Greeting:
    """Greets. It waits for no lock that is held while the gallery is asked: the gallery may tell who was seen."""

    def __init__(self, around: Surroundings, stores: Stores) -> None:
        self._around, self._stores = around, stores
        self._greeted: dict[str, float] = {}
        self._ending: set[str] = set()  # until their end is finished

    def greet(self, label: str, time: float) -> None:
        """Greet whoever has a label, unless it was done within the hour or nobody has it. Raises StoreError.

        Nor is anybody greeted whose end has begun: templates that could not be erased yet may be found still.
        """
        with self._stores.telling:
            if label in self._ending or abs(time - self._greeted.get(label, float("-inf"))) < GREETED_EVERY:
                return
            kept = self._stores.kept()
            identity = kept.identity(label) if kept else None
            if kept is None or identity is None or kept.is_over(label):
                return
            self._greeted = {one: at for one, at in self._greeted.items() if abs(time - at) < GREETED_EVERY}
            self._greeted[label] = time
            kept.touch(label, time)
            self._around.greetings.greet(greeting(self._around.site().id, identity.member, time))

    def hush(self, label: str) -> None:
        """Greet a label no more, whatever becomes of the stores; nobody is about to when this returns."""
        with self._stores.telling:
            self._ending.add(label)

    def unsay(self, label: str, member: str) -> None:
        """Erase what was told, or waits to be; nobody is about to be greeted when this returns."""
        with self._stores.telling:
            self._greeted.pop(label, None)
            self._ending.discard(label)
            self._around.greetings.unsay(member)
