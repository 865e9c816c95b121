import xml.etree.ElementTree as ET

import pyotp
import pytest
from people import PASSWORD, People

from galleria.domain.access import Role
from galleria.domain.errors import CodeNeededError, ConflictError, InputError, NotFoundError, SignInError, TooManyError


@pytest.fixture
def people(tmp_path):
    people = People(tmp_path)
    yield people
    people.records.close()


@pytest.fixture
def ada(people):
    return people.first()


def code(people, secret, seconds=0.0):
    """What the phone shows, its clock ahead by some seconds."""
    return pyotp.TOTP(secret).at(people.clock.time + seconds)


@pytest.fixture
def phone(people, ada):
    """A secret that is switched on, and the recovery codes."""
    secret = people.access.factor.begin(ada).secret
    recovery = people.access.factor.confirm(ada, code(people, secret))
    people.clock.advance(30)
    return secret, recovery


def test_it_is_on_only_after_a_code_was_right(people, ada):
    enrolment = people.access.factor.begin(ada)
    assert people.access.sign_in("Ada", PASSWORD).actor == ada
    with pytest.raises(InputError, match="not the one"):
        people.access.factor.confirm(ada, "000000")
    people.access.factor.confirm(ada, code(people, enrolment.secret))
    with pytest.raises(CodeNeededError):
        people.access.sign_in("Ada", PASSWORD)
    assert people.access.users.get(ada, ada.id).second_factor
    with pytest.raises(ConflictError):
        people.access.factor.begin(ada)


def test_the_picture_holds_what_phones_read(people, ada):
    enrolment = people.access.factor.begin(ada)
    parsed = pyotp.parse_uri(enrolment.uri)
    assert (parsed.name, parsed.issuer, parsed.secret) == ("Ada", "Mall of nobody", enrolment.secret)
    drawn = ET.fromstring(enrolment.svg)
    assert drawn.tag.endswith("svg")
    assert " style=" not in enrolment.svg  # the console's policy forbids it


def test_a_code_lets_in_once(people, ada, phone):
    secret, _ = phone
    assert people.access.sign_in("Ada", PASSWORD, code(people, secret)).actor == ada
    with pytest.raises(SignInError):
        people.access.sign_in("Ada", PASSWORD, code(people, secret))


@pytest.mark.parametrize(("ahead", "right"), [(-61, False), (-30, True), (30, True), (61, False)])
def test_a_phones_clock_may_be_half_a_minute_off(people, ada, phone, ahead, right):
    secret, _ = phone
    people.clock.advance(60)
    people.clock.time -= people.clock.time % 30
    if right:
        assert people.access.sign_in(
            "Ada", PASSWORD, f"{code(people, secret, ahead)[:3]} {code(people, secret, ahead)[3:]}"
        )
    else:
        with pytest.raises(SignInError):
            people.access.sign_in("Ada", PASSWORD, code(people, secret, ahead))


def test_without_the_password_a_code_is_worth_nothing_and_not_asked_for(people, ada, phone):
    secret, _ = phone
    with pytest.raises(SignInError) as caught:
        people.access.sign_in("Ada", "wrong wrong wrong", code(people, secret))
    assert not isinstance(caught.value, CodeNeededError)
    with pytest.raises(SignInError) as caught:
        people.access.sign_in("Ada", "wrong wrong wrong")
    assert not isinstance(caught.value, CodeNeededError)


def test_guessing_codes_locks_and_asking_for_one_does_not_unlock(people, ada, phone):
    for n in range(5):
        with pytest.raises(CodeNeededError):
            people.access.sign_in("Ada", PASSWORD, address=f"10.0.0.{n}")
        with pytest.raises(SignInError):
            people.access.sign_in("Ada", PASSWORD, f"00000{n}", address=f"10.0.1.{n}")
    with pytest.raises(TooManyError):
        people.access.sign_in("Ada", PASSWORD)


def test_a_recovery_code_lets_in_once(people, ada, phone):
    _, recovery = phone
    assert len(set(recovery)) == 10
    assert people.access.sign_in("Ada", PASSWORD, recovery[3].upper().replace("-", " ")).actor == ada
    assert people.access.factor.recovery_left(ada.id) == 9
    with pytest.raises(SignInError):
        people.access.sign_in("Ada", PASSWORD, recovery[3])


def test_anothers_recovery_code_does_not(people, ada, phone):
    _, recovery = phone
    bo = people.add(ada, "Bo", Role.ANALYST)
    secret = people.access.factor.begin(bo).secret
    people.access.factor.confirm(bo, code(people, secret))
    with pytest.raises(SignInError):
        people.access.sign_in("Bo", PASSWORD, recovery[0])


def test_it_is_taken_away_by_oneself_or_an_administrator(people, ada, phone):
    people.access.factor.disable(ada, ada.id)
    assert people.access.sign_in("Ada", PASSWORD).actor == ada
    assert people.access.factor.recovery_left(ada.id) == 0
    bo = people.add(ada, "Bo", Role.ANALYST)
    people.access.factor.confirm(bo, code(people, people.access.factor.begin(bo).secret))
    people.access.factor.disable(ada, bo.id)
    assert people.access.sign_in("Bo", PASSWORD).actor == bo
    assert people.actions(ada)[-2:] == ["factor.off", "sign-in"]
    with pytest.raises(NotFoundError):
        people.access.factor.confirm(bo, "123456")
