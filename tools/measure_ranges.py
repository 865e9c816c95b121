"""Measures the range of every tensor of an fp32 network over footage; `pull` quantises with the file it prints.

    python tools/measure_ranges.py CARD_ID FOOTAGE_FOLDER > src/galleria/models/cards/CARD_ID.ranges.json

Only extremes of whole tensors are kept: nothing of a picture can be read from the file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from galleria.app.models import ensure
from galleria.domain.model import InputSpec
from galleria.models import find_card
from galleria.models.graph import array, from_bytes, port, to_bytes

CLIPS = ("people_detection/*.mp4", "street/*.avi", "short_scenes/*.gif")
FRAMES_A_CLIP = 7


def clip_frames(path: Path) -> Iterator[av.VideoFrame]:
    """Frames spread evenly over a clip."""
    with av.open(str(path)) as container:
        total = sum(1 for _ in container.decode(video=0))
    step = max(1, total // FRAMES_A_CLIP)
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index % step == step // 2:
                yield frame


def input_tensor(frame: av.VideoFrame, spec: InputSpec) -> NDArray[np.float32]:
    """(1, 3, height, width): letterboxed, picture top-left, normalised."""
    scale = min(spec.width / frame.width, spec.height / frame.height)
    width, height = round(frame.width * scale), round(frame.height * scale)
    canvas = np.full((spec.height, spec.width, 3), spec.pad, np.float32)
    canvas[:height, :width] = frame.reformat(width, height, f"{spec.colour.lower()}24").to_ndarray()
    normal = (canvas - np.float32(spec.mean)) / np.float32(spec.std)
    return np.ascontiguousarray(normal.transpose(2, 0, 1)[None], np.float32)


def main() -> None:
    """Print the ranges as JSON."""
    card_id, folder = sys.argv[1], Path(sys.argv[2])
    entry = find_card(card_id)
    model = from_bytes(ensure(entry, "fp32").read_bytes())
    fixed = {i.name for i in model.graph.initializer if array(i).dtype != np.float32}
    names = [output for node in model.graph.node for output in node.output if output not in fixed]
    del model.graph.output[:]
    model.graph.output.extend(port(name, []) for name in names)
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    session = onnxruntime.InferenceSession(to_bytes(model), providers=["CPUExecutionProvider"])
    images = session.get_inputs()[0].name
    lows = dict.fromkeys([images, *names], np.inf)
    highs = dict.fromkeys([images, *names], -np.inf)
    count = 0
    for path in sorted(p for pattern in CLIPS for p in folder.glob(pattern)):
        for frame in clip_frames(path):
            tensor = input_tensor(frame, entry.card.input)
            for name, values in zip([images, *names], [tensor, *session.run(None, {images: tensor})], strict=True):
                lows[name] = min(lows[name], float(values.min()))
                highs[name] = max(highs[name], float(values.max()))
            count += 1
    print(f"{count} frames", file=sys.stderr)
    lines = [f'"{name}": [{lows[name]:.5g}, {highs[name]:.5g}]' for name in lows]
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    main()
