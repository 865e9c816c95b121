import pytest
from people import PASSWORD

from galleria.domain.access import Right, Role


@pytest.fixture
def client(served):
    """The administrator's browser."""
    with served.browser() as client:
        yield client


def test_a_user_is_added_invited_changed_and_removed(client, served):
    made = client.post("/api/v1/users", json={"name": "Bo", "role": "analyst"})
    assert made.status_code == 201
    user = made.json()["user"]
    assert (user["invited"], user["role"]) == (True, "analyst")
    served.site.access.accept(made.json()["link"], PASSWORD)
    one = client.get(f"/api/v1/users/{user['id']}").json()
    assert one["invited"] is False
    changed = client.patch(f"/api/v1/users/{user['id']}", json={"disabled": True}).json()
    assert changed == {**one, "disabled": True}
    assert client.post(f"/api/v1/users/{user['id']}/link").status_code == 201
    assert client.delete(f"/api/v1/users/{user['id']}/second-factor").status_code == 204
    assert client.delete(f"/api/v1/users/{user['id']}").status_code == 204
    assert client.get(f"/api/v1/users/{user['id']}").status_code == 404
    assert len(client.get("/api/v1/users").json()) == len(Role)


def test_what_cannot_be_is_refused(client):
    assert client.post("/api/v1/users", json={"name": "GUARD", "role": "guard"}).status_code == 409
    me = client.get("/api/v1/me").json()
    assert client.delete(f"/api/v1/users/{me['id']}").status_code == 409  # the last administrator
    assert client.patch("/api/v1/users/x", json={"name": "y"}).status_code == 404


def test_a_token_is_made_shown_once_used_and_revoked(client, served):
    made = client.post("/api/v1/tokens", json={"label": "Power BI", "scopes": ["export", "see-measures"]}).json()
    assert made["text"].startswith("gal_")
    listed = client.get("/api/v1/tokens")
    assert made["text"] not in listed.text
    assert made["token"]["id"] in [token["id"] for token in listed.json()]
    with served.bearer(made["text"]) as program:
        me = program.get("/api/v1/me").json()
        assert (me["kind"], me["name"], me["rights"]) == ("token", "Power BI", ["export", "see-measures"])
        assert client.delete(f"/api/v1/tokens/{made['token']['id']}").status_code == 204
        assert program.get("/api/v1/me").status_code == 401


def test_a_token_cannot_make_tokens(served):
    with served.bearer(served.site.tokens[Right.MANAGE_USERS]) as program:
        answer = program.post("/api/v1/tokens", json={"label": "x", "scopes": ["manage-users"]})
        assert answer.status_code == 403
        # nor a user who may more than itself
        assert program.post("/api/v1/users", json={"name": "Eve", "role": "administrator"}).status_code == 403


def test_settings_are_changed_as_a_whole_and_take_effect(client, served):
    keys = [setting["key"] for setting in client.get("/api/v1/settings").json()]
    assert {"mqtt", "webhooks", "mail", "logs", "retention"} <= set(keys)
    change = {"value": {"level": "debug"}, "version": 0}
    assert client.put("/api/v1/settings/logs", json=change).json() == {
        "key": "logs", "value": {"level": "debug"}, "version": 1,
    }  # fmt: skip
    assert served.site.reloads == 1
    assert client.put("/api/v1/settings/logs", json=change).status_code == 409
    wrong = client.put("/api/v1/settings/logs", json={"value": {"levle": "debug"}, "version": 1})
    assert wrong.status_code == 422
    assert client.get("/api/v1/settings/logs").json()["version"] == 1


def test_the_audit_comes_in_pages(client):
    newest = client.get("/api/v1/audit", params={"most": 2}).json()
    older = client.get("/api/v1/audit", params={"most": 2, "before": newest[-1]["id"]}).json()
    ids = [entry["id"] for entry in (*newest, *older)]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 4
