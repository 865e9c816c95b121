"""Answers from kept tables of blocks of days tell what the days tell one by one, whatever came before."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from galleria.analytics.queues import QueueDay, Waiting
from galleria.analytics.tills import tills_needed
from galleria.app.queueing import QueueAnswer, QueueFigures, queue_answers
from galleria.app.studies import Studies
from galleria.app.study_list import QUEUES
from galleria.domain.calendar import Grain, days_of, label_of, open_time
from galleria.domain.site import Hours, Queue, Site
from galleria.domain.time import HOUR, hour_label, zone_named
from galleria.storage.studied import Studied, StudyStore

FIRST = date(2026, 3, 1)  # the clocks go forward within these days
DAYS = [FIRST + timedelta(days=n) for n in range(50)]
SITE = Site(
    "shop",
    zone="Europe/Berlin",
    hours={day: Hours(time(9, 30), time(20)) for day in range(6)},
    queues=(Queue("tills", "line", service="desk", target=60.0), Queue("bar", "counter", target=30.0)),
)
LONGER = {day: Hours(time(9, 30), time(22 if day == 4 else 20)) for day in range(7)}  # other days, other hours
IDS = [queue.id for queue in SITE.queues]
ADAPTER = TypeAdapter(QueueDay)
UNROLLED = SimpleNamespace(days=lambda *_: {})  # days begin as the site opens now

small, waits = st.integers(0, 50), st.dictionaries(st.integers(0, 400), st.integers(1, 9), max_size=4)
waitings = st.builds(
    Waiting, small, small, small, waits, small, st.integers(0, 90000), st.sampled_from([0, 9000, 20000, 36000])
)
queue_days = st.builds(QueueDay, st.dictionaries(st.integers(0, 26), waitings, max_size=3))
numbers = st.integers(0, len(DAYS) - 1)
writes = st.tuples(st.just("write"), numbers, st.sampled_from(IDS), st.none() | queue_days)
asks = st.tuples(
    st.just("ask"),
    numbers,
    numbers,
    st.sampled_from([Grain.DAY, Grain.WEEK, Grain.MONTH]),
    st.none() | st.sampled_from(IDS),
)
opens = st.tuples(st.just("open"), st.sampled_from([SITE.hours, LONGER]))


def figures(queue, label, clocks):
    """Of waits and seconds open by clock."""
    whole, opened = Waiting.together([one for one, _ in clocks]), sum(seconds for _, seconds in clocks)
    rows = [(one.arrived, one.served, one.left, one.presence, one.serving, one.covered) for one, _ in clocks]
    tills = tills_needed(np.array(rows, np.int64).reshape(-1, 6), np.full(len(rows), queue.target))
    return QueueFigures(
        label,
        min(1.0, whole.covered / 10 / opened) if opened else float(whole.covered > 0),
        whole.arrived if whole.covered else None,
        whole.length,
        whole.wait(0.5),
        whole.mean,
        whole.wait(0.95),
        whole.abandoned if queue.service else None,
        whole.service,
        tills.max(initial=0) or None,
    )


def by_clock(site, days, known):
    """Waits and seconds open, of hours that were open or in which somebody came."""
    found = {}
    for day in days:
        told, (low, high) = known.get(day.label, QueueDay()).hours, open_time(site, day) or (0.0, 0.0)
        for n in range(int((day.end - day.begin) // HOUR) + 1):
            begin = day.begin + n * HOUR
            seconds = max(0.0, min(begin + HOUR, high, day.end) - max(begin, low))
            one = told.get(n, Waiting())
            if seconds or one.arrived:
                clock = hour_label(day, n, zone_named(site.zone))
                before, opened = found.get(clock, (Waiting(), 0.0))
                found[clock] = before + one, opened + seconds
    return found


def one_by_one(site, queue, days, known, grain):
    labels = groupby(days, lambda day: label_of(grain, date.fromisoformat(day.label)))
    points = [figures(queue, label, [*by_clock(site, list(some), known).values()]) for label, some in labels]
    clocks = by_clock(site, days, known)
    hours = [figures(queue, clock, [one]) for clock, one in sorted(clocks.items()) if one[0].covered]
    return QueueAnswer(queue, points, hours, figures(queue, "", [*clocks.values()]))


class Shop:
    """What is written and kept, and what it has to tell."""

    def __init__(self, store):
        self.store, self.site, self.known = store, SITE, {queue: {} for queue in IDS}

    def write(self, day, queue, told):
        label = DAYS[day].isoformat()
        self.known[queue].pop(label, None)
        if told is not None:
            self.known[queue][label] = told
        bodies = {part: ADAPTER.dump_json(days[label]) for part, days in self.known.items() if label in days}
        self.store.put(QUEUES.name, label, Studied(3, 1, 0.0), bodies)

    def open(self, hours):
        self.site = replace(SITE, hours=hours)

    def ask(self, begin, end, grain, only):
        period = DAYS[begin], DAYS[end] + timedelta(days=1)
        days, studies = list(days_of(self.site, *period)), Studies(self.site, Path(), UNROLLED, self.store, [QUEUES])
        for _ in range(2):  # the second time from what is kept
            for answer in queue_answers(self.site, studies, period, grain, points=only and [only]):
                wanted = one_by_one(self.site, answer.queue, days, self.known[answer.queue.id], grain)
                alone = only in (None, answer.queue.id)
                assert answer == (wanted if alone else replace(wanted, points=[], hours=[]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(writes, asks, opens), max_size=12), st.randoms(use_true_random=False))
def test_it_tells_what_the_days_tell(steps, random):
    with TemporaryDirectory() as folder, StudyStore(Path(folder) / "studies.db") as store:
        shop = Shop(store)
        for n in range(len(DAYS)):
            if n % 9:
                waiting = Waiting(n, n, 1, {random.randrange(200): n}, 70, 3000 * n, 36000)
                shop.write(n, "tills", QueueDay({random.randrange(14): waiting}))
        shop.ask(0, len(DAYS) - 1, Grain.MONTH, "tills")
        for what, *more in steps:
            getattr(shop, what)(*more)
        shop.ask(0, len(DAYS) - 1, Grain.WEEK, None)


def test_what_is_kept_is_read_instead_of_the_days(tmp_path, monkeypatch):
    with StudyStore(tmp_path / "studies.db") as store:
        studies, period = Studies(SITE, tmp_path, UNROLLED, store, [QUEUES]), (DAYS[0], DAYS[-1] + timedelta(days=1))
        for n, day in enumerate(DAYS):
            body = ADAPTER.dump_json(QueueDay({3: Waiting(n, n, 0, {n: n}, 70, 3000, 36000)}))
            store.put(QUEUES.name, day.isoformat(), Studied(3, 1, 0.0), dict.fromkeys(IDS, body))
        first = queue_answers(SITE, studies, period, Grain.DAY)
        read = []
        summaries = Studies.summaries
        monkeypatch.setattr(
            Studies, "summaries", lambda *asked: read.append(asked[-2].isoformat()) or summaries(*asked)
        )
        assert queue_answers(SITE, studies, period, Grain.DAY) == first
        assert read == []
        store.put(QUEUES.name, DAYS[7].isoformat(), Studied(3, 2, 0.0), dict.fromkeys(IDS, body))
        assert queue_answers(SITE, studies, period, Grain.DAY) != first
        assert read == ["2026-03-01"] * 2  # the month it is in, of each queue
