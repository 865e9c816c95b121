"""Made-up templates for the tests of identity and the vault: no real face is needed to search exactly."""

import numpy as np

from galleria.domain.face import Template

SPACE = "made-up"


def directions(count, dimensions=128, seed=0):
    values = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


def label_of(number):
    return f"{number * 0x9E3779B97F4A7C15 % 2**128:032x}"


def another_shot(values, noise, seed=1):
    """Other templates of the same subjects; noise 0.05 is a good shot, 0.3 a poor one."""
    other = values + np.random.default_rng(seed).standard_normal(values.shape).astype(np.float32) * np.float32(noise)
    return other / np.linalg.norm(other, axis=-1, keepdims=True)


def templates(values, space=SPACE):
    return [Template(space, row) for row in values]


class Allowed:
    """A permit that holds, and notes what was asked."""

    def __init__(self):
        self.asked = []

    def demand(self, purpose, camera, now):
        self.asked.append((purpose, camera, now))
