"""Numbers, times and words as the reader writes them. Knows nothing of sites and pages.

Words come from a gettext catalogue (`locale/<language>/LC_MESSAGES/galleria.mo` in this package); English is in the
templates themselves. Numbers and dates follow what the browser asks for, also where the words stay English.
"""

from __future__ import annotations

import gettext
import math
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

DOMAIN = "galleria"
FOLDER = Path(__file__).parent / "locale"
GAP = "–"
MINUS = "\N{MINUS SIGN}"
_NARROW = "\N{NARROW NO-BREAK SPACE}"
_NO_BREAK = "\N{NO-BREAK SPACE}"
MINUTE, HOUR = 60, 3600


def marked(words: str) -> str:
    """The same words, marked for the catalogue (imported as `_`): they are looked up when they are shown."""
    return words


_ = marked
MONTHS = (
    _("Jan"),
    _("Feb"),
    _("Mar"),
    _("Apr"),
    _("May"),
    _("Jun"),
    _("Jul"),
    _("Aug"),
    _("Sep"),
    _("Oct"),
    _("Nov"),
    _("Dec"),
)
WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))

# (thousands, decimal) by language; the rest writes 1,234.5.
_SEPARATORS = {
    "de": (".", ","), "es": (".", ","), "it": (".", ","), "nl": (".", ","), "pt": (".", ","), "da": (".", ","),
    "id": (".", ","), "tr": (".", ","), "el": (".", ","), "hr": (".", ","), "ro": (".", ","), "sl": (".", ","),
    "fr": (_NARROW, ","), "ru": (_NO_BREAK, ","), "uk": (_NO_BREAK, ","), "pl": (_NO_BREAK, ","),
    "cs": (_NO_BREAK, ","), "sk": (_NO_BREAK, ","), "sv": (_NO_BREAK, ","), "nb": (_NO_BREAK, ","),
    "fi": (_NO_BREAK, ","), "hu": (_NO_BREAK, ","), "bg": (_NO_BREAK, ","), "lt": (_NO_BREAK, ","),
    "de-CH": ("’", "."), "de-AT": (_NO_BREAK, ","), "pt-PT": (_NO_BREAK, ","), "en-ZA": (_NO_BREAK, ","),
}  # fmt: skip
_MONTH_FIRST = {"en-US", "en-PH"}
_TWELVE_HOURS = {"en-US", "en-CA", "en-AU", "en-NZ", "en-IN", "en-PH"}


@dataclass(frozen=True, slots=True)
class Locale:
    """How one reader writes.

    Attributes:
        tag: BCP 47, e.g. `de-DE`; scripts in the page use it.
        zone: the site's time zone: times are shown as the clocks there showed them.
    """

    tag: str
    zone: ZoneInfo

    @property
    def language(self) -> str:
        return self.tag.partition("-")[0]

    @property
    def words(self) -> gettext.NullTranslations:
        return _catalogue(self.language)

    @property
    def spoken(self) -> str:
        """The language of the words: that of the catalogue that was found."""
        return self.language if isinstance(self.words, gettext.GNUTranslations) else "en"

    def number(self, value: float | None, digits: int = 0) -> str:
        """Write a number; a gap for None and what is not finite."""
        if value is None or not math.isfinite(value):
            return GAP
        text = f"{abs(value):,.{digits}f}"
        thousands, decimal = _SEPARATORS.get(self.tag) or _SEPARATORS.get(self.language, (",", "."))
        if thousands != ",":
            text = text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)
        negative = value < 0 and any(c in "123456789" for c in text)
        return MINUS + text if negative else text

    def percent(self, share: float | None, digits: int = 0, *, sign: bool = False) -> str:
        """Write a share (0.25) as a percentage, with `sign` as a change (+25 %)."""
        if share is None or not math.isfinite(share):
            return GAP
        text = self.number(100 * share, digits)
        space = "" if self.language in {"en", "tr"} else _NARROW
        plus = "+" if sign and share > 0 and any(c in "123456789" for c in text) else ""
        return f"{plus}{text}{space}%"

    def clock(self, instant: float | None, *, seconds: bool = False) -> str:
        """Write the time of day of an instant (seconds since 1970-01-01 UTC)."""
        if instant is None:
            return GAP
        local = datetime.fromtimestamp(instant, self.zone)
        if self.tag in _TWELVE_HOURS:
            half = "am" if local.hour < 12 else "pm"  # noqa: PLR2004  # a day has two halves
            return f"{local.hour % 12 or 12}:{local:%M:%S}{_NO_BREAK}{half}" if seconds else (
                f"{local.hour % 12 or 12}:{local:%M}{_NO_BREAK}{half}"
            )  # fmt: skip
        return f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"

    def day(self, instant: float | None, *, year: bool = False) -> str:
        """Write the day of an instant: weekday, day, month."""
        if instant is None:
            return GAP
        local = datetime.fromtimestamp(instant, self.zone)
        words = self.words.gettext
        weekday, month = words(WEEKDAYS[local.weekday()]), words(MONTHS[local.month - 1])
        date = f"{month} {local.day}" if self.tag in _MONTH_FIRST else f"{local.day} {month}"
        after = (f", {local.year}" if self.tag in _MONTH_FIRST else f" {local.year}") if year else ""
        return f"{weekday} {date}{after}"

    def moment(self, instant: float | None) -> str:
        """Write day and time of an instant."""
        return GAP if instant is None else f"{self.day(instant)}, {self.clock(instant)}"

    def duration(self, seconds: float | None) -> str:
        """Write a length of time with one or two units: 45 s, 3 min 20 s, 2 h 5 min, 3 d."""
        if seconds is None or not math.isfinite(seconds):
            return GAP
        whole = round(max(0.0, seconds))
        if whole < MINUTE:
            return f"{whole}{_NO_BREAK}s"
        if whole < HOUR:
            return _pair(whole // MINUTE, "min", whole % MINUTE if whole < 10 * MINUTE else 0, "s")
        if whole < 48 * HOUR:
            return _pair(whole // HOUR, "h", whole % HOUR // MINUTE, "min")
        return _pair(whole // (24 * HOUR), "d", whole % (24 * HOUR) // HOUR, "h")


def _pair(large: int, unit: str, small: int, of: str) -> str:
    first = f"{large}{_NO_BREAK}{unit}"
    return f"{first} {small}{_NO_BREAK}{of}" if small else first


def asked(header: str) -> str:
    """The first language of an `Accept-Language` header, e.g. `de-DE`; `en-GB` when it names none."""
    wanted: list[tuple[float, str]] = []
    for n, part in enumerate(header[:500].split(",")):
        tag, _, quality = part.strip().partition(";q=")
        pieces = tag.strip().split("-")
        if not pieces[0].isalpha() or not pieces[0].isascii():
            continue
        region = next((p.upper() for p in pieces[1:] if p.isalpha() and p.isascii() and len(p) == 2), "")  # noqa: PLR2004
        try:
            rank = float(quality or 1)
        except ValueError:
            continue
        wanted.append((-rank + n * 1e-6, f"{pieces[0].lower()}-{region}" if region else pieces[0].lower()))
    best = min(wanted)[1] if wanted else "en-GB"
    return "en-GB" if best == "en" else best


@lru_cache(maxsize=64)
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)
