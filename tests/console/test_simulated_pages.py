"""A site whose history was made up says so on every page, in its answers, and in the names of its files."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from site_pages import NOT_BUILT, Console, ConsoleSite, built, told
from test_site_pages import filled, routes

from corner_shop import SITE, live
from galleria.app.daily import DailyReport
from galleria.app.metrics import Metrics
from galleria.notify.settings import MqttSettings
from galleria.notify.topics import Topics

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)
BANNER = "This site does not exist; its history is made up."


@pytest.fixture(scope="module")
def console(tmp_path_factory):
    with Console(tmp_path_factory.mktemp("simulated")) as made:
        made.site.path.write_text(
            made.site.path.read_text().replace("  id: shop\n", "  id: shop\n  simulated: true\n", 1)
        )
        made.site.site, _ = made.site.setup.read()
        yield made


def whole_pages(console, client):
    """Every page that can be fetched, with its address; parts of pages and files are none."""
    for (method, path), need in routes(console).items():
        if method == "GET" and need.known:
            answer = client.get(filled(path))
            if answer.text.lstrip().lower().startswith("<!doctype html>"):
                yield path, answer


def test_every_page_says_so(console):
    client, nobody, walked = console.someone(), console.nobody(), set()
    for path, answer in whole_pages(console, client):
        assert BANNER in told(answer), path
        assert "(simulated)</title>" in answer.text, path
        walked.add(path)
    assert len(walked) > 25
    assert {"/", "/flows", "/visitors", "/live", "/health", "/kiosk", "/settings/users"} <= walked
    for path in ("/sign-in", "/about"):
        answer = nobody.get(path)
        assert BANNER in told(answer), path


def test_a_real_site_does_not(tmp_path):
    with Console(tmp_path) as console:
        page = console.someone().get("/")
        assert BANNER not in told(page)
        assert "(simulated)" not in page.text
        assert console.someone().get("/api/v1/site").json()["simulated"] is False


def test_the_api_says_so_and_names_files_so(console):
    client = console.someone()
    assert client.get("/api/v1/site").json()["simulated"] is True
    exported = client.get("/api/v1/events.csv?begin=2026-09-14&end=2026-09-15")
    assert exported.headers["content-disposition"] == 'attachment; filename="simulated-events.csv"'


def test_files_of_every_sort_are_named_so(console):
    client = console.someone()
    span = "begin=2026-09-14&end=2026-09-15"
    week = "subject=site&measure=in&grain=day&from=2026-09-14&to=2026-09-21"
    for name, asked in (("events.parquet", span), ("measures.csv", week), ("measures.xlsx", week)):
        answer = client.get(f"/api/v1/{name}?{asked}")
        assert (answer.status_code, answer.headers.get("content-disposition")) == (
            200, f'attachment; filename="simulated-{name}"'
        ), answer.text[:300]  # fmt: skip


class TestElsewhere:
    def test_metrics(self, tmp_path):
        for simulated in (False, True):

            class Running:
                site, folder, ready = replace(SITE, simulated=simulated), tmp_path, True
                live = staticmethod(live)

            assert f"galleria_simulated {float(simulated)}" in Metrics(Running()).text()

    def test_home_assistant(self):
        devices = [
            json.loads(body)["device"]["name"]
            for body in Topics(replace(SITE, simulated=True), MqttSettings()).discovery().values()
        ]
        assert set(devices) == {"The corner shop (simulated)"}

    def test_the_daily_report(self, tmp_path):
        with closing(ConsoleSite(tmp_path)) as shop:
            digest = DailyReport(replace(shop.site, simulated=True), shop.flows).digest(date(2026, 9, 14))
        assert digest.subject.startswith("The shop (simulated): 20 visitors")
