"""Words of the page Sales."""

from __future__ import annotations

from galleria.analytics.till_clock import Skew
from galleria.app.conversion_query import Missing
from galleria.app.till_clocks import TillClock, Unknown

from .locale import Locale
from .locale import marked as _

SHORT = {
    Missing.NOT_SEEN: _("not seen"),
    Missing.NO_SALES: _("no sales came in"),
    Missing.CLOSED: _("closed"),
    Missing.TO_COME: _("still to come"),
    Missing.NO_LINE: _("no line"),
    Missing.NOBODY: _("nobody came in"),
    Missing.SITE_WIDE: _("not told"),
}
WHY = {
    Missing.NOT_SEEN: _("Cameras saw less than half of the open time."),
    Missing.NO_SALES: _("No receipt came in. That is not a conversion of zero."),
    Missing.CLOSED: _("It was closed."),
    Missing.TO_COME: _("It is still to come."),
    Missing.NO_LINE: _("No line is drawn over which people come in: name it under “lines” of the shop."),
    Missing.NOBODY: _("Nobody came in."),
    Missing.SITE_WIDE: _("Receipts do not say by which entrance somebody came."),
}
CLOCK = {
    Unknown.NO_QUEUE: _("names no queue in the site file: its clock cannot be compared"),
    Unknown.FEW: _("fewer than 30 receipts: too few to compare"),
    Unknown.NOT_SEEN: _("no service was seen at its queue"),
    Unknown.UNCLEAR: _("its receipts fit to services at no time clearly: its clock is taken to be right"),
}
WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


def clock_words(clock: TillClock, locale: Locale) -> str:
    """What is known of a till's clock."""
    say = locale.words.gettext
    if clock.skew is None:
        return say(CLOCK[clock.why]) if clock.why else ""
    return _found(clock.skew, locale)


def _found(skew: Skew, locale: Locale) -> str:
    say = locale.words.gettext
    if skew.right:
        return say(_("right to %s")) % locale.duration(max(abs(skew.low), abs(skew.high)))
    words = _("%s ahead") if skew.ahead > 0 else _("%s behind")
    return say(words) % locale.duration(abs(skew.ahead))
