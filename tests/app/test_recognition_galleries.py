"""Galleries and their vaults: how long a label lasts, what a destroyed key leaves, and who is carried over."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looking import NOW, Shop

from drawn_faces import SPACE, shot_of
from galleria.app.recognition.gallery import Place, shred_overdue
from galleria.app.recognition.periods import period_of
from galleria.domain.errors import PolicyError, StoreError
from galleria.domain.face import Template
from galleria.domain.geometry import Point
from galleria.domain.purpose import TEMPLATE_PURPOSES, Purpose
from galleria.domain.site import Hours, Site
from galleria.domain.time import trading_day
from galleria.policy.retention import Kept, Spans
from galleria.runtime.face_facts import Likeness, Portrait
from galleria.storage.vault.keys import KeyStore, Scope
from galleria.storage.vault.opening import open_scope
from galleria.storage.vault.templates import STORE, Space, TemplateVault

UNIQUE, RETURNING, MEMBERS = Purpose.UNIQUE, Purpose.RETURNING, Purpose.MEMBERS
DAY = 86400.0
YEAR = 365 * DAY
BERLIN = "Europe/Berlin"
ADA, BEN = "ad" * 16, "be" * 16


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


def templates(who, count=2):
    made = [shot_of(who, 1000 + n) for n in range(count)]
    return [Template(SPACE, values / (values @ values) ** 0.5) for values in made]


def tomorrow(made):
    """Nobody comes until the shop's next day, but time goes on."""
    made.clock.time = trading_day(made.site, made.clock.now()).end
    made.desk.tick()


def scopes(made):
    return {(key.scope.purpose, key.scope.period) for key in KeyStore(made.place.keys).all()}


def keyed(made, purpose):
    (key,) = [key for key in KeyStore(made.place.keys).all() if key.scope.purpose is purpose]
    return key


def test_unique_labels_last_a_trading_day(shop):
    made = shop(UNIQUE)
    made.visit(1, 1)
    made.visit(1, 2)
    today = keyed(made, UNIQUE)
    assert today.ends == trading_day(made.site, NOW).end
    tomorrow(made)
    assert scopes(made) == set()
    assert made.desk.minting == ()
    made.visit(1, 3)
    first, second, third = made.labels(UNIQUE)
    assert first == second != third
    assert keyed(made, UNIQUE).id != today.id


def test_a_trading_day_goes_on_after_midnight_until_the_shop_opens(shop):
    hours = {day: Hours(time(9), time(2)) for day in range(7)}
    made = shop(
        UNIQUE, site={"zone": BERLIN, "hours": hours}, now=datetime(2027, 1, 15, 23, 50, tzinfo=UTC).timestamp()
    )
    made.visit(1, 1)
    made.clock.advance(3600)
    made.visit(1, 2)
    tomorrow(made)
    assert made.clock.now() == datetime(2027, 1, 16, 8, tzinfo=UTC).timestamp()
    made.visit(1, 3)
    first, second, third = made.labels(UNIQUE)
    assert first == second != third


def test_what_the_days_key_sealed_opens_with_nothing_after_it_also_in_a_copy(shop, tmp_path):
    made = shop(UNIQUE)
    made.visit(1, 1)
    copy, key = tmp_path / "copied" / "unique.vault", keyed(made, UNIQUE)
    copy.parent.mkdir()
    vault = made.place.vault(UNIQUE)
    for path in vault.parent.glob(f"{vault.name}*"):
        shutil.copy(path, copy.parent / path.name)
    with TemplateVault(copy, KeyStore(made.place.keys), key.scope, Space(SPACE, 128), NOW) as opened:
        assert len(opened) == 3
    tomorrow(made)
    keys, now = KeyStore(made.place.keys), made.clock.now()
    with pytest.raises(StoreError, match="there is no key"):
        open_scope(copy, keys, key.scope, now)
    keys.create(key.scope, now + DAY)  # by the same name: it is another one
    with pytest.raises(StoreError, match="no key in"):
        open_scope(copy, keys, key.scope, now)
    raw = vault.read_bytes()
    assert key.id not in raw
    assert len(raw) == 0 or b"row" in raw  # its tables; no rows
    made.visit(1, 2)
    assert len(made.labels()) == 2


def test_the_vault_shows_neither_labels_nor_templates(shop):
    made = shop(UNIQUE)
    made.visit(1, 1)
    raw = b"".join(path.read_bytes() for path in made.place.folder.iterdir())
    (label,) = made.labels()
    assert label.encode() not in raw
    assert bytes.fromhex(label) not in raw
    assert SPACE.encode() not in raw
    assert {oct(path.stat().st_mode & 0o77) for path in made.place.folder.iterdir()} == {"0o0"}


def test_a_new_start_within_the_day_keeps_labels(shop):
    made = shop(UNIQUE)
    made.visit(1, 1)
    made.again()
    made.visit(1, 1)
    made.visit(2, 2)
    first, again, other = made.labels(UNIQUE)
    assert first == again != other


def test_a_day_that_ended_while_nothing_ran_leaves_no_template(shop):
    made = shop(UNIQUE)
    made.visit(1, 1)
    made.close()
    made.clock.advance(DAY)
    made.open()
    assert scopes(made) == set()


def test_what_comes_late_of_yesterday_is_left_out(shop):
    made = shop(UNIQUE)
    made.visit(1, 1)
    minted, ground, before = made.desk._minted[UNIQUE], made.desk._ground, made.clock.now()
    portrait = Portrait(
        9, before, Point(0.5, 0.5), tuple(Likeness(before + n, 1.0, t) for n, t in enumerate(templates(2)))
    )
    yesterday = ground.period(UNIQUE, before, SPACE)
    tomorrow(made)
    for today in (False, True):
        if today:
            made.visit(3, 3)
        now = made.clock.now()
        grant = made.grants.granted("door")[UNIQUE]
        assert minted.observe(made.origin(), portrait, yesterday, ground.terms(), grant, now) == []
        assert [period for _, period in scopes(made)] == [ground.period(UNIQUE, now, SPACE).name] * today


def test_returning_labels_last_an_epoch(shop):
    made = shop(RETURNING)
    made.visit(1, 1)
    tomorrow(made)
    made.visit(1, 2)
    made.visit(2, 3)
    tomorrow(made)
    made.again()
    made.visit(2, 1)
    epoch = made.desk._ground.period(RETURNING, NOW, SPACE)
    assert epoch.ends - epoch.begin == 30 * DAY
    made.clock.time = epoch.ends
    made.desk.tick()
    assert scopes(made) == set()
    made.visit(1, 9)
    one, same, other, still, anew = made.labels(RETURNING)
    assert (one, other) == (same, still)
    assert len({one, other, anew}) == 3


def test_unique_and_returning_labels_share_neither_key_nor_space(shop):
    made = shop(UNIQUE, RETURNING)
    made.visit(1, 1)
    spaces = {minted._open.kept.gallery.space for minted in made.desk._minted.values()}
    assert len(spaces) == 2
    assert len({key.secret for key in KeyStore(made.place.keys).all()}) == 2


def test_members_are_known_until_they_are_forgotten(shop):
    made = shop(MEMBERS)
    members = made.desk.members
    members.enrol(ADA, templates(1))
    members.enrol(BEN, templates(2))
    assert [members.find(templates(who, 3)) for who in (1, 2, 3)] == [ADA, BEN, ""]
    assert members.find(templates(1, 1) + templates(2, 1)) == ""
    made.again()
    members = made.desk.members
    assert members.find(templates(1)) == ADA
    assert members.forget(ADA)
    assert not members.forget(ADA)
    assert members.find(templates(1)) == ""
    made.again()
    assert [made.desk.members.find(templates(who)) for who in (1, 2)] == ["", BEN]


def test_members_need_a_grant_except_to_be_forgotten(shop):
    made = shop(MEMBERS)
    made.desk.members.enrol(ADA, templates(1))
    made.desk.members.enrol(BEN, templates(2))
    made.grants.gate.stop(MEMBERS)
    made.desk.tick()
    members = made.desk.members
    for refused in (members.check, lambda: members.enrol("cc" * 16, templates(3))):
        with pytest.raises(PolicyError):
            refused()
    assert not members.forget("cc" * 16)
    assert members.forget(ADA)
    made.grants.gate.start(MEMBERS)
    made.desk.wait()
    assert [members.find(templates(who)) for who in (1, 2)] == ["", BEN]


def test_a_member_is_forgotten_also_when_the_site_has_another_network_or_no_dossier(shop):
    made = shop(MEMBERS)
    made.desk.members.enrol(ADA, templates(1))
    made.desk.members.enrol(BEN, templates(2))
    made.grants.gate.stop(MEMBERS)
    made.desk.tick()
    for space, label in (("another", ADA), ("", BEN)):
        made.desk.members._sealed = lambda space=space: (space, made.clock.now())
        assert made.desk.members.forget(label)
        assert not made.desk.members.forget(label)


def test_a_member_who_could_not_be_sealed_is_not_there(shop, monkeypatch):
    made = shop(MEMBERS)
    made.desk.members.enrol(BEN, templates(2))

    def broken(*_):
        problem = "the disk is full"
        raise StoreError(problem, "Make room.")

    with monkeypatch.context() as patched:
        patched.setattr(TemplateVault, "keep", broken)
        with pytest.raises(StoreError):
            made.desk.members.enrol(ADA, templates(1))
    assert made.desk.members.find(templates(1)) == ""
    made.desk.members.enrol("cc" * 16, templates(3))
    made.again()
    assert [made.desk.members.find(templates(who)) for who in (1, 2, 3)] == ["", BEN, "cc" * 16]


@pytest.mark.parametrize("running", [True, False])
def test_members_are_carried_over_into_the_next_year(shop, running):
    made = shop(MEMBERS)
    made.desk.members.enrol(ADA, templates(1))
    old = keyed(made, MEMBERS)
    if not running:
        made.close()
    made.clock.time = made.desk._ground.period(MEMBERS, NOW, SPACE).end
    made.grants.again()
    if not running:
        made.open()
    assert made.desk.members.find(templates(1)) == ADA
    new = keyed(made, MEMBERS)
    assert (new.id, new.scope) != (old.id, old.scope)
    made.again()
    assert made.desk.members.find(templates(1)) == ADA


def test_members_are_carried_over_also_where_that_was_interrupted(shop, monkeypatch):
    made = shop(MEMBERS)
    made.desk.members.enrol(ADA, templates(1))
    made.clock.time = made.desk._ground.period(MEMBERS, NOW, SPACE).end
    made.grants.again()

    def killed(*_):
        problem = "killed"
        raise RuntimeError(problem)

    with monkeypatch.context() as patched:
        patched.setattr(TemplateVault, "renew", killed)
        with pytest.raises(RuntimeError):
            made.desk.members.find(templates(1))
    assert len(scopes(made)) == 2
    assert made.desk.members.find(templates(1)) == ADA
    assert len(scopes(made)) == 1


def test_members_whom_nothing_carried_over_for_a_year_are_gone(shop):
    made = shop(MEMBERS)
    made.desk.members.enrol(ADA, templates(1))
    made.close()
    made.clock.time = made.desk._ground.period(MEMBERS, NOW, SPACE).ends
    made.grants.again()
    made.open()
    assert scopes(made) == set()
    assert made.desk.members.find(templates(1)) == ""


def test_templates_of_a_purpose_that_is_not_declared_any_more_go(shop):
    made = shop(UNIQUE, RETURNING)
    made.visit(1, 1)
    made.grants.purposes = {"door": (UNIQUE,)}
    made.desk.reload(Site("shop", cameras=made.site.cameras, purposes=made.site.purposes[:1]))
    made.clock.advance(60)
    made.desk.tick()
    assert {purpose for purpose, _ in scopes(made)} == {made.site.purposes[0].purpose} == {UNIQUE}
    made.visit(1, 2)
    assert len(set(made.labels(UNIQUE))) == 1


@pytest.fixture
def place(tmp_path):
    return Place("shop", tmp_path / "vaults", tmp_path / "keys")


def test_what_is_overdue_goes_and_nothing_else(place):
    keys = KeyStore(place.keys)
    mine = {period: place.scope(UNIQUE, period) for period in ("1", "2", "3")}
    for period, ends in (("1", 100.0), ("2", 200.0), ("3", 300.0)):
        keys.create(mine[period], ends)
    others = [Scope("mall", UNIQUE, "1", STORE), Scope("shop", MEMBERS, "1", "identities")]
    for scope in others:
        keys.create(scope, 100.0)
    spared = period_of(UNIQUE, Site("shop"), 0.0, Spans())
    named = type(spared)("2", 0.0, 200.0, 200.0)
    assert shred_overdue(place, 250.0, TEMPLATE_PURPOSES, [named]) == ["unique 1"]
    assert {key.scope for key in keys.all()} == {mine["2"], mine["3"], *others}
    assert shred_overdue(place, 250.0, [], [named]) == ["unique 3"]
    assert shred_overdue(place, 250.0, TEMPLATE_PURPOSES) == ["unique 2"]
    assert {key.scope for key in keys.all()} == set(others)


def test_what_becomes_of_every_key_is_told(shop, tmp_path):
    told = []
    made = shop(UNIQUE)
    place = replace(made.place, told=lambda *what: told.append(what))
    made.desk._place = place
    for minted in made.desk._minted.values():
        minted._place = place
    made.visit(1, 1)
    assert [action for action, _ in told] == ["key.made"]
    shred_overdue(place, NOW, [])
    assert [action for action, _ in told] == ["key.made", "key.destroyed"]
    assert {which.split()[0] for _, which in told} == {"unique"}


def test_a_vault_that_cannot_be_emptied_keeps_no_other_key(place):
    keys = KeyStore(place.keys)
    for purpose in (UNIQUE, RETURNING, MEMBERS):
        keys.create(place.scope(purpose, "1"), 100.0)
    place.folder.mkdir()
    for purpose in (UNIQUE, MEMBERS):
        place.vault(purpose).write_bytes(b"no vault" * 1000)
    with pytest.raises(StoreError):
        shred_overdue(place, 250.0, TEMPLATE_PURPOSES)
    assert not any(any(key.secret) for key in keys.all())
    for purpose in (UNIQUE, MEMBERS):
        place.vault(purpose).unlink()
    assert len(shred_overdue(place, 250.0, TEMPLATE_PURPOSES)) == 2
    assert keys.all() == []


def test_where_nothing_was_ever_kept_nothing_is_made(place, tmp_path):
    assert shred_overdue(place, NOW, []) == []
    assert list(tmp_path.iterdir()) == []


HOURS = {day: Hours(time(9, 30), time(20)) for day in range(6)} | {5: Hours(time(10), time(2))}
SITES = [Site("shop", zone=BERLIN), Site("shop", zone=BERLIN, hours=HOURS)]
MOMENTS = st.one_of(
    st.floats(1.7e9, 1.9e9),
    # Around the days on which the clocks change.
    *[st.floats(at - 2 * DAY, at + 2 * DAY)
      for at in (datetime(2027, 3, 28, tzinfo=UTC).timestamp(), datetime(2027, 10, 31, tzinfo=UTC).timestamp())],
)  # fmt: skip


@given(
    st.sampled_from((UNIQUE, RETURNING, MEMBERS)),
    st.sampled_from(SITES),
    MOMENTS,
    st.sampled_from((0.0, 7.0, 30.0, 90.0)),
)
def test_every_moment_lies_in_its_period_and_periods_join(purpose, site, moment, days):
    spans = Spans({Kept.RETURNING: days * DAY})
    period = period_of(purpose, site, moment, spans)
    assert period.begin <= moment < period.end <= period.ends
    before, after = period_of(purpose, site, period.begin - 0.001, spans), period_of(purpose, site, period.end, spans)
    assert before.end == period.begin
    assert after.begin == period.end
    assert len({before.name, period.name, after.name}) == 3
    for inside in (period.begin, (period.begin + period.end) / 2, period.end - 0.001):
        assert period_of(purpose, site, inside, spans) == period


@pytest.mark.parametrize(("day", "hours"), [((2027, 3, 28), 23), ((2027, 10, 31), 25), ((2027, 6, 1), 24)])
def test_a_unique_day_is_as_long_as_the_day(day, hours):
    noon = datetime(*day, 12, tzinfo=ZoneInfo(BERLIN)).timestamp()
    period = period_of(UNIQUE, SITES[0], noon, Spans())
    assert period.ends - period.begin == hours * 3600
    assert period.name == "{:04}-{:02}-{:02}".format(*day)


def test_no_template_is_kept_for_longer_than_its_cap():
    for purpose, kept in ((UNIQUE, Kept.UNIQUE), (RETURNING, Kept.RETURNING)):
        period = period_of(purpose, SITES[1], NOW, Spans())
        assert period.ends - period.begin <= Spans().seconds(kept)
