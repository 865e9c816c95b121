"""From nothing to the first count with a mouse: a real `galleria serve`, real footage, a real browser."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from serving import serving

PASSWORD = "three quiet horses"
SOON = 60_000  # milliseconds, for a machine that does much else
EMPTY = """\
site: {id: shop, time_zone: UTC}
cameras: []
"""


def came_in(page: Any, base: str) -> int:
    """Today's crossings inwards, as the overview says."""
    page.goto(f"{base}/")
    tile = (
        page.locator("section, article, div").filter(has=page.get_by_role("heading", name="Footfall", exact=True)).last
    )
    found = re.search(r"Footfall\s+(\d+)", tile.inner_text())
    return int(found[1]) if found else 0


def drag(page: Any, *ways: tuple[float, float]) -> None:
    """Press at the first place of the drawing, go by the others, let go; shares of the picture."""
    box = page.locator("#canvas").bounding_box()
    for number, (x, y) in enumerate(ways):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if not number:
            page.mouse.down()
    page.mouse.up()


@pytest.mark.skipif(not (Path(__file__).parents[2] / "footage").is_dir(), reason="NO FOOTAGE: run `make mall`")
def test_a_line_drawn_with_the_mouse_counts_and_is_seen_compared_and_taken_away(chromium: Any, tmp_path: Path) -> None:
    site = tmp_path / "site.yaml"
    site.write_text(EMPTY)
    with serving(site, tmp_path / "folder") as running:
        context = chromium.new_context(viewport={"width": 1280, "height": 860}, locale="en-GB")
        page = context.new_page()
        page.set_default_timeout(SOON)
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(running.base + running.link())
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
        page.locator(".item-head input").nth(lines).fill("My door")
        page.click("[data-do=save]")
        page.wait_for_url("**/first/count/**")
        page.get_by_text("first count.", exact=False).wait_for()

        before = came_in(page, running.base)
        for _ in range(60):
            if (after := came_in(page, running.base)) > before:
                break
            page.wait_for_timeout(1000)
        assert after > before, "the count does not rise"

        page.goto(f"{running.base}/flows?measure=in&period=today&grain=hour&compare=last-week&subject=site")
        assert page.locator("svg").count() > 0
        assert "last week" in page.inner_text("main")
        subjects = context.request.get(f"{running.base}/api/v1/subjects").json()
        assert "My door" in {subject["name"] for subject in subjects}
        link = page.get_by_role("link", name="CSV").get_attribute("href")
        rows = list(csv.DictReader(io.StringIO(context.request.get(running.base + link).text())))
        assert sum(float(row["value"] or 0) for row in rows if row.get("measure", "in") == "in") >= after
        assert troubles == []
        context.close()
