"""Periods people choose by name, as the command line has them too."""

from galleria.domain.period import Dates, Period, dates_of, next_month

__all__ = ["Dates", "Period", "dates_of", "next_month"]
