"""What small networks say about a face: age, gender presentation, expression, liveness, where it looks.

No template is made here. What is read is for tallies; nothing of it is true of one visitor with any certainty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erf, sqrt

from galleria.domain.detection import Floats
from galleria.domain.errors import ModelMismatchError
from galleria.domain.frame import Pixels
from galleria.domain.model import ModelCard
from galleria.vision.ports import Network

from .chips import Cutter, tensor
from .codecs import age_shares, poses, shares
from .pose import Pose

ADULT = 18.0  # years
# How far an estimate lies from the age, years: twice what it does for adults (measured), as children are untested.
AGE_SPREAD = 10.0
LIKELY_MINOR = 0.25  # from this likelihood on a face is dropped: an estimate below about 25 years
ATTENTIVE = 20.0  # degrees between where a face looks and the camera (or a screen at its place)


@dataclass(frozen=True, slots=True)
class Age:
    """An estimated age.

    Attributes:
        years: the mean.
        under_adult: share of the estimate that lies below 18 years; None where the network gives only a mean.
    """

    years: float
    under_adult: float | None = None


class _Reader:
    """Runs one attribute network over chips.

    Attributes:
        cutter: cuts the chips that it takes.
    """

    codecs: tuple[str, ...] = ()

    def __init__(self, card: ModelCard, network: Network) -> None:
        if card.codec not in self.codecs:
            problem = f"card {card.id} has the codec {card.codec!r}"
            raise ModelMismatchError(problem, f"Name a card with the codec {' or '.join(self.codecs)}.")
        self.cutter = Cutter(card)
        self._card = card
        self._network = network

    def _run(self, chips: Sequence[Pixels]) -> list[Floats]:
        outputs = self._network.run(tensor(chips, self._card.input))
        if any(output.ndim != 2 or len(output) != len(chips) for output in outputs):  # noqa: PLR2004
            problem = f"card {self._card.id}: outputs {[o.shape for o in outputs]} for a batch of {len(chips)}"
            raise ModelMismatchError(problem, "Bring a network whose outputs have the shape (batch, columns).")
        return outputs


class AgeReader(_Reader):
    """Reads ages: codec `age-distribution`, or `age-gender` without its gender."""

    codecs = ("age-distribution", "age-gender")

    def read(self, chips: Sequence[Pixels]) -> list[Age]:
        """Estimate one age for each chip, as `cutter` cuts them.

        Raises:
            ModelMismatchError: the outputs are not what the card says.
        """
        if not chips:
            return []
        outputs = self._run(chips)
        if self._card.codec == "age-gender":
            return [Age(float(row[0])) for row in outputs[0]]
        likely, ages = age_shares(outputs, self._card.options)
        young = likely[:, ages < ADULT].sum(axis=1)
        return [Age(float(mean), float(share)) for mean, share in zip(likely @ ages, young, strict=True)]


class ClassReader(_Reader):
    """Reads class shares: gender presentation, expression, liveness (codec `classes`, or `age-gender` without its age).

    Raises:
        ModelMismatchError: the card's codec is another, or it names no classes.
    """

    codecs = ("classes", "age-gender")

    def __init__(self, card: ModelCard, network: Network) -> None:
        super().__init__(card, network)
        classes = card.options.get("classes")
        if isinstance(classes, str) or not isinstance(classes, Sequence) or not classes:
            problem = f"card {card.id} names no classes"
            raise ModelMismatchError(problem, "Give the option classes in the model card.")
        self.classes = tuple(str(name) for name in classes)

    def read(self, chips: Sequence[Pixels]) -> list[Mapping[str, float]]:
        """Read shares by class, adding up to 1, for each chip, as `cutter` cuts them.

        Raises:
            ModelMismatchError: the outputs are not what the card says.
        """
        if not chips:
            return []
        outputs = self._run(chips)
        likely = shares(outputs[-1], self._card.options)
        if likely.shape[1] != len(self.classes):
            problem = f"card {self._card.id}: {likely.shape[1]} shares for {len(self.classes)} classes"
            raise ModelMismatchError(problem, "Correct the option classes in the model card.")
        return [dict(zip(self.classes, map(float, row), strict=True)) for row in likely]


class PoseReader(_Reader):
    """Reads head poses: codec `pose-bins`. Finer than what five points tell."""

    codecs = ("pose-bins",)

    def read(self, chips: Sequence[Pixels]) -> list[Pose]:
        """Read one pose for each chip, as `cutter` cuts them.

        Raises:
            ModelMismatchError: the outputs are not what the card says.
        """
        return [Pose(*map(float, row)) for row in poses(self._run(chips), self._card.options)] if chips else []


def minor_likelihood(ages: Sequence[Age]) -> float:
    """How likely a face is that of somebody under 18, on the cautious side: what the youngest estimate says.

    Args:
        ages: estimates of one face, by one network or several; none: nothing is known, and caution says 1.

    Returns:
        a share in [0,1]; 0.5 for an estimate of 18 years.
    """
    return max((max(_below(ADULT - age.years), age.under_adult or 0.0) for age in ages), default=1.0)


def is_attentive(pose: Pose, within: float = ATTENTIVE) -> bool:
    """Whether a face looks to within some degrees of the camera."""
    return pose.away() <= within


def _below(distance: float) -> float:
    """How likely a true age lies below a bound that is so many years above the estimate."""
    return (1 + erf(distance / AGE_SPREAD / sqrt(2))) / 2
