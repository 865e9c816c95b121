"""Track scores agree with the reference implementation and with cases that can be done by hand."""

import sys

import pytest

from galleria.analytics.trackscore import score_tracks
from galleria.domain.errors import GalleriaError, TruthError
from galleria.domain.geometry import Box
from galleria.domain.truth import TrackBox
from galleria.storage.truth import read_mot

A, B = Box(0.1, 0.1, 0.2, 0.4), Box(0.6, 0.1, 0.7, 0.4)


def disturbed(truth):
    """Tracks made from the labels by arithmetic: some lost, some moved, some renumbered, some invented."""
    tracks = {}
    for index in range(0, 795, 2):
        boxes = tracks[index] = []
        for track, box in truth.get(index, ()):
            k = (track * 7919 + index * 104729) % 97
            if k < 8:
                continue
            x, y = (k % 13 - 6) / 768, (k % 13 - 6) / 576
            number = 100 + track + (20 if index > 400 and track % 3 == 0 else 0)
            boxes.append(TrackBox(number, Box(box.left + x, box.top + y / 2, box.right + x, box.bottom + y / 3)))
            if k > 93:
                aside = 80 / 768
                boxes.append(TrackBox(900 + k, Box(box.left + aside, box.top, box.right + aside, box.bottom)))
    return tracks


def test_the_same_figures_as_trackeval(footage):
    """The figures are those of TrackEval 1.3.0 (HOTA, CLEAR, Identity) for the same boxes."""
    truth = read_mot(footage / "street" / "gt.txt", (768, 576))
    result = score_tracks(truth, disturbed(truth))
    assert result.hota == pytest.approx(0.6635227680050049, abs=1e-9)
    assert result.deta == pytest.approx(0.6651023879472622, abs=1e-9)
    assert result.assa == pytest.approx(0.661999282684606, abs=1e-9)
    assert result.mota == pytest.approx(0.8823004904146232, abs=1e-9)
    assert result.idf1 == pytest.approx(0.9150057273768614, abs=1e-9)
    assert (result.truth_boxes, result.boxes, result.frames) == (2243, 2122, 398)
    assert (result.misses, result.false_boxes, result.switches) == (192, 71, 1)


def test_perfect_tracks():
    truth = {n: (TrackBox(1, A), TrackBox(2, B)) for n in range(10)}
    tracks = {n: (TrackBox(7, B), TrackBox(8, A)) for n in range(0, 10, 3)}
    result = score_tracks(truth, tracks)
    assert (result.mota, result.idf1, result.frames, result.truth_boxes) == (1, 1, 4, 8)
    assert result.hota == pytest.approx(1)


def test_a_track_that_changes_its_number_half_way():
    truth = {n: (TrackBox(1, A),) for n in range(10)}
    tracks = {n: (TrackBox(1 if n < 5 else 2, A),) for n in range(10)}
    result = score_tracks(truth, tracks)
    assert result.switches == 1
    assert result.mota == pytest.approx(0.9)
    assert result.idf1 == pytest.approx(0.5)  # 5 of 10 + 5 of 10 missed, 2 x 5 / (10 + 10)
    assert result.deta == pytest.approx(1)
    assert result.assa == pytest.approx(0.5)
    assert result.hota == pytest.approx(0.5**0.5)


def test_nothing_tracked():
    result = score_tracks({0: (TrackBox(1, A),)}, {0: (), 1: ()})
    assert (result.mota, result.idf1, result.hota, result.misses) == (0, 0, 0, 1)


def test_frames_without_labels_hold_only_false_boxes():
    result = score_tracks({0: (TrackBox(1, A),)}, {0: (TrackBox(1, A),), 5: (TrackBox(1, A),)})
    assert (result.false_boxes, result.mota) == (1, 0)


@pytest.mark.parametrize("tracks", [{}, {5: (TrackBox(1, A),)}])
def test_no_labels_in_the_frames_compared(tracks):
    with pytest.raises(TruthError, match="No labelled box"):
        score_tracks({0: (TrackBox(1, A),)}, tracks)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "motmetrics", None)
    with pytest.raises(GalleriaError, match="need py-motmetrics") as caught:
        score_tracks({0: (TrackBox(1, A),)}, {0: ()})
    assert 'pip install "galleria[mot]"' in caught.value.remedy
