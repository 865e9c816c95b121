import json

import pytest
from commands import galleria, refused

LINE = {"p1": [0, 350], "p2": [767, 350], "anchor": "bottom-centre (feet)"}


def truth(path, lines):
    path.write_text(json.dumps({"size": [768, 432], "fps": 12, "lines": lines}))
    return path


@pytest.fixture
def right(tmp_path):
    """What is really there."""
    line = {"id": "floor", **LINE, "totals": {"up": 1, "down": 0}, "events": [{"t": 2.83, "dir": "up"}]}
    return truth(tmp_path / "right.json", [line])


@pytest.fixture
def wrong(tmp_path):
    """Somebody too many, and the one who came at another time."""
    seen = [{"t": 0.5, "dir": "up"}, {"t": 4.4, "dir": "down"}]
    return truth(tmp_path / "wrong.json", [{"id": "floor", **LINE, "totals": {"up": 1, "down": 1}, "events": seen}])


def test_json(walk, right):
    told = galleria("score", walk, "--truth", right, "--json")
    assert told.code == 0
    assert told.err == ""
    line = told.json["lines"]["floor"]
    assert (line["truth"], line["counted"]) == ({"up": 1, "down": 0}, {"up": 1, "down": 0})
    assert (line["precision"], line["recall"], line["f1"]) == (1, 1, 1)


def test_table(walk, right):
    told = galleria("score", walk, "--truth", right).out
    assert "1.000" in told
    assert "95 % confidence" in told
    assert "missed" not in told


def test_misses_and_false_crossings_with_their_times(walk, wrong):
    told = galleria("score", walk, "--truth", wrong).out.splitlines()
    assert any(line.startswith("missed at    0.50 s") for line in told)
    assert any(line.startswith("missed at    4.40 s") for line in told)
    assert any(line.startswith("false at     2.") for line in told)
    plain = galleria("score", walk, "--truth", wrong, "--json").json["lines"]["floor"]
    assert (plain["precision"], plain["recall"], plain["f1"]) == (0, 0, 0)
    generous = galleria("score", walk, "--truth", wrong, "--tolerance", "3", "--json").json["lines"]["floor"]
    assert generous["recall"] == 0.5


def test_boxes(footage, walk, tmp_path):
    """A MOT file in which somebody stands where nobody is: every box is a miss, and the score says so."""
    path = tmp_path / "gt.txt"
    path.write_text("".join(f"{frame},1,2,2,20,40,1,-1,-1,-1\n" for frame in range(1, 55)))
    told = galleria("score", walk, "--truth", path, "--json").json
    assert told["truth_boxes"] == told["misses"] == told["frames"]
    assert told["mota"] < 0
    assert "mota" in galleria("score", walk, "--truth", path).out


def test_a_score_is_no_count(walk, right, own_journal):
    galleria("score", walk, "--truth", right)
    assert not own_journal.exists()


def test_bad_truth(walk, tmp_path):
    assert "absent.json" in refused("score", walk, "--truth", tmp_path / "absent.json")
    broken = tmp_path / "broken.json"
    broken.write_text('{"lines": [')
    assert "broken.json" in refused("score", walk, "--truth", broken)
    boxes = tmp_path / "gt.txt"
    boxes.write_text("1,2,three\n")
    assert "gt.txt" in refused("score", walk, "--truth", boxes)


def test_bad_video(tmp_path, right):
    assert "does not exist" in refused("score", tmp_path / "absent.mp4", "--truth", right)
