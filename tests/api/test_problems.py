"""What goes wrong is told as problem+json, tells nothing of the inside, and passes the shields."""

import http.client
import json
import logging

import pytest
from shop import Served

from galleria.api.app import MOST_BYTES
from galleria.api.shields import HEADERS, host_name
from galleria.domain.errors import StoreError, TooManyError
from galleria.domain.time import SetClock

PROBLEM = "application/problem+json"


def raw(served, lines, body=b""):
    """An answer to a request as it is written, which no client would send."""
    connection = http.client.HTTPConnection(served.url.removeprefix("http://"), timeout=30)
    connection.connect()
    connection.sock.sendall(b"\r\n".join([*lines, b"", b""]) + body)
    answer = http.client.HTTPResponse(connection.sock)
    answer.begin()
    found = answer.status, answer.getheader("content-type"), answer.read()
    connection.close()
    return found


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/v1/site/", 404),
        ("GET", "/", 404),
        ("POST", "/api/v1/site", 405),
        ("GET", "/api/v1/cameras/nobody", 404),
        ("GET", "/api/v1/measures?begin=2026-02-30", 422),
        ("GET", "/api/v1/measures?begin=1000-01-01", 422),
        ("GET", "/api/v1/measures?begin=2026-03-02&end=2026-03-01", 422),
        ("GET", "/api/v1/measures?subject=entrance:nobody", 422),
        ("GET", "/api/v1/measures?measure=stays&subject=tripwire:door", 422),
        ("GET", "/api/v1/measures?grain=15min&begin=2020-01-01&end=2026-01-01", 422),
        ("GET", "/api/v1/conditions?begin=yesterday", 422),
        ("GET", "/api/v1/conditions?begin=0001-01-01", 422),
        ("GET", "/api/v1/events.csv?begin=2026-09-02&end=2026-09-01", 422),
        ("GET", "/api/v1/cameras/yard/snapshot", 404),
        ("GET", "/api/v1/settings/nonsense", 404),
    ],
)
def test_every_error_is_a_problem_with_a_remedy(quiet, method, path, status):
    with quiet.bearer() as client:
        answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    found = answer.json()
    assert found["status"] == status
    assert found["detail"]
    assert found["remedy"] or found["faults"] or path == "/"
    if status == 405:
        assert answer.headers["allow"] == "GET"


def test_what_is_wrong_is_named_and_not_repeated(quiet):
    with quiet.bearer() as client:
        answer = client.post("/api/v1/users", json={"name": 5, "role": "king", "password": "s3cret-thing"})
    assert {fault["where"] for fault in answer.json()["faults"]} == {"body.name", "body.role", "body.password"}
    assert "s3cret-thing" not in answer.text
    with quiet.bearer() as client:
        broken = client.post(
            "/api/v1/users", content=b'{"name": s3cret-thing', headers={"Content-Type": "application/json"}
        )
    assert (broken.status_code, broken.headers["content-type"]) == (422, PROBLEM)
    assert "s3cret-thing" not in broken.text


def test_too_much_is_refused_whether_or_not_it_says_how_much(quiet):
    with quiet.bearer() as client:
        said = client.post(
            "/api/v1/users", content=b" " * (MOST_BYTES + 1), headers={"Content-Type": "application/json"}
        )
        pieces = (b" " * 65536 for _ in range(20))
        streamed = client.post("/api/v1/users", content=pieces, headers={"Content-Type": "application/json"})
    for answer in (said, streamed):
        assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


def test_who_may_not_come_in_has_nothing_read(quiet):
    with quiet.nobody() as client:
        assert (
            client.post("/api/v1/users", content=b"{", headers={"Content-Type": "application/json"}).status_code == 401
        )


@pytest.mark.parametrize(
    "host", [b"evil.example", b"127.0.0.1.evil.example", b"", b"[::1", b"localhost:80:80", b"127.0.0.1@evil"]
)
def test_requests_for_other_names_are_refused(quiet, host):
    status, kind, body = raw(quiet, [b"GET /healthz HTTP/1.1", b"Host: " + host, b"Connection: close"])
    assert status in {400, 421}
    assert status == 400 or (kind, json.loads(body)["status"]) == (PROBLEM, 421)


@pytest.mark.parametrize("host", [b"127.0.0.1", b"localhost:8800", b"LOCALHOST", b"[::1]:8800", b"192.0.2.1:80"])
def test_this_machine_and_addresses_are_ours(quiet, host):
    status, _, _ = raw(quiet, [b"GET /healthz HTTP/1.1", b"Host: " + host, b"Connection: close"])
    assert status == 200


def test_a_name_is_ours_when_it_was_given(shop):
    with Served(shop, hosts=["Count.Example"]) as served, served.nobody() as client:
        assert client.get("/healthz", headers={"Host": "count.example:8800"}).status_code == 200
        assert client.get("/healthz", headers={"Host": "example"}).status_code == 421


@pytest.mark.parametrize(
    ("given", "name"), [("a:1", "a"), ("A.", "a"), ("[::1]:1", "::1"), ("[::1]x", ""), ("a:b", ""), ("", "")]
)
def test_a_host_header_is_read_as_it_is_meant(given, name):
    assert host_name(given) == name


@pytest.mark.parametrize("path", ["/api/v1/site", "/api/v1/nowhere", "/healthz", "/api/openapi.json"])
def test_every_answer_forbids_what_browsers_must_not_do(quiet, path):
    with quiet.bearer() as client:
        answer = client.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "server" not in answer.headers
    assert "strict-transport-security" not in answer.headers  # this was no TLS


def test_a_mistake_of_ours_tells_nothing_and_is_logged(served, caplog):
    caplog.set_level(logging.ERROR)
    served.site.live = lambda: 1 / 0
    with served.bearer() as client:
        answer = client.get("/api/v1/live?token=s3cret-thing")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert answer.headers["x-frame-options"] == "DENY"
    assert "division" not in answer.text
    assert "GET /api/v1/live failed" in caplog.text
    assert "s3cret-thing" not in caplog.text


def test_a_disk_that_refuses_is_told_as_such(served, caplog):
    def refuse(*_):
        raise StoreError("the journal cannot grow: the disk is full", "Free some space.")

    served.site.conditions = refuse
    with served.bearer() as client:
        answer = client.get("/api/v1/conditions")
    assert (answer.status_code, answer.json()["remedy"]) == (503, "Free some space.")
    assert "disk is full" in caplog.text


def test_who_has_to_wait_is_told_how_long(served):
    def refuse(*_):
        raise TooManyError("too many", "Wait.", 2.2)

    served.site.preview = refuse
    with served.bearer() as client:
        answer = client.post("/api/v1/cameras/hall/preview", json={})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")


def test_proxies_are_believed_only_when_they_were_named(shop):
    assert isinstance(shop.clock, SetClock)
    with Served(shop) as served:
        config = served.server.config
        assert not config.proxy_headers
        with served.bearer() as client:
            answer = client.get("/healthz", headers={"X-Forwarded-Proto": "https"})
    assert "strict-transport-security" not in answer.headers
