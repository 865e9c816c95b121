"""Codecs turn a network's outputs into boxes in input pixels and scores. They know nothing of pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from galleria.domain.detection import Floats
from galleria.domain.errors import ModelMismatchError

from . import nanodet, ssd, yolox
from .options import Options

Codec: TypeAlias = Callable[[Sequence[Floats], int, int, Options, float], tuple[Floats, Floats]]

CODECS: dict[str, Codec] = {"nanodet": nanodet.decode, "ssd": ssd.decode, "yolox": yolox.decode}


def codec_named(name: str) -> Codec:
    """Return the codec that a card names.

    Raises:
        ModelMismatchError: there is no such codec.
    """
    if name not in CODECS:
        problem = f"there is no codec {name!r}"
        raise ModelMismatchError(problem, f"Name one of {', '.join(CODECS)} in the model card.")
    return CODECS[name]


def one_by_one(outputs: Sequence[Floats], pictures: int) -> list[list[Floats]]:
    """Take the outputs (n, rows, columns) for a batch apart, picture by picture.

    Raises:
        ModelMismatchError: an output has another shape.
    """
    for number, output in enumerate(outputs):
        if output.ndim != 3 or len(output) != pictures:  # noqa: PLR2004
            problem = f"output {number} has the shape {output.shape} for a batch of {pictures}"
            raise ModelMismatchError(problem, "A detector's outputs must have the shape (batch, rows, columns).")
    return [[np.asarray(output[index]) for output in outputs] for index in range(pictures)]
