"""Whoever asks the API before something changed, and again after it, learns of the change no number under k.

Cameras, kiosk and staff's marks write by the doors that they have; what was told then stands as it was.
"""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import time

import pytest
from flowing import at
from shop import Served, ShopSite
from visited import HALL, LOOKING, Visited, declaration, label

from galleria.app.recognition.staffing import LABEL
from galleria.app.recognition.tallying import Tallying
from galleria.app.recognition.unwritten import TAKEN, Unwritten
from galleria.app.visiting_looked import SETTLED
from galleria.domain.geometry import Point
from galleria.domain.purpose import Purpose
from galleria.domain.sighting import Sighting, SightingKind
from galleria.domain.site import Hours
from galleria.domain.tally import Tally
from galleria.policy.suppression import least
from galleria.runtime.face_facts import Mood

WEEK = [f"2026-09-{n:02d}" for n in range(7, 13)]  # Monday to Saturday
TODAY, ASKED = "2026-09-21", "15:00"
SPANS = [*zip(WEEK, [*WEEK[1:], "2026-09-13"], strict=True), (WEEK[0], WEEK[3]), (WEEK[0], "2026-09-14")]
SPANS += [(TODAY, "2026-09-22"), (WEEK[0], "2026-09-22")]
PATHS = ("visitors", "demographics", "experience", "audience", "visits")
BANDS = ("f18", "f25", "f35", "f45", "f55", "f65", "m18", "m25", "m35", "m45", "m55", "m65")
HOURS = range(10, 20)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A shop that was looked at for a week and today; of most there are few, of some hours and days enough."""
    made = ShopSite(tmp_path_factory.mktemp("asked"))
    made.visiting.site = replace(made.site, purposes=tuple(map(declaration, LOOKING)))
    made.writes = Unwritten(made.visitors)
    visited = made.visited = Visited(made.desk, made.visiting)
    for n, day in enumerate(WEEK):
        made.desk.open_day(day, 20)
        visited.look(day)
        come(visited, day, range(n * 15, n * 15 + 45))
        tally(visited, day, least_of_all=21 if n == 2 else 4)
    visited.look(TODAY, ("10:00", ASKED))
    come(visited, TODAY, range(30))
    tally(visited, TODAY, least_of_all=4)
    visited.turn(TODAY, ASKED)
    made.clock.time = at(TODAY, ASKED)
    yield made
    made.close()


def come(visited, day, numbers):
    for purpose in (Purpose.UNIQUE, Purpose.RETURNING):
        visited.come(day, numbers, purpose, "10:20", enter=purpose is Purpose.UNIQUE)
        visited.come(day, list(numbers)[:12], purpose, "14:00")
    visited.enter(day, 15)


def tally(visited, day, least_of_all):
    for hour in (11, 13, 14):
        visited.bands(day, f"{hour}:30", **dict.fromkeys(BANDS, least_of_all), u25=7)
    for hour, faces in ((11, 60), (12, 20), (13, 49), (14, 14)):
        visited.tally(Purpose.EXPERIENCE, day, f"{hour}:15", "shelf", faces=faces, smiling=faces // 4, frustrated=10)
        visited.tally(Purpose.AUDIENCE, day, f"{hour}:15", opportunities=faces, watchers=faces // 3, attention=50)


def answers(client):
    """Everything that is told of what comes of faces, by path and span."""
    told = {}
    for path in PATHS:
        for begin, end in SPANS:
            answer = client.get(f"/api/v1/{path}", params={"begin": begin, "end": end})
            assert answer.status_code == 200, answer.text
            told[path, begin, end] = answer.json()["labelled"] if path == "visits" else answer.json()
    return told


def values(answer):
    if isinstance(answer, dict):
        if set(answer) == {"value", "why"}:
            yield from () if answer["value"] is None else (answer["value"],)
        else:
            for one in answer.values():
                yield from values(one)
    elif isinstance(answer, list):
        for one in answer:
            yield from values(one)


def sighting(day, clock, number, purpose, track=900_000):
    name = LABEL if purpose is Purpose.STAFF else label(number, purpose)
    kind = SightingKind.NEW
    return Sighting(
        HALL.event_id(track, f"late {purpose} {day}", 0), HALL, track, at(day, clock), purpose, name, kind
    )  # fmt: skip


def one_more_is_tallied(site):
    for day in (*WEEK, TODAY):
        for purpose, place in ((Purpose.DEMOGRAPHICS, "shelf"), (Purpose.EXPERIENCE, "shelf"), (Purpose.AUDIENCE, "")):
            some = site.visitors.tallies(purpose, at(day, "11:00"), at(day, "14:30"))
            assert some, purpose
            site.writes.add(tallies=[replace(one, amount=one.amount + 1) for one in some if one.place == place])
            late = replace(HALL, epoch="run-2")  # and what was nowhere so far
            site.writes.add(tallies=[replace(one, origin=late, amount=1.0, begin=at(day, "10:00")) for one in some])


def one_more_is_recognised(site):
    for day in (*WEEK, "2026-09-13"):  # on Sunday nobody was
        for purpose in (Purpose.UNIQUE, Purpose.RETURNING):
            site.writes.add([sighting(day, "12:00", 10**6, purpose)])


def more_cross_a_line(site):
    for day in WEEK:
        site.desk.come(at(day, "12:34"))
    site.desk.keeper.turn(site.clock.now())


def one_is_erased(site):
    """As the kiosk does it: from the store, and from what waits."""
    for number in (0, 20, 47):
        names = [label(number, purpose) for purpose in (Purpose.UNIQUE, Purpose.RETURNING)]
        assert site.visitors.forget(names)
        site.writes.forget(names)


def one_is_staff(site):
    tracks = range(1, site.visited.track + 1, 5)
    for day in (*WEEK, TODAY):
        site.writes.add([sighting(day, "12:00", 0, Purpose.STAFF, track) for track in tracks])
    site.visitors.put([sighting(WEEK[0], "12:00", 0, Purpose.STAFF, track) for track in tracks], [])


def marks_and_labels_are_let_go_of(site):
    site.visiting.turn(at("2026-11-21", "12:00"), lambda _: ())


@pytest.mark.parametrize(
    "change",
    [one_more_is_tallied, one_more_is_recognised, more_cross_a_line, one_is_erased, one_is_staff,
     marks_and_labels_are_let_go_of],
)  # fmt: skip
def test_what_was_told_stands_whatever_comes_later(site, change):
    with Served(site) as served, served.bearer() as client:
        before = answers(client)
        change(site)
        site.writes.write(site.site, site.clock.now())
        site.visiting.turn(site.clock.now(), lambda _: ())
        assert answers(client) == before
    for path in PATHS:
        assert {value for key, answer in before.items() if key[0] == path for value in values(answer)}, path


def it_opens(opening, closing=20):
    return {day: Hours(time.fromisoformat(opening), time(closing)) for day in range(6)}


@pytest.mark.parametrize(
    "changes",
    [{"hours": it_opens("11:45")}, {"hours": it_opens("08:15")}, {"hours": it_opens("11:45", 3)}, {"hours": {}},
     {"zone": "Asia/Kolkata"}, {"zone": "Asia/Kolkata", "hours": it_opens("08:15")}],
)  # fmt: skip
def test_what_was_told_is_not_cut_anew_with_other_hours_or_another_zone(site, changes):
    """By the quarter hours between two openings, or by half hours, two answers would tell what these had."""
    was, now = site.visiting.site, site.clock.time
    for day in WEEK:
        site.visited.bands(day, "08:30", **dict.fromkeys(BANDS, 2))
        for clock in ("11:45", "12:45", "13:45"):
            site.visited.tally(Purpose.EXPERIENCE, day, clock, "shelf", faces=70, smiling=20, frustrated=20)
    with Served(site) as served, served.bearer() as client:
        before = {key: list(values(answer)) for key, answer in answers(client).items() if key[0] != "visits"}
        site.visiting.turn(now, lambda _: ())
        site.visiting.site = replace(was, **changes)
        try:
            assert {key: list(values(one)) for key, one in answers(client).items() if key in before} == before
            for later in (0.0, 3600.0, 40 * 3600.0, 80 * 3600.0):
                site.clock.time = now + later
                site.visiting.turn(site.clock.time, lambda _: ())
                after = {key: list(values(one)) for key, one in answers(client).items() if key in before}
                assert {key: one for key, one in after.items() if key[2] <= TODAY} == {
                    key: one for key, one in before.items() if key[2] <= TODAY
                }
        finally:
            site.visiting.site, site.clock.time = was, now
            site.visitors.put_calendars([])
    assert any(one for (path, *_), one in before.items() if path == "demographics")


def test_with_a_zone_no_longer_drawn_nothing_is_told_of_who_was_beside_it(tmp_path):
    """The whole picture less the zone, which was told before, would be those beside it: three of them here."""
    site, day = ShopSite(tmp_path), WEEK[0]
    site.visiting.site = replace(site.site, purposes=tuple(map(declaration, LOOKING)))
    site.desk.open_day(day, 0)
    site.visited = Visited(site.desk, site.visiting)
    site.visited.look(day)
    hall = site.site.camera("hall")
    counting = Tallying(HALL, hall)
    for n in range(60):
        counting.mood(Mood(n, at(day, "12:01"), Point(0.5, 0.6), {}))
    for n in range(3):
        counting.mood(Mood(n, at(day, "12:01"), Point(0.5, 0.1), {}))
    site.visitors.put([], counting.take())
    site.clock.time = at(WEEK[2], "12:00")
    with Served(site) as served, served.bearer() as client:
        asked = {"begin": day, "end": WEEK[1]}
        before = client.get("/api/v1/experience", params=asked).json()
        bare = tuple(replace(one, zones=()) for one in site.site.cameras)
        site.visiting.site = replace(site.visiting.site, cameras=bare)
        after = client.get("/api/v1/experience", params=asked).json()
    site.close()
    assert set(values(before)) == {60}
    assert set(values(after)) == set()


def test_what_comes_in_time_is_told(site):
    """Else that nothing changes would only say that nothing is written."""
    now = site.clock.now()
    begin = at(TODAY, "14:45")
    cells = {"faces": 80.0, "smiling": 20.0, "frustrated": 20.0}
    site.writes.add(tallies=[Tally(HALL, Purpose.EXPERIENCE, "shelf", begin, cell, n) for cell, n in cells.items()])
    site.writes.write(site.site, now + TAKEN)
    site.clock.time = now + SETTLED
    with Served(site) as served, served.bearer() as client:
        answer = client.get("/api/v1/experience", params={"begin": TODAY, "end": "2026-09-22"}).json()
    assert {row["label"]: row["faces"]["value"] for row in answer["moods"]}["14:00"] == 94


def test_of_a_week_nothing_is_told_before_all_its_days_are_reduced(tmp_path):
    """A day more in it would be told by the difference, its cells of one or two visitors too."""
    site = ShopSite(tmp_path)
    site.visiting.site = replace(site.site, purposes=tuple(map(declaration, LOOKING)))
    visited = Visited(site.desk, site.visiting)
    for n, day in enumerate(WEEK):
        site.desk.open_day(day, 0)
        visited.look(day)
        if day == WEEK[-1]:
            visited.turn(day, "12:00")  # then nothing ran until Monday
        come(visited, day, range(n * 15, n * 15 + 45))
    site.clock.time = at("2026-09-14", "12:00")
    week = {"begin": WEEK[0], "end": "2026-09-14"}
    with Served(site) as served, served.bearer() as client:
        before = client.get("/api/v1/visitors", params=week).json()
        site.visiting.turn(site.clock.now(), lambda _: ())
        after = client.get("/api/v1/visitors", params=week).json()
    site.close()
    assert {one["count"]["value"] for one in before["visits"]} == {None}
    assert before["histogram_days"] == 0
    assert after["visits"][0]["count"]["value"] >= least(Purpose.RETURNING)
    assert {point["unique"]["value"] for point in before["points"]} == {45, None}


@pytest.mark.parametrize("seed", range(3))
def test_asked_all_day_long_an_hour_is_told_once_and_what_is_left_is_no_small_number(site, seed):
    """Cameras are behind by up to ten minutes, and now and then nothing can be written for longer."""
    chance, day, after = random.Random(seed), f"2026-09-{22 + seed}", f"2026-09-{23 + seed}"
    quarters = [at(day, f"{hour}:00") for hour in HOURS for _ in range(chance.choice((5, 48, 52, 90)))]
    coming = sorted(begin + chance.uniform(0, 3600) for begin in quarters)
    amounts, told = defaultdict(float), {}
    site.visited.look(day)
    with Served(site) as served, served.bearer() as client:
        now = at(day, "10:00")
        while now < at(after, "10:30"):
            now += 240.0 if now < at(day, "20:30") else 3600.0
            while coming and coming[0] + chance.uniform(0, 600) < now:
                begin = coming.pop(0) // 900 * 900
                amounts[begin] += 1
                site.writes.add(tallies=[Tally(HALL, Purpose.EXPERIENCE, "shelf", begin, "faces", amounts[begin])])
            site.clock.time = now
            if chance.random() < 0.5 and now % 14400 > 2400:
                site.writes.write(site.site, now)
            answer = client.get("/api/v1/experience", params={"begin": day, "end": after}).json()
            for row in answer["moods"]:
                if row["label"] and row["faces"]["value"] is not None:
                    assert told.setdefault(row["label"], row["faces"]["value"]) == row["faces"]["value"]
            whole = answer["moods"][0]["faces"]["value"]
    rest = (whole or 0) - sum(told.values())
    assert told
    assert rest == 0 or rest >= least(Purpose.EXPERIENCE)
    assert whole is None or whole > max(told.values())
