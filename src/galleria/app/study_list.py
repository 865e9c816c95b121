"""The studies that a site keeps."""

from __future__ import annotations

from typing import Any

from galleria.analytics.heat import Heat, heat_of_day
from galleria.analytics.queues import QueueDay, queues_of_day
from galleria.analytics.units import Units, units_of_day

from .studies import Study

UNITS = Study("units", 1, frozenset({"path"}), Units, units_of_day)
HEAT = Study("heat", 1, frozenset({"path"}), Heat, heat_of_day)
QUEUES = Study("queues", 1, frozenset({"stay", "seen"}), QueueDay, queues_of_day)
STUDIES_KEPT: tuple[Study[Any], ...] = (UNITS, HEAT, QUEUES)
