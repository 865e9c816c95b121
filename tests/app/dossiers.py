"""A made-up set for everything that a dossier can hold: two pictures of 60 subjects, in a large and a small group."""

import functools

import numpy as np

from galleria.analytics.biometrics.evaluate import evaluate
from galleria.analytics.biometrics.samples import Ages, Attacks, Labels, Samples, Terms
from galleria.domain.dossier import Dossier, ModelMark

MADE = 1_780_000_000.0
TERMS = Terms(ModelMark("a-network", "0123456789abcdef" * 4, "a-space"), "made-up set", 0.01, MADE, "galleria 0")


def samples(noise: float = 1.0, names: tuple[str, str] = ("many", "few")) -> Samples:
    rng = np.random.default_rng(11)
    first = np.arange(60) < 52
    centres = rng.normal(size=(60, 24)) + np.where(first[:, None], 0, rng.normal(size=24) * 0.7)
    rows = np.concatenate([centres + noise * rng.normal(size=(60, 24)) for _ in range(2)])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    subjects = [f"subject-{n:02}" for n in range(60)] * 2
    groups = [names[0] if one else names[1] for one in first] * 2
    return Samples(rows, subjects, ["calm"] * 60 + ["smiling"] * 60, np.arange(120) < 60, {"background": groups})


@functools.cache
def dossier(noise: float = 1.0, names: tuple[str, str] = ("many", "few")) -> Dossier:
    made, rng = samples(noise, names), np.random.default_rng(12)
    true = np.tile(rng.integers(18, 70, 60).astype(float), 2)
    ages = Ages(true, true * 0.9 + 8 + rng.normal(size=120) * 4, made.subjects)
    told = [name if rng.random() < 0.9 else "calm" for name in made.conditions]
    labels = [Labels("expression", made.conditions, told, made.subjects)]
    attacks = Attacks(rng.beta(8, 2, 30), {"print": rng.beta(2, 8, 20), "replay": rng.beta(2, 5, 4)}, 0.5)
    return evaluate(made, TERMS, ages=ages, labels=labels, attacks=attacks)


@functools.cache
def plain() -> Dossier:
    """As little as a dossier can hold: nobody was asked anything, nobody is missed, nothing else was measured."""
    made = samples(noise=0.01)
    return evaluate(Samples(made.templates, made.subjects), TERMS)
