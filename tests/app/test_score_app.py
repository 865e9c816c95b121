import pytest

from galleria.app.networks import Choice, load
from galleria.app.score import ScoreRequest, score_boxes, score_lines
from galleria.domain.errors import TruthError, VideoError


@pytest.fixture(scope="module")
def network():
    return load(Choice())


def test_ctrl_c_scores_no_part_of_a_clip(footage, network):
    folder = footage / "street"

    def interrupt(done, _total, _crossings):
        if done > 1:
            raise KeyboardInterrupt

    request = ScoreRequest(str(folder / "vtest.avi"), folder / "gt.txt")
    with pytest.raises(KeyboardInterrupt):
        score_boxes(request, network, interrupt)
    lines = score_lines(ScoreRequest(request.video, folder / "gt_lines.json"), network, interrupt)
    assert lines.count.tally.interrupted


def test_what_cannot_be_scored(footage, network, tmp_path):
    video = str(footage / "street" / "vtest.avi")
    with pytest.raises(TruthError):
        score_lines(ScoreRequest(video, tmp_path / "absent.json"), network)
    with pytest.raises(TruthError):
        score_boxes(ScoreRequest(video, tmp_path / "absent.txt"), network)
    with pytest.raises(VideoError):
        score_lines(ScoreRequest(str(tmp_path / "absent.mp4"), footage / "street" / "gt_lines.json"), network)


def test_the_truth_of_another_clip_is_doubted(footage, network):
    video = str(footage / "people_detection" / "people-detection.mp4")
    own = score_lines(ScoreRequest(video, footage / "people_detection" / "gt.json"), network)
    other = score_lines(ScoreRequest(video, footage / "street" / "gt_lines.json"), network)
    assert not any("truth" in note for note in own.notes)
    assert any("of vtest.avi" in note for note in other.notes)
    assert any("795 frames" in note for note in other.notes)
