"""Shops, tills and queues stay in the site file whatever else is saved, and keep the lines and zones they name."""

from datetime import time

import pytest
from people import Noted

from galleria.app.audit import SYSTEM
from galleria.app.setup import Setup
from galleria.domain.errors import InputError
from galleria.domain.site import Hours

TEXT = """\
site:
  id: shop
  time_zone: Europe/Berlin
  country: DE
  capacity: 40  # the fire brigade's
  simulated: true
cameras:
  - id: hall
    tripwires:
      - {id: door, from: [0.1, 0.5], to: [0.9, 0.5], in: down}
      - {id: side, from: [0.1, 0.7], to: [0.9, 0.7], in: down}
    zones:
      - {id: waiting, corners: [[0.1, 0.5], [0.9, 0.5], [0.5, 0.9]]}
      - {id: counter, corners: [[0.1, 0.1], [0.9, 0.1], [0.5, 0.4]]}
      - {id: shelf, corners: [[0.1, 0.1], [0.9, 0.1], [0.5, 0.4]]}
      - {id: mat, corners: [[0.1, 0.1], [0.9, 0.1], [0.5, 0.4]]}
shops:
  # The tenant.
  - {id: books, lines: [door], zones: [shelf], area: 80}
queues:
  - {id: paying, zone: waiting, service: counter, shop: books, tills: 2, target: 60}
tills:
  - {id: "1", shop: books, clock: Europe/London, queue: paying}  # an hour slow
"""


@pytest.fixture
def setup(tmp_path):
    path = tmp_path / "site.yaml"
    path.write_text(TEXT)
    return Setup(path, tmp_path / "own", Noted(), environment={})


def kept(site):
    return site.shops, site.queues, site.tills, site.country, site.capacity, site.simulated


def redraw(setup, without):
    hall = setup.camera("hall").camera
    lines = [line for line in hall.tripwires if line.id != without]
    zones = [zone for zone in hall.zones if zone.id != without]
    return setup.draw(SYSTEM, "hall", lines, zones, hall.masks, hall.lane)


def test_they_outlive_every_other_change(setup):
    before = kept(setup.read()[0])
    setup.name(SYSTEM, "Mill", zone="UTC")
    setup.hours(SYSTEM, {0: Hours(time(9), time(20))})
    setup.profile(SYSTEM, "eu")
    setup.add_camera(SYSTEM, {"source": "yard.mp4"}, camera="yard")
    setup.change_camera(SYSTEM, "hall", {"name": "Hall"})
    redraw(setup, "side")
    redraw(setup, "mat")
    setup.remove_camera(SYSTEM, "yard")
    assert kept(setup.read()[0]) == before
    text = setup.path.read_text()
    assert "# The tenant." in text
    assert "# an hour slow" in text
    assert "# the fire brigade's" in text


@pytest.mark.parametrize(
    ("gone", "owner"),
    [("door", "shop 'books'"), ("shelf", "shop 'books'"), ("waiting", "queue 'paying'"), ("counter", "queue 'paying'")],
)
def test_what_a_shop_or_queue_names_cannot_be_removed(setup, gone, owner):
    before = setup.path.read_bytes()
    with pytest.raises(InputError, match=f"{gone}' cannot be removed: the {owner} names it"):
        redraw(setup, gone)
    with pytest.raises(InputError, match="cannot be removed"):
        setup.remove_camera(SYSTEM, "hall")
    assert setup.path.read_bytes() == before
