"""Site files: what is right comes back as it was meant, what is wrong is named with its place and a remedy."""

import io
import json
import math
import os
import re
from datetime import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mistakes import assert_told
from ruamel.yaml import YAML

from galleria.domain.errors import InputError, LineError, SiteFileError
from galleria.domain.geometry import Point, Polygon, Segment
from galleria.domain.site import Anchor, Calibration, Camera, Entrance, Hours, Site, Tripwire, Zone
from galleria.storage.sitefile import MOST_BYTES, json_schema, load_site, parse_site
from galleria.storage.sitefile_hours import DAYS
from galleria.storage.sitefile_line import parse_line
from galleria.storage.sitefile_models import ENTRIES
from galleria.storage.sitefile_shapes import aim, polygon_fault
from galleria.storage.sitefile_source import fill_source
from galleria.storage.sitefile_start import starting_text

ROOT = Path(__file__).resolve().parents[2]
FILE = Path("shop/site.yaml")

GOOD = """\
site:
  id: mill
  name: Old mill
  time_zone: Europe/Berlin
  hours:
    mon-fri: 09:00-20:00
    sat: 18:00-02:00
    sun: closed
model:
  precision: fp32
cameras:
  - id: front
    source: videos/front.mp4
    frame: [640, 480]
    anchor: head
    tripwires:
      - id: door
        name: Door
        from: [64, 240]
        to: [576, 240]
        in: up
    zones:
      - id: till
        corners: [[0, 0], [320, 0], [320, 240], [0, 240]]
    masks:
      - corners: [[320, 240], [640, 240], [640, 480]]
    pass_by: till
    calibration:
      - {picture: [0, 0], floor: [0, 0]}
      - {picture: [640, 0], floor: [4.5, 0]}
      - {picture: [640, 480], floor: [4, 3]}
      - {picture: [0, 480], floor: [0, 3]}
  - id: back
    tripwires:
      - {id: yard, from: [0.5, 0.9], to: [0.5, 0.1], anchor: feet, entrance: yard-door}
entrances:
  - {id: main, name: Main, tripwires: [door]}
  - id: yard-door
"""


def read(text: str, **environment: str) -> Site:
    return parse_site(text.encode(), FILE, environment)


def test_every_key_arrives_where_it_is_meant():
    week = {day: Hours(time(9), time(20)) for day in range(5)} | {5: Hours(time(18), time(2))}
    front = Camera(
        "front",
        source="shop/videos/front.mp4",
        tripwires=(Tripwire("door", Segment(Point(0.9, 0.5), Point(0.1, 0.5)), "Door", entrance="main"),),
        zones=(Zone("till", Polygon((Point(0, 0), Point(0.5, 0), Point(0.5, 0.5), Point(0, 0.5)))),),
        masks=(Polygon((Point(0.5, 0.5), Point(1, 0.5), Point(1, 1))),),
        anchor=Anchor.HEAD,
        calibration=Calibration(
            (Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1)), ((0.0, 0.0), (4.5, 0.0), (4.0, 3.0), (0.0, 3.0))
        ),
        pass_by="till",
    )
    yard = Tripwire("yard", Segment(Point(0.5, 0.9), Point(0.5, 0.1)), anchor=Anchor.FEET, entrance="yard-door")
    back = Camera("back", tripwires=(yard,))
    ways_in = (Entrance("main", "Main"), Entrance("yard-door"))
    site = read(GOOD)
    assert site == Site("mill", "Old mill", "Europe/Berlin", week, (front, back), ways_in, precision="fp32")
    assert site.cameras[0].shown == "videos/front.mp4"
    assert site.cameras[0].tripwires[0].segment.towards == "up"
    assert yard.segment.towards == "right"


# What is put into GOOD in place of what; § marks where the problem is to be told.
BAD = {
    "unknown key": ("name: Old mill", "§nam: Old mill", "unknown key `nam`", "did you mean `name`?"),
    "unknown key at the top": ("entrances:", "§doors: []\nentrances:", "unknown key `doors`", "known here are site"),
    "key in the wrong block": ("model:\n", "§tripwires: []\nmodel:\n", "`tripwires`", "belongs under `cameras:`"),
    "missing key": ("  - id: front\n    source", "  - §source", "`id` is missing", "add `id: entrance`"),
    "missing block": ("site:\n", "§sit:\n", "unknown key `sit`", "did you mean `site`?"),
    "duplicate key": ("precision: fp32", "precision: fp32\n  §precision: int8", "a second time", "keep one"),
    "number as id": ("id: mill", "id: §7", "`id` has to be text, not a number", 'put it in "quotes"'),
    "id with a space": ("id: mill", "id: §old mill", "letters a-z", "write `id: my-shop`"),
    "bell in a name": ("name: Old mill", 'name: §"a\\ab"', "cannot be printed", "write `name:"),
    "number as choice": ("precision: fp32", "precision: §fp23", "cannot be `fp23`", "did you mean `fp32`?"),
    "unknown anchor": ("anchor: head", "anchor: §knees", "cannot be `knees`", "one of feet, centre, head"),
    "time zone by city": ("Europe/Berlin", "§Berlin", "unknown time zone `Berlin`", "did you mean `Europe/Berlin`?"),
    "time zone misspelt": ("Europe/Berlin", "§Europe/Berlim", "unknown time zone", "did you mean `Europe/Berlin`?"),
    "time zone that is none": ("Europe/Berlin", "§qqqqqq", "unknown time zone", "`Continent/City`"),
    "hours malformed": ("sat: 18:00-02:00", "sat: §9 to 5", "`9 to 5` are no opening hours", "09:00-20:00"),
    "hours off the clock": ("sat: 18:00-02:00", "sat: §18:00-25:00", "no clock shows", "09:00-20:00"),
    "hours with a break": ("sat: 18:00-02:00", "sat: §9:00-12:00, 14:00-18:00", "no opening hours", "last closing"),
    "hours as a number": ("sat: 18:00-02:00", "sat: §18", "has to be text", 'put it in "quotes"'),
    "unknown day": ("sat: 18:00-02:00", "§satt: 18:00-02:00", "`satt` is no day", "did you mean `sat`?"),
    "day named twice": ("sun: closed", "§fri-sun: closed", "Friday stands here a second time", "once"),
    "nights overlap": ("sun: closed", "sun: 01:00-03:00", "Saturday closes after Sunday opens", "close before 01:00"),
    "source is a number": ("videos/front.mp4", "§0", "`source` has to be text", "quotes"),
    "password in clear": ("videos/front.mp4", "§rtsp://me:hunter2@cam/1", "a password is written out", "${CAMERA_PASS"),
    "password in a query": ("videos/front.mp4", "§http://cam/?pwd=hunter2", "a password is written out", "${CAMERA_P"),
    "variable not set": ("videos/front.mp4", "§rtsp://me:${NO_SUCH}@cam", "`NO_SUCH` is not set", "export NO_SUCH"),
    "variable malformed": ("videos/front.mp4", "§rtsp://me:${PW@cam", "not followed by a name", "${CAMERA_PASSWORD}"),
    "frame of one number": ("[640, 480]", "§[640]", "`frame` has 1 items", "write `frame: [1920, 1080]`"),
    "frame too small": ("[640, 480]", "[640, §0]", "`frame` item 2 has to be at least 16", "[1920, 1080]"),
    "frame missing": ("    frame: [640, 480]\n", "", "64 is a pixel", "add `frame: [width, height]`"),
    "shares with a frame": ("from: [64, 240]\n        to: [576, 240]", "from: §[0.1, 0.5]\n        to: [0.9, 0.5]",
                            "shares of the picture", "remove `frame`"),
    "point outside the frame": ("from: [64, 240]", "from: [64, §481]", "481 lies outside", "y goes from 0 to 480"),
    "point below zero": ("from: [0.5, 0.9]", "from: [§-0.1, 0.9]", "-0.1 lies outside", "x goes from 0 to 1"),
    "point just outside": ("from: [0.5, 0.9]", "from: [0.5, §1.01]", "1.01 lies outside", "y goes from 0 to 1"),
    "decimal commas": ("from: [0.5, 0.9]", "from: §[0,5, 0,9]", "`from` has 4 items, at most 2", "with a point"),
    "point as text": ("from: [0.5, 0.9]", "from: [§left, 0.9]", "has to be a number, not text", "[0.2, 0.6]"),
    "point not finite": ("from: [0.5, 0.9]", "from: [§.inf, 0.9]", "not infinity", "[0.2, 0.6]"),
    "line without length": ("to: [0.5, 0.1]", "to: §[0.5, 0.9]", "ends where it begins", "one side to the other"),
    "direction along the line": ("in: up", "in: §right", "nobody crosses this line going right", "up or down"),
    "direction that is none": ("in: up", "in: §yes", "`in` cannot be `yes`", "one of up, down, left, right"),
    "direction in the truth's words": ("in: up", "in: §Up", "`in` cannot be `Up`", "did you mean `up`?"),
    "two corners": ("[[320, 240], [640, 240], [640, 480]]", "§[[320, 240], [640, 240]]", "at least 3", "corners: [["),
    "sides cross": ("[[0, 0], [320, 0], [320, 240], [0, 240]]", "§[[0, 0], [320, 240], [320, 0], [0, 240]]",
                    "from corner 1 to 2 meets the side from corner 3 to 4", "in order"),
    "corners on a line": ("[[320, 240], [640, 240], [640, 480]]", "§[[0, 0], [64, 48], [640, 480]]", "on one line",
                          "draw an area"),
    "closed polygon": ("[640, 240], [640, 480]]", "[640, 240], [640, 480], [320, 240]]", "is the first again",
                       "remove one"),
    "two lines of one id": ("id: yard, from", "id: §door, from", "another tripwire has the id `door`", "its own"),
    "two cameras of one id": ("- id: back", "- id: §front", "another camera has the id `front`", "own"),
    "entrance of no line": ("[door]", "[§dor]", "there is no tripwire `dor`", "did you mean `door`?"),
    "line of no entrance": ("entrance: yard-door", "entrance: §yard-dor", "there is no entrance", "`yard-door`?"),
    "line claimed twice": ("tripwires: [door]", "tripwires: [door, yard]", "counts for the entrance `main`", "one"),
    "pass-by of no zone": ("pass_by: till", "pass_by: §tills", "no zone `tills`", "did you mean `till`?"),
    "three calibration points": ("      - {picture: [0, 480], floor: [0, 3]}\n", "", "3 items, at least 4", "picture"),
    "calibration on a line": ("[640, 480], floor", "[320, 0], floor", "lie on one line", "quadrangle"),
    "floor on a line": ("floor: [4, 3]", "floor: [2, 0]", "lie on one line", "quadrangle"),
    "mask over everything": ("[[320, 240], [640, 240], [640, 480]]", "[[0, 0], [640, 0], [640, 480], [0, 480]]",
                             "masks cover the whole picture", "leave a part"),
    "camera as text": ("  - id: back\n", "  - §back\n  - id: back\n", "has to be a block", "`cameras:` and under it"),
    "list as a block": ("tripwires: [door]", "tripwires: §{door: 1}", "has to be a list, not a block", '["door"]'),
    "alias": ("id: back", "id: &b back\n    name: §*b", "aliases", "write the value out"),
    "tag": ("id: back", "id: §!!python/object:os.system back", "tags", "remove the tag"),
    "tab": ("    mon-fri", "§\tmon-fri", "indented with a tab", "use spaces"),
    "quote left open": ("id: mill", 'id: "mill', "never closed", "close it"),
    "bracket left open": ("[640, 480]", "[640, 480", "bracket", "[0.2, 0.6]"),
    "colon in text": ("name: Old mill", "name: Mill§: old", "a second `:`", "quote text"),
    "value begins with a sign": ("name: Old mill", "name: §@mill", "cannot begin with", "quotes"),
    "second document": ("entrances:", "§---\nentrances:", "a second document", "remove the line `---`"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_told_once_with_its_place_and_a_remedy(name: str):
    besides = "`site` is missing" if name == "missing block" else None
    assert "hunter2" not in assert_told(read, GOOD, BAD[name], besides=besides)


@pytest.mark.parametrize(
    ("old", "new", "line", "column"),
    [
        ("    frame: [640, 480]\n", "", 18, 16),  # the first pixel in the file
        ("[640, 240], [640, 480]]", "[640, 240], [640, 480], [320, 240]]", 26, 18),
        ("tripwires: [door]", "tripwires: [door, yard]", 35, 78),
        ("      - {picture: [0, 480], floor: [0, 3]}\n", "", 29, 7),
        ("sun: closed", "sun: 01:00-03:00", 7, 10),
    ],
)
def test_a_mistake_of_several_values_has_a_place_too(old: str, new: str, line: int, column: int):
    with pytest.raises(SiteFileError, match=rf"^shop/site\.yaml:{line}:{column}: "):
        read(GOOD.replace(old, new, 1))


def test_all_mistakes_are_told_at_once_in_the_order_of_lines():
    text = (
        GOOD.replace("Europe/Berlin", "Berlin")
        .replace("in: up", "in: left\n        typo_here: 1")
        .replace("[door]", "[dor]")
        .replace("id: front", "id: 3")
        .replace("[0.5, 0.1]", "[0.5, 1.5]")
    )
    with pytest.raises(SiteFileError) as caught:
        read(text)
    lines = [int(line.split(":")[1]) for line in caught.value.problem.splitlines()]
    assert lines == [4, 12, 21, 22, 36, 38]


@pytest.mark.parametrize(
    ("content", "place", "what"),
    [
        (b"", "1:1", "the file is empty"),
        (b"# only a remark\n", "1:1", "the file is empty"),
        (b"null\n", "1:1", "the file is empty"),
        (b"just words\n", "1:1", "block of lines"),
        (b"- a\n- b\n", "1:1", "block of lines"),
        (b"site:\n  id: \xff\xfe\n", "2:7", "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "1:1", "not UTF-8"),
        (b"site:\n  id: a\0b\n", "2:8", "not UTF-8"),
        ("\ufeffsite:\n".encode("utf-16"), "1:1", "not UTF-8"),
        (b"site:\n  id: a\x07\n", "2:8", "not text"),
        (b"#" * (MOST_BYTES + 1), "1:1", "larger than 1 MiB"),
        (b"[" * 100_000, "1:14", "too deep"),
        (b"a: " + b"{a: " * 50, "1:52", "too deep"),
    ],
)
def test_what_is_no_site_file_is_refused(content: bytes, place: str, what: str):
    with pytest.raises(SiteFileError) as caught:
        parse_site(content, FILE, {})
    (line,) = caught.value.problem.splitlines()
    assert line.startswith(f"shop/site.yaml:{place}: ")
    assert what in line


def test_a_bomb_of_aliases_is_refused_before_it_grows():
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefg"))
    with pytest.raises(SiteFileError, match="aliases"):
        read(bomb)


def test_a_missing_file_a_folder_and_a_locked_file_are_told_apart(tmp_path: Path):
    with pytest.raises(SiteFileError, match=r"there is no site file .*galleria init"):
        load_site(tmp_path / "no.yaml")
    with pytest.raises(SiteFileError, match="is a folder"):
        load_site(tmp_path)
    locked = tmp_path / "locked.yaml"
    locked.write_text(GOOD)
    locked.chmod(0)
    if os.access(locked, os.R_OK):
        pytest.skip("this user may read every file")
    with pytest.raises(SiteFileError, match="cannot be read"):
        load_site(locked)


def test_yaml_is_read_as_version_1_2_whatever_the_file_says():
    text = GOOD.replace("name: Old mill", "name: off").replace("id: back", "id: no")
    site = read("%YAML 1.1\n---\n" + text)
    assert (site.name, site.cameras[1].id) == ("off", "no")


def test_a_byte_order_mark_and_windows_line_ends_are_welcome():
    assert parse_site(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), FILE, {}) == read(GOOD)


def test_keys_without_a_value_count_as_left_out():
    assert read(GOOD.replace("- id: yard-door\n", "- id: yard-door\n    tripwires:\n    name:\n")) == read(GOOD)


# Sources


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        ("", ""),
        ("-", "-"),
        ("a b/*.mp4", "shop/a b/*.mp4"),
        ("/dev/video0", "/dev/video0"),
        ("rtsp://me:${PW}@cam:554/1", "rtsp://me:p%40ss%2Fw%C3%B6rd%25@cam:554/1"),
        ("rtsp://${PW}@cam", "rtsp://p%40ss%2Fw%C3%B6rd%25@cam"),
        ("http://cam/?pwd=${TOKEN}", "http://cam/?pwd=t0ken"),
        ("${WHOLE}", "rtsp://me:x@cam/1"),
        ("rtsp://[fe80::1]:554/1", "rtsp://[fe80::1]:554/1"),
        ("rtsp://me@cam/a@b:c", "rtsp://me@cam/a@b:c"),
        ("rtsp://${HOST}:${PORT}/1", "rtsp://cam:8554/1"),
        ("price $5.mp4", "shop/price $5.mp4"),
    ],
)
def test_a_source_is_filled_from_the_environment(written: str, opened: str):
    environment = {"PW": "p@ss/wörd%", "TOKEN": "t0ken", "WHOLE": "rtsp://me:x@cam/1", "HOST": "cam", "PORT": "8554"}
    assert fill_source(written, Path("shop"), environment) == opened


@pytest.mark.parametrize(
    "written",
    [
        "rtsp://me:hunter2@cam/1",
        "rtsp://me:hunter2${PW}@cam/1",
        "rtsp://:hunter2@cam",
        "rtsp://me:hunter/2@cam",
        "rtsp://cam/user=me&password=hunter2&channel=1",
        "http://cam/live?user=me&PWD=hunter2",
        "RTSP://me:hunter2@cam",
        "http://cam/?access_token=hunter2",
    ],
)
def test_a_written_password_is_refused_and_not_repeated(written: str):
    with pytest.raises(InputError, match="a password is written out") as caught:
        fill_source(written, Path(), {"PW": "x"})
    assert "hunter" not in str(caught.value)


def test_a_secret_from_the_environment_is_in_no_message_and_no_repr():
    text = GOOD.replace("videos/front.mp4", "rtsp://me:${PW}@cam/1")
    site = read(text, PW="hunter2")
    assert site.cameras[0].source == "rtsp://me:hunter2@cam/1"
    assert "hunter2" not in repr(site)
    assert site.cameras[0].shown == "rtsp://me:${PW}@cam/1"
    with pytest.raises(SiteFileError) as caught:
        read(text.replace("in: up", "in: left").replace("id: mill", "id: 1"), PW="hunter2")
    assert "hunter2" not in str(caught.value)


# Hours


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        ("daily: 00:00-24:00", range(7)),
        ("sat-mon: 0:00–24:00", [5, 6, 0]),
        ("Monday, WED - fri: '00:00 - 24:00'", [0, 2, 3, 4]),
        ("{tue: 00:00-00:00, sun: closed}", [1]),
    ],
)
def test_hours_as_people_write_them(hours: str, days: list[int]):
    text = re.sub(r"  hours:\n(    .*\n)+", f"  hours:\n    {hours}\n", GOOD)
    assert read(text).hours == {day: Hours(time(0), time(0)) for day in days}


def test_a_site_that_never_opens_is_refused_and_one_without_hours_is_always_open():
    never = re.sub(r"  hours:\n(    .*\n)+", "  hours: {daily: closed}\n", GOOD)
    with pytest.raises(SiteFileError, match="5:3: the site is closed on every day"):
        read(never)
    assert read(re.sub(r"  hours:\n(    .*\n)+", "", GOOD)).hours == {}


# Everything that can be declared comes back

SHARE = st.floats(0, 1, allow_subnormal=False)
ID = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,20}", fullmatch=True)
NAME = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
FRAMES = st.none() | st.tuples(st.integers(160, 4096), st.integers(160, 2160))
ANCHOR = st.none() | st.sampled_from(Anchor)


def points(frame: tuple[int, int] | None) -> st.SearchStrategy[tuple[list[float], Point]]:
    """A point as written and as meant."""
    if frame is None:
        return st.tuples(SHARE, SHARE).map(lambda p: (list(p), Point(*p)))
    width, height = frame
    pixels = st.tuples(st.integers(2, width), st.integers(2, height))
    return pixels.map(lambda p: (list(p), Point(p[0] / width, p[1] / height)))


@st.composite
def stars(draw: st.DrawFn, frame: tuple[int, int] | None) -> tuple[list[list[float]], Polygon]:
    """A polygon seen whole from its middle: its sides cannot cross. As written and as meant."""
    n = draw(st.integers(3, 9))
    width, height = frame or (1, 1)
    written = []
    for i in range(n):
        radius, turn = draw(st.floats(0.2, 0.45)), math.tau * (i + draw(st.floats(0, 0.5))) / n
        x, y = (0.5 + radius * math.cos(turn)) * width, (0.5 + radius * math.sin(turn)) * height
        written.append([round(x), round(y)] if frame else [x, y])
    return written, Polygon(tuple(Point(x / width, y / height) for x, y in written))


@st.composite
def tripwires(draw: st.DrawFn, frame: tuple[int, int] | None, name: str, ways_in: list[str]) -> tuple[dict, Tripwire]:
    ends = draw(st.lists(points(frame), min_size=2, max_size=2, unique_by=lambda p: p[1]))
    (a, meant_a), (b, meant_b) = ends
    segment = Segment(meant_a, meant_b)
    anchor, title = draw(ANCHOR), draw(NAME)
    entrance = draw(st.sampled_from([None, *ways_in]))
    written = {"id": name, "from": a, "to": b, "name": title}
    width, height = frame or (1, 1)
    across = abs(meant_a.x - meant_b.x) * width, abs(meant_a.y - meant_b.y) * height
    if min(across) > 0.2 * max(across) and draw(st.booleans()):
        written["in"] = segment.towards
        if draw(st.booleans()):  # drawn the other way round it is the same line
            written["from"], written["to"] = b, a
    written |= {key: value for key, value in (("anchor", anchor and anchor.value), ("entrance", entrance)) if value}
    return written, Tripwire(name, segment, title, anchor, entrance)


@st.composite
def sites(draw: st.DrawFn) -> tuple[dict, Site]:
    """A site as written and as meant."""
    ids = iter(draw(st.lists(ID, min_size=20, max_size=20, unique=True)))
    ways_in = draw(st.lists(st.sampled_from(["north", "south", "8"]), unique=True))
    cameras, meant = [], []
    for _ in range(draw(st.integers(1, 3))):
        frame = draw(FRAMES)
        wires = [draw(tripwires(frame, next(ids), ways_in)) for _ in range(draw(st.integers(0, 3)))]
        areas = [(next(ids), draw(stars(frame)), draw(NAME), draw(ANCHOR)) for _ in range(draw(st.integers(0, 2)))]
        masks = draw(st.lists(stars(frame), max_size=2))
        name, title, anchor = next(ids), draw(NAME), draw(st.sampled_from(Anchor))
        pass_by = draw(st.sampled_from([None, *(area[0] for area in areas)]))
        source = draw(st.sampled_from(["", "clip: 1 #.mp4", "rtsp://cam/1"]))
        camera = {
            "id": name,
            "name": title,
            "source": source,
            "anchor": anchor.value,
            "tripwires": [wire[0] for wire in wires],
            "zones": [
                {"id": i, "corners": star[0], "name": t} | ({"anchor": a.value} if a else {}) for i, star, t, a in areas
            ],
            "masks": [{"corners": mask[0]} for mask in masks],
        }
        camera |= {key: value for key, value in (("frame", frame and list(frame)), ("pass_by", pass_by)) if value}
        cameras.append(camera)
        meant.append(
            Camera(
                name,
                source if "://" in source or not source else f"shop/{source}",
                title,
                tuple(wire[1] for wire in wires),
                tuple(Zone(i, star[1], t, a) for i, star, t, a in areas),
                tuple(mask[1] for mask in masks),
                anchor,
                None,
                pass_by,
            )
        )
    used = {wire.entrance for camera in meant for wire in camera.tripwires}
    ways_in = [way for way in ways_in if way in used]
    week = draw(st.dictionaries(st.integers(0, 6), st.tuples(st.times(time(6)), st.times())))
    hours = {}
    for day, (opening, closing) in week.items():
        # A night ends before the earliest opening.
        late = closing if closing > opening or closing <= time(6) else opening
        hours[day] = Hours(opening.replace(second=0, microsecond=0), late.replace(second=0, microsecond=0))
    hours = {day: h for day, h in hours.items() if h.closing > h.opening or h.closing <= time(6)}
    zone = draw(st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"]))
    name, title, precision = draw(ID), draw(NAME), draw(st.sampled_from(["auto", "fp32", "int8"]))
    site = {"id": name, "name": title, "time_zone": zone}
    if hours:
        site["hours"] = {DAYS[d][:3]: f"{h.opening:%H:%M}-{h.closing:%H:%M}" for d, h in hours.items()}
    written = {
        "site": site,
        "model": {"precision": precision},
        "cameras": cameras,
        "entrances": [{"id": way} for way in ways_in],
    }
    return written, Site(
        name, title, zone, hours, tuple(meant), tuple(map(Entrance, ways_in)), precision=precision
    )  # fmt: skip


# A file is read in tens of milliseconds, and drawing a whole site takes as long.
SLOW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(sites(), st.booleans())
def test_what_is_written_comes_back_as_meant(site: tuple[dict, Site], as_json: bool):
    written, meant = site
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    text = io.StringIO()
    yaml.dump(written, text)
    # JSON is YAML too; the emitter's own flow style is not used: it leaves `?0` unquoted, and cannot read that.
    assert read(json.dumps(written, ensure_ascii=False) if as_json else text.getvalue()) == meant


@SLOW
@given(st.data())
def test_a_spoiled_file_is_refused_and_never_crashes(data: st.DataObject):
    text = GOOD
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 20)))
        piece = data.draw(
            st.text(max_size=5) | st.sampled_from([": ", "- ", "\n", "[", "}", "&a ", "*a", "'", "%", "!"])
        )
        text = text[:start] + piece + text[end:]
    content = text.encode("utf-8", "surrogatepass")
    try:
        parse_site(content, FILE, {})
    except SiteFileError as error:
        for line in error.problem.split("\n"):
            assert re.match(r"shop/site\.yaml:\d+:\d+: .+; .+", line), line


# Shapes


@given(stars(None), st.integers(0, 8), st.booleans())
def test_a_polygon_is_right_wherever_it_begins_and_whichever_way_it_goes(star, shift: int, back: bool):
    corners = list(star[1].corners)
    shift %= len(corners)
    corners = corners[shift:] + corners[:shift]
    assert polygon_fault(corners[::-1] if back else corners) is None


@given(st.integers(4, 12), st.integers(0, 11))
def test_swapped_neighbours_make_sides_cross(n: int, i: int):
    corners = [Point(0.5 + 0.4 * math.cos(math.tau * k / n), 0.5 + 0.4 * math.sin(math.tau * k / n)) for k in range(n)]
    i %= n
    corners[i], corners[i - 1] = corners[i - 1], corners[i]
    fault = polygon_fault(corners)
    assert fault
    assert "meets" in fault[0]


@pytest.mark.parametrize(
    ("corners", "what"),
    [
        ([(0.1, 0.1), (0.1, 0.1), (0.9, 0.5)], "corners 1 and 2 are the same"),
        ([(0, 0), (0.5, 0.5), (1, 0), (1, 1), (0.5, 0.5), (0, 1)], "meets"),  # an hourglass that touches itself
        ([(0, 0), (1, 0), (0.5, 0), (0.5, 0.5)], "meets"),
        ([(0, 0), (1, 0), (0.5, 0)], "one line"),
        ([(0.5, 0.5), (0.501, 0.5), (0.501, 0.501)], "one line"),
    ],
)
def test_shapes_that_are_no_area(corners: list[tuple[float, float]], what: str):
    fault = polygon_fault([Point(*corner) for corner in corners])
    assert fault
    assert what in fault[0]


STEPS = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}


@given(st.tuples(SHARE, SHARE, SHARE, SHARE), st.sampled_from(sorted(STEPS)), st.floats(0.3, 4))
def test_who_walks_the_way_that_is_in_comes_to_the_right_hand_side(ends, towards: str, aspect: float):
    x1, y1, x2, y2 = ends
    if math.hypot(x2 - x1, y2 - y1) < 1e-6:
        return
    drawn = Segment(Point(x1, y1), Point(x2, y2))
    aimed = aim(drawn, towards, aspect)
    dx, dy = STEPS[towards]
    slope = abs((y2 - y1) * dx) + abs((x2 - x1) * aspect * dy)
    if aimed is None:
        assert slope < 0.11 * drawn.length(aspect)
        return
    assert {aimed.a, aimed.b} == {drawn.a, drawn.b}
    middle = Point((x1 + x2) / 2, (y1 + y2) / 2)
    assert aimed.offset(Point(middle.x + 0.1 * dx, middle.y + 0.1 * dy), aspect) > 0
    assert aimed.offset(Point(middle.x - 0.1 * dx, middle.y - 0.1 * dy), aspect) < 0


def test_two_masks_that_cover_everything_together_are_refused():
    halves = "masks:\n      - corners: [[0, 0], [640, 0], [640, 300], [0, 300]]\n      - corners: [[0, 200], "
    text = re.sub(r"masks:\n.*", halves + "[640, 200], [640, 480], [0, 480]]", GOOD)
    with pytest.raises(SiteFileError, match="cover the whole picture"):
        read(text)
    assert len(read(text.replace("[[0, 200], [640, 200]", "[[0, 350], [640, 350]")).cameras[0].masks) == 2


# Lines of the command line


@pytest.mark.parametrize(
    ("text", "size", "name", "ends"),
    [
        ("0.2,0.6,0.8,0.6", None, "line", (0.2, 0.6, 0.8, 0.6)),
        ("0.2, 0.6, 0.8, 0.6", (640, 480), "line", (0.2, 0.6, 0.8, 0.6)),
        ("0,240,640,240", (640, 480), "line", (0, 0.5, 1, 0.5)),
        ("door=0,0,1,1", None, "door", (0, 0, 1, 1)),
        ("floor_y350=0,350,768,350", (768, 432), "floor_y350", (0, 350 / 432, 1, 350 / 432)),
        (" door = 0,0,2,2", (640, 480), "door", (0, 0, 2 / 640, 2 / 480)),
    ],
)
def test_a_line_is_read(text: str, size: tuple[int, int] | None, name: str, ends: tuple[float, ...]):
    x1, y1, x2, y2 = ends
    assert parse_line(text, size) == Tripwire(name, Segment(Point(x1, y1), Point(x2, y2)))


@pytest.mark.parametrize(
    ("text", "size", "what", "remedy"),
    [
        ("", None, "no number", "--line x1,y1,x2,y2"),
        ("1,2,3", (640, 480), "3 numbers", "--line x1,y1,x2,y2"),
        ("1,2,3,4,5", (640, 480), "5 numbers", "--line x1,y1,x2,y2"),
        ("a,b,c,d", None, "no number", "--line x1,y1,x2,y2"),
        ("0.1,0.2,nan,0.4", None, "3 numbers", "--line x1,y1,x2,y2"),
        ("0.1,0.2,inf,0.4", None, "3 numbers", "--line x1,y1,x2,y2"),
        ("0,240,640,240", None, "size of the picture is not known", "shares from 0 to 1"),
        ("0,240,641,240", (640, 480), "641,240", "x goes from 0 to 640 and y from 0 to 480 (pixels)"),
        ("0,-0.1,1,0.5", (640, 480), "0,-0.1", "x goes from 0 to 1"),
        ("0.5,0.5,0.5,0.5", None, "ends where it begins", "two different points"),
        ("my door=0,0,1,1", None, "name before `=`", "letters a-z"),
        ("=0,0,1,1", None, "name before `=`", "letters a-z"),
    ],
)
def test_a_wrong_line_is_refused(text: str, size: tuple[int, int] | None, what: str, remedy: str):
    with pytest.raises(LineError) as caught:
        parse_line(text, size)
    assert what in caught.value.problem
    assert remedy in caught.value.remedy


# The starting file, the schema and the page about them


@SLOW
@given(NAME.filter(bool), FRAMES)
def test_the_starting_file_is_right_with_and_without_remarks(source: str, frame: tuple[int, int] | None):
    text = starting_text("site.yaml", "Europe/Berlin", source, frame)
    site = read(text.replace("${", "{"))
    assert site.cameras[0].shown == source.replace("${", "{")
    assert site.cameras[0].tripwires[0].segment.towards == "down"
    uncommented = read(re.sub(r"(?m)^(    )# ((?:zones|masks):|  .*)$", r"\1\2", text.replace("${", "{")))
    assert [zone.id for zone in uncommented.cameras[0].zones] == ["till"]
    assert len(uncommented.cameras[0].masks) == 1


def test_every_key_is_described_in_the_schema_and_on_the_page():
    page = (ROOT / "docs" / "site-file.md").read_text("utf-8")
    keys = 0
    for way, entry in ENTRIES.items():
        for name, field in entry.model_fields.items():
            key = field.alias or name
            assert field.description, (way, key)
            assert f"`{key}`" in page, (way, key)
            keys += 1
    assert keys == 104


def test_the_schema_names_every_key_and_forbids_others():
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["site", "cameras"]
    entries = [schema, *schema["$defs"].values()]
    assert all(entry["additionalProperties"] is False for entry in entries)
    wire = schema["$defs"]["TripwireEntry"]
    assert set(wire["properties"]) == {"id", "name", "from", "to", "in", "anchor", "entrance"}
    assert wire["required"] == ["id", "from", "to"]
    assert all("description" in value or "$ref" in value for entry in entries for value in entry["properties"].values())


def test_the_schema_takes_the_starting_file_and_refuses_a_wrong_one():
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json_schema())
    yaml = YAML(typ="safe", pure=True)
    right = yaml.load(starting_text("site.yaml", "UTC", "a.mp4", (640, 480)))
    validator.validate(right)
    right["cameras"][0]["tripwires"][0]["in"] = "sideways"
    assert not validator.is_valid(right)


def test_the_example_on_the_page_is_right():
    page = (ROOT / "docs" / "site-file.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    site = read(example, DOOR_PASSWORD="x")
    used = {key for entry in ENTRIES.values() for key in (f.alias or n for n, f in entry.model_fields.items())}
    assert {key for key in used if not re.search(rf"\b{key}:", example)} == {
        "detector", "embedder", "finder", "age", "gender", "expression", "liveness",
    }  # fmt: skip
    assert [t.segment.towards for camera in site.cameras for t in camera.tripwires] == ["down", "right"]
    assert [t.entrance for camera in site.cameras for t in camera.tripwires] == ["main", "side"]
