import stat
from datetime import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import Noted

from galleria.app.audit import SYSTEM
from galleria.app.setup import HISTORY, Setup, make_id, start_site_file
from galleria.domain.access import Actor
from galleria.domain.errors import ConflictError, InputError, NotFoundError, SiteFileError, StoreError
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Anchor, Hours, Tripwire, Zone

TEXT = """\
# Our shop.
site:
  id: shop
  name: Shop  # as on the sign
  time_zone: Europe/Berlin
  hours:
    mon-fri: 09:00-20:00
    sat: 10:00-18:00

cameras:
  # Over the door.
  - id: hall
    source: rtsp://viewer:${CAMERA_PASSWORD}@192.0.2.7/main
    frame: [1920, 1080]
    tripwires:
      - id: door
        name: Door
        # Inside the mat.
        from: [192, 540]
        to: [1728.5, 540]
        in: down
      - id: lift
        from: [0, 0]
        to: [960, 540]
    zones:
      - id: shelf
        name: Shelf
        corners: [[192, 540], [1728, 540], [960, 972]]
    pass_by: shelf
  - id: yard
    source: videos/yard.mp4
    tripwires:
      - {id: gate, from: [0.1, 0.5], to: [0.9, 0.5], entrance: back}

entrances:
  - id: front
    name: Front door
    tripwires: [door]
  - id: back
"""
SECRET = "hunter:2/@%"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "site.yaml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def setup(path):
    return Setup(path, path.parent / "own", Noted(), environment={"CAMERA_PASSWORD": "env-secret"})


def camera_of(setup, name):
    return next(each for each in setup.read()[0].cameras if each.id == name)


def redraw(setup, name, **changes):
    camera = camera_of(setup, name)
    drawn = {"tripwires": camera.tripwires, "zones": camera.zones, "masks": camera.masks, "lane": camera.lane} | changes
    return setup.draw(SYSTEM, name, **drawn)


def line(name, a=(0.1, 0.5), b=(0.9, 0.5), entrance=None, label=""):
    return Tripwire(name, Segment(Point(*a), Point(*b)), label, None, entrance)


class TestDrawing:
    def test_what_did_not_change_leaves_the_file_as_it_was(self, setup, path):
        before = setup.revision
        assert redraw(setup, "hall") != before  # `in` of the lift is written out now
        again = path.read_text()
        assert redraw(setup, "hall") == setup.revision
        assert path.read_text() == again
        assert "# Inside the mat." in again
        assert "to: [1728.5, 540]" in again

    def test_a_moved_line_keeps_its_place_and_remarks(self, setup, path):
        moved = line("door", (0.2, 0.5), (0.9, 0.25), "front", "Door")
        redraw(setup, "hall", tripwires=(moved, camera_of(setup, "hall").tripwires[1]))
        after = camera_of(setup, "hall").tripwires
        assert after[0] == moved
        assert [t.id for t in after] == ["door", "lift"]
        text = path.read_text()
        assert "from: [384, 540]\n        to: [1728, 270]" in text
        for remark in ("# Our shop.", "# as on the sign", "# Over the door.", "# Inside the mat."):
            assert remark in text

    def test_turning_a_line_round_turns_its_way_in(self, setup):
        door = camera_of(setup, "hall").tripwires[0]
        turned = Tripwire("door", door.segment.reversed(), "Door", None, "front")
        redraw(setup, "hall", tripwires=(turned,))
        assert camera_of(setup, "hall").tripwires[0].segment.towards == "up"

    def test_an_entrance_that_is_not_there_is_made_and_one_without_lines_goes(self, setup):
        redraw(setup, "hall", tripwires=(line("door", entrance="side", label="Side door"),))
        entrances = {entrance.id: entrance.name for entrance in setup.read()[0].entrances}
        assert entrances == {"back": "", "side": "Side door"}
        redraw(setup, "hall", tripwires=(line("door"),))
        assert {entrance.id for entrance in setup.read()[0].entrances} == {"back"}

    def test_a_line_is_moved_from_one_entrance_to_another(self, setup):
        redraw(setup, "yard", tripwires=(line("gate", entrance="front"),))
        site, _ = setup.read()
        assert {entrance.id for entrance in site.entrances} == {"front"}
        assert camera_of(setup, "yard").tripwires[0].entrance == "front"

    def test_the_zone_of_passers_by_goes_with_its_zone(self, setup):
        redraw(setup, "hall", zones=())
        assert camera_of(setup, "hall").pass_by is None

    def test_zones_masks_and_anchors(self, setup):
        zone = Zone("till", Polygon((Point(0, 0), Point(0.5, 0), Point(0.5, 0.5))), "Till", Anchor.HEAD)
        mask = Polygon((Point(0.5, 0.5), Point(1, 0.5), Point(1, 1)))
        redraw(setup, "yard", zones=(zone,), masks=(mask,))
        yard = camera_of(setup, "yard")
        assert yard.zones == (zone,)
        assert yard.masks == (mask,)
        redraw(setup, "yard", zones=(), masks=())
        assert camera_of(setup, "yard").masks == ()

    def test_a_shape_that_is_none_is_refused_whole_and_named(self, setup, path):
        before = path.read_bytes()
        point = line("lift", (0.5, 0.5), (0.5, 0.5))
        crossed = Zone("shelf", Polygon((Point(0, 0), Point(1, 1), Point(1, 0), Point(0, 1))))
        with pytest.raises(SiteFileError) as caught:
            redraw(setup, "hall", tripwires=(line("door"), point), zones=(crossed,))
        where = {fault.loc[:4] for fault in caught.value.faults}
        assert where == {("cameras", 0, "tripwires", 1), ("cameras", 0, "zones", 0)}
        assert path.read_bytes() == before

    def test_an_id_of_another_camera_is_refused(self, setup):
        with pytest.raises(SiteFileError, match="another tripwire has the id `gate`"):
            redraw(setup, "hall", tripwires=(line("gate"),))

    def test_no_such_camera(self, setup):
        with pytest.raises(NotFoundError):
            setup.draw(SYSTEM, "cellar", [], [], [], None)

    share = st.floats(0, 1).map(lambda v: round(v, 3))

    @settings(max_examples=40, deadline=None)
    @given(ends=st.lists(st.tuples(share, share, share, share), min_size=1, max_size=4))
    def test_every_line_that_can_be_counted_comes_back_as_it_was_drawn(self, tmp_path_factory, ends):
        path = tmp_path_factory.mktemp("drawn") / "site.yaml"
        start_site_file(path, "s", "S", "UTC")
        setup = Setup(path, path.parent, Noted(), environment={})
        setup.add_camera(SYSTEM, {"name": "c"}, camera="c")
        drawn = [line(f"l{n}", e[:2], e[2:]) for n, e in enumerate(ends) if abs(e[0] - e[2]) + abs(e[1] - e[3]) > 0.01]
        setup.draw(SYSTEM, "c", drawn, [], [], None)
        assert list(camera_of(setup, "c").tripwires) == drawn


class TestCameras:
    def test_the_first_one_of_a_site_that_has_none(self, tmp_path):
        path = tmp_path / "new" / "site.yaml"
        start_site_file(path, "shop", "Ä: shop", "Europe/Lisbon")
        setup = Setup(path, tmp_path, Noted(), environment={})
        assert setup.cameras() == []
        name, revision = setup.add_camera(
            SYSTEM, {"name": "Große Tür", "source": "door.mp4", "pace": "real", "loop": True}
        )
        assert (name, revision) == ("grosse-tur", setup.revision)
        camera = camera_of(setup, name)
        assert (camera.loop, camera.source) == (True, str(path.parent / "door.mp4"))
        assert setup.read()[0].name == "Ä: shop"

    def test_a_site_file_that_is_there_is_left_alone(self, path):
        start_site_file(path, "other", "", "UTC")
        assert path.read_text() == TEXT

    def test_a_password_lies_in_a_file_of_its_own(self, setup, path):
        name, _ = setup.add_camera(SYSTEM, {"source": "rtsp://viewer@192.0.2.9/main"}, camera="lift", password=SECRET)
        assert SECRET not in path.read_text()
        camera = camera_of(setup, name)
        assert camera.source == "rtsp://viewer:hunter%3A2%2F%40%25@192.0.2.9/main"
        assert SECRET not in camera.shown
        known = setup.camera(name)
        assert (known.address, known.password) == ("rtsp://viewer@192.0.2.9/main", True)
        assert SECRET not in repr(known)
        (kept,) = (path.parent / "own" / "secrets" / "cameras").iterdir()
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700

    def test_a_password_inside_the_address_is_taken_out(self, setup, path):
        name, _ = setup.add_camera(SYSTEM, {"source": "rtsp://viewer:p%40ss@192.0.2.9/main"}, camera="lift")
        assert "p%40ss" not in path.read_text()
        assert "p@ss" not in path.read_text()
        assert camera_of(setup, name).source == "rtsp://viewer:p%40ss@192.0.2.9/main"

    def test_a_kept_password_goes_to_no_other_host(self, setup):
        name, _ = setup.add_camera(SYSTEM, {"source": "rtsp://viewer@192.0.2.9/main"}, camera="lift", password=SECRET)
        setup.change_camera(SYSTEM, name, {"source": "rtsp://viewer@192.0.2.9/small"})
        assert "hunter" in camera_of(setup, name).source
        for other in ("rtsp://viewer@192.0.2.66/main", "rtsp://admin@192.0.2.9/main", "http://viewer@192.0.2.9/main"):
            setup.change_camera(SYSTEM, name, {"source": "rtsp://viewer@192.0.2.9/main"}, password=SECRET)
            setup.change_camera(SYSTEM, name, {"source": other})
            assert camera_of(setup, name).source == other

    def test_a_password_that_nothing_refers_to_is_deleted(self, setup, path):
        folder = path.parent / "own" / "secrets" / "cameras"
        name, _ = setup.add_camera(SYSTEM, {"source": "rtsp://viewer@192.0.2.9/main"}, camera="lift", password=SECRET)
        setup.change_camera(SYSTEM, name, {"source": "rtsp://viewer@192.0.2.9/main"}, password="another")
        assert [file.read_text() for file in folder.iterdir()] == ["another"]
        with pytest.raises(SiteFileError):
            setup.add_camera(
                SYSTEM, {"source": "rtsp://v@192.0.2.9/main", "anchor": "hat"}, camera="bad", password=SECRET
            )
        assert len(list(folder.iterdir())) == 1
        setup.remove_camera(SYSTEM, name)
        assert list(folder.iterdir()) == []

    def test_the_environments_secrets_cannot_be_asked_for(self, setup):
        for source in ("rtsp://v:${CAMERA_PASSWORD}@192.0.2.66/", "rtsp://192.0.2.66/${file:/etc/hostname}"):
            with pytest.raises(InputError, match="typed here"):
                setup.add_camera(SYSTEM, {"source": source}, camera="thief")

    def test_what_a_person_wrote_with_a_variable_stays(self, setup, path):
        known = setup.camera("hall")
        assert known.address == "rtsp://viewer@192.0.2.7/main"
        setup.change_camera(SYSTEM, "hall", {"source": known.address, "name": "Hall"})
        assert "source: rtsp://viewer:${CAMERA_PASSWORD}@192.0.2.7/main" in path.read_text()
        assert camera_of(setup, "hall").source == "rtsp://viewer:env-secret@192.0.2.7/main"

    def test_a_password_without_a_user(self, setup):
        with pytest.raises(InputError, match="user name"):
            setup.add_camera(SYSTEM, {"source": "rtsp://192.0.2.9/main"}, camera="lift", password=SECRET)

    def test_a_key_is_removed_by_none(self, setup):
        setup.change_camera(SYSTEM, "hall", {"pass_by": None})
        assert camera_of(setup, "hall").pass_by is None

    def test_removing_one_takes_its_lines_out_of_entrances(self, setup):
        setup.remove_camera(SYSTEM, "hall")
        site, _ = setup.read()
        assert [camera.id for camera in site.cameras] == ["yard"]
        assert [entrance.id for entrance in site.entrances] == ["back"]

    def test_wrong_keys_are_told_beside_them(self, setup):
        with pytest.raises(SiteFileError) as caught:
            setup.change_camera(SYSTEM, "yard", {"anchor": "hat", "pass_by": "nowhere"})
        assert {fault.loc for fault in caught.value.faults} == {("cameras", 1, "anchor"), ("cameras", 1, "pass_by")}


class TestTheFile:
    def test_nobodys_change_is_lost(self, setup):
        seen = setup.revision
        setup.name(SYSTEM, "Shop of us", revision=seen)
        with pytest.raises(ConflictError):
            setup.name(SYSTEM, "Shop of them", revision=seen)
        assert setup.read()[0].name == "Shop of us"

    def test_the_versions_before_are_kept(self, setup, path):
        setup.name(SYSTEM, "One")
        setup.name(SYSTEM, "Two")
        history = sorted((path.parent / "own" / HISTORY).iterdir())
        assert len(history) == 2
        assert history[0].read_text() == TEXT
        assert "name: One" in history[1].read_text()

    def test_hours_are_written_as_people_write_them(self, setup, path):
        usual = Hours(time(9), time(20))
        setup.hours(SYSTEM, dict.fromkeys(range(6), usual) | {5: Hours(time(10), time(2))})
        assert (
            "  hours:\n    mon-fri: 09:00-20:00\n    sat: 10:00-02:00\n    sun: closed\n\ncameras:" in path.read_text()
        )
        setup.hours(SYSTEM, dict.fromkeys(range(7), usual))
        assert "    daily: 09:00-20:00\n" in path.read_text()
        setup.hours(SYSTEM, {})
        assert setup.read()[0].hours == {}

    def test_a_time_zone_that_is_none(self, setup):
        with pytest.raises(SiteFileError) as caught:
            setup.name(SYSTEM, "Shop", zone="Europe/Bärlin")
        assert [fault.loc for fault in caught.value.faults] == [("site", "time_zone")]

    def test_who_runs_the_site_is_told(self, path):
        told = []
        setup = Setup(path, path.parent, Noted(), changed=told.append, environment={"CAMERA_PASSWORD": "x"})
        setup.name(SYSTEM, "New")
        setup.name(SYSTEM, "New")
        assert [site.name for site in told] == ["New"]

    def test_every_change_and_nothing_else_is_in_the_audit(self, path):
        noted = Noted()
        setup = Setup(path, path.parent / "own", noted, environment={"CAMERA_PASSWORD": "x"})
        by = Actor("1", "Ada", frozenset())
        name, _ = setup.add_camera(by, {"source": "rtsp://v@192.0.2.9/main"}, camera="lift", password=SECRET)
        setup.change_camera(by, name, {"source": "rtsp://v@192.0.2.9/main"})
        setup.change_camera(by, name, {"source": "rtsp://v@192.0.2.9/main"}, password="another")
        setup.draw(by, name, [line("rail")], [], [], None)
        setup.remove_camera(by, name)
        with pytest.raises(NotFoundError):
            setup.remove_camera(by, name)
        setup.name(by, "New")
        setup.name(by, "New")
        setup.hours(by, {})
        assert noted.entries == [
            ("Ada", "camera.added", "camera:lift"), ("Ada", "camera.changed", "camera:lift"),
            ("Ada", "camera.drawn", "camera:lift"), ("Ada", "camera.removed", "camera:lift"),
            ("Ada", "site.changed", ""), ("Ada", "site.changed", ""),
        ]  # fmt: skip

    def test_a_change_that_cannot_be_run_is_in_the_audit_all_the_same(self, path):
        def fail(_site):
            raise ConflictError("no", "Try.")

        noted = Noted()
        setup = Setup(path, path.parent, noted, changed=fail, environment={"CAMERA_PASSWORD": "x"})
        with pytest.raises(ConflictError):
            setup.name(SYSTEM, "New")
        assert "New" in path.read_text()
        assert [entry[1] for entry in noted.entries] == ["site.changed"]

    def test_permissions_stay(self, setup, path):
        path.chmod(0o640)
        setup.name(SYSTEM, "New")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_a_file_that_somebody_broke_is_not_touched(self, setup, path):
        path.write_text("site: [")
        with pytest.raises(SiteFileError):
            setup.name(SYSTEM, "New")
        assert path.read_text() == "site: ["

    def test_a_file_that_is_gone(self, setup, path):
        path.unlink()
        with pytest.raises(StoreError):
            setup.read()

    def test_lists_that_are_not_indented_stay_so(self, tmp_path):
        path = tmp_path / "site.yaml"
        text = "site:\n  id: s\n  time_zone: UTC\ncameras:\n- id: a\n  source: x.mp4\n- id: b\n"
        path.write_text(text)
        Setup(path, tmp_path, Noted(), environment={}).change_camera(SYSTEM, "b", {"source": "y.mp4"})
        assert path.read_text() == text + "  source: y.mp4\n"

    def test_nothing_half_written_is_left(self, setup, path):
        setup.name(SYSTEM, "New")
        assert {each.name for each in path.parent.iterdir()} == {"site.yaml", "own"}


def test_ids_of_names():
    assert make_id("Main door", ()) == "main-door"
    assert make_id("Main door", {"main-door", "main-door-2"}) == "main-door-3"
    assert make_id("入口", ()) == "item"
    assert Path(make_id("../../etc", ())).name == "etc"
