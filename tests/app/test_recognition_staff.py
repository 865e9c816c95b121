"""The purpose `staff`: built only where it is declared, without a network; visitors leave marked ones out."""

import logging
from dataclasses import replace

import numpy as np
import pytest
from looking import RATE, Shop

from drawn_faces import HEIGHT, WIDTH, Body, look
from galleria.analytics.visitors import visitors_of
from galleria.app.recognition.staffing import LABEL
from galleria.domain.frame import ArrayPicture, Frame
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import SightingKind
from galleria.domain.site import Colour, StaffSetting, Uniform
from galleria.domain.time import trading_day
from galleria.runtime.look import Look

STAFF, UNIQUE = Purpose.STAFF, Purpose.UNIQUE
SHIRT = (52, 58, 8)  # too dark to be taken for a face
POLO = StaffSetting((Uniform("polo", Colour((155, 187), (0.4, 1), (0.12, 1))),))


class Dressed(Shop):
    """Bodies by track wear a uniform where `wearing` has their track."""

    wearing: frozenset[int] = frozenset()

    def look(self, bodies, camera="door", at=None, **facts):
        time = self.clock.now() if at is None else at
        drawn = look(time, bodies, camera=camera, **facts)
        if drawn.frame is not None:
            pixels = drawn.frame.picture.bgr(WIDTH, HEIGHT).copy()
            for body in (body for track, body in bodies.items() if track in self.wearing):
                rows = slice(round((body.box.top + 0.3 * body.box.height) * HEIGHT), round(body.box.bottom * HEIGHT))
                pixels[rows, round(body.box.left * WIDTH) : round(body.box.right * WIDTH)] = SHIRT
            drawn = Look(Frame(camera, 0, time, ArrayPicture(pixels)), updates=drawn.updates)
        self.desk.look(self.cameras[camera], self.origin(camera), drawn)


@pytest.fixture
def shop(tmp_path):
    made = []

    def make(*purposes, hall=(), wearing=(1,), staff=POLO, **facts):
        one = Dressed(tmp_path, {"door": purposes, "hall": hall}, site={"staff": staff}, **facts)
        one.wearing = frozenset(wearing)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()
        one.store.kept.close()


def both():
    return {1: Body(1, (100, 100)), 2: Body(2, (600, 100))}


def test_declared_it_marks_tracks_once_and_loads_no_network(shop):
    made = shop(STAFF)
    made.stand(both(), 6)
    made.desk.tick()
    (mark,) = made.sightings()
    assert (mark.origin, mark.track, mark.purpose, mark.label) == (made.origin(), 1, STAFF, LABEL)
    assert mark.kind is SightingKind.NEW
    assert made.fetched == []
    assert made.drawn.asked() == {}
    assert not made.place.folder.exists()
    assert made.keys() == []


def test_undeclared_it_is_not_built(shop):
    made = shop(UNIQUE, Purpose.AUDIENCE, hall=(STAFF,))
    made.stand(both(), 4)
    assert "door" not in made.desk._staffing
    assert made.sightings(STAFF) == []
    made.stand(both(), 4, "hall")
    assert "hall" in made.desk._staffing
    assert [one.origin.camera for one in made.sightings(STAFF)] == ["hall"]


def test_a_declaration_without_a_notice_to_staff_builds_nothing(shop):
    made = shop(STAFF, staff_notice="")
    made.stand(both(), 4)
    assert "door" not in made.desk._staffing
    assert made.sightings() == []


def test_a_declaration_that_was_altered_after_signing_builds_nothing(shop):
    made = shop(STAFF)
    gate = made.grants.gate
    (declaration,) = gate._declarations
    gate._declarations = (replace(declaration, staff_notice="works agreement 13"),)
    made.stand(both(), 4)
    assert "door" not in made.desk._staffing
    assert made.sightings() == []


def test_a_stop_ends_it_at_once(shop):
    made = shop(STAFF)
    made.stand(both(), 0.8)
    assert "door" in made.desk._staffing
    made.grants.gate.stop(STAFF)
    made.stand(both(), 4)
    assert "door" not in made.desk._staffing
    assert made.sightings() == []


def day_of(made):
    return made.store.kept.seen(UNIQUE, trading_day(made.site, made.clock.now()))


def test_visitors_leave_staff_out_also_on_tracks_where_nothing_tells_them(shop):
    made = shop(STAFF, UNIQUE)
    made.visit(1, 1)
    made.visit(2, 2)
    made.visit(1, 3)  # the same one, in a coat
    assert len(set(made.labels(UNIQUE))) == 2
    assert [one.track for one in made.sightings(STAFF)] == [1]
    (visitor,) = visitors_of(day_of(made)).values()
    assert [one.track for one in visitor] == [2]


def test_without_the_purpose_they_are_visitors(shop):
    made = shop(UNIQUE)
    made.visit(1, 1)
    made.visit(2, 2)
    assert len(visitors_of(day_of(made))) == 2


def test_once_known_staff_are_tallied_nowhere(shop):
    made = shop(STAFF, Purpose.EXPERIENCE, Purpose.AUDIENCE)
    made.stand(both(), 3)
    assert len(made.sightings(STAFF)) == 1
    before = made.tallies(Purpose.EXPERIENCE)["faces"]
    watched = made.tallies(Purpose.AUDIENCE)["attention"]
    made.stand(both(), 20)
    made.desk.tick()
    # One face of two is told every five seconds.
    assert made.tallies(Purpose.EXPERIENCE)["faces"] - before == pytest.approx(4, abs=1)
    assert made.tallies(Purpose.AUDIENCE)["attention"] - watched == pytest.approx(20, abs=2)


def test_age_and_gender_of_staff_are_tallied_nowhere(shop):
    made = shop(STAFF, Purpose.DEMOGRAPHICS)
    made.stand({track: replace(body, who=0) for track, body in both().items()}, 3)  # no face is to be seen yet
    made.stand(both(), 3)
    made.look({}, ended=[1, 2])
    made.desk.tick()
    assert made.desk.seen.portraits == 2
    assert made.tallies(Purpose.DEMOGRAPHICS) == {"35-44 female": 1}


def test_a_mark_is_given_anew_in_the_next_epoch_and_after_a_new_setting(shop):
    made = shop(STAFF)
    made.stand(both(), 4)
    made.epochs["door"] = "two"
    made.stand(both(), 4)
    assert [one.origin.epoch for one in made.sightings()] == ["one", "two"]
    first, second = made.sightings()
    assert first.id != second.id
    made.desk.reload(made.site)
    made.stand(both(), 4)
    assert len(made.sightings()) == 2


def test_footage_of_another_time_is_not_looked_at(shop):
    made = shop(STAFF)
    for n in range(4 * RATE):
        made.look(both(), at=made.clock.now() - 86400 + n / RATE)
    made.desk.tick()
    assert made.sightings() == []


def test_where_nothing_says_who_they_are_nobody_is_and_the_log_says_so_once(shop, caplog):
    made = shop(STAFF, staff=StaffSetting())
    with caplog.at_level(logging.WARNING):
        made.stand(both(), 4)
    assert made.sightings() == []
    assert [record.event for record in caplog.records] == ["staff-unset"]
    assert "staff:" in caplog.text


def test_a_mark_holds_nothing_of_a_picture(shop):
    made = shop(STAFF)
    made.stand(both(), 4)
    (row,) = made.store.kept._all("SELECT * FROM sighting")
    assert not any(isinstance(value, bytes | np.ndarray) for value in row)
    assert row[7] == LABEL
