import pytest
from people import People

from galleria.app.setting_shapes import SHAPES
from galleria.app.settings import Settings
from galleria.domain.access import Role
from galleria.domain.errors import AccessError, ConflictError, InputError, NotFoundError


@pytest.fixture
def people(tmp_path):
    people = People(tmp_path)
    yield people
    people.records.close()


@pytest.fixture
def settings(people):
    return Settings(people.records, people.clock, people.access.audit, SHAPES)


def test_a_change_is_kept_counted_and_in_the_audit_without_its_values(people, settings):
    ada = people.first()
    assert settings.get("mqtt").version == 0
    made = settings.put(ada, "mqtt", {"host": "broker.example", "password": "${MQTT_PASSWORD}"}, 0)
    assert (made.version, settings.get("mqtt")) == (1, made)
    assert {"mqtt", "mail", "webhooks", "logs"} <= {setting.key for setting in settings.all()}
    entry = people.access.audit.list(ada, most=1)[0]
    assert (entry.action, entry.subject, entry.facts) == ("settings.changed", "setting:mqtt", {"version": 1})


def test_two_who_change_the_same_lose_nothing(people, settings):
    ada = people.first()
    settings.put(ada, "mqtt", {"host": "one.example"}, 0)
    with pytest.raises(ConflictError):
        settings.put(ada, "mqtt", {"host": "two.example"}, 0)
    assert settings.get("mqtt").value == {"host": "one.example"}


def test_what_its_users_could_not_use_is_refused(people, settings):
    ada = people.first()
    with pytest.raises(InputError):
        settings.put(ada, "mqtt", {"hots": "broker.example"}, 0)
    with pytest.raises(NotFoundError):
        settings.put(ada, "nonsense", {}, 0)
    with pytest.raises(NotFoundError):
        settings.get("nonsense")
    assert settings.get("mqtt").version == 0


def test_only_who_may_changes_them(people, settings):
    bo = people.add(people.first(), "Bo", Role.OPERATOR)
    with pytest.raises(AccessError):
        settings.put(bo, "mqtt", {}, 0)
