"""Finds the moment a recording began in its file's name, as recorders write it."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from pathlib import PurePath

_STAMP = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)"  # date
    r"\D{0,4}"
    r"(\d\d)([-_.:h]?)(\d\d)[-_.:m]?(\d\d)"  # time of day
    r"(?:[.,](\d{1,6}))?"
    r"(Z|\+\d\d:?\d\d|-\d\d:\d\d)?(?!\d)"
)
# Not PurePath.stem: without a suffix the seconds of `09.30.00` would pass for one.
_SUFFIX = re.compile(r"\.(?:\w*[A-Za-z]\w*|26[456])$")


def moment(when: datetime, zone: tzinfo) -> float:
    """Seconds since 1970-01-01 UTC; a naive `when` is the local time of `zone`."""
    return (when if when.tzinfo else when.replace(tzinfo=zone)).timestamp()


def stamp_in(name: str, zone: tzinfo) -> float | None:
    """Read date and time of day out of a file's name, such as `2026-05-01_09-30-00` or `20260501T093000Z`.

    Args:
        name: file name or path; only its last part without the suffix is looked at.
        zone: whose local time the name tells when it names no offset.

    Returns:
        seconds since 1970-01-01 UTC; None when there is no full date and time to the second.
    """
    found = _STAMP.search(_SUFFIX.sub("", PurePath(name).name))
    if not found:
        return None
    year, _, month, day, hour, _, minute, second, fraction, offset = found.groups()
    text = f"{year}-{month}-{day}T{hour}:{minute}:{second}.{fraction or '0'}"
    try:
        # strptime, not fromisoformat: the latter wants three or six digits of a second.
        when = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f").replace(tzinfo=zone)
        if offset:
            when = datetime.fromisoformat(when.replace(tzinfo=None).isoformat() + offset)
    except ValueError:
        return None
    return moment(when, zone)
