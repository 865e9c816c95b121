import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import find_objects, label
from test_face_codecs import encode_yunet

from galleria.domain.detection import Detections
from galleria.domain.errors import ModelMismatchError
from galleria.domain.face import Faces
from galleria.domain.geometry import Box, Point, Polygon
from galleria.domain.model import InputSpec, ModelCard
from galleria.vision.faces.finder import FaceFinder, batches, face_region, shown_scale, shown_size
from galleria.vision.faces.owners import allowed, assign

CARD = ModelCard("eyes", "face-detection", "yunet", "MIT", InputSpec(640, 640, multiple=32), score_floor=0.6, nms=0.3)
WIDTH, HEIGHT = 800, 600


class SeesSquares:
    """A network that takes every bright rectangle on black for a face; with the sizes it was asked."""

    def __init__(self):
        self.asked = []

    def run(self, images):
        self.asked.append(images.shape)
        made = []
        for image in images:
            faces = []
            for rows, columns in find_objects(label(image[0] > 60)[0]):
                left, top, right, bottom = columns.start, rows.start, columns.stop, rows.stop
                points = [(left, top), (right, top), ((left + right) / 2, (top + bottom) / 2), (left, bottom)]
                faces.append((left, top, right, bottom, [*points, (right, bottom)], 0.9))
            made.append(encode_yunet(faces, image.shape[2], image.shape[1]))
        return [np.stack(parts) for parts in zip(*made, strict=True)]


def scene(*faces):
    """A black picture with a bright rectangle for each face (left, top, right, bottom in pixels)."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for left, top, right, bottom in faces:
        pixels[top:bottom, left:right] = 120
    return pixels


def bodies(*boxes):
    scale = np.float32([WIDTH, HEIGHT] * 2)
    return Detections(np.float32(boxes).reshape(-1, 4) / scale, np.full(len(boxes), 0.8, np.float32))


def in_pixels(faces):
    return (faces.boxes * np.float32([WIDTH, HEIGHT] * 2)).round().astype(int).tolist()


def test_faces_are_told_in_the_whole_picture_with_their_body():
    faces = [(120, 70, 160, 120), (500, 110, 545, 165)]
    network = SeesSquares()
    boxes = bodies((460, 100, 590, 500), (80, 60, 200, 480))
    found = FaceFinder(CARD, network).find(scene(*faces), boxes)
    assert {tuple(box): int(body) for box, body in zip(in_pixels(found.faces), found.bodies, strict=True)} == {
        faces[0]: 1,
        faces[1]: 0,
    }
    at = found.faces.points * np.float32([WIDTH, HEIGHT])
    np.testing.assert_allclose(sorted(at[:, 2].tolist()), [[140, 95], [522.5, 137.5]], atol=1)
    assert all(h % 32 == w % 32 == 0 for _, _, h, w in network.asked)


def test_only_upper_parts_of_boxes_are_looked_at():
    network = SeesSquares()
    found = FaceFinder(CARD, network).find(
        scene((130, 400, 160, 440), (600, 300, 640, 350)), bodies((80, 60, 200, 480))
    )
    assert len(found.faces) == 0
    assert sum(n * h * w for n, _, h, w in network.asked) < WIDTH * HEIGHT / 8


def test_no_bodies_need_no_network():
    network = SeesSquares()
    assert len(FaceFinder(CARD, network).find(scene((10, 10, 60, 70)), Detections.none()).faces) == 0
    assert network.asked == []


def test_a_large_part_is_shown_smaller_and_its_face_told_in_full():
    network = SeesSquares()
    found = FaceFinder(CARD, network).find(scene((250, 100, 450, 360)), bodies((120, 20, 600, 600)))
    np.testing.assert_allclose(in_pixels(found.faces), [[250, 100, 450, 360]], atol=4)
    assert max(network.asked[0][2:]) <= 288


def test_a_face_that_two_parts_hold_is_one_face_of_one_body():
    found = FaceFinder(CARD, SeesSquares()).find(
        scene((120, 70, 160, 120)), bodies((80, 60, 200, 480), (100, 40, 240, 470))
    )
    assert in_pixels(found.faces) == [[120, 70, 160, 120]]
    assert found.bodies.tolist() == [0]


def test_outside_of_the_lane_is_nobody():
    left_half = Polygon((Point(0, 0), Point(0.5, 0), Point(0.5, 1), Point(0, 1)))
    faces = [(120, 70, 160, 120), (500, 110, 545, 165)]
    boxes = bodies((460, 100, 590, 500), (80, 60, 200, 480))
    found = FaceFinder(CARD, SeesSquares()).find(scene(*faces), boxes, left_half)
    assert in_pixels(found.faces) == [list(faces[0])]
    assert found.bodies.tolist() == [1]


def test_whole_pictures_are_searched_at_most_at_a_size():
    network = SeesSquares()
    faces = [(120, 70, 160, 120), (500, 310, 545, 365)]
    found = FaceFinder(CARD, network).find_all(scene(*faces), longest=400)
    np.testing.assert_allclose(sorted(in_pixels(found)), faces, atol=3)
    assert network.asked == [(1, 3, 320, 416), *[(2, 3, 160, 160)] * 2]  # and each face's points again


def test_a_network_that_answers_for_one_picture_only_is_refused():
    class First(SeesSquares):
        def run(self, images):
            return super().run(images[:1])

    boxes = bodies((80, 60, 200, 480), (280, 60, 400, 480))
    with pytest.raises(ModelMismatchError, match="batch of 2"):
        FaceFinder(CARD, First()).find(scene(), boxes)


def test_another_codec_is_refused_at_once():
    card = ModelCard("eyes", "face-detection", "scrfd", "MIT", InputSpec(640, 640, multiple=32))
    with pytest.raises(ModelMismatchError, match="scrfd"):
        FaceFinder(card, SeesSquares())


shares01 = st.floats(0, 1, width=32)


@st.composite
def crowds(draw):
    """Faces and bodies anywhere."""

    def boxes(n):
        made = []
        for _ in range(n):
            x, y, w, h = (draw(shares01) for _ in range(4))
            made.append((x, y, x + w / 2 + 0.01, y + h / 2 + 0.01))
        return np.float32(made).reshape(-1, 4)

    n, m = draw(st.integers(0, 6)), draw(st.integers(0, 6))
    faces = Faces(boxes(n), np.zeros((n, 5, 2), np.float32), np.ones(n, np.float32))
    return faces, Detections(boxes(m), np.ones(m, np.float32))


@given(crowds(), st.floats(0.4, 2.5))
def test_no_body_has_two_faces_and_every_face_lies_in_its_body(crowd, aspect):
    faces, boxes = crowd
    owners = assign(faces, boxes, aspect)
    given_away = owners[owners >= 0].tolist()
    assert len(set(given_away)) == len(given_away)
    centres = (faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2
    for face, owner in enumerate(owners):
        inside = [(b[:2] <= centres[face]).all() and (centres[face] <= b[2:]).all() for b in boxes.boxes]
        if owner >= 0:
            assert inside[owner]
        else:  # nothing that is still free would do
            assert not any(ok for body, ok in enumerate(inside) if body not in given_away)
    may = allowed(faces, boxes, None)
    assert (may | (owners < 0)).all()


def test_the_face_under_the_crown_belongs_to_the_body():
    overlapping = [(100, 100, 200, 500), (140, 60, 260, 520)]
    both = np.float32([(140, 105, 175, 150), (155, 110, 190, 160)]) / np.float32([WIDTH, HEIGHT] * 2)
    faces = Faces(both, np.zeros((2, 5, 2), np.float32), np.ones(2, np.float32))
    assert assign(faces, bodies(*overlapping), WIDTH / HEIGHT).tolist() == [0, 1]
    assert assign(faces, bodies(*overlapping[::-1]), WIDTH / HEIGHT).tolist() == [1, 0]


@given(crowds())
def test_nothing_outside_of_the_lane_or_of_all_boxes_is_allowed(crowd):
    faces, boxes = crowd
    lane = Polygon((Point(0.2, 0.1), Point(0.9, 0.2), Point(0.6, 0.9)))
    may, anywhere = allowed(faces, boxes, lane), allowed(faces, boxes, None)
    for face, box in enumerate(faces.boxes):
        x, y = (box[:2] + box[2:]) / 2
        in_a_box = any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in boxes.boxes)
        assert anywhere[face] == in_a_box
        assert may[face] == (in_a_box and lane.contains(Point(float(x), float(y))))


@given(
    st.tuples(shares01, shares01, st.floats(0.001, 1.2), st.floats(0.001, 1.2)),
    st.integers(50, 4000),
    st.integers(50, 3000),
)
def test_parts_lie_in_the_picture_and_small_faces_are_never_lost(box, width, height):
    x, y, w, h = box
    left, top, right, bottom = part = face_region(Box(x - 0.1, y - 0.1, x + w, y + h), width, height)
    assert 0 <= left <= right <= width
    assert 0 <= top <= bottom <= height
    if right > left and bottom > top:
        scale = shown_scale(part)
        assert scale * 40 >= 16
        ((group,),) = batches([(part, scale)])
        assert group == (part, scale)
        assert max(shown_size(part, scale)) <= max(257, 0.4 * max(right - left, bottom - top) + 1)
