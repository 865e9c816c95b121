"""The pages Queues, Heat and Floor as a real server answers them: figures, gaps, empty states, and no pixel."""

import re
from dataclasses import replace

import pytest
from flowing import at
from shop import DAY
from site_pages import NOT_BUILT, Console, built, told

from galleria.app.access import COOKIE
from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.catalogue import CATALOGUE
from galleria.domain.events import Path, Stay
from galleria.domain.geometry import Point
from galleria.domain.live import SiteLive
from galleria.domain.site import Calibration, Queue

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)
FLOOR = Calibration(
    (Point(0.0, 0.0), Point(1.0, 0.0), Point(1.0, 1.0), Point(0.0, 1.0)), ((0, 0), (10, 0), (10, 5), (0, 5))
)
QUEUES, HEAT = f"/queues?period=custom&from={DAY}&to={DAY}", f"/heat?period=custom&from={DAY}&to={DAY}"
BEFORE = "period=custom&from=2025-05-05&to=2025-05-05"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with Console(tmp_path_factory.mktemp("studied")) as served:
        site = served.site
        hall = replace(site.site.cameras[0], calibration=FLOOR)
        queues = (Queue("tills", "shelf", name="Tills", target=20.0), Queue("bar", "shelf", name="Bar", target=600.0))
        site.site = site.studies.site = replace(site.site, cameras=(hall, *site.site.cameras[1:]), queues=queues)
        site.alarms.reload(site.site)
        for n in range(3):
            t = at(DAY, "11:00") + 300 * n
            points = tuple((t + k / 2, 0.1 + k / 50, 0.5) for k in range(40))
            site.desk.write("hall", lambda i, o, k, p=points: Path(i, o, k, p[0][0], p[-1][0], p, passed_by=False))
            site.desk.write("hall", lambda i, o, k, t=t: Stay(i, o, k, t, t + 40, "shelf"))
        site.desk.keeper.turn(site.clock.now())
        site.studies.turn(site.clock.now())
        yield served


def test_a_queue_over_its_target_is_marked(get):
    page = get(QUEUES)
    seen = told(page)
    assert "Tills" in seen
    assert "over the target" in seen
    assert "target 20 s" in seen
    assert "not known: it has no zone of service" in seen
    assert "bar whole over" in page.text
    bar = told(get(f"{QUEUES}&queue=bar"))
    assert "target 10 min" in bar.partition("All queues")[2]
    assert "bar whole over" not in get(f"{QUEUES}&queue=bar").text


def test_pickers_keep_their_place_in_the_address(get):
    text = get(f"{QUEUES}&queue=bar&grain=week").text
    assert re.search(r'<option value="bar" selected', text)
    assert re.search(r'<option value="week" selected', text)
    assert f"queue=tills&amp;period=custom&amp;grain=week&amp;from={DAY}&amp;to={DAY}" in text
    text = get(f"{HEAT}&camera=yard&what=dwell").text
    assert re.search(r'<option value="yard" selected', text)
    assert re.search(r'<option value="dwell" selected', text)


def test_what_waits_now(served, get):
    site = served.site
    live = site.live()
    hall = replace(live.cameras["hall"], dots=(), zones={})
    site.alarms.turn(SiteLive(live.time, live.day, {"hall": hall}, live.occupancy))
    assert "nobody waits" in told(get(QUEUES))
    seen = told(get("/queues/now"))
    assert "within the target, 20 s" in seen
    site.alarms.turn(SiteLive(live.time, live.day, {}, live.occupancy))
    assert "Its camera does not see at the moment" in told(get(QUEUES))


def test_every_chart_has_its_table_its_meaning_and_its_coverage(get):
    for address, names in ((QUEUES, ("wait", "abandonment")), (HEAT, ("presence", "group_size"))):
        page = get(address)
        for name in names:
            assert CATALOGUE[name].meaning in told(page)
            assert CATALOGUE[name].coverage in told(page)
        assert "of the open time seen" in told(page)
        assert page.text.count("<table") >= 3


def test_heat_shows_the_place_and_no_picture(get):
    page = get(HEAT)
    assert 'class="heat-7"' in page.text
    assert "<img" not in page.text.partition("<main")[2]
    assert "/picture" not in page.text.partition("<main")[2]
    assert 'class="heat-zone"' in page.text
    seen = told(page)
    assert "shelf" in seen
    assert "Warmest cells" in seen
    assert re.search(r"to \d+(\.\d)? s", seen)
    assert 'aria-label="Groups by hour of the day"' in page.text
    assert re.search(r"All calibrated cameras 3 0% 1\.00", seen)


def test_a_gap_says_so_and_is_no_zero(get):
    seen = told(get(f"/heat?{BEFORE}"))
    assert seen.count("Nothing was seen in this period.") == 3
    seen = told(get(f"/queues?{BEFORE}"))
    assert "Nothing was seen in this period." in seen
    assert "not seen" in seen


def test_what_is_not_there_is_refused(served):
    client = served.someone()
    assert client.get("/heat?camera=roof").status_code == 404
    assert client.get("/queues?queue=roof").status_code == 404
    assert client.get("/heat?what=smell").status_code == 400


def test_who_may_see_and_who_may_take_away(served):
    for role in Role:
        client = served.someone(role)
        for address in (QUEUES, HEAT):
            answer = client.get(address)
            own = role is Role.TENANT and address == QUEUES  # of its own shops
            assert answer.status_code == (200 if own or Right.SEE_MEASURES in RIGHTS[role] else 403)
            if answer.status_code == 200:
                assert ("download" in answer.text) == (Right.EXPORT in RIGHTS[role])
        now = client.get("/queues/now")
        assert now.status_code == (200 if Right.SEE_LIVE in RIGHTS[role] else 403)


def test_files_are_there(get):
    addresses = [a for page in (QUEUES, HEAT) for a in re.findall(r'href="(/api/v1/[^"]+)" download', get(page).text)]
    assert len(addresses) == 4
    for address in addresses:
        assert get(address.replace("&amp;", "&")).headers["content-type"].startswith("text/csv")


def test_nothing_that_the_policy_forbids(get):
    for address in (QUEUES, HEAT, "/cameras/hall/floor"):
        text = get(address).text
        assert " style=" not in text
        assert not re.search(r"\son\w+=", text)


def test_in_a_browser_they_fit_and_nothing_fails(look, served):
    with look(served, QUEUES) as page:
        page.select_option("#ask-queue", "bar")
        page.wait_for_url("**queue=bar**")
    with look(served, HEAT) as page:
        page.select_option("#ask-what", "dwell")
        page.wait_for_url("**what=dwell**")
        page.wait_for_selector("text=Hall: Dwell")


class TestEmpty:
    @pytest.fixture
    def bare(self, tmp_path):
        with Console(tmp_path) as served:
            yield served

    def test_without_queues_the_page_says_what_to_write(self, bare):
        answer = bare.someone().get("/queues")
        assert answer.status_code == 200
        assert "queues: - id: tills" in told(answer)

    def test_without_calibration_the_page_leads_to_the_floor(self, bare):
        answer = bare.someone().get("/heat")
        assert "No camera knows where its floor lies" in told(answer)
        assert 'href="/cameras/hall/floor"' in answer.text


class TestFloor:
    @pytest.fixture
    def bare(self, tmp_path):
        with Console(tmp_path) as served:
            yield served

    POINTS = (("10", "90", "0", "0"), ("90", "90", "6", "0"), ("70", "40", "6", "8"), ("30", "40", "0", "8"))

    def fields(self, points, do="save"):
        columns = zip(*points, strict=True)
        return {
            "do": do,
            **{name: list(column) for name, column in zip(("px", "py", "fx", "fy"), columns, strict=True)},
        }

    def test_points_are_saved_into_the_site_file(self, bare):
        client = bare.someone()
        answer = bare.post(client, "/cameras/hall/floor", **self.fields((*self.POINTS, ("", "", "", ""))))
        assert answer.status_code == 303
        saved = bare.site.setup.read()[0].camera("hall").calibration
        assert saved.floor == ((0, 0), (6, 0), (6, 8), (0, 8))
        assert saved.picture[2] == pytest.approx((0.7, 0.4))
        assert "calibration:" in bare.site.path.read_text()
        assert "# A shop for tests." in bare.site.path.read_text()
        page = client.get("/cameras/hall/floor?saved=true")
        assert "Saved" in told(page)
        assert 'value="70.00"' in page.text

    def test_the_error_is_told_in_centimetres_and_nothing_is_saved(self, bare):
        client = bare.someone()
        off = (*self.POINTS, ("50", "60", "3", "3"))
        answer = bare.post(client, "/cameras/hall/floor", **self.fields(off, "check"))
        assert re.search(r"The points are off by \d+\.\d cm", told(answer))
        assert "Point 5:" in told(answer)
        assert bare.site.setup.read()[0].camera("hall").calibration is None
        part = bare.post(client, "/cameras/hall/floor/check", "/cameras/hall/floor", **self.fields(off))
        assert "hx-swap-oob" in part.text
        assert re.search(r"off by \d+\.\d cm", told(part))

    @pytest.mark.parametrize(
        ("points", "words"),
        [
            (POINTS[:3], "a floor needs four pairs of points, and has 3"),
            ((*POINTS[:3], ("30", "40", "0", "")), "point 4 lacks a number"),
            ((*POINTS[:3], ("30", "left", "0", "8")), "'left' in point 4 is no number"),
            ((*POINTS[:3], ("-3", "40", "0", "8")), "point 4 lies beside the picture"),
            ((*POINTS[:3], ("nan", "40", "0", "8")), "'nan' in point 4 is too large"),
            ((("10", "10", "0", "0"),) * 4, "the points of the floor lie on a line"),
        ],
    )
    def test_what_cannot_be_used_is_refused_and_stays_in_the_form(self, bare, points, words):
        answer = bare.post(bare.someone(), "/cameras/hall/floor", **self.fields(points))
        assert answer.status_code == 400
        assert words.lower() in told(answer).lower()
        assert f'value="{points[0][0]}"' in answer.text

    def test_it_is_removed_again(self, bare):
        client = bare.someone()
        before = bare.site.path.read_text()
        bare.post(client, "/cameras/hall/floor", **self.fields(self.POINTS))
        bare.post(client, "/cameras/hall/floor", **self.fields(self.POINTS, "remove"))
        assert bare.site.setup.read()[0].camera("hall").calibration is None
        assert bare.site.path.read_text() == before

    def test_a_point_is_pressed_and_dragged(self, chromium, bare):
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        signed = bare.site.signed[Role.ADMINISTRATOR]
        context.add_cookies([{"name": COOKIE, "value": signed.cookie, "url": bare.url}])
        page = context.new_page()
        page.goto(bare.url + "/cameras/hall/floor")
        page.wait_for_function("document.getElementById('picture').naturalWidth > 0")
        box = page.locator("#floor-points").bounding_box()
        for n, (x, y, metres, far) in enumerate(self.POINTS):
            page.mouse.click(box["x"] + box["width"] * int(x) / 100, box["y"] + box["height"] * int(y) / 100)
            row = page.locator(".floor-rows tbody tr").nth(n)
            row.locator('[name="fx"]').fill(metres)
            row.locator('[name="fy"]').fill(far)
        page.locator('[name="fy"]').last.click()
        page.wait_for_selector("#floor-grid path")
        before = page.locator('[name="px"]').first.input_value()
        assert float(before) == pytest.approx(10, abs=0.5)
        page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.9)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.9, steps=4)
        page.mouse.up()
        assert float(page.locator('[name="px"]').first.input_value()) == pytest.approx(20, abs=0.5)
        page.click('button[value="save"]')
        page.wait_for_url("**saved=true")
        context.close()
        saved = bare.site.setup.read()[0].camera("hall").calibration
        assert saved.picture[0].x == pytest.approx(0.2, abs=0.005)
