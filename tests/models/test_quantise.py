import av
import numpy as np
import pytest

from galleria.domain.errors import ModelError
from galleria.domain.frame import ArrayPicture
from galleria.models import load_network
from galleria.models.cache import read_network, sha256
from galleria.models.engines import OnnxRuntimeNetwork
from galleria.models.golden import golden_input
from galleria.models.graph import from_bytes, to_bytes
from galleria.models.obtain import read_ranges
from galleria.models.quantise import quantise
from galleria.models.rewrite import fold_stem, keep_classes, pool_first
from galleria.vision.boxes import iou
from galleria.vision.detector import PersonDetector


def test_the_same_bytes_come_out_everywhere(entry):
    made = quantise(read_network(entry, "fp32"), read_ranges(entry))
    assert sha256(made) == entry.variants["int8"].sha256


def test_a_tensor_without_a_range_is_refused_by_name(entry):
    ranges = read_ranges(entry)
    del ranges["convolution_3"]
    with pytest.raises(ModelError, match="convolution_3 "):
        quantise(read_network(entry, "fp32"), ranges)


@pytest.mark.parametrize("rewrite", [pool_first, fold_stem])
def test_rewrites_keep_the_answers(entry, rewrite):
    content = read_network(entry, "fp32")
    rewritten = to_bytes(rewrite(from_bytes(content)))
    assert rewritten != content
    images = golden_input(entry.card.input)
    before, after = OnnxRuntimeNetwork(content).run(images), OnnxRuntimeNetwork(rewritten).run(images)
    for a, b in zip(before, after, strict=True):
        np.testing.assert_allclose(a, b, atol=5e-5)


def test_classes_are_kept_only_where_a_graph_has_them(tiny_network):
    with pytest.raises(ModelError, match="splits nothing"):
        keep_classes(tiny_network(), [0])


@pytest.mark.parametrize("clip", ["people_detection/people-detection.mp4", "street/vtest.avi"])
def test_int8_loses_nobody_on_footage(entry, footage, clip):
    precise, small = (PersonDetector(entry.card, load_network(entry, v)) for v in ("fp32", "int8"))
    seen = found = 0
    with av.open(str(footage / clip)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index % 10 != 7:
                continue
            picture = ArrayPicture(frame.to_ndarray(format="bgr24"))
            wanted, had = precise.detect([picture])[0], small.detect([picture])[0]
            clear = wanted.where(wanted.scores > 0.4)
            seen += len(clear)
            if len(clear) and len(had):
                found += int((iou(clear.boxes, had.boxes).max(axis=1) > 0.5).sum())
    assert seen > 25
    assert found >= 0.99 * seen
