"""Campaigns on the page Compare: declared, refused beside the field, shown below charts, taken back; by whom."""

import csv
import io
import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from numbers_site import console
from site_pages import NOT_BUILT, built, csrf_of, told

from galleria.app.access import COOKIE
from galleria.app.campaign_desk import CampaignRefusedError, Wrong, declare
from galleria.app.outlook_query import Campaign, DayAhead, ForecastAnswer
from galleria.console.site.campaigns import WORDS, with_campaigns
from galleria.console.site.chart import chart
from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.calendar import days_of
from galleria.domain.site import Site
from galleria.domain.time import zone_named

needs_pages = pytest.mark.skipif(not built, reason=NOT_BUILT)
TODAY = date(2026, 9, 21)
DAYS = "/compare?period=custom&from=2026-09-14&to=2026-09-21&against=last-week"
GOOD = {"name": "Late-night <shopping>", "begin": "2026-09-14", "last": "2026-09-16"}
ROLES = [role for role in Role if Right.SEE_MEASURES in RIGHTS[role]]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with console(tmp_path_factory.mktemp("campaigns")) as served:
        days = [DayAhead(TODAY + timedelta(days=n), 30 + n, 20 + n, 45 + n, "") for n in range(14)]
        served.site.outlook._made["forecast", "site", TODAY] = ForecastAnswer("site", TODAY, days, 40, 0.9)
        yield served


@pytest.fixture
def client(served):
    with served.browser(csrf=False) as client:
        yield client
    settings, ada = served.site.settings, served.site.signed[Role.ADMINISTRATOR].actor
    settings.put(ada, "campaigns", {}, settings.get("campaigns").version)


def post(client, path, **fields):
    token = csrf_of(client.get(DAYS).text)
    return client.post(path, data={"csrf": token, **fields})


def kept(served):
    return served.site.settings.get("campaigns").value.get("campaigns", [])


@needs_pages
def test_one_is_declared_shown_and_taken_back(served, client):
    answer = post(client, DAYS.replace("/compare", "/compare/campaigns"), **GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{DAYS}#campaigns")
    assert kept(served) == [GOOD]
    page = client.get(DAYS)
    assert "Late-night <shopping>" in told(page)
    assert "<shopping>" not in page.text
    assert "Nothing can be said yet" in told(page)
    rows = list(csv.DictReader(io.StringIO(client.get("/api/v1/campaigns.csv").text, newline="")))
    assert [(row["name"], row["begin"], row["last"], row["low"]) for row in rows] == [(*GOOD.values(), "")]
    other = {"name": "Lights", "begin": "2026-09-18", "last": "2026-09-18"}
    assert post(client, "/compare/campaigns", **other).status_code == 303
    assert post(client, "/compare/campaigns/remove", **GOOD).status_code == 303
    assert kept(served) == [other]
    assert post(client, "/compare/campaigns/remove", **GOOD).status_code == 303  # gone already
    assert kept(served) == [other]


@needs_pages
@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": " "}, "name", "Give it a name."),
        ({"name": "x" * 101}, "name", "shorter name"),
        ({"begin": ""}, "begin", "Choose a day."),
        ({"begin": "20260914"}, "begin", "Choose a day."),
        ({"begin": "0026-09-14"}, "begin", "Choose a day."),
        ({"last": "9999-12-31"}, "last", "Choose a day."),
        ({"last": "tomorrow"}, "last", "Choose a day."),
        ({"last": "2026-09-13"}, "last", "It ends before it begins"),
        ({"last": "2026-11-09"}, "last", "at most 56 days"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(served, client, change, field, words):
    answer = post(client, "/compare/campaigns", **GOOD | change)
    assert answer.status_code == 400
    inputs = dict(re.findall(r'<input id="campaign-(\w+)"([^>]*)', answer.text))
    assert [name for name, text in inputs.items() if "aria-invalid" in text] == [field]
    assert words in told(answer)
    for name, typed in (GOOD | change).items():
        shown = re.search(rf'<input id="campaign-{name}"[^>]*? value="([^"]*)"', answer.text)[1]
        assert shown == typed.strip().replace("<", "&lt;").replace(">", "&gt;")
    assert kept(served) == []


@needs_pages
def test_the_same_twice(served, client):
    assert post(client, "/compare/campaigns", **GOOD).status_code == 303
    assert "declared already" in told(post(client, "/compare/campaigns", **GOOD))
    assert kept(served) == [GOOD]


@needs_pages
def test_the_hundred_and_first_is_refused(served):
    settings, ada = served.site.settings, served.site.signed[Role.ADMINISTRATOR].actor
    many = [{"name": f"c{n}", "begin": "2026-09-01", "last": "2026-09-01"} for n in range(100)]
    settings.put(ada, "campaigns", {"campaigns": many}, settings.get("campaigns").version)
    try:
        with pytest.raises(CampaignRefusedError) as refused:
            declare(ada, settings, GOOD)
        assert refused.value.wrong == {"name": Wrong.TOO_MANY}
        assert "remove one first" in WORDS[Wrong.TOO_MANY]
        assert kept(served) == many
    finally:
        settings.put(ada, "campaigns", {}, settings.get("campaigns").version)


@needs_pages
@pytest.mark.parametrize("role", ROLES)
def test_who_may_change_settings_declares_and_others_only_see(served, client, role):
    assert post(client, "/compare/campaigns", **GOOD).status_code == 303
    with served.browser(role, csrf=False) as other:
        page = other.get(DAYS)
        may = Right.CHANGE_SETTINGS in RIGHTS[role]
        assert ('action="/compare/campaigns' in page.text) == may
        assert ("/api/v1/campaigns.csv" in page.text) == (Right.EXPORT in RIGHTS[role])
        for path in ("/compare/campaigns", "/compare/campaigns/remove"):
            answer = post(other, path, name="Two", begin="2026-09-01", last="2026-09-01")
            assert answer.status_code == (303 if may else 403)


@needs_pages
def test_without_the_pages_own_token_nothing_is_declared(served, client):
    assert client.post("/compare/campaigns", data=GOOD).status_code == 403
    assert client.post("/compare/campaigns", data={"csrf": "x", **GOOD}).status_code == 403
    assert kept(served) == []


@needs_pages
def test_its_days_are_marked_below_charts_of_days_but_not_of_weeks_nor_for_tenants(served, client):
    assert "days of a campaign" not in told(client.get(DAYS))
    assert post(client, "/compare/campaigns", **GOOD).status_code == 303
    page = client.get(DAYS)
    assert "days of a campaign" in told(page)
    assert page.text.count("Late-night \\u003cshopping\\u003e") == 3  # a slot a day
    flows = "/flows?period=custom&from=2026-09-14&to=2026-09-21&measure=in"
    assert "days of a campaign" in told(client.get(f"{flows}&subject=site&grain=day"))
    assert "days of a campaign" in told(client.get(f"{flows}&subject=site&grain=hour"))
    assert "days of a campaign" not in told(client.get(f"{flows}&subject=site&grain=week"))
    with served.browser(Role.TENANT) as tenant:
        own = tenant.get(f"{flows}&subject=shop:books&grain=day")
    assert own.status_code == 200
    assert "shopping" not in own.text
    assert "days of a campaign" not in told(own)


@needs_pages
@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser_somebody_declares_mends_and_removes_one(chromium, served, client, width):
    complaints = []
    context = chromium.new_context(viewport={"width": width, "height": 844}, locale="en-GB")
    context.add_cookies([{"name": COOKIE, "value": served.site.signed[Role.ADMINISTRATOR].cookie, "url": served.url}])
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(served.url + DAYS)
    page.fill("#campaign-name", "Lights")
    page.fill("#campaign-begin", "2026-09-16")
    page.fill("#campaign-last", "2026-09-15")
    page.click("text=Declare it")
    page.wait_for_selector("#campaign-last[aria-invalid=true]")
    assert page.input_value("#campaign-name") == "Lights"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.fill("#campaign-last", "2026-09-18")
    page.click("text=Declare it")
    page.wait_for_url("**/compare?**#campaigns")
    assert kept(served) == [{"name": "Lights", "begin": "2026-09-16", "last": "2026-09-18"}]
    page.wait_for_selector("text=days of a campaign")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.click("button[aria-label='Remove Lights']")
    page.wait_for_selector("text=None is declared.")
    context.close()
    assert kept(served) == []
    assert complaints == []


@given(st.integers(0, 27), st.integers(0, 20), st.integers(1, 40))
def test_marks_lie_below_exactly_the_days_of_the_campaign(first, more, shown):
    """Of a chart of `shown` days; over the night in which the clocks change, too."""
    site, start = Site("s", zone="Europe/Berlin"), date(2026, 10, 10)
    points = [SimpleNamespace(begin=d.begin, end=d.end, value=1.0, coverage=1.0, before=None)
              for d in days_of(site, start, start + timedelta(days=shown))]  # fmt: skip
    drawn = chart(points, "tracks", zone_named(site.zone), 0.0)
    begin = start + timedelta(days=first - 5)
    known = [Campaign("A", begin, begin + timedelta(days=more))]
    marked, says = with_campaigns(drawn, [""] * shown, known, site)
    days = [n for n in range(shown) if begin <= start + timedelta(days=n) <= begin + timedelta(days=more)]
    assert [n for n, text in enumerate(says) if text == " · A"] == days
    assert sum(width for _, width in marked.marked) == pytest.approx(len(days) / shown)
    assert len(marked.marked) == bool(days)
    if days:
        assert marked.marked[0][0] == pytest.approx(days[0] / shown)
