import re
import shutil
from pathlib import Path

import pytest
from people import PASSWORD
from site_pages import NOT_BUILT, Console, built

from galleria.app.access import COOKIE
from galleria.app.audit import SYSTEM
from galleria.domain.access import Role

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
# The browser says so itself where a picture is missing, or a form is refused; both are meant, and shown on the page.
MEANT = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


class Tab:
    """A page of the browser in which somebody signed in. What it complains about fails the test."""

    def __init__(self, browser, console, role=Role.ADMINISTRATOR, **options):
        self.context = browser.new_context(base_url=console.url, locale="en-GB", **{"viewport": WIDE} | options)
        if role:
            cookie = console.site.signed[role].cookie
            self.context.add_cookies([{"name": COOKIE, "value": cookie, "url": console.url}])
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message):
        if message.type in {"error", "warning"} and not MEANT.match(message.text):
            self.complaints.append(message.text)

    def close(self):
        self.context.close()
        assert self.complaints == []


@pytest.fixture
def console(tmp_path):
    with Console(tmp_path) as console:
        yield console


@pytest.fixture
def tab(chromium, console):
    tab = Tab(chromium, console)
    yield tab
    tab.close()


def at(page, x, y):
    box = page.locator("#canvas").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(page, *ways):
    page.mouse.move(*at(page, *ways[0]))
    page.mouse.down()
    for way in ways[1:]:
        page.mouse.move(*at(page, *way), steps=3)
    page.mouse.up()


def saved(page, console, camera="hall"):
    with page.expect_response(f"**/cameras/{camera}/draw") as answer:
        page.click("[data-do=save]")
    assert answer.value.ok
    site, _ = console.site.setup.read()
    return next(each for each in site.cameras if each.id == camera)


def ends(line):
    return [pytest.approx((round(p.x, 2), round(p.y, 2)), abs=0.011) for p in (line.segment.a, line.segment.b)]


class TestTheEditor:
    @pytest.fixture
    def page(self, tab):
        page = tab.page
        page.goto("/cameras/hall/draw")
        page.wait_for_selector("#canvas .line")
        return page

    def test_a_line_is_drawn_by_mouse_named_and_saved(self, page, console):
        page.click("[data-tool=line]")
        drag(page, (0.2, 0.3), (0.5, 0.32), (0.7, 0.35))
        page.wait_for_selector("#shapes .item.selected .counted strong")
        assert "2 in" in page.inner_text("#shapes .item.selected")
        page.fill("#shapes .item.selected input", "Side door")
        camera = saved(page, console)
        assert [line.id for line in camera.tripwires] == ["door", "side-door"]
        assert ends(camera.tripwires[1]) == [(0.2, 0.3), (0.7, 0.35)]
        assert camera.tripwires[1].entrance == "side-door"
        page.wait_for_function("document.querySelector('#said').innerText.includes('Saved.')")

    def test_a_point_is_dragged_and_the_drag_undone_as_one(self, page, console):
        page.mouse.click(*at(page, 0.3, 0.5))
        drag(page, (0.1, 0.5), (0.2, 0.6), (0.15, 0.7))
        page.click("[data-do=undo]")
        assert page.is_disabled("[data-do=undo]")
        page.click("[data-do=redo]")
        assert ends(saved(page, console).tripwires[0]) == [(0.15, 0.7), (0.9, 0.5)]

    def test_by_keyboard_alone(self, page, console):
        page.focus("[data-tool=line]")
        page.keyboard.press("Enter")
        label = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert label == "Line, start: 30 %, 60 %"
        for key in ("Shift+ArrowRight", "ArrowUp", "Tab", "Shift+ArrowDown"):
            page.keyboard.press(key)
        assert "moved to 70 %" in page.inner_text("#said")
        page.keyboard.press("Control+s")
        page.wait_for_selector("#said.good")
        page.focus("#canvas .selected .body")
        page.keyboard.press("Delete")
        page.keyboard.press("Control+z")
        assert len(saved(page, console).tripwires) == 2

    def test_turning_round_changes_the_way_in(self, page, console):
        before = console.site.site.cameras[0].tripwires[0].segment.towards
        page.click("#shapes [id^=flip]")
        after = saved(page, console).tripwires[0].segment.towards
        assert {before, after} == {"down", "up"}

    def test_a_zone_and_a_mask_are_drawn_corner_by_corner(self, page, console):
        for tool, corners in {
            "zone": ((0.2, 0.1), (0.4, 0.1), (0.4, 0.3)),
            "mask": ((0.8, 0.1), (0.9, 0.1), (0.9, 0.3)),
        }.items():
            page.keyboard.press(tool[0])
            for corner in corners:
                page.mouse.click(*at(page, *corner))
            page.mouse.click(*at(page, *corners[0]))
        camera = saved(page, console)
        assert [zone.id for zone in camera.zones] == ["shelf", "zone"]
        assert len(camera.masks) == 1

    def test_what_is_wrong_stands_at_its_shape(self, page):
        page.keyboard.press("z")
        for corner in ((0.1, 0.1), (0.3, 0.3), (0.3, 0.1), (0.1, 0.3)):
            page.mouse.click(*at(page, *corner))
        page.focus("#canvas .body >> nth=0")
        page.keyboard.press("Enter")
        page.click("[data-do=save]")
        page.wait_for_selector("#shapes .selected .fault")
        assert "meets the side" in page.inner_text("#shapes .selected .fault")
        assert page.locator("#canvas .faulty").count() == 1

    def test_somebody_else_was_faster(self, page, console):
        console.site.setup.name(SYSTEM, "Another")
        page.click("#shapes [id^=flip]")
        page.click("[data-do=save]")
        page.wait_for_selector("#said a")
        assert "Somebody else".lower() in page.inner_text("#said").lower()

    def test_by_finger_on_a_phone(self, chromium, console):
        tab = Tab(chromium, console, viewport=PHONE, has_touch=True)
        tab.page.goto("/cameras/hall/draw")
        tab.page.wait_for_selector("#canvas .line")
        tab.page.tap("[data-tool=line]")
        for corner in ((0.2, 0.2), (0.8, 0.3)):
            tab.page.touchscreen.tap(*at(tab.page, *corner))
        tab.page.wait_for_selector("#canvas .line >> nth=1")
        assert ends(saved(tab.page, console).tripwires[1]) == [(0.2, 0.2), (0.8, 0.3)]
        tab.close()


@pytest.mark.skipif(not AXE.exists(), reason="NO AXE: run `npm ci` in web/ to test for accessibility")
def test_a_page_shows_how_a_labelled_clip_is_scored_until_it_is_done(chromium, console):
    folder = console.site.scoring.folder_of("hall")
    folder.mkdir(parents=True)
    for name in ("screen.mp4", "screen.truth.json"):
        shutil.copy(Path(__file__).parents[2] / "footage" / "nextday" / name, folder)
    tab = Tab(chromium, console, bypass_csp=True, viewport=PHONE)
    tab.page.goto("/cameras/hall")
    tab.page.click("text=Score screen.mp4")
    for state in ("#labelled progress", "#labelled:not([hx-trigger]) table"):
        tab.page.wait_for_selector(state, timeout=120_000)
        tab.page.evaluate(AXE.read_text())
        assert tab.page.evaluate("axe.run().then(r => r.violations.map(v => v.id))") == []
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.page.text_content("#scored[role=status]") == "Counting has ended."
    assert tab.page.locator("#scored").count() == 1
    tab.close()


PAGES = ("/cameras", "/cameras/add", "/cameras/find", "/cameras/hall", "/cameras/hall/draw", "/cameras/hall/remove",
         "/settings/site", "/settings/keeping", "/settings/integrations", "/settings/users", "/settings/tokens",
         "/settings/audit", "/account", "/first", "/first/camera", "/first/count/hall", "/nowhere/at/all")  # fmt: skip


@pytest.mark.skipif(not AXE.exists(), reason="NO AXE: run `npm ci` in web/ to test for accessibility")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_pages(chromium, console, scheme):
    tab = Tab(chromium, console, color_scheme=scheme, bypass_csp=True, viewport=WIDE if scheme == "light" else PHONE)
    signed_out = Tab(chromium, console, role=None, color_scheme=scheme, bypass_csp=True)
    axe = AXE.read_text()
    for each, places in ((tab, PAGES), (signed_out, ("/sign-in",))):
        for place in places:
            each.page.goto(place)
            each.page.evaluate(axe)
            found = each.page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
            assert found == [], place
            assert each.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} is too wide"
    tab.close()
    signed_out.close()


def test_without_script_people_sign_in_and_change_things(chromium, console):
    tab = Tab(chromium, console, role=None, java_script_enabled=False)
    page = tab.page
    page.goto("/cameras")
    page.fill("#name", "operator")
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/cameras")
    page.goto("/settings/site")
    page.fill("#name", "No script")
    page.click("button.primary")
    page.wait_for_url("**saved=true")
    assert console.site.site.name == "No script"
    tab.close()


def test_light_and_dark_are_switched_without_a_new_page(tab, console):
    page = tab.page
    page.goto("/account")
    page.click("details.account summary")
    page.click(".theme button[value=dark]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 21, 26)"
    page.goto("/cameras")
    assert page.get_attribute("html", "data-theme") == "dark"
