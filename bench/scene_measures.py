"""What is measured of the rendered scenes, from pixels, beside what is true: `python -m bench.scene_measures`.

Three numbers stand side by side: what the scene itself tells, where it does; what the product makes of ways as they
were, which no tracker got wrong; and what it measures of the clips.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from galleria.analytics.quantile import quantile
from galleria.analytics.queues import Waiting
from galleria.app.networks import Choice, load
from galleria.domain.events import Path

from .scene_film import Film, films, of_kind, site_of_footage, stays_in
from .scene_match import (
    Match,
    at_once,
    came,
    group_size,
    groups_match,
    heat_match,
    moves_match,
    people,
    presence,
    queue,
    stays_match,
    told_group_size,
    true_watchers,
    watched,
)

SCREEN, TILL = "screen", "till"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure.

    Attributes:
        told: by the scene itself; None: it tells none.
        true: of ways as they were; None: it is not asked of them.
        measured: None: there is no such number.
    """

    what: str
    where: str
    told: float | None
    true: float | None
    measured: float | None


def zones(film: Film) -> Iterator[Figure]:
    """Stays, dwell and occupancy of the zones before a camera."""
    for zone in film.camera.zones:
        where, sides = f"{film.name} {zone.id}", [stays_in(events, zone.id) for events in (film.true, film.found)]
        yield _figure("stays", where, *(len(stays) for stays in sides))
        for name, share in (("median", 0.5), ("three quarters", 0.75)):
            yield _figure(f"dwell, {name}, s", where, *(quantile([s.dwell for s in stays], share) for stays in sides))
        both = [at_once(events, stays) for events, stays in zip((film.true, film.found), sides, strict=True)]
        yield _figure("at once, mean", where, *(mean for mean, _ in both))
        yield _figure("at once, most", where, *(most for _, most in both))
        yield _fit("stays found as they were", where, stays_match(film, zone.id))


def picture(film: Film) -> Iterator[Figure]:
    """People at once, routes, presence and groups in the whole picture."""
    (mean, most), found = people(film), at_once(film.found, of_kind(film.found, Path))
    yield Figure("people at once, mean", film.name, mean, None, found[0])
    yield Figure("people at once, most", film.name, most, None, found[1])
    yield _figure("presence, s", film.name, *(presence(film, events) for events in (film.true, film.found)))
    yield Figure("presence where it was", film.name, None, 1.0, heat_match(film))
    yield _fit("moves from place to place", film.name, moves_match(film, inside=True))
    yield _fit("first and last places", film.name, moves_match(film, inside=False))
    sizes = (group_size(film, events) for events in (film.true, film.found))
    yield Figure("group size", film.name, told_group_size(film), *sizes)
    if any(wire.entrance for wire in film.camera.tripwires):
        yield Figure("comings in", film.name, visits(film), came(film, film.true), came(film, film.found))


def visits(film: Film) -> int | None:
    """Visits that begin at the front door; None: it is not before this camera."""
    begun = sum(one["in_by"] == "entrance" for one in film.scene.facts["visits"])
    return begun if film.camera.id == "entrance" else None


def till(film: Film) -> Iterator[Figure]:
    """The queue."""
    true, found = queue(film, film.true), queue(film, film.found)
    told = [one for one in film.scene.facts["queue"] if one["left"] > 0]
    waited = [one["waited"] for one in told if not one["gave_up"]]
    gave_up = sum(one["gave_up"] for one in told) / len(told)

    def row(what: str, told: float | None, figure: str | float) -> Figure:
        return Figure(f"queue: {what}", film.name, told, _of(true, figure), _of(found, figure))

    yield row("arrivals", len(told), "arrived")
    yield row("length", None, "length")
    yield row("longest wait, s", max(waited), 1.0)
    yield row("mean wait, s", sum(waited) / len(waited), "mean")
    yield row("left unserved", gave_up, "abandoned")


def screen(film: Film) -> Iterator[Figure]:
    """Watchers."""
    told, true, found = film.scene.facts["watchers"], true_watchers(film), watched(film)
    yield Figure("could have looked", film.name, None, true.opportunities, found.opportunities)
    yield Figure("watchers", film.name, len(told), true.watchers, found.watchers)
    seconds = sum(one["end"] - one["begin"] for one in told)
    yield Figure("attention, s", film.name, seconds, true.attention, found.attention)


def together(some: Sequence[Film]) -> Iterator[Figure]:
    """All clips together."""
    none = Match(0, 0, 0)
    yield _fit(
        "stays found as they were", "all", sum((stays_match(f, z.id) for f in some for z in f.camera.zones), none)
    )
    yield _fit("moves from place to place", "all", sum((moves_match(film, inside=True) for film in some), none))
    yield _fit("first and last places", "all", sum((moves_match(film, inside=False) for film in some), none))
    ideal = sum((groups_match(film, ideal=True) for film in some), none)
    found = sum((groups_match(film) for film in some), none)
    yield Figure("pairs who came together, F1", "all", 1.0, ideal.f1, found.f1)


def all_figures(some: Sequence[Film]) -> list[Figure]:
    """Everything."""
    figures = [figure for film in some for made in (zones, picture) for figure in made(film)]
    figures += [figure for film in some if film.camera.id == TILL for figure in till(film)]
    figures += [figure for film in some if film.camera.id == SCREEN for figure in screen(film)]
    return [*figures, *together(some)]


def _figure(what: str, where: str, true: float | None, measured: float | None) -> Figure:
    return Figure(what, where, None, true, measured)


def _fit(what: str, where: str, match: Match) -> Figure:
    return Figure(f"{what}, F1", where, None, 1.0, match.f1)


def _of(waiting: Waiting, figure: str | float) -> float | None:
    found: float | None = getattr(waiting, figure) if isinstance(figure, str) else waiting.wait(figure)
    return found


def main() -> None:
    """Print the table."""
    table = Table("measure", "where")
    for heading in ("the scene tells", "of true ways", "measured"):
        table.add_column(heading, justify="right")
    for one in all_figures(films(site_of_footage(), load(Choice(threads=1)))):
        cells = ["-" if n is None else f"{n:.3f}".rstrip("0").rstrip(".") for n in (one.told, one.true, one.measured)]
        table.add_row(one.what, one.where, *cells)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
