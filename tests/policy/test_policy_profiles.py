import tomllib
from dataclasses import replace

import pytest
from declared import LOOSEST, tightened
from hypothesis import given
from hypothesis import strategies as st

from galleria.domain.errors import PolicyError
from galleria.domain.purpose import Purpose
from galleria.policy.profiles import _FOLDER, BASE, Level, Rule, find_profile, profile_ids, read_profile

LEVELS = list(Level)
FACES = [purpose for purpose in Purpose if purpose not in {Purpose.FOOTFALL, Purpose.STAFF}]


def test_the_profiles_that_come_with_it():
    assert profile_ids() == ["au", "cn", "eu", "strict", "uk", "us", "us-il"]


@pytest.mark.parametrize("name", profile_ids())
def test_every_profile_says_of_every_purpose_what_and_why_and_on_what_it_rests(name):
    profile = find_profile(name)
    assert profile.id == name
    assert set(profile.rules) == set(Purpose)
    assert all(rule.why.endswith(".") for rule in profile.rules.values())
    assert all(source.says.endswith(".") and source.at for source in profile.sources)
    assert profile.as_of.year >= 2026
    # Footfall looks at no face; it is what is left when everything else is locked.
    assert profile.level(Purpose.FOOTFALL) is Level.ON


def test_strict_locks_every_purpose_that_looks_at_faces():
    assert {find_profile("strict").level(purpose) for purpose in FACES} == {Level.LOCKED}


def test_what_is_settled_law():
    for name in ("eu", "uk", "cn", "au"):
        assert find_profile(name).level(Purpose.UNIQUE) is Level.CONSENT
        assert find_profile(name).level(Purpose.RETURNING) is Level.CONSENT
    for name in ("eu", "us-il", "cn"):
        assert find_profile(name).level(Purpose.WATCHLIST) is Level.LOCKED
    assert find_profile("us-il").level(Purpose.UNIQUE) is Level.LOCKED
    for purpose in Purpose:
        assert LEVELS.index(find_profile("us-il").level(purpose)) >= LEVELS.index(find_profile("us").level(purpose))


@given(st.sampled_from(Purpose), st.sampled_from(LEVELS))
def test_a_profile_only_tightens(purpose, level):
    if LEVELS.index(level) < LEVELS.index(BASE[purpose]):
        with pytest.raises(PolicyError, match=f"sets {purpose.value} to .* looser"):
            tightened(purpose, level)
    else:
        assert tightened(purpose, level).level(purpose) is level


def test_rules_cannot_be_changed_afterwards():
    rules = dict(LOOSEST.rules)
    profile = replace(LOOSEST, rules=rules)
    rules[Purpose.MEMBERS] = Rule(Level.ON, "because")
    assert profile.level(Purpose.MEMBERS) is Level.CONSENT
    with pytest.raises(TypeError):
        profile.rules[Purpose.MEMBERS] = Rule(Level.ON, "because")


def altered(tmp_path, old, new):
    text = (_FOLDER / "eu.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_a_file_of_ones_own_is_read(tmp_path):
    path = altered(tmp_path, 'title = "European', 'title = "My')
    assert read_profile(path).id == "mine"
    assert read_profile(path).title.startswith("My")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '[purposes.members]\nlevel = "consent"',
            '[purposes.members]\nlevel = "on"',
            "members to 'on'.*looser than 'cons",
        ),
        ('[purposes.audience]\nlevel = "declare"', '[purposes.audience]\nlevel = "on"', "audience.*looser"),
        ("[purposes.audience]", "[purposes.vip]", "purposes.vip"),
        ('level = "on"', 'level = "maybe"', "level"),
        ('scope = "', 'open = true\nscope = "', "open"),
        ("as_of = 2026-03-31", 'as_of = "lately"', "as_of"),
        ("as_of = 2026-03-31", "", "as_of"),
        ('title = "', 'title = ""\ntitle2 = "', "title"),
        ("[[sources]]", "[sources", "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_whole(tmp_path, old, new, says):
    with pytest.raises(PolicyError, match=says) as raised:
        read_profile(altered(tmp_path, old, new))
    assert raised.value.remedy


def test_a_file_that_leaves_a_purpose_out_is_refused(tmp_path):
    text = (_FOLDER / "eu.toml").read_text("utf-8")
    path = tmp_path / "short.toml"
    path.write_text(text[: text.index("[purposes.audience]")], "utf-8")
    with pytest.raises(PolicyError, match="nothing about audience"):
        read_profile(path)


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(PolicyError, match="no profile 'atlantis'") as raised:
        find_profile("atlantis")
    assert "us-il" in raised.value.remedy
    with pytest.raises(PolicyError, match="no profile"):
        find_profile("../profiles/eu")
    with pytest.raises(PolicyError, match="cannot be read"):
        read_profile(tmp_path / "none.toml")


def test_files_hold_plain_toml():
    for name in profile_ids():
        assert set(tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))) == {
            "title",
            "scope",
            "as_of",
            "sources",
            "purposes",
        }
