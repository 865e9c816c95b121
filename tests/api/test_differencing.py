"""Whoever asks the API everything that it offers, and calculates, learns no number under k."""

import csv
import io
import itertools
import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from differencing import ONE, Attacker, share
from shop import Served, ShopSite
from visited import LOOKING, Visited, declaration

from galleria.analytics import tallies as tables
from galleria.app.visiting_shown import since_bins
from galleria.domain.calendar import day_of
from galleria.domain.purpose import Purpose
from galleria.domain.time import local, zone_named

FIRST, DAYS, AFTER = "2026-09-06", 11, "2026-09-20"  # a Sunday; one whole week, and pieces of two others
LABELS = [(date.fromisoformat(FIRST) + timedelta(days=n)).isoformat() for n in range(DAYS)]
OPEN = [label for label in LABELS if date.fromisoformat(label).weekday() < 6]
SPANS = [(a, b) for a in range(DAYS) for b in range(a + 1, DAYS + 1)]
CLOCKS = ("11:00", "12:15", "12:30", "16:45")
CELLS = [(band, gender) for band in tables.BANDS for gender in tables.GENDERS]
PATHS = ("visitors", "demographics", "experience", "audience", "visits")
GENERAL = 10


@pytest.fixture(scope="module", params=[1, 2])
def asked(request, tmp_path_factory):
    """A site with few visitors, and every answer about it: by path and span."""
    site = ShopSite(tmp_path_factory.mktemp("few"))
    site.visiting.site = replace(site.site, purposes=tuple(map(declaration, LOOKING)))
    made = Visited(site.desk, site.visiting)
    chance = random.Random(request.param)
    for n, label in enumerate(LABELS):
        if label in OPEN:
            site.desk.open_day(label, 0)
            made.look(label)
            come(made, label, chance)
            tally(made, label, chance, busy=n % 3)
    made.turn(AFTER, "12:00")
    with Served(site) as served, served.bearer() as client:
        answers = {(path, span): get(client, path, span) for path in PATHS for span in SPANS}
        files = {(path, span): get(client, f"{path}.csv", span, text=True) for path in PATHS[:4] for span in SPANS}
        yield site, answers, files
    site.close()


def get(client, path, span, *, text=False):
    begin, end = (date.fromisoformat(FIRST) + timedelta(days=n) for n in span)
    answer = client.get(f"/api/v1/{path}", params={"begin": begin.isoformat(), "end": end.isoformat()})
    assert answer.status_code == 200, answer.text
    return answer.text if text else answer.json()


def come(made, label, chance):
    few, many = chance.randint(0, 14), chance.randint(8, 40)
    fresh = [chance.randrange(10**6, 10**9) for _ in range(few)]
    known = chance.sample(range(60), many)
    for purpose in (Purpose.UNIQUE, Purpose.RETURNING):
        for clock, some in (("10:20", fresh + known[:12]), ("12:00", known), ("18:30", known[: chance.randint(0, 25)])):
            made.come(label, some, purpose, clock, enter=purpose is Purpose.UNIQUE, step=chance.choice((1.0, 7.0)))
    made.enter(label, chance.randint(0, 30))


def tally(made, label, chance, busy):
    for place, clock in itertools.product(("shelf", ""), CLOCKS):
        most = (9, 14, 60)[busy]
        made.bands(label, clock, place, **{f"{g}{b}": chance.randint(busy, most) for g in "fmu" for b in (18, 35, 65)})
        made.bands(label, clock, place, **{f"{g}{b}": chance.randint(busy * 5, 16) for g in "fm" for b in (25, 45, 55)})
        faces = chance.choice((0, 1, 30, 49, 50, 52, 120))
        smiling = chance.randint(0, faces)
        cells = {"faces": faces, "smiling": smiling, "frustrated": chance.randint(0, faces - smiling)}
        made.tally(Purpose.EXPERIENCE, label, clock, place, **cells)
        could = chance.choice((0, 3, 20, 25, 40))
        if not place:
            made.tally(Purpose.AUDIENCE, label, clock, opportunities=could, watchers=chance.randint(0, could))


def told(shown):
    return shown["value"]


def days_of(span):
    return LABELS[span[0] : span[1]]


def subsets_with(always, parts):
    """Every choice of parts besides what is there always: lists of cells."""
    for n in range(len(parts) + 1):
        for some in itertools.combinations(parts, n):
            yield [*always, *itertools.chain(*some)]


def equal(cells, value):
    """That cells come to a value."""
    form = Counter(cells)
    return {**form, ONE: -share(value)}


def ratio(above, below, value):
    """That cells are such a share of others."""
    part = share(value)
    form = Counter()
    for cell in above:
        form[cell] += 1
    for cell in below:
        form[cell] -= part
    return form


# --- unique and returning visitors -----------------------------------------------------------------------------------


def truth_of_visitors(site):
    truth, small = {}, {}
    for purpose, name in ((Purpose.UNIQUE, "u"), (Purpose.RETURNING, "r")):
        for label, one in site.visitors.figures(purpose, LABELS[0], AFTER).items():
            truth[name, label] = one.visitors
            if name == "u":
                continue
            truth |= {("new", label): one.new, ("back", label): one.returning}
            truth |= {("visits", n, label): count for n, count in enumerate(one.visits)}
            truth |= {("since", n, label): count for n, count in enumerate(since_bins(one.since))}
            day = day_of(site.site, date.fromisoformat(label))
            for begin in site.visiting._quarters(day):
                first = next((f for f in one.firsts if f.begin == begin), None)
                truth["first", begin, "new"] = first.new if first else 0
                truth["first", begin, "back"] = first.returning if first else 0
    small = dict.fromkeys(truth, GENERAL)
    return truth, small


def test_visitors(asked):
    site, answers, _ = asked
    truth, small = truth_of_visitors(site)
    thief = Attacker(truth)
    ask = {span: answers["visitors", span] for span in SPANS}
    single = {label: ask[n, n + 1] for n, label in enumerate(LABELS)}
    for label in LABELS:
        if ("r", label) in truth:
            what_adds_up(thief, site, label)
    tell_first_sights(thief, single.values())
    known = {name: [label for label in LABELS if told(single[label]["whole"][field]) is not None]
             for name, field in (("u", "unique"), ("new", "new"), ("back", "back"))}  # fmt: skip
    whole = [label for label, one in single.items() if one["histogram_days"]]
    for span, one in ask.items():
        for point in (one["whole"], *one["points"]):
            mine = days_of(span) if point["label"] == "total" else [point["label"]]
            tell_point(thief, point, {name: [day for day in mine if day in some] for name, some in known.items()})
        tell_histograms(thief, span, one, whole, [day for day in known["new"] if day not in whole])
    assert thief.solved()
    assert thief.found(small) == {}


def what_adds_up(thief, site, label):
    """Of a day, as anybody knows."""
    quarters = site.visiting._quarters(day_of(site.site, date.fromisoformat(label)))
    for name, bins in (("new", range(1)), ("back", range(1, 5))):
        for parts in ([("visits", n, label) for n in bins], [("first", begin, name) for begin in quarters]):
            thief.tell([{**Counter(parts), (name, label): -1}], "parts")
    thief.tell([{**Counter(("since", n, label) for n in range(5)), ("back", label): -1}], "since")
    thief.tell([{("new", label): 1, ("back", label): 1, ("r", label): -1}], "all")


def tell_first_sights(thief, days):
    for first in (first for one in days for first in one["first_seen"]):
        for name in ("new", "back"):
            if told(first[name]) is not None:
                thief.tell([equal([("first", first["begin"], name)], told(first[name]))], "first seen")


def tell_point(thief, point, known):
    for name, field, count in (
        ("u", "unique", "days"),
        ("new", "new", "returning_days"),
        ("back", "back", "returning_days"),
    ):
        if told(point[field]) is not None:
            cells = [(name, label) for label in known[name]]
            assert len(cells) == point[count]
            thief.tell([equal(cells, told(point[field]) * len(cells))], field)
    if told(point["returning"]) is not None:
        above, others = ([(name, label) for label in known["new"]] for name in ("back", "new"))
        thief.tell([ratio(above, above + others, told(point["returning"]))], "share")


def tell_histograms(thief, span, one, whole, rest):
    base = [label for label in days_of(span) if label in whole]
    rests = [[label for label in week if label in rest] for week in weeks_in(span)]
    for field in ("visits", "since"):
        for n, each in enumerate(one[field]):
            if told(each["count"]) is not None:
                some = [days for days in subsets_with(base, rests) if len(days) == one["histogram_days"]]
                forms = [equal([(field, n, label) for label in days], told(each["count"])) for days in some]
                thief.tell(forms, f"{field} of {span}")


def weeks_in(span):
    """Whole weeks, Monday to Sunday."""
    begins = [a for a in range(*span) if a + 7 <= span[1] and date.fromisoformat(LABELS[a]).weekday() == 0]
    return [LABELS[a : a + 7] for a in begins]


def test_what_is_told_of_moves_and_visits_by_label(asked):
    site, answers, _ = asked
    figures = site.visitors.figures(Purpose.UNIQUE, LABELS[0], AFTER)
    truth = {}
    for label, one in figures.items():
        truth |= {("visits", label): one.visited.visits, ("passers", label): one.visited.passers}
        truth |= {("stayed", label): one.visited.stayed, ("u", label): one.visitors}
        truth["again", label] = one.visited.visits - one.visitors
    thief = Attacker(truth)
    single = {label: answers["visits", (n, n + 1)]["labelled"] for n, label in enumerate(LABELS)}
    counted = [label for label, one in single.items() if told(one["a_day"]) is not None]
    split = [label for label, one in single.items() if told(one["passers"]) is not None]
    for label in figures:
        thief.tell([{("visits", label): 1, ("passers", label): -1, ("stayed", label): -1}], "visits")
        thief.tell([{("visits", label): 1, ("again", label): -1, ("u", label): -1}], "visits")
    for n, label in enumerate(LABELS):
        value = told(answers["visitors", (n, n + 1)]["whole"]["unique"])
        if value is not None:
            thief.tell([equal([("u", label)], value)], "unique")
    for span in SPANS:
        one, mine = answers["visits", span]["labelled"], days_of(span)
        if told(one["a_day"]) is not None:
            some = [("visits", label) for label in mine if label in counted]
            thief.tell([equal(some, told(one["a_day"]) * len(some))], "a day")
        if told(one["passers"]) is not None:
            some = [label for label in mine if label in split]
            above, below = ([(name, label) for label in some] for name in ("passers", "visits"))
            thief.tell([ratio(above, below, told(one["passers"]))], "passers")
        # Means of one day, of another and of both tell how the two are weighed.
        means = [(label, told(single[label]["mean"])) for label in mine if told(single[label]["mean"]) is not None]
        if len(means) == 2 and told(one["mean"]) is not None:
            (a, of_a), (b, of_b) = means
            form = {("stayed", a): of_a - told(one["mean"]), ("stayed", b): of_b - told(one["mean"])}
            plain = {ONE: told(one["mean"]) - (of_a + of_b) / 2}
            weighed = {key: share(number) for key, number in form.items()}
            thief.tell([{} if abs(plain[ONE]) < 1e-6 else {ONE: 1}, weighed, exact(form, truth)], "mean")
        counts = {count for row in one["moves"]["counts"] for count in row}
        assert all(count is None or count >= GENERAL for count in counts)
    assert thief.found(dict.fromkeys(truth, GENERAL)) == {}


def exact(form, truth):
    """What an attacker makes of a mean that is told to many digits: whole numbers in that relation."""
    (a, x), (b, y) = form.items()
    return {a: truth[b], b: -truth[a]} if abs(x * truth[a] + y * truth[b]) < 1e-6 else {ONE: 1}


# --- tallies ---------------------------------------------------------------------------------------------------------


def truth_of(site, purpose):
    """(place, day, clock) to cells."""
    found = {}
    zone = zone_named(site.site.zone)
    buckets = {label: day_of(site.site, date.fromisoformat(label)) for label in LABELS}
    for label, day in buckets.items():
        for one in site.visitors.tallies(purpose, day.begin, day.end):
            at = one.place, label, f"{local(one.begin, zone):%H:%M}"
            found.setdefault(at, Counter())[one.cell] += one.amount
    return found


def test_demographics(asked):
    site, answers, _ = asked
    truth = dict.fromkeys([("shelf", label, *cell) for label in LABELS for cell in CELLS], 0)
    truth |= dict.fromkeys([("shelf", label, "unsure") for label in LABELS], 0)
    for (place, label, _), cells in truth_of(site, Purpose.DEMOGRAPHICS).items():
        for cell, amount in cells.items():
            band, gender = cell.split()
            if place:
                truth[(place, label, "unsure") if gender == "unsure" else (place, label, band, gender)] += amount
    thief, ask = Attacker(truth), {span: answers["demographics", span] for span in SPANS}
    tables_ = {span: one["tables"][0] for span, one in ask.items() if one["tables"]}
    single = {label: tables_.get((n, n + 1)) for n, label in enumerate(LABELS)}
    whole = {
        count: [label for label, one in single.items() if one and told(one[count]) is not None]
        for count in ("total", "unsure")
    }
    small = {key: 20 for key, n in truth.items() if date.fromisoformat(key[1]).weekday() < 6}
    for span, table in tables_.items():
        mine = days_of(span)
        for count, known in whole.items():
            base = [label for label in mine if label in known]
            rests = [[label for label in week if label not in known] for week in weeks_in(span)]
            for names, shown in figures_of(table, count):
                if told(shown) is not None:
                    thief.tell(
                        [
                            equal([("shelf", label, *name) for label in some for name in names], told(shown))
                            for some in subsets_with(base, rests)
                        ],
                        f"{names} of {span}",
                    )
    assert thief.rows
    sums_of_days(thief, truth, small)
    assert thief.found(small) == {}
    assert thief.bounded({key: k for key, k in small.items() if len(key) == 4 and truth[key] < 20}) == set()


def figures_of(table, count):
    """Sets of cells, and what is told of their sum."""
    if count == "unsure":
        yield [("unsure",)], table["unsure"]
        return
    for r, band in enumerate(table["bands"]):
        yield [(band, gender) for gender in table["genders"]], table["rows"][r]
        for c, gender in enumerate(table["genders"]):
            yield [(band, gender)], table["cells"][r][c]
    for c, gender in enumerate(table["genders"]):
        yield [(band, gender) for band in table["bands"]], table["columns"][c]
    yield CELLS, table["total"]


def sums_of_days(thief, truth, small):
    """Sums are numbers of people, too: of a day, of a band, of a gender, and of the week."""
    names = {("all", *cell): [cell] for cell in CELLS}
    for band in tables.BANDS:
        names["band", band] = [(band, gender) for gender in tables.GENDERS]
    for gender in tables.GENDERS:
        names["gender", gender] = [(band, gender) for band in tables.BANDS]
    for label in LABELS:
        for name, cells in names.items():
            if name[0] != "all" and date.fromisoformat(label).weekday() < 6:
                key = (*name, label)
                truth[key] = sum(truth["shelf", label, *cell] for cell in cells)
                small[key] = 20
                thief.tell([{**Counter([("shelf", label, *cell) for cell in cells]), key: -1}], "a sum")


@pytest.mark.parametrize(
    ("path", "purpose", "place", "cut", "names"),
    [
        ("experience", Purpose.EXPERIENCE, "shelf", 2, ("faces", "smiling", "frustrated")),  # by the hour
        ("audience", Purpose.AUDIENCE, "", 5, ("opportunities", "watchers")),
    ],
)
def test_parts_of_days(asked, path, purpose, place, cut, names):
    site, answers, _ = asked
    clocks = sorted({clock[:cut] for clock in CLOCKS})
    parts = list(itertools.product(OPEN, clocks))
    truth = {(*part, name): 0 for part in parts for name in names}
    for (where, label, clock), cells in truth_of(site, purpose).items():
        if where == place:
            truth |= {(label, clock[:cut], name): truth[label, clock[:cut], name] + cells[name] for name in names}
    small = {key: 50 if key[2] == "faces" else GENERAL for key in truth}
    thief = Attacker(truth)
    tell_others(thief, truth, small, parts, names)

    def form(some, name, value):
        """What a row says of some parts of days."""
        cells = [(*part, name) for part in some]
        shared = path == "experience" and name != "faces"
        return ratio(cells, [(*part, "faces") for part in some], value) if shared else equal(cells, value)

    inside = {}  # what each day's row of the whole day is of
    single = {label: rows_of(answers[path, (n, n + 1)], cut) for n, label in enumerate(LABELS)}
    for label, name in itertools.product(OPEN, names):
        rows = single[label]
        mine, counted = ({(label, c) for c in clocks if told(rows[c][field]) is not None} for field in (name, names[0]))
        for part in mine:
            thief.tell([form([part], name, told(rows[part[1]][name]))], name)
        inside[label, name] = list(mine)
        if told(rows[""][name]) is not None:
            rests = [list(counted - mine), [(label, c) for c in clocks if (label, c) not in counted]]
            some = {tuple(one): form(one, name, told(rows[""][name])) for one in subsets_with(mine, rests) if one}
            inside[label, name] = forms_hold(thief, some)
    for span, name in itertools.product(SPANS, names):
        mine = [label for label in days_of(span) if label in OPEN]
        for clock, row in rows_of(answers[path, span], cut).items():
            if told(row[name]) is not None:
                at = [(label, clock) for label in mine if clock and told(single[label][clock][name]) is not None]
                some = at if clock else [part for label in mine for part in inside[label, name]]
                thief.tell([form(some, name, told(row[name]))], f"{name} at {clock} of {span}")
    assert thief.found(small) == {}


def tell_others(thief, truth, small, parts, names):
    """Those who are not so, or are so in no way, are a number as well."""
    for part, but in itertools.product(parts, {names[1:2], names[2:], names[1:]} - {()}):
        key = *part, "not", but
        truth[key] = truth[*part, names[0]] - sum(truth[*part, name] for name in but)
        small[key] = GENERAL
        thief.tell([{(*part, names[0]): 1, key: -1} | {(*part, name): -1 for name in but}], "the others")


def forms_hold(thief, forms):
    """Tell it, and say of which cells it is."""
    before = len(thief.rows)
    thief.tell(list(forms.values()), "a day")
    row = thief.rows[-1] if len(thief.rows) > before else {}
    return next(some for some, form in forms.items() if {k: v for k, v in form.items() if v} == row)


def rows_of(answer, cut):
    name = "moods" if "moods" in answer else "audiences"
    return {row["label"][:cut]: row for row in answer[name]}


def test_what_is_there_at_all_tells_nothing(asked):
    """A row, a place or a day that is only there when somebody was seen would tell that somebody was."""
    _, answers, _ = asked
    by_day = {
        "experience": lambda one: [(row["where"]["place"], row["label"]) for row in one["moods"]],
        "audience": lambda one: [row["label"] for row in one["audiences"]],
        "demographics": lambda one: [(table["where"]["place"], table["of"]) for table in one["tables"]],
        "visitors": lambda one: [first["label"] for first in one["first_seen"]],
    }
    for path, of in by_day.items():
        there = [of(answers[path, (n, n + 1)]) for n, label in enumerate(LABELS) if label in OPEN]
        assert all(one == there[0] for one in there), path


def test_files_tell_what_answers_tell(asked):
    _, answers, files = asked
    for (path, span), text in files.items():
        rows = [row for row in csv.DictReader(io.StringIO(text)) if row["value"]]
        numbers = Counter(round(float(row["value"]), 9) for row in rows)
        assert not numbers - Counter(round(value, 9) for value in values(answers[path, span])), (path, span)


def values(answer):
    if isinstance(answer, dict):
        if set(answer) == {"value", "why"}:
            if answer["value"] is not None:
                yield answer["value"]
        else:
            for one in answer.values():
                yield from values(one)
    elif isinstance(answer, list):
        for one in answer:
            yield from values(one)
