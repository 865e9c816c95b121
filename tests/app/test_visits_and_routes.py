"""Visits and routes of a made-up centre against its truth, and of a small shop whatever comes late."""

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import reduce

import numpy as np
import pytest
from flowing import Desk, at, dates
from flowing import shop as small

from galleria.analytics.drawn import drawn_of_day
from galleria.analytics.routes import routes_of_day
from galleria.analytics.visit_days import VisitDay, visits_of_day
from galleria.analytics.visits import visited
from galleria.app.routing import parts_of, routes_answer, routes_csv
from galleria.app.simulate.adding_up import day_truth
from galleria.app.simulate.doings import doings_of
from galleria.app.simulate.ground import ground_of
from galleria.app.simulate.history import DATA, SITE, simulate
from galleria.app.simulate.receipts import Rolls
from galleria.app.simulate.scales import Plan
from galleria.app.simulate.scene import book_of
from galleria.app.simulate.seeing import outages, seen_by
from galleria.app.simulate.traffic import Regulars
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_desk import StudyDesk
from galleria.app.study_list import ROUTES, STUDIES_KEPT, VISITS
from galleria.app.visits_answers import visits_answer, visits_csv
from galleria.domain.calendar import Grain, day_of, days_of, open_time
from galleria.domain.errors import InputError
from galleria.domain.events import Origin
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting, SightingKind
from galleria.domain.time import SetClock
from galleria.storage.columns import event_of
from galleria.storage.days import Days
from galleria.storage.sitefile import load_site
from galleria.storage.studied import StudyStore

END = date(2026, 6, 6)  # a Saturday, which closes after midnight
SEEDS = (1, 2, 3, 4, 5)


@pytest.fixture(scope="module")
def centres():
    """By seed: the ground, and two days of it with what was true and what was seen; nothing is written."""
    return [(ground := ground_of(Plan("centre", 2, END, seed=seed)), [*two_days(ground, seed)]) for seed in SEEDS]


def two_days(ground, seed):
    regulars, rolls = Regulars(ground.scale.visits, np.random.default_rng([seed, 2])), Rolls(ground)
    for day in days_of(ground.site, END - timedelta(days=1), END + timedelta(days=1)):
        random = np.random.default_rng([seed, 3, date.fromisoformat(day.label).toordinal()])
        doings = doings_of(ground, day, (regulars, END), random)
        gaps = outages(ground, day, doings.opened, random)
        printed = rolls.print(doings.served, random)
        told, _ = seen_by(ground, book_of(ground, doings, day, random), day, gaps, random)
        away = {ground.site.cameras[n].id: () for n in np.flatnonzero(np.isfinite(gaps.begin))}
        yield day, day_truth(ground, day, doings, printed, (0, False, away)), told.columns


def events(columns, day, *kinds):
    keep = np.isin(columns["kind"].astype(str), [*kinds, "seen"])
    rows = zip(*(column[keep].tolist() for column in columns.values()), strict=True)
    found = (dict(zip(columns, row, strict=True)) for row in rows)
    return [event_of(Origin("s", one["camera"], one["epoch"]), one) for one in found]


@pytest.fixture(scope="module")
def visits(centres):
    """By seed: (visits of the days, their truth)."""
    return [
        [
            (visits_of_day(ground.site, day, events(told, day, "crossing")), truth, ground.site, day)
            for day, truth, told in some
        ]
        for ground, some in centres
    ]


def test_visits_of_whole_seen_entrances_are_within_three_percent(visits):
    """By their own definition: who comes back and staff are visits."""
    for some in visits:
        told = true = 0.0
        for found, truth, site, _ in some:
            away = set(truth.outages)
            for door in site.entrances:
                lines = {c.id for c in site.cameras for wire in c.tripwires if wire.entrance == door.id}
                if not lines & away:
                    told += found[f"entrance:{door.id}"].visits
                    true += truth.entrances[door.id].came - truth.entrances[door.id].passers
        assert told == pytest.approx(true, rel=0.03)


def test_the_mean_is_within_its_stated_error_and_the_median_within_its_bounds(visits):
    off = []
    for some in visits:
        whole = sum((found["site"] for found, *_ in some), VisitDay())
        inside = came = 0.0
        for _, truth, site, day in some:
            low, high = open_time(site, day)
            inside += truth.occupancy_mean * (high - low)
            came += truth.crossed.came - truth.crossed.staff_came
        off.append(abs(whole.lengths.mean - inside / came) / (inside / came))
        low, high = whole.lengths.between(0.5)
        medians = [truth.dwell.median for _, truth, *_ in some]
        assert low * 0.85 < np.mean(medians) < high
    assert max(off) < 0.10
    assert np.mean(off) < 0.06


def test_passers_are_within_their_stated_error_on_most_seeds(visits):
    hits = 0
    for some in visits:
        whole = sum((found["site"] for found, *_ in some), VisitDay())
        seen = whole.whole.coverage
        hits += abs(whole.passers - seen * sum(truth.passers for _, truth, *_ in some)) <= whole.passers_off * 1.2
    assert hits >= 4


def test_visits_by_label_are_within_three_percent(centres):
    for seed, (ground, _) in zip(SEEDS, centres, strict=True):
        day = day_of(ground.site, END)
        random = np.random.default_rng(seed)
        doings = doings_of(ground, day, (Regulars(6000, np.random.default_rng(seed)), END), random)
        trips, members = doings.trips, doings.members
        seen = {}
        for n in np.flatnonzero(random.random(len(members.trip)) < 0.98).tolist():
            trip = members.trip[n]
            times = [trips.begin[trip], doings.plans.left[trip]]
            for time in times[: 1 + (random.random() < 0.98)]:
                label = str(members.visitor[n])
                one = Sighting(
                    f"{n}{time}", Origin("s", "c", "r"), n, float(time), Purpose.UNIQUE, label, SightingKind.NEW
                )
                seen.setdefault(label, []).append(one)
        told = visited(seen, {}, day.end)
        true = int(trips.size[~trips.again].sum())  # visits and passers
        assert told.visits == pytest.approx(true, rel=0.03)
        assert told.visits > len(seen)  # who comes again after hours is there twice


def test_routes_are_near_the_truth(centres):
    ground, some = centres[0]
    site = ground.site
    days = [routes_of_day(site, day, events(told, day, "crossing", "stay"))["site"] for day, _, told in some]
    whole = reduce(lambda a, b: a + b, days)
    zones = [ground.zones[n] for n in ground.stop_zone]
    stops = [f"shop:shop-{name[6:8]}" if name.startswith("floor") else f"zone:{name}" for name in zones]
    true = sum(np.array(one.routes.transitions) for _, one, _ in some)
    told = np.array([[whole.flows.get(a, {}).get(b, 0.0) for b in stops] for a in stops])
    off = ~np.eye(len(stops), dtype=bool)
    wrong = np.abs(shares(told) - shares(true))[off].mean()
    alike = np.tile(true.sum(axis=0), (len(stops), 1)) * off
    assert wrong < 0.045
    assert wrong < 0.9 * np.abs(shares(alike) - shares(true))[off].mean()  # it knows more than what draws most
    doors = [f"entrance:{one.id}" for one in site.entrances]
    first = np.array([sum(whole.flows.get(door, {}).get(stop, 0.0) for door in doors) for stop in stops])
    assert np.abs(first / first.sum() - normed(sum(np.array(one.routes.first) for _, one, _ in some))).mean() < 0.02


def shares(matrix):
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


def normed(counts):
    return counts / counts.sum()


def test_transitions_before_a_camera_are_near_the_truth(tmp_path):
    truth = simulate(Plan("shop", 3, END, seed=4), tmp_path / "shop")
    site = load_site(tmp_path / "shop" / SITE)
    days = Days(tmp_path / "shop" / DATA / "days", site.id)
    whole = None
    for one in truth.days:
        if not one.open or "shop-floor-01" in one.outages:
            continue
        day = day_of(site, date.fromisoformat(one.day))
        seen = list(days.events(day.label))
        found = routes_of_day(site, day, seen)["camera:shop-floor-01"]
        true = np.array(one.routes.transitions)
        whole = (found, true) if whole is None else (whole[0] + found, whole[1] + true)
        assert drawn_of_day(site, day, seen)["zone:floor-01-1"].draw > 0.5
    stops = [f"zone:{name}" for name in truth.stops]
    told = np.array([[whole[0].counted.get(a, {}).get(b, 0) for b in stops] for a in stops])
    assert told.sum() == pytest.approx(whole[1].sum(), rel=0.06)
    assert np.abs(shares(told) - shares(whole[1])).max() < 0.02


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def kept(desk):
    with StudyStore(desk.folder / STUDIES) as store:
        yield Studies(desk.site, desk.folder, desk.rollups, store, STUDIES_KEPT)


class Quiet:
    def write(self, *_args, **_more):
        pass


def asked(desk, kept, now):
    return StudyDesk(kept, desk.flows, Quiet(), SetClock(at(*now)))


def come_and_go(desk, day, some, seconds=600.0, since="12:00"):
    for n in range(some):
        desk.come(at(day, since) + 60 * n)
        desk.go(at(day, since) + 60 * n + seconds)


def bodies(studies, days):
    parts = ["site", "entrance:front", "entrance:back"]
    begin, end = (one.isoformat() for one in days)
    return [studies.store.summaries(study.name, parts, begin, end) for study in (VISITS, ROUTES)]


def test_events_that_come_48_hours_late_give_the_bytes_of_a_journal_in_order(desk, kept, tmp_path):
    monday, wednesday = "2026-03-16", "2026-03-18"
    with desk.live.envelope():
        desk.see(at(monday, "10:00"), at("2026-03-17", "10:00"))
        come_and_go(desk, monday, 20)
    desk.keeper.turn(at("2026-03-17", "12:00"))
    kept.turn(at("2026-03-17", "12:00"))
    before = bodies(kept, dates(monday, 1))
    with desk.live.envelope():
        come_and_go(desk, monday, 15, 900.0, "14:00")
    desk.keeper.turn(at(wednesday, "12:00"))
    assert kept.turn(at(wednesday, "12:00")) > 0
    after = bodies(kept, dates(monday, 1))
    assert after != before
    with StudyStore(tmp_path / "again.db") as store:
        again = replace(kept, store=store)
        again.turn(at(wednesday, "12:00"))
        assert bodies(again, dates(monday, 1)) == after
    place = visits_answer(asked(desk, kept, (wednesday, "12:00")), dates(monday, 1), Grain.DAY).places[0]
    assert (place.whole.comings, place.whole.coverage) == (35, 1.0)
    # Evenly spaced as nobody comes, they would be passers by chance: the mean is that of all.
    mean = kept.whole(VISITS, "site", *dates(monday, 1)).lengths.mean
    assert mean == pytest.approx((20 * 600 + 15 * 900) / 35, abs=1)


@pytest.fixture
def always(tmp_path):
    """A shop that never closes."""
    desk = Desk(tmp_path, small(hours={}))
    with StudyStore(desk.folder / STUDIES) as store:
        yield desk, Studies(desk.site, desk.folder, desk.rollups, store, STUDIES_KEPT)
    desk.close()


def test_a_day_with_an_hour_more_is_told_by_its_own_hours(always):
    sunday = "2026-10-25"  # the clocks go back at 3:00
    desk, kept = always
    with desk.live.envelope():
        desk.see(at(sunday, "00:00"), at("2026-10-26", "00:00"))
        for n in range(12):
            desk.come(at(sunday, "02:30", fold=n % 2) + n)
            desk.go(at(sunday, "02:30", fold=n % 2) + n + 600)
    desk.keeper.turn(at("2026-10-26", "12:00"))
    kept.turn(at("2026-10-26", "12:00"))
    place = visits_answer(asked(desk, kept, ("2026-10-27", "12:00")), dates(sunday, 1), Grain.DAY).places[0]
    assert sum(one.comings for one in place.hours) == 12
    assert next(one.comings for one in place.hours if one.label == "02:00") == 12  # both of them
    assert len(kept.summaries(VISITS, ["site"], *dates(sunday, 1))["site"][sunday].hours) == 25
    assert place.whole.coverage == 1.0
    assert kept.whole(VISITS, "site", *dates(sunday, 1)).lengths.mean == pytest.approx(600, abs=1)


def test_what_was_not_seen_is_absent_and_answers_are_whole(desk, kept):
    monday = "2026-03-16"
    with desk.live.envelope():
        desk.see(at(monday, "10:00"), at(monday, "23:00"), cameras=("hall",))
        come_and_go(desk, monday, 20)
        desk.stay(at(monday, "12:00"), 30.0)
    desk.keeper.turn(at("2026-03-17", "12:00"))
    kept.turn(at("2026-03-17", "12:00"))
    here = asked(desk, kept, ("2026-03-17", "12:00"))
    answer = visits_answer(here, dates(monday, 1), Grain.DAY)
    by_place = {one.place: one for one in answer.places}
    assert by_place["entrance:back"].whole.visits is None
    assert by_place["entrance:front"].whole.comings == 20
    assert by_place["site"].whole.coverage == 0.5
    assert "entrance:back,whole,,0.0,,,," in visits_csv(here, None, dates(monday, 1), Grain.DAY)
    assert set(parts_of(desk.site)) == {"site", "camera:hall"}
    assert json.dumps(routes_answer(here, dates(monday, 1)).names)
    assert "site,step," in routes_csv(here, None, dates(monday, 1))
    for wrong in (lambda: routes_answer(here, dates(monday, 1), "camera:yard"),
                  lambda: visits_answer(here, dates(monday, 1), Grain.HOUR)):  # fmt: skip
        with pytest.raises(InputError):
            wrong()
