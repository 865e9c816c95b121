"""Something that may be wrong with a picture: told once it has lasted, withdrawn once it has been gone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Lasting:
    """A fault with patience at both ends, so that nothing flickers.

    Attributes:
        patience: seconds for which it must hold before it is told.
        relief: seconds for which it must be gone before it is withdrawn.
        begun: capture time from which it has held; None while it does not.
        told: whether it is told now.
    """

    patience: float
    relief: float
    begun: float | None = None
    told: bool = False
    _gone: float | None = None

    def update(self, time: float, begun: float | None) -> None:
        """Take whether it holds at a time.

        Args:
            time: seconds.
            begun: since when it may have held; None: it does not hold.
        """
        if begun is not None:
            self._gone = None
            self.begun = begun if self.begun is None else self.begun
            self.told = self.told or time - self.begun >= self.patience
        elif not self.told:
            self.begun = None
        else:
            self._gone = time if self._gone is None else self._gone
            if time - self._gone >= self.relief:
                self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.begun, self.told, self._gone = None, False, None
