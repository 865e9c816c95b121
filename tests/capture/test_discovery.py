"""Discovery against a small real ONVIF device on loopback: a UDP socket and an HTTP server. And against liars."""

import base64
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import parse_http_list, parse_keqv_list

import pytest
import typer
from typer.testing import CliRunner

from galleria.capture import soap
from galleria.capture.discovery import announced, at_address, call, describe, find_cameras
from galleria.capture.onvif import Device, Stream, plain, without_login
from galleria.capture.soap import Login, parse
from galleria.cli.discover import discover, site_entries
from galleria.domain.errors import LoginError, VideoError
from galleria.storage.sitefile import parse_site

USER, PASSWORD = "viewer", "ge<he>im&1"
LOGIN = Login(USER, PASSWORD)
AHEAD = 7200  # seconds that the device's clock is ahead
NUMBER = "urn:uuid:1"

PROFILES = """<m:GetProfilesResponse xmlns:m="http://www.onvif.org/ver10/media/wsdl" xmlns:t="x">
<m:Profiles token="main"><t:Name>mainStream</t:Name><t:VideoEncoderConfiguration><t:Encoding>H264</t:Encoding>
<t:Resolution><t:Width>1920</t:Width><t:Height>1080</t:Height></t:Resolution>
<t:RateControl><t:FrameRateLimit>25</t:FrameRateLimit></t:RateControl></t:VideoEncoderConfiguration></m:Profiles>
<m:Profiles token="sub"><t:Name>subStream</t:Name><t:VideoEncoderConfiguration><t:Encoding>H264</t:Encoding>
<t:Resolution><t:Width>640</t:Width><t:Height>360</t:Height></t:Resolution>
<t:RateControl><t:FrameRateLimit>12</t:FrameRateLimit></t:RateControl></t:VideoEncoderConfiguration></m:Profiles>
<m:Profiles token="&quot;/&gt;"><t:Name>broken</t:Name></m:Profiles></m:GetProfilesResponse>"""


class Camera:
    """An ONVIF device: answers probes by UDP and questions by HTTP; its answers can be replaced by a test's."""

    def __init__(self) -> None:
        self.answers: dict[str, str | bytes] = {}
        self.types = "dn:NetworkVideoTransmitter tds:Device"
        self.scopes = "onvif://www.onvif.org/name/Main%20door onvif://www.onvif.org/hardware/Cam-7 other://x"
        self.services: list[str] | None = None
        self.asked: list[str] = []
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.http.daemon_threads = True
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.udp.settimeout(0.05)
        self.stop = threading.Event()
        self.threads = [
            threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}),
            threading.Thread(target=self._listen),
        ]
        for thread in self.threads:
            thread.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.http.server_port}"

    @property
    def service(self) -> str:
        return f"http://{self.host}/onvif/device_service"

    @property
    def target(self) -> tuple[str, int]:
        return self.udp.getsockname()

    def close(self) -> None:
        self.stop.set()
        self.http.shutdown()
        self.http.server_close()
        for thread in self.threads:
            thread.join()
        self.udp.close()

    def match(self, relates: str) -> bytes:
        services = " ".join([self.service] if self.services is None else self.services)
        return soap.envelope(
            f"<d:ProbeMatches xmlns:d='d'><d:ProbeMatch><d:Types>{self.types}</d:Types>"
            f"<d:Scopes>{self.scopes}</d:Scopes><d:XAddrs>{services}</d:XAddrs></d:ProbeMatch></d:ProbeMatches>",
            f"<a:RelatesTo xmlns:a='a'>{relates}</a:RelatesTo>",
        ).encode()

    def _listen(self) -> None:
        while not self.stop.is_set():
            try:
                content, sender = self.udp.recvfrom(65535)
            except TimeoutError:
                continue
            probe = parse(content)
            assert probe.words("Probe", "Types") == "n:NetworkVideoTransmitter"
            self.udp.sendto(self.match(probe.words("MessageID")), sender)

    def answer(self, action: str) -> str | bytes:
        address = {"main": "/1?channel=1&amp;subtype=0", "sub": "/2?user=a&amp;password=hunter2"}
        now = datetime.fromtimestamp(time.time() + AHEAD, UTC)
        uris = {
            f"GetStreamUri {token}": f"<r><m:MediaUri xmlns:m='m'><m:Uri>rtsp://admin:hunter2@127.0.0.1:554{path}</m:Uri>"
            "</m:MediaUri></r>"
            for token, path in address.items()
        }
        usual: dict[str, str] = {
            "GetSystemDateAndTime": "<r><UTCDateTime>"
            f"<Time><Hour>{now.hour}</Hour><Minute>{now.minute}</Minute><Second>{now.second}</Second></Time>"
            f"<Date><Year>{now.year}</Year><Month>{now.month}</Month><Day>{now.day}</Day></Date></UTCDateTime></r>",
            "GetDeviceInformation": "<r><Manufacturer>Lens &amp; Co</Manufacturer><Model>Cam-7</Model></r>",
            "GetCapabilities": f"<r><Media><XAddr>http://{self.host}/onvif/media</XAddr></Media></r>",
            "GetProfiles": PROFILES,
            **uris,
        }
        found = self.answers.get(action, usual[action])
        return soap.envelope(found) if isinstance(found, str) else found

    def _handler(self):
        camera = self

        class Service(BaseHTTPRequestHandler):
            def do_POST(self):
                content = self.rfile.read(int(self.headers["Content-Length"]))
                message = parse(content)
                action = message.first("Body").nodes[0].name
                if action == "GetStreamUri":
                    action += " " + message.words("ProfileToken")
                camera.asked.append(action)
                allowed = action == "GetSystemDateAndTime" or knows_password(message)
                answer = camera.answer(action) if allowed else fault("ter:NotAuthorized")
                answer = answer.encode() if isinstance(answer, str) else answer
                self.send_response(200 if allowed else 400)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        return Service


def fault(code: str) -> str:
    return soap.envelope(
        f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{code}</s:Value>"
        "</s:Subcode></s:Code></s:Fault>"
    )


def knows_password(message) -> bool:
    token = message.first("UsernameToken")
    if token is None:
        return False
    created = token.words("Created")
    then = datetime.strptime(created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    fresh = abs(then - time.time() - AHEAD) < 60
    wanted = hashlib.sha1(base64.b64decode(token.words("Nonce")) + created.encode() + PASSWORD.encode()).digest()
    return fresh and token.words("Username") == USER and base64.b64decode(token.words("Password")) == wanted


@pytest.fixture
def camera() -> Iterator[Camera]:
    device = Camera()
    yield device
    device.close()


def find(camera: Camera, login: Login | None = LOGIN, patience: float = 8.0) -> list[Device]:
    return find_cameras(login, clock=time.time, seconds=0.4, target=camera.target, patience=patience)


def test_a_camera_is_found_once_with_its_streams_and_without_its_passwords(camera):
    (found,) = find(camera)
    assert (found.host, found.service, found.name, found.maker) == (
        "127.0.0.1",
        camera.service,
        "Main door",
        "Lens & Co",
    )
    assert found.problem == ""
    assert found.main == Stream("mainStream", "rtsp://127.0.0.1:554/1?channel=1&subtype=0", 1920, 1080, "H264", 25)
    assert found.sub == Stream(
        "subStream", "rtsp://127.0.0.1:554/2?user=a&password=${CAMERA_PASSWORD}", 640, 360, "H264", 12
    )
    assert "hunter2" not in repr(found)
    assert len(found.streams) == 2


def test_the_password_itself_is_never_sent_or_shown(camera):
    seen = []
    real = soap.envelope
    try:
        soap.envelope = lambda *parts: seen.append(real(*parts)) or seen[-1]
        find(camera)
    finally:
        soap.envelope = real
    assert any("PasswordDigest" in message for message in seen)
    assert not any("geheim" in message or "ge&lt;he" in message for message in seen)
    assert PASSWORD not in repr(Login(USER, PASSWORD))


@pytest.mark.parametrize("login", [None, Login(USER, "wrong"), Login("nobody", PASSWORD)])
def test_without_the_right_password_the_camera_is_listed_with_the_reason(camera, login):
    (found,) = find(camera, login)
    assert found.streams == ()
    assert found.problem == "the camera wants another user or password"
    assert found.name == "Main door"


def test_what_is_no_camera_is_not_listed(camera):
    camera.types = "tds:Device wsdp:Printer"
    assert find(camera) == []


def test_answers_that_lead_to_other_hosts_are_refused(camera):
    camera.services = [
        "http://192.0.2.1/onvif",
        "http://127.0.0.1:1@192.0.2.1/",
        "https://127.0.0.1/",
        "http://127.0.0.1:x/",
    ]
    assert find(camera) == []
    camera.services += [camera.service]
    assert len(find(camera)) == 1


def test_services_and_streams_on_other_hosts_are_refused(camera):
    camera.answers["GetStreamUri main"] = "<r><Uri>rtsp://192.0.2.1/1</Uri></r>"
    (found,) = find(camera)
    assert [stream.name for stream in found.streams] == ["subStream"]
    camera.answers["GetCapabilities"] = "<r><Media><XAddr>http://192.0.2.1/media</XAddr></Media></r>"
    (found,) = find(camera)
    assert found.problem == "it sends us to another host for its streams"


@pytest.mark.parametrize(
    "uri",
    ["file:///etc/passwd", "rtsp://127.0.0.1/${HOME}", "rtsp://127.0.0.1/a b", 'rtsp://127.0.0.1/"x', "", "rtsp://[/x"],
)
def test_a_stream_whose_address_is_none_is_left_out(camera, uri):
    camera.answers["GetStreamUri main"] = f"<r><Uri>{uri}</Uri></r>"
    (found,) = find(camera)
    assert [stream.name for stream in found.streams] == ["subStream"]


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
HOSTILE = {
    "bomb": (BOMB, "declares entities"),
    "outside": (b'<!DOCTYPE x SYSTEM "http://192.0.2.1/x"><x/>', "declares entities"),
    "broken": (b"<a><b></a>", "is not XML"),
    "empty": (b"", "is not XML"),
    "huge": (b"<a>" + b"x" * 300_000 + b"</a>", "is too long"),
    "deep": (b"<a>" * 100 + b"</a>" * 100, "has too many parts"),
    "many": (b"<a>" + b"<b/>" * 20_000 + b"</a>", "has too many parts"),
    "no soap": (b"<html/>", "is no SOAP message"),
    "coded": (b'<?xml version="1.0" encoding="nonsense"?><a/>', "is not XML"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_answers_are_refused_and_told(camera, name):
    content, why = HOSTILE[name]
    camera.answers["GetProfiles"] = content
    (found,) = find(camera)
    assert why in found.problem


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_datagrams_are_nobody(name):
    assert announced(HOSTILE[name][0], "127.0.0.1", NUMBER) == []


def test_an_answer_to_somebody_elses_call_is_nobody(camera):
    assert announced(camera.match("urn:uuid:other"), "127.0.0.1", NUMBER) == []
    assert len(announced(camera.match(NUMBER), "127.0.0.1", NUMBER)) == 1
    assert announced(camera.match(NUMBER), "192.0.2.7", NUMBER) == []


def test_one_that_never_ends_its_answer_does_not_hold_up_the_others(camera):
    release = threading.Event()

    class Dripping(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.end_headers()
            try:
                while not release.wait(0.05):
                    self.wfile.write(b" ")
            except OSError:
                pass

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        dripping = at_address(f"http://127.0.0.1:{server.server_port}/x")
        answers = describe([dripping, at_address(camera.service)], Login(USER, PASSWORD), clock=time.time, patience=1.0)
    finally:
        release.set()
        server.shutdown()
        server.server_close()
        thread.join()
    assert answers[0].problem in {"the camera's answer takes too long", "it answers too slowly"}
    assert len(answers[1].streams) == 2


def test_a_camera_that_wants_http_digest_gets_it():
    seen = []

    class Digest(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            given = parse_keqv_list(parse_http_list((self.headers.get("Authorization") or "").removeprefix("Digest ")))
            if given.get("response") != self._wanted(given):
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Digest realm="cam", nonce="n1", qop="auth", algorithm=MD5')
                self.end_headers()
                return
            seen.append(given["username"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(soap.envelope("<r><Manufacturer>Digest</Manufacturer></r>").encode())

        def _wanted(self, given):
            def md5(text):
                return hashlib.md5(text.encode()).hexdigest()

            middle = f"n1:{given.get('nc')}:{given.get('cnonce')}:auth"
            return md5(f"{md5(f'{USER}:cam:{PASSWORD}')}:{middle}:{md5('POST:/x')}")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Digest)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/x"
        assert soap.ask(address, "<q/>", LOGIN, time.time(), 5).words("Manufacturer") == "Digest"
        with pytest.raises(LoginError):
            soap.ask(address, "<q/>", Login(USER, "wrong"), time.time(), 5)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert seen == [USER]


def test_a_redirect_is_not_followed(camera):
    class Leading(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(307)
            self.send_header("Location", camera.service)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Leading)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        (found,) = describe([at_address(f"http://127.0.0.1:{server.server_port}/x")], None, clock=time.time)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert found.problem == "the camera answers with the error 307"
    assert camera.asked == []


def test_nobody_answers():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        assert call(0.1, silent.getsockname()) == []


def test_a_camera_that_is_off_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    (found,) = describe([at_address(address)], None, clock=time.time)
    assert "cannot be reached: connection refused" in found.problem


@pytest.mark.parametrize("address", ["https://127.0.0.1/x", "http://", "file:///etc/passwd", "http://127.0.0.1:99999/"])
def test_what_is_no_address_of_a_camera_is_refused(address):
    with pytest.raises(VideoError, match="is not the address"):
        at_address(address)
    assert at_address("127.0.0.1").service == "http://127.0.0.1/onvif/device_service"


def test_words_of_cameras_cannot_write_on_the_terminal():
    assert plain("a\x1b[31m\n\tb\u202e c") == "a [31m b c"
    assert len(plain("x" * 500)) == 80


@pytest.mark.parametrize(
    ("address", "bare"),
    [
        ("rtsp://a:b@h:8554/x?y=1#z", "rtsp://h:8554/x?y=1"),
        ("rtsp://a:p@ss@h/x", "rtsp://h/x"),
        ("rtsp://h/user=a_password=secret_channel=1.sdp", "rtsp://h/user=a_password=${CAMERA_PASSWORD}_channel=1.sdp"),
    ],
)
def test_addresses_lose_their_passwords(address, bare):
    assert without_login(address) == bare


def test_what_is_printed_for_the_site_file_is_a_site_file(camera):
    found = find(camera)
    strange = Device("192.0.2.9", "http://192.0.2.9/x", 'Tür "1" \\', "", found[0].streams[:1])
    text = site_entries([*found, strange, *found, Device("192.0.2.8", "x", problem="no")], "me:x")
    head = "site: {id: shop, time_zone: Europe/Lisbon}\n"
    site = parse_site((head + text + "\n").encode(), Path("site.yaml"), {"CAMERA_PASSWORD": "p@ss"})
    assert [each.id for each in site.cameras] == ["main-door", "tur-1", "main-door-2"]
    assert site.cameras[0].source == "rtsp://me%3Ax:p%40ss@127.0.0.1:554/1?channel=1&subtype=0"
    assert site.cameras[0].substream.endswith("/2?user=a&password=p@ss")
    assert site.cameras[1].name == 'Tür "1" \\'


def test_the_command_prints_a_table_and_what_to_write(camera, monkeypatch):
    app = typer.Typer()
    app.command()(discover)
    monkeypatch.setenv("CAMERA_PASSWORD", PASSWORD)
    monkeypatch.setenv("COLUMNS", "200")
    outcome = CliRunner().invoke(app, [camera.service, "--user", USER])
    assert outcome.exit_code == 0, outcome.output
    assert "Lens & Co" in outcome.output
    assert "1920x1080 25/s H264 rtsp://127.0.0.1:554/1?channel=1&subtype=0" in outcome.output
    assert 'source: "rtsp://viewer:${CAMERA_PASSWORD}@127.0.0.1:554/1?channel=1&subtype=0"' in outcome.output
    assert PASSWORD not in outcome.output
    assert "hunter2" not in outcome.output
    monkeypatch.delenv("CAMERA_PASSWORD")
    outcome = CliRunner().invoke(app, [camera.service, "--user", USER])
    assert outcome.exit_code == 1
    assert "CAMERA_PASSWORD is not set" in str(outcome.exception)
    outcome = CliRunner().invoke(app, [camera.service])
    assert "wants another user or password" in outcome.output
