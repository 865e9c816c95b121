"""Other sites on the page Compare: a file is sent, refused with its reason, compared, and taken away; by whom."""

import re

import pytest
from numbers_site import console
from site_pages import NOT_BUILT, built, csrf_of, told

from galleria.app.access import COOKIE
from galleria.domain.access import RIGHTS, Right, Role

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)
PAGE = "/compare?period=custom&from=2026-09-14&to=2026-09-20&against=last-week"
SEND = PAGE.replace("/compare", "/compare/sites")
HEAD = "site,name,simulated,date,open,coverage,footfall,pass_by\n"
NORTH = HEAD + "north,North & <b>South</b>,yes,2026-09-14,yes,1,60,120\nnorth,N,no,2026-09-15,yes,1,10,\n"
WEST = HEAD + "".join(f"west,West,no,2026-09-{n},yes,1,10,\n" for n in range(14, 18))


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with console(tmp_path_factory.mktemp("sites")) as served:
        yield served


@pytest.fixture
def client(served):
    with served.browser(csrf=False) as client:
        yield client
    for file in (served.site.folder / "benchmarks").glob("*"):
        file.unlink()


def send(client, text, name="north.csv", token=None):
    token = csrf_of(client.get(PAGE).text) if token is None else token
    return client.post(SEND, data={"csrf": token}, files={"file": (name, text)})


def card(answer):
    return told(
        type(
            "Part", (), {"text": re.search(r'<section class="card" id="sites".*?</section>', answer.text, re.DOTALL)[0]}
        )
    )


def test_without_other_sites_it_says_where_files_come_from(client) -> None:
    seen = card(client.get(PAGE))
    assert "No other site is known" in seen
    assert "Index" not in seen


def test_a_file_is_sent_compared_and_taken_away(served, client) -> None:
    answer = send(client, NORTH, name="../../whatever.csv")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#sites")
    assert [file.name for file in (served.site.folder / "benchmarks").iterdir()] == ["north.csv"]
    page = client.get(PAGE)
    assert "North & <b>South</b>" in card(page)
    assert "<b>South" not in page.text
    rows = {row[0].split(" this")[0].split(" simulated")[0].strip(): row for row in cells(page)}
    assert rows["The shop"][1:4] == ["17%", "5 of 6", "50 20"]  # of the open days one was seen
    assert rows["North & <b>South</b>"][1:4] == ["100%", "0 of 2", "150 60"]
    assert rows["Median of the sites compared"][1] == "40"
    assert rows["Days compared, the same of all"][1] == "1"
    assert "simulated" in card(page)
    token = csrf_of(page.text)
    assert client.post("/compare/sites/remove", data={"csrf": token, "site": "north"}).status_code == 303
    assert "No other site is known" in card(client.get(PAGE))


def cells(page):
    table = re.search(r'<section class="card" id="sites".*?<table>(.*?)</table>', page.text, re.DOTALL)[1]
    rows = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    ]
    return [[told(type("Cell", (), {"text": cell})).strip() for cell in row] for row in rows]


def test_a_site_with_few_days_is_left_out_and_said_so(client) -> None:
    send(client, WEST)
    send(client, NORTH)
    (shop,) = [row for row in cells(client.get(PAGE)) if row[0].startswith("The shop")]
    assert shop[3] == "left out: 1 day"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rubbish\n", "there is no column 'site'"),
        (NORTH.replace("2026-09-15", "15.9."), "line 3, date"),
        (NORTH.replace("north", "shop"), "this very site"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
    ],
)
def test_what_is_refused_is_told_with_its_reason_and_changes_nothing(served, client, text, words) -> None:
    answer = send(client, text)
    assert answer.status_code == 400
    assert words in card(answer)
    assert [*(served.site.folder / "benchmarks").glob("*")] == []


def test_a_file_that_is_too_large_and_no_file(client) -> None:
    assert send(client, b"x" * (5 << 20)).status_code in {400, 413}
    token = csrf_of(client.get(PAGE).text)
    assert client.post(SEND, data={"csrf": token}, files={"file": ("", "")}).status_code == 400


def test_a_broken_file_in_the_folder_is_told_and_the_page_goes_on(served, client) -> None:
    send(client, NORTH)
    (served.site.folder / "benchmarks" / "a.csv").write_text("rubbish\n")
    seen = card(client.get(PAGE))
    assert "a.csv, line 1: there is no column 'site'" in seen
    assert "North" in seen


@pytest.mark.parametrize("role", [role for role in Role if Right.SEE_MEASURES in RIGHTS[role]])
def test_who_may_change_settings_sends_files_and_others_only_see(served, client, role) -> None:
    send(client, NORTH)
    with served.browser(role, csrf=False) as other:
        page = other.get(PAGE)
        may = Right.CHANGE_SETTINGS in RIGHTS[role]
        assert "North" in card(page)
        assert ('action="/compare/sites' in page.text) == may
        assert ("/api/v1/benchmark.csv" in page.text) == (Right.EXPORT in RIGHTS[role])
        assert send(other, WEST).status_code == (303 if may else 403)
        gone = other.post("/compare/sites/remove", data={"csrf": csrf_of(page.text), "site": "north"})
        assert gone.status_code == (303 if may else 403)


def test_without_the_pages_own_token_nothing_is_taken(served, client) -> None:
    assert send(client, NORTH, token="x").status_code == 403
    assert [*(served.site.folder / "benchmarks").glob("*")] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser_a_file_is_chosen_compared_and_removed(chromium, served, client, tmp_path, width) -> None:
    file = tmp_path / "north.csv"
    file.write_text(NORTH)
    complaints = []
    context = chromium.new_context(viewport={"width": width, "height": 844}, locale="en-GB")
    context.add_cookies([{"name": COOKIE, "value": served.site.signed[Role.ADMINISTRATOR].cookie, "url": served.url}])
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(served.url + PAGE)
    page.click("text=Add the days of another site")
    page.set_input_files("#site-file", file)
    page.click("text=Take it")
    page.wait_for_selector("text=Median of the sites compared")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.click("text=Add the days of another site, or remove one")
    page.click("#sites button:has-text('Remove North')")
    page.wait_for_selector("text=No other site is known")
    context.close()
    assert complaints == []
