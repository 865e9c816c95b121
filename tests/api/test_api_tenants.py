"""A tenant asks for everything of another unit, in every way there is, and gets no number of it."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import pytest
from flowing import at
from people import PASSWORD
from shop import BEFORE, DAY

from galleria.app.access import COOKIE, CSRF_HEADER
from galleria.domain.access import Right, Role
from galleria.domain.site import Queue

OTHERS = ("site", "shop:books", "tripwire:door", "zone:shelf", "camera:hall", "camera:yard", "entrance:front",
          "entrance:back")  # fmt: skip
OWN = ("shop:corner", "tripwire:gate")
NUMBERS = {10.0, 20.0, 30.0, 50.0, 90.0, 4711.0}  # of the other unit; the tenant's own are 7 and 0
NAMES = {*OTHERS, "books", "Book shop", "door", "shelf", "hall", "Hall", "front", "Front door", "yard", "till-9",
         "till-q", "Books"}  # fmt: skip
PERIOD = {"begin": BEFORE, "end": "2026-09-22"}


@pytest.fixture
def corner(served):
    """The browser of the tenant of the shop at the corner, whose gate seven went through."""
    site = served.site
    ada = site.signed[Role.ADMINISTRATOR].actor
    site.site = site.studies.site = replace(site.site, queues=(Queue("till-q", "shelf", name="Books", shop="books"),))
    with site.desk.live.envelope():
        for n in range(7):
            site.desk.come(at(DAY, "12:30") + n, "yard")
    site.desk.keeper.turn(site.clock.now())
    receipt = {"receipt": "1", "time": f"{DAY}T12:40:00+02:00", "shop": "books", "till": "till-9", "amount": "4711"}
    receipt |= {"currency": "EUR", "items": 2}
    with served.bearer() as program:
        sent = program.post("/api/v1/sales", json={"sales": [receipt]})
        assert sent.status_code == 200, sent.text
    _, link = site.access.users.create(ada, "Cora", Role.TENANT, "corner")
    site.access.accept(link, PASSWORD)
    signed = site.access.sign_in("Cora", PASSWORD)
    with served.nobody(cookies={COOKIE: signed.cookie}, headers={CSRF_HEADER: signed.csrf}) as client:
        yield client


def numbers(told):
    """Every number of an answer that counts something."""
    if isinstance(told, dict):
        kept = [value for key, value in told.items() if key not in {"begin", "end", "created", "seen", "coverage"}]
        return [number for value in kept for number in numbers(value)]
    if isinstance(told, list):
        return [number for value in told for number in numbers(value)]
    return [float(told)] if isinstance(told, int | float) and not isinstance(told, bool) else []


def words(told):
    """Every word of an answer, whole."""
    if isinstance(told, dict | list):
        return [word for value in (told.values() if isinstance(told, dict) else told) for word in words(value)]
    return [told] if isinstance(told, str) else []


def test_a_tenant_sees_its_own_unit(corner):
    assert [subject["key"] for subject in corner.get("/api/v1/subjects").json()] == list(OWN)
    asked = {"subject": list(OWN), "measure": ["in", "out"], **PERIOD, "grain": "day"}
    series = corner.get("/api/v1/measures", params=asked).json()["series"]
    assert {(one["subject"], one["measure"]): one["total"] for one in series} == {
        ("shop:corner", "in"): 7, ("shop:corner", "out"): 0, ("tripwire:gate", "in"): 7, ("tripwire:gate", "out"): 0,
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(corner.get("/api/v1/measures.csv", params=asked).text, newline="")))
    assert {row["subject"] for row in rows} == set(OWN)
    book = corner.get("/api/v1/measures.xlsx", params=asked)
    assert zipfile.ZipFile(io.BytesIO(book.content)).testzip() is None
    assert corner.get("/api/v1/me").json()["shop"] == "corner"


def test_a_tenant_finds_nothing_of_others_on_any_route(corner, served):
    """Ids of others as every parameter that takes words, alone and beside one of its own."""
    asked, given = set(), set()
    tried = sorted({word for key in (*OTHERS, "queue:books", "queue:till-q") for word in (key, key.rpartition(":")[2])})
    for path, operations in served.app.openapi()["paths"].items():
        operation = operations.get("get")
        if operation is None or operation["x-needs"] in {"open", "local"} or path == "/api/v1/live/events":
            continue
        asked.add(path)
        parameters = operation.get("parameters", ())
        free = [each["name"] for each in parameters if each["in"] == "query" and takes_words(each["schema"])]
        for address in dict.fromkeys(re.sub(r"\{\w+\}", word, path) for word in tried):
            queries = [{name: some} for name in free for word in tried for some in ([word], [OWN[0], word])]
            for query in ({}, *queries):
                answer = corner.get(address, params={**PERIOD, **query})
                assert answer.status_code in {200, 403, 404, 422}, (address, query, answer.text)
                if answer.status_code == 403:  # by its right alone: nothing of the query was read
                    break
                if answer.status_code == 200:
                    given.add(path)
                    check_own(answer, address, query)
    assert len(asked) > 40
    assert {"/api/v1/me", "/api/v1/subjects", "/api/v1/queues", "/api/v1/queues.csv"} <= given


def takes_words(schema):
    return any(each.get("type") == "string" and "enum" not in each and "format" not in each
               for one in (schema, *schema.get("anyOf", ())) for each in (one, one.get("items", {})))  # fmt: skip


def check_own(answer, address, query):
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in {"application/json", "text/csv"}, (address, query)
    if kind == "text/csv":
        rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
        assert not {cell for row in rows for cell in row.values()} & NAMES, (address, query)
        values = {row.get("value", "") for row in rows} - {""}
        assert not NUMBERS & {float(value) for value in values}, (address, query)
        return
    found = answer.json()
    assert not NUMBERS & set(numbers(found)), (address, query)
    assert not NAMES & set(words(found)), (address, query)


def test_the_books_tenant_finds_its_numbers_by_the_same_walk(served):
    """What the walk above looks for is there to be found."""
    with served.browser(Role.TENANT) as client:
        asked = {"subject": "shop:books", "measure": ["in", "stays"], **PERIOD, "grain": "day"}
        assert {30.0, 50.0} <= set(numbers(client.get("/api/v1/measures", params=asked).json()))
        assert client.get("/api/v1/measures", params={**asked, "subject": "shop:corner"}).status_code == 422


def test_without_a_subject_a_tenant_asks_for_the_site_and_is_refused(corner):
    assert corner.get("/api/v1/measures").status_code == 422
    assert corner.get("/api/v1/measures.csv").status_code == 422


def test_another_units_id_is_answered_as_one_that_is_not_there(corner):
    def refused(key):
        return corner.get("/api/v1/measures", params={"subject": key}).text.replace(key, "…")

    assert refused("shop:books") == refused("shop:never") == refused("tripwire:door")


def test_who_sees_the_mall_sees_units_side_by_side(served):
    with served.browser(Role.ANALYST) as client:
        subjects = {subject["key"]: subject for subject in client.get("/api/v1/subjects").json()}
        assert "stays" in subjects["shop:books"]["measures"]
        assert "stays" not in subjects["shop:corner"]["measures"]  # it has no zone
        asked = {"subject": ["shop:books", "shop:corner", "site"], "begin": DAY, "grain": "day"}
        series = client.get("/api/v1/measures", params=asked).json()["series"]
        assert [one["total"] for one in series] == [30, 0, 30]


def test_a_shop_that_is_gone_takes_everything_with_it(corner, served):
    site = served.site
    text = site.path.read_text().replace("  - {id: corner, name: Corner shop, lines: [gate]}\n", "")
    site.path.write_text(text)
    site.changed(site.setup.read()[0])
    assert corner.get("/api/v1/subjects").json() == []
    for key in (*OWN, "site"):
        assert corner.get("/api/v1/measures", params={"subject": key}).status_code == 422


def test_a_token_has_the_bounds_of_its_tenant(served):
    """Made by an administrator who then became one."""
    site = served.site
    ada = site.signed[Role.ADMINISTRATOR].actor
    _, link = site.access.users.create(ada, "Max", Role.ADMINISTRATOR)
    site.access.accept(link, PASSWORD)
    maker = site.access.sign_in("Max", PASSWORD).actor
    text = site.access.tokens.create(maker, "all of it", list(Right)).text
    site.access.users.change(ada, maker.id, role=Role.TENANT, shop="corner")
    with served.bearer(text) as program:
        assert program.get("/api/v1/me").json()["rights"] == ["export-unit", "see-unit"]
        assert [subject["key"] for subject in program.get("/api/v1/subjects").json()] == list(OWN)
        assert program.get("/api/v1/overview").status_code == 403
        assert program.get("/api/v1/measures", params={"subject": "shop:books"}).status_code == 422


def test_tenants_are_made_with_a_shop_that_is_there(served):
    with served.browser() as client:
        wanted = {"name": "Tea", "role": "tenant"}
        assert client.post("/api/v1/users", json=wanted).status_code == 422
        assert client.post("/api/v1/users", json={**wanted, "shop": "gone"}).status_code == 422
        assert client.post("/api/v1/users", json={**wanted, "role": "analyst", "shop": "books"}).status_code == 422
        user = client.post("/api/v1/users", json={**wanted, "shop": "books"}).json()["user"]
        assert user["shop"] == "books"
        place = f"/api/v1/users/{user['id']}"
        assert client.patch(place, json={"shop": "gone"}).status_code == 422
        assert client.patch(place, json={"shop": "corner"}).json()["shop"] == "corner"
        assert client.patch(place, json={"shop": ""}).status_code == 422
        assert client.patch(place, json={"role": "analyst"}).json()["shop"] == ""
        assert client.patch(place, json={"role": "tenant"}).status_code == 422
        entries = client.get("/api/v1/audit").json()
        made = next(entry for entry in entries if entry["action"] == "user.created" and entry["subject_name"] == "Tea")
        assert made["facts"] == {"role": "tenant", "shop": "books"}
        changed = [entry["facts"] for entry in entries if entry["action"] == "user.changed"]
        assert changed == [{"role": "analyst", "shop": ""}, {"shop": "corner"}]
