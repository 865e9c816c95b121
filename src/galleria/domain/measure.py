"""A measure: one number about a stretch of time, with how much of that time was really seen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class MeasureName(StrEnum):
    """What is measured. Of a tripwire: in, out; of a zone: stays, dwell; of a site: occupancy; of a camera: the rest.

    A stay and a path belong to the bucket they began in; concurrent tracks to every bucket they overlap.
    """

    IN = "in"
    OUT = "out"
    STAYS = "stays"
    STAYS_CUT = "stays_cut"  # of the stays: those the footage's end cut short, their dwell is a lower bound
    DWELL_MEDIAN = "dwell_median"
    DWELL_MEAN = "dwell_mean"
    DWELL_P95 = "dwell_p95"
    DWELL_LONGEST = "dwell_longest"
    AT_ONCE_PEAK = "at_once_peak"
    AT_ONCE_MEAN = "at_once_mean"  # track-seconds ÷ seconds covered
    PASS_BY = "pass_by"  # noqa: S105 (no password)
    CAPTURE_RATE = "capture_rate"  # in ÷ pass-by; no value where nobody passed by
    OCCUPANCY = "occupancy"  # the most that were inside at once

    @property
    def subject(self) -> str:
        """What it is a measure of: `tripwire`, `zone`, `camera` or `site`."""
        if self in (MeasureName.IN, MeasureName.OUT):
            return "tripwire"
        if self is MeasureName.OCCUPANCY:
            return "site"
        return "zone" if self.value.startswith(("stays", "dwell")) else "camera"

    @property
    def unit(self) -> str:
        """`tracks`, `seconds` or `ratio`."""
        if self.value.startswith("dwell"):
            return "seconds"
        return "ratio" if self is MeasureName.CAPTURE_RATE else "tracks"


@dataclass(frozen=True, slots=True)
class Measure:
    """One number.

    Attributes:
        camera: the camera's id.
        epoch: the recording, when its times are clip times because nothing tells when it was made; else empty and
            the number is of all the camera's dated recordings.
        place: id of the tripwire or zone; empty when the number is the whole camera's.
        begin: of the bucket, seconds since 1970-01-01 UTC.
        end: likewise; does not belong to the bucket.
        label: the bucket as people read it (local time, date, clip time or `total`).
        value: in the name's unit; None where there is no number: a gap, or nothing to take a median or ratio of.
        coverage: share of the bucket's seconds in which the camera was really seeing, in [0,1].
    """

    name: MeasureName
    site: str
    camera: str
    epoch: str
    place: str
    begin: float
    end: float
    label: str
    value: float | None
    coverage: float
