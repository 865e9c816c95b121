"""Webhooks, sent to a real HTTP server."""

import hashlib
import hmac
import json
from contextlib import closing, contextmanager

import pytest

from corner_shop import NOON, SITE, condition, crossing, stay
from galleria.domain.errors import InputError
from galleria.domain.events import Path, Seen
from galleria.domain.health import CameraState
from galleria.domain.time import SetClock
from galleria.notify.addresses import destination
from galleria.notify.envelope import envelope, envelopes
from galleria.notify.ports import Delivery, DeliveryState, Letter
from galleria.notify.settings import Webhook, WebhookSettings
from galleria.notify.webhook import WebhookSender, signature
from webhook_receiver import Receiver


def deliveries(*what):
    letters = [Letter(m["id"], "crossing", json.dumps(m)) for m in envelopes(what, SITE)]
    return [
        Delivery(n, "webhook:till", letter, NOON, 0, NOON, "", DeliveryState.WAITING, None)
        for n, letter in enumerate(letters)
    ]


@contextmanager
def sending(receiver, secrets=lambda written: "s3cret" if written == "${KEY}" else written, **changes):
    hook = Webhook(**{"id": "till", "address": receiver.address, "secret": "${KEY}", "private": True} | changes)
    with closing(WebhookSender(hook, secrets, SetClock(NOON))) as sender:
        yield sender


@contextmanager
def receiving(*answers, **kwargs):
    with closing(Receiver(*answers, **kwargs)) as receiver:
        yield receiver


def test_events_arrive_as_one_signed_batch_of_cloud_events():
    with receiving() as receiver, sending(receiver) as sender:
        outcome = sender.send(deliveries(crossing(1), stay(2)))
    assert outcome.problem == ""
    (request,) = receiver.requests
    assert request.headers["Content-Type"].startswith("application/cloudevents-batch+json")
    first, second = request.events
    assert (first["specversion"], first["type"], first["id"]) == ("1.0", "galleria.crossing.v1", crossing(1).id)
    assert first["time"] == "2026-11-23T12:00:00.000Z"
    assert first["data"] == {"camera": "door", "tripwire": "front", "direction": "in", "entrance": "main"}
    assert second["data"]["dwell"] == 12.5
    told = dict(part.split("=") for part in request.headers["X-Galleria-Signature"].split(","))
    expected = hmac.new(b"s3cret", told["t"].encode() + b"." + request.body, hashlib.sha256).hexdigest()
    assert told == {"t": str(int(NOON)), "v1": expected}


def test_the_signature_is_the_documented_one():
    # printf '1795435200.[]' | openssl dgst -sha256 -hmac key
    expected = "8dfb81c4f75d4054294fea1f21771fba488ed999937bd8451353a06fa2e3ad3c"
    assert signature("key", 1795435200, b"[]") == f"t=1795435200,v1={expected}"


@pytest.mark.parametrize(
    ("status", "final"), [(500, False), (503, False), (404, False), (429, False), (401, False), (410, True)]
)
def test_refusals_are_told(status, final):
    with receiving(lambda _n: status) as receiver, sending(receiver) as sender:
        outcome = sender.send(deliveries(crossing(1)))
    assert outcome.problem == f"localhost answered {status}"
    assert outcome.final is final


def test_redirects_are_not_followed():
    with receiving() as other:
        elsewhere = (307, {"Location": other.address})
        with receiving(lambda _n: elsewhere) as receiver, sending(receiver) as sender:
            outcome = sender.send(deliveries(crossing(1)))
        assert "redirects are not followed" in outcome.problem
        assert other.requests == []


def test_nobody_there_is_told_without_the_address():
    with receiving() as receiver:
        pass  # it is gone now
    with sending(receiver, address=receiver.address + "/T0P-s3cret") as sender:
        outcome = sender.send(deliveries(crossing(1)))
    assert "did not answer" in outcome.problem
    assert "s3cret" not in outcome.problem


def test_the_local_network_is_reached_only_where_it_is_allowed():
    with receiving() as receiver, sending(receiver, private=False) as sender:
        outcome = sender.send(deliveries(crossing(1)))
        assert "local network" in outcome.problem
        assert receiver.requests == []


def test_secrets_are_filled_into_address_and_signature():
    def secrets(written):
        return written.replace("${KEY}", "k2").replace("${file:token}", "T0KEN")

    with receiving() as receiver, sending(receiver, secrets, address=receiver.address + "?t=${file:token}") as sender:
        assert sender.send(deliveries(crossing(1))).problem == ""
    assert receiver.requests[0].path == "/hook?t=T0KEN"


def test_a_secret_that_is_missing_is_a_problem_of_this_message_only():
    def secrets(_written):
        problem = "the environment variable `KEY` is not set"
        raise InputError(problem, "Set it.")

    with receiving() as receiver, sending(receiver, secrets) as sender:
        assert "KEY" in sender.send(deliveries(crossing(1))).problem


def test_tls_checks_the_certificate_against_the_name_not_the_number(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
    with receiving(certificate=certificate) as receiver:
        with sending(receiver) as sender:
            assert sender.send(deliveries(crossing(1))).problem == ""
        assert receiver.requests[0].headers["Host"] == f"localhost:{receiver.port}"
        monkeypatch.delenv("SSL_CERT_FILE")
        with sending(receiver) as sender:
            assert "did not answer" in sender.send(deliveries(crossing(1))).problem
        assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.1.2.3", "192.168.0.9", "172.16.0.1", "100.64.0.1", "[::1]", "[fd00::1]", "[::ffff:10.0.0.1]"],
)
def test_private_addresses_need_leave(host):
    with pytest.raises(InputError, match="local network"):
        destination(f"http://{host}/x", private=False)
    assert destination(f"http://{host}/x", private=True).url.endswith(":80/x")


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "[::]", "[fe80::1]", "[ff02::1]", "[::ffff:169.254.169.254]"]
)
def test_some_addresses_are_never_called(host):
    with pytest.raises(InputError, match="no receiver"):
        destination(f"http://{host}/x", private=True)


@pytest.mark.parametrize(
    "address", ["ftp://h/x", "file:///etc/passwd", "http://", "http://u:p@h/x", "http://h:99999/x", "gopher://h"]
)
def test_what_is_no_web_address_is_refused(address):
    with pytest.raises(InputError):
        destination(address, private=True)


@pytest.mark.parametrize("address", ["ftp://h/", "https://u:p@h/", "https://", "//h/x", "https://h/x#y"])
def test_settings_refuse_such_addresses_as_well(address):
    with pytest.raises(InputError, match="address"):
        WebhookSettings.from_settings({"hooks": [{"id": "a", "address": address, "secret": "${K}"}]})


@pytest.mark.parametrize("secret", ["", "hunter2", "${KEY}x"])
def test_a_signing_secret_is_needed_and_is_a_reference(secret):
    with pytest.raises(InputError) as refused:
        WebhookSettings.from_settings({"hooks": [{"id": "a", "address": "https://h/", "secret": secret}]})
    assert "hunter2" not in str(refused.value)


def test_two_hooks_with_one_id_are_refused():
    hook = {"id": "a", "address": "https://h/", "secret": "${K}"}
    with pytest.raises(InputError, match="same id"):
        WebhookSettings.from_settings({"hooks": [hook, hook]})


def test_paths_and_coverage_are_not_sent_and_tracks_are_not_named():
    origin = crossing(1).origin
    assert envelope(Seen("x", origin, 0, 1), SITE) is None
    assert envelope(Path("x", origin, 1, 0, 1, (), passed_by=True), SITE) is None
    for message in envelopes([crossing(77), stay(77)], SITE):
        assert "track" not in message["data"]
        assert "77" not in json.dumps(message["data"])


def test_the_beginning_and_the_end_of_a_condition_are_two_messages():
    begun, over = envelope(condition(), SITE), envelope(condition(end=NOON + 60), SITE)
    assert begun["id"] != over["id"]
    assert begun["data"] == {"camera": "door", "state": "offline", "reason": "no route to the camera"}
    assert over["data"]["end"] == "2026-11-23T12:01:00.000Z"
    assert envelope(condition(), SITE)["id"] == begun["id"]
    assert envelope(condition(CameraState.DARK), SITE)["id"] != begun["id"]
