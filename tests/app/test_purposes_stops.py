"""What the data protection officer stopped nobody else starts; and a withdrawal that breaks off leaves no signature."""

from itertools import product

import pytest
from people import PASSWORD, People
from purposeful import ANNA, BEN, Place

from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.errors import AccessError, ConflictError, NotFoundError, StoreError
from galleria.domain.purpose import Purpose
from galleria.policy.reasons import Reason
from galleria.storage import records as rows
from galleria.storage.backup import back_up, restore

UNIQUE = Purpose.UNIQUE
ROLES = [role for role in Role if role is not Role.TENANT]  # who belongs to a shop has no part in it
STOPPERS = [role for role in Role if Right.STOP_PURPOSE in RIGHTS[role]]


@pytest.fixture
def place(tmp_path):
    place = Place(tmp_path)
    yield place
    place.close()


def everybody(place):
    """One of each role, and the data protection officer's own link came from the machine."""
    access = place.people.access
    ada = place.people.first("Ada")
    found = {role: place.people.add(ada, role.value, role) for role in ROLES if role is not Role.DPO}
    access.accept(access.invite("Dora"), PASSWORD)
    return found | {Role.DPO: access.sign_in("Dora", PASSWORD).actor}


@pytest.mark.parametrize("restart", [False, True])
def test_who_starts_what_whom_stopped(place, restart):
    place.running()
    people = everybody(place)
    for stopper, starter in product(STOPPERS, ROLES):
        place.purposes.stop(people[stopper], UNIQUE)
        if restart:
            place.again()
        may = starter in STOPPERS and (stopper is not Role.DPO or starter is Role.DPO)
        if may:
            place.purposes.start(people[starter], UNIQUE)
        else:
            with pytest.raises(AccessError):
                place.purposes.start(people[starter], UNIQUE)
        assert bool(place.purposes.granted("hall")) is may, (stopper, starter)
        assert place.reasons() == (set() if may else {Reason.STOPPED})
        place.purposes.start(people[Role.DPO], UNIQUE)


def test_a_stop_of_somebody_else_becomes_the_officers(place):
    place.running()
    people = everybody(place)
    place.purposes.stop(people[Role.OPERATOR], UNIQUE)
    place.purposes.stop(people[Role.DPO], UNIQUE)
    place.purposes.stop(people[Role.ADMINISTRATOR], UNIQUE)  # and stays theirs
    assert (place.of().stopped.by, place.of().stopped.officer) == (people[Role.DPO].id, True)
    with pytest.raises(AccessError, match="the data protection officer stopped"):
        place.purposes.start(people[Role.OPERATOR], UNIQUE)
    place.purposes.start(people[Role.DPO], UNIQUE)
    assert place.purposes.granted("hall")


def test_an_officer_whom_the_administrator_made_or_reset_starts_nothing_of_theirs(place):
    place.running()
    people, access = everybody(place), place.people.access
    own = place.people.add(people[Role.ADMINISTRATOR], "Eve", Role.DPO)
    place.purposes.stop(own, UNIQUE)  # stopping needs no standing
    place.purposes.stop(people[Role.DPO], UNIQUE)
    access.users.new_link(people[Role.ADMINISTRATOR], people[Role.DPO].id)
    for by in (own, people[Role.DPO]):
        with pytest.raises(AccessError, match="data protection officer"):
            place.purposes.start(by, UNIQUE)
    access.accept(access.invite("Dora"), PASSWORD)
    place.purposes.start(people[Role.DPO], UNIQUE)
    assert place.purposes.granted("hall")


def test_it_holds_also_where_the_records_could_not_take_it(place, monkeypatch):
    place.running()
    people = everybody(place)

    def refuse():
        problem = "the disk is full"
        raise StoreError(problem)

    with monkeypatch.context() as patch:
        patch.setattr(place.records, "write", refuse)
        with pytest.raises(StoreError):
            place.purposes.stop(people[Role.DPO], UNIQUE)
    place.purposes.stop(people[Role.OPERATOR], UNIQUE)  # written: it does not take the other's place
    with pytest.raises(AccessError):
        place.purposes.start(people[Role.OPERATOR], UNIQUE)
    assert place.purposes.granted("hall") == {}
    place.purposes.start(people[Role.DPO], UNIQUE)
    assert place.purposes.granted("hall")


class Killed(BaseException):
    """Stands for the power that goes."""


def signatures(place):
    with place.records.read() as reading:
        return reading.query(rows.PurposeSignature).count()


@pytest.mark.parametrize("written", [False, True])
def test_a_withdrawal_that_is_broken_off_leaves_nothing_signed(place, monkeypatch, written):
    """Before the site file is written, and right after it."""
    place.running()
    withdraw = place.setup.withdraw

    def killed(*given, **more):
        if written:
            withdraw(*given, **more)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(place.setup, "withdraw", killed)
        with pytest.raises(Killed):
            place.purposes.withdraw(ANNA, UNIQUE)
    place.again()
    assert signatures(place) == 0
    assert place.purposes.granted("hall") == {}
    assert place.reasons() == ({Reason.NO_DECLARATION} if written else {Reason.UNSIGNED})
    if written:
        place.declare()
        assert place.reasons() == {Reason.UNSIGNED}


def test_after_a_restore_nothing_runs_until_two_have_signed_again(tmp_path):
    folder, tar = tmp_path / "shop", tmp_path / "shop.tar"
    folder.mkdir()
    place = Place(folder)
    place.running()
    back_up(folder, tar, place.path, "shop", 1.0)
    place.purposes.stop(BEN, UNIQUE)  # after the backup: it does not know of this
    place.close()
    restore(tar, folder)
    place.people = People(folder)
    place.records = place.people.records
    place.again()
    assert place.purposes.granted("hall") == {}
    assert place.reasons() == {Reason.UNSIGNED}
    place.sign(ANNA)
    assert place.purposes.granted("hall") == {}
    place.sign(BEN)
    assert place.purposes.granted("hall")
    place.close()


def test_what_is_refused_costs_no_signature(place):
    place.running()
    seen = place.setup.revision
    place.edit("# A shop", "# The shop")
    with pytest.raises(ConflictError):
        place.purposes.withdraw(ANNA, UNIQUE, revision=seen)
    with pytest.raises(NotFoundError):
        place.purposes.withdraw(ANNA, Purpose.AUDIENCE)
    with pytest.raises(AccessError):
        place.purposes.withdraw(BEN, UNIQUE)
    assert signatures(place) == 2
    assert place.purposes.granted("hall")


def test_who_signs_while_it_is_withdrawn_has_signed_nothing(place, monkeypatch):
    place.running()
    digest, withdraw = place.of().digest, place.setup.withdraw

    def meanwhile(*given, **more):
        place.purposes.sign(ANNA, UNIQUE, digest)
        return withdraw(*given, **more)

    monkeypatch.setattr(place.setup, "withdraw", meanwhile)
    place.purposes.withdraw(ANNA, UNIQUE)
    assert signatures(place) == 0
