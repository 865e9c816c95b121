"""Scores of presentations into APCER and BPCER (ISO/IEC 30107-3), and how little few attacks prove.

Presentations are taken for independent, so intervals are Wilson's; where one print or one screen was shown many times
they are narrower than the truth. APCER is told for each species of instrument and never averaged over species.
"""

from __future__ import annotations

import math

import numpy as np

from galleria.analytics.score import wilson
from galleria.domain.accuracy import Method, Rate
from galleria.domain.dossier import AttackRates, SpeciesRate

from .samples import Attacks

CLAIM = 0.05  # an APCER that is commonly asked for


def attack_rates(attacks: Attacks) -> AttackRates:
    """All figures of presentation attack detection."""
    at = attacks.threshold
    species = [
        SpeciesRate(name, _rate(int(np.sum(scores >= at)), len(scores)))
        for name, scores in sorted(attacks.attacks.items())
    ]
    bona_fide = attacks.bona_fide
    return AttackRates(float(at), tuple(species), _rate(int(np.sum(bona_fide < at)), len(bona_fide)), needed(CLAIM))


def needed(claim: float) -> int:
    """How many trials without an error show, with 95 % confidence, that the rate of errors is at most `claim`."""
    return math.ceil(math.log(0.05) / math.log(1 - claim))


def _rate(events: int, trials: int) -> Rate:
    low, high = wilson(events, trials)
    return Rate(events, trials, trials, low, high, Method.WILSON)
