"""The console of a tenant: its own unit, and not a word or number of another."""

import re
from dataclasses import replace

import pytest
from people import PASSWORD
from shop import BEFORE, DAY
from site_pages import NOT_BUILT, Console, built, told

from galleria.domain.access import Role
from galleria.domain.site import Queue

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)
WEEK = f"period=custom&from={BEFORE}&to={DAY}&grain=day"


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    with Console(tmp_path_factory.mktemp("quiet")) as console:
        ada = console.site.signed[Role.ADMINISTRATOR].actor
        _, link = console.site.access.users.create(ada, "Cora", Role.TENANT, "corner")
        console.site.access.accept(link, PASSWORD)
        yield console


@pytest.fixture
def corner(quiet):
    client = quiet.nobody()
    assert quiet.post(client, "/sign-in", name="Cora", password=PASSWORD).headers["location"] == "/flows"
    return client


def test_flows_show_ones_own_unit_and_offer_nothing_else(corner):
    page = corner.get(f"/flows?{WEEK}")
    assert page.status_code == 200
    assert re.findall(r'name="subject" value="([^"]+)"', page.text) == ["shop:corner", "tripwire:gate"]
    assert "Corner shop" in told(page)
    for other in ("Book shop", "Hall", "Front door", "shelf", "Whole site", "events.parquet"):
        assert other not in page.text, other
    assert "/api/v1/measures.csv?" in page.text


@pytest.mark.parametrize("key", ["site", "shop:books", "tripwire:door", "zone:shelf", "camera:hall", "entrance:front"])
def test_what_is_not_ones_own_is_not_there(corner, key):
    answer = corner.get(f"/flows?subject={key}&{WEEK}")
    assert answer.status_code == 400
    never = corner.get(f"/flows?subject=shop:never&{WEEK}")
    assert told(answer).replace(f"'{key}'", "") == told(never).replace("'shop:never'", "")


def test_the_rail_has_only_pages_that_open(corner):
    rail = re.findall(r'<a href="(/[^"]*)"', corner.get("/account").text)
    assert {"/flows", "/queues", "/sales"} <= set(rail)
    for address in rail:
        assert corner.get(address).status_code == 200, address
    assert not {"/", "/visitors", "/live", "/cameras", "/health", "/purposes", "/members", "/settings"} & set(rail)


def test_queues_are_those_of_ones_own_shop(quiet, corner):
    site = quiet.site
    before = site.site
    assert "None of the queues belongs to your unit" in told(corner.get("/queues"))
    queues = (
        Queue("books-tills", "shelf", name="Book tills", shop="books"),
        Queue("corner-till", "shelf", name="Corner till", shop="corner"),
        Queue("lost", "shelf", name="Lost property"),
    )
    site.site = site.studies.site = replace(before, queues=queues)
    try:
        page = corner.get(f"/queues?{WEEK}")
        never = corner.get(f"/queues?queue=never&{WEEK}")
        refused = [corner.get(f"/queues?queue={key}&{WEEK}") for key in ("books-tills", "lost")]
        mall = quiet.someone(Role.ANALYST).get(f"/queues?{WEEK}")
    finally:
        site.site = site.studies.site = before
    assert "Corner till" in told(page)
    assert "/api/v1/queues.csv?" in page.text
    for other in ("Book tills", "books", "Lost property", "lost", "queues-now"):
        assert other not in page.text, other
    assert corner.get("/queues/now").status_code == 403
    for key, answer in zip(("books-tills", "lost"), refused, strict=True):
        assert (answer.status_code, never.status_code) == (404, 404)
        assert told(answer).replace(f"'{key}'", "") == told(never).replace("'never'", "")
    assert all(name in told(mall) for name in ("Book tills", "Corner till", "Lost property"))


def test_heat_and_comparisons_of_the_mall_are_closed(corner):
    for address in ("/heat", "/compare", "/visitors", "/routes", "/live", "/health"):
        assert corner.get(address).status_code == 403, address


def test_the_account_names_the_shop(corner):
    assert "Cora · Corner shop" in told(corner.get("/account"))
    assert corner.get("/sign-in").headers["location"] == "/flows"


def test_the_mall_sees_units_side_by_side(quiet):
    page = quiet.someone(Role.ANALYST).get(f"/flows?subject=shop:books&subject=shop:corner&measure=in&{WEEK}")
    assert "Shops" in told(page)
    assert "2 places" in told(page)
    totals = re.findall(r'total-value"><strong>([^<]+)</strong>', page.text)
    assert totals == ["50", "0"]


def test_a_tenant_without_a_shop_is_told_so(quiet):
    """As the machine's command makes one."""
    link = quiet.site.access.invite("Nemo", Role.TENANT)
    quiet.site.access.accept(link, PASSWORD)
    client = quiet.nobody()
    quiet.post(client, "/sign-in", name="Nemo", password=PASSWORD)
    assert "No unit of this site is yours" in told(client.get("/flows"))
