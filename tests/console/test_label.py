"""The labelling page's server: what it lets in, what it keeps."""

import json

import pytest

from galleria.console.label import Desk, LabelServer, PreparedClip
from galleria.console.label.server import MOST_BYTES
from galleria.domain.errors import InputError, TruthError, VideoError
from galleria.domain.geometry import Point, Segment
from galleria.domain.site import Anchor, Tripwire
from galleria.domain.truth import truth_line

# The clip


def test_the_clip_knows_its_frames(clip):
    assert (clip.width, clip.height) == (320, 240)
    assert clip.times == pytest.approx([n / 10 for n in range(60)])
    assert clip.rate == pytest.approx(10)


def test_what_is_no_clip_is_refused():
    with pytest.raises(VideoError, match="cannot be played"):
        PreparedClip.of(b"not a video")


# The server


def test_every_page_is_there_and_well_guarded(served, ask):
    for page in ("", "main.js", "work.js", "player.js", "stage.js", "label.css", "icon.svg", "work.json", "clip.mp4"):
        answer, content = ask(served, page)
        assert (answer.status, page) == (200, page)
        assert content
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert ask(served, "nothing")[0].status == 404
    assert ask(served, "../server.py")[0].status == 404


@pytest.mark.parametrize("token", ["", "wrong", "%", "%C3%A9"])
def test_a_wrong_token_is_refused(served, token, ask):
    assert ask(served, token=token)[0].status == 403
    assert ask(served, "clip.mp4", token=token)[0].status == 403
    assert ask(served, "work.json", "PUT", b"{}", token=token)[0].status == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", ""])
def test_another_host_is_refused(served, host, ask):
    assert ask(served, "work.json", Host=host)[0].status == 403


def test_another_origin_is_refused(served, path, ask, put):
    good = {"document": json.loads(ask(served, "work.json")[1])["document"], "revision": 0}
    assert put(served, good, Origin="http://evil.example")[0] == 403
    assert put(served, good, Origin="null")[0] == 403
    assert not path.exists()
    assert put(served, good, Origin=f"http://127.0.0.1:{served.port}")[0] == 200
    assert path.exists()


def test_only_this_machine_is_listened_to(served):
    assert served._http.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-99", 206, 0, 99),
        ("bytes=100-", 206, 100, -1),
        ("bytes=-50", 206, -50, -1),
        ("bytes=0-99999999", 206, 0, -1),
        ("bytes=5-2", 416, None, None),
        ("bytes=99999999-", 416, None, None),
        ("bytes=-", 200, 0, -1),
        ("lines=1-2", 200, 0, -1),
        ("bytes=0-1,5-6", 200, 0, -1),
    ],
)
def test_ranges_of_the_clip(served, clip, asked, status, first, last, ask):
    answer, content = ask(served, "clip.mp4", Range=asked)
    assert answer.status == status
    size = len(clip.mp4)
    if first is None:
        assert answer.headers["Content-Range"] == f"bytes */{size}"
        assert content == b""
        return
    first, last = first % size, last % size
    assert content == clip.mp4[first : last + 1]
    if status == 206:
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{size}"


def test_bad_changes_are_refused_and_nothing_is_written(served, path, ask, put):
    document = json.loads(ask(served, "work.json")[1])["document"]
    assert put(served, b"{")[0] == 400
    assert put(served, [1])[0] == 400
    assert put(served, {"document": document})[0] == 400
    status, said = put(served, {"document": {**document, "lines": [{"id": "x"}]}, "revision": 0})
    assert status == 422
    assert "lines[0] has no 'p1'" in said["problem"]
    assert ask(served, "work.json", "PUT", b"{}", Content_Type="text/plain")[0].status == 415
    huge = {"Content_Type": "application/json", "Content_Length": str(MOST_BYTES + 1)}
    assert ask(served, "work.json", "PUT", b"{}", **huge)[0].status == 413
    assert ask(served, "main.js", "PUT", b"{}", Content_Type="application/json")[0].status == 404
    assert ask(served, "work.json", "POST", b"{}")[0].status == 501
    assert not path.exists()


def test_two_pages_do_not_overwrite_each_other(served, ask, put):
    document = json.loads(ask(served, "work.json")[1])["document"]
    assert put(served, {"document": document, "revision": 0}) == (200, {"revision": 1})
    status, said = put(served, {"document": document, "revision": 0})
    assert status == 409
    assert "Another page" in said["problem"]


def test_a_full_or_closed_disk_is_told(served, path, ask, put):
    path.with_name(f".{path.name}.part").mkdir()
    document = json.loads(ask(served, "work.json")[1])["document"]
    status, said = put(served, {"document": document, "revision": 0})
    assert status == 507
    assert "cannot be written" in said["problem"]
    assert said["remedy"]


def test_a_taken_port_is_told(served, clip, path):
    with pytest.raises(InputError, match=f"Port {served.port} cannot be used") as caught:
        LabelServer(Desk(path, "clip.mp4", clip), clip, served.port)
    assert "--port" in caught.value.remedy


# The desk


def test_labelling_goes_on_where_it_stopped(clip, path, footage, door):
    source = footage / "people_detection" / "gt.json"
    path.write_bytes(source.read_bytes())
    desk = Desk(path, "clip.mp4", clip, [door])
    document = desk.shown()["document"]
    assert [line["id"] for line in document["lines"]] == ["floor_y350", "left_exit_x150", "right_exit_x618", "door"]
    assert desk.crossings == 14
    assert desk.save(document, 0) == 1
    people = [event["person"] for event in json.loads(path.read_text())["lines"][0]["events"]]
    assert people == [event["person"] for event in json.loads(source.read_text())["lines"][0]["events"]]


def test_the_same_line_elsewhere_is_refused(clip, path, door):
    Desk(path, "clip.mp4", clip, [door]).save(Desk(path, "clip.mp4", clip, [door]).shown()["document"], 0)
    assert len(Desk(path, "clip.mp4", clip, [door]).shown()["document"]["lines"]) == 1
    moved = truth_line(Tripwire("door", Segment(Point(0.1, 0.6), Point(0.9, 0.5))), Anchor.FEET)
    with pytest.raises(TruthError, match="'door' at another place"):
        Desk(path, "clip.mp4", clip, [moved])
