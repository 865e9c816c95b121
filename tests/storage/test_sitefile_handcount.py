"""What a site file says about counts by hand: what arrives, and what cannot have been counted."""

from datetime import date
from pathlib import Path

import pytest

from galleria.domain.errors import SiteFileError
from galleria.domain.hand_count import HandCount
from galleria.storage.sitefile import json_schema, parse_site

FILE = Path("shop/site.yaml")
HEAD = """\
site: {id: mill, time_zone: UTC}
cameras:
  - id: hall
    tripwires:
      - {id: door, from: [0, 0.5], to: [1, 0.5], entrance: main-door}
      - {id: till-door, from: [0, 0.7], to: [1, 0.7]}
entrances:
  - id: main-door
shops:
  - {id: books, lines: [till-door]}
hand_counts:
"""


def read(text):
    return parse_site((HEAD + text).encode(), FILE, {})


def test_every_key_arrives_where_it_is_meant():
    site = read(
        "  - {day: 2026-10-01, comings: 640, staff: 18, again: 21}\n"
        "  - {day: 2026-10-02, entrance: main-door, comings: 5}\n"
        "  - {day: 2026-10-02, shop: books, comings: 7, again: 7}\n"
    )
    assert site.hand_counts == (
        HandCount(date(2026, 10, 1), 640, 18, 21, "site"),
        HandCount(date(2026, 10, 2), 5, 0, 0, "entrance:main-door"),
        HandCount(date(2026, 10, 2), 7, 0, 7, "shop:books"),
    )
    assert "hand_counts" in json_schema()["properties"]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("day: 2026-10-01, comings: 10, staff: 8, again: 3", "of 10 comings 11 are staff's or of those who came again"),
        ("day: 2026-02-30, comings: 10", "`2026-02-30` is no day"),
        ("day: 2026-10-01, comings: 0", "at least 1"),
        ("day: 2026-10-01, comings: 10, staff: -1", "at least 0"),
        ("day: 2026-10-01, comings: ten", "has to be a whole number"),
        (
            "day: 2026-10-01, entrance: main-dor, comings: 10",
            "there is no entrance `main-dor`; did you mean `main-door`?",
        ),
        ("day: 2026-10-01, shop: toys, comings: 10", "there is no shop `toys`"),
        ("day: 2026-10-01, shop: books, entrance: main-door, comings: 10", "a count is of an entrance or of a shop"),
        ("comings: 10", "`day` is missing"),
        ("day: 2026-10-01, comings: 10, visitors: 4", "unknown key `visitors`"),
    ],
)
def test_what_cannot_have_been_counted_is_told_with_its_place(line, what):
    with pytest.raises(SiteFileError) as told:
        read(f"  - {{{line}}}\n")
    assert what in told.value.problem
    assert told.value.problem.startswith(f"{FILE}:12:")
