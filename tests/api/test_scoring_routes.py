import shutil
import time
from pathlib import Path

import pytest
from people import NOW

FOOTAGE = Path(__file__).parents[2] / "footage" / "nextday"
PATH = "/api/v1/cameras/hall/labelled"


@pytest.fixture
def client(served):
    with served.bearer() as client:
        yield client


@pytest.fixture
def labelled(served):
    folder = served.site.folder / "labelled" / "hall"
    folder.mkdir(parents=True)
    for name in ("screen.mp4", "screen.truth.json"):
        shutil.copy(FOOTAGE / name, folder)
    return folder


def ended(client):
    end = time.monotonic() + 120
    while (answer := client.get(PATH).json())["busy"]:
        assert time.monotonic() < end
        time.sleep(0.1)
    (clip,) = answer["clips"]
    return clip["scoring"]


def test_a_camera_without_clips_has_none(client):
    assert client.get(PATH).json() == {"clips": [], "busy": False}
    assert client.get("/api/v1/cameras/nowhere/labelled").status_code == 404


def test_a_clip_is_scored_one_at_a_time(client, labelled):
    assert client.get(PATH).json() == {"clips": [{"name": "screen.mp4", "scoring": None}], "busy": False}
    begun = client.post(f"{PATH}/screen.mp4/score")
    assert begun.status_code == 202
    assert (begun.json()["state"], begun.json()["begun"], begun.json()["lines"]) == ("running", NOW, [])
    refused = client.post(f"{PATH}/screen.mp4/score")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
    newest = client.get("/api/v1/audit").json()[0]
    assert (newest["action"], newest["subject"]) == ("camera.scored", "camera:hall")
    assert refused.headers["content-type"] == "application/problem+json"
    scored = ended(client)
    assert (scored["state"], scored["done"] > 0.9, scored["problem"]) == ("done", True, "")
    (line,) = scored["lines"]
    assert (line["line"], line["ways"], line["truth"]) == ("near-screen", ["in", "out"], {"came": 3, "went": 0})
    assert line["recall"] > 0.5
    assert line["time_error"] < 1


def test_why_a_clip_cannot_be_scored_is_told_without_where(client, labelled):
    (labelled / "screen.truth.json").write_text("{}")
    assert client.post(f"{PATH}/screen.mp4/score").status_code == 202
    failed = ended(client)
    assert failed["state"] == "failed"
    assert failed["problem"]
    assert str(labelled.parent) not in str(failed)


@pytest.mark.parametrize("name", ["other.mp4", "..%2Fhall%2Fscreen.mp4", "%2E%2E%2Fscreen.mp4", "screen.truth.json"])
def test_only_what_is_listed_is_scored(client, labelled, name):
    assert client.post(f"{PATH}/{name}/score").status_code == 404
    assert client.get(PATH).json()["busy"] is False
