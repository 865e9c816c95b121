"""Every page of the console with a real `galleria serve` and a real browser: a made-up centre, a mall without history.

At three widths, light and dark: nothing is wider than the window, the browser complains of nothing, everybody can use
it, and every page is reached by keys alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from serving import PASSWORD, Running, serving, until

from galleria.app.simulate.ground import ground_of
from galleria.app.simulate.history import DATA, SALES, SITE, simulate
from galleria.app.simulate.scales import Plan
from galleria.app.simulate.site_text import site_text

WEB = Path(__file__).parents[2] / "web"
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.skipif(
    not (WEB.parent / "src/galleria/console/site/static/manifest.json").exists(),
    reason="NOT BUILT: run `python tools/build_web.py` to test the console's pages",
)

YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011  # of a site without a zone yet
DAYS = 2
PERIOD = f"period=custom&from={YESTERDAY - timedelta(days=DAYS - 1)}&to={YESTERDAY}"
PHONE, TABLET, DESK = {"width": 390, "height": 844}, {"width": 820, "height": 1180}, {"width": 1440, "height": 900}
# The pictures of cameras that do not exist are missing, and the page says so.
MEANT = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
SCALES = ("centre", "mall")
MATRIX = "Cross-shopping, as a table"  # every shop beside every other: it scrolls
# Tables that go on beyond the frame they scroll in, those behind a press included.
WIDER = """() => {
  for (const folded of document.querySelectorAll("details.as-table")) folded.open = true;
  return [...document.querySelectorAll(".table")].filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => one.getAttribute("aria-label"));
}"""


@dataclass
class Walked:
    """A site that runs, and who signed in to it."""

    running: Running
    chromium: Any
    state: Any
    camera: str
    scale: str

    def pages(self) -> list[str]:
        told = [f"/{name}?{PERIOD}" for name in ("flows", "visitors", "routes", "queues", "heat", "sales", "compare")]
        more = ["live", "cameras", "health", "health?span=7d", "purposes", "purposes/record", "members", "account"]
        settings = ["settings/site", "settings/integrations", "settings/users", "settings/audit"]
        own = [f"cameras/{self.camera}", f"cameras/{self.camera}/floor", f"cameras/{self.camera}/draw"]
        return ["/", *told, f"/flows?{PERIOD}&grain=hour", *(f"/{one}" for one in (*more, *settings, *own))]

    def tab(self, size: dict[str, int], **options: Any) -> Any:
        context = self.chromium.new_context(
            base_url=self.running.base, locale="en-GB", viewport=size, storage_state=self.state, **options
        )
        return context.new_page()


@pytest.fixture(scope="module", params=SCALES)
def walked(request: pytest.FixtureRequest, chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    folder = tmp_path_factory.mktemp(request.param) / "site"
    plan = Plan(request.param, DAYS, YESTERDAY, seed=3)
    site = ground_of(plan).site
    if request.param == "mall":  # a mall is large enough without its history
        (folder / DATA).mkdir(parents=True)
        (folder / SITE).write_text(site_text(site, "A mall of nobody."))
    else:
        simulate(plan, folder)
    with serving(folder / SITE, folder / DATA) as running:
        context = chromium.new_context(base_url=running.base)
        page = context.new_page()
        page.goto(running.link())
        for field, value in (("name", "admin"), ("password", PASSWORD), ("again", PASSWORD)):
            page.fill(f"#{field}", value)
        page.click("button.primary")
        page.wait_for_url("**/first*")
        if request.param == "centre":
            page.goto(f"/sales?{PERIOD}")
            page.set_input_files("input[type=file]", min((folder / SALES).iterdir()))
            page.get_by_role("button", name="Take it").click()
            page.wait_for_load_state()
            until(lambda: studied(page), "the studies of two days")
        yield Walked(running, chromium, context.storage_state(), site.cameras[0].id, request.param)


def studied(page: Any) -> bool:
    page.goto(f"/routes?{PERIOD}")
    return bool(page.locator(".notice", has_text="still to be looked through").count() == 0)


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "dark"), (TABLET, "light"), (DESK, "light")], ids=["phone", "tablet", "desk"]
)
def test_every_page_fits_and_complains_of_nothing(walked: Walked, size: dict[str, int], scheme: str) -> None:
    page = walked.tab(size, color_scheme=scheme)
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    wrong = []
    for address in walked.pages():
        answer = page.goto(address)
        fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        named = page.locator("h1").inner_text()
        wrong += [(address, text) for text in complaints if not MEANT.search(text)]
        complaints.clear()
        if answer.status != 200 or not fits or not named:
            wrong.append((address, f"status {answer.status}, fits: {fits}, called {named!r}"))
    assert wrong == []
    page.context.close()


def test_on_a_phone_no_table_is_wider_than_its_frame(walked: Walked) -> None:
    page = walked.tab(PHONE)
    wider = []
    for address in walked.pages():
        page.goto(address)
        wider += [(address, name) for name in page.evaluate(WIDER) if name != MATRIX]
    assert wider == []
    page.context.close()


@pytest.mark.skipif(not AXE.exists(), reason="NO AXE: run `python tools/build_web.py` to test accessibility")
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def test_everybody_can_use_every_page(walked: Walked, size: dict[str, int], scheme: str) -> None:
    page = walked.tab(size, color_scheme=scheme, bypass_csp=True)
    axe, wrong = AXE.read_text(), []
    for address in walked.pages():
        page.goto(address)
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html.slice(0, 120)]))")
        wrong += [(address, *one) for one in found]
    assert wrong == []
    page.context.close()


def ways(page: Any, most: int) -> list[str]:
    """The addresses of the rail's links that Tab comes to, from the page's top."""
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found.append(
            page.evaluate("document.activeElement.closest('.rail nav') && document.activeElement.getAttribute('href')")
        )
    return [address for address in found if address]


class TestByKeys:
    def test_every_page_is_reached(self, walked: Walked) -> None:
        page = walked.tab(DESK)
        page.goto("/account")
        shown = page.locator(".rail nav a:visible").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert len(shown) > 12
        assert ways(page, len(shown) + 3) == shown
        page.context.close()

    def test_a_phone_has_five_places_and_the_others_behind_more(self, walked: Walked) -> None:
        page = walked.tab(PHONE)
        page.goto("/")
        assert page.locator(".rail nav > ul > li:visible").count() == 5
        assert page.locator(".afar a:visible").count() == 0
        near = ways(page, 5)
        more = page.get_by_text("More", exact=True)
        page.locator(".afar summary").focus()
        page.keyboard.press("Enter")
        far = page.locator(".afar a:visible").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        every = page.locator(".rail nav > ul > li > a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert sorted([*near, *far]) == sorted(every)
        page.keyboard.press("Escape")
        assert page.locator(".afar a:visible").count() == 0
        assert page.evaluate("document.activeElement.matches('.afar summary')")
        more.click()
        page.locator(".afar a", has_text="Routes").click()
        page.wait_for_url("**/routes")
        assert page.locator(".afar summary.here").count() == 1
        page.context.close()

    def test_nothing_lies_over_the_notice_that_a_site_is_simulated(self, walked: Walked) -> None:
        page = walked.tab(PHONE)
        page.goto("/")
        corner = page.locator(".simulated").bounding_box()
        account = page.locator(".account summary").bounding_box()
        assert account["y"] > corner["y"] + corner["height"]
        page.context.close()


class TestLongLists:
    """A mall has 200 cameras and hundreds of places."""

    @pytest.fixture(autouse=True)
    def _mall(self, walked: Walked) -> None:
        if walked.scale != "mall":
            pytest.skip("of the mall alone")

    def test_a_camera_is_found_by_name_and_the_search_lies_in_the_address(self, walked: Walked) -> None:
        page = walked.tab(DESK)
        for address, entries in (
            ("/cameras", ".camera"),
            ("/live", ".scene-card"),
            ("/health", ".steady li[data-name]"),
        ):
            page.goto(address)
            assert page.locator(f"{entries}:visible").count() > 100
            page.get_by_label("Find a camera").first.fill("shop 12")
            names = page.locator(f"{entries}:visible").all_inner_texts()
            assert names
            assert all("shop 12" in name for name in names)
            assert "find=shop+12" in page.url
            page.reload()
            assert page.locator(f"{entries}:visible").count() == len(names)
        page.context.close()

    def test_a_place_is_found_and_chosen(self, walked: Walked) -> None:
        page = walked.tab(DESK)
        page.goto(f"/flows?{PERIOD}")
        page.locator("details.where summary").click()
        page.get_by_label("Find a place").fill("door 12")
        page.keyboard.press("Enter")  # chooses nothing, sends nothing
        left = page.locator("label.check:visible").all_inner_texts()
        assert "Door 12" in left
        assert all("door" in name.lower() and "12" in name for name in left)
        assert "Entrances" in page.locator(".where-kind:visible").all_inner_texts()
        assert "Zones" not in page.locator(".where-kind:visible").all_inner_texts()
        assert "subject=" not in page.url
        page.get_by_role("checkbox", name="Door 12", exact=True).check()
        page.keyboard.press("Escape")
        page.wait_for_url(re.compile("subject=entrance"))
        page.context.close()

    def test_cameras_are_chosen_from_groups(self, walked: Walked) -> None:
        page = walked.tab(DESK)
        page.goto(f"/heat?{PERIOD}")
        groups = page.locator("#ask-camera optgroup").evaluate_all("all => all.map(one => one.label)")
        assert groups[0] == "Entrances"
        assert len(groups) > 40
        page.context.close()

    def test_what_many_cameras_have_in_common_is_told_once(self, walked: Walked) -> None:
        page = walked.tab(DESK)
        page.goto("/health")
        assert page.locator(".health-card").count() == 1
        assert page.locator(".health-card h2").inner_text() == "200 cameras"
        page.goto("/queues")
        assert page.locator(".figures .figure").count() <= 8
        page.context.close()
