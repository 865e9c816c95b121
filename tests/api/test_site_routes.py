import pytest
from shop import CAMERA_PASSWORD

from galleria.domain.access import Right

SHOPS = ""  # all that is drawn is drawn anew here

LINE = {"id": "door", "a": [0.1, 0.6], "b": [0.9, 0.6], "entrance": "front"}


@pytest.fixture
def client(served):
    with served.bearer() as client:
        yield client


def tag(client):
    return {"If-Match": client.get("/api/v1/cameras").headers["etag"]}


def test_the_site_is_told_as_it_is_declared(quiet):
    with quiet.bearer() as client:
        site = client.get("/api/v1/site").json()
    assert (site["id"], site["time_zone"], site["cameras"]) == ("shop", "Europe/Berlin", ["hall", "yard"])
    assert site["hours"][0] == {"weekday": 0, "opening": "10:00", "closing": "20:00"}
    assert len(site["hours"]) == 6
    assert site["entrances"][0] == {"id": "front", "name": "Front door", "tripwires": ["door"]}


def test_a_cameras_password_is_nowhere(quiet):
    with quiet.bearer() as client:
        answers = [
            client.get(f"/api/v1/{path}").text for path in ("site", "cameras", "cameras/hall", "live", "overview")
        ]
    assert "${SHOP_PASSWORD}" in answers[1]
    assert not any(CAMERA_PASSWORD in answer for answer in answers)


def test_a_camera_is_added_changed_and_removed(client, served):
    new = {"name": "Back door", "source": "rtsp://viewer@192.0.2.8/1", "password": "pass/word", "anchor": "head"}
    made = client.post("/api/v1/cameras", json=new, headers=tag(client))
    assert made.status_code == 201
    assert made.json()["id"] == "back-door"
    assert "pass" not in made.json()["source"].replace("password", "")
    assert made.headers["etag"] == client.get("/api/v1/cameras/back-door").headers["etag"]
    changed = client.patch("/api/v1/cameras/back-door", json={"name": "Rear"}, headers=tag(client))
    assert (changed.json()["name"], changed.json()["anchor"]) == ("Rear", "head")
    assert client.delete("/api/v1/cameras/back-door", headers=tag(client)).status_code == 204
    assert client.get("/api/v1/cameras/back-door").status_code == 404
    assert "# A shop for tests." in served.site.path.read_text()
    audit = [entry["action"] for entry in client.get("/api/v1/audit").json()]
    assert audit[:3] == ["camera.removed", "camera.changed", "camera.added"]


def test_what_is_drawn_can_be_read_and_written_back(client):
    before = client.get("/api/v1/cameras/hall/drawing").json()
    same = client.put("/api/v1/cameras/hall/drawing", json=before, headers=tag(client))
    assert same.json() == before
    drawing = {"tripwires": [LINE], "zones": [], "masks": [[[0, 0], [0.2, 0], [0, 0.2]]]}
    drawn = client.put("/api/v1/cameras/hall/drawing", json=drawing, headers=tag(client)).json()
    assert drawn["tripwires"][0]["a"] == [0.1, 0.6]
    assert drawn["tripwires"][0]["entrance"] == "front"
    assert drawn["masks"] == drawing["masks"]
    assert client.get("/api/v1/cameras/hall/drawing").json() == drawn


def test_a_lane_is_set_kept_by_who_does_not_name_it_and_removed(client, served):
    path, lane = "/api/v1/cameras/hall/drawing", [[0.2, 0.3], [0.8, 0.3], [0.8, 1.0]]
    drawing = client.get(path).json()
    assert drawing.pop("lane") is None
    for change, after in (({}, None), ({"lane": lane}, lane), ({}, lane), ({"lane": None}, None)):
        answer = client.put(path, json={**drawing, **change}, headers=tag(client))
        assert answer.json() == {**drawing, "lane": after}
        assert ("lane:" in served.site.path.read_text()) is (after is not None)


def test_a_change_names_what_it_was_made_to(client, served):
    old = tag(client)
    assert client.patch("/api/v1/cameras/hall", json={"name": "x"}).status_code == 428
    assert client.patch("/api/v1/cameras/hall", json={"name": "x"}, headers=old).status_code == 200
    late = client.patch("/api/v1/cameras/hall", json={"name": "y"}, headers=old)
    assert (late.status_code, late.json()["status"]) == (412, 412)
    assert served.site.site.cameras[0].name == "x"


@pytest.mark.parametrize(
    ("drawing", "where"),
    [
        ({"tripwires": [{**LINE, "a": [0.9, 0.6]}]}, "cameras.0.tripwires.0.to"),
        ({"tripwires": [{**LINE, "id": "gate"}]}, "cameras.1.tripwires.0.id"),
        ({"zones": [{"id": "z", "corners": [[0, 0], [1, 1], [1, 0], [0, 1]]}]}, "cameras.0.zones.0.corners"),
        ({"masks": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}, "cameras.0.masks"),
        ({"lane": [[0, 0], [1, 1], [1, 0], [0, 1]]}, "cameras.0.lane.corners"),
    ],
)
def test_what_cannot_be_counted_is_refused_and_says_where(client, served, drawing, where):
    before = served.site.path.read_text()
    answer = client.put("/api/v1/cameras/hall/drawing", json=drawing, headers=tag(client))
    assert answer.status_code == 422
    assert where in [fault["where"] for fault in answer.json()["faults"]]
    assert str(served.site.folder) not in answer.text
    assert served.site.path.read_text() == before


@pytest.mark.parametrize("corner", [[1.1, 0], [-0.1, 0], ["a", 0], [0], None])
def test_points_lie_in_the_picture(client, corner):
    for drawing in ({"tripwires": [{**LINE, "a": corner}]}, {"lane": [corner, [1, 0], [1, 1]]}):
        answer = client.put("/api/v1/cameras/hall/drawing", json=drawing, headers=tag(client))
        assert answer.status_code == 422


def test_a_preview_changes_nothing(client, served):
    before = served.site.setup.revision
    answer = client.post("/api/v1/cameras/hall/preview", json={"tripwires": [LINE]})
    assert answer.json() == [{"tripwire": "door", "came": 2, "went": 1}]
    assert served.site.setup.revision == before


def test_a_snapshot_is_not_kept_by_anybody(quiet):
    with quiet.bearer(quiet.site.tokens[Right.CHANGE_SITE]) as client:
        answer = client.get("/api/v1/cameras/hall/snapshot", params={"width": 320})
        assert answer.headers["content-type"] == "image/jpeg"
        assert "no-store" in answer.headers["cache-control"]
        assert client.get("/api/v1/cameras/hall/snapshot", params={"width": 5000}).status_code == 422


def test_a_moved_view_is_accepted_and_occupancy_reset(client, served):
    assert client.post("/api/v1/cameras/hall/accept-view").status_code == 204
    assert client.post("/api/v1/occupancy/reset").status_code == 204
    assert served.site.accepted == ["hall"]
    assert served.site.reset_at == served.site.clock.time
