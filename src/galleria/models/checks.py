"""Does a network fit its card, and does it still give the golden answers?"""

from __future__ import annotations

import math

from galleria.domain.detection import Floats
from galleria.domain.errors import ModelMismatchError
from galleria.vision.codecs import codec_named, one_by_one

from .answers import misread
from .cards import Entry, Golden
from .engines import LoadedNetwork, Shape
from .golden import golden_input, summary

CHANNELS = 3
PEOPLE = "person-detection"


def check_golden(entry: Entry, variant: str, network: LoadedNetwork) -> float:
    """Compare the network's answers with the card's.

    Returns:
        the largest difference as a share of its tolerance; 0 when the card has no golden answers.

    Raises:
        ModelMismatchError: a difference beyond its tolerance.
    """
    expected = entry.variants[variant].golden
    if not expected:
        return 0.0
    outputs = network.run(golden_input(entry.card.input, entry.card.task))
    if len(outputs) != len(expected):
        raise _misfit(entry, f"{len(outputs)} outputs where the card has {len(expected)} golden answers")
    shares = [_share(output, golden) for output, golden in zip(outputs, expected, strict=True)]
    worst = max(shares)
    if not worst <= 1:
        number = shares.index(worst)
        problem = (
            f"{entry.card.id} ({variant}) gives another golden answer in output {number} ({worst:.1f} x tolerance)"
        )
        remedy = "Use `--precision fp32` on this machine" if variant == "int8" else "Pull the model again"
        raise ModelMismatchError(problem, remedy)
    return worst


def _share(output: Floats, golden: Golden) -> float:
    pairs = zip(summary(output), golden.values, strict=True)
    share = max(abs(found - wanted) for found, wanted in pairs) / golden.tolerance
    return share if math.isfinite(share) else math.inf


def check_fit(entry: Entry, network: LoadedNetwork) -> None:
    """Refuse a network that its card does not describe: input, size, outputs as the codec reads them.

    Raises:
        ModelMismatchError: what differs.
    """
    spec = entry.card.input
    if len(network.inputs) != 1:
        raise _misfit(entry, f"the network has {len(network.inputs)} inputs instead of one")
    name, shape = network.inputs[0]
    wanted = entry.table.input.name
    if wanted and name != wanted:
        raise _misfit(entry, f"the network's input is called {name!r}, not {wanted!r} (input.name)")
    _check_shape(entry, shape)
    images = golden_input(spec, entry.card.task)
    try:
        outputs = network.run(images)
    except Exception as error:
        lines = str(error).strip().splitlines() or [repr(error)]
        raise _misfit(entry, f"the network does not take {images.shape}: {lines[-1]}") from error
    if entry.card.task == PEOPLE:
        _check_boxes(entry, outputs)
    else:
        problem = misread(entry.card, outputs)
        if problem:
            raise _misfit(entry, f"codec {entry.card.codec} cannot read {problem}")


def _check_boxes(entry: Entry, outputs: list[Floats]) -> None:
    spec = entry.card.input
    single = one_by_one(outputs, 1)[0]
    try:
        # Nothing is below this floor: all rows are decoded.
        _, scores = codec_named(entry.card.codec)(single, spec.width, spec.height, entry.card.options, -math.inf)
    except (IndexError, ValueError) as error:
        shapes = [output.shape for output in outputs]
        raise _misfit(entry, f"codec {entry.card.codec} cannot read outputs of the shapes {shapes}: {error}") from error
    if len(scores) and not (scores.min() >= 0 and scores.max() <= 1):
        raise _misfit(entry, f"codec {entry.card.codec} reads scores from {scores.min():g} to {scores.max():g}")


def _check_shape(entry: Entry, shape: Shape) -> None:
    spec = entry.card.input
    sizes: tuple[int | None, ...] = (spec.height, spec.width)
    if spec.multiple:
        sizes = (None, None)
    described = (CHANNELS, *sizes) if spec.layout == "NCHW" else (*sizes, CHANNELS)
    if len(shape) != len(described) + 1:
        raise _misfit(entry, f"the network's input has the shape {_words(shape)}, not 4 dimensions")
    for found, wanted in zip(shape[1:], described, strict=True):
        # A network whose size is open may be used at one size; not the other way round.
        if found is not None and found != wanted:
            raise _misfit(entry, f"the network's input is {_words(shape)}, the card says {_words((None, *described))}")
    # Faces of several people go through a network together.
    if shape[0] not in ({None, 1} if entry.card.task == PEOPLE else {None}):
        raise _misfit(entry, f"the network takes only batches of {shape[0]}")


def _words(shape: Shape) -> str:
    return "(" + ", ".join("any" if size is None else str(size) for size in shape) + ")"


def _misfit(entry: Entry, problem: str) -> ModelMismatchError:
    return ModelMismatchError(
        f"{entry.card.id}: {problem}", f"Correct the card {entry.path}, or bring the right network"
    )
