"""Are a face network's outputs what its card's codec reads?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from galleria.domain.detection import Floats
from galleria.domain.model import ModelCard

# Values of each cell of YuNet's grids: likely a face, likely something, box, five points.
YUNET_VALUES = (1, 1, 4, 10)
STRIDES = (8, 16, 32)
ANGLES = 3  # yaw, pitch, roll


def misread(card: ModelCard, outputs: Sequence[Floats]) -> str:
    """Return what is wrong with the outputs for one picture; empty when they can be read."""
    found = [output.shape for output in outputs]
    wanted = _shapes(card)
    fits = len(found) == len(wanted) and all(
        len(a) == len(b) and all(y in {None, x} for x, y in zip(a, b, strict=True))
        for a, b in zip(found, wanted, strict=True)
    )
    if not fits:
        return f"outputs of the shapes {found}: {card.input.width}x{card.input.height} should give {_words(wanted)}"
    for number, output in enumerate(outputs):
        if not np.isfinite(output).all():
            return f"output {number}: it has values that are no numbers"
        problem = _unlikely(card, number, output)
        if problem:
            return f"output {number}: {problem}"
    return ""


def _shapes(card: ModelCard) -> list[tuple[int | None, ...]]:
    """What one picture must give; None where any size will do."""
    options: Mapping[str, Any] = card.options
    match card.codec:
        case "yunet":
            cells = [(card.input.height // s) * (card.input.width // s) for s in options.get("strides", STRIDES)]
            return [(1, count, values) for values in YUNET_VALUES for count in cells]
        case "embedding":
            return [(1, None)]
        case "age-distribution":
            return [(1, len(options["ages"]))]
        case "age-gender":
            return [(1, 1), (1, len(options["classes"]))]
        case "pose-bins":
            return [(1, options["bins"])] * ANGLES
        case _:
            return [(1, len(options["classes"]))]


def _unlikely(card: ModelCard, number: int, output: Floats) -> str:
    """Why an output cannot be the probabilities it should be."""
    scores = card.codec == "yunet" and number < 2 * len(card.options.get("strides", STRIDES))  # type: ignore[arg-type]
    shares = card.codec in {"age-distribution", "classes"} or (card.codec == "age-gender" and number == 1)
    shares &= card.options.get("activation", "none") == "none"
    if (scores or shares) and not (output.min() >= 0 and output.max() <= 1):
        return f"its probabilities reach from {output.min():g} to {output.max():g}"
    if shares and not np.isclose(output.sum(), 1, atol=1e-3):
        return f"its probabilities add up to {output.sum():g}"
    return ""


def _words(shapes: Sequence[tuple[int | None, ...]]) -> str:
    return ", ".join("(" + ", ".join("any" if size is None else str(size) for size in shape) + ")" for shape in shapes)
