"""Signing in and out, and the sessions of browsers."""

import threading

import pytest
from people import PASSWORD

from galleria.app.sessions import IDLE, LONGEST
from galleria.domain.access import RIGHTS, Role
from galleria.domain.errors import (
    SignInError,
    TooManyError,
)


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
