"""Sections from studies of whole days: queues, and who walks together."""

from __future__ import annotations

from galleria.app.camera_seen import NotThere
from galleria.app.grouping import group_answers
from galleria.app.queueing import QueueAnswer, queue_answers
from galleria.domain.calendar import Grain
from galleria.domain.catalogue import CATALOGUE
from galleria.notify.digest import number, share

from .asking import Asked, clock, cut, ratio
from .facts import Bar, Figure, Grid, Picture, Section

UNSTUDIED = "Nothing of this period was studied yet: `galleria serve` does so while it runs."
WHY = {
    NotThere.NOT_SEEN: "Nothing was seen in this period.",
    NotThere.NOT_STUDIED: UNSTUDIED,
    NotThere.NOT_CALIBRATED: "No camera is calibrated, so that distances between people are not known.",
}
_QUEUES = ("queue_length", "wait", "abandonment", "tills_needed")
_OF_QUEUES = {
    "arrivals": "tracks", "length": "tracks", "wait": "seconds", "wait_p95": "seconds", "abandonment": "ratio",
    "service": "seconds", "tills": "tills",
}  # fmt: skip


def meanings(*names: str) -> str:
    """What the catalogue says of measures."""
    return " ".join(f"{CATALOGUE[name].title}: {CATALOGUE[name].meaning}" for name in names)


def queues(asked: Asked) -> Section | None:
    """Each queue; None for a site without queues."""
    if not asked.site.queues:
        return None
    studies = asked.desk.studies
    if studies is None:
        return Section("queues", "Queues", meanings(*_QUEUES), why=UNSTUDIED)
    period = (asked.dates.begin, asked.dates.end)
    answers = queue_answers(asked.site, studies.studies, period, Grain.DAY, now=asked.now)
    rows = [_queue_row(answer) for answer in sorted(answers, key=lambda answer: -(answer.whole.arrivals or 0))]
    figures = [figure for answer in answers for figure in _queue_figures(asked, answer)]
    shown, left = cut(rows, "queues")
    return Section(
        "queues",
        "Queues",
        meanings(*_QUEUES),
        sum(answer.whole.coverage for answer in answers) / len(answers),
        "" if any(answer.whole.arrivals is not None for answer in answers) else UNSTUDIED,
        picture=_busiest(answers),
        grid=Grid(("Queue", "Came", "Waiting", "Wait", "95 of 100", "Left", "Tills", "Seen"), shown),
        figures=tuple(figures),
        notes=("Waits are minutes and seconds; tills are how many the busiest hour of the day needed.", *left),
    )


def groups(asked: Asked) -> Section | None:
    """Who walks together; None for a site without cameras."""
    if not asked.site.cameras:
        return None
    told = meanings("group_size", "shared")
    studies = asked.desk.studies
    if studies is None:
        return Section("groups", "Groups", told, why=UNSTUDIED)
    period = (asked.dates.begin, asked.dates.end)
    whole, *_ = group_answers(asked.site, studies.studies, asked.desk.flows, period)
    figures = whole.whole
    if figures is None:
        coverage = None if whole.why is NotThere.NOT_CALIBRATED else whole.coverage
        return Section("groups", "Groups", told, coverage, WHY[whole.why] if whole.why else UNSTUDIED)
    last = len(figures.sizes)
    sizes = [(f"{n} or more" if n == last else str(n), number(count)) for n, count in enumerate(figures.sizes, 1)]
    return Section(
        "groups",
        "Groups",
        told,
        whole.coverage,
        large=(
            ("groups", number(figures.groups)),
            ("tracks in a group", "–" if figures.mean is None else f"{figures.mean:.2f}"),
            ("not alone", ratio(figures.shared)),
        ),
        grid=Grid(("Tracks in the group", "Groups"), tuple(sizes)),
        figures=(
            asked.whole("", "group_size", "tracks", figures.mean, whole.coverage),
            asked.whole("", "shared", "ratio", figures.shared, whole.coverage),
        ),
    )


def _queue_row(answer: QueueAnswer) -> tuple[str, ...]:
    one = answer.whole
    length = "–" if one.length is None else f"{one.length:.1f}"
    tills = "–" if one.tills is None else str(one.tills)
    name = answer.queue.name or answer.queue.id
    waits = (clock(one.wait), clock(one.wait_p95))
    return (name, number(one.arrivals), length, *waits, ratio(one.abandonment), tills, share(one.coverage))


def _queue_figures(asked: Asked, answer: QueueAnswer) -> list[Figure]:
    place = f"queue:{answer.queue.id}"
    names = {"length": "queue_length", "tills": "tills_needed"}
    told = [
        asked.whole(place, names.get(key, key), unit, getattr(answer.whole, key), answer.whole.coverage)
        for key, unit in _OF_QUEUES.items()
    ]
    days = {day.label: day for day in asked.days}
    for point in answer.points:
        span = (days[point.label].begin, days[point.label].end)
        told.append(Figure(place, "wait", "seconds", *span, point.label, point.wait, point.coverage))
    return told


def _busiest(answers: list[QueueAnswer]) -> Picture | None:
    """The waits of the queue that most people joined, by hour of the day, in minutes."""
    most = max(answers, key=lambda answer: answer.whole.arrivals or 0)
    columns = tuple(
        Bar(one.label, None if one.wait_p95 is None else one.wait_p95 / 60, None, one.coverage) for one in most.hours
    )
    if not columns:
        return None
    name = most.queue.name or most.queue.id
    return Picture("queues", f"{name}: minutes that 95 of 100 waited at most, by hour of the day.", "minutes", columns)
