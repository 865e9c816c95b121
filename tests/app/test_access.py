import logging
import threading

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from people import NOW, PASSWORD, People

from galleria.app.access import Access
from galleria.app.audit import NOBODY
from galleria.app.passwords import Passwords
from galleria.app.sessions import IDLE, LONGEST
from galleria.app.users import LINK_LASTS
from galleria.domain.access import RIGHTS, Actor, Right, Role
from galleria.domain.errors import (
    AccessError,
    ConflictError,
    InputError,
    NotFoundError,
    SignInError,
    TooManyError,
)
from galleria.storage.records import User


@pytest.fixture
def people(tmp_path):
    people = People(tmp_path)
    yield people
    people.records.close()


@pytest.fixture
def ada(people):
    return people.first()


class TestFirstAdministrator:
    def test_the_link_makes_one_and_is_used_up(self, people):
        link = people.access.first_link()
        assert people.access.invitation(link).first
        made = people.access.accept(link, PASSWORD, "Ada")
        assert (made.name, made.role, made.invited) == ("Ada", Role.ADMINISTRATOR, False)
        assert people.access.invitation(link) is None
        assert people.access.first_link() is None
        with pytest.raises(NotFoundError):
            people.access.accept(link, PASSWORD, "Eve")

    def test_only_the_newest_link_works(self, people):
        old, new = people.access.first_link(), people.access.first_link()
        assert people.access.invitation(old) is None
        assert people.access.invitation(new) is not None

    def test_a_link_that_failed_still_works(self, people):
        link = people.access.first_link()
        with pytest.raises(InputError, match="between 12 and 512"):
            people.access.accept(link, "short", "Ada")
        with pytest.raises(InputError, match="name has between"):
            people.access.accept(link, PASSWORD, " \t")
        assert people.access.accept(link, PASSWORD, "Ada").name == "Ada"

    def test_of_two_who_follow_it_at_once_one_gets_in(self, people):
        link, outcomes = people.access.first_link(), []

        def follow(name):
            try:
                outcomes.append(people.access.accept(link, PASSWORD, name).name)
            except NotFoundError:
                outcomes.append(None)

        threads = [threading.Thread(target=follow, args=(name,)) for name in ("Ada", "Eve")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert min(outcomes, key=str) in {"Ada", "Eve"}
        assert outcomes.count(None) == 1


class TestSigningIn:
    def test_name_and_password_open_a_session(self, people, ada):
        opened = people.access.sign_in("  ADA ", PASSWORD)
        assert opened.actor == ada
        assert opened.actor.rights == RIGHTS[Role.ADMINISTRATOR]
        assert people.access.actor_of_session(opened.cookie) == ada

    def test_wrong_and_unknown_get_the_same_answer(self, people, ada):
        answers = set()
        for name, password in (("Ada", "wrong wrong wrong"), ("Eve", PASSWORD), ("", ""), ("A\ud800", "x\udc00y" * 5)):
            with pytest.raises(SignInError) as caught:
                people.access.sign_in(name, password)
            answers.add((type(caught.value), str(caught.value)))
        assert len(answers) == 1

    def test_a_disabled_user_gets_it_too(self, people, ada):
        bo = people.add(ada, "Bo", Role.ANALYST)
        people.access.users.change(ada, bo.id, disabled=True)
        with pytest.raises(SignInError, match="is wrong"):
            people.access.sign_in("Bo", PASSWORD)

    def test_one_who_has_no_password_yet_cannot(self, people, ada):
        people.access.users.create(ada, "Bo", Role.ANALYST)
        with pytest.raises(SignInError):
            people.access.sign_in("Bo", "")

    @pytest.mark.parametrize("name", ["Ada", "nobody at all"])
    def test_after_five_failures_a_name_is_locked_longer_and_longer(self, people, ada, name):
        def fail(n):
            for k in range(n):
                with pytest.raises(SignInError):
                    people.access.sign_in(name, "wrong wrong wrong", address=f"10.0.0.{k}")

        fail(5)
        for wait in (30, 60, 120):
            people.clock.advance(wait - 1)
            with pytest.raises(TooManyError) as caught:
                people.access.sign_in(name, PASSWORD)
            assert caught.value.seconds == pytest.approx(1)
            people.clock.advance(1)
            fail(1)

    def test_success_forgives_failures(self, people, ada):
        for _ in range(3):
            for _ in range(4):
                with pytest.raises(SignInError):
                    people.access.sign_in("Ada", "wrong wrong wrong")
                people.clock.advance(10)
            assert people.access.sign_in("Ada", PASSWORD).actor == ada

    def test_many_guesses_at_once_are_all_counted(self, people, ada):
        outcomes = []

        def guess(n):
            try:
                people.access.sign_in("Ada", f"guess number {n} of many")
            except (SignInError, TooManyError) as error:
                outcomes.append(type(error))

        threads = [threading.Thread(target=guess, args=(n,)) for n in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes.count(SignInError) == 5
        assert outcomes.count(TooManyError) == 7

    def test_one_address_tries_only_so_often(self, people):
        for n in range(20):
            with pytest.raises(SignInError):
                people.access.sign_in(f"name{n}", "wrong wrong wrong", address="2001:db8::1")
        with pytest.raises(TooManyError, match="from this address"):
            people.access.sign_in("another", PASSWORD, address="2001:db8::ffff")  # the same network
        with pytest.raises(SignInError):
            people.access.sign_in("another", PASSWORD, address="2001:db8:1::1")
        people.clock.advance(6)
        with pytest.raises(SignInError):
            people.access.sign_in("another", PASSWORD, address="2001:db8::2")


class TestSessions:
    def test_a_sign_in_ends_the_browsers_earlier_session(self, people, ada):
        old = people.access.sign_in("Ada", PASSWORD)
        new = people.access.sign_in("Ada", PASSWORD, replaces=old.cookie)
        assert old.cookie != new.cookie
        assert old.csrf != new.csrf
        assert people.access.session(old.cookie) is None
        assert people.access.session(new.cookie).csrf == new.csrf

    def test_it_ends_when_idle(self, people, ada):
        cookie = people.access.sign_in("Ada", PASSWORD).cookie
        for _ in range(3):
            people.clock.advance(IDLE - 1)
            assert people.access.actor_of_session(cookie) == ada
        people.clock.advance(IDLE)
        assert people.access.actor_of_session(cookie) is None

    def test_it_ends_after_a_week_whatever_happens(self, people, ada):
        cookie = people.access.sign_in("Ada", PASSWORD).cookie
        end = people.clock.time + LONGEST
        while people.clock.time + IDLE / 2 < end:
            people.clock.advance(IDLE / 2)
            assert people.access.actor_of_session(cookie) == ada
        people.clock.time = end
        assert people.access.actor_of_session(cookie) is None

    def test_signing_out_ends_one_or_all(self, people, ada):
        one, two, three = (people.access.sign_in("Ada", PASSWORD).cookie for _ in range(3))
        people.access.sign_out(one)
        assert people.access.session(one) is None
        people.access.sign_out_everywhere(ada, but=three)
        assert people.access.session(two) is None
        assert people.access.session(three) is not None
        people.access.sign_out("no such cookie")

    def test_a_changed_role_holds_at_once(self, people, ada):
        bo = people.add(ada, "Bo", Role.ANALYST)
        cookie = people.access.sign_in("Bo", PASSWORD).cookie
        people.access.users.change(ada, bo.id, role=Role.GUARD)
        assert people.access.actor_of_session(cookie).rights == RIGHTS[Role.GUARD]
        people.access.users.change(ada, bo.id, disabled=True)
        assert people.access.actor_of_session(cookie) is None
        people.access.users.change(ada, bo.id, disabled=False)
        assert people.access.actor_of_session(cookie) is None  # it does not come back

    def test_a_made_up_cookie_is_nobody(self, people, ada):
        assert people.access.actor_of_session("") is None
        assert people.access.actor_of_session("x" * 43) is None
        assert people.access.actor_of_session("\ud800") is None


class TestUsers:
    def test_an_invited_user_sets_a_password_within_three_days(self, people, ada):
        user, link = people.access.users.create(ada, "Bo", Role.OPERATOR)
        assert user.invited
        assert people.access.invitation(link).name == "Bo"
        people.clock.advance(LINK_LASTS)
        assert people.access.invitation(link) is None
        again = people.access.users.new_link(ada, user.id)
        assert people.access.accept(again, PASSWORD).invited is False
        assert people.access.sign_in("Bo", PASSWORD).actor.rights == RIGHTS[Role.OPERATOR]

    def test_a_new_link_ends_sessions_when_it_is_followed(self, people, ada):
        bo = people.add(ada, "Bo", Role.ANALYST)
        cookie = people.access.sign_in("Bo", PASSWORD).cookie
        people.access.accept(people.access.users.new_link(ada, bo.id), "another long password")
        assert people.access.session(cookie) is None
        with pytest.raises(SignInError):
            people.access.sign_in("Bo", PASSWORD)

    def test_names_are_told_apart_as_people_do(self, people, ada):
        people.access.users.create(ada, "Ünal", Role.GUARD)
        for taken in ("Ünal", "U\u0308nal", "ÜNAL", " ünal "):
            with pytest.raises(ConflictError):
                people.access.users.create(ada, taken, Role.GUARD)
        with pytest.raises(InputError):
            people.access.users.create(ada, "a\x00b", Role.GUARD)
        with pytest.raises(InputError):
            people.access.users.create(ada, "x" * 121, Role.GUARD)

    @pytest.mark.parametrize("how", ["disable", "demote", "remove"])
    def test_the_last_administrator_stays(self, people, ada, how):
        ways = {
            "disable": lambda: people.access.users.change(ada, ada.id, disabled=True),
            "demote": lambda: people.access.users.change(ada, ada.id, role=Role.GUARD),
            "remove": lambda: people.access.users.remove(ada, ada.id),
        }
        people.access.users.create(ada, "Bo", Role.ADMINISTRATOR)  # has no password yet: cannot stand in
        with pytest.raises(ConflictError, match="last administrator"):
            ways[how]()
        assert people.access.users.get(ada, ada.id).role is Role.ADMINISTRATOR
        people.add(ada, "Cy", Role.ADMINISTRATOR)
        ways[how]()

    def test_a_removed_user_is_gone_with_tokens_and_sessions(self, people, ada):
        bo = people.add(ada, "Bo", Role.ADMINISTRATOR)
        token = people.access.tokens.create(bo, "x", [Right.EXPORT]).text
        cookie = people.access.sign_in("Bo", PASSWORD).cookie
        people.access.users.remove(ada, bo.id)
        assert people.access.actor_of_token(token) is None
        assert people.access.actor_of_session(cookie) is None
        with pytest.raises(NotFoundError):
            people.access.users.get(ada, bo.id)

    def test_nobody_makes_more_of_others_than_they_are(self, people, ada):
        manager = Actor("t", "script", frozenset({Right.MANAGE_USERS, Right.SEE_LIVE}), "token")
        bo = people.add(ada, "Bo", Role.GUARD)
        with pytest.raises(AccessError, match="may do more"):
            people.access.users.create(manager, "Eve", Role.ADMINISTRATOR)
        with pytest.raises(AccessError, match="may do more"):
            people.access.users.change(manager, bo.id, role=Role.OPERATOR)
        with pytest.raises(AccessError, match="may do more"):
            people.access.users.new_link(manager, ada.id)  # nor takes over who is more
        with pytest.raises(AccessError, match="may do more"):
            people.access.users.remove(manager, ada.id)
        assert people.access.users.create(manager, "Cy", Role.REVIEWER)[0].role is Role.REVIEWER

    def test_those_without_the_right_may_nothing(self, people, ada):
        bo = people.add(ada, "Bo", Role.OPERATOR)
        users, tokens = people.access.users, people.access.tokens
        for forbidden in (
            lambda: users.list(bo),
            lambda: users.get(bo, ada.id),
            lambda: users.create(bo, "Eve", Role.GUARD),
            lambda: users.change(bo, bo.id, role=Role.ADMINISTRATOR),
            lambda: users.remove(bo, ada.id),
            lambda: users.new_link(bo, bo.id),
            lambda: tokens.list(bo),
            lambda: tokens.create(bo, "x", [Right.SEE_LIVE]),
            lambda: tokens.revoke(bo, "x"),
            lambda: people.access.audit.list(bo),
            lambda: people.access.factor.disable(bo, ada.id),
            lambda: users.list(NOBODY),
        ):
            with pytest.raises(AccessError):
                forbidden()
        assert users.get(bo, bo.id).name == "Bo"  # oneself

    def test_a_password_is_changed_by_who_knows_it(self, people, ada):
        mine, other = (people.access.sign_in("Ada", PASSWORD).cookie for _ in range(2))
        with pytest.raises(SignInError):
            people.access.users.set_password(ada, "wrong wrong wrong", "another long password", cookie=mine)
        people.access.users.set_password(ada, PASSWORD, "another long password", cookie=mine)
        assert people.access.session(mine) is not None
        assert people.access.session(other) is None
        assert people.access.sign_in("Ada", "another long password").actor == ada

    @pytest.mark.parametrize("weak", ["short", "a" * 12, "averylongname", "x" * 513])
    def test_what_is_easily_guessed_is_refused(self, people, weak):
        link = people.access.first_link()
        with pytest.raises(InputError):
            people.access.accept(link, weak, "AVeryLongName")

    def test_a_password_may_be_any_sentence_however_it_is_typed(self, people):
        people.access.accept(people.access.first_link(), "café au lait, s'il vous plaît", "Ada")
        assert people.access.sign_in("Ada", "cafe\u0301 au lait, s'il vous plai\u0302t").actor.name == "Ada"

    def test_who_has_the_machine_gets_back_in(self, people, ada):
        enrolment = people.access.factor.begin(ada)
        assert enrolment.secret
        for _ in range(5):
            with pytest.raises(SignInError):
                people.access.sign_in("Ada", "wrong wrong wrong")
        link = people.access.rescue("ada")
        people.access.accept(link, "another long password")
        assert people.access.sign_in("Ada", "another long password").actor.id == ada.id
        assert people.access.accept(people.access.rescue("Zoë"), PASSWORD).role is Role.ADMINISTRATOR

    def test_hashes_are_argon2id_with_sound_parameters(self):
        hashed = Passwords().hash(PASSWORD)
        found = extract_parameters(hashed)
        assert found.type is Type.ID
        assert found.memory_cost * found.time_cost >= 3 * 65536
        assert Passwords().fits(hashed, PASSWORD)
        assert not Passwords().fits(hashed, PASSWORD + "!")

    def test_an_outdated_hash_is_renewed_at_the_next_sign_in(self, people, ada):
        stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
        assert Access(people.records, people.clock, passwords=stronger).sign_in("Ada", PASSWORD).actor == ada
        with people.records.read() as reading:
            assert extract_parameters(reading.get(User, ada.id).password).time_cost == 2


class TestTokens:
    def test_it_may_what_its_scopes_say(self, people, ada):
        made = people.access.tokens.create(ada, "Power BI", [Right.EXPORT, Right.SEE_MEASURES])
        assert made.text.startswith("gal_")
        actor = people.access.actor_of_token(made.text)
        assert actor == Actor(made.token.id, "Power BI", frozenset({Right.EXPORT, Right.SEE_MEASURES}), "token")
        assert people.access.tokens.list(ada)[0].used == NOW

    def test_it_never_may_more_than_its_user(self, people, ada):
        bo = people.add(ada, "Bo", Role.ADMINISTRATOR)
        text = people.access.tokens.create(bo, "x", [Right.EXPORT, Right.SEE_LIVE]).text
        people.access.users.change(ada, bo.id, role=Role.GUARD)
        assert people.access.actor_of_token(text).rights == {Right.SEE_LIVE}
        people.access.users.change(ada, bo.id, disabled=True)
        assert people.access.actor_of_token(text) is None

    def test_it_expires_and_is_revoked(self, people, ada):
        short = people.access.tokens.create(ada, "x", [Right.EXPORT], NOW + 60)
        other = people.access.tokens.create(ada, "y", [Right.EXPORT])
        people.clock.advance(60)
        assert people.access.actor_of_token(short.text) is None
        assert people.access.actor_of_token(other.text) is not None
        people.access.tokens.revoke(ada, other.token.id)
        assert people.access.actor_of_token(other.text) is None
        with pytest.raises(NotFoundError):
            people.access.tokens.revoke(ada, other.token.id)

    def test_a_token_makes_no_tokens(self, people, ada):
        actor = people.access.actor_of_token(people.access.tokens.create(ada, "x", [Right.MANAGE_USERS]).text)
        with pytest.raises(AccessError, match="acts for a user"):
            people.access.tokens.create(actor, "y", [Right.MANAGE_USERS])

    def test_rubbish_is_nobody(self, people, ada):
        for text in ("", "gal_", "gal_x", "x" * 50, "gal_\ud800"):
            assert people.access.actor_of_token(text) is None


class TestSecrets:
    def test_none_lies_in_the_records_or_the_audit(self, people, ada, tmp_path):
        opened = people.access.sign_in("Ada", PASSWORD)
        token = people.access.tokens.create(ada, "x", [Right.EXPORT])
        _, link = people.access.users.create(ada, "Bo", Role.GUARD)
        stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert token.token.id.encode() in stored  # the test looks at what it means to
        for secret in (PASSWORD, opened.cookie, token.text, link):
            assert secret.encode() not in stored

    def test_none_is_in_reprs_or_logs(self, people, ada, caplog):
        caplog.set_level(logging.DEBUG)
        opened = people.access.sign_in("Ada", PASSWORD)
        token = people.access.tokens.create(ada, "x", [Right.EXPORT])
        enrolment = people.access.factor.begin(ada)
        with pytest.raises(SignInError) as caught:
            people.access.sign_in("Ada", "wrong but secret password")
        told = "\n".join([repr(opened), repr(token), repr(enrolment), str(caught.value), caplog.text])
        for secret in (PASSWORD, "wrong but secret", opened.cookie, opened.csrf, token.text, enrolment.secret):
            assert secret not in told


def test_the_audit_tells_it_all_in_order(people, ada):
    bo = people.add(ada, "Bo", Role.ANALYST)
    people.access.users.change(ada, bo.id, role=Role.GUARD)
    token = people.access.tokens.create(ada, "x", [Right.EXPORT]).token
    people.access.tokens.revoke(ada, token.id)
    with pytest.raises(SignInError):
        people.access.sign_in("Eve", PASSWORD, address="203.0.113.9")
    people.access.users.remove(ada, bo.id)
    assert people.actions(ada) == [
        "user.first", "sign-in", "user.created", "password.set", "sign-in", "user.changed", "token.created",
        "token.revoked", "sign-in.failed", "user.removed",
    ]  # fmt: skip
    newest = people.access.audit.list(ada, most=2)
    older = people.access.audit.list(ada, before=newest[-1].id, most=2)
    assert [entry.id for entry in (*newest, *older)] == [10, 9, 8, 7]
    assert newest[0].facts == {"name": "Bo"}
    assert (newest[1].actor_kind, newest[1].subject, newest[1].facts) == ("nobody", "", {"address": "203.0.113.9"})
