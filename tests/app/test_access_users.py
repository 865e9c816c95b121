"""Users: who there is, what they may do, and who may change it."""

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from people import PASSWORD

from galleria.app.access import Access
from galleria.app.audit import NOBODY
from galleria.app.passwords import Passwords
from galleria.app.users import LINK_LASTS
from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.errors import (
    AccessError,
    ConflictError,
    InputError,
    NotFoundError,
    SignInError,
)
from galleria.storage.records import User


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
        secret = people.access.tokens.create(ada, "script", [Right.MANAGE_USERS, Right.SEE_LIVE]).text
        manager = people.access.actor_of_token(secret)
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
