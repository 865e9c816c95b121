import json
import shutil
import stat
import time
from pathlib import Path

import pyotp
import pytest
from people import PASSWORD
from shop import CAMERA_PASSWORD
from site_pages import NOT_BUILT, Console, built, csrf_of, told

from galleria.console.site import pages
from galleria.console.site.frame import POLICY, Needs
from galleria.domain.access import RIGHTS, Right, Role

FOOTAGE = Path(__file__).parents[2] / "footage"
pytestmark = pytest.mark.skipif(not built, reason=NOT_BUILT)


@pytest.fixture
def console(tmp_path):
    with Console(tmp_path) as console:
        yield console


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """One that nobody changes."""
    with Console(tmp_path_factory.mktemp("quiet")) as console:
        yield console


PLACES = ("/", "/flows", "/live", "/cameras", "/health", "/settings", "/account", "/cameras/add", "/cameras/find",
          "/cameras/hall", "/cameras/hall/draw", "/cameras/hall/remove", "/cameras/hall/picture",
          "/cameras/hall/labelled", "/purposes", "/purposes/record", "/purposes/sign/unique",
          "/purposes/unique/declare", "/settings/privacy", "/settings/site", "/settings/keeping",
          "/settings/integrations", "/settings/users", "/settings/tokens", "/settings/audit", "/settings/members",
          "/members", "/kiosk", "/kiosk/join", "/kiosk/erase", "/first", "/first/camera",
          "/first/count/hall")  # fmt: skip


def routes(console):
    """Every path of the console with what it needs, from the routers themselves."""
    found = {}
    for included in pages(console.site).routes:
        for route in getattr(getattr(included, "original_router", None), "routes", [included]):
            need = next(d.dependency for d in route.dependencies if isinstance(d.dependency, Needs))
            for method in route.methods:
                found[method, route.path] = need
    return found


def filled(path):
    for name, value in {"camera": "hall", "user": "nobody", "token": "nothing", "link": "none", "group": "mqtt",
                        "name": "app.css"}.items():  # fmt: skip
        path = path.replace(f"{{{name}}}", value)
    return path


class TestDoors:
    def test_nobody_is_asked_who_it_is(self, quiet):
        client = quiet.nobody()
        for place in PLACES:
            answer = client.get(place)
            assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?to={place}")

    def test_every_route_lets_in_exactly_those_who_may(self, quiet):
        walked, clients = 0, {role: quiet.someone(role) for role in Role}
        for (method, path), need in routes(quiet).items():
            if method != "GET" or not need.known:
                continue
            for role in Role:
                answer = clients[role].get(filled(path))
                may = need.right is None or need.right in RIGHTS[role]
                refused = answer.status_code == 403
                if path == "/settings":
                    continue  # it goes to the first page of one's own
                assert refused != may, (path, role, answer.status_code)
                assert answer.status_code in {200, 303, 403, 404}, (path, role, answer.text[:500])
                walked += 1
        assert walked > 150

    def test_no_form_is_taken_without_its_token(self, quiet):
        client = quiet.someone()
        for (method, path), need in routes(quiet).items():
            if method == "POST" and need.known:
                assert client.post(filled(path), data={"name": "x"}).status_code == 403, path
                assert client.post(filled(path), data={"csrf": "wrong"}).status_code == 403, path
                assert client.post(filled(path), json={"csrf": "wrong"}).status_code == 403, path
                token = csrf_of(client.get("/account").text)
                foreign = client.post(filled(path), data={"csrf": token}, headers={"Sec-Fetch-Site": "cross-site"})
                assert foreign.status_code == 403, path

    def test_forms_need_the_same_rights(self, quiet):
        clients = {role: quiet.someone(role) for role in Role}
        tokens = {role: csrf_of(client.get("/account").text) for role, client in clients.items()}
        for (method, path), need in routes(quiet).items():
            if method == "POST" and need.right is not None:
                for role in (role for role in Role if need.right not in RIGHTS[role]):
                    client, token = clients[role], tokens[role]
                    assert client.post(filled(path), data={"csrf": token}).status_code == 403, (path, role)

    def test_a_browser_may_do_nothing_that_is_not_said(self, quiet):
        answer = quiet.someone().get("/cameras")
        assert answer.headers["content-security-policy"] == POLICY
        assert "unsafe" not in POLICY
        assert answer.headers["cache-control"] == "no-store"
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text

    def test_a_part_of_a_page_says_where_to_sign_in(self, quiet):
        answer = quiet.nobody().get("/cameras/states", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in")

    def test_built_files_are_kept_and_nothing_else_is_given(self, quiet):
        client = quiet.nobody()
        sheet = client.get("/sign-in").text.split('rel="stylesheet" href="')[1].split('"')[0]
        answer = client.get(sheet)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
        assert "immutable" in answer.headers["cache-control"]
        for wrong in ("manifest.json", "..%2f__init__.py", ".%2e/frame.py", "nothing.js"):
            assert client.get(f"/static/{wrong}").status_code == 404, wrong


class TestSigningIn:
    def test_in_and_out(self, console):
        client = console.nobody()
        answer = console.post(client, "/sign-in", name="Operator", password=PASSWORD, to="/cameras")
        assert (answer.status_code, answer.headers["location"]) == (303, "/cameras")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert client.get("/cameras").status_code == 200
        assert console.post(client, "/sign-out", page="/cameras").headers["location"] == "/sign-in"
        assert client.get("/cameras").status_code == 303

    def test_a_wrong_password_tells_nothing(self, console):
        client = console.nobody()
        for name in ("operator", "who is that"):
            answer = console.post(client, "/sign-in", name=name, password="wrong wrong wrong")
            assert answer.status_code == 401
            assert "The name, the password or the code is wrong" in told(answer)
            assert "wrong wrong wrong" not in answer.text

    def test_nobody_is_sent_to_another_site(self, console):
        for to in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
            client = console.nobody()
            answer = console.post(client, "/sign-in", name="operator", password=PASSWORD, to=to)
            assert answer.headers["location"] == "/", to

    def test_a_second_factor_from_the_code_to_the_recovery(self, console):
        client = console.someone(Role.ANALYST)
        begun = console.post(client, "/account/factor", page="/account", do="begin")
        secret = begun.text.split('<p class="secret">')[1].split("<")[0]
        assert "<svg" in begun.text
        wrong = console.post(client, "/account/factor", page="/account", do="confirm", code="000000")
        assert wrong.status_code == 400
        assert secret not in wrong.text
        code = pyotp.TOTP(secret).at(int(console.site.clock.now()))
        done = console.post(client, "/account/factor", page="/account", do="confirm", code=code)
        codes = done.text.split('id="codes">')[1].split("<")[0].split()
        assert len(codes) == 10
        fresh = console.nobody()
        asked = console.post(fresh, "/sign-in", name="analyst", password=PASSWORD)
        assert asked.status_code == 401
        assert "A code is needed too" in told(asked)
        answer = console.post(fresh, "/sign-in", name="analyst", password=PASSWORD, code=codes[0])
        assert answer.status_code == 303

    def test_a_one_time_link(self, console):
        boss, guest = console.someone(), console.nobody()
        added = console.post(boss, "/settings/users", name="Grace", role="analyst")
        link = added.text.split('id="link">')[1].split("<")[0]
        assert link.startswith(f"{console.url}/welcome/")
        path = link.removeprefix(console.url)
        assert "Welcome, Grace" in told(guest.get(path))
        short = console.post(guest, path, password="short", again="short")
        assert short.status_code == 400
        other = console.post(guest, path, password="a long enough one", again="another long one")
        assert "not the same" in told(other)
        done = console.post(guest, path, password="a long enough one", again="a long enough one")
        assert done.headers["location"] == "/"
        assert guest.get("/flows").status_code == 200
        assert console.nobody().get(path).status_code == 404


class TestCameras:
    def test_the_list_shows_no_secret(self, quiet):
        page = quiet.someone().get("/cameras")
        assert "rtsp://viewer@192.0.2.7/main" in page.text
        assert CAMERA_PASSWORD not in page.text
        assert "SHOP_PASSWORD" not in page.text
        assert "Seeing" in told(page)
        assert "/draw" not in quiet.someone(Role.ANALYST).get("/cameras").text

    def test_add_change_remove(self, console):
        client = console.someone()
        fields = {"name": "Lift", "source": "rtsp://me@192.0.2.8/a", "password": "secret-of-lift", "transport": "udp"}
        added = console.post(client, "/cameras/add", **fields, anchor="feet", pace="none", add="yes")
        assert added.headers["location"] == "/cameras/lift/draw"
        written = console.site.path.read_text()
        assert "secret-of-lift" not in written
        assert "transport: udp" in written
        assert "anchor" not in written.split("id: lift")[1]
        page = client.get("/cameras/lift")
        assert "secret-of-lift" not in page.text
        assert "One is kept" in page.text
        revision = page.text.split('name="revision" value="')[1].split('"')[0]
        path = "/cameras/lift"
        changed = console.post(client, path, name="Lift 2", source="rtsp://me@192.0.2.8/b", revision=revision)
        assert changed.headers["location"] == "/cameras#lift"
        again = console.post(client, path, name="Lift 3", source="rtsp://me@192.0.2.8/b", revision=revision)
        assert again.status_code == 400
        assert "Somebody else has changed the site" in told(again)
        assert "Lift 3" in again.text
        removed = console.post(client, f"{path}/remove", revision=console.site.setup.revision)
        assert removed.headers["location"] == "/cameras"
        assert "id: lift" not in console.site.path.read_text()
        actions = [
            entry.action for entry in console.site.access.audit.list(console.site.signed[Role.ADMINISTRATOR].actor)
        ]
        assert actions[:3] == ["camera.removed", "camera.changed", "camera.added"]

    def test_what_is_wrong_stands_beside_its_field(self, console):
        client = console.someone()
        long = console.post(client, "/cameras/add", name="x" * 600, source="rtsp://192.0.2.8/a", add="yes")
        assert long.status_code == 400
        assert 'aria-invalid="true"' in long.text
        assert "longer than 500 characters" in told(long)
        none = console.post(client, "/cameras/add", name="x", source="", add="yes")
        assert "An address is needed" in told(none)

    def test_trying_a_connection(self, console, footage_clip):
        client = console.someone()
        works = console.post(client, "/cameras/add", name="x", source=str(footage_clip), test="yes")
        assert "Pictures come." in told(works)
        assert "768 × 432" in told(works)
        closed = console.post(client, "/cameras/add", source="rtsp://me:hidden-word@127.0.0.1:9/x", test="yes")
        assert "cannot be reached" in told(closed)
        assert "hidden-word" not in told(closed)
        assert "id: x" not in console.site.path.read_text()


class TestScoring:
    def part(self, client, camera="hall"):
        return client.get(f"/cameras/{camera}/labelled")

    def put(self, console, camera="hall", name="next day"):
        folder = console.site.folder / "labelled" / camera
        folder.mkdir(parents=True)
        for suffix in (".mp4", ".truth.json"):
            shutil.copy(FOOTAGE / "nextday" / f"screen{suffix}", folder / f"{name}{suffix}")
        return folder

    def test_where_clips_are_put_is_told(self, console):
        page = console.someone().get("/cameras/hall")
        assert "galleria label" in told(page)
        assert str(console.site.folder / "labelled" / "hall") in page.text
        assert "hx-trigger" not in page.text

    def test_a_clip_is_scored(self, console):
        client = console.someone()
        self.put(console)
        self.put(console, "yard", "other")
        page = "/cameras/hall"
        assert "next day.mp4" in told(client.get(page))
        begun = console.post(client, f"{page}/score", page=page, clip="next day.mp4")
        assert (begun.status_code, begun.headers["location"]) == (303, "/cameras/hall#labelled")
        running = client.get(page)
        assert "<progress max" in running.text
        assert 'hx-trigger="every 1s"' in running.text
        assert "A clip of camera hall is being scored" in told(self.part(client, "yard"))
        refused = console.post(client, "/cameras/yard/score", page="/cameras/yard", clip="other.mp4")
        assert refused.status_code == 429
        assert "one is at a time" in told(refused)
        end = time.monotonic() + 120
        while "hx-trigger" in (answer := self.part(client)).text:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert "<progress" not in answer.text
        words = told(answer)
        assert "True in True out Counted in Counted out Precision Recall F1 Mean time error" in words
        assert "near-screen 3 0" in words
        assert "Score again" in words
        assert "near-screen" in client.get(page).text
        newest = console.site.access.audit.list(console.site.signed[Role.ADMINISTRATOR].actor)[0]
        assert (newest.action, newest.subject) == ("camera.scored", "camera:hall")

    def test_what_cannot_be_scored(self, console):
        client = console.someone()
        folder = self.put(console)
        (folder / "next day.truth.json").write_text("<b>")
        console.post(client, "/cameras/hall/score", page="/cameras/hall", clip="next day.mp4")
        while console.site.scoring.busy:
            time.sleep(0.05)
        assert "The file next day.truth.json, line 1, column 1: not JSON" in told(self.part(client))
        for camera, clip in (("hall", "../hall/next day.mp4"), ("hall", ""), ("nowhere", "next day.mp4")):
            answer = console.post(client, f"/cameras/{camera}/score", page="/cameras/hall", clip=clip)
            assert answer.status_code == 404

    def test_a_folder_that_cannot_be_read_leaves_the_page_as_it_is(self, console):
        (console.site.folder / "labelled").symlink_to(console.site.folder / "labelled")
        answer = console.someone().get("/cameras/hall")
        assert answer.status_code == 200
        assert "The folder of labelled clips cannot be read" in told(answer)


@pytest.fixture
def footage_clip():
    return FOOTAGE / "morning" / "entrance.mp4"


class TestDrawing:
    def drawing(self, client, camera="hall"):
        text = client.get(f"/cameras/{camera}/draw").text
        return json.loads(text.split('id="drawing">')[1].split("</script>")[0])

    def send(self, console, client, drawing, to="draw"):
        sent = {k: drawing[k] for k in ("revision", "lines", "zones", "masks")}
        return console.post(client, f"/cameras/hall/{to}", page="/cameras/hall/draw", drawing=json.dumps(sent))

    def test_drawn_and_read_again(self, console):
        client = console.someone()
        drawing = self.drawing(client)
        drawing["lines"].append({"key": 90, "name": "Side <door>", "points": [[0.5, 0.1], [0.5, 0.9]], "entrance": "+"})
        drawing["masks"].append({"key": 91, "points": [[0, 0], [0.2, 0], [0.2, 0.2]]})
        saved = self.send(console, client, drawing)
        assert saved.status_code == 200
        assert [line["id"] for line in saved.json()["lines"]] == ["door", "side-door"]
        assert {"id": "side-door", "name": "Side <door>"} in saved.json()["entrances"]
        assert "<door>" not in client.get("/cameras/hall/draw").text
        assert self.drawing(client) == saved.json()

    def test_a_fault_stands_at_its_shape(self, console):
        client = console.someone()
        drawing = self.drawing(client)
        drawing["zones"].append({"key": 77, "points": [[0, 0], [1, 1], [1, 0], [0, 1]]})
        answer = self.send(console, client, drawing)
        assert answer.status_code == 422
        (fault,) = answer.json()["faults"]
        assert fault["key"] == 77
        assert "meets the side" in fault["text"]

    def test_two_people_draw_at_once(self, console):
        client = console.someone()
        drawing = self.drawing(client)
        renamed = [line | {"name": "The door"} for line in drawing["lines"]]
        assert self.send(console, client, drawing | {"lines": renamed}).status_code == 200
        late = self.send(console, client, drawing)
        assert late.status_code == 409
        assert "Load the page again" in late.json()["faults"][0]["text"]

    def test_what_it_would_have_counted(self, console):
        client = console.someone()
        drawing = self.drawing(client)
        drawing["lines"].append({"key": 5, "points": [[0.5, 0.1], [0.5, 0.9]]})
        answer = self.send(console, client, drawing, to="preview").json()
        assert answer == {"counts": {str(drawing["lines"][0]["key"]): [2, 1], "5": [2, 1]}}

    def test_nonsense_is_refused(self, console):
        client = console.someone()
        for drawing in ("", "[]", '{"lines": [{"key": 1, "points": [[0, 0], [1e400, 0]]}]}', '{"lines": 1}'):
            answer = console.post(client, "/cameras/hall/draw", page="/account", drawing=drawing)
            assert answer.status_code == 400, drawing

    def test_the_picture(self, quiet):
        client = quiet.someone()
        assert client.get("/cameras/hall/picture?width=300").headers["content-type"] == "image/jpeg"
        assert client.get("/cameras/yard/picture").status_code == 404


class TestSettings:
    def test_name_and_hours(self, console):
        client = console.someone()
        days = {"open-0": "yes", "from-0": "09:00", "to-0": "20:00"}
        saved = console.post(client, "/settings/site", name="Norte", zone="Europe/Lisbon", **days)
        assert saved.headers["location"] == "/settings/site?saved=true"
        site = console.site.site
        assert (site.name, site.zone, list(site.hours)) == ("Norte", "Europe/Lisbon", [0])
        bad = console.post(client, "/settings/site", name="Norte", zone="Europe/Lisbon", **{**days, "to-0": "25:00"})
        assert bad.status_code == 400
        assert "is no time of day" in told(bad)
        nowhere = console.post(client, "/settings/site", name="Norte", zone="Mars/Base", always="yes")
        assert "unknown time zone" in told(nowhere)
        assert "Mars/Base" in nowhere.text

    def test_keeping(self, console):
        client = console.someone()
        fields = {"events": "90", "conditions": "90", "measures": "800", "log_days": "7", "level": "info"}
        versions = {"retention_version": "0", "logs_version": "0"}
        assert console.post(client, "/settings/keeping", **fields, **versions).status_code == 303
        assert console.site.settings.get("retention").value == {"events": 90, "conditions": 90, "measures": 800}
        assert console.site.reloads == 2
        late = console.post(client, "/settings/keeping", **{**fields, "events": "1"}, **versions)
        assert late.status_code == 400
        never = console.post(client, "/settings/keeping", **{**fields, "events": "-1"}, **versions)
        assert never.status_code == 400

    def test_a_password_of_an_integration_is_a_reference(self, console, tmp_path):
        client = console.someone()
        fields = {"host": "broker.local", "port": "8883", "username": "me", "password": "broker-word", "tls": "yes",
                  "prefix": "galleria", "discovery": "homeassistant", "announce": "yes", "version": "0"}  # fmt: skip
        page = "/settings/integrations"
        saved = console.post(client, f"{page}/mqtt", page=page, **fields)
        assert saved.status_code == 303
        value = console.site.settings.get("mqtt").value
        assert value["password"].startswith("${file:secrets/settings/mqtt-")
        (kept,) = (tmp_path / "secrets" / "settings").iterdir()
        assert (kept.read_text(), stat.S_IMODE(kept.stat().st_mode)) == ("broker-word", 0o600)
        assert "broker-word" not in client.get(page).text
        console.post(client, f"{page}/mqtt", page=page, **{**fields, "password": "", "port": "1883", "version": "1"})
        assert console.site.settings.get("mqtt").value == {**value, "port": 1883}

    def test_webhooks(self, console):
        client = console.someone()
        page = "/settings/integrations"
        hook = {"id": "till", "address": "https://example.org/in", "password": "signing", "kinds": "crossing",
                "enabled": "yes", "version": "0"}  # fmt: skip
        assert console.post(client, f"{page}/webhooks", page=page, **hook).status_code == 303
        (kept,) = console.site.settings.get("webhooks").value["hooks"]
        assert (kept["id"], kept["kinds"], kept["private"]) == ("till", ["crossing"], False)
        wrong = console.post(client, f"{page}/webhooks", page=page, **{**hook, "address": "ftp://x", "version": "1"})
        assert wrong.status_code == 400
        assert "must begin with http" in told(wrong)
        console.post(client, f"{page}/webhooks", page=page, id="till", remove="yes", version="1")
        assert console.site.settings.get("webhooks").value == {"hooks": []}

    def test_mail(self, console):
        client = console.someone()
        page = "/settings/integrations"
        fields = {"host": "mail.local", "port": "587", "security": "starttls", "at": "21:15", "version": "0",
                  "recipients": "a@example.org\r\n b@example.org"}  # fmt: skip
        assert console.post(client, f"{page}/mail", page=page, **fields).status_code == 303
        assert console.site.settings.get("mail").value["recipients"] == ["a@example.org", "b@example.org"]
        assert "21:15" in client.get(page).text

    def test_tokens(self, console):
        client = console.someone()
        made = console.post(client, "/settings/tokens", label="Power BI", scope="see-measures", days="30")
        token = made.text.split('id="token">')[1].split("<")[0]
        assert token.startswith("gal_")
        actor = console.site.access.actor_of_token(token)
        assert (actor.name, actor.rights) == ("Power BI", {Right.SEE_MEASURES})
        assert token not in client.get("/settings/tokens").text
        assert console.post(client, f"/settings/tokens/{actor.id}/revoke", page="/settings/tokens").status_code == 303
        assert console.site.access.actor_of_token(token) is None

    def test_users(self, console):
        client = console.someone()
        boss = console.site.signed[Role.ADMINISTRATOR].actor
        analyst = console.site.signed[Role.ANALYST].actor.id
        path = f"/settings/users/{analyst}"
        console.post(client, path, page="/settings/users", do="role", role="guard")
        assert console.site.access.users.get(boss, analyst).role is Role.GUARD
        console.post(client, path, page="/settings/users", do="disable")
        assert console.someone(Role.ANALYST).get("/account").status_code == 303
        last = console.post(client, f"/settings/users/{boss.id}", page="/settings/users", do="remove")
        assert last.status_code == 400
        assert "administrator" in told(last)

    def test_an_administrator_makes_tenants(self, console):
        client, boss = console.someone(), console.site.signed[Role.ADMINISTRATOR].actor
        page = client.get("/settings/users").text
        assert '<option value="corner">Corner shop</option>' in page
        for shop in ("", "gone"):
            refused = console.post(client, "/settings/users", name="Tea", role="tenant", shop=shop)
            assert refused.status_code == 400
            assert "shops:" in told(refused)
        assert console.post(client, "/settings/users", name="Tea", role="tenant", shop="corner").status_code == 200
        tea = next(user for user in console.site.access.users.list(boss) if user.name == "Tea")
        assert (tea.role, tea.shop) == (Role.TENANT, "corner")
        path = f"/settings/users/{tea.id}"
        console.post(client, path, page="/settings/users", do="role", role="tenant", shop="books")
        assert console.site.access.users.get(boss, tea.id).shop == "books"
        console.post(client, path, page="/settings/users", do="role", role="guard", shop="books")
        assert console.site.access.users.get(boss, tea.id).shop == ""
        # A shop that stands in the menu beside another role is not theirs.
        console.post(client, "/settings/users", name="Ann", role="analyst", shop="books")
        assert next(user for user in console.site.access.users.list(boss) if user.name == "Ann").shop == ""

    def test_settings_lead_to_ones_own_page(self, quiet):
        assert quiet.someone(Role.DPO).get("/settings").headers["location"] == "/settings/audit"
        assert quiet.someone(Role.OPERATOR).get("/settings").headers["location"] == "/settings/site"
        assert quiet.someone(Role.GUARD).get("/settings").status_code == 403

    def test_a_password_of_ones_own(self, console):
        client, other = console.someone(Role.GUARD), console.nobody()
        console.post(other, "/sign-in", name="guard", password=PASSWORD)
        fields = {"present": PASSWORD, "password": "quite a new password", "again": "quite a new password"}
        wrong = console.post(client, "/account/password", page="/account", **{**fields, "present": "not mine at all"})
        assert wrong.status_code == 400
        assert console.post(client, "/account/password", page="/account", **fields).status_code == 303
        assert client.get("/account").status_code == 200
        assert other.get("/account").status_code == 303


def test_the_theme_is_kept_without_script(quiet):
    client = quiet.someone()
    assert quiet.post(client, "/theme", page="/account", theme="dark", to="/account").headers["location"] == "/account"
    assert 'data-theme="dark"' in client.get("/account").text


def test_numbers_as_the_reader_writes_them(quiet):
    page = quiet.someone().get("/cameras", headers={"Accept-Language": "de-DE,de;q=0.9"})
    assert 'data-locale="de-DE"' in page.text
    assert 'lang="en"' in page.text


def test_health_says_what_the_last_day_was_off_by(tmp_path):
    with Console(tmp_path) as console:
        client = console.someone()
        assert "When the last day closed" not in told(client.get("/health"))
        for _ in range(5):  # to noon of the next day, never away for long enough to be signed out
            console.site.clock.advance(4 * 3600)
            page = told(client.get("/health"))
    assert "When the last day closed Mon 21 Sep 2026" in page
    assert "30 who came were not seen going." in page
    assert "more than chance makes likely (± 2)" in page
    assert "Front door 30 0 30.0" in page


def test_files_that_a_crash_left_are_gone_when_it_runs_again(tmp_path):
    kept, left = tmp_path / "sent.csv", tmp_path / "sent-abcd1234"
    kept.write_text("somebody's own")
    left.mkdir()
    (left / "receipts.csv").write_text("receipt")
    with Console(tmp_path):
        assert not left.exists()
        assert kept.exists()
