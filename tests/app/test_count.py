import pytest

from galleria.app.answer import count_json, count_measures, headline
from galleria.app.count import CountRequest, count
from galleria.app.networks import Choice, load
from galleria.app.places import check_ending, check_places
from galleria.domain.errors import InputError, StoreError
from galleria.domain.events import Seen
from galleria.domain.geometry import Point, Segment
from galleria.domain.site import Camera, Site, Tripwire
from galleria.domain.time import By
from galleria.storage.journal import Journal

CAMERA = Camera("hall", tripwires=(Tripwire("floor", Segment(Point(0, 0.81), Point(1, 0.81))),))


@pytest.fixture(scope="module")
def network():
    return load(Choice())


@pytest.fixture
def clip(footage):
    return str(footage / "people_detection" / "people-detection.mp4")


def request(clip, journal, **about):
    return CountRequest(Site(id="shop"), CAMERA, (clip,), journal=journal, **about)


def test_a_part_is_counted_and_watched(clip, network, tmp_path):
    told = []
    done = count(request(clip, tmp_path / "j.db", begin=1, end=4), network, lambda *each: told.append(each))
    assert [crossing["towards"] for crossing in count_json(done, By.TOTAL)["lines"]["floor"]["crossings"]] == ["up"]
    assert told[0][:2] == (0, 3)
    assert 2.8 <= told[-1][0] <= 3
    assert told[-1][2] == 1
    assert done.outcome is None  # a part does not end a take
    with Journal(tmp_path / "j.db") as journal:
        (entry,) = journal.recordings()
        assert not entry.finished
        assert entry.events == len(done.events)
        assert [event.id for event in journal.events("shop")] == [
            event.id for event in sorted(done.events, key=lambda event: (event.time, event.id))
        ]


def test_an_end_beyond_the_clips_own_is_no_part(clip, network, tmp_path):
    done = count(request(clip, tmp_path / "j.db", end=60), network)
    assert done.part is None
    assert done.outcome is not None
    with Journal(tmp_path / "j.db") as journal:
        assert [entry.finished for entry in journal.recordings()] == [True]


def test_a_file_of_unknown_length_that_was_interrupted_is_a_part(footage, network, tmp_path):
    raw = str(footage / "people_detection" / "people-detection.264")

    def interrupt(done, _total, _crossings):
        if done > 2:
            raise KeyboardInterrupt

    done = count(request(raw, tmp_path / "j.db"), network, interrupt)
    assert done.tally.interrupted
    assert done.outcome is None  # else it would take the place of a complete count


def test_measures_of_a_part_cover_that_part(clip, network):
    done = count(request(clip, None, begin=1, end=4, record=False), network)
    (seen,) = [event for event in done.events if isinstance(event, Seen)]
    assert (seen.time, seen.end) == pytest.approx((1, 4), abs=0.1)
    out, _ = (m for m in count_measures(done, By.TOTAL) if m.place == "floor")
    assert {m.coverage for m in count_measures(done, By.TOTAL)} == {1.0}
    assert out.coverage == 1
    assert headline(done).startswith("people-detection.mp4: 0:01 to 0:04 of 0:49 ")
    assert count_json(done, By.TOTAL)["part"] == [1, 4]


@pytest.mark.parametrize(("begin", "end"), [(3, 2), (2, 2), (0, 0), (1000, None), (1000, 2000)])
def test_a_part_that_is_not_there(clip, network, tmp_path, begin, end):
    with pytest.raises(InputError) as caught:
        count(request(clip, tmp_path / "j.db", begin=begin, end=end), network)
    assert caught.value.remedy
    assert not (tmp_path / "j.db").exists()


def test_a_failed_count_leaves_no_video_and_keeps_what_was_counted(clip, network, tmp_path):
    def stop(_done, _total, crossings):
        if crossings:
            problem = "the watcher has seen enough"
            raise RuntimeError(problem)

    with pytest.raises(RuntimeError, match="seen enough"):
        count(request(clip, tmp_path / "j.db", end=6, video=tmp_path / "a.mp4"), network, stop)
    assert {path.name for path in tmp_path.iterdir()} <= {"j.db", "j.db-wal", "j.db-shm"}
    with Journal(tmp_path / "j.db") as journal:
        (entry,) = journal.recordings()
        assert not entry.finished
        assert len(list(journal.events("shop", kinds=["crossing"]))) == 1


def test_outputs_are_checked_before_counting(tmp_path):
    (tmp_path / "video.mp4").touch()
    check_places([None, tmp_path / "a.csv"], [str(tmp_path / "video.mp4"), "rtsp://host/door"])
    with pytest.raises(InputError, match="is the video"):
        check_places([tmp_path / "." / "video.mp4"], [str(tmp_path / "video.mp4")])
    with pytest.raises(StoreError, match="does not exist"):
        check_places([tmp_path / "absent" / "a.csv"])
    with pytest.raises(StoreError, match="ends in none"):
        check_ending(tmp_path / "a", (".csv",))
    check_ending(tmp_path / "a.CSV", (".csv",))
