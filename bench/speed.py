"""Ours and the plain script, by turns, on one core: seconds, stages, counts."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from galleria.app.answer import count_json, crossings_of
from galleria.app.choose import NO_SITE
from galleria.app.count import Count, CountRequest, count
from galleria.app.networks import Choice, Loaded, load
from galleria.domain.site import Camera
from galleria.domain.time import By
from galleria.domain.truth import Truth, TruthLine

from .footage import PEOPLE
from .plain import plain_count
from .timing import Pieces, TimedLoaded, Took, best, middle, stay_on_one_core

# How often each pair is run. The default network decides about the bars, so it is run more often.
ROUNDS = {"int8": 5, "fp32": 3}


@dataclass(slots=True)
class Pair:
    """Runs of ours and of the plain script with the same network."""

    ours: list[Took] = field(default_factory=list)
    plain: list[Took] = field(default_factory=list)
    counts: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def ratio(self) -> Took:
        """How many times longer the plain script takes."""
        ours, plain = middle(self.ours), middle(self.plain)
        return Took(plain.wall / ours.wall, plain.cpu / ours.cpu)

    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = {name: [run._asdict() for run in getattr(self, name)] for name in ("ours", "plain")}
        return {**plain, "ratio": self.ratio._asdict(), "counts": self.counts}


@dataclass(slots=True)
class Speed:
    """What was measured.

    Attributes:
        seconds: how long the clip plays.
        stages: rows of (stage, milliseconds in all, how often).
    """

    bound: str
    seconds: float
    network: str
    pairs: dict[str, Pair]
    stages: list[tuple[str, float, int]]

    @property
    def times(self) -> Took:
        """How many times faster than the clip plays ours is, in the median, with the default network."""
        took = middle(self.default.ours)
        return Took(self.seconds / took.wall, self.seconds / took.cpu)

    @property
    def fastest(self) -> Took:
        took = best(self.default.ours)
        return Took(self.seconds / took.wall, self.seconds / took.cpu)

    @property
    def default(self) -> Pair:
        return self.pairs["int8" if " int8 " in self.network else "fp32"]

    def as_json(self) -> dict[str, Any]:
        return {
            "bound": self.bound,
            "seconds": self.seconds,
            "network": self.network,
            "times_faster_than_playing": {"median": self.times._asdict(), "best": self.fastest._asdict()},
            "pairs": {name: pair.as_json() for name, pair in self.pairs.items()},
            "stages": [{"stage": name, "ms": ms, "times": times} for name, ms, times in self.stages],
        }


def measure_speed(data: Path, say: Callable[[str], None]) -> Speed:
    """Measure on one core; this process stays there."""
    bound = stay_on_one_core()
    clip, truth = PEOPLE.clip(data), PEOPLE.labels(data)
    networks = {precision: load(Choice(precision=precision, threads=1)) for precision in ROUNDS}
    default = load(Choice(threads=1))
    pairs = {precision: Pair() for precision in ROUNDS}
    done: Count | None = None
    for turn in range(max(ROUNDS.values())):
        for precision, pair in pairs.items():
            if turn >= ROUNDS[precision]:
                continue
            say(f"speed: {precision}, round {turn + 1} of {ROUNDS[precision]}")
            done, took = our_count(networks[precision], clip, truth)
            pair.ours.append(took)
            pair.counts["ours"] = {line.id: _in_words(line, done) for line in truth.lines}
            pair.counts["plain"], took = plain_count(networks[precision], clip, truth.lines, PEOPLE.rate)
            pair.plain.append(took)
    say("speed: stages")
    timed = TimedLoaded(default.name, default.network, default.choice)
    staged, _ = our_count(timed, clip, truth)
    seconds = staged.facts.seconds or 0.0
    return Speed(bound, seconds, default.name, pairs, _stages(staged, timed.pieces))


def our_count(network: Loaded, clip: Path, truth: Truth) -> tuple[Count, Took]:
    """Count as `galleria count` does, from opening the clip to the finished answer, into a journal of its own."""
    camera = Camera("bench", tripwires=tuple(line.tripwire() for line in truth.lines))
    with tempfile.TemporaryDirectory(prefix="galleria-bench-") as folder:
        request = CountRequest(NO_SITE, camera, (str(clip),), threads=1, journal=Path(folder) / "journal.db")
        began, cpu = perf_counter(), process_time()
        done = count(request, network)
        count_json(done, By.MINUTE)
        return done, Took(perf_counter() - began, process_time() - cpu)


def _stages(done: Count, pieces: Pieces) -> list[tuple[str, float, int]]:
    tally, searched = done.tally, done.tally.searched
    spent = {name: (step.seconds, step.items) for name, step in tally.spent.items()}
    follow, looked = spent["detect and track"]
    read = pieces.detect - pieces.scale - pieces.network
    known = sum(seconds for seconds, _ in spent.values())
    rows = [
        ("decode", *spent["source"]),
        ("pick", *spent["pick"]),
        ("search: scale", pieces.scale, searched),
        ("search: network", pieces.network, searched),
        ("search: fill the tensor, read the boxes", read, searched),
        ("has something moved, tracks", follow - pieces.detect, looked),
        ("observe (crossings, stays, paths)", *spent["observe"]),
        ("journal, answer, the rest", done.seconds - known, tally.frames),
    ]
    return [(name, seconds * 1000, times) for name, seconds, times in rows]


def _in_words(line: TruthLine, done: Count) -> str:
    ways = [c.direction for c in crossings_of(done.events) if c.tripwire == line.id]
    return f"{ways.count('in')} {line.words[0]}, {ways.count('out')} {line.words[1]}"
