"""Overview, Flows, Live and Health in a real browser: reading, choosing, rising, and nothing that fails."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from numbers_site import console

from galleria.app.access import COOKIE
from galleria.domain.access import Role
from galleria.domain.health import CameraState

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
MONDAY = "period=custom&from=2026-09-21&to=2026-09-21"
PAGES = ["/", f"/flows?{MONDAY}&grain=hour&compare=last-week", "/live", "/health?span=7d"]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with console(tmp_path_factory.mktemp("browser")) as served:
        yield served


@pytest.fixture
def open_page(chromium, served):
    """Open a page as the administrator; whatever the browser complains about fails the test."""
    complaints, contexts = [], []

    def open_page(address, **options):
        context = chromium.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        signed = served.site.signed[Role.ADMINISTRATOR]
        context.add_cookies([{"name": COOKIE, "value": signed.cookie, "url": served.url}])
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(served.url + address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_pages_can_be_used_by_everybody(open_page, address, scheme) -> None:
    if not AXE.exists():
        pytest.skip("NO AXE: run `python tools/build_web.py` to test accessibility")
    page = open_page(address, color_scheme=scheme)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found["violations"]] == []


@pytest.mark.parametrize("address", PAGES)
def test_pages_fit_a_phone(open_page, address) -> None:
    page = open_page(address, viewport={"width": 390, "height": 844}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("address", PAGES)
def test_nothing_jumps_while_a_page_loads(open_page, address) -> None:
    page = open_page(address)
    page.wait_for_load_state("networkidle") if address != "/live" else page.wait_for_timeout(500)
    shift = """() => new Promise(done => {
        let sum = 0;
        new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
            .observe({type: "layout-shift", buffered: true});
        setTimeout(() => done(sum), 300);
    })"""
    assert page.evaluate(shift) < 0.02


def test_a_chart_is_read_by_pointer_and_by_keys(open_page) -> None:
    page = open_page(PAGES[1])
    read = page.locator(".chart-read")
    reader = page.get_by_role("slider", name="Came in")
    box = reader.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 10)  # the third of ten hours
    assert read.text_content() == "12:00–13:00: 30 · last week 20"
    page.mouse.move(box["x"], box["y"] - 300)
    assert read.text_content().strip() == ""
    reader.focus()
    page.keyboard.press("Home")
    assert reader.get_attribute("aria-valuetext").startswith("10:00–11:00")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert reader.get_attribute("aria-valuetext") == "12:00–13:00: 30 · last week 20"
    page.keyboard.press("End")
    assert reader.get_attribute("aria-valuetext").startswith("19:00–20:00")


def test_what_is_chosen_is_shown_and_lies_in_the_address(open_page) -> None:
    page = open_page(PAGES[1])
    page.get_by_label("Against").select_option(label="Nothing")
    page.wait_for_url(re.compile("compare=none"))
    assert page.locator(".total-change").count() == 0
    page.get_by_label("What").select_option(label="Went out")
    page.wait_for_url(re.compile("measure=out"))
    assert page.locator("h2", has_text="Went out").is_visible()
    page.go_back()
    page.wait_for_url(re.compile("measure=in"))
    page.locator("h2", has_text="Came in").wait_for()


def test_several_places_are_chosen_at_once(open_page) -> None:
    page = open_page(PAGES[1])
    page.locator("details.where summary").click()
    page.get_by_role("checkbox", name="Front door").check()
    page.get_by_role("checkbox", name="The shop").uncheck()
    page.get_by_role("checkbox", name="back", exact=True).check()
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("subject=entrance%3Aback"))
    page.locator(".chart").nth(1).wait_for()
    assert page.locator("article h3").all_text_contents() == ["Front door", "back"]
    assert page.locator("details.where summary").text_content().strip() == "2 places"


def test_flows_works_without_script(open_page) -> None:
    page = open_page("/flows", java_script_enabled=False)
    page.get_by_label("Against").select_option(label="Last week")
    page.locator(".ask-go button").click()
    assert "compare=last-week" in page.url
    assert page.locator("table tbody tr").count() == 7


def test_counts_rise_while_one_looks(open_page, served) -> None:
    page = open_page("/live")
    page.locator("#live-state.on").wait_for()
    hall = page.locator('[data-camera="hall"]')
    assert hall.locator('tr[data-wire="door"] [data-way="in"] strong').text_content() == "3"
    told = {
        "type": "live", "time": served.site.clock.now() + 1, "day": "2026-09-21",
        "occupancy": {"value": 7, "error": 2.4, "came": 4, "went": 1},
        "cameras": {
            "hall": {
                "state": "offline", "since": 0, "reason": "no answer", "frame_time": None, "lag": 0, "dropped": 0,
                "zones": {"shelf": 3}, "dots": [[5, 0.2, 0.3], [6, 0.4, 0.3]], "crossings": {"door": [4, 1]},
            }
        },
    }  # fmt: skip
    served.site.news.tell(told)
    page.wait_for_function("document.getElementById('inside-value').textContent === '7'")
    assert hall.locator('tr[data-wire="door"] [data-way="in"] strong').text_content() == "4"
    assert hall.locator(".badge").text_content() == "Offline"
    assert hall.locator(".scene-why").text_content() == "no answer"
    assert hall.locator("circle.track").count() == 2
    assert hall.locator('tr[data-zone="shelf"] strong').text_content() == "3"
    assert (
        "2 of 2 cameras seeing" in page.locator("#live-summary").text_content()
    )  # of the first picture: not every one


def test_a_picture_that_grows_old_is_called_stale(open_page) -> None:
    page = open_page("/live")
    page.locator("#live-state.on").wait_for()
    page.route("**/api/v1/live", lambda route: None)  # nothing comes any more
    page.locator("#live-state.late").wait_for(timeout=15_000)
    assert page.locator("#live-state").text_content().startswith("stale")
    assert page.locator("#scenes.stale").count() == 1


def test_a_new_view_is_accepted_by_a_button(open_page, served, monkeypatch) -> None:
    site = served.site
    now = site.live()
    moved = replace(now.cameras["hall"], state=CameraState.MOVED, reason="by 40 pixels")
    monkeypatch.setattr(site, "live", lambda: replace(now, cameras={**now.cameras, "hall": moved}))
    page = open_page("/health?span=7d")
    assert "by 40 pixels" in page.locator(".remedy").text_content()
    page.get_by_role("button", name="Accept the new view").click()
    page.wait_for_load_state()
    assert site.accepted == ["hall"]
    assert page.url.endswith("/health?span=7d")


def test_the_overview_keeps_itself_fresh(open_page, served) -> None:
    expect = pytest.importorskip("playwright.sync_api").expect
    page = open_page("/")
    before = page.locator("#of-when strong").text_content()
    page.clock.install()
    page.reload()
    site = served.site
    site.clock.advance(60)
    site.desk.keeper.turn(site.clock.now())
    with page.expect_response(served.url + "/"):
        page.clock.run_for(17_000)
    expect(page.locator("#of-when strong")).not_to_have_text(before)
