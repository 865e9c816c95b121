"""Erased is whoever asks for it, also from what is stopped; and what another network made lies by itself."""

from dataclasses import replace

import pytest
from looking import MEASURED, NOW, Shop

from drawn_faces import SPACE, shot_of
from galleria.app.recognition.enrolled import Enrolled
from galleria.app.recognition.gallery import Place, ToErase, shred_overdue
from galleria.app.recognition.periods import Period, is_of, period_of
from galleria.domain.errors import PolicyError
from galleria.domain.face import Template
from galleria.domain.geometry import Point
from galleria.domain.purpose import TEMPLATE_PURPOSES, Purpose
from galleria.domain.site import Site
from galleria.domain.time import trading_day
from galleria.policy.retention import Spans
from galleria.runtime.face_facts import Likeness, Portrait
from galleria.storage.vault.keys import KeyStore
from galleria.storage.vault.templates import Asker, Space, TemplateVault

UNIQUE, RETURNING, MEMBERS = Purpose.UNIQUE, Purpose.RETURNING, Purpose.MEMBERS
ADA, BEN = "ad" * 16, "be" * 16
OTHER = "another-network"


@pytest.fixture
def shop(tmp_path):
    made = []

    def make(*purposes, **facts):
        made.append(Shop(tmp_path, {"door": purposes}, **facts))
        return made[-1]

    yield make
    for one in made:
        one.close()
        one.store.kept.close()


def templates(who, count=2, space=SPACE):
    made = [shot_of(who, 1000 + n) for n in range(count)]
    return [Template(space, values / (values @ values) ** 0.5) for values in made]


def stop(made, *purposes):
    for purpose in purposes:
        made.grants.gate.stop(purpose)
    made.desk.tick()


def start(made, *purposes):
    for purpose in purposes:
        made.grants.gate.start(purpose)
    made.desk.wait()


def periods(made):
    return sorted(key.scope.period for key in KeyStore(made.place.keys).all())


def no_dossier(made):
    made.grants.dossier = None


class TestStopped:
    @pytest.mark.parametrize("restart", [False, True])
    @pytest.mark.parametrize("purpose", [UNIQUE, RETURNING])
    def test_visitors_are_erased_from_what_is_stopped(self, shop, purpose, restart):
        made = shop(purpose)
        made.visit(1, 1)
        made.visit(2, 2)
        stop(made, purpose)
        if restart:
            made.again()
        assert (made.desk.minting, made.desk.keeping) == ((), (purpose,))
        told = []
        assert made.desk.erase(purpose, templates(5)) == []
        assert made.desk.erase(purpose, templates(1), told.extend) == told == made.labels(purpose)[:1]
        assert made.desk.erase(purpose, templates(1)) == []
        assert made.desk.minting == ()  # it was opened for that alone
        start(made, purpose)
        made.visit(1, 3)
        made.visit(2, 4)
        first, second, anew, same = made.labels(purpose)
        assert anew not in (first, second)
        assert same == second

    def test_what_runs_is_asked_first(self, shop):
        made = shop(UNIQUE, RETURNING)
        made.visit(1, 1)
        stop(made, UNIQUE)
        assert made.desk.keeping == (RETURNING, UNIQUE)

    def test_also_from_what_is_not_declared_any_more_and_not_shredded_yet(self, shop):
        made = shop(UNIQUE)
        made.visit(1, 1)
        made.grants.purposes = {}
        made.desk.reload(Site("shop", cameras=made.site.cameras))
        made.desk.tick()
        assert made.desk.keeping == (UNIQUE,)
        assert made.desk.erase(UNIQUE, templates(1)) == made.labels()

    def test_nothing_is_kept_any_more_when_it_was_shredded(self, shop):
        made = shop(UNIQUE)
        made.visit(1, 1)
        stop(made, UNIQUE)
        made.clock.time = trading_day(made.site, made.clock.now()).end
        made.desk.tick()
        assert made.desk.keeping == ()
        assert made.desk.erase(UNIQUE, templates(1)) == []

    def test_without_a_dossier_it_is_said_that_nothing_could_be_searched(self, shop):
        made = shop(UNIQUE)
        made.visit(1, 1)
        stop(made, UNIQUE)
        no_dossier(made)
        told = []
        with pytest.raises(PolicyError, match="cannot be searched"):
            made.desk.erase(UNIQUE, templates(1), told.append)
        assert told == []
        made.grants.dossier = MEASURED
        assert made.desk.erase(UNIQUE, templates(1)) == made.labels()

    @pytest.mark.parametrize("restart", [False, True])
    def test_members_are_found_to_be_erased_and_for_nothing_else(self, shop, restart):
        made = shop(MEMBERS)
        made.desk.members.enrol(ADA, templates(1))
        made.desk.members.enrol(BEN, templates(2))
        made.grants.gate.stop(MEMBERS)  # no tick: the gallery is open still
        if restart:
            made.again()
        members = made.desk.members
        for refused in (members.check, lambda: members.enrol("cc" * 16, templates(3))):
            with pytest.raises(PolicyError):
                refused()
        assert [members.find(templates(who)) for who in (1, 2, 5)] == [ADA, BEN, ""]
        assert members.period is None
        assert members.forget(ADA)
        assert members.find(templates(1)) == ""
        no_dossier(made)
        with pytest.raises(PolicyError, match="cannot be searched"):
            members.find(templates(2))


def with_space(terms, space):
    return replace(terms, space=Space(space, 128))


class TestAnotherNetwork:
    def see(self, made, who, track, space):
        """A portrait with templates of a network, within the same day."""
        minted, now = made.desk._minted[UNIQUE], made.clock.now()
        likenesses = tuple(Likeness(now + n, 1.0, one) for n, one in enumerate(templates(who, 3, space)))
        terms = with_space(made.desk._ground.terms(), space)
        period = made.desk._ground.period(UNIQUE, now, space)
        grant = made.grants.granted("door")[UNIQUE]
        portrait = Portrait(track, now, Point(0.5, 0.5), likenesses)
        found = minted.observe(made.origin(), portrait, period, terms, grant, now)
        minted.seal(grant, now)
        made.clock.advance(10)
        return found[-1].label

    def test_opens_another_store_and_the_first_one_is_there_again(self, shop):
        made = shop(UNIQUE)
        made.desk.wait()
        first = self.see(made, 1, 1, SPACE)
        assert self.see(made, 1, 2, OTHER) != first
        assert self.see(made, 1, 3, SPACE) == first
        day = trading_day(made.site, made.clock.now())
        assert {name.split(" #")[0] for name in periods(made)} == {day.label}
        assert len(periods(made)) == 2
        made.clock.time = day.end  # each on its own time
        made.desk.tick()
        assert periods(made) == []

    def test_members_of_the_first_one_stay_sealed_and_can_be_forgotten(self, shop):
        made = shop(MEMBERS)
        members = made.desk.members
        members.enrol(ADA, templates(1))
        ground = made.desk._ground.members

        def changed():
            now = ground()
            period = made.desk._ground.period(MEMBERS, now.now, OTHER)
            return replace(now, terms=with_space(now.terms, OTHER), period=period)

        anew = Enrolled(made.place, MEMBERS, changed, lambda: (OTHER, made.clock.now()), made.desk._ground.erasing)
        members.close()
        assert anew.find(templates(1, space=OTHER)) == ""
        anew.enrol(BEN, templates(1, space=OTHER))
        assert anew.find(templates(1, space=OTHER)) == BEN
        assert len(periods(made)) == 2
        assert anew.forget(ADA)  # in the store that is not open
        assert anew.find(templates(1, space=OTHER)) == BEN
        anew.close()
        assert members.find(templates(1)) == ""

    def test_what_it_made_is_not_searched_with_this_one(self, shop):
        made = shop(UNIQUE)
        made.desk.wait()
        label = self.see(made, 1, 1, OTHER)
        self.see(made, 2, 2, SPACE)
        stop(made, UNIQUE)
        assert made.desk.erase(UNIQUE, templates(1)) == []
        start(made, UNIQUE)
        assert self.see(made, 1, 3, OTHER) == label


class TestNames:
    def test_a_name_tells_the_space_and_one_of_before_there_were_marks_none(self):
        plain = period_of(RETURNING, Site("shop"), NOW, Spans())
        here, there = plain.of(SPACE), plain.of(OTHER)
        assert len({plain.name, here.name, there.name}) == 3
        assert replace(here, name=plain.name) == plain
        assert [is_of(one.name, SPACE) for one in (plain, here, there)] == [True, True, False]
        assert SPACE not in here.name

    def test_old_names_are_shredded_too(self, tmp_path):
        place = Place("shop", tmp_path / "vaults", tmp_path / "keys")
        names = ["2026-03-29", Period("2026-03-29", 0.0, 1.0, 1.0).of(SPACE).name]
        for name in names:
            KeyStore(place.keys).create(place.scope(UNIQUE, name), 100.0)
        assert shred_overdue(place, 99.0, TEMPLATE_PURPOSES) == []
        assert sorted(shred_overdue(place, 101.0, TEMPLATE_PURPOSES)) == [f"unique {name}" for name in names]

    def old(self, made, purpose, label, who):
        """What an earlier version kept: its period's name had no mark."""
        now = made.clock.now()
        name = period_of(purpose, made.site, now, Spans()).name
        keys, scope = KeyStore(made.place.keys), made.place.scope(purpose, name)
        keys.create(scope, now + 3600)
        with TemplateVault(made.place.vault(purpose), keys, scope, Space(SPACE, 128), now) as vault:
            vault.keep(label, [vault.turned(one) for one in templates(who)], Asker(ToErase(), "", now))

    def test_members_are_carried_over_from_one(self, shop):
        made = shop(MEMBERS)
        made.desk.wait()
        self.old(made, MEMBERS, ADA, 1)
        assert made.desk.members.find(templates(1)) == ADA
        assert [" #" in name for name in periods(made)] == [True]

    def test_visitors_are_erased_from_one_beside_what_is_open(self, shop):
        made = shop(RETURNING)
        made.visit(1, 1)
        self.old(made, RETURNING, ADA, 1)
        assert made.desk.erase(RETURNING, templates(1)) == sorted([ADA, *made.labels(RETURNING)])
        assert made.desk.erase(RETURNING, templates(1)) == []
