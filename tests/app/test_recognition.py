"""Faces under purposes: what the desk makes of looks while grants hold, when they end, and when something fails."""

import logging
from dataclasses import replace

import pytest
from looking import DOOR, MARK, MEASURED, NOW, Shop

from drawn_faces import SPACE, Body, shot_of
from galleria.domain.errors import ModelError
from galleria.domain.face import Template
from galleria.domain.geometry import Point, Polygon
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import SightingKind
from galleria.domain.time import trading_day
from galleria.runtime.face_facts import Need
from galleria.storage.vault.templates import TemplateVault

UNIQUE, RETURNING, MEMBERS = Purpose.UNIQUE, Purpose.RETURNING, Purpose.MEMBERS
DEMOGRAPHICS, EXPERIENCE, AUDIENCE = Purpose.DEMOGRAPHICS, Purpose.EXPERIENCE, Purpose.AUDIENCE
ALL = (UNIQUE, RETURNING, MEMBERS, DEMOGRAPHICS, EXPERIENCE, AUDIENCE)


@pytest.fixture
def shop(tmp_path):
    made = []

    def make(*purposes, hall=(), **facts):
        made.append(Shop(tmp_path, {"door": purposes, "hall": hall}, **facts))
        return made[-1]

    yield make
    for one in made:
        one.close()
        one.store.kept.close()


def templates(who, count=2):
    made = [shot_of(who, 1000 + n) for n in range(count)]
    return [Template(SPACE, values / (values @ values) ** 0.5) for values in made]


def everything(folder):
    return {path.name for path in folder.rglob("*") if path.is_file()} - {"visitors.db"}


def test_without_a_grant_nothing_is_looked_at_and_nothing_is_loaded(shop, tmp_path):
    made = shop()
    made.stand({1: Body(1)}, 5)
    assert made.fetched == []
    assert made.drawn.asked() == {}
    assert made.store.puts == []
    assert [name for name in everything(tmp_path) if not name.startswith("visitors.db")] == []


@pytest.mark.parametrize(
    ("purpose", "need", "asked"),
    [
        (UNIQUE, Need(templates=True), {"finder", "age", "embedder"}),
        (RETURNING, Need(templates=True), {"finder", "age", "embedder"}),
        (MEMBERS, Need(templates=True), {"finder", "age", "embedder"}),
        (DEMOGRAPHICS, Need(attributes=True), {"finder", "age", "gender"}),
        (EXPERIENCE, Need(expressions=True), {"finder", "age", "expression"}),
        (AUDIENCE, Need(attention=True), {"finder"}),
    ],
)
def test_each_purpose_gives_its_own_facts_and_no_others(shop, purpose, need, asked):
    made = shop(purpose)
    made.visit(1, 1)
    assert made.fetched == [need]
    assert set(made.drawn.asked()) == asked
    assert {one.purpose for one in made.sightings()} == ({purpose} & {UNIQUE, RETURNING})
    tallied = {one for one in ALL if made.tallies(one)}
    assert tallied == ({purpose} & {DEMOGRAPHICS, EXPERIENCE, AUDIENCE})


def test_all_purposes_together_give_all_their_facts(shop):
    made = shop(*ALL)
    made.visit(1, 1)
    made.visit(2, 2)
    made.visit(1, 3)
    for purpose in (UNIQUE, RETURNING):
        first, second, third = made.labels(purpose)
        assert first == third != second
    assert not set(made.labels(UNIQUE)) & set(made.labels(RETURNING))
    assert made.tallies(DEMOGRAPHICS) == made.tallies(DEMOGRAPHICS, "queue") == {"35-44 female": 3}
    assert made.tallies(EXPERIENCE) == {"faces": 3, "smiling": 3}
    assert made.tallies(AUDIENCE)["opportunities"] == made.tallies(AUDIENCE)["watchers"] == 3
    assert made.tallies(AUDIENCE)["attention"] == pytest.approx(9, abs=2)
    assert (made.desk.seen.portraits, made.desk.seen.minors) == (3, 0)


def test_likely_minors_leave_no_trace_but_their_number(shop, tmp_path):
    made = shop(UNIQUE, DEMOGRAPHICS)
    made.drawn.ages = {1: 14.0}
    made.visit(1, 1)
    assert made.sightings() == []
    assert made.tallies(DEMOGRAPHICS) == {}
    assert made.drawn.embedder.asked == 0
    assert made.desk.seen.minors == 1
    assert "unique.vault" not in everything(tmp_path)


def test_a_stop_between_two_looks_ends_everything_and_keeps_what_was_counted(shop):
    made = shop(*ALL)
    made.visit(1, 1)
    made.stand({2: Body(2)}, 0.25)
    written, asked = len(made.store.puts), dict(made.drawn.asked())
    for purpose in ALL:
        made.grants.gate.stop(purpose)
    made.look({2: Body(2)})
    made.clock.advance(0.25)
    made.look({}, ended=[2])
    assert made.drawn.asked() == asked
    assert made.desk.minting == (UNIQUE, RETURNING)
    made.desk.tick()
    assert made.desk.minting == ()
    assert made.desk.members.period is None
    made.stand({3: Body(3)}, 5)
    assert made.drawn.asked() == asked
    assert [one for some, _ in made.store.puts[written:] for one in some] == []
    assert made.tallies(AUDIENCE)["opportunities"] == 2
    assert made.tallies(DEMOGRAPHICS) == {"35-44 female": 1}


def test_of_several_purposes_the_one_that_is_stopped_ends_also_where_nothing_is_looked_at(shop):
    """The camera shows nothing any more: what its step held goes with the next tick all the same."""
    made = shop(UNIQUE, AUDIENCE)
    made.stand({1: Body(1)}, 0.5)
    assert made.desk._lanes["door"].need.templates
    made.grants.gate.stop(UNIQUE)
    made.desk.tick()
    assert "door" not in made.desk._lanes
    asked = made.drawn.embedder.asked
    made.stand({1: Body(1)}, 5)
    assert made.drawn.embedder.asked == asked


def test_an_epoch_that_ends_after_a_stop_leaves_nothing_of_what_its_step_held(shop):
    made = shop(UNIQUE)
    made.stand({1: Body(1)}, 0.75)
    asked = made.drawn.embedder.asked
    made.grants.gate.stop(UNIQUE)
    made.desk.closed("door")
    made.desk.tick()
    assert made.drawn.embedder.asked == asked
    assert made.sightings() == []


def test_an_epoch_that_ends_gives_what_its_step_held(shop):
    made = shop(UNIQUE, DEMOGRAPHICS)
    made.stand({1: Body(1)}, 0.75)
    made.desk.closed("door")
    made.desk.tick()
    assert len(made.labels()) == 1
    assert made.tallies(DEMOGRAPHICS) == {"35-44 female": 1}


def test_after_a_stop_nothing_is_loaded_any_more_and_a_start_loads_again(shop):
    made = shop(UNIQUE)
    made.grants.gate.stop(UNIQUE)
    made.desk.tick()
    made.grants.gate.start(UNIQUE)
    made.desk.wait()
    assert len(made.fetched) == 2
    made.visit(1, 1)
    assert len(made.labels()) == 1


@pytest.mark.parametrize("away", [-3600.0, 3600.0])
def test_footage_of_another_time_is_not_looked_at(shop, away):
    made = shop(*ALL)
    for n in range(40):
        made.look({1: Body(1)}, at=made.clock.now() + away + n / 8)
    made.desk.tick()
    assert made.drawn.asked() == {}
    assert made.store.puts == []


def test_who_is_seen_by_two_cameras_is_one_visitor(shop):
    made = shop(UNIQUE, hall=(UNIQUE,))
    made.visit(1, 1)
    made.visit(1, 1, "hall")
    door, hall = made.sightings()
    assert (door.kind, hall.kind) == (SightingKind.NEW, SightingKind.AGAIN)
    assert door.label == hall.label
    assert door.id != hall.id


def test_who_was_lost_by_one_camera_may_be_before_another_at_once(shop):
    """Lost is not ended: the track is awaited for a while, and its visitor is somewhere else already."""
    made = shop(UNIQUE, hall=(UNIQUE,))
    made.stand({1: Body(1)}, 3)
    made.clock.advance(2)  # unseen since then
    made.look({}, lost=[1])
    made.stand({7: Body(1)}, 2, "hall")
    assert [one.kind for one in made.sightings()] == [SightingKind.NEW, SightingKind.AGAIN]


def test_cameras_with_different_needs_get_what_they_need_and_no_more(shop):
    made = shop(DEMOGRAPHICS, hall=(AUDIENCE,))
    made.stand({1: Body(1)}, 3, "hall")
    assert set(made.drawn.asked()) == {"finder"}
    made.stand({1: Body(1)}, 3)
    assert made.drawn.expression.asked == made.drawn.embedder.asked == 0
    assert made.tallies(DEMOGRAPHICS) == {"35-44 female": 1}
    assert made.fetched == [Need(attributes=True, attention=True)]


def test_a_camera_that_is_drawn_anew_goes_on_with_who_was_counted(shop):
    """Lines were moved: the epoch has another name, tracks go on."""
    made = shop(UNIQUE, DEMOGRAPHICS, AUDIENCE)
    made.stand({1: Body(1)}, 3)
    made.epochs["door"] = "another"
    made.cameras["door"] = replace(DOOR, zones=())
    made.stand({1: Body(1)}, 10)
    made.look({}, ended=[1])
    made.desk.tick()
    assert len(made.labels()) == 1
    assert made.tallies(DEMOGRAPHICS) == {"35-44 female": 1}
    assert made.tallies(AUDIENCE)["opportunities"] == made.tallies(AUDIENCE)["watchers"] == 1
    assert made.tallies(AUDIENCE)["attention"] == pytest.approx(12.5, abs=1)
    assert made.tallies(AUDIENCE, "queue") == {}


def test_what_an_epoch_has_counted_stays_when_its_record_is_read_again(shop):
    """What an epoch has counted so far takes the place of what it had counted before: it may not begin again at 0."""
    made = shop(DEMOGRAPHICS)
    made.visit(1, 1)
    made.cameras["door"] = replace(DOOR, name="The door")
    made.visit(2, 2)
    assert made.tallies(DEMOGRAPHICS) == {"35-44 female": 2}


@pytest.mark.parametrize("why", ["stopped", "another need", "lane", "network"])
def test_what_an_epoch_has_counted_stays_when_its_step_is_made_anew(shop, why):
    made = shop(DEMOGRAPHICS, AUDIENCE)
    made.visit(1, 1)
    if why == "stopped":
        made.grants.gate.stop(DEMOGRAPHICS)
        made.grants.gate.stop(AUDIENCE)
        made.stand({2: Body(2)}, 2)
        made.grants.gate.start(DEMOGRAPHICS)
        made.desk.wait()
    elif why == "another need":
        made.grants.gate.stop(AUDIENCE)
        made.desk.wait()
    elif why == "lane":
        made.cameras["door"] = replace(DOOR, lane=Polygon((Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1))))
    else:
        made.drawn.finder.breaks = True
        made.stand({2: Body(2)}, 2)
        made.drawn.finder.breaks = False
    made.visit(3, 3)
    assert made.tallies(DEMOGRAPHICS) == {"35-44 female": 2}


def test_a_lane_that_is_drawn_drops_what_was_seen_outside_of_it(shop):
    made = shop(UNIQUE)
    made.stand({1: Body(1, (600, 100))}, 0.75)
    made.cameras["door"] = replace(DOOR, lane=Polygon((Point(0, 0), Point(0.5, 0), Point(0.5, 1), Point(0, 1))))
    made.stand({1: Body(1, (600, 100))}, 5)
    made.look({}, ended=[1])
    made.desk.tick()
    assert made.drawn.embedder.asked == 0
    assert made.sightings() == []


def test_panels_mint_nobody(shop, tmp_path):
    made = shop(UNIQUE, RETURNING, panel=True)
    made.visit(1, 1)
    assert made.sightings() == []
    assert made.desk.minting == ()
    assert not {"unique.vault", "returning.vault"} & everything(tmp_path)


def test_a_dossier_of_another_model_is_told_and_nothing_is_compared(shop, caplog):
    other = replace(MEASURED, model=replace(MARK, sha256="ef" * 32))
    made = shop(UNIQUE, MEMBERS, DEMOGRAPHICS, dossier=other)
    with caplog.at_level(logging.ERROR):
        made.visit(1, 1)
        made.visit(2, 2)
    assert made.sightings() == []
    assert made.desk.minting == ()
    assert [record.message for record in caplog.records if "dossier" in record.message]
    assert made.tallies(DEMOGRAPHICS) == {"35-44 female": 2}  # each track once, for all that


def test_a_store_that_fails_gets_everything_later_and_nothing_twice(shop, caplog):
    made = shop(UNIQUE, DEMOGRAPHICS)
    made.store.fails = True
    made.visit(1, 1)
    made.visit(2, 2)
    assert len([record for record in caplog.records if "disk is full" in record.message]) == 1
    made.store.fails = False
    made.desk.tick()
    made.desk.tick()
    ((sightings, tallies),) = made.store.puts
    assert len({one.label for one in sightings}) == len(sightings) == 2
    assert [(one.place, one.amount) for one in tallies] == [("queue", 2)]


def test_a_store_that_fails_keeps_no_period_from_ending(shop):
    made = shop(UNIQUE)
    made.visit(1, 1)
    made.store.fails = True
    made.visit(2, 2)
    made.grants.gate.stop(UNIQUE)
    made.clock.advance(trading_day(made.site, made.clock.now()).seconds)
    made.desk.tick()
    assert made.keys() == []


def test_a_network_that_fails_costs_what_it_was_asked_for_and_no_more(shop, caplog):
    made = shop(UNIQUE, AUDIENCE)
    made.visit(1, 1)
    made.clock.advance(60)  # nobody is bridged by clothes
    made.drawn.embedder.breaks = True
    made.visit(2, 2)
    made.drawn.embedder.breaks = False
    made.visit(3, 3)
    assert len(made.labels()) == 2
    assert made.tallies(AUDIENCE)["opportunities"] == 3
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1


def test_a_network_that_cannot_be_had_is_tried_again_after_a_while(shop, caplog):
    problem = "there is no such card"
    made = shop()
    made.breaks = ModelError(problem, "Pull it.")
    made.grants.purposes = {"door": (UNIQUE,)}
    made.grants.again()
    made.visit(1, 1)
    made.desk.wait()
    assert len(made.fetched) == 1
    made.breaks = None
    made.clock.advance(60)
    made.desk.wait()
    made.visit(1, 2)
    assert len(made.labels()) == 1
    assert any("no such card" in record.message for record in caplog.records)


def test_a_vault_that_cannot_be_opened_keeps_no_other_purpose_from_its_facts(shop, caplog):
    made = shop(UNIQUE, RETURNING, DEMOGRAPHICS)
    made.place.folder.mkdir(mode=0o700)
    made.place.vault(UNIQUE).write_bytes(b"no vault" * 1000)
    made.visit(1, 1)
    made.visit(2, 2)
    assert made.labels(UNIQUE) == []
    assert len(made.labels(RETURNING)) == 2
    assert made.tallies(DEMOGRAPHICS) == {"35-44 female": 2}
    assert len([record for record in caplog.records if "vault" in record.message]) == 1


def test_who_was_counted_while_the_vault_could_not_be_written_is_kept_later(shop, monkeypatch):
    made, keep = shop(UNIQUE), TemplateVault.keep
    with monkeypatch.context() as patched:
        patched.setattr(TemplateVault, "keep", broken)
        made.visit(1, 1)
        assert len(made.labels()) == 1
    assert TemplateVault.keep is keep
    made.visit(2, 2)
    made.again()
    made.visit(1, 1)
    made.visit(2, 2)
    first, second, *again = made.labels()
    assert again == [first, second]


def broken(*_):
    problem = "the disk is full"
    raise OSError(problem)


def test_a_visitor_who_is_erased_is_gone_from_memory_and_disk_and_unwritten_facts(shop):
    made = shop(UNIQUE, RETURNING)
    made.visit(1, 1)
    made.visit(2, 2)
    made.store.fails = True
    made.visit(1, 3)
    first, second = made.labels(RETURNING)
    assert made.desk.erase(RETURNING, templates(1)) == [first]
    made.store.fails = False
    before = len(made.store.puts)
    made.desk.tick()
    written = [one for some, _ in made.store.puts[before:] for one in some]
    assert [one.purpose for one in written] == [UNIQUE]  # erased is what was asked for
    assert made.desk.erase(RETURNING, templates(1)) == []
    made.again()
    made.visit(1, 1)
    made.visit(2, 2)
    (*_, anew, same) = made.labels(RETURNING)
    assert anew not in (first, second)
    assert same == second


def test_a_visitor_can_be_erased_right_after_a_new_start(shop):
    """Nobody has been seen since; what is sealed is theirs all the same."""
    made = shop(UNIQUE)
    made.visit(1, 1)
    made.again()
    assert made.desk.minting == (UNIQUE,)
    assert made.desk.erase(UNIQUE, templates(1)) == made.labels()


def test_nobody_is_erased_for_somebody_else(shop):
    made = shop(UNIQUE)
    made.visit(1, 1)
    assert made.desk.erase(UNIQUE, templates(5)) == []
    made.visit(1, 2)
    assert len(set(made.labels())) == 1


def test_a_member_is_greeted_once_a_track_and_a_stranger_never(shop):
    made = shop(MEMBERS, hall=(MEMBERS,))
    made.desk.members.enrol("ab" * 16, templates(1))
    made.visit(2, 1)
    assert made.greeted == []
    made.visit(1, 2)
    made.visit(1, 1, "hall")
    assert [(label, camera) for label, camera, _ in made.greeted] == [("ab" * 16, "door"), ("ab" * 16, "hall")]
    assert made.sightings() == []
    assert NOW < made.greeted[0][2] < made.greeted[1][2]


def test_a_camera_without_a_purpose_keeps_no_kiosk_from_its_members(shop):
    made = shop(MEMBERS)
    made.desk.members.enrol("ab" * 16, templates(1))
    made.look({1: Body(1)}, "hall")
    assert made.desk.members.find(templates(1)) == "ab" * 16


def test_a_greeting_that_fails_is_nobodys_loss(shop):
    made = shop(MEMBERS, UNIQUE)
    made.desk.members.enrol("ab" * 16, templates(1))
    made.desk._greet = broken
    made.visit(1, 1)
    made.visit(2, 2)
    assert len(made.labels()) == 2


def test_nothing_that_is_written_or_logged_shows_a_template_or_a_score(shop, caplog):
    with caplog.at_level(logging.DEBUG):
        made = shop(*ALL)
        made.visit(1, 1)
        made.visit(1, 2)
    assert "array" not in caplog.text
    assert not set(made.labels()) & set(caplog.text.split())
    fields = set(type(made.sightings()[0]).__dataclass_fields__)
    assert fields == {"id", "origin", "track", "time", "purpose", "label", "kind"}
