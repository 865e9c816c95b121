"""Receipts that programs send: with a token, or signed."""

import json
from dataclasses import replace

import pytest

from galleria.domain.access import Right
from galleria.domain.site import Shop
from galleria.notify.webhook import SIGNATURE, signature

SECRET = "what the till knows"


@pytest.fixture
def selling(served, monkeypatch):
    monkeypatch.setenv("TILL_SECRET", SECRET)
    served.site.selling.site = replace(served.site.site, shops=(Shop("books"),))
    return served


def receipt(number, **changes):
    made = {"receipt": str(number), "time": "2026-03-27T14:05:00Z", "shop": "books", "till": "3", "amount": "1.50"}
    return {**made, "currency": "EUR", "items": 2, **changes}


def count(served):
    return sum(total.receipts for total in served.site.sales.totals([(0.0, 2e9)]))


class TestWithAToken:
    def test_again_changes_nothing(self, selling):
        with selling.bearer(selling.site.tokens[Right.SEND_SALES]) as client:
            sent = {"sales": [receipt(1), receipt(2, amount=2.25)]}
            assert client.post("/api/v1/sales", json=sent).json() == {"new": 2, "duplicates": 0}
            assert client.post("/api/v1/sales", json=sent).json() == {"new": 0, "duplicates": 2}
        assert count(selling) == 2

    def test_bad_ones_are_named_and_the_others_go_in(self, selling):
        with selling.bearer() as client:
            sent = {"sales": [receipt(1), receipt(2, shop="toys"), receipt(3, time=None), receipt(4)]}
            answer = client.post("/api/v1/sales", json=sent)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert [fault["where"] for fault in problem["faults"]] == ["body.sales.1", "body.sales.2"]
        assert "no shop 'toys'" in problem["faults"][0]["problem"]
        assert "2 are new" in problem["detail"]
        assert count(selling) == 2

    def test_what_is_no_list_of_receipts(self, selling):
        with selling.bearer() as client:
            for body in ({}, {"sales": "x"}, {"sales": [1]}, {"sales": [{"receipt": []}]}, []):
                assert client.post("/api/v1/sales", json=body).status_code == 422
        assert count(selling) == 0

    def test_it_is_audited(self, selling):
        with selling.bearer() as client:
            client.post("/api/v1/sales", json={"sales": [receipt(1)]})
            (entry, *_) = client.get("/api/v1/audit").json()
        assert (entry["action"], entry["subject"]) == ("sales.taken", "sales:program")


class TestSigned:
    @pytest.fixture
    def signing(self, selling):
        with selling.bearer() as client:
            wanted = {"value": {"secret": "${TILL_SECRET}"}, "version": 0}
            done = client.put("/api/v1/settings/sales", json=wanted)
            assert done.status_code < 300, done.text
        return selling

    def send(self, served, body, secret=SECRET, at=None, header=None):
        at = int(served.site.clock.now()) if at is None else at
        with served.nobody() as client:
            headers = {SIGNATURE: header or signature(secret, at, body)}
            return client.post("/api/v1/sales/signed", content=body, headers=headers)

    def test_a_signature_is_enough(self, signing):
        body = json.dumps({"sales": [receipt(1)]}).encode()
        assert self.send(signing, body).json() == {"new": 1, "duplicates": 0}
        assert self.send(signing, body).json() == {"new": 0, "duplicates": 1}

    def test_nothing_else_is(self, signing):
        body, now = json.dumps({"sales": [receipt(1)]}).encode(), int(signing.site.clock.now())
        for age in (-301, 301):
            assert self.send(signing, body, at=now + age).status_code == 401
        assert self.send(signing, body, secret="other").status_code == 401
        assert self.send(signing, body, header=signature(SECRET, now, body + b" ")).status_code == 401
        for header in ("none", "t=1,v1=00", "v1=" + "0" * 64, "t=x,v1=" + "0" * 64):
            assert self.send(signing, body, header=header).status_code == 401
        assert count(signing) == 0

    def test_what_is_signed_may_still_be_nonsense(self, signing):
        for body in (b"", b"{", b"[]", b"\xff", b"[" * 5000):
            assert self.send(signing, body).status_code == 422

    def test_without_a_secret_there_is_no_such_thing(self, selling):
        assert self.send(selling, b"{}", secret="").status_code == 404
