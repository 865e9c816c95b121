"""Counts by hand against the truth of made-up centres: visits without labels, and how sure a count is of its share."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleria.analytics.first_share import LASTS, OWN, WANTED, FirstShare, first_shares
from galleria.app.conversion_staff import shares_of, told_of_staff
from galleria.app.flows import Flows
from galleria.app.simulate.doings import doings_of
from galleria.app.simulate.ground import ground_of
from galleria.app.simulate.hand_counting import count_by_hand
from galleria.app.simulate.history import DATA, SITE, simulate
from galleria.app.simulate.scales import Plan
from galleria.app.simulate.traffic import Regulars
from galleria.app.studies import Studies
from galleria.app.study_desk import StudyDesk
from galleria.app.study_list import DRAWN, VISITS
from galleria.app.visits_answers import visits_answer, visits_by_day, visits_csv
from galleria.domain.calendar import Grain, days_of
from galleria.domain.geometry import Point, Segment
from galleria.domain.hand_count import HandCount
from galleria.domain.site import Camera, Shop, Site, Tripwire
from galleria.domain.time import SetClock
from galleria.storage.rollups import Rollups
from galleria.storage.sitefile import parse_site
from galleria.storage.studied import StudyStore

END = date(2026, 6, 6)  # a Saturday, which closes after midnight
DAY = timedelta(days=1)
SEEDS = (1, 2, 3, 4, 5)
LATER = 2e9
WHEN = date(2026, 6, 1)


class Quiet:
    def write(self, *_args, **_more):
        pass


@pytest.fixture(scope="module")
def centres(tmp_path_factory):
    """By seed: truth, what is asked, and what is asked of the same site without its counts by hand."""
    found = []
    for seed in SEEDS:
        folder = tmp_path_factory.mktemp("centre") / "made"
        truth = simulate(Plan("centre", 2, END, seed=seed), folder)
        found.append((truth, *(desk_of(folder, counted=counted) for counted in (True, False))))
    yield found
    for _, *desks in found:
        for desk in desks:
            desk.studies.store.close()
            desk.studies.rollups.close()


def desk_of(folder, *, counted):
    written = (folder / SITE).read_text("utf-8")
    text = written if counted else written[: written.index("hand_counts:")]
    site = parse_site(text.encode(), folder / SITE, {})
    rollups = Rollups(folder / DATA / "measures.db")
    studies = Studies(site, folder / DATA, rollups, StudyStore(folder / "studies.db"), [VISITS, DRAWN])
    studies.turn(LATER)
    return StudyDesk(studies, Flows(site, rollups, folder / DATA / "journal.db"), Quiet(), SetClock(LATER))


def asked(desk):
    return {one.place: one for one in visits_answer(desk, (END - DAY, END + DAY), Grain.DAY).places}


def compared(truth, places, site):
    """(told, true, comings) of entrances on days on which their cameras saw all of it."""
    told = true = came = 0.0
    for n, day in enumerate(truth.days):
        for door in site.entrances:
            cameras = {one.id for one in site.cameras for wire in one.tripwires if wire.entrance == door.id}
            if not cameras & set(day.outages):
                point = places[f"entrance:{door.id}"].points[n]
                told += point.visits
                came += point.comings
                true += day.entrances[door.id].visits
    return told, true, came


def test_visits_are_within_three_percent_where_somebody_counted_at_the_doors(centres):
    for truth, desk, plain in centres:
        told, true, _ = compared(truth, asked(desk), desk.site)
        assert told == pytest.approx(true, rel=0.03)
        without, true, _ = compared(truth, asked(plain), plain.site)
        assert without > 1.035 * true  # staff and who comes again are in it, and it is said
        assert "visits too" in visits_answer(plain, (END - DAY, END + DAY), Grain.DAY).note


def test_what_visits_may_be_off_by_is_said(centres):
    for _, desk, plain in centres:
        site = asked(desk)["site"]
        said = site.by_hand
        assert said.share == pytest.approx(1 - (said.staff + said.again) / said.comings)
        assert (said.counts, said.first_day, said.last_day) == (6, END - DAY, END)
        assert site.whole.visits == pytest.approx(site.whole.comings * said.share - site.whole.passers)
        assert site.whole.visits_off == pytest.approx(np.hypot(site.whole.comings * said.off, site.whole.passers_off))
        assert all(point.visits_off is None for one in asked(plain).values() for point in (*one.points, one.whole))
        by_day = visits_by_day(desk, "site", (END - DAY, END + DAY))
        assert [by_day[point.label][0] for point in site.points] == list(site.points)
        note = visits_answer(desk, (END - DAY, END + DAY), Grain.DAY).note
        assert f"of {said.comings:,} comings {said.staff:,} were staff's" in note
        first, *rows = visits_csv(desk, None, (END - DAY, END + DAY), Grain.DAY).splitlines()
        assert first.endswith(",visits_off")
        assert all(row.count(",") == first.count(",") for row in rows)


def test_places_without_a_count_are_not_corrected(centres):
    _, desk, plain = centres[0]
    with_, without = asked(desk), asked(plain)
    shops = [place for place in with_ if place.startswith("shop:")]
    assert shops
    for shop in shops:
        assert with_[shop] == without[shop]


@pytest.fixture(scope="module")
def days():
    """By seed: the ground, and what happens on two days."""
    found = []
    for seed in SEEDS:
        ground = ground_of(Plan("centre", 2, END, seed=seed))
        people = Regulars(ground.scale.visits, np.random.default_rng(seed)), END
        own = list(days_of(ground.site, END - DAY, END + DAY))
        some = [doings_of(ground, day, people, np.random.default_rng([seed, n])) for n, day in enumerate(own)]
        found.append((ground, dict(zip((END - DAY, END), some, strict=True))))
    return found


def true_share(doings):
    first = came = 0
    for one in doings:
        low, high = one.opened
        trip, staff = one.members.trip, one.staff
        came += len(trip) + int((staff.came & (staff.time >= low) & (staff.time < high)).sum())
        first += int((~one.trips.again[trip]).sum())
    return first / came


def test_intervals_hold_the_true_share_95_times_of_100(days):
    held, widths = [], []
    for seed, (ground, some) in zip(SEEDS, days, strict=True):
        true = true_share(some.values())
        for draw in range(60):
            random = np.random.default_rng([seed, draw])
            share = FirstShare(tuple(c for day, one in some.items() for c in count_by_hand(ground, day, one, random)))
            low, high = share.between
            held.append(low <= true <= high)
            widths.append(share.off)
    assert np.mean(held) >= 0.93
    assert np.mean(widths) < 0.02  # and they say something


def test_fewer_looked_at_are_less_sure(days):
    ground, some = days[0]
    counts = [c for day, one in some.items() for c in count_by_hand(ground, day, one, np.random.default_rng(1))]
    assert FirstShare((counts[0],)).off > FirstShare(tuple(counts)).off


COUNTS = st.lists(
    st.tuples(st.integers(1, 2000), st.floats(0, 1), st.floats(0, 1)).map(
        lambda one: HandCount(WHEN, one[0], int(one[0] * one[1]), int((one[0] - int(one[0] * one[1])) * one[2]))
    ),
    min_size=1,
    max_size=8,
)


@given(COUNTS)
def test_a_share_lies_within_its_interval_and_that_within_nought_and_one(counts):
    share = FirstShare(tuple(counts))
    low, high = share.between
    assert 0 <= low <= high <= 1
    assert low - 1e-9 <= share.first <= high + 1e-9
    assert share.first <= share.visitors
    backwards = FirstShare(tuple(reversed(counts)))
    assert (backwards.first, *backwards.between) == pytest.approx((share.first, low, high))


def test_counts_that_differ_more_than_by_chance_are_less_sure():
    alike = FirstShare(tuple(HandCount(WHEN, 400, 20) for _ in range(5)))
    apart = FirstShare(tuple(HandCount(WHEN, 400, staff) for staff in (0, 0, 0, 0, 100)))
    assert alike.first == apart.first
    assert apart.off > 2 * alike.off


@pytest.mark.parametrize(("looked_at", "off"), [(200, 0.065), (WANTED, 0.03), (1500, 0.02)])
def test_so_many_looked_at_tell_to_so_much(looked_at, off):
    """As the pages about counting by hand say."""
    some = round(0.03 * looked_at)
    assert FirstShare((HandCount(WHEN, looked_at, some, some),)).off == pytest.approx(off, abs=0.004)


def door(name, entrance):
    return Tripwire(name, Segment(Point(0, 0), Point(1, 1)), entrance=entrance)


def site_with(*counts):
    lines = (door("a", "front"), door("b", "back"), door("c", None))
    return Site("s", cameras=(Camera("hall", tripwires=lines),), shops=(
        Shop("whole", tripwires=("a", "b")), Shop("part", tripwires=("c",))), hand_counts=counts)  # fmt: skip


def share_of(site, place, day=WHEN):
    (found,) = first_shares(site, place, [day])
    return found and found.comings


def test_a_place_has_its_own_counts_or_those_of_all_doors():
    few, many = OWN - 1, OWN
    site = site_with(
        HandCount(WHEN, many, place="entrance:front"), HandCount(WHEN, few, place="entrance:back"),
        HandCount(WHEN, 50), HandCount(WHEN, 70, place="shop:part"),
    )  # fmt: skip
    everywhere = many + few + 50
    assert share_of(site, "site") == everywhere
    assert share_of(site, "entrance:front") == many
    assert share_of(site, "entrance:back") == everywhere  # too few alone
    assert share_of(site, "shop:part") == 70
    assert share_of(site, "shop:whole") == everywhere  # its doors are those of the site
    assert share_of(site_with(HandCount(WHEN, 70)), "shop:part") is None
    assert share_of(site_with(), "site") is None


def test_counts_hold_for_a_year_on_either_side():
    site = site_with(HandCount(WHEN, 400, 40), HandCount(WHEN + timedelta(days=200), 600, 6))
    days = [WHEN + timedelta(days=n) for n in (-LASTS - 1, -LASTS, 0, LASTS, LASTS + 1, LASTS + 201)]
    assert [one and one.comings for one in first_shares(site, "site", days)] == [None, 400, 1000, 1000, 600, None]


def test_conversion_says_whose_staff_are_visitors():
    hours = SimpleNamespace(own=[SimpleNamespace(label=WHEN.isoformat())])

    def told_of(site):
        shares = shares_of(site, ["site", "shop:part"], hours)
        return list(told_of_staff(site, {"All": shares["site"], "Part": shares["shop:part"]}))

    assert told_of(site_with()) == ["Visitors are comings in. Those of staff are among them."]
    (told,) = told_of(site_with(HandCount(WHEN, 400)))
    assert "by counts by hand of All, and are among the others" in told
    both = site_with(HandCount(WHEN, 400), HandCount(WHEN, 400, place="shop:part"))
    (told,) = told_of(both)
    assert "less staff's" in told
