import math
from dataclasses import MISSING, fields, replace

import pytest
from declared import CAMERAS, DAY, DECLARED, NOW, declared
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import PolicyError
from galleria.domain.purpose import Declaration, LawfulBasis, Notice, Purpose, Signature
from galleria.policy.declarations import LONGEST, digest, sign, wrong_with
from galleria.policy.profiles import BASE, Level
from galleria.policy.reasons import Reason, shortcoming

OTHERS = {
    "purpose": Purpose.AUDIENCE,
    "basis": LawfulBasis.CONTRACT,
    "notice": Notice("3", "at one door"),
    "begins": NOW - 2 * DAY,
    "ends": NOW + 99 * DAY,
    "cameras": ("door",),
    "dpia": "DPIA-8",
    "equal_way": "a code",
    "panel": True,
    "staff_notice": "works agreement 13",
    "terms": "ab" * 32,
}


def wrong(declaration, level=None, now=NOW):
    return set(wrong_with(declaration, level or BASE[declaration.purpose], now))


@pytest.mark.parametrize("purpose", DECLARED)
def test_a_whole_declaration_holds(purpose):
    assert wrong(declared(purpose)) == set()


def test_every_field_but_the_signatures_is_signed():
    assert set(OTHERS) == {field.name for field in fields(Declaration)} - {"signatures"}
    whole = declared(Purpose.RETURNING)
    seen = {digest(whole)}
    for name, other in OTHERS.items():
        altered = replace(whole, **{name: other})
        assert wrong(altered) >= {Reason.ALTERED}, name
        seen.add(digest(altered))
    assert len(seen) == 1 + len(OTHERS)
    assert digest(replace(whole, signatures=())) == digest(whole)


def test_a_default_signed_today_is_the_same_when_it_is_left_out():
    """A later version may add fields: what was signed before them stays signed."""
    whole = declared(Purpose.AUDIENCE, equal_way="", staff_notice="", dpia="", panel=False)
    bare = {f.name: getattr(whole, f.name) for f in fields(Declaration) if f.default is MISSING}
    assert digest(Declaration(**bare)) == digest(whole)
    assert digest(whole) == "3b7dcef3e71fd258306a62e81fb3a0481b7e328d4f88726b34fe54ca70042412"


def test_cameras_are_a_set_and_numbers_are_numbers():
    whole = declared(Purpose.AUDIENCE)
    assert digest(replace(whole, cameras=CAMERAS[::-1])) == digest(whole)
    assert digest(replace(whole, begins=int(whole.begins))) == digest(whole)


@given(st.text(), st.text())
def test_texts_do_not_run_into_each_other(one, other):
    whole = declared(Purpose.MEMBERS)
    a = digest(replace(whole, dpia=one, equal_way=other))
    assert (a == digest(replace(whole, dpia=one + other, equal_way=""))) == (other == "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"begins": NOW + 1}, Reason.NOT_BEGUN),
        ({"begins": NOW - 2 * DAY, "ends": NOW}, Reason.EXPIRED),
        ({"ends": NOW - DAY + LONGEST + 1}, Reason.TOO_LONG),
        ({"notice": Notice("", "at both doors")}, Reason.NO_NOTICE),
        ({"notice": Notice("3", "  ")}, Reason.NO_NOTICE),
        ({"cameras": ()}, Reason.NO_CAMERA),
    ],
)
@pytest.mark.parametrize("purpose", DECLARED)
def test_one_thing_missing_has_one_name(purpose, changes, reason):
    assert wrong(declared(purpose, **changes)) == {reason}


@pytest.mark.parametrize("purpose", DECLARED)
def test_what_only_some_purposes_need(purpose):
    templates = {Purpose.UNIQUE, Purpose.RETURNING, Purpose.MEMBERS, Purpose.WATCHLIST}
    for changes, reason, needed in (
        ({"dpia": " "}, Reason.NO_DPIA, purpose in templates),
        ({"equal_way": ""}, Reason.NO_EQUAL_WAY, purpose is Purpose.MEMBERS),
        ({"staff_notice": ""}, Reason.NO_STAFF_NOTICE, purpose is Purpose.STAFF),
        ({"basis": LawfulBasis.LEGITIMATE_INTERESTS}, Reason.WRONG_BASIS, purpose is Purpose.MEMBERS),
        ({"basis": LawfulBasis.CONTRACT, "panel": True}, Reason.WRONG_BASIS, purpose is Purpose.MEMBERS),
    ):
        assert wrong(declared(purpose, **changes)) == ({reason} if needed else set())


@pytest.mark.parametrize("purpose", DECLARED)
def test_a_profile_that_asks_for_consent(purpose):
    bare = declared(purpose, basis=LawfulBasis.LEGITIMATE_INTERESTS)
    assert wrong(bare, Level.CONSENT) == {Reason.WRONG_BASIS}
    assert wrong(declared(purpose, basis=LawfulBasis.CONSENT), Level.CONSENT) == set()
    joined = declared(purpose, basis=LawfulBasis.LEGITIMATE_INTERESTS, panel=True)
    panels = purpose in {Purpose.UNIQUE, Purpose.RETURNING}
    assert wrong(joined, Level.CONSENT) == (set() if panels else {Reason.WRONG_BASIS})


@pytest.mark.parametrize("purpose", DECLARED)
def test_a_locked_purpose_is_not_opened_by_a_declaration(purpose):
    assert wrong(declared(purpose), Level.LOCKED) == {Reason.LOCKED}


@given(st.floats() | st.sampled_from([math.nan, math.inf, -math.inf]), st.sampled_from(["begins", "ends"]))
def test_times_that_are_no_times_do_not_hold(time, name):
    declaration = declared(Purpose.AUDIENCE, **{name: time})
    holds = declaration.begins <= NOW < declaration.ends and declaration.ends - declaration.begins <= LONGEST
    assert (not wrong(declaration)) == holds
    assert wrong(declared(Purpose.AUDIENCE), now=math.nan) >= {Reason.NOT_BEGUN, Reason.EXPIRED}


def test_two_different_people_sign():
    whole = declared(Purpose.AUDIENCE)
    first, second = whole.signatures
    for signatures in (
        (),
        (first,),
        (first, first),
        (first, replace(second, by=first.by)),
        (first, replace(second, by=f" {first.by} ")),
        (first, replace(second, by="")),
        (first, replace(second, time=NOW + 1)),
        (first, replace(second, time=math.nan)),
    ):
        assert wrong(replace(whole, signatures=signatures)) == {Reason.UNSIGNED}


def test_signing_again_and_signing_what_was_altered():
    whole = declared(Purpose.AUDIENCE)
    again = sign(whole, "anna", NOW)
    assert [one.by for one in again.signatures] == ["ben", "anna"]
    altered = replace(whole, ends=whole.ends - 1)
    assert wrong(altered) == {Reason.ALTERED}
    once = sign(altered, "carl", NOW)
    assert wrong(once) == {Reason.UNSIGNED}
    assert wrong(sign(once, "anna", NOW)) == set()
    forged = replace(whole, signatures=(*whole.signatures, Signature("carl", NOW, "0" * 64)))
    assert wrong(forged) == {Reason.ALTERED}
    with pytest.raises(PolicyError, match="by nobody"):
        sign(whole, " ", NOW)


def test_everything_wrong_is_told_at_once():
    empty = Declaration(
        Purpose.MEMBERS, LawfulBasis.CONTRACT, Notice("", ""), NOW + 1, NOW + 1 + 2 * LONGEST, (), signatures=()
    )
    assert wrong(empty) == {
        Reason.NOT_BEGUN,
        Reason.TOO_LONG,
        Reason.UNSIGNED,
        Reason.WRONG_BASIS,
        Reason.NO_NOTICE,
        Reason.NO_DPIA,
        Reason.NO_EQUAL_WAY,
        Reason.NO_CAMERA,
    }


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words(reason):
    words = shortcoming(reason)
    assert words.reason is reason
    assert words.problem
    assert not words.problem.endswith(".")
    assert words.problem[0].islower()
    assert words.remedy.endswith((".", "galleria evaluate."))
    assert words.remedy[0].isupper()
