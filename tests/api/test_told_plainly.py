"""Answers that are told as their records are have the shape that is described, to the last digit: every such route."""

from dataclasses import replace
from datetime import date
from inspect import signature

import pytest
from fastapi import Response
from flowing import at
from shop import BEFORE, DAY, Served, ShopSite
from test_doors import every_route

from galleria.api import create_app
from galleria.api.answers import Answer, told_plainly
from galleria.api.guard import GuardedRoute
from galleria.domain.access import Role
from galleria.domain.events import Path, Stay
from galleria.domain.geometry import Point, Polygon
from galleria.domain.hand_count import HandCount
from galleria.domain.sale import Sale, SaleKind
from galleria.domain.site import Calibration, Queue, Till, Zone

CORNERS = (Point(0.0, 0.0), Point(1.0, 0.0), Point(1.0, 1.0), Point(0.0, 1.0))
WITH_GOINGS, AFTER = "2026-09-17", "2026-09-22"
PERIODS = [(BEFORE, AFTER), (DAY, AFTER), ("2019-01-01", "2019-02-01"), ("2026-12-01", "2026-12-03")]


class Nothing:
    """A description needs no site."""


# What makes its answer itself, and describes its shape.
PLAIN = {
    f"/api/v1{route.path}": route.response_model
    for route in every_route(create_app(Nothing()))
    if isinstance(route, GuardedRoute)
    and signature(route.endpoint, eval_str=True).return_annotation is Response
    and route.response_model is not None
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Without shops, tills, queues and receipts."""
    yield from serving(ShopSite(tmp_path_factory.mktemp("bare"), shops=""))


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """With all that such answers tell of."""
    site = ShopSite(tmp_path_factory.mktemp("full"))
    hall, yard = site.site.cameras
    service = Zone("counter", Polygon((Point(0.1, 0.1), Point(0.4, 0.1), Point(0.4, 0.3))))
    hall = replace(
        hall, zones=(*hall.zones, service), calibration=Calibration(CORNERS, ((0, 0), (9, 0), (9, 5), (0, 5)))
    )
    site.changed(
        replace(
            site.site,
            cameras=(hall, yard),
            shops=tuple(replace(shop, area=40.0) for shop in site.site.shops),
            queues=(Queue("books", "shelf", service="counter", shop="books"), Queue("lost", "counter")),
            tills=(Till("1", "books", queue="books"), Till("2", "corner")),
            hand_counts=(HandCount(date.fromisoformat(BEFORE), 400, staff=60, again=20, place="entrance:front"),),
        )
    )
    with site.desk.live.envelope():
        site.desk.see(at(WITH_GOINGS, "10:00"), at(WITH_GOINGS, "20:00"))
        for n in range(40):
            site.desk.come(at(WITH_GOINGS, "11:00") + 300 * n)
            site.desk.go(at(WITH_GOINGS, "11:20") + 310 * n)
        for n in range(40):
            serve(site.desk, at(DAY, "10:05") + 120.0 * n, passed_by=n % 2 == 0)
    site.sales.put([receipt(n) for n in range(40)])
    yield from serving(site)


def serve(desk, t, *, passed_by):
    """Somebody walks up, waits and is served."""
    points = tuple((t + k / 2, 0.1 + k / 50, 0.5) for k in range(40))
    desk.write("hall", lambda i, o, k: Path(i, o, k, points[0][0], points[-1][0], points, passed_by=passed_by))
    desk.write("hall", lambda i, o, k: Stay(i, o, k, t, t + 50, "shelf"))
    desk.write("hall", lambda i, o, k: Stay(i, o, k, t + 50, t + 90, "counter"))


def receipt(n):
    """Every ninth gives some of the first one's back."""
    kind, amount, of = (SaleKind.REFUND, -2_500, "0") if n % 9 == 8 else (SaleKind.SALE, 12_345, "")
    return Sale(f"{n}", "books", "1", at(DAY, "10:05") + 120.0 * n + 90, amount, ("EUR", "CHF")[n % 2], n % 3, kind, of)


def serving(site):
    site.desk.keeper.turn(site.clock.now())
    site.studies.turn(site.clock.now())
    with Served(site) as served:
        yield served
    site.close()


def test_there_are_such_routes():
    assert {"/api/v1/conversion", "/api/v1/queues", "/api/v1/visits"} <= PLAIN.keys()


@pytest.mark.parametrize("address", PLAIN)
@pytest.mark.parametrize("grain", ["day", "week", "month"])
@pytest.mark.parametrize("where", ["full", "bare"])
def test_all_that_is_described_is_told_and_nothing_else(request, where, address, grain):
    with request.getfixturevalue(where).bearer() as client:
        for begin, end in PERIODS:
            answer = client.get(address, params={"begin": begin, "end": end, "grain": grain})
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text
            # Read and told again as described: fields that are not there, or numbers of another kind, are not the same.
            assert PLAIN[address].model_validate_json(answer.text).model_dump_json() == answer.text


def test_a_tenants_answers_have_that_shape(full):
    with full.browser(Role.TENANT) as client:
        for address in ("/api/v1/conversion", "/api/v1/queues"):
            text = client.get(address, params={"begin": BEFORE, "end": AFTER}).text
            assert PLAIN[address].model_validate_json(text).model_dump_json() == text


def every_value(told, path=""):
    """(path, value) of all that is told, those of a list under one path."""
    if isinstance(told, list):
        for value in told:
            yield from every_value(value, path)
        return
    yield path, told
    for name, value in told.items() if isinstance(told, dict) else ():
        yield from every_value(value, f"{path}.{name}")


@pytest.mark.parametrize("address", PLAIN)
def test_those_answers_had_every_number(full, address):
    with full.bearer() as client:
        found = [*every_value(client.get(address, params={"begin": BEFORE, "end": AFTER}).json())]
    never = {path for path, _ in found} - {path for path, value in found if value is not None}
    # Clocks and what is told by label are made as all other answers are; by hour of the day visits are comings alone.
    assert {path for path in never if not path.startswith((".labelled.", ".tills.", ".places.hours."))} == set()


def test_what_no_number_is_of_is_null():
    class Shape(Answer):
        share: float | None
        most: float | None

    told = told_plainly(share=float("nan"), most=float("inf")).body
    assert told == Shape(share=float("nan"), most=float("inf")).model_dump_json().encode()
