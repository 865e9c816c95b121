"""The kiosk's pages and the public one: by forms alone, and in a browser with a camera."""

import io
import re
import shutil
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from joining import SETTINGS, FakeSubjects
from PIL import Image
from site_pages import NOT_BUILT, Console, built, csrf_of, told

from galleria.app import members_look
from galleria.app.members import Running
from galleria.app.members_receipt import new_code
from galleria.console.site.posted_pictures import MOST_BYTES
from galleria.domain.access import Role
from galleria.domain.errors import InputError
from galleria.domain.face import Template

pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
CAMERA = "camera=(self), microphone=(), geolocation=()"
PAGES = ("/kiosk", "/kiosk/join", "/kiosk/erase", "/withdraw", "/members", "/settings/members")


def picture(shade=120, side=320):
    file = io.BytesIO()
    Image.new("RGB", (side, side), (shade, shade, shade)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def looked(monkeypatch):
    """Pictures that were looked at; a grey one is a face, a black one is none."""
    seen = []

    def look(_steps, pictures, *, joining):
        opened = [Image.open(io.BytesIO(raw)).convert("L") for raw in pictures]
        seen.append([image.size for image in opened])
        shades = [int(np.asarray(image).mean()) for image in opened]
        if joining and min(shades, default=0) < 10:
            raise InputError("no face was found", "Look into the camera, and try again.")
        values = np.random.default_rng(shades[0]).standard_normal(128)
        return [Template("space", (values / np.linalg.norm(values)).astype(np.float32))] * len(pictures)

    monkeypatch.setattr(members_look, "look", look)
    return seen


@pytest.fixture
def console(tmp_path, looked):
    with Console(tmp_path) as console:
        site, subjects = console.site, FakeSubjects()
        site.subjects = subjects
        site.members.use(Running(lambda: subjects, lambda: None, dict, lambda: 0.9))
        site.members._around = replace(site.members._around, pause=lambda _: None)
        site.settings.put(site.signed[Role.ADMINISTRATOR].actor, "members", SETTINGS, 0)
        yield console


def send(client, path, page, *pictures, **fields):
    token = fields.pop("csrf", None) or csrf_of(client.get(page).text)
    files = [("pictures", (f"{n}.jpg", raw, "image/jpeg")) for n, raw in enumerate(pictures)]
    return client.post(path, data={"csrf": token, **fields}, files=files or [("pictures", ("", b"", "image/jpeg"))])


def join(console, client, *pictures):
    agreed = console.site.members.texts()[0].sha256
    return send(client, "/kiosk/join", "/kiosk", *(pictures or (picture(), picture(), picture())), text=agreed)


def code_on(answer):
    return re.search(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}", answer.text)[0]


class TestByForms:
    def test_from_the_text_to_the_receipt_and_back(self, console, looked):
        client = console.someone(Role.OPERATOR)
        text = client.get("/kiosk/join")
        assert SETTINGS["equal_way"] in told(text)
        assert " checked" not in text.text  # nobody agrees by default
        agreed = re.search(r'name="text" value="(\w{64})"', text.text)[1]
        silent = console.post(client, "/kiosk/agree", page="/kiosk/join", text=agreed, language="en")
        assert silent.status_code == 400
        assert "Nobody agreed yet" in told(silent)
        booth = console.post(client, "/kiosk/agree", page="/kiosk/join", text=agreed, language="en", agree="yes")
        assert booth.status_code == 200
        assert 'type="file"' in booth.text
        assert agreed in booth.text
        receipt = send(client, "/kiosk/join", "/kiosk/join", picture(), picture(), picture(), text=agreed)
        assert receipt.status_code == 200
        assert looked == [[(320, 320)] * 3]
        assert "<svg" in receipt.text
        code = code_on(receipt)
        public = console.nobody()
        done = console.post(public, "/withdraw", code=code.lower(), do="withdraw")
        assert "It is taken back" in told(done)
        again = console.post(public, "/withdraw", code=code, do="withdraw")
        assert (again.status_code, "taken back before" in told(again)) == (200, True)
        assert console.site.subjects.held == {}

    def test_a_wrong_code_finds_nothing(self, console):
        answer = console.post(console.nobody(), "/withdraw", code=new_code(), do="withdraw")
        assert answer.status_code == 404
        assert "Nothing was found under this code" in told(answer)

    def test_codes_cannot_be_tried_out(self, console):
        client = console.nobody()
        token = csrf_of(client.get("/withdraw").text)
        fields = {"csrf": token, "code": new_code(), "do": "show"}
        assert [client.post("/withdraw", data=fields).status_code for _ in range(21)] == [404] * 20 + [429]

    def test_what_is_held_is_shown(self, console):
        receipt = join(console, console.someone(Role.OPERATOR))
        member = re.search(r"m-[0-9a-f]{20}", receipt.text)[0]
        answer = console.post(console.nobody(), "/withdraw", code=code_on(receipt), do="show")
        assert answer.status_code == 200
        assert member in told(answer)
        assert "it is not given out" in told(answer)

    def test_a_picture_that_is_refused_says_why(self, console):
        answer = join(console, console.someone(Role.OPERATOR), picture(0))
        assert answer.status_code == 400
        assert "No face was found" in told(answer)
        assert 'type="file"' in answer.text

    def test_another_text_is_refused(self, console):
        answer = send(console.someone(Role.OPERATOR), "/kiosk/join", "/kiosk", picture(), text="0" * 64)
        assert answer.status_code == 409
        assert "not the one that holds now" in told(answer)

    def test_erased_by_face_whoever_it_is_the_answer_is_the_same(self, console):
        """To the byte, but for the number of the request; somebody could have come with a member's photograph."""
        client = console.someone(Role.OPERATOR)
        join(console, client)
        answers = []
        for shade, held in ((60, 1), (120, 0), (120, 0)):
            answer = send(client, "/kiosk/erase", "/kiosk/erase", *[picture(shade)] * 3, text="")
            assert answer.status_code == 200
            assert len(console.site.subjects.held) == held
            answers.append(re.sub(r'(<p class="code">)[0-9A-F]{8}<', r"\1<", answer.text))
        assert len(set(answers)) == 1
        assert "If you were known here, you no longer are" in told(answer)
        assert "with the code of your receipt" in told(answer)

    def test_nobody_joins_before_everything_is_said(self, console):
        site = console.site
        site.settings.put(site.signed[Role.ADMINISTRATOR].actor, "members", {}, 1)
        client = console.someone(Role.OPERATOR)
        assert client.get("/kiosk/join").headers["location"] == "/kiosk"
        assert "lacks who answers for it" in told(client.get("/kiosk"))
        assert 'href="/kiosk/join"' not in client.get("/kiosk").text

    def test_a_second_press_adds_nobody(self, console):
        client = console.someone(Role.OPERATOR)
        join(console, client)
        assert join(console, client).status_code == 409
        assert len(console.site.subjects.held) == 1


class TestForStaff:
    def test_a_number_and_nobody(self, console):
        receipt = join(console, console.someone(Role.OPERATOR))
        page = console.someone(Role.DPO).get("/members")
        assert "Members now 1" in told(page)
        assert re.search(r"m-[0-9a-f]{20}", receipt.text)[0] not in page.text

    def test_what_stands_in_the_text(self, console):
        client = console.someone()
        fields = {**SETTINGS, "contact": "Somebody new", "unused_days": "90", "version": "1"}
        assert console.post(client, "/settings/members", **fields).status_code == 303
        assert "Somebody new" in console.site.members.texts()[0].text
        assert console.site.reloads == 1
        for wrong in ({"unused_days": "400"}, {"address": "mall"}, {"version": "1"}):
            answer = console.post(client, "/settings/members", **{**fields, "version": "2", **wrong})
            assert answer.status_code == 400, wrong


class TestDoors:
    def test_only_the_kiosks_own_pages_have_a_camera(self, console):
        client = console.someone()
        agreed = console.site.members.texts()[0].sha256
        booth = console.post(client, "/kiosk/agree", page="/kiosk/join", text=agreed, language="en", agree="yes")
        assert booth.headers["permissions-policy"] == CAMERA
        assert client.get("/kiosk/erase").headers["permissions-policy"] == CAMERA
        for page in ("/", "/kiosk", "/kiosk/join", "/withdraw", "/members"):
            assert client.get(page).headers["permissions-policy"].startswith("camera=()"), page

    def test_large_forms_only_where_pictures_are(self, console):
        client = console.someone(Role.OPERATOR)
        big = picture() + bytes(3 << 20)
        assert join(console, client, big).status_code == 200
        assert send(client, "/kiosk/erase", "/kiosk/erase", big).status_code == 200
        assert client.post("/withdraw", data={"code": "x" * (2 << 20)}).status_code == 413
        assert join(console, client, bytes(MOST_BYTES)).status_code == 413

    def test_pictures_never_lie_on_a_disk(self, console, monkeypatch):
        """Not even as a temporary file: forms of several megabytes usually do."""

        def rolled(*_):
            pytest.fail("a picture was written to a temporary file")

        monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", rolled)
        client = console.someone(Role.OPERATOR)
        assert join(console, client, picture() + bytes(6 << 20)).status_code == 200
        for path in console.site.folder.rglob("*"):
            assert not path.is_file() or b"\xff\xd8\xff" not in path.read_bytes(), path

    def test_a_form_needs_its_token_its_kind_and_its_right(self, console):
        client = console.someone(Role.OPERATOR)
        assert send(client, "/kiosk/join", "/kiosk", picture(), csrf="wrong", text="").status_code == 403
        token = csrf_of(client.get("/kiosk/join").text)
        assert client.post("/kiosk/join", data={"csrf": token}).status_code == 403
        assert send(console.someone(Role.DPO), "/kiosk/join", "/members", picture(), text="").status_code == 403
        assert console.nobody().get("/kiosk").status_code == 303
        assert console.nobody().get("/withdraw").status_code == 200

    def test_a_broken_form_is_refused(self, console):
        client = console.someone(Role.OPERATOR)
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        for body in (b"", b"--x", b"--x\r\nContent-Disposition: form-data\r\n\r\n\r\n--x--"):
            assert client.post("/kiosk/join", content=body, headers=kind).status_code in {400, 403}
        unbounded = {"Content-Type": "multipart/form-data"}
        assert client.post("/kiosk/join", content=b"", headers=unbounded).status_code == 400
        many = [("pictures", (f"{n}.jpg", b"x", "image/jpeg")) for n in range(9)]
        token = csrf_of(client.get("/kiosk/join").text)
        assert client.post("/kiosk/join", data={"csrf": token}, files=many).status_code == 400


@contextmanager
def opened(browser, console, role=None, **options):
    context = browser.new_context(**options)
    if role:
        cookies = console.browser(role).cookies
        context.add_cookies([{"name": name, "value": value, "url": console.url} for name, value in cookies.items()])
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield page
    assert [fault for fault in faults if "Failed to load resource" not in fault] == []
    context.close()


@pytest.fixture(scope="module")
def filming(chromium):
    """A browser whose camera is made up."""
    flags = ["--no-sandbox", "--disable-gpu", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    browser = chromium.browser_type.launch(executable_path=shutil.which("chromium"), args=flags)
    yield browser
    browser.close()


class TestInABrowser:
    def test_with_a_camera_to_the_receipt_and_back_by_its_qr_code(self, console, filming, looked):
        with opened(filming, console, Role.OPERATOR, permissions=["camera"]) as page:
            page.goto(f"{console.url}/kiosk")
            page.get_by_role("link", name="Be greeted as a member").click()
            page.get_by_role("checkbox").check()
            page.get_by_role("button", name="Agree and go on").click()
            page.locator("#booth").wait_for(state="visible")
            assert page.locator("#files").is_hidden()
            assert page.get_by_role("button", name="Join with these").is_disabled()
            page.get_by_role("button", name="Take 3 pictures").click()
            page.locator("#send:enabled").wait_for(timeout=20_000)
            page.get_by_role("button", name="Join with these").click()
            page.get_by_role("heading", name="You are a member").wait_for()
            code = page.locator("#code").inner_text()
            assert page.get_by_role("button", name="Print").is_visible()
        assert len(looked[-1]) == 3
        assert looked[-1][0][0] >= 640
        with opened(filming, console, viewport={"width": 390, "height": 844}) as page:
            page.goto(f"{console.url}/withdraw#{code}")
            assert page.locator("#receipt-code").input_value() == code
            assert "#" not in page.url
            page.get_by_role("button", name="Take it back").click()
            page.get_by_role("heading", name="It is taken back").wait_for()
        assert console.site.subjects.held == {}

    def test_nobody_sees_who_was_there_before(self, console, chromium):
        with opened(chromium, console, Role.OPERATOR) as page:
            page.clock.install()
            page.goto(f"{console.url}/withdraw")
            page.clock.run_for(110_000)
            page.keyboard.press("Tab")  # somebody is still there
            page.clock.run_for(110_000)
            assert page.url.endswith("/withdraw")
            page.clock.run_for(20_000)
            page.wait_for_url("**/kiosk")

    def test_without_a_camera_files_are_chosen(self, console, chromium):
        with opened(chromium, console, Role.OPERATOR) as page:
            page.goto(f"{console.url}/kiosk/erase")
            page.get_by_text("The camera cannot be used here").wait_for()
            assert page.locator("#booth").is_hidden()
            files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": picture(60)} for n in range(3)]
            page.set_input_files("#pictures", files)
            page.get_by_role("button", name="Look for me").click()
            page.get_by_role("heading", name="If you were known here, you no longer are").wait_for()

    def test_without_scripts(self, console, chromium):
        with opened(chromium, console, Role.OPERATOR, java_script_enabled=False) as page:
            page.goto(f"{console.url}/kiosk/join")
            page.get_by_role("checkbox").check()
            page.get_by_role("button", name="Agree and go on").click()
            files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": picture()} for n in range(3)]
            page.set_input_files("#pictures", files)
            page.get_by_role("button", name="Join with these").click()
            code = page.locator("#code").inner_text()
            page.goto(f"{console.url}/withdraw")
            page.fill("#receipt-code", code)
            page.get_by_role("button", name="Take it back").click()
            page.get_by_role("heading", name="It is taken back").wait_for()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [360, 1280])
    def test_pages_fit_and_can_be_read(self, console, chromium, scheme, width):
        options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
        with opened(chromium, console, Role.ADMINISTRATOR, **options) as page:
            for path in PAGES:
                page.goto(console.url + path)
                overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert overflow <= 0, path
                if AXE.exists():
                    page.evaluate(AXE.read_text())
                    found = page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))")
                    assert found == [], path
