"""From nothing to the first count with a mouse: a real `galleria serve`, real footage, a real browser."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from serving import PASSWORD, Running, remember, serving

from galleria.domain.events import Origin

pytestmark = pytest.mark.skipif(
    not (Path(__file__).parents[2] / "footage").is_dir(), reason="NO FOOTAGE: run `make mall`"
)

SOON = 60_000  # milliseconds, for a machine that does much else
EMPTY = """\
site: {id: shop, time_zone: UTC}
cameras: []
"""
LINE = "My door"
LAST_WEEK = [hour % 7 + 2 for hour in range(24)]  # how many came in each hour of the day a week ago
DOTS_MOVED = """() => {
    window.places ??= new Set();
    for (const dot of document.querySelectorAll('.dots circle.track'))
        window.places.add(dot.getAttribute('cx') + dot.getAttribute('cy'));
    return window.places.size > 20;
}"""


@dataclass
class Shop:
    """A site that runs, set up by mouse; its administrator is signed in.

    Attributes:
        camera: id of the one in whose picture the line was drawn.
    """

    running: Running
    folder: Path
    chromium: Any
    admin: Any
    camera: str

    def ask(self, way: str) -> Any:
        """What the API answers the administrator."""
        return self.admin.request.get(f"{self.running.base}/api/v1/{way}").json()


def new_context(chromium: Any, base: str) -> Any:
    context = chromium.new_context(
        base_url=base, viewport={"width": 1280, "height": 860}, locale="en-GB", timezone_id="UTC"
    )
    context.set_default_timeout(SOON)
    return context


@contextmanager
def tab(context: Any) -> Iterator[Any]:
    """A page whose scripts must not fail."""
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    page.close()
    assert troubles == []


def drag(page: Any, *ways: tuple[float, float]) -> None:
    """Press at the first place of the drawing, go by the others, let go; shares of the picture."""
    box = page.locator("#canvas").bounding_box()
    for number, (x, y) in enumerate(ways):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if not number:
            page.mouse.down()
    page.mouse.up()


def set_up(page: Any, link: str) -> str:
    """Go through the first run, from the printed link to the first count; returns the camera's id."""
    page.goto(link)
    for name, text in {"#name": "Ada", "#password": PASSWORD, "#again": PASSWORD}.items():
        page.fill(name, text)
    page.click("button.primary")
    page.wait_for_url("**/first")
    page.fill("#name", "Galeria Norte")
    page.click("button.primary")
    page.wait_for_url("**/first/camera")
    page.click("text=Take sample cameras")
    page.wait_for_url("**/draw?first=true")
    page.wait_for_function("document.querySelector('#canvas').getBoundingClientRect().width > 100")
    lines = page.locator(".item-head input").count()
    drag(page, (0.24, 0.85), (0.5, 0.84), (0.79, 0.84))
    page.wait_for_function(f"document.querySelectorAll('.item-head input').length > {lines}")
    page.locator(".item-head input").nth(lines).fill(LINE)
    page.click("[data-do=save]")
    page.wait_for_url("**/first/count/**")
    page.get_by_text("That is the first count.").wait_for()
    return urlsplit(page.url).path.rpartition("/")[2]


@pytest.fixture(scope="module")
def shop(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("console")
    site = folder / "site.yaml"
    site.write_text(EMPTY)
    with serving(site, folder / "folder") as running:
        admin = new_context(chromium, running.base)
        with tab(admin) as page:
            camera = set_up(page, running.link())
        yield Shop(running, folder / "folder", chromium, admin, camera)
        admin.close()


def test_live_and_overview_count_on_at_a_line_drawn_by_mouse_without_a_reload(shop: Shop) -> None:
    with tab(shop.admin) as page:
        page.goto("/live")
        page.locator("#live-state.on").wait_for()
        page.evaluate("window.kept = true")
        cell = f'[data-camera="{shop.camera}"] tr[data-wire="my-door"] [data-way="in"] strong'
        before = int(page.locator(cell).inner_text())
        page.wait_for_function(DOTS_MOVED)
        page.wait_for_function(f"Number(document.querySelector('{cell}').textContent) > {before}")
        assert page.evaluate("window.kept") is True, "the page was loaded again"

    with tab(shop.admin) as page:
        page.goto("/")
        page.evaluate("window.kept = true")
        value = ".figure:has(h2:text-is('Footfall')) .value"
        page.locator(value).filter(has_text=re.compile(r"\d")).wait_for()  # a dash until the day is first summed up
        before = int(page.locator(value).inner_text())
        page.locator(value).filter(has_not_text=re.compile(rf"^\s*{before}\s*$")).wait_for()
        assert int(page.locator(value).inner_text()) > before
        assert page.evaluate("window.kept") is True, "the page was loaded again"


def hours_of(shop: Shop, today: date) -> list[dict[str, Any]]:
    """Comings of a day by hour against last week, as the API has them."""
    period = f"begin={today}&end={today + timedelta(days=1)}"
    asked = f"measures?measure=in&subject=site&grain=hour&compare=last-week&{period}"
    return list(shop.ask(asked)["series"][0]["points"])


@pytest.fixture(scope="module")
def today(shop: Shop) -> date:
    """Today, of which the shop also has the day a week before."""
    today = date.fromisoformat(shop.ask("live")["day"])
    remember(shop.folder, Origin("shop", shop.camera, "last-week"), "my-door", today - timedelta(days=7), LAST_WEEK)
    with tab(shop.admin) as page:
        for _ in range(60):
            if [hour["before"] for hour in hours_of(shop, today)] == LAST_WEEK:
                return today
            page.wait_for_timeout(1000)
    pytest.fail(f"last week is not seen: {hours_of(shop, today)}")


def test_flows_draws_and_lists_today_beside_last_week_as_the_api_has_them(shop: Shop, today: date) -> None:
    with tab(shop.admin) as page:
        early = hours_of(shop, today)
        page.goto(f"/flows?measure=in&period=custom&from={today}&to={today}&grain=hour&compare=last-week&subject=site")
        late = hours_of(shop, today)
        came = [index for index, hour in enumerate(early) if hour["value"]]
        assert came, "nobody came in today"
        assert [word.strip() for word in page.locator("ul.key li").all_inner_texts()][:2] == [
            "this period",
            "last week",
        ]
        plot = page.locator(".chart-plot")
        assert len(came) <= plot.locator("rect.bar").count() <= sum(bool(hour["value"]) for hour in late)
        assert plot.locator("path.before").get_attribute("d").count("M") >= 1
        says = page.locator(".chart-says").evaluate("block => JSON.parse(block.textContent)")
        assert [int(re.search(r"last week (\d+)\b", said)[1]) for said in says] == LAST_WEEK
        heads = [head.strip() for head in page.locator("#flows thead th").all_inner_texts()]
        rows = [row.locator("td").all_inner_texts() for row in page.locator("#flows tbody tr").all()]
        assert heads == ["Time", "Came in", "Last week", "Change", "Seen"]
        assert [int(row[1]) for row in rows] == LAST_WEEK
        for index in came:
            shown = int(re.search(r"\d+$", rows[index][0].strip())[0])
            assert early[index]["value"] <= shown <= late[index]["value"]


def test_the_file_that_the_browser_downloads_from_flows_has_the_rows_of_the_api(
    shop: Shop, today: date, tmp_path: Path
) -> None:
    with tab(shop.admin) as page:
        page.goto(f"/flows?measure=in&period=custom&from={today}&to={today}&grain=hour&compare=last-week&subject=site")
        early = hours_of(shop, today)
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        late = hours_of(shop, today)
        assert download.value.suggested_filename == "measures.csv"
        download.value.save_as(tmp_path / "measures.csv")
        with (tmp_path / "measures.csv").open(encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        assert {(row["subject"], row["measure"]) for row in rows} == {("site", "in")}
        assert [row["local"] for row in rows] == [hour["label"] for hour in early]
        assert [float(row["before"]) for row in rows] == LAST_WEEK
        low, taken, high = ([float(hour["value"] or 0) for hour in each] for each in (early, rows, late))
        assert sum(taken) > 0
        assert all(a <= b <= c for a, b, c in zip(low, taken, high, strict=True))


def add_user(page: Any, name: str, role: str) -> str:
    """Add a user on the page of users; returns the one-time link that it shows."""
    page.goto("/settings/users")
    page.fill("#name", name)
    page.get_by_role("radio", name=role).check()
    page.get_by_role("button", name="Add, and make a link").click()
    return str(page.locator("#link").inner_text())


def test_an_analyst_is_offered_no_settings_and_no_drawing_and_is_out_with_the_next_click_when_removed(
    shop: Shop,
) -> None:
    theirs = new_context(shop.chromium, shop.running.base)
    draw = f"/cameras/{shop.camera}/draw"
    with tab(shop.admin) as admin, tab(theirs) as page:
        page.goto(add_user(admin, "Bea", "Analyst"))
        for field in ("#password", "#again"):
            page.fill(field, "four loud donkeys")
        page.click("button.primary")
        page.wait_for_url(f"{shop.running.base}/")

        offered = "nav[aria-label=Pages] > ul > li > a"
        assert page.locator(offered).all_inner_texts() == [
            "Overview",
            "Flows",
            "Visitors",
            "Routes",
            "Queues",
            "Heat",
            "Sales",
            "Compare",
            "Cameras",
            "Health",
            "Purposes",
        ]
        for each, may in ((admin, True), (page, False)):
            each.goto("/cameras")
            assert each.get_by_text("Front door").count()
            assert (each.locator(f'a[href="{draw}"]').count() > 0) is may
        for way in ("/settings", "/settings/site", "/settings/users", draw, "/live"):
            assert (admin.goto(way).status, page.goto(way).status) == (200, 403), way
            assert page.locator("h1").inner_text() == "Not for you"

        page.goto("/")
        admin.goto("/settings/users")
        admin.locator("summary", has_text="Bea").click()
        admin.get_by_role("button", name="Remove").click()
        admin.locator("ul.people", has_text="Bea").wait_for(state="detached")
        page.get_by_role("link", name="Flows", exact=True).click()
        page.wait_for_url("**/sign-in?to=/flows")
        page.fill("#name", "Bea")
        page.fill("#password", "four loud donkeys")
        page.click("button.primary")
        page.get_by_role("alert").wait_for()
        assert urlsplit(page.url).path == "/sign-in"
    theirs.close()
