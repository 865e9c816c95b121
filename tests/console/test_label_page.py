"""The labelling page in a real browser: keys, mouse, and the file that comes of them."""

import json
import time
from contextlib import contextmanager

import pytest

from galleria.console.label import Desk
from galleria.domain.site import Anchor, Tripwire
from galleria.storage.truth import read_truth

FRAMES = 60  # of the clip


def until(page, expression):
    """Wait for an expression of the page to hold. (The page's security policy forbids the browser's own waiting.)"""
    deadline = time.monotonic() + 10
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        time.sleep(0.02)


@contextmanager
def opened(chromium, url):
    """A page on which any error in the console, or any request elsewhere, fails the test."""
    troubles = []
    page = chromium.new_page(viewport={"width": 1280, "height": 860})
    page.on("console", lambda message: troubles.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(url) else troubles.append(request.url))
    page.goto(url)
    page.wait_for_selector("body[data-ready]")
    until(page, "document.getElementById('video').readyState >= 2")
    yield page
    page.close()
    assert troubles == []


def at(page, frame):
    """Wait until this frame, from 1, is what the page shows."""
    until(page, f"document.getElementById('length').textContent.includes('frame {frame} of {FRAMES}')")
    until(page, "!document.getElementById('video').seeking")


def marked(page, path, line=0):
    until(page, "document.getElementById('saved').className === 'good'")
    return [(mark.time, mark.direction) for mark in read_truth(path).lines[line].crossings]


def wait_for_file(path, wanted, line=0):
    """Saving goes on in the page while keys are pressed: wait for it, not long."""
    deadline = time.monotonic() + 10
    found = None
    while time.monotonic() < deadline:
        if path.exists():
            lines = read_truth(path).lines[line : line + 1]  # there may be none yet
            found = [(mark.time, mark.direction) for one in lines for mark in one.crossings]
            if lines and found == wanted:
                return
        time.sleep(0.02)
    assert found == wanted


def test_marking_with_keys(chromium, served, path, door, clip):
    with opened(chromium, served.url) as page:
        for frame in range(2, 7):
            page.keyboard.press("ArrowRight")
            at(page, frame)
        page.keyboard.press("ArrowDown")  # the door's way in is downwards
        wait_for_file(path, [(0.5, "in")])
        page.keyboard.press("Shift+ArrowRight")
        at(page, 16)
        page.keyboard.press("ArrowUp")
        wait_for_file(path, [(0.5, "in"), (1.5, "out")])
        page.keyboard.press("ArrowLeft")
        at(page, 15)
        page.keyboard.press("o")
        page.keyboard.press("i")
        wait_for_file(path, [(0.5, "in"), (1.4, "out"), (1.4, "in"), (1.5, "out")])
        page.keyboard.press("u")
        page.keyboard.press("Backspace")
        wait_for_file(path, [(0.5, "in"), (1.5, "out")])
        page.keyboard.press("Shift+ArrowLeft")
        page.keyboard.press("Shift+ArrowLeft")
        at(page, 1)
        page.keyboard.press("s")
        page.wait_for_selector("#saved.good")
        assert str(path) in page.locator("#saved").inner_text()
    truth = read_truth(path)
    assert truth.lines[0].tripwire() == Tripwire("door", door.segment, anchor=Anchor.FEET)
    assert (truth.video, truth.fps, truth.frames, truth.size) == ("clip.mp4", 10, FRAMES, (320, 240))


def test_marking_while_it_plays(chromium, served, path, clip):
    """The time that is marked is that of the frame on the screen."""
    with opened(chromium, served.url) as page:
        assert page.evaluate("document.getElementById('video').paused")
        page.keyboard.press("+")
        assert page.locator("#speed").inner_text() == "1.5×"
        page.keyboard.press("-")
        page.keyboard.press("-")
        assert page.locator("#speed").inner_text() == "0.5×"
        assert page.evaluate("document.getElementById('video').playbackRate") == 0.5
        page.keyboard.press(" ")
        until(page, "document.getElementById('video').currentTime > 0.6")
        page.keyboard.press("i")
        now = page.evaluate("document.getElementById('video').currentTime")
        page.keyboard.press(" ")
        assert page.evaluate("document.getElementById('video').paused")
        page.wait_for_selector("#saved.good")
        ((seconds, word),) = marked(page, path)
        assert word == "in"
        assert now - 0.25 < seconds <= now
        assert seconds == pytest.approx(round(seconds * 10) / 10)


def test_marking_with_the_mouse(chromium, served, path):
    with opened(chromium, served.url) as page:
        page.get_by_role("button", name="Forward one second").click()
        at(page, 11)
        page.get_by_role("button", name="in now").click()
        page.get_by_role("button", name="Forward one frame").click()
        at(page, 12)
        page.get_by_role("button", name="out now").click()
        wait_for_file(path, [(1.0, "in"), (1.1, "out")])
        page.keyboard.press(" ")  # plays; it does not press the button again
        until(page, "!document.getElementById('video').paused")
        page.keyboard.press(" ")
        wait_for_file(path, [(1.0, "in"), (1.1, "out")])
        page.get_by_role("button", name="in at 0:01.00: show it").click()
        at(page, 11)
        assert page.locator("#crossings li.now .jump").inner_text().split() == ["0:01.00", "↓", "In"]
        page.get_by_role("button", name="Delete in at 0:01.00").click()
        wait_for_file(path, [(1.1, "out")])
        page.get_by_role("button", name="Undo").click()
        wait_for_file(path, [(1.0, "in"), (1.1, "out")])


def test_drawing_lines(chromium, clip, path, serving):
    with serving(Desk(path, "clip.mp4", clip), clip) as server, opened(chromium, server.url) as page:
        box = page.locator("#stage").bounding_box()

        def click(x, y):
            page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])

        assert "Click where the line begins" in page.locator("#hint").inner_text()
        click(0.1, 0.25)
        click(0.9, 0.25)
        wait_for_file(path, [])
        page.keyboard.press("i")
        wait_for_file(path, [(0.0, "in")])
        assert page.get_by_role("button", name="Swap in/out").is_disabled()
        page.keyboard.press("u")
        page.get_by_role("button", name="Swap in/out").click()
        page.locator("#name").fill("entrance")
        page.locator("#name").press("Enter")
        page.get_by_role("button", name="Draw line").click()
        click(0.5, 0.2)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Draw line").click()
        click(0.75, 0.1)
        click(0.75, 0.95)
        page.keyboard.press("o")
        wait_for_file(path, [(0.0, "out")], line=1)
        page.keyboard.press("1")
        page.keyboard.press("ArrowUp")  # swapped: the way in is upwards now
        wait_for_file(path, [(0.0, "in")])
        page.get_by_role("button", name="Remove").click()
        wait_for_file(path, [(0.0, "out")])
        page.keyboard.press("u")
        wait_for_file(path, [(0.0, "in")])
    first, second = read_truth(path).lines
    assert (first.id, second.id) == ("entrance", "line2")
    assert first.segment.towards == "up"
    assert first.segment.a == pytest.approx((0.9, 0.25), abs=0.01)
    assert first.segment.b == pytest.approx((0.1, 0.25), abs=0.01)
    assert second.segment.towards == "left"
    assert second.segment.b == pytest.approx((0.75, 0.95), abs=0.01)


def test_words_of_the_picture_are_kept(chromium, clip, path, serving):
    path.write_text(json.dumps({"lines": [{"id": "a", "p1": [0.5, 0], "p2": [0.5, 1], "totals": {"left": 0}}]}))
    with serving(Desk(path, "clip.mp4", clip), clip) as server, opened(chromium, server.url) as page:
        assert page.locator("#way-0").inner_text().split() == ["←", "Left", "↑", "I"]
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowDown")
        wait_for_file(path, [(0.0, "left"), (0.0, "right")])


def test_several_lines_and_a_page_that_comes_back(chromium, clip, path, serving, door, gate):
    with serving(Desk(path, "clip.mp4", clip, [door, gate]), clip) as server:
        with opened(chromium, server.url) as page:
            page.keyboard.press("2")
            page.keyboard.press("i")
            wait_for_file(path, [(0.0, "in")], line=1)
        with opened(chromium, server.url) as page:
            assert [text.split() for text in page.locator("#lines button").all_inner_texts()] == [
                ["1", "door", "in", "0", "out", "0"],
                ["2", "gate", "in", "1", "out", "0"],
            ]


def test_trouble_with_saving_is_shown_and_passes(chromium, clip, path, serving, door):
    with serving(Desk(path, "clip.mp4", clip, [door]), clip) as server:
        page = chromium.new_page()
        page.goto(server.url)
        page.wait_for_selector("body[data-ready]")
        blocked = path.with_name(f".{path.name}.part")
        blocked.mkdir()
        page.keyboard.press("i")
        page.wait_for_selector("#saved.bad")
        assert "Not saved" in page.locator("#saved").inner_text()
        blocked.rmdir()
        page.keyboard.press("o")
        wait_for_file(path, [(0.0, "in"), (0.0, "out")])
        page.wait_for_selector("#saved.good")
        page.close()
