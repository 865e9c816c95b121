import itertools

import av
import numpy as np
import pytest
from looks import HEIGHT, RATE, WIDTH, Scene, Sees, nobody, walks

from galleria.domain.errors import StoreError
from galleria.domain.events import Origin
from galleria.domain.geometry import Point, Segment
from galleria.domain.site import Camera, Tripwire
from galleria.domain.time import clip_text
from galleria.runtime.camera import camera_steps
from galleria.runtime.drawing import Drawing, save_picture
from galleria.runtime.graph import Graph, Step
from galleria.runtime.tally import Tally, run_camera
from galleria.tracking.tracker import MotionTracker

CAMERA = Camera("camera", tripwires=(Tripwire("door", Segment(Point(0.5, 0.2), Point(0.5, 1))),))


def draw(where, seconds=6.0, *, video=None, still=None, rate=RATE):
    """Run a scene with drawing; returns the tally and the detector that only drawing asked."""
    origin, own = Origin("shop", "camera", "scene"), Sees()
    steps = camera_steps(
        CAMERA,
        origin,
        Sees(),
        MotionTracker(WIDTH / HEIGHT, itertools.count(1)),
        aspect=WIDTH / HEIGHT,
        frame_rate=RATE,
        rate=rate,
    )
    drawing = Drawing(CAMERA, own, (WIDTH, HEIGHT), rate, clip_text, video=video, still=still)
    tally = Tally()
    run_camera(Graph((*steps, Step("draw", drawing))), Scene(where, seconds), lambda _: None, lambda *_: None, tally)
    drawing.close()
    return tally, own


def pictures(path):
    with av.open(str(path)) as clip:
        return [frame.to_ndarray(format="bgr24") for frame in clip.decode(video=0)]


def test_every_analysed_picture_is_drawn(tmp_path):
    tally, _ = draw(walks(), video=tmp_path / "out.mp4", rate=5)
    assert len(pictures(tmp_path / "out.mp4")) == tally.looks == 30


def test_pictures_that_were_not_searched_are_searched_for_heads(tmp_path):
    tally, own = draw(walks(begin=2, seconds=2), video=tmp_path / "out.mp4")
    assert tally.searched < tally.looks
    assert own.asked == tally.looks - tally.searched


def test_the_summary_has_no_body_in_it_when_the_room_was_ever_empty(tmp_path):
    draw(walks(begin=2, seconds=2), still=tmp_path / "walked.png")
    draw(nobody, still=tmp_path / "empty.png")
    (walked,), (empty,) = pictures(tmp_path / "walked.png"), pictures(tmp_path / "empty.png")
    apart = np.abs(walked.astype(int) - empty).max(axis=2) > 60
    # The path is drawn, a thin line; a body would be ten times as much.
    assert 0.001 < apart.mean() < 0.15


def test_the_summary_alone_searches_only_the_first_picture(tmp_path):
    _, own = draw(walks(begin=2, seconds=2), still=tmp_path / "out.png")
    assert own.asked <= 5 * RATE


def test_aborted_leaves_nothing(tmp_path):
    drawing = Drawing(
        CAMERA, Sees(), (WIDTH, HEIGHT), RATE, clip_text, video=tmp_path / "a.mp4", still=tmp_path / "a.png"
    )
    drawing.abort()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.doc", "absent/a.png"])
def test_a_picture_that_cannot_be_written(tmp_path, name):
    with pytest.raises(StoreError) as caught:
        save_picture(np.zeros((4, 4, 3), np.uint8), tmp_path / name)
    assert ".png" in caught.value.remedy
    assert not list(tmp_path.iterdir())


def test_a_picture_replaces_an_earlier_one_whole(tmp_path):
    path = tmp_path / "a.png"
    for shade in (10, 200):
        save_picture(np.full((4, 4, 3), shade, np.uint8), path)
    (found,) = pictures(path)
    assert (found == 200).all()
    assert [each.name for each in tmp_path.iterdir()] == ["a.png"]
