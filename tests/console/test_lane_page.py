"""The lane of a camera on the drawing page: saved, refused, and the warning where people signed."""

import json

import pytest
from site_pages import NOT_BUILT, Console, built, told
from test_purposes_page import run
from test_site_browser import Tab, at, saved

from galleria.domain.access import Role
from galleria.domain.purpose import Purpose

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)
MASK = {"key": 90, "points": [[0, 0], [0.2, 0], [0, 0.2]]}
LANE = [[0.2, 0.1], [0.8, 0.1], [0.8, 0.9], [0.2, 0.9]]
WARNING = "Saving this lane stops face purposes at this camera until two people sign again. Signed: Different visitors."


@pytest.fixture
def console(tmp_path):
    with Console(tmp_path) as console:
        yield console


def lane_of(console, camera="hall"):
    lane = console.site.setup.read()[0].camera(camera).lane
    return lane and [list(corner) for corner in lane.corners]


def corners(*pairs):
    return [pytest.approx(pair, abs=0.011) for pair in pairs]


class TestSending:
    def drawing(self, client):
        text = client.get("/cameras/hall/draw").text
        return json.loads(text.split('id="drawing">')[1].split("</script>")[0])

    def send(self, console, client, drawing, **more):
        sent = {k: drawing[k] for k in ("revision", "lines", "zones", "masks", "lane") if k in drawing}
        return console.post(
            client, "/cameras/hall/draw", page="/cameras/hall/draw", drawing=json.dumps(sent), **more
        )  # fmt: skip

    def test_saved_changed_and_removed(self, console):
        client = console.someone(Role.OPERATOR)
        for lane in (LANE, LANE[:3], None):
            drawing = self.drawing(client)
            drawing["lane"] = lane and {"key": 80, "points": lane}
            answer = self.send(console, client, drawing)
            assert answer.status_code == 200
            assert lane_of(console) == lane
            assert self.drawing(client) == answer.json()

    def test_a_page_from_before_leaves_it_as_it_is(self, console):
        client = console.someone()
        self.send(console, client, {**self.drawing(client), "lane": {"key": 80, "points": LANE}})
        drawing = self.drawing(client)
        del drawing["lane"]
        assert self.send(console, client, {**drawing, "masks": [MASK]}).status_code == 200
        assert lane_of(console) == LANE

    def test_a_fault_stands_at_the_lane(self, console):
        client = console.someone()
        crossed = {"key": 77, "points": [[0, 0], [1, 1], [1, 0], [0, 1]]}
        answer = self.send(console, client, {**self.drawing(client), "lane": crossed})
        assert answer.status_code == 422
        (fault,) = answer.json()["faults"]
        assert (fault["key"], "meets the side" in fault["text"]) == (77, True)

    @pytest.mark.parametrize("lane", [[LANE, LANE], {"key": 1, "points": [[0, 0], [1.1, 0], [1, 1]]}])
    def test_a_second_lane_and_one_outside_the_picture_are_no_drawing(self, console, lane):
        client = console.someone()
        assert self.send(console, client, {**self.drawing(client), "lane": lane}).status_code == 400
        assert lane_of(console) is None

    def test_what_is_signed_is_ended_only_by_who_was_warned(self, console):
        run(console, Purpose.UNIQUE)
        client, before = console.someone(), console.site.path.read_bytes()
        assert "The lane of this camera is signed. Another one stops face purposes here" in told(
            client.get("/cameras/hall/draw")
        )
        drawing = {**self.drawing(client), "lane": {"key": 80, "points": LANE}}
        asked = self.send(console, client, drawing)
        assert (asked.status_code, asked.json()) == (428, {"warning": WARNING})
        assert console.site.path.read_bytes() == before
        answer = self.send(console, client, drawing, agreed="yes")
        assert answer.json()["said"] == "Saved. Face purposes stop at this camera until two people sign again."
        assert (lane_of(console), console.site.purposes.granted("hall")) == (LANE, {})
        assert "is signed" not in told(client.get("/cameras/hall/draw"))
        # Nothing is signed now that it could end; taking it away again brings back what was signed.
        assert self.send(console, client, {**self.drawing(client), "lane": None}).status_code == 200
        assert set(console.site.purposes.granted("hall")) == {Purpose.UNIQUE}

    def test_what_else_is_drawn_ends_nothing_that_is_signed(self, console):
        text = console.site.path.read_text()
        lane = "lane: {corners: [[0.123456789, 0.1], [0.9, 0.1], [0.9, 0.9]]}"
        console.site.path.write_text(text.replace("    name: Hall\n", f"    name: Hall\n    {lane}\n"))
        run(console, Purpose.UNIQUE)
        client = console.someone()
        answer = self.send(console, client, {**self.drawing(client), "masks": [MASK]})
        assert (answer.status_code, "said" in answer.json()) == (200, False)
        assert lane in console.site.path.read_text()
        assert set(console.site.purposes.granted("hall")) == {Purpose.UNIQUE}
        removed = self.send(console, client, {**self.drawing(client), "lane": None})
        assert removed.json()["warning"].startswith("Removing the lane stops face purposes at this camera")


def test_the_page_of_purposes_leads_to_cameras_without_a_lane(console):
    run(console, Purpose.UNIQUE, Purpose.STAFF)
    client, link = console.someone(), '<a href="/cameras/hall/draw">draw one: Hall</a>'
    assert client.get("/purposes").text.count(link) == 1  # staff are known by their clothes
    assert "the whole picture: Hall" in told(console.someone(Role.ANALYST).get("/purposes"))
    hall = console.site.setup.read()[0].camera("hall")
    someone = console.site.signed[Role.OPERATOR].actor
    console.site.setup.draw(someone, "hall", hall.tripwires, hall.zones, hall.masks, hall.zones[0].polygon)
    assert link not in client.get("/purposes").text


class TestTheEditor:
    @pytest.fixture
    def tab(self, chromium, console):
        tab = Tab(chromium, console)
        yield tab
        tab.close()

    @pytest.fixture
    def page(self, tab):
        tab.page.goto("/cameras/hall/draw")
        tab.page.wait_for_selector("#canvas .line")
        return tab.page

    def draw(self, page):
        page.click("[data-tool=lane]")
        for corner in ((0.2, 0.15), (0.6, 0.15), (0.6, 0.35), (0.2, 0.15)):
            page.mouse.click(*at(page, *corner))
        page.wait_for_selector("#canvas .lane.selected")

    def test_drawn_by_mouse_dragged_undone_and_deleted(self, page, console):
        page.click("[data-tool=lane]")
        assert "Faces may be looked at only in here (and only where" in page.inner_text("#shapes")
        self.draw(page)
        assert saved(page, console).lane.corners == tuple(corners((0.2, 0.15), (0.6, 0.15), (0.6, 0.35)))
        page.wait_for_selector("#said.good")
        page.mouse.move(*at(page, 0.6, 0.35))
        page.mouse.down()
        page.mouse.move(*at(page, 0.7, 0.4), steps=3)
        page.mouse.up()
        page.click("[data-do=undo]")
        page.click("[data-do=redo]")
        assert saved(page, console).lane.corners[2] == corners((0.7, 0.4))[0]
        page.wait_for_selector("#said.good")
        page.click("#shapes .item.lane [id^=delete]")
        assert saved(page, console).lane is None
        assert "lane" not in console.site.path.read_text()

    def test_there_is_one_at_most(self, page):
        self.draw(page)
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        assert page.locator("#canvas .lane.selected").count() == 1
        assert "A camera has one lane: it is selected." in page.inner_text("#said")
        page.focus("[data-tool=lane]")
        page.keyboard.press("Enter")
        assert page.locator("#canvas .lane .body").count() == 1

    def test_by_keyboard_and_for_screen_readers(self, page, console):
        page.focus("[data-tool=lane]")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Lane, corner 1: 35 %, 40 %"
        assert page.inner_text("#said") == "Lane added"
        page.keyboard.press("Shift+ArrowLeft")
        label = page.get_attribute("#canvas .lane .body", "aria-label")
        assert label.startswith("Lane. Faces may be looked at only in here")
        assert len(saved(page, console).lane.corners) == 4
        page.wait_for_selector("#said.good")
        page.focus("#canvas .lane .body")
        page.keyboard.press("Delete")
        assert page.inner_text("#said") == "Lane deleted"
        page.keyboard.press("Control+z")
        assert page.locator("#canvas .lane .body").count() == 1

    def test_who_ends_what_is_signed_is_asked_before(self, console, page):
        run(console, Purpose.UNIQUE)
        page.reload()
        self.draw(page)
        page.click("[data-do=save]")
        page.wait_for_selector("#warning:visible")
        assert page.inner_text("#warning p") == WARNING
        page.click("[data-do=keep]")
        assert page.is_hidden("#warning")
        assert lane_of(console) is None
        page.click("[data-do=save]")
        page.wait_for_selector("#warning:visible")
        page.click("[data-do=undo]")  # another drawing: the question was about the one before
        assert page.is_hidden("#warning")
        page.click("[data-do=redo]")
        page.click("[data-do=save]")
        page.click("[data-do=agree]")
        page.wait_for_selector("#said.good")
        assert page.inner_text("#said") == "Saved. Face purposes stop at this camera until two people sign again."
        assert len(lane_of(console)) == 3

    def test_without_script_the_page_says_what_another_lane_ends(self, chromium, console):
        run(console, Purpose.UNIQUE)
        tab = Tab(chromium, console, java_script_enabled=False)
        tab.page.goto("/cameras/hall/draw")
        assert "Another one stops face purposes here until two people sign again." in tab.page.inner_text("main")
        tab.close()
