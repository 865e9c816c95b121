import json
import socket
import threading
import time
from contextlib import contextmanager

import pytest
from shop import Served

from galleria.api import stream
from galleria.domain.access import Right, Role


@contextmanager
def listening(client):
    """The lines of the live events, as they come."""
    with client.stream("GET", "/api/v1/live/events", timeout=30) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(lines) == "retry: 2000"
        yield lines


def until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def events(lines, n):
    found = []
    for line in lines:
        if line.startswith("data: "):
            found.append(json.loads(line.removeprefix("data: ")))
        if len(found) == n:
            return found
    return found


def test_now_is_counts_and_dots(quiet):
    with quiet.bearer() as client:
        now = client.get("/api/v1/live").json()
    assert now["occupancy"]["value"] == 2
    hall = now["cameras"][0]
    assert (hall["camera"], hall["state"], hall["dots"]) == ("hall", "seeing", [{"track": 1, "x": 0.5, "y": 0.25}])
    assert hall["crossings"] == {"door": {"came": 3, "went": 1}}


def test_everybody_who_listens_is_told_in_order(served):
    with served.browser(Role.GUARD) as one, served.bearer() as two, listening(one) as first, listening(two) as second:
        until(lambda: served.app.state.streams.clients == 2)
        for n in range(3):
            served.site.news.tell({"type": "crossing", "n": n, "text": "line\nbreak"})
        for lines in (first, second):
            assert [event["n"] for event in events(lines, 3)] == [0, 1, 2]
    until(lambda: served.app.state.streams.clients == 0)
    until(lambda: served.site.news.listeners == 0)  # nobody listens: nothing is subscribed to


def test_a_quiet_stream_has_a_heartbeat(served, monkeypatch):
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)
    with served.bearer() as client, listening(client) as lines:
        assert any(line == ": still here" for line in lines)


def test_it_ends_when_the_listener_may_not_listen_any_more(served, monkeypatch):
    monkeypatch.setattr(stream, "HEARTBEAT", 0.05)
    signed = served.site.signed[Role.GUARD]
    with served.browser(Role.GUARD) as client, listening(client) as lines:
        served.site.access.sign_out(signed.cookie)
        assert all(line in {"", ": listening", ": still here"} for line in lines)  # and ends


def test_one_that_does_not_keep_up_is_cut_off_and_holds_nobody_up(served, monkeypatch):
    monkeypatch.setattr(stream, "_SLOW", 0.5)
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as lazy, served.bearer() as client, listening(client) as lines:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        token = served.site.token
        request = f"GET /api/v1/live/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n"
        lazy.sendall(request.encode())
        until(lambda: served.app.state.streams.clients == 2)
        last, heard = 200, []
        reader = threading.Thread(target=lambda: heard.extend(events(lines, last)))
        reader.start()
        for n in range(last):
            served.site.news.tell({"type": "live", "n": n, "filling": "x" * 100_000})
            time.sleep(0.005)
        reader.join(30)
        assert [event["n"] for event in heard] == list(range(last))
        until(lambda: served.app.state.streams.clients == 1)
        assert served.app.state.streams.cut == 1


def test_only_so_many_listen(served, monkeypatch):
    monkeypatch.setattr(stream, "MOST_CLIENTS", 1)
    with served.bearer() as client, listening(client), served.bearer() as other:
        answer = other.get("/api/v1/live/events")
        assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")


def test_nobody_without_the_right_listens(quiet):
    with quiet.bearer(quiet.site.tokens[Right.EXPORT]) as client:
        assert client.get("/api/v1/live/events").status_code == 403
    with quiet.nobody() as client:
        assert client.get("/api/v1/live/events").status_code == 401


def test_stopping_does_not_wait_for_listeners(shop):
    with Served(shop) as served, served.bearer() as client, listening(client) as lines:
        served.server.stop()
        assert all(line in {"", ": listening"} for line in lines)  # and ends


def test_a_site_that_stops_ends_the_streams(served):
    with served.bearer() as client, listening(client) as lines:
        until(lambda: served.site.news.listeners == 1)
        served.site.news.close()
        assert all(line in {"", ": listening"} for line in lines)


@pytest.mark.parametrize("ready", [True, False])
def test_ready_and_alive_are_told_to_everybody(served, ready):
    served.site.ready = ready
    with served.nobody() as client:
        assert client.get("/healthz").json() == {"alive": True}
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200 if ready else 503, {"ready": ready})


def test_metrics_are_the_text_that_is_given(shop):
    with Served(shop, metrics=lambda: "galleria_up 1\n") as served, served.nobody() as client:
        answer = client.get("/metrics")
    assert answer.text == "galleria_up 1\n"
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
