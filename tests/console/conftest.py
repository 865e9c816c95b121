"""A clip, its labels, a running server and a real browser."""

import http.client
import io
import json
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from galleria.app.access import COOKIE
from galleria.console.label import Desk, LabelServer, PreparedClip
from galleria.domain.access import Role
from galleria.domain.geometry import Point, Segment
from galleria.domain.site import Anchor, Tripwire
from galleria.domain.truth import truth_line

# Where the shop that the console's pages are tested with lies.
sys.path += [str(Path(__file__).parents[1] / room) for room in ("app", "api")]

WIDTH, HEIGHT, RATE, FRAMES = 320, 240, 10, 60


@pytest.fixture(scope="session")
def door():
    """A line across; its way in is downwards."""
    return truth_line(Tripwire("door", Segment(Point(0.1, 0.5), Point(0.9, 0.5))), Anchor.FEET)


@pytest.fixture(scope="session")
def gate():
    """An upright line; its way in is to the left."""
    return truth_line(Tripwire("gate", Segment(Point(0.5, 0.1), Point(0.5, 0.9))), Anchor.CENTRE)


@pytest.fixture(scope="session")
def clip():
    """A square that walks down and up again, ten frames a second, six seconds."""
    memory = io.BytesIO()
    with av.open(memory, "w", format="mp4") as container:
        stream = container.add_stream("libx264", RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for n in range(FRAMES):
            pixels = np.full((HEIGHT, WIDTH, 3), 70, np.uint8)
            y = 10 + abs(30 - n) * 6
            pixels[y : y + 40, 140:180] = (30, 160, 230)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "bgr24")))
        container.mux(stream.encode())
    return PreparedClip.of(memory.getvalue())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "clip.truth.json"


@contextmanager
def _serving(desk, clip):
    with LabelServer(desk, clip) as server:
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            yield server
        finally:
            server.stop()
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def serving():
    """A context manager: the page for a desk and a clip, on a thread of its own."""
    return _serving


@pytest.fixture
def served(clip, path, door):
    with _serving(Desk(path, "clip.mp4", clip, [door]), clip) as server:
        yield server


def _ask(server, page="", method="GET", body=None, token=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, f"/{server.token if token is None else token}/{page}", body, names)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


@pytest.fixture
def ask():
    """Send a request; headers have _ for -. Returns the answer and its content."""
    return _ask


@pytest.fixture
def put():
    """Send a change, an object or bytes. Returns the status and what the answer says."""

    def put(server, change, **headers):
        body = change if isinstance(change, bytes) else json.dumps(change).encode()
        answer, content = _ask(server, "work.json", "PUT", body, **{"Content_Type": "application/json"} | headers)
        return answer.status, json.loads(content)

    return put


@pytest.fixture
def get(served):
    """Read a page of a running console, signed in as its administrator."""
    with served.browser() as browser:

        def get(address):
            answer = browser.get(address)
            assert answer.status_code == 200, answer.text
            return answer

        yield get


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.fixture(params=[1280, 390])
def width(request):
    return request.param


@pytest.fixture
def look(chromium, width, scheme):
    """A context manager: a console's page in a real browser, signed in as its administrator.

    It fits, and while it is looked at nothing fails.
    """

    @contextmanager
    def look(served, address):
        complaints = []
        cookie = served.site.signed[Role.ADMINISTRATOR].cookie
        context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, locale="en-GB")
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": served.url}])
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(served.url + address)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        yield page
        context.close()
        assert complaints == []

    return look
