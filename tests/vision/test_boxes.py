import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from galleria.vision.boxes import areas, intersections, iou, nms


@st.composite
def scored(draw, least=0):
    """Whole-numbered boxes, so that areas are exact, with scores that may be equal."""
    corner, side = st.integers(0, 30), st.integers(0, 20)
    count = draw(st.integers(least, 12))
    made = [(x, y, x + w, y + h) for x, y, w, h in (draw(st.tuples(corner, corner, side, side)) for _ in range(count))]
    scores = [draw(st.integers(1, 9)) / 10 for _ in range(count)]
    return np.array(made, np.float32).reshape(-1, 4), np.array(scores, np.float32)


def cells(box):
    """The unit squares in a box: what areas are by definition."""
    left, top, right, bottom = map(int, box)
    return {(x, y) for x in range(left, right) for y in range(top, bottom)}


@given(scored())
def test_areas_and_overlaps_are_those_of_counted_squares(given_boxes):
    boxes, _ = given_boxes
    sets = [cells(box) for box in boxes]
    assert areas(boxes).tolist() == [len(s) for s in sets]
    assert intersections(boxes, boxes).tolist() == [[len(a & b) for b in sets] for a in sets]
    expected = [[len(a & b) / len(a | b) if a | b else 0 for b in sets] for a in sets]
    np.testing.assert_allclose(iou(boxes, boxes), np.array(expected).reshape(len(sets), len(sets)), rtol=1e-6)


@given(scored(), st.sampled_from([0.3, 0.5, 0.7]))
def test_what_is_kept_does_not_overlap_and_what_is_dropped_has_a_better_one(given_boxes, overlap):
    boxes, scores = given_boxes
    keep = nms(boxes, scores, overlap)
    assert (np.diff(scores[keep]) <= 0).all()
    kept = iou(boxes[keep], boxes[keep])
    assert (kept[~np.eye(len(keep), dtype=bool)] <= overlap).all()
    for dropped in set(range(len(boxes))) - set(keep.tolist()):
        better = [k for k in keep if (scores[k], -k) > (scores[dropped], -dropped)]
        assert iou(boxes[[dropped]], boxes[better]).max() > overlap


@given(scored(least=1), st.randoms(use_true_random=False))
def test_the_order_of_the_boxes_does_not_matter(given_boxes, random):
    boxes, scores = given_boxes
    scores = scores + np.arange(len(scores), dtype=np.float32) / 1000  # equal scores have no order but this
    order = list(range(len(boxes)))
    random.shuffle(order)
    first, second = nms(boxes, scores, 0.5), nms(boxes[order], scores[order], 0.5)
    assert [order[k] for k in second] == first.tolist()


def test_nothing_gives_nothing():
    assert nms(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), 0.5).tolist() == []


def test_of_equal_scores_the_earlier_box_stays():
    boxes = np.array([[0, 0, 10, 10], [0, 0, 10, 9]], np.float32)
    assert nms(boxes, np.array([0.5, 0.5], np.float32), 0.5).tolist() == [0]
