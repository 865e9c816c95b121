"""Capabilities that are deliberately not there. Each fails the build when something is named after it."""

import re
import tomllib
from dataclasses import fields

import pytest

from galleria.domain.purpose import Declaration, Purpose
from galleria.policy.profiles import _FOLDER, ProfileTable, profile_ids
from galleria.policy.retention import Kept

NOT_THERE = {
    "search for a stranger": r"stranger|upload|reverse|lookup|find[-_ ]?(face|who)|social",
    "police, and lists between companies": r"police|live[-_ ]?search|enforcement|shar(e|ed|ing)|consorti|federat",
    "ethnicity, religion, health, orientation": r"ethni|rac(e|ial)|skin|religi|faith|health|disab|orientation|sexual",
    "emotion of staff, pupils or one subject": r"emotion|mood|staff[-_ ]?(experience|smile)|pupil|student",
    "suspicion scores": r"suspici|risk|threat[-_ ]?score|score|predict|intent|anomal",
    "silent recognition of important visitors": r"vip|celebrit|influenc|important",
    "attendance by face": r"attendance|clock[-_ ]?in|time[-_ ]?sheet|shift|productiv",
    "personal prices": r"pric(e|ing)|discount|credit|spend",
    "training on a site's footage": r"train|fine[-_ ]?tun|label[-_ ]?face|dataset|collect",
    "covert mode": r"covert|hidden|stealth|silent|secret|undeclared|without[-_ ]?notice",
}


def names():
    """Everything that names a purpose, or a key by which a profile or declaration could turn something on."""
    found = [purpose.value for purpose in Purpose] + [purpose.name for purpose in Purpose]
    found += [field.name for field in fields(Declaration)]
    found += [kept.value for kept in Kept]
    found += list(ProfileTable.model_json_schema()["$defs"]) + list(ProfileTable.model_fields)
    for name in profile_ids():
        found += keys(tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8")))
    return found


def keys(table):
    if isinstance(table, list):
        return [key for one in table for key in keys(one)]
    if isinstance(table, dict):
        return [*table, *(key for one in table.values() for key in keys(one))]
    return []


@pytest.mark.parametrize("capability", NOT_THERE)
def test_it_is_not_there(capability):
    pattern = re.compile(NOT_THERE[capability], re.IGNORECASE)
    assert [name for name in names() if pattern.search(name)] == []


def test_the_purposes_are_these_nine():
    """Another one is a decision about people: its profile levels, retention, suppression and tests come first."""
    assert {purpose.value for purpose in Purpose} == {
        "footfall",
        "demographics",
        "unique",
        "returning",
        "staff",
        "members",
        "watchlist",
        "experience",
        "audience",
    }


def test_names_are_looked_at():
    assert {"members", "WATCHLIST", "level", "why", "as_of", "purposes", "basis", "watchlist-probe"} <= set(names())


@pytest.mark.parametrize(
    ("name", "capability"),
    [
        ("stranger-search", "search for a stranger"),
        ("shared-watchlist", "police, and lists between companies"),
        ("ethnicity", "ethnicity, religion, health, orientation"),
        ("staff-emotion", "emotion of staff, pupils or one subject"),
        ("suspicion", "suspicion scores"),
        ("VIP", "silent recognition of important visitors"),
        ("attendance", "attendance by face"),
        ("pricing", "personal prices"),
        ("training", "training on a site's footage"),
        ("covert", "covert mode"),
    ],
)
def test_it_would_be_found(name, capability):
    assert re.search(NOT_THERE[capability], name, re.IGNORECASE)
