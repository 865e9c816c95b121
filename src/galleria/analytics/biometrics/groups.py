"""Error rates of groups of subjects who say the same of themselves, and the threshold that each group needs.

Impostors of one group are compared with each other: two strangers of one group look more alike to a network than two
strangers of the whole set, and where a network was shown few of a group, more alike still.

A group with fewer than SMALL subjects is too small for a rate: it is shown, with its bound by the rule of three, and is
marked. It may still raise the threshold (never lower it): being few must not mean being taken for each other.
"""

from __future__ import annotations

import numpy as np

from galleria.domain.dossier import GroupRates
from galleria.domain.errors import InputError

from .comparisons import Comparisons
from .intervals import rate, rule_of_three
from .samples import Mask, Samples
from .verification import threshold_at

SMALL = 20  # subjects
_QUANTILES = (0.5, 0.9, 0.99, 1.0)

Group = tuple[str, str, Mask]


def grouped(samples: Samples) -> list[Group]:
    """Attribute, name and (subjects,) members of every group, in order; who said nothing is in none.

    Raises:
        InputError: a subject is said to have said two things.
    """
    found: list[Group] = []
    for attribute in samples.attributes:
        said = np.array(samples.names_by_subject(attribute), dtype=str)
        found += [(attribute, str(name), said == name) for name in np.unique(said) if name]
    return found


def needed_by(groups: list[Group], impostor: Comparisons, target: float) -> dict[tuple[str, str], float]:
    """The threshold that each group needs to keep its own FMR at the target; groups without impostors have none.

    With fewer than 1 / target comparisons that is just above the highest of them.
    """
    found = {}
    for attribute, name, members in groups:
        inside = impostor.among(members)
        if len(inside):
            found[attribute, name] = threshold_at(inside.scores, target)
    return found


def group_rates(
    group: Group, comparisons: Comparisons, *, target: float, common: float, threshold: float, seed: int
) -> GroupRates:
    """All figures of one group.

    Args:
        group: attribute, name and members.
        comparisons: of the whole set.
        target: false-match rate.
        common: threshold that the whole set needs for it.
        threshold: that the model is to run with.
        seed: of the draws.
    """
    attribute, name, members = group
    inside = comparisons.among(members)
    genuine, impostor = inside.genuine, inside.impostor
    scores = impostor.scores
    count = int(members.sum())
    return GroupRates(
        attribute=attribute,
        name=name,
        subjects=count,
        small=count < SMALL,
        quantiles=tuple(float(q) for q in np.quantile(scores, _QUANTILES)) if len(scores) else (),
        threshold=threshold_at(scores, target) if len(scores) else None,
        supported=rule_of_three(impostor.pairs) <= target,
        fmr_common=rate(impostor, scores >= common, seed),
        fmr=rate(impostor, scores >= threshold, seed),
        fnmr_common=rate(genuine, genuine.scores < common, seed),
        fnmr=rate(genuine, genuine.scores < threshold, seed),
    )


def check_names(samples: Samples) -> None:
    """Refuse names that are not readable in a report.

    Raises:
        InputError: a name is too long or holds letters that cannot be shown.
    """
    for attribute, names in samples.attributes.items():
        for name in {attribute, *names}:
            if len(name) > 40 or not (name.isprintable() or not name):  # noqa: PLR2004
                problem = f"a name of {attribute[:40]!r} is too long or not printable"
                raise InputError(problem, "Name groups with up to 40 printable letters.")
