"""Entries hold ids; whoever looks sees names, as long as there are any."""

import pytest
from people import People
from sqlalchemy import text

from galleria.app.audit import NOBODY, SYSTEM
from galleria.domain.access import Right, Role
from galleria.domain.errors import AccessError, PolicyError


@pytest.fixture
def people(tmp_path):
    people = People(tmp_path)
    yield people
    people.records.close()


def newest(people, by):
    return people.access.audit.list(by, most=1)[0]


def test_names_are_those_of_now_and_go_with_the_user(people):
    ada = people.first("Ada")
    bo = people.add(ada, "Bo", Role.ADMINISTRATOR)
    people.access.sign_out_everywhere(bo)
    assert newest(people, ada).actor_name == newest(people, ada).subject_name == "Bo"
    people.access.users.change(ada, bo.id, name="Björn")
    entry = newest(people, ada)
    assert (entry.actor_name, entry.action, entry.subject_name) == ("Ada", "user.changed", "Björn")
    assert entry.facts == {"renamed": True}
    people.access.users.remove(ada, bo.id)
    removed, changed, out = people.access.audit.list(ada, most=3)
    assert {removed.subject_name, changed.subject_name, out.actor_name, out.subject_name} == {bo.id[:8]}


def test_labels_of_tokens_likewise(people):
    ada = people.first("Ada")
    made = people.access.tokens.create(ada, "Power BI", [Right.SEE_AUDIT])
    token = people.access.actor_of_token(made.text)
    people.access.audit.write(token, "export.events", "csv")
    assert [entry.actor_name for entry in people.access.audit.list(ada, most=2)] == ["Power BI", "Ada"]
    assert people.access.audit.list(ada, most=2)[1].subject_name == "Power BI"
    people.access.tokens.revoke(ada, token.id)
    revoked, export, created = people.access.audit.list(ada, most=3)
    assert revoked.subject_name == export.actor_name == created.subject_name == token.id[:8]
    assert export.subject_name == ""


def test_the_program_and_nobody(people):
    ada = people.first("Ada")
    for by, name in ((SYSTEM, "galleria"), (NOBODY, "")):
        people.access.audit.write(by, "x", "camera:hall")
        assert (newest(people, ada).actor_name, newest(people, ada).subject_name) == (name, "")


def test_no_name_lies_in_the_table(people):
    ada = people.first("Adalovelace")
    people.access.users.create(ada, "Bodoni", Role.GUARD)
    people.access.users.change(ada, ada.id, name="Augustabyron")
    token = people.access.tokens.create(ada, "Powerbi", [Right.EXPORT]).token
    people.access.tokens.revoke(ada, token.id)
    people.access.rescue("Bodoni")
    with people.records.read() as reading:
        told = repr(reading.execute(text("SELECT * FROM audit")).all())
    assert told.count("user.created") == 1
    assert [name for name in ("delovelace", "Adalovelace", "Bodoni", "Augusta", "Powerbi") if name in told] == []


def test_what_has_no_form_is_refused_with_all_that_goes_with_it(people):
    ada = people.first("Ada")
    before = people.actions(ada)
    with pytest.raises(PolicyError, match="not finite"):
        people.access.audit.write(ada, "x", n=float("nan"))
    assert people.actions(ada) == before


def test_only_who_may_sees_it(people):
    ada = people.first("Ada")
    bo = people.add(ada, "Bo", Role.OPERATOR)
    with pytest.raises(AccessError):
        people.access.audit.list(bo)
