"""Networks in memory into running ones, on ONNX Runtime or OpenVINO. Both implement `galleria.vision.ports.Network`."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np

from galleria.domain.detection import Floats
from galleria.domain.errors import ModelError, ModelMismatchError
from galleria.vision.ports import Network

Shape: TypeAlias = tuple[int | None, ...]


class LoadedNetwork(Network, Protocol):
    """A network that also tells its ports."""

    @property
    def inputs(self) -> Sequence[tuple[str, Shape]]:
        """Name and shape of each input; None where the size is open."""
        ...


class OnnxRuntimeNetwork:
    """A network on ONNX Runtime's CPU provider.

    Args:
        content: the ONNX file.
        threads: that one run may use; 0: as many as the machine has.

    Raises:
        ModelMismatchError: the content is no network that the runtime can run.
    """

    def __init__(self, content: bytes, threads: int = 1) -> None:
        # Its builds report to their maker and keep an identifier of this machine, unless this is set before the import.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime  # noqa: PLC0415 - a heavy import

        onnxruntime.disable_telemetry_events()  # for builds that do not know the variable

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # with inputs of many sizes it only grows, and saves nothing
        options.log_severity_level = 4  # what matters comes as an exception
        try:
            self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime has a class for every code, none shared
            problem = "ONNX Runtime"
            raise _unreadable(problem, error) from error
        self.inputs: Sequence[tuple[str, Shape]] = [
            (port.name, tuple(size if isinstance(size, int) else None for size in port.shape))
            for port in self._session.get_inputs()
        ]

    def run(self, images: Floats) -> list[Floats]:
        return [np.asarray(output) for output in self._session.run(None, {self.inputs[0][0]: images})]


class OpenVinoNetwork:
    """A network on OpenVINO's CPU plugin, held to float32 where the network is.

    Args:
        content: the ONNX file.
        threads: that one run may use; 0: as many as the machine has.

    Raises:
        ModelError: OpenVINO is not installed.
        ModelMismatchError: the content is no network that the runtime can run.
    """

    def __init__(self, content: bytes, threads: int = 1) -> None:
        # Without this it reports its start to its maker, under an identifier that it writes to the user's home.
        # None stands for "not installed".
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
        try:
            import openvino  # noqa: PLC0415 - heavy, and optional
        except ImportError as error:
            remedy = "Install it with `pip install galleria[openvino]`, or choose the engine onnxruntime"
            problem = "OpenVINO is not installed"
            raise ModelError(problem, remedy) from error
        # Its default is bfloat16 where the processor has it: scores then differ by up to 0.3.
        settings: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
        if threads:
            settings["INFERENCE_NUM_THREADS"] = threads
        core = openvino.Core()
        try:
            self._compiled = core.compile_model(core.read_model(io.BytesIO(content)), "CPU", settings)
        except RuntimeError as error:
            problem = "OpenVINO"
            raise _unreadable(problem, error) from error
        self._request = self._compiled.create_infer_request()
        self.inputs: Sequence[tuple[str, Shape]] = [
            (port.any_name, tuple(d.get_length() if d.is_static else None for d in port.partial_shape))
            for port in self._compiled.inputs
        ]

    def run(self, images: Floats) -> list[Floats]:
        self._request.infer([images])
        return [np.array(self._request.get_output_tensor(i).data) for i in range(len(self._compiled.outputs))]


ENGINES: dict[str, type[OnnxRuntimeNetwork | OpenVinoNetwork]] = {
    "onnxruntime": OnnxRuntimeNetwork,
    "openvino": OpenVinoNetwork,
}


def start(content: bytes, engine: str, threads: int) -> LoadedNetwork:
    """Load a network into an engine.

    Raises:
        ModelError: there is no such engine, or it is not installed.
        ModelMismatchError: the content is no network that the engine can run.
    """
    if engine not in ENGINES:
        problem = f"there is no engine {engine!r}"
        raise ModelError(problem, f"Choose {' or '.join(ENGINES)}")
    return ENGINES[engine](content, threads)


def _unreadable(engine: str, error: Exception) -> ModelMismatchError:
    lines = str(error).strip().splitlines() or [repr(error)]
    return ModelMismatchError(
        f"{engine} cannot load the network: {lines[-1]}", "Check that the file is an ONNX network"
    )
