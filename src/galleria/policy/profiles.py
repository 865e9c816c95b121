"""Profiles: what the law of a place lets a site do. Dated files; each can only be tighter than the house."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from galleria.domain.errors import PolicyError
from galleria.domain.purpose import Purpose

_FOLDER = files(__package__) / "profiles"
_REMEDY = "Correct the profile; those that come with Galleria can serve as a pattern."


class Level(StrEnum):
    """What a profile says of a purpose; each is tighter than the one before."""

    ON = "on"  # needs nothing but a camera
    DECLARE = "declare"  # needs a declaration
    CONSENT = "consent"  # needs a declaration that rests on consent, or a panel
    LOCKED = "locked"  # never starts


_TIGHTNESS = {level: n for n, level in enumerate(Level)}

# The loosest that any profile may be. Of all purposes only footfall looks at no face and at no one's uniform.
BASE: Mapping[Purpose, Level] = MappingProxyType(
    {
        Purpose.FOOTFALL: Level.ON,
        Purpose.DEMOGRAPHICS: Level.DECLARE,
        Purpose.UNIQUE: Level.DECLARE,
        Purpose.RETURNING: Level.DECLARE,
        Purpose.STAFF: Level.DECLARE,
        Purpose.MEMBERS: Level.CONSENT,
        Purpose.WATCHLIST: Level.DECLARE,
        Purpose.EXPERIENCE: Level.DECLARE,
        Purpose.AUDIENCE: Level.DECLARE,
    }
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a profile rests on.

    Attributes:
        law: a law, guideline or decision, by its name.
        at: articles, sections or its reference.
        says: what it says about cameras and faces, in a sentence.
    """

    law: str
    at: str
    says: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What a profile says of one purpose, and why, in a sentence."""

    level: Level
    why: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What the law of a place lets a site do.

    Attributes:
        scope: where it applies, and where it does not.
        as_of: the law as it was known on that day.
        rules: of every purpose.

    Raises:
        PolicyError: it leaves a purpose out, or is looser than `BASE`.
    """

    id: str
    title: str
    scope: str
    as_of: date
    sources: tuple[Source, ...]
    rules: Mapping[Purpose, Rule]

    def __post_init__(self) -> None:
        missing = [purpose.value for purpose in Purpose if purpose not in self.rules]
        if missing:
            problem = f"the profile {self.id!r} says nothing about {', '.join(missing)}"
            raise PolicyError(problem, "Say of every purpose how tight it is, and why.")
        for purpose, rule in self.rules.items():
            if _TIGHTNESS[rule.level] < _TIGHTNESS[BASE[purpose]]:
                problem = (
                    f"the profile {self.id!r} sets {purpose.value} to {rule.level.value!r}, "
                    f"which is looser than {BASE[purpose].value!r}"
                )
                raise PolicyError(problem, f"Set it to {BASE[purpose].value!r} or tighter: a profile only tightens.")
        # A copy that nobody can change: a profile that could be loosened while it runs would be none.
        object.__setattr__(self, "rules", MappingProxyType(dict(self.rules)))

    def level(self, purpose: Purpose) -> Level:
        """How tight it is."""
        return self.rules[purpose].level


_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\n]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _SourceTable(_Strict):
    law: _Line
    at: _Line
    says: _Line


class _RuleTable(_Strict):
    level: Level
    why: _Line


class ProfileTable(_Strict):
    """A whole profile file; its name is the profile's id."""

    title: _Line
    scope: _Line
    as_of: date
    sources: tuple[_SourceTable, ...] = Field(min_length=1)
    purposes: dict[Purpose, _RuleTable]


def profile_ids() -> list[str]:
    """The profiles that come with Galleria, in alphabetical order."""
    return sorted(path.name.removesuffix(".toml") for path in _FOLDER.iterdir() if path.name.endswith(".toml"))


def find_profile(name: str) -> Profile:
    """A profile that comes with Galleria.

    Raises:
        PolicyError: there is none of that name.
    """
    if name not in profile_ids():
        problem = f"there is no profile {name[:60]!r}"
        raise PolicyError(problem, f"Choose one of {', '.join(profile_ids())}.")
    return read_profile(_FOLDER / f"{name}.toml")


def read_profile(path: Traversable | Path) -> Profile:
    """Read and check a profile file.

    Raises:
        PolicyError: it cannot be read, a key is missing, unknown or wrong, or it is looser than the house.
    """
    try:
        table = ProfileTable.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = f"the profile {path.name} cannot be read: {error}"
        raise PolicyError(problem, "Name an existing profile file (.toml).") from error
    except ValidationError as error:
        found = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        problem = f"the profile {path.name} is wrong: {'; '.join(found)}"
        raise PolicyError(problem, _REMEDY) from error
    return Profile(
        path.name.removesuffix(".toml"),
        table.title,
        table.scope,
        table.as_of,
        tuple(Source(source.law, source.at, source.says) for source in table.sources),
        {purpose: Rule(rule.level, rule.why) for purpose, rule in table.purposes.items()},
    )
