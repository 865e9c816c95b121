"""The pages about purposes: for those who work here, and the one for everybody."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from site_pages import NOT_BUILT, Console, built, told

sys.path.append(str(Path(__file__).parents[1] / "app"))

from purposeful import MEASURED, declaration

from galleria.console.site.frame import POLICY
from galleria.domain.access import RIGHTS, Right, Role
from galleria.domain.purpose import Purpose
from galleria.storage.dossierfile import write_dossier

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)
FORM = {"basis": "consent", "version": "3", "place": "At both doors", "begins": "2026-09-01", "ends": "2027-08-31",
        "cameras": "hall", "dpia": "DPIA-7"}  # fmt: skip
PATHS = ("/purposes", "/purposes/record", "/purposes/sign/unique", "/purposes/sign/footfall")


@pytest.fixture
def console(tmp_path):
    with Console(tmp_path) as console:
        yield console


def run(console, *purposes):
    """Let purposes run at the hall, signed by two."""
    site = console.site
    boss, dpo = (site.signed[role].actor for role in (Role.ADMINISTRATOR, Role.DPO))
    if site.site.profile != "us":
        site.purposes.choose(boss, "us")
    (site.folder / "dossiers").mkdir(exist_ok=True)
    now = site.clock.now()
    write_dossier(site.folder / "dossiers" / "d.json", replace(MEASURED, made=now - 86400, ends=now + 86400 * 90))
    for purpose in purposes:
        site.purposes.declare(boss, declaration(purpose))
        digest = next(one.digest for one in site.purposes.status(boss).purposes if one.purpose is purpose)
        for by in (boss, dpo):
            site.purposes.sign(by, purpose, digest)


def digest_on(page):
    return re.search(r'name="digest" value="([0-9a-f]+)"', page.text)[1]


def test_from_nothing_to_running_by_the_forms_alone(console):
    run(console)  # the dossier is there
    boss, dpo = console.someone(), console.someone(Role.DPO)
    page = "/purposes"
    chosen = console.post(boss, "/purposes/profile", page=page, profile="eu")
    assert chosen.headers["location"] == "/purposes?saved=profile"
    assert "European Union and European Economic Area" in told(boss.get(page))
    form = "/purposes/unique/declare"
    assert console.post(boss, form, **FORM).headers["location"] == "/purposes?saved=declared#unique"
    shown = boss.get(page)
    assert "1 thing is missing Fewer than two different people have signed its declaration." in told(shown)
    digest = digest_on(shown)
    unread = console.post(boss, "/purposes/unique/sign", page=page, digest=digest)
    assert (unread.status_code, "Read it, tick the box" in told(unread)) == (400, True)
    for client in (boss, dpo):
        signed = console.post(client, "/purposes/unique/sign", page=page, digest=digest, read="yes")
        assert signed.headers["location"] == "/purposes?saved=signed#unique"
    shown = told(boss.get(page))
    assert "Different visitors Runs at 1 camera" in shown
    assert "You have signed this declaration." in shown
    assert "Signed administrator" in shown
    assert set(console.site.purposes.granted("hall")) == {Purpose.UNIQUE}


def test_a_panel_is_declared_by_the_form_and_named_as_not_built(console):
    run(console)
    client = console.someone()
    assert console.post(client, "/purposes/unique/declare", **FORM, panel="yes").status_code == 303
    shown = told(client.get("/purposes"))
    assert "only those who joined" in shown
    assert "2 things are missing This release has nothing that does it." in shown


def test_a_stop_and_a_start(console):
    run(console, Purpose.UNIQUE)
    client = console.someone(Role.OPERATOR)
    assert "It ends at once, at every camera" in told(client.get("/purposes"))
    stopped = console.post(client, "/purposes/unique/stop", page="/purposes")
    assert stopped.status_code == 303
    assert console.site.purposes.granted("hall") == {}
    assert "Stopped by operator" in told(client.get("/purposes"))
    console.post(client, "/purposes/unique/start", page="/purposes")
    assert set(console.site.purposes.granted("hall")) == {Purpose.UNIQUE}


def test_a_changed_declaration_says_what_it_needs(console):
    run(console, Purpose.UNIQUE)
    client = console.someone()
    form = "/purposes/unique/declare"
    shown = client.get(form)
    assert "This is signed." in told(shown)
    assert 'value="2027-08-31"' in shown.text
    console.post(client, form, **{**FORM, "dpia": "DPIA-8"})
    assert "Its declaration was altered after it was signed." in told(client.get("/purposes"))
    assert console.site.purposes.granted("hall") == {}
    revision = console.site.setup.revision
    assert console.post(client, "/purposes/unique/withdraw", page="/purposes", revision=revision).status_code == 303
    late = console.post(client, "/purposes/unique/withdraw", page="/purposes", revision=revision)
    assert late.status_code == 400
    assert "somebody else has changed the site" in told(late).lower()


def test_what_cannot_be_declared_stands_above_the_form_and_nothing_is_lost(console):
    client = console.someone()
    form = "/purposes/unique/declare"
    for change, words in (
        ({}, "no profile is chosen"),
        ({"ends": "soon"}, "is no day"),
        ({"basis": "because"}, "No ground was chosen"),
        ({"cameras": "cellar"}, "there is no camera"),
        ({"ends": "2026-08-01"}, "ends before it begins"),
    ):
        answer = console.post(client, form, **{**FORM, **change})
        assert answer.status_code == 400
        assert words in told(answer)
        assert "At both doors" in answer.text
        assert str(console.site.folder) not in answer.text


@pytest.mark.parametrize("role", Role)
def test_pages_render_for_each_role_with_what_it_may_do(console, role):
    run(console, Purpose.UNIQUE)
    console.site.purposes.declare(console.site.signed[Role.ADMINISTRATOR].actor, declaration(Purpose.AUDIENCE))
    client, rights = console.someone(role), RIGHTS[role]
    for path in PATHS:
        answer = client.get(path)
        assert answer.status_code == (200 if Right.SEE_PURPOSES in rights else 403), path
        assert " style=" not in answer.text
    page = client.get("/purposes").text
    for right, action in (
        (Right.SIGN, 'action="/purposes/audience/sign"'),
        (Right.STOP_PURPOSE, 'action="/purposes/unique/stop"'),
        (Right.DECLARE, 'action="/purposes/unique/withdraw"'),
        (Right.DECLARE, "/purposes/staff/declare"),
        (Right.DECLARE, 'action="/purposes/profile"'),
    ):
        assert (action in page) is (right in rights), (role, action)


def test_accuracy_is_told_and_its_page_is_drawn(console):
    run(console, Purpose.UNIQUE)
    client = console.someone()
    page = client.get("/purposes")
    assert "Measured with 100 people" in told(page)
    path = re.search(r'href="(/purposes/accuracy/[0-9a-f]+)"', page.text)[1]
    answer = client.get(path)
    assert "made-up set" in answer.text
    assert "script" not in answer.headers["content-security-policy"]
    assert client.get("/purposes/accuracy/abc").status_code == 404
    assert console.someone(Role.GUARD).get(path).status_code == 403


def test_the_record_says_who_answers_for_what(console):
    run(console, Purpose.UNIQUE)
    client = console.someone()
    saved = console.post(
        client,
        "/settings/privacy",
        controller="Mall of Nobody",
        contact="desk",
        address="https://m.example/a",
        version="0",
    )
    assert saved.headers["location"] == "/settings/privacy?saved=true"
    record = told(client.get("/purposes/record"))
    assert "Controller Mall of Nobody" in record
    assert "biometric: a sealed face template" in record
    assert "1. Counting" in record
    assert "2. Different visitors" in record
    late = console.post(client, "/settings/privacy", controller="x", version="0")
    assert late.status_code == 400
    wrong = console.post(client, "/settings/privacy", address="javascript:alert(1)", version="1")
    assert wrong.status_code == 400
    assert console.site.settings.get("privacy").value["controller"] == "Mall of Nobody"


def test_a_sign_has_a_code_that_leads_to_the_public_page(console):
    client = console.someone()
    page = client.get("/purposes/sign/unique")
    assert f"{console.url}/about" in told(page)
    console.post(client, "/settings/privacy", address="https://mall.example/about", version="0")
    page = client.get("/purposes/sign/unique")
    assert "https://mall.example/about" in told(page)
    assert console.url not in told(page)
    (code,) = re.findall(r'<div class="qr".*?(<svg.*?</svg>)', page.text, re.DOTALL)
    assert ET.fromstring(code).find(".//{http://www.w3.org/2000/svg}path") is not None  # ours
    assert page.headers["content-security-policy"] == POLICY
    assert client.get("/purposes/sign/smiles").status_code == 404


class TestPublicPage:
    def test_it_tells_everybody_what_runs_and_sets_no_cookie(self, console):
        run(console, Purpose.UNIQUE)
        console.site.settings.put(
            console.site.signed[Role.ADMINISTRATOR].actor,
            "privacy",
            {"controller": "Mall of Nobody", "contact": "the desk"},
            0,
        )
        answer = console.nobody().get("/about")
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert "<form" not in answer.text
        page = told(answer)
        for words in (
            "Visitors are counted here", "Cameras Hall, yard", "Visitors are told apart for one day",
            "Cameras Hall Ground", "Ground Consent", "Until", "At both doors", "until the trading day closes",
            "Measured with 100 people", "Mall of Nobody", "the desk", "how to object",
        ):  # fmt: skip
            assert words in page, words

    def test_it_leaks_nothing(self, console):
        run(console, Purpose.UNIQUE, Purpose.AUDIENCE)
        console.site.purposes.stop(console.site.signed[Role.OPERATOR].actor, Purpose.AUDIENCE)
        text = console.nobody().get("/about").text
        for role in Role:
            assert console.site.signed[role].actor.id not in text
            assert f">{role.value}" not in text
        hidden = ("192.0.2.7", "rtsp", "videos/", "DPIA-7", "/purposes", "Looks at this screen", "works agreement",
                  str(console.site.folder), "administrator", "operator")  # fmt: skip
        assert [word for word in hidden if word in text] == []
        digest = console.site.purposes.public()[1].digest
        assert digest
        assert digest not in text

    def test_a_fresh_site_only_counts(self, console):
        page = told(console.nobody().get("/about"))
        assert "Visitors are counted here" in page
        assert "Ask at the information desk." in page
        assert "template" not in page

    def test_what_was_stopped_is_gone_at_once(self, console):
        run(console, Purpose.UNIQUE)
        client = console.nobody()
        assert "told apart" in told(client.get("/about"))
        console.site.purposes.stop(console.site.signed[Role.OPERATOR].actor, Purpose.UNIQUE)
        assert "told apart" not in told(client.get("/about"))
