"""A tenant and queues: those of its own shop with all their figures, and of the others not that they are there."""

import csv
import io
from dataclasses import replace

import pytest
from flowing import at
from people import PASSWORD
from shop import DAY, Served, ShopSite

from galleria.app.access import COOKIE, CSRF_HEADER
from galleria.domain.access import Right, Role
from galleria.domain.events import Stay
from galleria.domain.geometry import Point, Polygon
from galleria.domain.site import Queue, Zone

PERIOD = {"begin": DAY, "end": "2026-09-22"}
CORNERS = Polygon((Point(0.1, 0.1), Point(0.9, 0.1), Point(0.5, 0.9)))


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Three queues: of the book shop, of the shop at the corner, and of the site's own desk."""
    site = ShopSite(tmp_path_factory.mktemp("queues"))
    yard = replace(site.site.cameras[1], zones=(Zone("bench", CORNERS), Zone("desk", CORNERS)))
    queues = (
        Queue("books-tills", "shelf", name="Book tills", shop="books", target=20.0),
        Queue("corner-till", "bench", name="Corner till", shop="corner", target=60.0),
        Queue("lost", "desk", name="Lost property"),
    )
    site.site = site.studies.site = replace(site.site, cameras=(site.site.cameras[0], yard), queues=queues)
    waits = {("hall", "shelf"): (40, 5), ("yard", "bench"): (25, 3), ("yard", "desk"): (70, 2)}
    for (camera, zone), (seconds, count) in waits.items():
        for n in range(count):
            t = at(DAY, "11:00") + 300 * n
            site.desk.write(camera, lambda i, o, k, t=t, s=seconds, z=zone: Stay(i, o, k, t, t + s, z))
    site.desk.keeper.turn(site.clock.now())
    site.studies.turn(site.clock.now())
    with Served(site) as served:
        yield served
    site.close()


@pytest.fixture(scope="module")
def corner(served):
    access = served.site.access
    _, link = access.users.create(served.site.signed[Role.ADMINISTRATOR].actor, "Cora", Role.TENANT, "corner")
    access.accept(link, PASSWORD)
    signed = access.sign_in("Cora", PASSWORD)
    with served.nobody(cookies={COOKIE: signed.cookie}, headers={CSRF_HEADER: signed.csrf}) as client:
        yield client


def test_a_tenant_sees_its_own_queue_with_all_its_figures(corner, served):
    (own,) = corner.get("/api/v1/queues", params=PERIOD).json()["queues"]
    assert (own["queue"], own["target"], own["whole"]["arrivals"]) == ("corner-till", 60, 3)
    assert own["whole"]["wait"] == pytest.approx(25, rel=0.02)  # lengths are kept in bins of that width
    with served.browser(Role.ANALYST) as mall:
        every = mall.get("/api/v1/queues", params=PERIOD).json()["queues"]
    assert [one["queue"] for one in every] == ["books-tills", "corner-till", "lost"]
    assert own == every[1]


def test_nothing_of_other_queues_is_said(corner):
    for path in ("queues", "queues.csv"):
        for more in ({}, {"queue": "books-tills"}, {"shop": "books"}, {"grain": "week"}):
            answer = corner.get(f"/api/v1/{path}", params=PERIOD | more)
            assert answer.status_code == 200
            for other in ("books", "Book", "lost", "Lost", "shelf", "desk", "hall"):
                assert other not in answer.text, (path, more, other)
    rows = list(csv.DictReader(io.StringIO(corner.get("/api/v1/queues.csv", params=PERIOD).text, newline="")))
    assert {row["queue"] for row in rows} == {"corner-till"}


def test_a_tenants_file_is_noted_with_its_name(corner, served):
    corner.get("/api/v1/queues.csv", params=PERIOD)
    ada = served.site.signed[Role.ADMINISTRATOR].actor
    entry = served.site.access.audit.list(ada, most=1)[0]
    assert (entry.action, entry.actor_name) == ("export.studies", "Cora")


def test_heat_groups_and_the_moment_stay_closed_to_tenants(corner):
    for path in ("heat", "heat.csv", "heat/yard", "heat/yard.csv", "groups", "groups.csv", "live", "catalogue"):
        assert corner.get(f"/api/v1/{path}", params=PERIOD).status_code == 403, path


def test_a_token_to_see_or_take_units_sees_or_takes_no_more(served):
    with served.bearer(served.site.tokens[Right.SEE_UNIT]) as program:  # of an administrator, who has no shop
        assert program.get("/api/v1/queues", params=PERIOD).json()["queues"] == []
        assert program.get("/api/v1/queues.csv", params=PERIOD).status_code == 403
    with served.bearer(served.site.tokens[Right.EXPORT_UNIT]) as program:
        assert len(program.get("/api/v1/queues.csv", params=PERIOD).text.splitlines()) == 1
        assert program.get("/api/v1/queues", params=PERIOD).status_code == 403


def test_a_queue_that_is_given_to_another_shop_goes_at_once(corner, served):
    site = served.site
    before = site.site
    moved = replace(before.queues[1], shop="books")
    site.site = site.studies.site = replace(before, queues=(before.queues[0], moved, before.queues[2]))
    try:
        assert corner.get("/api/v1/queues", params=PERIOD).json()["queues"] == []
    finally:
        site.site = site.studies.site = before
