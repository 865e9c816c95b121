"""The page Routes, and the card Visits, as a real server answers them; and the picture that is drawn."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from numbers_site import console
from site_pages import NOT_BUILT, built, told

from galleria.app.routing import NOTES, Step
from galleria.console.site import routes_ways
from galleria.console.site.sankey import COLOURS, MOST, sankey
from galleria.domain.access import Role

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)
WEEK = "period=custom&from=2026-09-14&to=2026-09-21"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with console(tmp_path_factory.mktemp("routes")) as served:
        served.site.studies.turn(served.site.clock.now())
        yield served


@pytest.fixture
def get(served):
    with served.browser() as browser:

        def get(address, code=200):
            answer = browser.get(address)
            assert answer.status_code == code, answer.text
            return answer

        yield get


def test_routes_before_a_camera_are_drawn_and_in_a_table(get):
    page = get(f"/routes?part=camera:hall&{WEEK}")
    assert "<svg" in page.text
    assert "outside the picture" in told(page)
    assert "Counted:" in told(page)
    assert 'value="camera:hall" selected' in page.text
    assert "/api/v1/routes.csv?begin=2026-09-14&amp;end=2026-09-22&amp;part=camera%3Ahall" in page.text
    assert not re.search(r"style=|onclick=|<style", page.text)


def test_routes_of_the_site_are_called_an_estimate(get):
    seen = told(get(f"/routes?{WEEK}"))
    assert "estimated" in seen
    assert "between cameras nobody is followed" in seen
    assert get("/routes?part=camera:moon", 400)


def test_visits_are_told_where_no_purpose_is_declared(get, served):
    seen = told(get(f"/visitors?{WEEK}"))
    assert "estimated, without faces" in seen
    assert "of 50 comings" in seen
    assert "No purpose is declared" in seen


def test_who_may_not_see_measures_has_neither_page_nor_way_to_it(served):
    with served.browser(Role.TENANT) as browser:
        assert browser.get("/routes").status_code == 403
        assert 'href="/routes"' not in browser.get("/flows").text


def test_what_the_page_says_is_what_the_api_says():
    assert dict(routes_ways.NOTES) == dict(NOTES)


def test_the_picture_holds_as_much_on_both_sides_and_names_every_place():
    steps = [Step("a", "b", 60.0, 0.6, 0, None), Step("a", "c", 40.0, 0.4, 0, None), Step("b", "c", 20.0, 1.0, 0, None)]
    drawn = sankey(steps, ["a", "b", "c"])
    left = [bar for bar in drawn.bars if not bar.right]
    right = [bar for bar in drawn.bars if bar.right]
    assert [bar.name for bar in left] == ["a", "b"]
    assert sum(bar.high for bar in left) == pytest.approx(sum(bar.high for bar in right))
    assert len({bar.colour for bar in drawn.bars}) == 3
    assert all(a.y + a.high < b.y for a, b in pairwise(right))
    many = [replace(steps[0], a=f"p{n}", count=100.0 - n) for n in range(MOST + 5)]
    assert sankey(many, [*(f"p{n}" for n in range(MOST + 5)), "b"]).left_out == 5
    assert sankey([], []) is None
    assert len(set(COLOURS)) == len(COLOURS)


def test_a_place_is_asked_about_and_kept_in_the_address(get):
    text = get(f"/routes?part=camera:hall&through=zone:shelf&{WEEK}").text
    assert 'value="zone:shelf" selected' in text
    seen = told(get(f"/routes?part=camera:hall&through=zone:shelf&{WEEK}"))
    table = seen.partition("As a table")[2].partition("First place")[0]
    assert "shelf" in table
    every = told(get(f"/routes?part=camera:hall&{WEEK}")).partition("As a table")[2].partition("First place")[0]
    assert len(table) < len(every)
    assert get(f"/routes?part=camera:hall&through=zone:gone&{WEEK}")


def test_days_that_nobody_looked_through_yet_are_said(tmp_path):
    said = "The events of 2 days are still to be looked through."
    with console(tmp_path) as served, served.browser() as browser:
        pages = [f"/{name}?{WEEK}" for name in ("routes", "visitors", "heat")]
        assert all(said in told(browser.get(page)) for page in pages)
        served.site.studies.turn(served.site.clock.now())
        assert not any(said in told(browser.get(page)) for page in pages)
