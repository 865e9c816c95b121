import logging
import threading

import pytest
from people import NOW, PASSWORD

from galleria.domain.access import Actor, Right, Role
from galleria.domain.errors import (
    AccessError,
    InputError,
    NotFoundError,
    SignInError,
)


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
    assert (newest[0].subject_name, newest[0].facts) == (bo.id[:8], {})
    assert (newest[1].actor_kind, newest[1].subject, newest[1].facts) == ("nobody", "", {"address": "203.0.113.9"})
