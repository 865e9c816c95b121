import io
import resource

import av
import numpy as np
import pytest
from videos import number_in, numbered

from galleria.capture.sources import open_source
from galleria.capture.writer import VideoWriter
from galleria.domain.errors import StoreError


def read(path):
    return [(number_in(f.picture), f.time) for f in open_source(str(path))]


def test_pictures_and_times_come_back(tmp_path):
    path = tmp_path / "out.mp4"
    times = [5.0, 5.04, 5.2, 5.21, 7.5]
    with VideoWriter(path, 160, 96, 25) as writer:
        for n, time in enumerate(times):
            writer.write(numbered(n), time)
        assert not path.exists()
    frames = read(path)
    assert [number for number, _ in frames] == [0, 1, 2, 3, 4]
    assert [time for _, time in frames] == pytest.approx([t - 5 for t in times], abs=1e-4)
    assert [each.name for each in tmp_path.iterdir()] == ["out.mp4"]


def test_it_is_h264_that_browsers_play_with_its_index_in_front(tmp_path):
    path = tmp_path / "out.mp4"
    with VideoWriter(path, 160, 96, 25) as writer:
        for n in range(50):
            writer.write(numbered(n), n / 25)
    content = path.read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert float(stream.average_rate) == pytest.approx(25, rel=0.01)
        assert float(stream.duration * stream.time_base) == pytest.approx(2.0, abs=0.05)


def test_into_memory(tmp_path):
    memory = io.BytesIO()
    with VideoWriter(memory, 160, 96, 10) as writer:
        for n in range(30):
            writer.write(numbered(n), n / 10)
    content = memory.getvalue()
    assert 0 < content.find(b"moov") < content.find(b"mdat")
    with av.open(io.BytesIO(content)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 30


@pytest.mark.parametrize(("size", "written"), [((127, 77), (126, 76)), ((1, 1), (2, 2)), ((640, 361), (640, 360))])
def test_odd_sizes_are_made_even(tmp_path, size, written):
    path = tmp_path / "out.mp4"
    with VideoWriter(path, *size, 10) as writer:
        writer.write(np.full((size[1], size[0], 3), 90, np.uint8), 0)
    source = open_source(str(path))
    assert (source.facts.width, source.facts.height) == written
    source.close()


def test_times_that_do_not_increase_are_moved_forward(tmp_path):
    path = tmp_path / "out.mp4"
    with VideoWriter(path, 160, 96, 10) as writer:
        for n, time in enumerate([0, 0.1, 0.1, 0.05, 0.4]):
            writer.write(numbered(n), time)
    assert [number for number, _ in read(path)] == [0, 1, 2, 3, 4]


def test_colours_come_back(tmp_path):
    path = tmp_path / "out.mp4"
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:] = (200, 90, 30)
    with VideoWriter(path, 64, 64, 10) as writer:
        writer.write(picture, 0)
    back = next(iter(open_source(str(path)))).picture.bgr(8, 8)
    assert np.abs(back[4, 4].astype(int) - (200, 90, 30)).max() <= 6


def test_an_error_leaves_nothing_and_spares_what_was_there(tmp_path):
    path = tmp_path / "out.mp4"
    path.write_bytes(b"before")

    def interrupted(writer):
        with writer:
            writer.write(numbered(0), 0)
            raise KeyboardInterrupt

    writer = VideoWriter(path, 160, 96, 10)
    with pytest.raises(KeyboardInterrupt):
        interrupted(writer)
    assert path.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir()] == ["out.mp4"]
    writer.close()
    writer.abort()
    assert path.read_bytes() == b"before"


def test_nothing_written_is_a_file_all_the_same(tmp_path):
    path = tmp_path / "out.mp4"
    with VideoWriter(path, 160, 96, 10):
        pass
    assert path.exists()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_missing_or_the_name_of_one(tmp_path):
    for path in (tmp_path / "none" / "out.mp4", tmp_path):
        with pytest.raises(StoreError) as caught:
            VideoWriter(path, 160, 96, 10)
        assert str(path) in caught.value.problem
        assert caught.value.remedy
    assert list(tmp_path.iterdir()) == []


def test_no_permission(tmp_path, unprivileged):
    path = tmp_path / "out.mp4"
    tmp_path.chmod(0o555)
    with unprivileged(), pytest.raises(StoreError, match=r"out\.mp4 cannot be written: permission denied"):
        VideoWriter(path, 160, 96, 10)


@pytest.mark.parametrize("room", [100, 20_000])
def test_a_full_disk(tmp_path, room):
    """The system's limit on the size of a file stands for a full disk: writing fails in the same place."""
    path = tmp_path / "out.mp4"
    rng = np.random.default_rng(1)

    def fill():
        with VideoWriter(path, 160, 96, 10) as writer:
            for n in range(200):
                writer.write(rng.integers(0, 255, (96, 160, 3), np.uint8), n / 10)

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(StoreError, match=r"out\.mp4 cannot be written: file too large"):
            fill()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []
