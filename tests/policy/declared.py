"""A site that has declared everything as it should be."""

from dataclasses import replace

from galleria.domain.purpose import Comparison, Declaration, Dossier, LawfulBasis, Notice, Purpose
from galleria.policy.declarations import sign
from galleria.policy.gate import Gate, Grant
from galleria.policy.profiles import BASE, Level, Profile, Rule, Source, find_profile
from galleria.policy.reasons import Refusal

NOW = 1_800_000_000.0
DAY = 86400.0
CAMERAS = ("door", "hall")
RUNS = Comparison("dlib", "dlib-128", 0.5)
DOSSIER = Dossier(RUNS, NOW - 10 * DAY, NOW + 80 * DAY)
DECLARED = tuple(purpose for purpose in Purpose if BASE[purpose] is not Level.ON)
LOOSEST = Profile(
    "loosest",
    "Nowhere",
    "Nowhere",
    find_profile("us").as_of,
    (Source("a law", "a section", "something"),),
    {purpose: Rule(level, "because") for purpose, level in BASE.items()},
)


def signed(declaration):
    return sign(sign(replace(declaration, signatures=()), "anna", NOW - 3 * DAY), "ben", NOW - 2 * DAY)


def declared(purpose, **changes):
    """A declaration that holds, but for the changes; signed by two after them."""
    whole = Declaration(
        purpose,
        LawfulBasis.CONSENT if purpose is Purpose.MEMBERS else LawfulBasis.LEGITIMATE_INTERESTS,
        Notice("3", "at both doors"),
        NOW - DAY,
        NOW + 100 * DAY,
        CAMERAS,
        dpia="DPIA-7",
        equal_way="a card",
        staff_notice="works agreement 12",
    )
    return signed(replace(whole, **changes))


def tightened(purpose, level):
    return replace(LOOSEST, rules={**LOOSEST.rules, purpose: Rule(level, "because")})


def gate(purpose, declaration=None, **parts):
    """A gate that grants a purpose, but for what is given otherwise."""
    whole = {
        "profile": LOOSEST,
        "cameras": CAMERAS,
        "declarations": [declaration or declared(purpose)],
        "dossiers": [DOSSIER],
        "running": {purpose: RUNS},
    }
    return Gate(**{**whole, **parts})


def granted(answer):
    assert isinstance(answer, Grant), answer
    return answer


def reasons(answer):
    assert isinstance(answer, Refusal)
    return set(answer.reasons)
