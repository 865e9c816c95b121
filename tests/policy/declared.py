"""A site that has declared everything as it should be."""

from dataclasses import replace

from galleria.domain.accuracy import Calibration, Curve, Figure, Histogram, Method, Rate
from galleria.domain.dossier import VERSION, Dossier, ModelMark, SetFacts, Verification
from galleria.domain.purpose import Comparison, Declaration, LawfulBasis, Notice, Purpose
from galleria.policy.declarations import sign
from galleria.policy.gate import Gate, Grant
from galleria.policy.profiles import BASE, Level, Profile, Rule, Source, find_profile
from galleria.policy.reasons import Refusal

NOW = 1_800_000_000.0
DAY = 86400.0
CAMERAS = ("door", "hall")
RUNS = Comparison(ModelMark("dlib", "ab" * 32, "dlib-128"), 0.5)
_NONE = Rate(0, 100, 100, 0.0, 0.03, Method.THREE)
_FIGURE = Figure(0.0, 0.0, 0.03, Method.THREE)
_BINS = Histogram((0.0, 1.0), (100,))
DOSSIER = Dossier(
    version=VERSION,
    program="galleria 0",
    model=RUNS.model,
    threshold=RUNS.threshold,
    chosen=False,
    target=0.03,
    made=NOW - 10 * DAY,
    ends=NOW + 80 * DAY,
    seed=0,
    set=SetFacts("made-up set", "", 100, 200, {}, crossed=False),
    verification=Verification(
        _NONE, _NONE, 0.5, _NONE, _NONE, _FIGURE, _FIGURE, 0.03, Curve((0.5,), (0.0,), (0.0,)), _BINS, _BINS
    ),
    identification=None,
    groups=(),
    calibration=Calibration((0.1, 0.5), (0.5, 0.03), 0.5, 0.03, 100, 100),
    attacks=None,
    ages=None,
    labels=(),
    notes=(),
)
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
