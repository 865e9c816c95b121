"""What a card must say about a face network beyond what all cards say, task by task."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Task: TypeAlias = Literal[
    "person-detection",
    "face-detection",
    "face-embedding",
    "face-age",
    "face-gender",
    "face-age-gender",
    "face-expression",
    "face-liveness",
    "face-pose",
]
Word = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9._-]{0,63}$")]
Point = tuple[float, float]
Points = tuple[Point, Point, Point, Point, Point]
Activation = Literal["none", "softmax"]  # what is still to be done to make probabilities
Classes = Annotated[tuple[Word, ...], Field(min_length=2)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Crop(_Strict):
    """Which part of a picture a face network is shown, resized to its input.

    Attributes:
        shape: `square`: as long as the face's longer side, about its middle, black where the picture ends;
            `clipped`: the face's box, made smaller and moved where it would reach over the picture's edge;
            `cut`: the face's box, cut off at the picture's edge.
        scale: how many times as large as the face's box, about its middle.
    """

    shape: Literal["square", "clipped", "cut"]
    scale: float = Field(gt=0, le=8)


class _Chip(_Strict):
    """Options of a network that wants its face upright at a fixed place.

    Attributes:
        points: where the eye at the left, the other eye, the nose and the corners of the mouth (left, right) lie in
            its input, pixels.
    """

    points: Points

    @model_validator(mode="after")
    def _upright(self) -> Self:
        eye, other_eye, nose, mouth, other_mouth = self.points
        highest, lowest = max(eye[1], other_eye[1]), min(mouth[1], other_mouth[1])
        if not (eye[0] < other_eye[0] and mouth[0] < other_mouth[0] and highest < nose[1] < lowest):
            problem = "points must be the left eye, the right eye, the nose, the left and the right corner of the mouth"
            raise ValueError(problem)
        return self


class _YunetOptions(_Strict):
    strides: Annotated[tuple[int, ...], Field(min_length=1)] = (8, 16, 32)


class _EmbeddingOptions(_Chip):
    space: Word


class _AgeOptions(_Chip):
    ages: Annotated[tuple[float, ...], Field(min_length=2)]
    activation: Activation = "none"


class _GenderOptions(_Chip):
    classes: Classes
    activation: Activation = "none"


class _CroppedOptions(_Strict):
    crop: Crop
    classes: Classes
    activation: Activation = "none"


class _PoseOptions(_Strict):
    crop: Crop
    bins: int = Field(ge=2)
    step: float = Field(gt=0)
    first: float


class _Size(BaseModel):
    width: int
    height: int


class _Card(BaseModel):
    """The part of a card file that its task decides; what else stands there is checked elsewhere."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    input: _Size

    @model_validator(mode="after")
    def _inside(self) -> Self:
        options = getattr(self, "options", None)
        for x, y in options.points if isinstance(options, _Chip) else ():
            if not (0 <= x <= self.input.width and 0 <= y <= self.input.height):
                problem = f"options.points: ({x:g}, {y:g}) is outside of {self.input.width}x{self.input.height}"
                raise ValueError(problem)
        return self


class _FaceDetection(_Card):
    codec: Literal["yunet"]
    options: _YunetOptions = _YunetOptions()


class _FaceEmbedding(_Card):
    codec: Literal["embedding"]
    options: _EmbeddingOptions


class _FaceAge(_Card):
    codec: Literal["age-distribution"]
    options: _AgeOptions


class _FaceGender(_Card):
    codec: Literal["classes"]
    options: _GenderOptions


class _FaceAgeGender(_Card):
    codec: Literal["age-gender"]
    options: _CroppedOptions


class _FaceClasses(_Card):
    codec: Literal["classes"]
    options: _CroppedOptions


class _FacePose(_Card):
    codec: Literal["pose-bins"]
    options: _PoseOptions


# Detectors of people have codecs of their own, which check their options themselves.
DEMANDS: dict[str, type[_Card]] = {
    "face-detection": _FaceDetection,
    "face-embedding": _FaceEmbedding,
    "face-age": _FaceAge,
    "face-gender": _FaceGender,
    "face-age-gender": _FaceAgeGender,
    "face-expression": _FaceClasses,
    "face-liveness": _FaceClasses,
    "face-pose": _FacePose,
}
