"""Two signatures are of two people: no administrator gives the second one with an account that they made or reset."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyotp
import pytest
from people import PASSWORD
from purposeful import Place

from galleria.app.audit import SYSTEM
from galleria.domain.access import Right, Role
from galleria.domain.errors import ConflictError
from galleria.domain.purpose import Purpose
from galleria.policy.reasons import Reason

NEW = "another horse battery"
UNIQUE = Purpose.UNIQUE


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    place.put_dossier()
    yield place
    place.close()


@pytest.fixture
def ada(place):
    return place.people.first("Ada")


def invited(place, name, role=Role.DPO, password=PASSWORD):
    access = place.people.access
    access.accept(access.invite(name, role), password)
    return access.sign_in(name, password).actor


def refused(place, by):
    with pytest.raises(ConflictError, match="come from one hand") as told:
        place.sign(by)
    assert "galleria user invite" in str(told.value)
    assert place.reasons() == {Reason.UNSIGNED}
    assert place.purposes.granted("hall") == {}


def reset(place, ada, user, how):
    """What an administrator can do to take an account in hand; the account as it is afterwards."""
    access = place.people.access
    match how:
        case "link":
            access.accept(access.users.new_link(ada, user.id), NEW)
            return access.sign_in(user.name, NEW).actor
        case "link that nobody followed":
            access.users.new_link(ada, user.id)
        case "role":
            access.users.change(ada, user.id, role=Role.APPROVER)
            return access.sign_in(user.name, PASSWORD).actor
        case "factor":
            access.factor.confirm(user, code(place, access.factor.begin(user).secret))
            access.factor.disable(ada, user.id)
    return user


def code(place, secret):
    return pyotp.TOTP(secret).at(place.clock.now())


RESETS = ["link", "link that nobody followed", "role", "factor"]


@pytest.mark.parametrize("first", [True, False])
def test_an_administrator_with_a_second_account_is_one_hand(place, ada, first):
    own = place.people.add(ada, "Bo", Role.OPERATOR)
    one, other = (ada, own) if first else (own, ada)
    place.declare(UNIQUE, one)
    refused(place, other)


def test_so_are_two_accounts_that_one_administrator_made(place, ada):
    place.declare(UNIQUE, place.people.add(ada, "Bo", Role.OPERATOR))
    refused(place, place.people.add(ada, "Cy", Role.DPO))


def test_accounts_of_before_makers_were_noted_are_one_hand_until_the_machine_lets_one_in(tmp_path):
    """Ada made Bo, and both signed what is declared here, when nobody noted that: one of the two does not count."""
    with closing(sqlite3.connect(tmp_path / "records.db")) as old:
        old.executescript((Path(__file__).parents[1] / "storage" / "records_0003.sql").read_text())
    place = Place(tmp_path)
    place.put_dossier()
    access = place.people.access
    ada, bo = (access.sign_in(name, PASSWORD).actor for name in ("Ada", "Bo"))
    place.declare(UNIQUE)
    assert [one.name for one in place.of(UNIQUE).signed] == ["Ada"]
    refused(place, bo)
    refused(place, place.people.add(ada, "Cy", Role.DPO))
    place.sign(invited(place, "Dora"))
    assert place.purposes.granted("hall")
    place.close()


def test_who_was_there_before_is_told_the_command_that_lets_their_signature_count(tmp_path):
    with closing(sqlite3.connect(tmp_path / "records.db")) as old:
        old.executescript((Path(__file__).parents[1] / "storage" / "records_0003.sql").read_text())
    place = Place(tmp_path)
    place.put_dossier()
    access = place.people.access
    ada, bo = (access.sign_in(name, PASSWORD).actor for name in ("Ada", "Bo"))
    place.declare(UNIQUE)
    with pytest.raises(ConflictError, match="before the program noted who makes accounts") as told:
        place.sign(bo)
    role = access.users.list(ada)[1].role
    shown = "" if role is Role.DPO else f" --role {role.value}"
    assert f"`galleria user invite SITE Bo{shown}`" in told.value.remedy
    place.sign(invited(place, "Bo", role))
    assert place.purposes.granted("hall")
    place.close()


def test_makers_in_between_and_tokens_hide_nothing_also_when_they_are_gone(place, ada):
    access = place.people.access
    between = place.people.add(ada, "Bo", Role.ADMINISTRATOR)
    token = access.actor_of_token(access.tokens.create(between, "script", list(Right)).text)
    second = place.people.add(token, "Cy", Role.APPROVER)
    access.users.remove(ada, between.id)
    place.declare(UNIQUE, ada)
    refused(place, second)


def test_a_signer_who_was_removed_since_is_known_all_the_same(place, ada):
    own = place.people.add(ada, "Bo", Role.OPERATOR)
    place.declare(UNIQUE, own)
    place.people.access.users.remove(ada, own.id)
    refused(place, ada)


@pytest.mark.parametrize("how", RESETS)
def test_an_account_from_the_machine_that_an_administrator_reset_is_in_their_hand(place, ada, how):
    dora = reset(place, ada, invited(place, "Dora", Role.OPERATOR), how)
    place.declare(UNIQUE, ada)
    refused(place, dora)


@pytest.mark.parametrize("how", RESETS)
def test_until_the_machine_gives_it_back_and_the_link_is_followed(place, ada, how):
    access = place.people.access
    dora = reset(place, ada, invited(place, "Dora", Role.OPERATOR), how)
    place.declare(UNIQUE, ada)
    link = access.invite("Dora", Role.APPROVER if how == "role" else Role.OPERATOR)
    refused(place, dora)  # the old password still works
    access.accept(link, PASSWORD + "!")
    place.sign(access.sign_in("Dora", PASSWORD + "!").actor)
    assert place.purposes.granted("hall")


def test_what_others_could_have_made_with_it_goes_when_the_machine_gives_it_back(place, ada):
    access = place.people.access
    bo = place.people.add(ada, "Bo", Role.ADMINISTRATOR)
    token = access.tokens.create(bo, "left behind", list(Right)).text
    access.accept(access.rescue("Bo"), NEW)
    assert access.actor_of_token(token) is None
    kept = access.tokens.create(ada, "mine", list(Right)).text
    access.accept(access.rescue("Ada"), NEW)  # whom nobody had in hand
    assert access.actor_of_token(kept)


def test_the_first_administrator_and_who_was_invited_on_the_machine_are_two(place, ada):
    place.declare(UNIQUE, ada, invited(place, "Dora"))
    assert place.purposes.granted("hall")
    entries = [e for e in place.people.access.audit.list(ada) if e.action == "user.invited"]
    assert [(e.actor_kind, e.facts) for e in entries] == [(SYSTEM.kind, {"role": Role.DPO.value})]


def test_and_so_are_the_data_protection_officer_and_whom_the_administrator_made(place, ada):
    place.declare(UNIQUE, place.people.add(ada, "Bo", Role.OPERATOR), invited(place, "Dora"))
    assert place.purposes.granted("hall")


def test_what_was_signed_stays_signed_when_an_account_is_reset_later(place, ada):
    dora = invited(place, "Dora")
    place.declare(UNIQUE, dora)
    reset(place, ada, dora, "link")
    place.sign(ada)  # Dora signed while nobody had her account in hand
    assert place.purposes.granted("hall")


def test_ones_own_password_and_factor_are_nobodys_hand(place, ada):
    dora, access = invited(place, "Dora"), place.people.access
    access.users.set_password(dora, PASSWORD, NEW)
    access.factor.confirm(dora, code(place, access.factor.begin(dora).secret))
    access.factor.disable(dora, dora.id)
    place.declare(UNIQUE, ada, dora)
    assert place.purposes.granted("hall")


def test_a_name_of_another_role_is_not_invited(place, ada):
    with pytest.raises(ConflictError, match="with the role 'administrator'"):
        place.people.access.invite("ada")
    assert place.people.access.has_administrator()
