"""Overview, Flows, Live and Health as a real server answers them, from a real journal."""

import csv
import html
import io
import re
from dataclasses import replace

import pytest
from numbers_site import console

from galleria.app.flow_query import CameraToday
from galleria.console.site.routes_overview import worst_first
from galleria.domain.access import RIGHTS, Actor, Right, Role
from galleria.domain.health import CameraState

PAGES = {"/": Right.SEE_MEASURES, "/flows": Right.SEE_UNIT, "/live": Right.SEE_LIVE, "/health": Right.SEE_HEALTH}
MONDAY = "period=custom&from=2026-09-21&to=2026-09-21"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with console(tmp_path_factory.mktemp("numbers")) as served:
        yield served


@pytest.fixture(scope="module")
def browser(served):
    with served.browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def get(browser):
    """The text of a page, tags and all."""

    def get(address, status=200, **headers):
        answer = browser.get(address, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.text

    return get


def words(text):
    """What a reader sees."""
    text = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    return html.unescape(re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", text)))


def rows(text):
    return [words(row).split() for row in re.findall(r"<tr>.*?</tr>", text, re.DOTALL)]


@pytest.mark.parametrize("address", [*PAGES, "/health?span=7d", f"/flows?{MONDAY}&compare=last-week"])
def test_pages_have_nothing_that_the_policy_forbids(get, address) -> None:
    text = get(address)
    assert " style=" not in text
    assert "<style" not in text
    assert not re.search(r"\son\w+=", text)
    scripts = re.findall(r"<script[^>]*>", text)
    assert all('src="/static/' in script or 'type="application/json"' in script for script in scripts)


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_for_those_who_have_the_right(served, address) -> None:
    for role in Role:
        with served.browser(role) as browser:
            expected = 200 if Actor("", "", RIGHTS[role]).may(PAGES[address]) else 403
            assert browser.get(address).status_code == expected, role
    with served.nobody() as nobody:
        assert nobody.get(address).headers["location"].startswith("/sign-in")


def test_overview_sets_today_against_the_usual_day(get) -> None:
    seen = words(get("/"))
    assert "Footfall 30" in seen
    assert "usually 20 by now" in seen
    assert "+50%" in seen
    assert "Mon 21 Sep 2026, up to" in seen
    assert "open 10:00 to 20:00" in seen
    assert "Inside now 2 ± 2" in seen


def test_overview_shows_entrances_with_bars_to_one_scale(get) -> None:
    doors = re.search(r'<table class="doors">.*?</table>', get("/"), re.DOTALL)[0]
    front, back = rows(doors)[1:]
    assert front[:3] == ["Front", "door", "30"]
    assert back[0] == "back"
    assert back[-3] == "0"
    assert re.findall(r'width="([\d.]+)%"/>', doors) == ["100.000"]


def test_overview_says_why_a_camera_is_missing_from_the_count(get) -> None:
    strip = words(re.search(r'<div class="strip".*?</div>', get("/"), re.DOTALL)[0])
    assert "Hall" in strip
    assert "yard" in strip


def test_overview_lists_cameras_that_do_not_see_first() -> None:
    def camera(name, state, share):
        return CameraToday(name, name, state, None, "", share)

    gone, dim = camera("gone", CameraState.OFFLINE, 0.99), camera("dim", CameraState.DARK, 0.2)
    some, whole = camera("some", CameraState.SEEING, 0.1), camera("whole", CameraState.SEEING, 1.0)
    assert worst_first([whole, gone, some, dim]) == [dim, gone, some, whole]


def test_flows_draws_what_the_table_says(get) -> None:
    text = get(f"/flows?{MONDAY}&grain=hour")
    table = re.search(r"<tbody>(.*?)</tbody>", text, re.DOTALL)[1]
    counted = {row[0]: row[1] for row in rows(table)}
    assert counted["12:00–13:00"] == "30"
    bars = re.findall(r'<rect class="bar \S+" x="([\d.]+)%" y="([\d.]+)%" width="[\d.]+%" height="([\d.]+)%"', text)
    assert len(bars) == sum(int(value) > 0 for value in counted.values() if value.isdigit()) == 1
    (left, top, height) = map(float, bars[0])
    assert top + height == pytest.approx(100, abs=0.01)
    assert height == pytest.approx(100)  # 30 of an axis to 30
    assert 20 < left < 30  # the third of ten hours


def test_flows_compares_like_with_like(get) -> None:
    seen = words(get(f"/flows?{MONDAY}&grain=day&compare=last-week"))
    assert re.search(r"\+50.0% like for like: 30 against 20 last week", seen)


def test_a_day_that_nobody_saw_is_a_gap_and_not_a_zero(get) -> None:
    text = get("/flows?period=custom&from=2026-09-17&to=2026-09-18&grain=day")
    assert "Nothing was seen in this period." in text
    table = re.search(r"<tbody>(.*?)</tbody>", text, re.DOTALL)[1]
    assert [row[3:5] for row in rows(table)] == [["not", "seen"]] * 2
    assert 'class="bar whole"' not in text.split('class="key"')[0]


def test_several_places_stand_beside_each_other_on_one_axis(get) -> None:
    text = get(f"/flows?{MONDAY}&grain=hour&subject=entrance:front&subject=entrance:back")
    assert text.count('<div class="chart small"') == 2
    axes = re.findall(r'<svg class="chart-values".*?</svg>', text, re.DOTALL)
    assert words(axes[0]) == words(axes[1])


def test_numbers_are_written_as_the_reader_writes_them(get) -> None:
    german = words(get(f"/flows?{MONDAY}&grain=day&compare=last-week", **{"Accept-Language": "de-DE,de;q=0.9"}))
    assert "+50,0\u202f%" in german
    american = words(get(f"/flows?{MONDAY}&grain=hour", **{"Accept-Language": "en-US"}))
    assert "12:00\u00a0pm–1:00\u00a0pm" in american


def test_an_export_has_the_numbers_of_the_page(get, browser) -> None:
    text = get(f"/flows?{MONDAY}&grain=hour")
    (address,) = re.findall(r'href="(/api/v1/measures\.csv[^"]*)"', text)
    answer = browser.get(html.unescape(address))
    assert answer.status_code == 200
    values = [row["value"] for row in csv.DictReader(io.StringIO(answer.text))]
    assert sum(float(value) for value in values if value) == 30
    assert len(values) == 24  # the page leaves closed hours out, the file does not
    assert "Closed hours in which nobody came are left out." in text


def test_who_may_not_export_is_not_offered_it(served) -> None:
    with served.browser(Role.DPO) as browser:
        assert "/api/v1/measures" not in browser.get("/flows").text


@pytest.mark.parametrize(
    "query",
    ["subject=entrance:gone", "measure=age", "period=soon", "from=x", "grain=1", "from=2026-09-02&to=2026-09-01"],
)
def test_an_address_that_means_nothing_says_so(get, query) -> None:
    assert 'role="alert"' in get(f"/flows?{query}", 400)


def test_a_choice_lies_in_the_address(get) -> None:
    text = get(f"/flows?measure=dwell_median&subject=zone:shelf&{MONDAY}&grain=15min&compare=last-year")
    chosen = re.findall(r'<option value="([^"]+)" selected', text)
    assert chosen == ["dwell_median", "custom", "15min", "last-year"]
    assert re.findall(r'value="([^"]+)" checked', text) == ["zone:shelf"]
    assert 'value="2026-09-21"' in text


def test_live_draws_lines_zones_and_tracks_and_no_pixels(get) -> None:
    text = get("/live")
    assert "<img" not in text.split("<main")[1]
    assert len(re.findall(r'<g class="wire"', text)) == 2
    assert len(re.findall(r'<polygon class="zone"', text)) == 1
    assert '<circle class="track" cx="50.000%" cy="25.000%"' in text
    assert "in 3 out 1" in words(text)


def test_health_tells_what_happened_and_how_much_was_seen(get) -> None:
    text = get("/health")
    happened = words(re.search(r'<table class="happened">.*?</table>', text, re.DOTALL)[0])
    assert "yard Offline Mon 21 Sep, 11:00 Mon 21 Sep, 11:10 10\u00a0min no answer" in happened
    assert "2 of 2 cameras are seeing" in words(text)


def test_a_new_view_is_accepted_by_those_who_may_change_the_site(served) -> None:
    site = served.site
    with served.browser(Role.OPERATOR) as operator:
        refused = operator.post("/health/hall/accept", data={"csrf": "guessed"}, headers={"X-CSRF-Token": "guessed"})
        assert (refused.status_code, site.accepted) == (403, [])
        answer = operator.post("/health/hall/accept", data={"span": "7d"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/health?span=7d")
        assert site.accepted == ["hall"]
        assert operator.post("/health/nowhere/accept", data={"span": ""}).status_code == 404
    newest = site.access.audit.list(site.signed[Role.ADMINISTRATOR].actor)[0]
    assert (newest.action, newest.subject) == ("camera.view-accepted", "camera:hall")
    with served.browser(Role.ANALYST) as analyst:
        assert analyst.post("/health/hall/accept", data={"span": ""}).status_code == 403
    assert site.accepted == ["hall"]


def test_a_site_without_cameras_says_how_to_begin(served, get) -> None:
    site = served.site
    whole = site.site
    try:
        site.changed(replace(whole, cameras=()))
        for address in ("/", "/live", "/health"):
            assert "No camera yet" in get(address)
        assert "/cameras/add" in get("/")
    finally:
        site.changed(whole)
