"""Purposes over HTTP: who may do what, and what comes back."""

import pytest

from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.purpose import Purpose

UNIQUE = "/api/v1/purposes/unique"
DECLARED = {
    "basis": "consent",
    "notice": {"version": "3", "place": "At both doors"},
    "begins": "2026-09-01",
    "ends": "2027-08-31",
    "cameras": ["hall"],
    "dpia": "DPIA-7",
    "panel": False,
}


@pytest.fixture
def boss(served):
    with served.browser() as client:
        yield client


def tag(client):
    return {"If-Match": client.get("/api/v1/purposes").headers["etag"]}


def declare(client, purpose="unique", **changes):
    client.put("/api/v1/profile", json={"profile": "eu"}, headers=tag(client)).raise_for_status()
    return client.put(f"/api/v1/purposes/{purpose}", json={**DECLARED, **changes}, headers=tag(client))


def one(client, purpose="unique"):
    return next(each for each in client.get("/api/v1/purposes").json()["purposes"] if each["purpose"] == purpose)


def test_a_fresh_site_has_no_profile_and_counts(boss):
    found = boss.get("/api/v1/purposes").json()
    assert (found["profile"], found["problems"], len(found["purposes"])) == (None, [], 9)
    running = [each["purpose"] for each in found["purposes"] if any(at["running"] for at in each["at"])]
    assert running == ["footfall"]


def test_declared_signed_by_two_stopped_started_and_withdrawn(served, boss):
    assert declare(boss).status_code == 204
    found = one(boss)
    assert found["declaration"] == {**DECLARED, "equal_way": "", "staff_notice": ""}
    assert {each["reason"] for each in found["missing"]} == {"unsigned", "no-dossier"}
    for role in (Role.ADMINISTRATOR, Role.DPO):
        with served.browser(role) as client:
            assert client.post(f"{UNIQUE}/sign", json={"digest": found["digest"]}).status_code == 204
            again = client.post(f"{UNIQUE}/sign", json={"digest": found["digest"]})
            assert (again.status_code, again.json()["detail"]) == (409, "you have signed it already")
    found = one(boss)
    assert [each["name"] for each in found["signed"]] == ["administrator", "data-protection-officer"]
    assert [each["reason"] for each in found["missing"]] == ["no-dossier"]
    assert "galleria evaluate" in found["missing"][0]["remedy"]
    assert boss.post(f"{UNIQUE}/stop").status_code == 204
    assert one(boss)["stopped"]["name"] == "administrator"
    assert boss.post(f"{UNIQUE}/start").status_code == 204
    assert one(boss)["stopped"] is None
    assert boss.delete(UNIQUE, headers=tag(boss)).status_code == 204
    assert boss.delete(UNIQUE, headers=tag(boss)).status_code == 404
    assert one(boss)["declaration"] is None


def test_a_panel_that_nobody_can_join_is_told_as_not_built(boss):
    assert declare(boss, panel=True).status_code == 204
    found = one(boss)
    assert found["declaration"]["panel"] is True
    assert {each["reason"] for each in found["missing"]} == {"not-built", "unsigned", "no-dossier"}


def test_a_token_cannot_sign_whatever_its_scope(served, boss):
    declare(boss)
    with served.bearer() as client:
        answer = client.post(f"{UNIQUE}/sign", json={"digest": one(client)["digest"]})
        assert (answer.status_code, answer.json()["detail"]) == (403, "only people sign")
        assert client.post(f"{UNIQUE}/stop").status_code == 204
    assert one(boss)["signed"] == []


def test_what_was_read_is_signed_and_nothing_else(boss):
    declare(boss)
    answer = boss.post(f"{UNIQUE}/sign", json={"digest": "ab" * 32})
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert boss.post(f"{UNIQUE}/sign", json={}).status_code == 422
    assert boss.post("/api/v1/purposes/audience/sign", json={"digest": "ab" * 32}).status_code == 404
    assert boss.post("/api/v1/purposes/smiles/stop").status_code == 422
    assert boss.post("/api/v1/purposes/footfall/stop").status_code == 422


def test_a_change_names_what_it_was_made_to(boss):
    assert boss.put(UNIQUE, json=DECLARED).status_code == 428
    assert boss.put(UNIQUE, json=DECLARED, headers={"If-Match": '"0000"'}).status_code == 412
    without = boss.put(UNIQUE, json=DECLARED, headers=tag(boss))
    assert without.status_code == 422
    assert "choose a profile" in str(without.json()["faults"])
    assert declare(boss, cameras=["cellar"]).status_code == 422
    assert declare(boss, begins="2027-08-31", ends="2026-09-01").status_code == 422
    assert declare(boss, signatures=[]).status_code == 422
    nowhere = boss.put("/api/v1/profile", json={"profile": "moon"}, headers=tag(boss))
    assert (nowhere.status_code, "there is no profile" in str(nowhere.json()["faults"])) == (422, True)


def test_the_record_of_processing_names_nobody(served, boss):
    declare(boss)
    boss.put("/api/v1/settings/privacy", json={"value": {"controller": "Mall of Nobody"}, "version": 0})
    boss.post(f"{UNIQUE}/sign", json={"digest": one(boss)["digest"]})
    record = boss.get("/api/v1/purposes/record")
    told = record.json()
    assert (told["controller"], told["profile"]) == ("Mall of Nobody", "eu")
    assert [each["purpose"] for each in told["purposes"]] == ["footfall", "unique"]
    counted, unique = told["purposes"]
    assert counted["kept"] == {"events": 400 * 86400, "measures": 1100 * 86400}
    assert (unique["seen"], list(unique["kept"]), len(unique["signed"])) == (["template", "label"], ["unique"], 1)
    assert "administrator" not in record.text
    assert served.site.signed[Role.ADMINISTRATOR].actor.id not in record.text


WRITES = [
    (Right.DECLARE, "PUT", "/api/v1/profile", {"profile": "eu"}),
    (Right.DECLARE, "PUT", UNIQUE, DECLARED),
    (Right.DECLARE, "DELETE", UNIQUE, None),
    (Right.SIGN, "POST", f"{UNIQUE}/sign", {"digest": "ab" * 32}),
    (Right.STOP_PURPOSE, "POST", f"{UNIQUE}/stop", None),
    (Right.STOP_PURPOSE, "POST", f"{UNIQUE}/start", None),
]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("right", "method", "path", "body"), WRITES)
def test_only_who_may_changes_anything(quiet, role, right, method, path, body):
    with quiet.browser(role) as client:
        # What an officer stopped, which the test of another role did, others may not start.
        if path.endswith("/start"):
            quiet.site.purposes.start(quiet.site.signed[Role.DPO].actor, Purpose.UNIQUE)
        answer = client.request(method, path, **({"json": body} if body else {}))
    assert (answer.status_code == 403) is (right not in RIGHTS[role])


def test_roles_as_they_were_agreed():
    roles = {right: {role for role in Role if right in RIGHTS[role]} for right in Right}
    assert roles[Right.SEE_PURPOSES] == roles[Right.SEE_SITE] | {Role.DPO}
    assert roles[Right.DECLARE] == {Role.ADMINISTRATOR, Role.DPO}
    assert (
        roles[Right.SIGN] == roles[Right.STOP_PURPOSE] == {Role.ADMINISTRATOR, Role.OPERATOR, Role.DPO, Role.APPROVER}
    )
