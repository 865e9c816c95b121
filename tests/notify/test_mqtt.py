"""Publishing to a real broker."""

import json
import subprocess
from contextlib import closing
from dataclasses import replace

import pytest

from corner_shop import BACK, DOOR, SITE, live
from galleria.domain.errors import InputError
from galleria.domain.health import CameraState
from galleria.notify.mqtt import MqttPublisher
from galleria.notify.settings import MqttSettings
from mosquitto_broker import Broker, Listener, until

BASE = "galleria/corner-shop"


@pytest.fixture
def broker(tmp_path):
    running = Broker(tmp_path)
    running.start()
    yield running
    running.stop()


def publisher(broker, site=SITE, **settings) -> MqttPublisher:
    made = MqttPublisher(MqttSettings(host="127.0.0.1", port=broker.port, **settings), site, lambda written: written)
    made.start()
    until(lambda: not made.problem, "the connection")
    return made


def published(made, wanted) -> None:
    until(lambda: made.publish(wanted), "publishing")


def test_counts_occupancy_and_states_are_there_for_whoever_comes_later(broker):
    with closing(publisher(broker)) as made:
        published(made, live())
        with closing(Listener(broker.port)) as late:  # retained: it came after they were published
            until(lambda: f"{BASE}/availability" in late.values)
            until(lambda: f"{BASE}/entrance/main/in" in late.values)
            assert late.values[f"{BASE}/availability"] == "online"
            assert late.values[f"{BASE}/occupancy"] == "4"
            assert late.values[f"{BASE}/line/front/in"] == "3"
            assert late.values[f"{BASE}/line/front/out"] == "1"
            assert late.values[f"{BASE}/line/yard/in"] == "0"
            assert late.values[f"{BASE}/entrance/main/in"] == "5"  # both its lines
            assert late.values[f"{BASE}/zone/till/tracks"] == "2"
            assert late.values[f"{BASE}/camera/door/state"] == "seeing"
            assert late.values[f"{BASE}/camera/back.1/state"] == "starting"


def test_only_what_changed_is_said_again_and_a_new_day_begins_at_zero(broker):
    with closing(publisher(broker)) as made, closing(Listener(broker.port, f"{BASE}/#")) as heard:
        published(made, live())
        until(lambda: heard.values.get(f"{BASE}/line/front/in") == "3")
        assert made.publish(live()) == 0
        made.publish(live(front=(4, 1)))
        until(lambda: heard.values[f"{BASE}/line/front/in"] == "4")
        made.publish(live(front=(0, 0), side=(0, 0), inside=0, day="2026-11-24"))
        until(lambda: heard.values[f"{BASE}/day"] == "2026-11-24")
        until(lambda: heard.values[f"{BASE}/line/front/in"] == "0")
        assert [value for topic, value in heard.order if topic == f"{BASE}/line/front/in"] == ["3", "4", "0"]


def test_home_assistant_finds_every_sensor_with_a_topic_that_is_published(broker):
    with closing(publisher(broker)) as made:
        published(made, live())
        with closing(Listener(broker.port)) as assistant:
            # Retained messages come in no certain order: wait for all there are.
            until(lambda: sum(topic.startswith("homeassistant/") for topic in assistant.values) >= 13)
            until(lambda: f"{BASE}/zone/till/tracks" in assistant.values)
            configs = {t: json.loads(v) for t, v in assistant.values.items() if t.startswith("homeassistant/")}
    assert len(configs) == 2 + 2 + 2 + 3 * 2 + 1  # occupancy and error, entrance, states, three lines, a zone
    assert all(topic.split("/")[1] == "sensor" and topic.endswith("/config") for topic in configs)
    assert len({told["unique_id"] for told in configs.values()}) == len(configs)
    assert {told["device"]["identifiers"][0] for told in configs.values()} == {"galleria_corner-shop"}
    assert {told["availability_topic"] for told in configs.values()} == {f"{BASE}/availability"}
    for told in configs.values():
        assert told["state_topic"] in assistant.values
    lines = [told for told in configs.values() if "/line/" in told["state_topic"]]
    assert {told["state_class"] for told in lines} == {"total_increasing"}
    inside = next(told for told in configs.values() if told["state_topic"] == f"{BASE}/occupancy")
    assert inside["state_class"] == "measurement"
    state = next(told for told in configs.values() if told["state_topic"] == f"{BASE}/camera/door/state")
    assert set(state["options"]) == {each.value for each in CameraState}


def test_a_line_that_is_gone_is_taken_back_at_once_and_after_a_restart(broker):
    fewer = replace(SITE, cameras=(replace(DOOR, tripwires=DOOR.tripwires[:1]), BACK))
    with closing(publisher(broker)) as made:
        published(made, live())
        with closing(Listener(broker.port)) as heard:
            until(lambda: f"{BASE}/line/side/in" in heard.values)
            made.change(fewer)
            made.publish(live())
            until(lambda: f"{BASE}/line/side/in" not in heard.values)
            until(lambda: not [topic for topic in heard.values if "line_side" in topic])
    # Another run of a site that has one camera less knows nothing of what the first one published.
    with closing(publisher(broker, replace(SITE, cameras=(BACK,)))) as again, closing(Listener(broker.port)) as heard:
        until(lambda: f"{BASE}/line/front/in" in heard.values)
        until(lambda: (again.publish(live()), f"{BASE}/line/front/in" not in heard.values)[1])
        until(lambda: not [topic for topic in heard.values if "line_front" in topic])
        assert f"{BASE}/line/yard/in" in heard.values


def test_it_says_goodbye_and_a_broken_connection_says_it_for_it(broker):
    with closing(Listener(broker.port)) as heard:
        with closing(publisher(broker)) as made:
            published(made, live())
            until(lambda: heard.values.get(f"{BASE}/availability") == "online")
        until(lambda: heard.values.get(f"{BASE}/availability") == "offline")
        cut = publisher(broker)
        published(cut, live())
        until(lambda: heard.values.get(f"{BASE}/availability") == "online")
        cut._client.socket().shutdown(2)  # as when a cable is pulled: the broker publishes the last will
        until(lambda: "offline" in [v for t, v in heard.order if t == f"{BASE}/availability"][2:])
        cut.close()


def test_it_can_be_closed_although_the_connection_is_lost_at_that_very_moment(broker, monkeypatch):
    made = publisher(broker)
    broker.stop()
    until(lambda: made.problem, "the loss")
    made._client.loop_stop()  # it does not try again
    until(lambda: made._client.socket() is None, "the end of the connection")
    monkeypatch.setattr(made._client, "is_connected", lambda: True)  # as it was when `close` looked
    made.close()


def test_it_comes_back_with_the_newest_when_the_broker_does(broker):
    with closing(publisher(broker)) as made:
        published(made, live())
        broker.stop()
        until(lambda: made.problem, "the loss")
        assert made.publish(live(front=(9, 9))) == 0  # nothing piles up meanwhile
        broker.start()  # it has forgotten everything
        until(lambda: not made.problem, "the way back")
        with closing(Listener(broker.port)) as heard:
            # As the running site does, every second: what was written while the connection came up is written again.
            until(lambda: (made.publish(live(front=(11, 9))), heard.values.get(f"{BASE}/line/front/in") == "11")[1])
            until(lambda: heard.values.get(f"{BASE}/availability") == "online")


def test_home_assistants_restart_brings_discovery_again(broker):
    with closing(publisher(broker)) as made, closing(Listener(broker.port, "homeassistant/#")) as heard:
        published(made, live())
        until(lambda: len(heard.values) == 13)
        before = len(heard.order)
        heard.client.publish("homeassistant/status", "online", 1)
        until(lambda: (made.publish(live()), len(heard.order) > before + 13)[1])


def test_name_and_password_are_asked_for(tmp_path):
    passwords = tmp_path / "passwords"
    broker = Broker(tmp_path, f"allow_anonymous false\npassword_file {passwords}")  # skips where there is none
    subprocess.run(["mosquitto_passwd", "-b", "-c", passwords, "shop", "s3cret"], check=True)
    passwords.chmod(0o644)
    broker.start()
    try:
        named = MqttSettings(host="127.0.0.1", port=broker.port, username="shop", password="${MQTT}")
        with closing(MqttPublisher(named, SITE, {"${MQTT}": "s3cret"}.__getitem__)) as right:
            right.start()
            until(lambda: not right.problem)
            published(right, live())
        with closing(MqttPublisher(MqttSettings(host="127.0.0.1", port=broker.port), SITE, str)) as wrong:
            wrong.start()
            until(lambda: "refused" in wrong.problem)
            assert wrong.publish(live()) == 0
    finally:
        broker.stop()


# The client library leaves a socket to the garbage collector when a handshake fails.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_tls_with_an_authority_of_ones_own(tmp_path, certificate):
    broker = Broker(
        tmp_path, f"allow_anonymous true\ncertfile {certificate.certificate}\nkeyfile {certificate.key}"
    )  # fmt: skip
    broker.start()
    try:
        trusted = MqttSettings(host="localhost", port=broker.port, tls=True, authority=str(certificate.certificate))
        with closing(MqttPublisher(trusted, SITE, str)) as made:
            made.start()
            until(lambda: not made.problem)
            published(made, live())
        stranger = MqttSettings(host="localhost", port=broker.port, tls=True)
        with closing(MqttPublisher(stranger, SITE, str)) as made:
            made.start()
            until(lambda: "cannot be reached" in made.problem)
    finally:
        broker.stop()


def test_an_authority_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="certificate"):
        MqttPublisher(MqttSettings(host="x", tls=True, authority=str(tmp_path / "none.pem")), SITE, str)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"host": "x", "password": "hunter2"}, "not the secret itself"),
        ({"host": "x/y"}, "host"),
        ({"host": "x", "port": 0}, "port"),
        ({"host": "x", "prefix": "a/#"}, "prefix"),
        ({"host": "x", "discovery": "a+"}, "discovery"),
        ({"hots": "x"}, "hots"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_without_repeating_them(written, told):
    with pytest.raises(InputError, match=told) as refused:
        MqttSettings.from_settings(written)
    assert "hunter2" not in str(refused.value)


def test_without_a_host_it_is_off():
    assert not MqttSettings.from_settings({}).on
