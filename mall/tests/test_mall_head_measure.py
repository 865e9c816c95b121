import numpy as np
import pytest

from mall.measure.choose import Candidate, chosen, kept_apart
from mall.measure.embedding import CHIP, TEMPLATE, chip, distances, similarity
from mall.measure.faces import FoundFace, Seen, TruthFace, _suppressed, overlap, report, separation, truth_faces


def _face(person="amber", size=70.0, yaw=0.0, frame=0):
    return TruthFace(frame, person, np.array([10.0, 10.0, 10 + size, 10 + size]), yaw, -10.0, 1.0)


def test_overlap_of_boxes():
    a, b = np.array([0.0, 0, 10, 10]), np.array([5.0, 0, 15, 10])
    assert overlap(a, a) == pytest.approx(1.0)
    assert overlap(a, b) == pytest.approx(1 / 3)
    assert overlap(a, a + 20) == 0.0


def test_suppression_keeps_the_surer_of_two():
    box = np.array([0.0, 0, 10, 10])
    sure, weak, other = (
        FoundFace(box + shift, np.zeros((5, 2)), score) for shift, score in ((0, 0.9), (1, 0.8), (30, 0.7))
    )
    assert _suppressed([sure, weak, other]) == [sure, other]


def test_similarity_is_recovered():
    turn = np.radians(20)
    matrix = 1.7 * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    found, shift = similarity(TEMPLATE, TEMPLATE @ matrix.T + (5, -3))
    assert np.allclose(found, matrix)
    assert np.allclose(shift, (5, -3))


def test_chip_brings_points_to_their_places():
    picture = np.zeros((400, 400, 3), np.uint8)
    points = TEMPLATE * 1.4 + (60, 40)
    for x, y in points.round().astype(int):
        picture[y - 2 : y + 3, x - 2 : x + 3] = 255
    small = chip(picture, points)
    assert small.shape == (CHIP, CHIP, 3)
    for x, y in TEMPLATE.round().astype(int):
        assert small[y, x].min() > 150
    assert small.mean() < 10


def test_distances_are_euclidean():
    one, other = np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 1.0]])
    assert np.allclose(distances(one, other), [[5.0, 1.0]])


def test_separation_names_the_worst():
    people = {
        "amber": np.array([[0.0, 0.0], [0.3, 0.0]]),
        "slate": np.array([[1.0, 0.0], [1.1, 0.0]]),
        "fern": np.array([[0.0, 2.0]]),
    }
    found = separation(people)
    assert found["same_person"] == "amber"
    assert found["same_largest"] == pytest.approx(0.3)
    assert found["different_pair"] == ("amber", "slate")
    assert found["different_smallest"] == pytest.approx(0.7)
    assert found["margin"] == pytest.approx(0.4)


def test_report_counts_by_size_and_angle():
    seen = [
        Seen(_face(size=55), found=True, embedding=None),
        Seen(_face(size=55), found=False, embedding=None),
        Seen(_face(size=90, yaw=-25), found=True, embedding=np.zeros(3)),
        Seen(_face("slate", size=90, yaw=40), found=False, embedding=None),
        Seen(_face("slate", size=30), found=False, embedding=None),
    ]
    told = report(seen)
    assert told["recall"] == {"faces": 3, "found": 0.6667}
    assert told["recall_by_size"]["50"] == {"faces": 2, "found": 0.5}
    assert told["recall_by_yaw"]["45"] == {"faces": 1, "found": 0.0}
    assert told["distances"]["people"] == 1


def test_truth_faces_are_read_and_filtered(tmp_path):
    table = tmp_path / "people.csv"
    head = "frame,t,track,person,face_x0,face_y0,face_x1,face_y1,face_yaw,face_pitch,face_visible\n"
    rows = "3,0.3,1,amber,10.0,20.0,70.0,95.0,12.5,-8.0,1.0\n3,0.3,2,slate,,,,,,,\n4,0.4,1,amber,1,2,3,4,0,0,0.40\n"
    table.write_text(head + rows)
    found = truth_faces(table)
    assert list(found) == [3]
    assert [face.person for face in found[3]] == ["amber"]
    assert found[3][0].size == 75.0


def test_choice_avoids_a_lookalike():
    near, far, other = np.zeros((5, 2)), np.full((5, 2), 4.0), np.full((5, 2), 0.1)
    table = {"amber": [Candidate(0, 5, near), Candidate(1, 5, far)], "slate": [Candidate(0, 5, other)]}
    pick, matrix = chosen(table)
    assert pick == {"amber": 1, "slate": 0}
    assert matrix[0, 1] > 5


def test_kept_apart_drops_one_of_a_close_pair():
    matrix = np.array([[0.3, 0.2, 0.8], [0.2, 0.3, 0.9], [0.8, 0.9, 0.3]])
    assert kept_apart(matrix, 0.02) == [1, 2]
