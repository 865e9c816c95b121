"""Numbers of a dossier in words. Rates are told in per cent, with a narrow space before the sign."""

from __future__ import annotations

import html
import math
from datetime import UTC, datetime

from galleria.domain.accuracy import Figure, Method, Rate

_SPACE = "\N{NARROW NO-BREAK SPACE}"
_DASH = "\N{EN DASH}"


def percent(rate: float) -> str:
    """Two digits that count: 12 %, 1.2 %, 0.12 %; 0 and 100 only where it is so."""
    if rate in (0, 1):
        return f"{rate:.0%}".replace("%", f"{_SPACE}%")
    value = 100 * min(rate, 0.9999) if rate > 0.99 else 100 * rate  # noqa: PLR2004
    digits = 1 if value >= 10 else min(max(1 - math.floor(math.log10(value)), 1), 5)  # noqa: PLR2004
    if value > 99:  # noqa: PLR2004
        digits = 2
    return f"{value:.{digits}f}{_SPACE}%"


def tick(rate: float) -> str:
    """A round rate beside an axis."""
    return f"{100 * rate:g}{_SPACE}%"


def between(low: float, high: float) -> str:
    """The two ends of an interval."""
    return f"{percent(low).removesuffix(f'{_SPACE}%')}{_DASH}{percent(high)}"


def interval(rate: Rate | Figure) -> str:
    """The interval of a rate; where nothing was seen, its bound."""
    if rate.method is Method.THREE:
        return f"at most {percent(rate.high)}" if rate.value == 0 else f"at least {percent(rate.low)}"
    return between(rate.low, rate.high)


def seen(rate: Rate) -> str:
    """How often of how many: 31 of 6 320."""
    return f"{number(rate.events)} of {number(rate.trials)}"


def number(count: float) -> str:
    """A count, thousands set apart."""
    return f"{count:,.0f}".replace(",", _SPACE)


def years(figure: Figure) -> str:
    """The two ends of an interval of years."""
    return (
        f"{signed(figure.low)}{_DASH}{signed(figure.high)}"
        if figure.low >= 0
        else f"{signed(figure.low)} to {signed(figure.high)}"
    )


def signed(value: float) -> str:
    """One decimal, with a minus sign where it is below 0."""
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "\N{MINUS SIGN}")


def score(value: float) -> str:
    """A score or threshold."""
    return f"{value:.4f}".replace("-", "\N{MINUS SIGN}")


def day(time: float) -> str:
    """The date of an instant, in UTC."""
    return datetime.fromtimestamp(time, UTC).date().isoformat()


def cell(words: str) -> str:
    """Somebody's words in Markdown: they end no cell of a table, and are no markup."""
    return html.escape(words.replace("|", "/"), quote=False)
