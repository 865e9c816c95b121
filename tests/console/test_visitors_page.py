"""The page Visitors as a real server answers it: figures, what is withheld and why, and the empty state."""

import re
from dataclasses import replace

import pytest
from numbers_site import console
from site_pages import NOT_BUILT, built, told
from visited import LOOKING, Visited, declaration, fill

from galleria.app.access import COOKIE
from galleria.app.visiting_query import MEANINGS, Absent
from galleria.console.site import visitor_words
from galleria.domain.access import RIGHTS, Right, Role

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)
WEEKS = "/visitors?period=custom&from=2026-08-31&to=2026-09-20&grain=day"
DAY = "/visitors?period=custom&from=2026-09-18&to=2026-09-18"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with console(tmp_path_factory.mktemp("visitors")) as served:
        site = served.site
        site.site = site.visiting.site = replace(site.site, purposes=tuple(map(declaration, LOOKING)))
        made = Visited(site.desk, site.visiting)
        fill(made, "2026-08-31", 21)
        made.turn("2026-09-21", "12:00")
        yield served


@pytest.fixture
def get(served):
    with served.browser() as browser:

        def get(address):
            answer = browser.get(address)
            assert answer.status_code == 200, answer.text
            return answer

        yield get


def test_figures_of_a_period(get) -> None:
    page = get(WEEKS)
    seen = told(page)
    for words in (
        "mean of 18 days",
        "How often they came",
        "Days since the last visit",
        "18-24",
        "Female",
        "Hall",
        "shelf",
    ):
        assert words in seen
    assert re.search(r"Returning \d+(\.\d)?% of the visitors of 17 days", seen)
    assert 'class="bar whole"' in page.text
    assert "fewer than 10, or it would give away a number that is" in seen
    assert "fewer than 20," in seen
    assert "fewer than 50," in seen


def test_whose_presentation_is_not_sure_stands_below_the_table(get) -> None:
    assert re.search(r"Not sure: \d+", told(get(WEEKS)))
    assert visitor_words.MEANINGS["demographics"].endswith("and in no other one.")


def test_one_day_tells_when_visitors_were_first_seen(get) -> None:
    seen = told(get(DAY))
    assert "When they were first seen" in seen
    assert "withheld" in seen


def test_weeks_have_means(get) -> None:
    assert "mean of days" in told(get(WEEKS.replace("grain=day", "grain=week")))


def test_a_stopped_purpose_says_so_and_is_never_zero(get) -> None:
    seen = told(get("/visitors?period=custom&from=2026-05-04&to=2026-05-10"))
    assert "it did not run: it was stopped" in seen
    assert "To the purposes" in seen
    assert " 0 " not in seen.partition("Unique visitors")[2]


def test_without_a_purpose_the_page_leads_to_them(tmp_path) -> None:
    with console(tmp_path) as served, served.browser() as browser:
        answer = browser.get("/visitors")
        assert "No purpose is declared" in told(answer)
        assert 'href="/purposes"' in answer.text
        assert answer.text.count('href="/visitors"') == 1  # in the rail


def test_files_are_for_those_who_may_export(served) -> None:
    for role in Role:
        with served.browser(role) as browser:
            answer = browser.get(WEEKS)
            assert answer.status_code == (200 if Right.SEE_MEASURES in RIGHTS[role] else 403)
            if answer.status_code == 200:
                assert ("/api/v1/visitors.csv" in answer.text) == (Right.EXPORT in RIGHTS[role])


def test_files_are_there(get) -> None:
    addresses = re.findall(r'href="(/api/v1/[^"]+\.csv[^"]*)"', get(WEEKS).text)
    assert len(addresses) == 4
    for address in addresses:
        assert get(address.replace("&amp;", "&")).headers["content-type"].startswith("text/csv")


def test_nothing_that_the_policy_forbids(get) -> None:
    text = get(WEEKS).text
    assert " style=" not in text
    assert not re.search(r"\son\w+=", text)


def test_words_are_those_of_the_api_and_every_reason_has_some() -> None:
    assert visitor_words.MEANINGS == MEANINGS
    assert set(visitor_words.SHORT) == set(visitor_words.WHY) == set(Absent)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser_it_fits_and_nothing_fails(chromium, served, scheme, width) -> None:
    complaints = []
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, locale="en-GB")
    context.add_cookies([{"name": COOKIE, "value": served.site.signed[Role.ADMINISTRATOR].cookie, "url": served.url}])
    page = context.new_page()
    page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(served.url + WEEKS)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.select_option("#ask-grain", "week")
    page.wait_for_url("**grain=week**")
    page.wait_for_selector("text=mean of days")
    context.close()
    assert complaints == []
