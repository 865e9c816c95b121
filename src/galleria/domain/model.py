"""A model card: everything about a network that is not its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class InputSpec:
    """How a picture becomes the network's input tensor.

    Attributes:
        width: of the picture area, pixels, a multiple of `multiple`; the size the card was measured at.
        height: likewise.
        layout: `NCHW` or `NHWC`.
        colour: `BGR` or `RGB`.
        mean: subtracted from 0..255 values, per channel in `colour` order.
        std: then divided by.
        pad: 0..255 value that fills what the picture does not (letterbox, picture top-left).
        multiple: sizes must be multiples of this; 0 means that the size is fixed.
    """

    width: int
    height: int
    layout: str = "NCHW"
    colour: str = "BGR"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    pad: float = 0.0
    multiple: int = 0


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a network is, as far as running it goes.

    Attributes:
        id: name on the command line and in site files.
        task: `person-detection`, `face-detection`, `face-embedding`, `face-age`, `face-gender`, `face-age-gender`,
            `face-expression`, `face-liveness` or `face-pose`.
        codec: how outputs are read: of people `nanodet`, `yolox` or `ssd`; of faces `yunet`, `embedding`,
            `age-distribution`, `classes`, `age-gender` or `pose-bins`.
        licence: of the weights, SPDX where there is one.
        options: codec settings (strides, class index, anchors, ...); of a face network also where it wants a face:
            `points` or `crop`, checked when the card is read.
        score_floor: detections below are not reported.
        nms: overlap (IoU) above which the lower of two boxes is dropped.
        measured: figures with their conditions, for people to read.
    """

    id: str
    task: str
    codec: str
    licence: str
    input: InputSpec
    options: Mapping[str, object] = field(default_factory=dict)
    score_floor: float = 0.3
    nms: float = 0.5
    measured: Mapping[str, str] = field(default_factory=dict)

    @property
    def space(self) -> str:
        """The template space of an embedder: templates of two spaces are never compared. Empty for other networks."""
        return str(self.options.get("space", ""))
