"""Truth files are read by the product, are the same bytes again, and say what the cameras saw."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from galleria.analytics.score import score
from galleria.domain.site import Anchor
from galleria.storage.sitefile import load_site
from galleria.storage.truth import read_mot, read_truth
from mall.domain.lens import SIZE, VIEWS
from mall.domain.motion import TICKS, Doing, Track
from mall.domain.person import Build, Looks, Person
from mall.domain.scene import Fault, Played, Scene, Wrong
from mall.measure.people import Found, Truths, added, blind_times, covered, matches, people_table, truths_of
from mall.site import floor_points, site_text, write_site
from mall.truth.bodies import Columns, stature
from mall.truth.clips import frames_of
from mall.truth.files import COLUMNS, ENOUGH, segment_of, write_truth
from mall.truth.ground import LINES, ZONES

LOOKS = Looks((0.8, 0.6, 0.5), (0.3, 0.2, 0.1), "short", (0.1, 0.1, 0.1))
PEOPLE = (
    Person("amber", Build(0.0, 30.0), LOOKS, ()),
    Person("fern", Build(1.0, 8.0), LOOKS, ()),
    Person("slate", Build(1.0, 40.0), LOOKS, (), staff=True),
)


def walk(person, number, start, end, seconds, first=0):
    n = round(seconds * TICKS)
    place = np.linspace(start, end, n)
    heading = float(np.arctan2(end[1] - start[1], end[0] - start[0]))
    gaze = np.column_stack([place + 5 * np.array([np.cos(heading), np.sin(heading)]), np.full(n, 1.5)])
    doing = np.full(n, Doing.WALK, np.uint8)
    return Track(number, person, first, place, np.full(n, heading), gaze, doing)


@pytest.fixture
def played():
    start = datetime(2026, 1, 5, 10, tzinfo=UTC)
    faults = (
        Fault("entrance", Wrong.DROPPED, 1.0, 1.5),
        Fault("entrance", Wrong.BLACK, 3.0, 4.0),
        Fault("entrance", Wrong.MOVED, 7.0, 8.0),
    )
    scene = Scene("made", "Made", 3, start, 8.0, ("entrance", "corridor"), "none", faults=faults)
    tracks = (
        walk("amber", 1, (-0.5, -3.0), (-0.5, 6.0), 6.0),
        walk("fern", 2, (0.4, 4.0), (0.4, -4.0), 6.0, first=24),
        walk("slate", 3, (0.0, 14.0), (0.0, 24.0), 7.0),
        walk("moss", 4, (0.2, 3.0), (0.2, 0.0), 1.75, first=6 * TICKS),
    )
    return Played(scene, tracks)


@pytest.fixture
def folder(played, tmp_path):
    write_truth(played, PEOPLE, tmp_path / "made", Columns(played, PEOPLE))
    return tmp_path / "made"


def rows(folder, camera="entrance"):
    return list(csv.DictReader(io.StringIO((folder / f"{camera}.people.csv").read_text())))


def test_the_same_scene_gives_the_same_bytes(played, folder, tmp_path):
    write_truth(played, PEOPLE, tmp_path / "again", Columns(played, PEOPLE))
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 7
    for name in names:
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_rows_have_the_columns_and_carry_who_and_where(folder):
    found = rows(folder)
    assert tuple(found[0]) == tuple(COLUMNS)
    amber = next(row for row in found if row["track"] == "1" and row["t"] == "2.500")
    # Two and a half seconds after the start, at 24 ticks a second.
    assert float(amber["y"]) == pytest.approx(-3 + 9 * 60 / 143, abs=0.006)
    assert (amber["person"], amber["role"], amber["child"], amber["heading"]) == ("amber", "visitor", "0", "90.0")
    assert {row["child"] for row in found if row["person"] == "fern"} == {"1"}
    assert {row["role"] for row in rows(folder, "corridor") if row["person"] == "slate"} == {"staff"}


def test_who_walks_in_shows_a_face_and_who_walks_out_does_not(folder):
    for row in rows(folder):
        if row["track"] == "2" and 2.0 < float(row["t"]) < 6.0:
            assert row["face_x0"] == row["face_yaw"] == row["face_visible"] == ""
        if row["track"] == "1" and float(row["y"]) < 3.0:
            assert abs(float(row["face_yaw"])) < 45


def test_frames_are_numbered_as_the_clip_has_them(played, folder):
    taken = frames_of(played.scene, "entrance")
    assert len(taken) == 8 * 8 - 4
    assert [one.frame for one in taken] == list(range(60))
    assert [one.number for one in taken][7:9] == [7, 12]
    times = {int(row["frame"]): float(row["t"]) for row in rows(folder)}
    assert times[7] == 0.875
    assert times[8] == 1.5


def test_a_black_camera_has_no_rows_and_a_moved_one_others(played, folder):
    found = rows(folder)
    assert found
    assert not [row for row in found if 3.0 <= float(row["t"]) < 4.0]
    before = next(row for row in found if row["track"] == "4" and row["t"] == "6.875")
    after = next(row for row in found if row["track"] == "4" and row["t"] == "7.000")
    # Turned to the right: what it shows moves to the left.
    assert float(after["x0"]) < float(before["x0"]) - 50


def test_the_product_reads_the_lines_and_their_crossings(folder):
    truth = read_truth(folder / "entrance.truth.json")
    (line,) = truth.lines
    assert (line.id, line.words, line.anchor, truth.frames, truth.size) == (
        "front",
        ("in", "out"),
        Anchor.FEET,
        60,
        SIZE,
    )
    # Amber went in at 4 / 9 of the way; fern went out while the picture was black; moss did, seen askew.
    assert [(c.direction, c.notes["person"]) for c in line.crossings] == [("in", "amber"), ("out", "moss")]
    assert line.crossings[0].time == pytest.approx(4 / 9 * 143 / 24, abs=0.006)
    assert [c.notes.get("camera") for c in line.crossings] == [None, "moved"]
    assert line.tripwire().segment.towards == "down"


def test_a_line_that_nobody_crosses_is_scored_too(folder):
    truth = read_truth(folder / "corridor.truth.json")
    assert {line.id: line.totals for line in truth.lines} == {
        "middle": {"in": 1, "out": 0},
        "passage": {"in": 0, "out": 0},
        "books": {"in": 0, "out": 0},
    }
    assert {line.id for line in score(truth, [], 0.0, None).lines} == {"middle", "passage", "books"}


def test_the_product_reads_the_boxes_of_those_who_are_seen(folder):
    frames = read_mot(folder / "entrance.mot.txt", SIZE)
    by_frame = {}
    for row in rows(folder):
        if float(row["visible"]) >= ENOUGH:
            by_frame.setdefault(int(row["frame"]), set()).add(int(row["track"]))
    assert {index: {box.track for box in boxes} for index, boxes in frames.items()} == by_frame
    for boxes in frames.values():
        for box in boxes:
            assert min(box.box) >= -1e-3
            assert max(box.box) <= 1 + 1e-3


def test_the_scene_file_knows_what_no_camera_saw(folder):
    told = json.loads((folder / "scene.json").read_text())
    black = [c for c in told["crossings"] if c["line"] == "front" and not c["filmed"]]
    assert [(c["way"], c["track"]) for c in black] == [("out", 2)]
    assert told["staff"] == [3]
    assert [v["person"] for v in told["visits"]] == ["amber", "fern", "slate", "moss"]
    assert len(told["occupancy"]["mall"]) == 8


def test_the_site_file_is_right_and_has_every_line_and_zone(tmp_path):
    path = tmp_path / "site.yaml"
    write_site(path)
    for name in VIEWS:
        clip = tmp_path / "morning" / f"{name}.mp4"
        clip.parent.mkdir(exist_ok=True)
        clip.touch()
    site = load_site(path)
    assert [camera.id for camera in site.cameras] == list(VIEWS)
    assert {w.id for c in site.cameras for w in c.tripwires} == {line.id for line in LINES}
    assert {z.id for c in site.cameras for z in c.zones} == {zone.id for zone in ZONES}
    wires = {w.id: w for c in site.cameras for w in c.tripwires}
    for line in LINES:
        drawn = segment_of(line)
        assert wires[line.id].segment.a == pytest.approx(drawn.a)
        assert wires[line.id].segment.b == pytest.approx(drawn.b)
        assert wires[line.id].entrance == (line.entrance if line.camera != "down" and line.entrance else None)


def test_the_site_file_of_one_clip_names_only_its_camera(tmp_path):
    (tmp_path / "entrance.mp4").touch()
    write_site(tmp_path / "site.yaml", "", ("entrance",))
    site = load_site(tmp_path / "site.yaml")
    assert [camera.id for camera in site.cameras] == ["entrance"]
    assert [entrance.id for entrance in site.entrances] == ["front"]


def test_what_lies_in_the_folders_has_the_lines_of_today():
    root = Path(__file__).parents[2]
    assert (root / "footage" / "site.yaml").read_text(encoding="utf-8") == site_text()
    sample = root / "src" / "galleria" / "sample" / "site.yaml"
    assert sample.read_text(encoding="utf-8") == site_text("", ("entrance",))


@pytest.mark.parametrize("name", VIEWS)
def test_calibration_points_lie_where_the_view_throws_them(name):
    points = floor_points(VIEWS[name])
    assert len(points) >= 6
    for place, spot in points:
        pixel, _ = VIEWS[name].project(np.array([place.x, place.y, 0.0]))
        assert spot == pytest.approx(tuple(pixel), abs=0.051)


def test_lines_and_zones_lie_in_the_picture():
    for drawn in (*LINES, *ZONES):
        for x, y in drawn.drawn():
            assert 0 <= x <= SIZE[0]
            assert 0 <= y <= SIZE[1]


def test_people_are_as_tall_as_their_years():
    heights = [stature(Person("x", Build(0.5, years), LOOKS, ())) for years in (2, 8, 14, 17, 60)]
    assert heights == sorted(heights)
    assert 0.7 < heights[0] < 1.0
    assert 1.6 < heights[-1] < 1.8


def test_found_missed_and_false_boxes_are_told_apart():
    truth = np.array([[0, 0, 100, 200], [300, 0, 400, 200], [500, 0, 600, 200]], float)
    wanted = np.array([True, True, False])
    boxes = np.array(
        [
            [0, 0, 100, 150],  # IoU 0.75 with the first
            [310, 0, 340, 40],  # on the second, far too small: neither found nor false
            [500, 0, 600, 200],  # on somebody who is not to be found
            [640, 200, 700, 300],  # on nobody
        ],
        float,
    )
    total = added(Found("s", "c", 0, 0, 0, 0), Truths(5, (1, 2, 3), truth, wanted), boxes)
    assert (total.frames, total.people, total.found, total.false) == (1, 2, 1, 1)
    assert total.missed == ((5, 2),)
    assert total.invented == ((5, 640.0, 200.0, 700.0, 300.0),)
    assert (total.recall, total.false_a_frame) == (0.5, 1.0)


def test_each_box_finds_one_person():
    truth = np.array([[0, 0, 100, 100], [10, 0, 110, 100]], float)
    assert len(matches(truth, truth[:1])) == 1
    assert sorted(matches(truth, truth)) == [(0, 0), (1, 1)]
    assert covered(truth, np.zeros((0, 4))).tolist() == [0.0, 0.0]


def test_only_those_half_seen_and_tall_enough_are_to_be_found(folder):
    truths = truths_of(folder / "entrance.people.csv")
    by_row = {(round(float(r["t"]) * TICKS), int(r["track"])): r for r in rows(folder)}
    assert {tick for tick, _ in by_row} == set(truths)
    for tick, truth in truths.items():
        for track, want, box in zip(truth.tracks, truth.wanted, truth.boxes, strict=True):
            assert want == (float(by_row[tick, track]["visible"]) >= 0.5 and box[3] - box[1] >= 45)
    assert blind_times(folder / "scene.json", "entrance") == [(3.0, 4.0)]
    assert blind_times(folder / "scene.json", "corridor") == []


def test_the_table_sums_up():
    table = people_table([Found("a", "x", 10, 8, 6, 1), Found("b", "y", 10, 2, 2, 0)])
    assert table.splitlines()[-1] == "| all |  | 20 | 10 | 0.800 | 0.050 |"
