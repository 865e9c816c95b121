"""What a site file says about shops, queues, tills and the place itself."""

import importlib.util
import re
from pathlib import Path

import pytest
from mistakes import assert_told

from galleria.domain.errors import SiteFileError
from galleria.domain.site import Queue, Shop, Till
from galleria.storage.sitefile import json_schema, parse_site

FILE = Path("shop/site.yaml")
GOOD = """\
site:
  id: mill
  time_zone: UTC
  country: DE-BY
  capacity: 850
  simulated: true
cameras:
  - id: hall
    tripwires:
      - {id: door, from: [0, 0.5], to: [1, 0.5]}
      - {id: back, from: [0, 0.2], to: [1, 0.2]}
    zones:
      - {id: waiting, corners: [[0, 0], [1, 0], [1, 1]]}
      - {id: counter, corners: [[0, 0], [1, 0], [1, 1]]}
  - id: yard
    zones:
      - {id: shelves, corners: [[0, 0], [1, 0], [1, 1]]}
shops:
  - id: books
    name: Book shop
    lines: [door, door]
    zones: [shelves, counter]
    area: 120.5
  - id: shoes
    lines: [back]
queues:
  - id: paying
    name: Tills
    zone: waiting
    service: counter
    shop: books
    tills: 2
    target: 90
  - id: lift
    zone: shelves
tills:
  - {id: "3", shop: books, clock: Europe/Berlin, queue: paying}
  - {id: "3", shop: shoes}
  - {id: Kasse 4, shop: books, queue: lift}
"""


def read(text):
    return parse_site(text.encode(), FILE, {})


def test_every_key_arrives_where_it_is_meant():
    site = read(GOOD)
    assert (site.country, site.capacity, site.simulated) == ("DE-BY", 850, True)
    assert site.shops == (
        Shop("books", "Book shop", ("door",), ("shelves", "counter"), 120.5),
        Shop("shoes", "", ("back",)),
    )
    assert site.queues == (
        Queue("paying", "waiting", "Tills", "counter", "books", 2, 90),
        Queue("lift", "shelves"),
    )
    assert site.tills == (
        Till("3", "books", "Europe/Berlin", "paying"),
        Till("3", "shoes"),
        Till("Kasse 4", "books", "", "lift"),
    )


def test_none_of_it_has_to_be_there():
    site = read("site: {id: mill, time_zone: UTC}\ncameras: []\n")
    assert (site.shops, site.tills, site.queues) == ((), (), ())
    assert (site.country, site.capacity, site.simulated) == ("", None, False)


# What is put into GOOD in place of what; § marks where the problem is to be told.
BAD = {
    "unknown line": ("lines: [door, door]", "lines: [door, §dor]", "there is no line `dor`", "did you mean `door`?"),
    "a line far off": ("lines: [back]", "lines: [§cellar]", "there is no line `cellar`", "`tripwires:`"),
    "a zone for a line": ("lines: [back]", "lines: [§shelves]", "there is no line `shelves`", "draw it"),
    "unknown zone": ("zones: [shelves, c", "zones: [§shelve, c", "no zone `shelve`", "did you mean `shelves`?"),
    "a zone twice": ("lines: [back]", "zones: [§counter]", "`counter` belongs to the shop `books`", "one shop"),
    "a line twice": ("lines: [back]", "lines: [§door]", "the line `door` belongs to the shop `books`", "one shop"),
    "a shop twice": ("lines: [back]\n", "lines: [back]\n  - id: §books\n", "another shop has the id", "its own"),
    "a queue twice": ("zone: shelves\n", "zone: shelves\n  - {id: §lift, zone: counter}\n", "another queue", "its own"),
    "a till twice": ("id: Kasse 4", 'id: §"3"', "another till of `books` has the id `3` already", "its own"),
    "no area": ("area: 120.5", "area: §0", "has to be more than 0", "area: 120.5"),
    "an area in words": ("area: 120.5", "area: §120 m2", "has to be a number", "area: 120.5"),
    "a queue nowhere": ("zone: waiting", "zone: §wating", "there is no zone `wating`", "did you mean `waiting`?"),
    "served nowhere": ("service: counter", "service: §bar", "there is no zone `bar`", "draw it"),
    "served there": ("service: counter", "service: §waiting", "is where they wait already", "where they are served"),
    "two in one zone": ("zone: shelves", "zone: §waiting", "belongs to the queue `paying` already", "one queue"),
    "a queue without one": ("    zone: shelves\n", "", "`zone` is missing", "zone: waiting"),
    "of no shop": ("    shop: books\n", "    shop: §toys\n", "there is no shop `toys`", "add `- id: toys`"),
    "no tills": ("tills: 2", "tills: §0", "at least 1", "tills: 2"),
    "half a till": ("tills: 2", "tills: §1.5", "whole number", "tills: 2"),
    "no wait at all": ("target: 90", "target: §0", "has to be more than 0", "target: 180"),
    "a till nowhere": ('{id: "3", shop: shoes}', '{id: "3", shop: §shoos}', "no shop `shoos`", "did you mean `shoes`?"),
    "a till's queue": ("queue: lift", "queue: §lft", "there is no queue `lft`", "did you mean `lift`?"),
    "another's queue": ('"3", shop: shoes', '"5", shop: shoes, queue: §paying', "belongs to the shop", "`shoes`"),
    "a number for a till": ("id: Kasse 4", "id: §4", "has to be text", '"quotes"'),
    "a till of no name": ("id: Kasse 4", 'id: §""', "`id` is empty", "id: 3"),
    "unknown zone of time": ("clock: Europe/Berlin", "clock: §Berlin", "unknown time zone `Berlin`", "Europe/Berlin"),
    "nobody inside": ("capacity: 850", "capacity: §0", "at least 1", "capacity: 850"),
    "neither nor": ("simulated: true", "simulated: §maybe", "has to be `true` or `false`", "simulated: true"),
    "a country's name": ("country: DE-BY", "country: §Germany", "is no country of ISO 3166", "country: DE-BY"),
    "small letters": ("country: DE-BY", "country: §de", "in capitals", "country: DE-BY"),
    "unknown key": ("    area: 120.5", "    §size: 120.5", "unknown key `size`", "known here are"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_told_once_with_its_place_and_a_remedy(name):
    assert_told(read, GOOD, BAD[name])


@pytest.mark.skipif(importlib.util.find_spec("holidays") is None, reason="NO HOLIDAYS: install the package `holidays`")
@pytest.mark.parametrize(
    "mistake",
    [
        ("country: DE-BY", "country: §XX", "no holidays are known of a country `XX`", "ISO 3166"),
        ("country: DE-BY", "country: §DE-ZZ", "`DE` has no part `ZZ`", "DE-BY"),
    ],
)
def test_a_country_that_nobody_knows_holidays_of_is_told(mistake):
    assert_told(read, GOOD, mistake)


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines():
    text = GOOD.replace("capacity: 850", "capacity: 0").replace("tills: 2", "tills: 0").replace("[back]", "[front]")
    with pytest.raises(SiteFileError) as caught:
        read(text)
    places = [int(re.match(r"[^:]+:(\d+):", line)[1]) for line in caught.value.problem.splitlines()]
    assert places == sorted(places)
    assert len(places) == 3


def test_the_schema_describes_it():
    parts = json_schema()["$defs"]
    assert parts["ShopEntry"]["required"] == ["id"]
    assert parts["QueueEntry"]["required"] == ["id", "zone"]
    assert parts["TillEntry"]["required"] == ["id", "shop"]
    assert parts["QueueEntry"]["properties"]["tills"]["minimum"] == 1
