"""A labelled set into an accuracy dossier: the one function that a command needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from galleria.domain.dossier import VALID, VERSION, Dossier, SetFacts

from .attack import attack_rates
from .attributes import age_rates, confusion
from .calibrate import calibrate
from .comparisons import compared
from .groups import check_names, group_rates, grouped, needed_by
from .identification import identify, searched
from .notes import notes_on
from .samples import Ages, Attacks, Labels, Samples, Terms
from .verification import threshold_at, verify


def evaluate(
    samples: Samples,
    terms: Terms,
    *,
    ages: Ages | None = None,
    labels: Sequence[Labels] = (),
    attacks: Attacks | None = None,
) -> Dossier:
    """Measure a face model on a labelled set.

    Args:
        samples: templates with their subjects and what these said of themselves.
        terms: which model, what rate is aimed at, and now.
        ages: told and true, if the set was shown to an age network as well.
        labels: told and true, of gender, expression and the like.
        attacks: scores of presentations, if attacks were detected.

    Raises:
        InputError: the set is too small for the target rate, or something in it cannot be used.
    """
    check_names(samples)
    comparisons, groups, seed = compared(samples), grouped(samples), terms.seed
    impostor = comparisons.impostor
    calibration = calibrate(impostor, terms.target)
    common = threshold_at(impostor.scores, terms.target)
    needs = needed_by(groups, impostor, terms.target)
    threshold = max([common, *needs.values()]) if terms.threshold is None else terms.threshold
    verification = verify(comparisons, terms.target, common, threshold, seed)
    rates = tuple(
        group_rates(group, comparisons, target=terms.target, common=common, threshold=threshold, seed=seed)
        for group in groups
    )
    found = Dossier(
        version=VERSION,
        program=terms.program,
        model=terms.model,
        threshold=float(threshold),
        chosen=terms.threshold is not None,
        target=float(terms.target),
        made=float(terms.made),
        ends=float(terms.made) + VALID,
        seed=seed,
        set=_facts(samples, terms),
        verification=verification,
        identification=identify(searched(samples), threshold, verification.fmr, seed),
        groups=rates,
        calibration=calibration,
        attacks=attack_rates(attacks) if attacks else None,
        ages=age_rates(ages, seed) if ages else None,
        labels=tuple(confusion(one, seed) for one in labels),
        notes=(),
    )
    return notes_on(found)


def _facts(samples: Samples, terms: Terms) -> SetFacts:
    return SetFacts(
        name=terms.set_name,
        digest=terms.set_digest,
        subjects=len(np.unique(np.asarray(samples.subjects, dtype=str))),
        samples=len(samples.subjects),
        conditions=dict(sorted(Counter(samples.conditions).items())),
        crossed=samples.enrolled is not None,
    )
