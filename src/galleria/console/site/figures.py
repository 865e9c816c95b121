"""Measures in words: values by their unit, ticks, stretches of time, what a slot of a chart says. For pages only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from markupsafe import Markup

from galleria.domain.health import CameraState

from .axis import Mark, Tick
from .chart import Chart, Seen, Slot
from .locale import MONTHS, Locale
from .marks import pieces
from .states import Told
from .timeline import Strip

_HOUR = 3600
_DAY = 86400


@dataclass(frozen=True, slots=True)
class Figures:
    """How one reader is told numbers; made for each page.

    Attributes:
        locale: whose.
    """

    locale: Locale
    # A page shows the same value, moment and stretch again and again: in charts, in tables, of several places.
    _known: dict[tuple[object, ...], str] = field(default_factory=dict, repr=False, compare=False)

    def measured(self, value: float | None, unit: str) -> str:
        """Write a value of a measure: `tracks` as a number, `seconds` as a length of time, `ratio` as a percentage."""
        key = (value, unit)
        if key not in self._known:
            self._known[key] = self._measured(value, unit)
        return self._known[key]

    def _measured(self, value: float | None, unit: str) -> str:
        if unit == "seconds":
            return self.locale.duration(value)
        if unit == "ratio":
            return self.locale.percent(value, 1)
        digits = 0 if value is None or abs(value) >= 100 or float(value).is_integer() else 1  # noqa: PLR2004
        return self.locale.number(value, digits)

    def axis(self, value: float, unit: str) -> str:
        """Write a tick of a value axis, as short as can be."""
        if unit == "seconds":
            return "0" if value == 0 else self.locale.duration(value)
        if unit == "ratio":
            return self.locale.percent(value, 0 if abs(value * 100 - round(value * 100)) < 1e-6 else 1)  # noqa: PLR2004
        return self.locale.number(value, 0 if float(value).is_integer() else 1)

    def tick(self, tick: Tick) -> str:
        """Write a tick of a time axis."""
        wall = datetime.fromtimestamp(tick.time, self.locale.zone)
        match tick.mark:
            case Mark.CLOCK:
                return self.locale.clock(tick.time)
            case Mark.WEEKDAY:
                return f"{self.locale.day(tick.time).partition(' ')[0]} {wall.day}"
            case Mark.DAY:
                return self.locale.day(tick.time).partition(" ")[2]
            case Mark.MONTH:
                return self.month(wall.date())
            case Mark.YEAR:
                return f"{self.month(wall.date())} {wall.year}"

    def month(self, day: date) -> str:
        """The month's name."""
        return self.locale.words.gettext(MONTHS[day.month - 1])

    def day(self, day: date, *, year: bool = False) -> str:
        """Write a local date."""
        return self.locale.day(self.noon(day), year=year)

    def dates(self, begin: date, last: date, *, year: bool = True) -> str:
        """Write a stretch of dates, both ends belonging to it; the year as well if asked or not the same."""
        if begin == last:
            return self.day(begin, year=year)
        over = begin.year != last.year
        return f"{self.day(begin, year=over)} – {self.day(last, year=year or over)}"

    def noon(self, day: date) -> float:
        """An instant of that date: noon, which every date has whatever the clocks do."""
        return datetime(day.year, day.month, day.day, 12, tzinfo=self.locale.zone).timestamp()

    def stretch(self, begin: float, end: float, *, day: bool = True, year: bool = False) -> str:
        """Write a bucket: the time of day of what is shorter than a day, the dates of what is longer.

        With `day` a time of day comes with its day, with `year` dates come with their year.
        """
        key = (begin, end, day, year)
        if key not in self._known:
            self._known[key] = self._stretch(begin, end, day=day, year=year)
        return self._known[key]

    def _stretch(self, begin: float, end: float, *, day: bool, year: bool) -> str:
        if end - begin < _DAY - _HOUR * 2:
            hours = f"{self.locale.clock(begin)}–{self.locale.clock(end)}"
            return f"{self.locale.day(begin)}, {hours}" if day else hours
        first = datetime.fromtimestamp(begin, self.locale.zone).date()
        # A trading day may end in the small hours of the next date, or at its opening: it is called by where it began.
        last = datetime.fromtimestamp(max(begin, end - _DAY * 0.75), self.locale.zone).date()
        return self.dates(first, last, year=year)

    def moment(self, instant: float) -> str:
        """Write day and time of an instant."""
        key = (instant,)
        if key not in self._known:
            self._known[key] = self.locale.moment(instant)
        return self._known[key]

    def strip(self, strip: Strip, high: int, states: Mapping[CameraState, Told], unknown: str) -> Markup:
        """Draw a strip, so many pixels high, of a camera's states; `unknown` is said where nobody watched it.

        It is tall where nothing comes, less tall where pictures show nothing, thin where all is well: not by colour
        alone.
        """
        drawn = []
        for piece in strip.pieces:
            told = states[piece.state] if piece.state else None
            tall = 0.4 if piece.state is CameraState.SEEING else 0.72 if told and told.tone == "warn" else 1
            kind = f"{told.tone} {piece.state}" if told else "unknown none"
            length = self.locale.duration(piece.end - piece.begin)
            says = f"{told.word if told else unknown}, {self.moment(piece.begin)} – {self.moment(piece.end)} ({length})"
            drawn.append((kind, piece.left, piece.width, tall, says))
        return pieces(drawn, high)

    def change(self, value: float | None, before: float | None) -> float | None:
        """How much more, as a share of what was before; None where that says nothing."""
        return None if value is None or not before else value / before - 1

    def moved(self, value: float | None, before: float | None) -> str:
        """Write that change: +12 %."""
        return self.locale.percent(self.change(value, before), sign=True)

    def says(self, chart: Chart, before: str, *, day: bool = True) -> list[str]:
        """What every slot of a chart says when it is pointed at.

        `before` names what is compared with, and is empty where nothing is; with `day` the day is named as well.
        """
        return [self._slot(slot, chart.unit, before, day=day) for slot in chart.slots]

    def _slot(self, slot: Slot, unit: str, before: str, *, day: bool) -> str:
        _ = self.locale.words.gettext
        point = slot.point
        when = self.stretch(point.begin, point.end, day=day)
        parts: list[str] = []
        if slot.seen is Seen.GAP:
            parts.append(_("not seen"))
        elif slot.seen is Seen.NOT_YET:
            parts.append(_("still to come"))
        else:
            parts.append(self.measured(point.value, unit) if point.value is not None else _("nothing to measure"))
        if before and point.before is not None:
            parts.append(f"{before} {self.measured(point.before, unit)}")
        if slot.seen is Seen.PART:
            parts.append(_("%s of the time seen") % self.locale.percent(point.coverage))
        return f"{when}: {' · '.join(parts)}"
