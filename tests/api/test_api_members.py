"""Members over the API: a number, and what the code of a receipt is good for."""

import numpy as np
import pytest
from joining import SETTINGS, FakeSubjects

from galleria.app import members_look
from galleria.app.members import Running
from galleria.app.members_receipt import label_of, new_code
from galleria.domain.access import Right, Role
from galleria.domain.face import Template

MEMBERS = "/api/v1/members"


@pytest.fixture
def receipt(shop, monkeypatch):
    """Of somebody who joined."""
    subjects = FakeSubjects()
    one = Template("space", np.eye(128, dtype=np.float32)[0])
    monkeypatch.setattr(members_look, "look", lambda *_, **__: [one])
    shop.members.use(Running(lambda: subjects, lambda: None, dict, lambda: 0.9))
    shop.settings.put(shop.signed[Role.ADMINISTRATOR].actor, "members", SETTINGS, 0)
    return shop.members.join(shop.signed[Role.OPERATOR].actor, shop.members.texts()[0].sha256, [b"x"])


def test_a_number_for_those_who_may(served, receipt):
    for role in Role:
        with served.browser(role) as client:
            answer = client.get(f"{MEMBERS}/count")
        may = role in {Role.OPERATOR, Role.DPO, Role.ADMINISTRATOR}
        assert answer.status_code == (200 if may else 403), role
        assert not may or answer.json() == {"members": 1}
    with served.bearer(served.site.tokens[Right.SEE_MEMBERS]) as client:
        assert client.get(f"{MEMBERS}/count").json() == {"members": 1}
    with served.nobody() as client:
        assert client.get(f"{MEMBERS}/count").status_code == 401


def test_who_has_the_receipt_needs_nothing_else(served, receipt):
    with served.nobody() as client:
        held = client.post(f"{MEMBERS}/export", json={"code": receipt.code}).json()
        ended = [client.post(f"{MEMBERS}/withdraw", json={"code": receipt.code.lower()}).json() for _ in range(2)]
        assert client.post(f"{MEMBERS}/export", json={"code": receipt.code}).status_code == 404
    assert held["member"] == receipt.member
    assert receipt.code not in str(held)
    assert label_of(receipt.code) not in str(held)
    assert ended == [{"ended": "withdrawn"}, {"ended": "before"}]


def test_other_codes_find_nothing_and_cannot_be_tried_out(served, receipt):
    with served.nobody() as client:
        answers = [client.post(f"{MEMBERS}/withdraw", json={"code": new_code()}) for _ in range(21)]
        for wrong in ({}, {"code": ""}, {"code": "x" * 61}, {"code": "x", "label": "y"}, []):
            assert client.post(f"{MEMBERS}/export", json=wrong).status_code == 422, wrong
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert {answer.text for answer in answers[:20]} == {'{"ended":"unknown"}'}
