"""The page Visitors as a real server answers it: figures, what is withheld and why, and the empty state."""

import re
from dataclasses import replace
from datetime import date

import pytest
from numbers_site import console
from site_pages import NOT_BUILT, built, told
from visited import LOOKING, Visited, declaration, fill

from galleria.app.visiting_query import MEANINGS, Absent
from galleria.console.site import visitor_words
from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.hand_count import HandCount

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


def test_a_count_by_hand_stands_beside_the_visits_that_it_corrects(served, get) -> None:
    assert "a count by hand in the site file would tell how many" in told(get(DAY))
    studies = served.site.studies
    before = studies.site
    try:
        studies.site = replace(before, hand_counts=(HandCount(date(2026, 9, 18), 1400, staff=60, again=80),))
        studies.turn(served.site.clock.now())
        assert "of 1,400 comings 60 were staff's and 80 came in again, so 90.0% (±" in told(get(DAY))
    finally:
        studies.site = before


def test_without_a_purpose_the_page_leads_to_them(tmp_path) -> None:
    with console(tmp_path) as served, served.browser() as browser:
        answer = browser.get("/visitors")
        assert "No purpose is declared" in told(answer)
        assert 'href="/purposes"' in answer.text
        assert answer.text.count('href="/visitors"') == 2  # in the rail, and in what a phone has of it


def test_files_are_for_those_who_may_export(served) -> None:
    for role in Role:
        with served.browser(role) as browser:
            answer = browser.get(WEEKS)
            assert answer.status_code == (200 if Right.SEE_MEASURES in RIGHTS[role] else 403)
            if answer.status_code == 200:
                assert ("/api/v1/visitors.csv" in answer.text) == (Right.EXPORT in RIGHTS[role])


def test_files_are_there(get) -> None:
    addresses = re.findall(r'href="(/api/v1/[^"]+\.csv[^"]*)"', get(WEEKS).text)
    assert len(addresses) == 5
    for address in addresses:
        assert get(address.replace("&amp;", "&")).headers["content-type"].startswith("text/csv")


def test_nothing_that_the_policy_forbids(get) -> None:
    text = get(WEEKS).text
    assert " style=" not in text
    assert not re.search(r"\son\w+=", text)


def test_words_are_those_of_the_api_and_every_reason_has_some() -> None:
    assert visitor_words.MEANINGS == MEANINGS
    assert set(visitor_words.SHORT) == set(visitor_words.WHY) == set(Absent)


def test_in_a_browser_it_fits_and_nothing_fails(look, served) -> None:
    with look(served, WEEKS) as page:
        page.select_option("#ask-grain", "week")
        page.wait_for_url("**grain=week**")
        page.wait_for_selector("text=mean of days")
