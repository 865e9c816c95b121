import os

import pytest

from galleria.app.choose import choose_cameras, parse_start
from galleria.domain.errors import InputError, LineError
from galleria.domain.site import Site

SITE = """\
site:
  id: shop
  time_zone: Europe/Berlin
cameras:
  - id: hall
    source: hall.mp4
    tripwires:
      - { id: door, from: [0, 0.8], to: [1, 0.8], in: down }
  - id: yard
"""


@pytest.fixture
def site(tmp_path):
    path = tmp_path / "site.yaml"
    path.write_text(SITE)
    return path


def test_without_a_site_there_is_one_camera():
    site, (camera,) = choose_cameras(None, "", ["door=0,0.5,1,0.5"], ["a.mp4"])
    assert (site.id, camera.id) == ("local", "camera")
    assert [wire.id for wire in camera.tripwires] == ["door"]
    _, (named,) = choose_cameras(None, "till", [], ["a.mp4"])
    assert named.id == "till"


def test_without_videos_every_camera_that_has_a_source(site):
    _, cameras = choose_cameras(site, "", [], [])
    assert [camera.id for camera in cameras] == ["hall"]


def test_a_video_needs_one_camera(site):
    with pytest.raises(InputError, match="2 cameras") as caught:
        choose_cameras(site, "", [], ["a.mp4"])
    assert "hall, yard" in caught.value.remedy
    _, (camera,) = choose_cameras(site, "yard", [], ["a.mp4"])
    assert camera.id == "yard"


def test_lines_are_added_to_those_of_the_site(site):
    _, (camera,) = choose_cameras(site, "hall", ["gate=0,0.5,1,0.5"], ["a.mp4"])
    assert [wire.id for wire in camera.tripwires] == ["door", "gate"]
    with pytest.raises(LineError, match="'door'"):
        choose_cameras(site, "hall", ["door=0,0.5,1,0.5"], ["a.mp4"])


@pytest.mark.parametrize(("camera", "said"), [("roof", "no camera 'roof'"), ("yard", "nothing to count")])
def test_refused(site, camera, said):
    with pytest.raises(InputError, match=said) as caught:
        choose_cameras(site, camera, [], [])
    assert caught.value.remedy


def test_nothing_at_all():
    with pytest.raises(InputError, match="nothing to count"):
        choose_cameras(None, "", [], [])


def test_a_pipe_is_not_opened_to_look_at_its_size(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for source in ("-", str(pipe)):  # would wait for ever
        with pytest.raises(LineError, match="size of the picture is not known"):
            choose_cameras(None, "", ["0,300,700,300"], [source])


def test_start_is_local_time_of_the_site():
    site = Site(id="shop", zone="Europe/Berlin")
    assert parse_start(None, site) is None
    assert parse_start("2026-03-29T03:30", site).timestamp() == 1774747800  # 01:30 UTC, just after the change
    assert parse_start("2026-03-29T01:30Z", site).isoformat() == "2026-03-29T03:30:00+02:00"
