"""Truth files: the ones there are, liberal reading, exact errors, and writing without loss."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import StoreError, TruthError
from galleria.domain.geometry import Box, Point, Segment
from galleria.domain.site import Anchor
from galleria.domain.truth import Truth, TruthCrossing, TruthLine, totals_of, words_of
from galleria.storage.truth import parse_truth, read_mot, read_truth, truth_document, write_truth

LINE = {"id": "door", "p1": [0, 50], "p2": [100, 50], "events": [{"t": 1.5, "dir": "up"}]}


def document(**changes):
    return {"fps": 10, "size": [100, 100], "lines": [LINE | changes]}


def test_reads_the_indoor_clip_as_it_is(footage):
    truth = read_truth(footage / "people_detection" / "gt.json")
    assert [line.id for line in truth.lines] == ["floor_y350", "left_exit_x150", "right_exit_x618"]
    floor, left, right = truth.lines
    assert floor.totals == {"up": 7, "down": 0}
    assert left.totals == {"left": 4, "right": 0}
    assert right.totals == {"right": 3, "left": 0}
    assert (floor.anchor, left.anchor) == (Anchor.FEET, Anchor.CENTRE)
    assert (floor.tolerance, left.tolerance) == (None, 0.4)
    assert floor.segment == Segment(Point(0, 350 / 432), Point(767 / 768, 350 / 432))
    assert floor.crossings[0] == TruthCrossing(2.83, "up")
    assert (truth.fps, truth.frames, truth.size) == (12, 596, (768, 432))


def test_reads_the_street_clip_as_it_is(footage):
    truth = read_truth(footage / "street" / "gt_lines.json")
    (road,) = truth.lines
    assert road.totals == {"right": 12, "left": 15}
    assert len(road.crossings) == 27
    assert list(road.crossings) == sorted(road.crossings, key=lambda crossing: crossing.time)


@pytest.mark.parametrize("name", ["people_detection/gt.json", "street/gt_lines.json"])
def test_writing_loses_nothing_but_the_wording_of_the_format(footage, tmp_path, name):
    original = json.loads((footage / name).read_text())
    truth = read_truth(footage / name)
    write_truth(tmp_path / "truth.json", truth)
    assert read_truth(tmp_path / "truth.json") == truth
    written = json.loads((tmp_path / "truth.json").read_text())
    assert original.keys() == written.keys()
    for old, new in zip(original["lines"], written["lines"], strict=True):
        assert sorted(old["events"], key=lambda event: event["t"]) == new["events"]
        assert old | {"events": 0, "anchor": 0} == new | {"events": 0, "anchor": 0}
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("p1", "p2", "words", "inwards"),
    [
        ([0, 50], [100, 50], {"up", "down"}, "down"),
        ([100, 50], [0, 50], {"up", "down"}, "up"),
        ([50, 0], [50, 100], {"left", "right"}, "left"),
        ([50, 100], [50, 0], {"left", "right"}, "right"),
    ],
)
def test_the_tripwire_counts_in_as_the_word_says(p1, p2, words, inwards):
    (line,) = parse_truth(document(p1=p1, p2=p2, events=[]), "x").lines
    assert set(line.words) == words
    assert line.word("in") == inwards == line.tripwire().segment.towards
    assert set(line.totals) == words


def test_in_and_out_are_kept_and_in_can_be_named():
    events = [{"t": 1, "dir": "IN"}, {"t": 2, "dir": "out"}]
    (line,) = parse_truth(document(events=events), "x").lines
    assert (line.words, line.tripwire().segment.towards) == (("in", "out"), "down")
    (line,) = parse_truth(document(events=events, **{"in": "up"}), "x").lines
    assert (line.words, line.tripwire().segment.towards) == (("in", "out"), "up")


def test_the_words_of_the_file_rule_on_a_slanting_line():
    events = [{"t": 1, "dir": "left"}]
    (line,) = parse_truth(document(p1=[0, 20], p2=[100, 60], events=events), "x").lines
    assert line.words == ("left", "right")  # left is where the right-hand side of this line is, along x


def test_is_liberal():
    text = {
        "lines": [
            {"p1": [0, 1], "p2": [1, 0], "totals": {"UP": 3}, "colour": "red"},
            {"id": 7, "p1": [0, 50], "p2": [200, 50], "events": [{"frame": 24, "direction": " Up ", "who": "x"}]},
            {"id": "c", "p1": [0, 50], "p2": [200, 50], "events": [{"frame0": 12, "t": 2, "dir": "down"}]},
        ],
        "fps": 12,
        "tolerance_s": 0.6,
        "more": {},
    }
    first, second, third = parse_truth(text, "x", size=(200, 100)).lines
    assert first.id == "line1"
    assert first.crossings is None
    assert first.totals == {"up": 3, "down": 0}
    assert first.segment == Segment(Point(0, 1), Point(1, 0))
    assert second.id == "7"
    assert second.crossings == (TruthCrossing(2.0, "up"),)
    assert second.segment.b == Point(1, 0.5)
    assert third.crossings == (TruthCrossing(2.0, "down"),)
    assert {line.tolerance for line in (first, second, third)} == {0.6}


def test_totals_may_list_all_four_directions():
    zeros = {"up": 0, "down": 0, "left": 0, "right": 0}
    (line,) = parse_truth(document(totals=zeros | {"up": 1}), "x").lines
    assert line.totals == {"up": 1, "down": 0}
    (line,) = parse_truth(document(totals=zeros, events=None), "x").lines
    assert line.totals == {"up": 0, "down": 0}


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("bottom-centre (feet)", Anchor.FEET),
        ("box centre x", Anchor.CENTRE),
        ("Center", Anchor.CENTRE),
        ("top-centre (head)", Anchor.HEAD),
        ("feet", Anchor.FEET),
    ],
)
def test_anchor_text(text, anchor):
    assert parse_truth(document(anchor=text), "x").lines[0].anchor is anchor


def test_the_size_in_the_file_goes_before_that_of_the_video():
    """A clip scaled to half is scored with the same file."""
    assert parse_truth(document(), "x", size=(50, 50)) == parse_truth(document(), "x")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ([], "truth.json is not an object"),
        ({}, "truth.json has no 'lines'"),
        ({"lines": {}}, "lines is not a list"),
        (document(p1=[0]), r"lines\[0\].p1 has 1 numbers"),
        (document(p1=[0, "a"]), r"lines\[0\].p1\[1\] is 'a', not a number"),
        (document(p1=[0, float("nan")]), r"lines\[0\].p1\[1\] is nan, not a number"),
        (document(p1=[True, 1]), r"lines\[0\].p1\[0\] is True, not a number"),
        (document(p1=None), r"lines\[0\] has no 'p1'"),
        (document(p1=[100, 50]), r"lines\[0\] is a line from a point to itself"),
        (document(p1=[0, 300]), r"lines\[0\].p1 lies outside the picture of 100 by 100"),
        (document(events=[{"t": 1, "dir": "north"}]), r"lines\[0\].events\[0\].dir is 'north'"),
        (document(events=[{"t": 1}]), r"lines\[0\].events\[0\] has no 'dir'"),
        (document(events=[{"dir": "up"}]), r"lines\[0\].events\[0\] has neither 't' nor 'frame'"),
        (document(events=[{"t": -1, "dir": "up"}]), r"lines\[0\].events\[0\].t is -1, less than 0"),
        (document(events=[{"t": 1, "dir": "left"}]), r"lines\[0\] cannot be crossed left the way it lies"),
        (document(events=[{"t": 1, "dir": "up"}, {"t": 1, "dir": "in"}]), r"lines\[0\] has crossings in, up"),
        (document(events=None), r"lines\[0\] has neither 'events' nor 'totals'"),
        (document(totals={"up": 2}), r"lines\[0\] has 1 'up' in 'events' and 2 in 'totals'"),
        (document(totals={"up": 1.5}), r"lines\[0\].totals.up is 1.5"),
        (document(totals={"all": 1}), r"lines\[0\].totals.all is 'all'"),
        (document(anchor="knee"), r"lines\[0\].anchor is 'knee'"),
        (document(tolerance_s="x"), r"lines\[0\].tolerance_s is 'x'"),
        (document(events=[], **{"in": "right"}), r"lines\[0\].in is 'right'"),
        ({"size": [0, 5], "lines": []}, "size is 0 by 5"),
        ({"fps": 0, "lines": []}, "fps is 0, less than"),
        ({"lines": [LINE]}, r"lines\[0\] is in pixels of an unknown size"),
        ({"size": [100, 100], "lines": [LINE, LINE]}, r"lines\[1\] has the id 'door' of an earlier line"),
        (
            {"lines": [LINE | {"p2": [1, 1], "p1": [0, 0], "events": [{"frame": 3, "dir": "up"}]}]},
            r"lines\[0\].events\[0\].frame is a frame, but the file has no 'fps'",
        ),
    ],
)
def test_says_exactly_what_is_wrong(tmp_path, wrong, says):
    path = tmp_path / "truth.json"
    path.write_text(json.dumps(wrong))
    with pytest.raises(TruthError, match=says) as caught:
        read_truth(path)
    assert str(path) in caught.value.problem
    assert caught.value.remedy


def test_json_errors_name_line_and_column(tmp_path):
    path = tmp_path / "truth.json"
    path.write_text('{"lines": [\n  {"id": }\n]}')
    with pytest.raises(TruthError, match=r"truth\.json, line 2, column 10: not JSON"):
        read_truth(path)
    path.write_text("[" * 100_000)
    with pytest.raises(TruthError, match="nested too deeply"):
        read_truth(path)
    path.write_bytes(b"\x89PNG\r\n\xff")
    with pytest.raises(TruthError, match="is not text"):
        read_truth(path)
    with pytest.raises(TruthError, match="cannot be read: No such file"):
        read_truth(tmp_path / "absent.json")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "truth.json"
    path.write_text("\ufeff" + json.dumps(document()), encoding="utf-8")
    assert len(read_truth(path).lines) == 1


numbers = st.integers(0, 640)
times = st.integers(0, 10**6).map(lambda t: t / 1000)


@st.composite
def truths(draw):
    lines = []
    for n in range(draw(st.integers(0, 3))):
        x1, y1, x2, y2 = draw(
            st.tuples(numbers, numbers, numbers, numbers).filter(lambda v: abs(v[0] - v[2]) + abs(v[1] - v[3]) > 2)
        )
        segment = Segment(Point(x1 / 640, y1 / 640), Point(x2 / 640, y2 / 640))
        words = draw(st.sampled_from([words_of(segment), ("in", "out")]))
        marks = st.lists(st.builds(TruthCrossing, times, st.sampled_from(words)), max_size=5)
        crossings = tuple(sorted(draw(marks), key=lambda crossing: crossing.time))
        totals = totals_of(words, crossings)
        anchor = draw(st.none() | st.sampled_from(Anchor))
        lines.append(TruthLine(f"l{n}", segment, words, crossings, totals, anchor, draw(st.none() | st.just(0.25))))
    return Truth(tuple(lines), "clip.mp4", (640, 640), draw(st.none() | st.just(29.97)), draw(st.none() | st.just(9)))


@given(truths())
def test_what_is_written_is_read_again(truth):
    assert parse_truth(json.loads(json.dumps(truth_document(truth))), "x") == truth


def test_writing_is_whole_or_not_at_all(tmp_path):
    path = tmp_path / "truth.json"
    truth = parse_truth(document(), "x")
    write_truth(path, truth)
    before = path.read_bytes()
    blocked = tmp_path / ".truth.json.part"
    blocked.mkdir()
    with pytest.raises(StoreError, match=r"truth\.json cannot be written") as caught:
        write_truth(path, truth)
    assert "-o" in caught.value.remedy
    assert path.read_bytes() == before
    with pytest.raises(StoreError, match="cannot be written"):
        write_truth(tmp_path / "no" / "such" / "truth.json", truth)


def test_mot_file_of_the_street_clip(footage):
    frames = read_mot(footage / "street" / "gt.txt", (768, 576))
    assert min(frames) == 0
    assert max(frames) == 794
    assert len({box.track for boxes in frames.values() for box in boxes}) == 19
    first = next(box for box in frames[0] if box.track == 9)
    assert first.box == pytest.approx(Box(499 / 768, 158 / 576, (499 + 31.03) / 768, (158 + 75.17) / 576))


def test_mot_rows_that_are_not_to_be_scored_are_left_out(tmp_path):
    path = tmp_path / "gt.txt"
    path.write_text("1,1,0,0,10,10,1\n1,2,0,0,10,10,0\n\n2,1,0,0,10,10,1,1,0.5\n2,3,0,0,10,10,1,7,1.0\n3,4,0,0,5,5\n")
    frames = read_mot(path, (100, 100))
    assert {index: [box.track for box in boxes] for index, boxes in frames.items()} == {0: [1], 1: [1], 2: [4]}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,1,0,0,10\n", "line 1: fewer than six"),
        ("1,1,0,0,10,10\n1,a,0,0,10,10\n", "line 2: could not convert string to float: 'a'"),
        ("0,1,0,0,10,10\n", "line 1: frame 0"),
        ("1,1,0,0,0,10\n", "line 1: frame 1, width 0"),
        ("1,1,0,0,nan,10\n", "line 1: fewer than six"),
        ("1,1,0,0,5,10\n1,1,0,0,5,10\n", "line 2: id 1 is in frame 1 twice"),
        ("", "has no boxes"),
    ],
)
def test_mot_errors_name_the_line(tmp_path, text, says):
    path = tmp_path / "gt.txt"
    path.write_text(text)
    with pytest.raises(TruthError, match=says):
        read_mot(path, (100, 100))
