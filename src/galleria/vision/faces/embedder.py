"""Chips of faces into templates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galleria.domain.errors import ModelMismatchError
from galleria.domain.face import Template
from galleria.domain.frame import Pixels
from galleria.domain.model import ModelCard
from galleria.vision.ports import Network

from .chips import Cutter, tensor

_TOGETHER = 8  # chips in one run: more saves nothing and takes memory


class Embedder:
    """Makes templates with the network that a card describes.

    Attributes:
        space: the template space of everything it makes.
        cutter: cuts the chips that it takes.

    Args:
        card: codec `embedding`; option `space` names the template space.
        network: the loaded network.

    Raises:
        ModelMismatchError: the card names another codec, no space, or describes no chip.
    """

    def __init__(self, card: ModelCard, network: Network) -> None:
        space = card.options.get("space")
        if card.codec != "embedding" or not isinstance(space, str) or not space:
            problem = f"card {card.id} makes no templates"
            raise ModelMismatchError(problem, "Name the codec embedding and the option space in the model card.")
        self.space = space
        self.cutter = Cutter(card)
        self._card = card
        self._network = network

    @property
    def dimensions(self) -> int:
        """Of a template: what the network makes of a grey chip tells."""
        spec = self._card.input
        (template,) = self.embed([np.full((spec.height, spec.width, 3), 128, np.uint8)])
        return len(template.values)

    def embed(self, chips: Sequence[Pixels]) -> list[Template]:
        """Make one template of each chip.

        Args:
            chips: as `cutter` cuts them.

        Raises:
            ModelMismatchError: the network gives something else than one vector for each chip.
        """
        made = []
        for first in range(0, len(chips), _TOGETHER):
            together = chips[first : first + _TOGETHER]
            outputs = self._network.run(tensor(together, self._card.input))
            if len(outputs) != 1 or outputs[0].ndim != 2 or len(outputs[0]) != len(together):  # noqa: PLR2004
                problem = f"card {self._card.id}: outputs {[o.shape for o in outputs]} for a batch of {len(together)}"
                raise ModelMismatchError(problem, "Bring a network with one output (batch, dimensions).")
            made += [self._template(values) for values in outputs[0]]
        return made

    def _template(self, values: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Template:
        length = float(np.linalg.norm(values))
        if not np.isfinite(length) or length <= 0:
            problem = f"card {self._card.id}: the network gives a vector without a direction"
            raise ModelMismatchError(problem, "Pull the model again, or bring the right network.")
        return Template(self.space, np.asarray(values / length, dtype=np.float32))


def aggregate(templates: Sequence[Template]) -> Template:
    """Make one template of several of one face: their mean direction.

    Raises:
        ValueError: there is none, they are of several spaces, or they cancel each other out.
    """
    spaces = {template.space for template in templates}
    if len(spaces) != 1:
        problem = f"templates of {len(spaces)} spaces instead of one"
        raise ValueError(problem)
    mean = np.mean([template.values for template in templates], axis=0)
    length = float(np.linalg.norm(mean))
    if length < 1e-3:  # noqa: PLR2004 - nothing is left but rounding
        problem = "templates that cancel each other out"
        raise ValueError(problem)
    return Template(spaces.pop(), np.asarray(mean / length, dtype=np.float32))
