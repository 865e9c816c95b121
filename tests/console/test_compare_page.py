"""The page Compare as a real server answers it, and in a browser."""

import re
from datetime import date, timedelta

import pytest
from numbers_site import console
from site_pages import NOT_BUILT, built, told

from galleria.app.outlook_query import DayAhead, ForecastAnswer
from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.catalogue import CATALOGUE

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)
TODAY = date(2026, 9, 21)
DAYS = "/compare?period=custom&from=2026-09-14&to=2026-09-21&against=last-week"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with console(tmp_path_factory.mktemp("compare")) as served:
        outlook = served.site.outlook
        days = [DayAhead(TODAY + timedelta(days=n), 30 + n, 20 + n, 45 + n, "") for n in range(14) if n != 6]
        answer = ForecastAnswer("site", TODAY, days, 40, 0.9, ["Weekdays are left out."])
        outlook._made["forecast", "site", TODAY] = answer
        (served.site.folder / "weather.csv").write_text("date,temperature,rain\n2026-09-14,17.5,12\nnever,1,1\n")
        yield served


def test_the_page_has_places_notes_forecast_and_campaigns(get) -> None:
    page = get(DAYS)
    seen = told(page)
    for words in ("Front door", "Change", "nothing was seen", "The next 14 days", "Campaigns", "It is no proof"):
        assert words in seen
    assert CATALOGUE["forecast"].meaning in seen
    assert "Told from 40 days; 90% of the days looked at were seen." in seen
    assert "weather.csv, row 3: 'never' is not a date" in seen
    assert "17.5" in seen
    assert page.text.count('class="band" d="M') == 1
    assert len(re.findall(r"Z", re.search(r'class="band" d="([^"]+)"', page.text)[1])) == 2  # the Sunday parts it


def test_against_the_usual_day(get) -> None:
    assert "the median of the last eight same weekdays" in told(get(DAYS.replace("last-week", "usual")))


def test_what_is_not_there_is_refused(served) -> None:
    with served.browser() as browser:
        for wrong in ("against=never", "period=custom&from=2020-01-01&to=2026-01-01", "subject=moon"):
            assert browser.get(f"/compare?{wrong}").status_code == 400


def test_who_may_see_it_and_take_the_forecast_away(served) -> None:
    for role in Role:
        with served.browser(role) as browser:
            answer = browser.get(DAYS)
            assert answer.status_code == (200 if Right.SEE_MEASURES in RIGHTS[role] else 403)
            if answer.status_code == 200:
                assert ("/api/v1/forecast.csv" in answer.text) == (Right.EXPORT in RIGHTS[role])


def test_nothing_that_the_policy_forbids(get) -> None:
    text = get(DAYS).text
    assert " style=" not in text
    assert not re.search(r"\son\w+=", text)


def test_the_overview_tells_tomorrow_and_what_is_to_be_noted(get) -> None:
    seen = told(get("/"))
    assert "Expected tomorrow: 31 (80 of 100 such days: 21 to 46)" in seen
    assert "nothing was seen" in seen


def test_in_a_browser_it_fits_and_nothing_fails(look, served) -> None:
    with look(served, DAYS) as page:
        page.select_option("#ask-against", "usual")
        page.wait_for_url("**against=usual**")
        page.wait_for_selector("text=the median of the last eight")


def test_on_a_phone_columns_that_matter_less_are_there_when_they_are_asked_for(look, served, width) -> None:
    with look(served, "/compare") as page:
        box, table = (
            page.get_by_label("Every column").first,
            page.get_by_role("region", name="Places beside each other"),
        )
        less = table.get_by_role("columnheader", name="Like for like")
        if width < 500:  # a phone
            assert less.is_hidden()
            assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
            box.check()
        assert less.is_visible()
        assert box.is_visible() == (width < 500)
