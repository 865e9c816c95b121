"""The studies that a site keeps."""

from __future__ import annotations

from typing import Any

from galleria.analytics.drawn import Drawn, drawn_of_day
from galleria.analytics.heat import Heat, heat_of_day
from galleria.analytics.queues import QueueDay, queues_of_day
from galleria.analytics.routes import RouteDay, routes_of_day
from galleria.analytics.till_clock import Services, services_of_day
from galleria.analytics.units import Units, units_of_day
from galleria.analytics.visit_days import VisitDay, visits_of_day

from .studies import Study

UNITS = Study("units", 4, frozenset({"path"}), Units, units_of_day)
HEAT = Study("heat", 1, frozenset({"path"}), Heat, heat_of_day, Heat.together)
QUEUES = Study("queues", 3, frozenset({"stay", "seen"}), QueueDay, queues_of_day)
SERVICES = Study("services", 1, frozenset({"stay"}), Services, services_of_day)
VISITS = Study("visits", 1, frozenset({"crossing", "seen"}), VisitDay, visits_of_day, VisitDay.together)
DRAWN = Study("drawn", 2, frozenset({"crossing", "stay", "path", "seen"}), Drawn, drawn_of_day)
ROUTES = Study("routes", 1, frozenset({"crossing", "stay", "seen"}), RouteDay, routes_of_day, RouteDay.together)
STUDIES_KEPT: tuple[Study[Any], ...] = (UNITS, HEAT, QUEUES, SERVICES, VISITS, DRAWN, ROUTES)
