import math

import numpy as np
import pytest
from encoders import nanodet
from scipy.optimize import linear_sum_assignment

from galleria.app.models import ensure
from galleria.capture.sources import open_source
from galleria.domain.errors import ModelMismatchError
from galleria.domain.frame import ArrayPicture
from galleria.domain.geometry import Box, Point, Polygon
from galleria.domain.model import InputSpec, ModelCard
from galleria.models import find_card, load_network
from galleria.vision.boxes import iou
from galleria.vision.detector import PersonDetector

SPEC = InputSpec(448, 256, mean=(103.53, 116.28, 123.675), std=(57.375, 57.12, 58.395), multiple=32)
CARD = ModelCard("fake", "person-detection", "nanodet", "Apache-2.0", SPEC, score_floor=0.3, nms=0.5)


class Sees:
    """A network that sees given boxes (in input pixels) and scores, picture by picture; with the sizes it was asked."""

    def __init__(self, *pictures, encode=nanodet):
        self.pictures = list(pictures)
        self.asked = []
        self.encode = encode

    def run(self, images):
        self.asked.append(images.shape)
        height, width = images.shape[2:]
        seen = [self.pictures.pop(0) for _ in images]
        outputs = [self.encode([b for b, _ in one], [s for _, s in one], width, height) for one in seen]
        return [np.stack(parts) for parts in zip(*outputs, strict=True)]


def picture(width=448, height=252):
    return ArrayPicture(np.zeros((height, width, 3), np.uint8))


def boxes_of(detections, width=448, height=252):
    return (detections.boxes * np.float32([width, height] * 2)).round(1).tolist()


def test_only_a_part_is_looked_at_and_boxes_are_told_of_the_whole():
    network = Sees([((8.0, 10.0, 38.0, 90.0), 0.5)], [((200.0, 40.0, 240.0, 160.0), 0.9)])
    detector = PersonDetector(CARD, network)
    part, whole = detector.detect([picture(), picture()], parts=[Box(0.4, 0.3, 0.6, 0.8), None])
    assert network.asked == [(1, 3, 160, 128), (1, 3, 256, 448)]
    left, top = 160, 64  # 0.4 and 0.3 of the picture, on the network's grid
    assert boxes_of(part) == [[left + 8.0, top + 10.0, left + 38.0, top + 90.0]]
    assert boxes_of(whole) == [[200.0, 40.0, 240.0, 160.0]]


def test_boxes_come_back_normalised_to_the_picture_best_first():
    network = Sees([((50.0, 60.0, 80.0, 140.0), 0.5), ((200.0, 40.0, 240.0, 160.0), 0.9)])
    (found,) = PersonDetector(CARD, network).detect([picture(1920, 1080)])
    assert boxes_of(found) == [[200.0, 40.0, 240.0, 160.0], [50.0, 60.0, 80.0, 140.0]]
    assert found.scores.tolist() == pytest.approx([0.9, 0.5])
    assert found.boxes.dtype == found.scores.dtype == np.float32


@pytest.mark.parametrize(("floor", "count"), [(None, 1), (0.1, 2), (0.95, 0)])
def test_the_floor_is_the_cards_unless_another_is_given(floor, count):
    network = Sees([((50.0, 60.0, 80.0, 140.0), 0.2), ((200.0, 40.0, 240.0, 160.0), 0.9)])
    (found,) = PersonDetector(CARD, network, floor=floor).detect([picture()])
    assert len(found) == count


def test_of_two_boxes_on_one_body_the_better_stays():
    network = Sees([((50.0, 60.0, 90.0, 150.0), 0.6), ((52.0, 62.0, 92.0, 150.0), 0.7)])
    (found,) = PersonDetector(CARD, network).detect([picture()])
    assert boxes_of(found) == [[52.0, 62.0, 92.0, 150.0]]


def test_boxes_are_clipped_and_those_with_nothing_left_are_dropped():
    inside = ((-20.0, 10.0, 40.0, 90.0), 0.9)
    below = ((100.0, 253.0, 140.0, 300.0), 0.9)  # in the padding of the input, below the picture
    beside = ((447.5, 40.0, 500.0, 120.0), 0.9)
    thin = ((200.0, 40.0, 201.0, 120.0), 0.9)
    (found,) = PersonDetector(FREE, Sees([inside, below, beside, thin], encode=free)).detect([picture()])
    assert boxes_of(found) == [[0.0, 10.0, 40.0, 90.0]]


FREE = ModelCard("free", "person-detection", "yolox", "Apache-2.0", SPEC, {"decoded": True})


def free(boxes, scores, _width, _height):
    """Rows of a YOLOX network that decodes its boxes itself: these may lie anywhere."""
    rows = np.zeros((10, 85), np.float32)
    for row, ((left, top, right, bottom), score) in enumerate(zip(boxes, scores, strict=True)):
        rows[row, :6] = (left + right) / 2, (top + bottom) / 2, right - left, bottom - top, score, 1
    return [rows]


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_boxes_that_are_no_numbers_are_dropped(wrong):
    network = Sees([((wrong, 10.0, 40.0, 90.0), 0.9), ((60.0, 10.0, 90.0, 90.0), 0.8)], encode=free)
    (found,) = PersonDetector(FREE, network).detect([picture()])
    assert boxes_of(found) == [[60.0, 10.0, 90.0, 90.0]]


def test_pictures_of_several_shapes_get_their_own_detections_in_order():
    wide, narrow = ((50.0, 60.0, 80.0, 140.0), 0.9), ((100.0, 60.0, 130.0, 140.0), 0.8)
    network = Sees([wide], [], [narrow])  # the two wide pictures go first, together
    found = PersonDetector(CARD, network).detect([picture(), picture(640, 480), picture(896, 504)])
    assert network.asked == [(2, 3, 256, 448), (1, 3, 256, 352)]
    assert boxes_of(found[0]) == [[50.0, 60.0, 80.0, 140.0]]
    assert boxes_of(found[1], 341, 256) == [[100.0, 60.0, 130.0, 140.0]]
    assert len(found[2]) == 0


def test_no_pictures_need_no_network():
    network = Sees()
    assert PersonDetector(CARD, network).detect([]) == []
    assert network.asked == []


def test_outputs_that_do_not_fit_are_refused():
    class Wrong:
        def run(self, images):
            return [np.zeros((1, 7, 80), np.float32)] * 6

    with pytest.raises(ModelMismatchError, match="21 rows"):
        PersonDetector(CARD, Wrong()).detect([picture()])


def test_an_unknown_codec_is_refused_at_once():
    card = ModelCard("fake", "person-detection", "detr", "Apache-2.0", SPEC)
    with pytest.raises(ModelMismatchError, match="no codec"):
        PersonDetector(card, Sees())


@pytest.fixture(scope="module")
def real():
    """The default card and its network, as `galleria count` gets them."""
    entry = find_card("nanodet-g")
    ensure(entry, "fp32")
    return entry.card, load_network(entry, "fp32")


def every(path, step):
    source = open_source(str(path))
    try:
        return {frame.index: frame.picture for frame in source if frame.index % step == 0}
    finally:
        source.close()


@pytest.fixture(scope="module")
def street(footage):
    """Some pictures of a street with people, and the true boxes in them, normalised."""
    truth = {}
    for row in np.loadtxt(footage / "street" / "gt.txt", delimiter=","):
        left, top, width, height = row[2:6]
        box = [left / 768, top / 576, (left + width) / 768, (top + height) / 576]
        truth.setdefault(int(row[0]) - 1, []).append(box)
    return [(shown, np.float32(truth[i])) for i, shown in every(footage / "street" / "vtest.avi", 40).items()]


def test_people_on_a_real_street_are_found(real, street):
    detector = PersonDetector(*real, floor=0.4)
    hits = wanted = reported = 0
    for shown, truth in street:
        (found,) = detector.detect([shown])
        overlaps = iou(truth, found.boxes)
        pairs = linear_sum_assignment(-overlaps)
        hits += int((overlaps[pairs] >= 0.4).sum())
        wanted, reported = wanted + len(truth), reported + len(found)
    # Measured over every second picture: recall 0.925, precision 0.881 (a lamp post is most of the rest).
    assert wanted > 100
    assert hits / wanted > 0.87
    assert hits / reported > 0.8


def test_the_same_pictures_give_the_same_detections_alone_and_together(real, street):
    pictures = [shown for shown, _ in street[:3]]
    first, again = (PersonDetector(*real, floor=0.1).detect(pictures) for _ in range(2))
    detector = PersonDetector(*real, floor=0.1)
    for one, other, shown in zip(first, again, pictures, strict=True):
        np.testing.assert_array_equal(one.boxes, other.boxes)
        np.testing.assert_array_equal(one.scores, other.scores)
        (alone,) = detector.detect([shown])
        np.testing.assert_allclose(one.boxes, alone.boxes, atol=1e-3)
        np.testing.assert_allclose(one.scores, alone.scores, atol=1e-3)


def test_nobody_is_found_behind_a_mask(real, street):
    right_half = Polygon((Point(0.5, 0), Point(1, 0), Point(1, 1), Point(0.5, 1)))
    free, masked = PersonDetector(*real, floor=0.4), PersonDetector(*real, [right_half], floor=0.4)
    hidden = kept = before = 0
    for shown, _ in street:
        (all_of_it,), (half_of_it,) = free.detect([shown]), masked.detect([shown])
        hidden += int((all_of_it.boxes[:, 0] > 0.55).sum())
        assert not (half_of_it.boxes[:, 0] > 0.52).any()
        before += int((all_of_it.boxes[:, 2] < 0.45).sum())
        kept += int((half_of_it.boxes[:, 2] < 0.45).sum())
    assert hidden > 20
    assert kept >= 0.9 * before > 20


def test_a_grey_picture_has_nobody_in_it(real):
    grey = ArrayPicture(np.full((432, 768, 3), 128, np.uint8))
    (found,) = PersonDetector(*real, floor=0.3).detect([grey])
    assert len(found) == 0
