"""Purposes, profile, lane and face networks in a site file."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mistakes import assert_told

from galleria.domain.geometry import Point, Polygon
from galleria.domain.purpose import Declaration, LawfulBasis, Notice, Purpose
from galleria.domain.site import Camera, FaceSetting
from galleria.domain.time import parse_instant
from galleria.policy.declarations import terms_of
from galleria.runtime.changes import Changes, changes
from galleria.runtime.parts import Parts
from galleria.storage.sitefile import json_schema, parse_site
from galleria.storage.sitefile_models import BasisName, PurposeName
from galleria.storage.sitefile_purposes import first_day, last_day, whole_days

BERLIN = ZoneInfo("Europe/Berlin")
FILE = Path("shop/site.yaml")
GOOD = """\
site:
  id: mill
  time_zone: Europe/Berlin
  profile: eu
cameras:
  - id: hall
    frame: [640, 480]
    lane:
      corners: [[64, 48], [576, 48], [576, 480]]
  - id: yard
faces:
  embedder: own.toml
  threshold: 0.94
  sightings: 3
purposes:
  - purpose: unique
    basis: consent
    notice: {version: "3", place: At both doors}
    begins: 2026-10-01
    ends: 2027-03-31
    cameras: [hall]
    dpia: DPIA-7
    panel: true
  - purpose: staff
    basis: legitimate-interests
    begins: "2026-10-01"
    ends: 2026-10-01
    staff_notice: Works agreement 12
"""


def read(text):
    return parse_site(text.encode(), FILE, {})


def test_every_key_arrives_where_it_is_meant():
    site = read(GOOD)
    assert site.profile == "eu"
    assert site.camera("hall").lane == Polygon((Point(0.1, 0.1), Point(0.9, 0.1), Point(0.9, 1)))
    assert site.camera("yard").lane is None
    assert site.faces == FaceSetting(embedder="shop/own.toml", threshold=0.94, sightings=3)
    unique, staff = site.purposes
    assert unique == Declaration(
        Purpose.UNIQUE,
        LawfulBasis.CONSENT,
        Notice("3", "At both doors"),
        parse_instant("2026-10-01T00:00+02:00", BERLIN),
        parse_instant("2027-04-01T00:00+02:00", BERLIN),  # the last day is a whole one; summer time has begun
        ("hall",),
        dpia="DPIA-7",
        panel=True,
        terms=terms_of("eu", replace(site.faces, embedder="own.toml"), (site.camera("hall"),)),
    )
    assert staff.terms == terms_of("eu", None, ())
    assert (staff.ends - staff.begins, staff.staff_notice, staff.cameras) == (86400, "Works agreement 12", ())


def test_a_site_that_moves_keeps_what_was_signed():
    moved = parse_site(GOOD.encode(), Path("/elsewhere/site.yaml"), {})
    assert moved.faces != read(GOOD).faces
    assert moved.purposes == read(GOOD).purposes


def test_without_any_of_it_nothing_is_declared():
    site = read("site: {id: mill, time_zone: UTC}\ncameras: []\n")
    assert (site.profile, site.purposes, site.faces) == ("", (), FaceSetting())


# What is put into GOOD in place of what; § marks where the problem is to be told.
BAD = {
    "no profile": ("  profile: eu\n", "", "no profile is chosen", "choose a profile: write `profile: eu`"),
    "unknown profile": ("profile: eu", "profile: §ue", "there is no profile `ue`", "choose one of au, cn, eu"),
    "profile as a number": ("profile: eu", "profile: §7", "`profile` has to be text", "quotes"),
    "unknown purpose": ("purpose: unique", "purpose: §uniq", "cannot be `uniq`", "did you mean `unique`?"),
    "no purpose": ("  - purpose: unique\n    basis", "  - §basis", "`purpose` is missing", "add `purpose: unique`"),
    "unknown basis": ("basis: consent", "basis: §consnt", "cannot be `consnt`", "did you mean `consent`?"),
    "no end": ("    ends: 2027-03-31\n", "", "`ends` is missing", "add `ends: 2027-09-30`"),
    "no day": ("ends: 2027-03-31", "ends: §2027-02-30", "`2027-02-30` is no day", "e.g. `2026-10-01`"),
    "another way to write days": ("begins: 2026-10-01", "begins: §01.10.2026", "is no day", "year, month and day"),
    "a week": ("begins: 2026-10-01", "begins: §2026-W40-1", "is no day", "year, month and day"),
    "a year": ("begins: 2026-10-01", "begins: §2026", "has to be text, not a number", "quotes"),
    "far away": ("ends: 2027-03-31", "ends: §9999-12-31", "is no day", "year, month and day"),
    "ends first": ("ends: 2027-03-31", "ends: §2026-09-30", "ends before it begins", "last day"),
    "unknown camera": ("cameras: [hall]", "cameras: [§hal]", "there is no camera `hal`", "did you mean `hall`?"),
    "a camera twice": ("cameras: [hall]", "cameras: [hall, §hall]", "named twice", "once"),
    "declared twice": ("purpose: staff", "purpose: §unique", "declared already (line 16)", "each purpose once"),
    "unknown key": ("dpia:", "§dpa:", "unknown key `dpa`", "did you mean `dpia`?"),
    "signatures": ("    dpia: DPIA-7\n", "    §signatures: []\n", "unknown key `signatures`", "known here are"),
    "version as a number": ('version: "3"', "version: §3", "`version` has to be text", "quotes"),
    "panel as text": ("panel: true", "panel: §joined", "`panel`", "write `panel: true`"),
    "lane of two corners": (", [576, 480]]", "]", "at least 3", "corners: [["),
    "lane outside": ("[576, 480]]", "[576, §481]]", "481 lies outside", "y goes from 0 to 480"),
    "lane as a list": ("    lane:\n      corners: ", "    lane: §", "`lane` has to be a block", "`lane:` and under it"),
    "lane that crosses itself": ("[[64, 48], [576, 48], [576, 480]]", "§[[0, 0], [640, 480], [640, 0], [0, 480]]",
                                 "meets the side", "in order"),
    "threshold as text": ("threshold: 0.94", "threshold: §high", "`threshold` has to be a number", "0.94"),
    "target of a whole": ("threshold: 0.94", "target: §1", "has to be less than 1", "target: 0.01"),
    "no sightings": ("sightings: 3", "sightings: §0", "at least 1", "sightings: 2"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_told_once_with_its_place_and_a_remedy(name):
    assert_told(read, GOOD, BAD[name])


def test_the_schema_knows_the_same_purposes_and_grounds():
    assert set(PurposeName.__args__) == {purpose.value for purpose in Purpose}
    assert set(BasisName.__args__) == {basis.value for basis in LawfulBasis}
    text = json.dumps(json_schema())
    assert "PurposeEntry" in text
    assert "signature" not in text


DAYS = st.dates(date(2000, 1, 2), date(2199, 12, 30))


@given(DAYS, DAYS, st.sampled_from(["Europe/Berlin", "UTC", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia"]))
def test_days_come_back_as_they_were_written(one, other, zone):
    zone, (first, last) = ZoneInfo(zone), sorted((one, other))
    begins, ends = whole_days(first, last, zone)
    declaration = Declaration(Purpose.STAFF, LawfulBasis.CONSENT, Notice("", ""), begins, ends, ())
    assert (first_day(declaration, zone), last_day(declaration, zone)) == (first, last)


def test_a_lane_is_no_part_of_what_is_counted_and_needs_no_new_connection():
    camera, other = read(GOOD).camera("hall"), Camera("hall")
    parts = Parts(lambda *_: None, (), lambda *_: None)
    assert parts.settings(camera) == parts.settings(other)
    with_lane, without = (
        read(GOOD),
        read(GOOD.replace("    lane:\n      corners: [[64, 48], [576, 48], [576, 480]]\n", "")),
    )
    assert changes(without, with_lane) == Changes(redrawn=("hall",))
