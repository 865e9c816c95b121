"""What people are told of a source holds no secret."""

import pytest

from galleria.capture.reading import shown


@pytest.mark.parametrize(
    "address",
    [
        "rtsp://admin:SECRET@10.0.0.5:554/stream1",
        "rtsp://admin:SE/CRET@10.0.0.5/stream1",
        "rtsp://admin:SE@CRET@10.0.0.5/stream1",
        "http://10.0.0.5/video?pw=SECRET",
        "rtsp://10.0.0.5/live?user=admin&password=SECRET",
        "rtsp://10.0.0.5/user=admin&password=SECRET&channel=1",
        "rtsp://10.0.0.5/user=admin_password=SECRET_channel=1",
        "http://10.0.0.5/video#SECRET",
    ],
)
def test_no_secret_is_left(address):
    told = shown(address)
    assert "SECRET" not in told
    assert "CRET" not in told
    assert "10.0.0.5" in told


@pytest.mark.parametrize("name", ["door #3?.mp4", "a@b.mp4", "/dev/video0"])
def test_names_of_files_stay(name):
    assert shown(name) == name
