"""What figures of visitors are called on the pages, what each means, and why one is absent."""

from __future__ import annotations

from collections.abc import Mapping

from galleria.app.visiting_query import Absent, Measured, VisitMeasure

from .locale import Locale
from .locale import marked as _

# As the API and docs/measures.md say it; a test compares them.
MEANINGS: Mapping[VisitMeasure, str] = {
    VisitMeasure.UNIQUE: _(
        "Visitors told apart by face on one trading day, over all declared cameras, without staff; days cannot be added"
        " up, so a longer period has the mean of its days."
    ),
    VisitMeasure.RECOGNISED: _(
        "Of the tracks that came in at the declared cameras, the share that was recognised: how much of the traffic the"
        " other figures rest on."
    ),
    VisitMeasure.RETURNING: _(
        "Of a day's visitors, the share who had also come on an earlier trading day of the last 30; who last came"
        " before that is new."
    ),
    VisitMeasure.VISITS: _("Visitors by the number of trading days they came on in the last 30, that day among them."),
    VisitMeasure.SINCE: _("Returning visitors by the number of days since they last came."),
    VisitMeasure.FIRST_SEEN: _("Visitors by the quarter hour in which they were first seen, new and returning."),
    VisitMeasure.DEMOGRAPHICS: _(
        "Tracks at a place by estimated age band and gender presentation; nobody under 18 is in it, and one visitor may"
        " be several tracks. A camera that has zones is told by these alone; of zones that overlap, the first one."
        " Tracks whose gender presentation is not sure are a figure of their own, of all ages together, and in no"
        " other one."
    ),
    VisitMeasure.SMILING: _("Of the faces seen at a place in an hour, the share that smiled."),
    VisitMeasure.FRUSTRATED: _("Of the faces seen at a place in an hour, the share that looked frustrated."),
    VisitMeasure.OPPORTUNITIES: _("Tracks that could have looked at a screen."),
    VisitMeasure.WATCHERS: _("Of these tracks, those whose faces were turned to the screen."),
    VisitMeasure.ATTENTION: _("Seconds for which faces were turned to the screen, of all watchers together."),
}

SHORT: Mapping[Absent, str] = {
    Absent.WITHHELD: _("withheld"),
    Absent.GOING_ON: _("not over yet"),
    Absent.NO_COVERAGE: _("not seen"),
    Absent.NO_LINE: _("no line"),
    Absent.STOPPED: _("stopped"),
    Absent.UNDECLARED: _("not declared"),
}
WHY: Mapping[Absent, str] = {
    Absent.WITHHELD: _("There is not enough of it to be shown."),
    Absent.GOING_ON: _("It is told when the day, hour or week that it belongs to is over."),
    Absent.NO_COVERAGE: _("The declared cameras were not seeing."),
    Absent.NO_LINE: _("Nobody came in over a line of a camera that looks for visitors."),
    Absent.STOPPED: _("It is declared, but it did not run: it was stopped, or something that it needs was missing."),
    Absent.UNDECLARED: _("No purpose for it is declared."),
}
GENDERS = {"female": _("Female"), "male": _("Male")}


def error_words(one: Measured, locale: Locale) -> str:
    """A measured error, in a sentence."""
    say = locale.words.gettext
    if one.kind == "age":
        years = {name: locale.number(getattr(one, name), 1) for name in ("value", "low", "high")}
        return say("Age: mean absolute error %(value)s years (%(low)s to %(high)s) on %(n)s people.") % (
            years | {"n": locale.number(one.subjects)}
        )
    words = {
        "gender": _("Gender presentation told right: %(value)s (%(low)s to %(high)s) on %(n)s people."),
        "expression": _("Expression told right: %(value)s (%(low)s to %(high)s) on %(n)s people."),
        "false-match": _("Different people taken for one: %(value)s (%(low)s to %(high)s) on %(n)s people."),
        "false-non-match": _("One visitor not recognised again: %(value)s (%(low)s to %(high)s) on %(n)s people."),
    }[one.kind]
    shares = {name: locale.percent(getattr(one, name), 2) for name in ("value", "low", "high")}
    return say(words) % (shares | {"n": locale.number(one.subjects)})
