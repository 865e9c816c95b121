"""The front of recognition: nothing is made before a grant, and whatever fails behind it, cameras go on."""

import threading
from dataclasses import replace

import pytest
from looking import MARK, Shop

from drawn_faces import SPACE, Body, look, shot_of
from galleria.app import faces as networks
from galleria.app.face_desk import Around, Faces
from galleria.app.recognition import shelf
from galleria.app.recognition.desk import Recognition
from galleria.domain.errors import PolicyError, StoreError
from galleria.domain.face import Template
from galleria.domain.purpose import Purpose
from galleria.domain.site import FaceSetting
from galleria.domain.time import trading_day
from galleria.storage.vault.keys import KeyStore

UNIQUE, AUDIENCE = Purpose.UNIQUE, Purpose.AUDIENCE


class Front(Shop):
    """A shop whose desk is made by its front, as a running site does it."""

    def open(self):
        around = Around(
            lambda: self.site, self.place.folder, self.place.keys, self.grants, self.store.kept, self.clock,
            lambda *_: None,
        )  # fmt: skip
        self.desk = Faces(around)

    def ready(self):
        """Until networks are loaded."""
        self.desk.tick()
        self.desk._desk.wait()

    def seen(self, purpose=UNIQUE):
        day = trading_day(self.site, self.clock.now())
        return self.store.kept.seen(purpose, day).sightings


@pytest.fixture
def shop(tmp_path, monkeypatch):
    made = []

    def make(*purposes):
        made.append(Front(tmp_path, {"door": purposes}))
        drawn = made[-1].tools

        def fetched(need, _):
            return shelf.Loaded(need, drawn, MARK if need.templates else None, 128 if need.templates else 0)

        monkeypatch.setattr(Recognition.__init__, "__kwdefaults__",
                            {"greet": lambda *_: None, "fetch": fetched})  # fmt: skip
        return made[-1]

    yield make
    for one in made:
        one.desk.stop()
        one.store.kept.close()


def templates(who):
    values = shot_of(who, 1000)
    return [Template(SPACE, values / (values @ values) ** 0.5)]


def test_without_a_grant_there_is_no_desk(shop):
    made = shop()
    made.stand({1: Body(1)})
    made.desk.closed("door")
    assert not made.desk.running
    assert made.desk.erasures() == {}
    assert not made.place.keys.exists()


def test_with_a_grant_visitors_are_recognised_and_can_be_erased(shop):
    made = shop(UNIQUE)
    made.ready()
    made.visit(1, 1)
    made.visit(2, 2)
    assert len({one.label for one in made.seen()}) == 2
    erasing = made.desk.erasures()[UNIQUE]
    assert erasing.erase(templates(1)) == 1
    assert erasing.erase(templates(1)) == 0
    assert len(made.seen()) == 1


def test_who_asks_for_it_is_erased_also_after_a_stop_and_a_new_start(shop, loading):
    made = shop(UNIQUE)
    made.ready()
    made.visit(1, 1)
    made.visit(2, 2)
    made.grants.gate.stop(UNIQUE)
    made.desk.tick()
    made.desk.stop()
    made.open()
    assert not made.desk.running
    assert made.desk.steps()  # to look at who stands there, and at nobody else
    assert made.desk.erasures()[UNIQUE].erase(templates(1)) == 1
    assert len(made.seen()) == 1
    made.clock.time = trading_day(made.site, made.clock.now()).end
    with pytest.raises(PolicyError):  # nothing is kept, and nothing runs
        made.desk.steps()
    assert made.desk.erasures() == {}


def test_where_the_store_fails_nobody_is_erased_by_half(shop, monkeypatch):
    made = shop(UNIQUE)
    made.ready()
    made.visit(1, 1)

    def full(_):
        problem = "the disk is full"
        raise StoreError(problem, "Free space.")

    with monkeypatch.context() as broken:
        broken.setattr(made.desk._around.store, "forget", full, raising=False)
        with pytest.raises(StoreError):
            made.desk.erasures()[UNIQUE].erase(templates(1))
    assert made.desk.erasures()[UNIQUE].erase(templates(1)) == 1
    assert made.seen() == []


def test_what_was_kept_once_goes_also_when_nothing_is_granted_any_more(shop):
    made = shop()
    KeyStore(made.place.keys).create(made.place.scope(UNIQUE, "2026-10-10"), made.clock.now() - 1)
    made.desk.tick()
    assert made.keys() == []


def test_whatever_fails_cameras_go_on_and_it_is_told_once(shop, caplog):
    made = shop(UNIQUE)

    def broken(_):
        problem = "no grants"
        raise RuntimeError(problem)

    def also_broken(_):
        problem = "no grants either"
        raise RuntimeError(problem)

    for granted in (broken, also_broken, broken, also_broken):
        made.grants.granted = granted
        made.stand({1: Body(1)})
        made.desk.tick()
    assert len([record for record in caplog.records if record.getMessage() == "faces: it failed"]) == 2


def test_a_library_that_is_not_installed_keeps_nobody_from_counting(shop, monkeypatch, caplog):
    made = shop(UNIQUE)
    monkeypatch.setitem(__import__("sys").modules, "galleria.app.recognition.desk", None)
    made.stand({1: Body(1)})
    assert not made.desk.running
    assert any(record.exc_info and record.exc_info[0] is ModuleNotFoundError for record in caplog.records)


@pytest.fixture
def loading(monkeypatch):
    """Networks of a kiosk, loaded when they may be."""
    asked, may = [], threading.Event()
    may.set()

    def face_steps(wanted, *_):
        asked.append(wanted)
        assert may.wait(10)
        return object()

    monkeypatch.setattr(networks, "face_steps", face_steps)
    return asked, may


def test_a_kiosk_gets_networks_while_a_purpose_compares_faces(shop, loading):
    made = shop(UNIQUE, AUDIENCE)
    asked, _ = loading
    first = made.desk.steps()
    assert made.desk.steps() is first
    assert len(asked) == 1
    made.site = replace(made.site, faces=FaceSetting(embedder="another"))
    assert made.desk.steps() is not first
    assert asked[-1].embedder == "another"
    made.grants.gate.stop(UNIQUE)
    with pytest.raises(PolicyError):
        made.desk.steps()


def test_a_kiosks_networks_go_with_the_purpose(shop, loading):
    made = shop(UNIQUE, AUDIENCE)
    asked, _ = loading
    first = made.desk.steps()
    made.desk.tick()
    assert made.desk.steps() is first
    made.grants.gate.stop(UNIQUE)
    made.desk.tick()
    assert made.desk._steps is None
    assert len(asked) == 1


def test_no_camera_waits_for_a_kiosks_networks(shop, loading):
    made = shop(UNIQUE)
    made.ready()
    asked, may = loading
    may.clear()
    kiosk = threading.Thread(target=made.desk.steps)
    kiosk.start()
    camera = threading.Thread(
        target=made.desk.look, args=(made.cameras["door"], made.origin(), look(made.clock.now(), {1: Body(1)}))
    )
    camera.start()
    camera.join(5)
    waited = camera.is_alive()
    may.set()
    kiosk.join()
    camera.join()
    assert not waited
    assert len(asked) == 1
