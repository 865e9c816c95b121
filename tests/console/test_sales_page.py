"""The page Sales as a real server answers it: conversion side by side, clocks, a file of receipts, the empty states."""

import re
from dataclasses import replace

import pytest
from numbers_site import console
from site_pages import NOT_BUILT, built, csrf_of, told

from galleria.app.conversion_query import Missing
from galleria.app.till_clocks import Unknown
from galleria.console.site import sales_words
from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.site import Till

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)
DAY = "/sales?period=custom&from=2026-09-21&to=2026-09-21&of=shop%3Abooks"
FILE = """receipt,time,shop,till,amount,currency,items
1,2026-09-21T10:05:00,books,1,12.99,EUR,2
2,2026-09-21T10:15:00,books,1,5.00,EUR,1
3,2026-09-21T10:20:00,toys,1,5.00,EUR,1
"""


def send(browser, text, page="/sales", token=None):
    token = token or csrf_of(browser.get(page).text)
    return browser.post("/sales/file", data={"csrf": token}, files={"file": ("march.csv", text.encode(), "text/csv")})


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with console(tmp_path_factory.mktemp("sales")) as served:
        live = served.site
        live.changed(replace(live.site, tills=(Till("1", "books", queue="q"), Till("2", "corner"))))
        with served.browser() as browser:
            assert "No sales came in yet" in told(browser.get("/sales"))
            answer = send(browser, FILE)
            assert answer.status_code == 200
            assert re.search(r"New 2 .*Cannot be used 1 .* 4 .*no shop 'toys'", told(answer))
        yield served


def test_shops_side_by_side(get):
    seen = told(get(DAY))
    for words in ("Side by side", "Book shop", "Corner shop", "Amount, EUR", "17.99", "no sales came in"):
        assert words in seen
    assert "By hour of the day" in seen
    assert re.search(r"Conversion \d+\.\d% 2 of \d+", seen)


def test_clocks_are_told_in_words(get):
    seen = told(get(DAY))
    assert "too few to compare" in seen
    assert "names no queue" in seen


def test_the_address_keeps_what_was_chosen(get):
    text = get(DAY).text
    assert 'value="shop:books" selected' in text
    assert "of=shop%3Acorner&amp;period=custom" in text


def test_the_same_file_again_changes_nothing(served):
    with served.browser() as browser:
        assert re.search(r"New 0 Were there already 2 ", told(send(browser, FILE)))


def test_what_is_no_table_is_refused_with_what_to_do(served):
    with served.browser() as browser:
        answer = send(browser, "hello")
        assert answer.status_code == 400
        assert "march.csv" in told(answer) or "column" in told(answer)
    with served.browser(csrf=False) as browser:  # whose scripts add no token
        assert send(browser, FILE, token="x").status_code == 403


def test_who_may_see_and_who_may_send(served):
    for role in Role:
        with served.browser(role) as browser:
            answer = browser.get(DAY)
            rights = RIGHTS[role]
            sees = Right.SEE_UNIT in rights
            assert answer.status_code == (200 if sees else 403)
            if sees:
                assert ('action="/sales/file"' in answer.text) == (Right.SEND_SALES in rights)
            if role is Role.TENANT:
                assert "Corner shop" not in answer.text


def test_files_are_there(get):
    addresses = re.findall(r'href="(/api/v1/[^"]+\.csv[^"]*)"', get(DAY).text)
    assert len(addresses) == 2
    for address in addresses:
        assert get(address.replace("&amp;", "&")).headers["content-type"].startswith("text/csv")


def test_nothing_that_the_policy_forbids(get):
    text = get(DAY).text
    assert " style=" not in text
    assert not re.search(r"\son\w+=", text)


def test_without_a_shop_the_page_says_what_to_do(tmp_path):
    with console(tmp_path) as served, served.browser() as browser:
        served.site.changed(replace(served.site.site, shops=()))
        answer = browser.get("/sales")
        assert "No shop is named yet" in told(answer)
        assert 'action="/sales/file"' not in answer.text


def test_every_reason_has_words():
    assert set(sales_words.SHORT) == set(sales_words.WHY) == set(Missing)
    assert set(sales_words.CLOCK) == set(Unknown)


def test_in_a_browser_it_fits_and_nothing_fails(look, served):
    with look(served, DAY) as page:
        page.select_option("#ask-of", "shop:corner")
        page.wait_for_url("**of=shop%3Acorner**")
        page.wait_for_selector("text=That is not a conversion of zero")
