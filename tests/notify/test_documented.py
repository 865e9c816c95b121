"""What docs/integrations.md says is what is sent."""

import json
import re
from pathlib import Path

from corner_shop import NOON, SITE, condition, crossing, live, stay
from galleria.notify.envelope import envelopes
from galleria.notify.settings import MailSettings, MqttSettings, Webhook
from galleria.notify.topics import Topics
from galleria.notify.webhook import signature

TEXT = (Path(__file__).parents[2] / "docs" / "integrations.md").read_text("utf-8")


def test_the_verification_in_the_manual_accepts_what_we_sign(monkeypatch):
    monkeypatch.setattr("time.time", lambda: NOON + 10)
    space: dict = {}
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(code, space)
    header = signature("s3cret", int(NOON), b"[{}]")
    assert space["genuine"](header, b"[{}]", "s3cret")
    assert not space["genuine"](header, b"[{} ]", "s3cret")
    assert not space["genuine"](header, b"[{}]", "other")
    monkeypatch.setattr("time.time", lambda: NOON + 1000)
    assert not space["genuine"](header, b"[{}]", "s3cret")


def test_the_event_in_the_manual_is_like_a_real_one():
    (told,) = json.loads(re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)[1])
    (real,) = envelopes([crossing(1)], SITE)
    assert told.keys() == real.keys()
    assert told["data"] == real["data"]


def test_every_type_and_its_facts_are_in_the_manual():
    rows = dict(re.findall(r"^\| `(galleria\.\w+\.v1)` \| (.*) \|$", TEXT, re.MULTILINE))
    for message in envelopes([crossing(1), stay(1), condition(end=NOON + 1)], SITE):
        assert set(message["data"]) <= set(re.findall(r"`(\w+)`", rows[message["type"]]))


def test_every_setting_is_in_the_manual():
    for section in (MqttSettings, Webhook, MailSettings):
        for name in section.model_fields:
            assert f"`{name}`" in TEXT, name


def test_every_kind_of_topic_is_in_the_manual():
    rows = "\n".join(line for line in TEXT.splitlines() if line.startswith("| `galleria/SITE/"))
    for topic in Topics(SITE, MqttSettings()).values(live()):
        kind, *rest = topic.removeprefix("galleria/corner-shop/").split("/")
        assert f"galleria/SITE/{kind}" in rows or f"…/{kind}" in rows
        assert not rest or rest[-1] in rows
