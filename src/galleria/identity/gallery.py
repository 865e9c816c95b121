"""A gallery: the templates of one purpose and one template space that a probe is compared with, in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence

import numpy as np

from galleria.domain.detection import Floats
from galleria.domain.errors import InputError
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose

from .labels import Near

PER_LABEL = 4


def load_search() -> None:
    """Load what galleries search with: to compile it takes seconds, and the first gallery would keep others waiting.

    Where nobody is recognised it is never loaded.
    """
    from . import search  # noqa: F401, PLC0415


class Gallery:
    """Templates by visitor label. For one thread.

    It is bounded: where there are more than `most` templates, the labels that were enrolled or touched longest ago
    go, whole, the oldest first.

    Args:
        purpose: what for; there is a gallery for each.
        space: of its templates; a vault gives every purpose and period a space of its own.
        dimensions: of a template.
        most: templates, at least `per_label`.
        per_label: how many templates a label has at most.
    """

    def __init__(self, purpose: Purpose, space: str, dimensions: int, most: int, per_label: int = PER_LABEL) -> None:
        if most < per_label or per_label < 1:
            problem = f"a gallery of {most} templates with {per_label} for each label"
            raise ValueError(problem)
        from .search import Index  # noqa: PLC0415  see `load_search`

        self.purpose = purpose
        self.space = space
        self._most = most
        self._per_label = per_label
        self._index = Index(dimensions)
        # How many templates each label has; touched longest ago first.
        self._held: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        """Templates: so many comparisons a search makes."""
        return len(self._index)

    def __contains__(self, label: str) -> bool:
        return label in self._held

    @property
    def labels(self) -> int:
        """How many labels there are."""
        return len(self._held)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that templates take."""
        return self._index.nbytes

    def enrol(self, label: str, templates: Sequence[Template]) -> list[str]:
        """Take a new label with its templates; the most different ones where there are too many.

        Returns:
            labels that had to go.

        Raises:
            InputError: a template is of another space; nothing was changed.
        """
        if label in self._held or not templates:
            raise ValueError("a label is enrolled once, with templates")  # noqa: EM101
        self._put(label, spread(self._values(templates), self._per_label))
        return self._make_room()

    def strengthen(self, label: str, template: Template) -> list[str]:
        """Take another template of a label; where there are too many, the one most like another goes.

        Returns:
            labels that had to go.

        Raises:
            InputError: the template is of another space; nothing was changed.
        """
        if label not in self._held:
            problem = "a label that is not in the gallery"
            raise ValueError(problem)
        values = np.concatenate((self._index.of(label), self._values([template])))
        self._index.delete([label])
        self._put(label, spread(values, self._per_label))
        return self._make_room()

    def has_room(self, label: str) -> bool:
        """Whether a label in the gallery can have another template without losing one."""
        return self._held[label] < self._per_label

    def templates(self, label: str) -> list[Template]:
        """Those of a label, for its vault."""
        return [Template(self.space, values) for values in self._index.of(label)]

    def touch(self, label: str) -> None:
        """The label was seen: it is the last to go now."""
        self._held.move_to_end(label)

    def near(self, probes: Sequence[Template], k: int = 1) -> list[list[Near]]:
        """The k nearest labels of each probe, nearest first.

        Raises:
            InputError: a probe is of another space.
        """
        return self._index.search(self._values(probes), k) if probes else []

    def forget(self, labels: Collection[str]) -> int:
        """Delete labels with all their templates; how many templates there were."""
        known = [label for label in dict.fromkeys(labels) if label in self._held]
        for label in known:
            del self._held[label]
        return self._index.delete(known) if known else 0

    def _put(self, label: str, values: Floats) -> None:
        self._index.add([label] * len(values), values)
        self._held[label] = len(values)
        self._held.move_to_end(label)

    def _make_room(self) -> list[str]:
        spare, gone = len(self) - self._most, list[str]()
        for label, held in self._held.items():
            if spare <= 0:
                break
            gone.append(label)
            spare -= held
        self.forget(gone)
        return gone

    def _values(self, templates: Sequence[Template]) -> Floats:
        for template in templates:
            if template.space != self.space:
                problem = f"a template of the space {template.space} for a gallery of the space {self.space}"
                raise InputError(problem, "Enrol anew with the network that runs now.")
        return np.stack([template.values for template in templates]).astype(np.float32, copy=False)


def spread(values: Floats, most: int) -> Floats:
    """At most so many of (n, d) templates, the most different ones: of the two most alike the later one goes."""
    while len(values) > most:
        alike = np.triu(values @ values.T, 1) + np.tril(np.full((len(values), len(values)), -np.inf, np.float32))
        values = np.delete(values, int(alike.argmax() % len(values)), axis=0)
    return values
