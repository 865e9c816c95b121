"""What a site file says about staff: uniforms, zones, and what tells nobody."""

import colorsys
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from mistakes import assert_told

from galleria.domain.errors import SiteFileError
from galleria.domain.site import Colour, StaffSetting, Uniform
from galleria.storage.sitefile import json_schema, parse_site
from galleria.vision.uniform import share

FILE = Path("shop/site.yaml")
GOOD = """\
site: {id: mill, time_zone: UTC}
cameras:
  - id: hall
    zones:
      - {id: till, corners: [[0, 0], [1, 0], [1, 1]]}
  - id: yard
    zones:
      - {id: ramp, corners: [[0, 0], [1, 0], [1, 1]]}
staff:
  uniforms:
    - name: Green polo
      colour: hue 165-195
    - name: Vest and helmet
      colour: "#ff8000"
      share: 0.3
      second: hue 350-10
  zones: [ramp, till, ramp]
  seconds: 30
"""


def read(text):
    return parse_site(text.encode(), FILE, {})


def test_every_key_arrives_where_it_is_meant():
    setting = read(GOOD).staff
    polo, vest = setting.uniforms
    assert polo == Uniform("Green polo", Colour((165, 195), (0.3, 1.0), (0.12, 1.0)))
    assert (vest.name, vest.share, vest.second) == ("Vest and helmet", 0.3, Colour((350, 10), (0.3, 1.0), (0.12, 1.0)))
    assert vest.colour.hues == pytest.approx((30.1 - 16, 30.1 + 16), abs=0.1)
    assert vest.colour.saturations == (0.5, 1.0)
    assert vest.colour.values == (0.35, 1.0)
    assert setting.zones == (("yard", "ramp"), ("hall", "till"))
    assert setting.seconds == 30


def test_without_it_nobody_is_told_from_visitors():
    assert read("site: {id: mill, time_zone: UTC}\ncameras: []\n").staff == StaffSetting()
    assert StaffSetting().uniforms == ()
    assert StaffSetting().zones == ()


# What is put into GOOD in place of what; § marks where the problem is to be told.
BAD = {
    "no colour": ("      colour: hue 165-195\n", "", "`colour` is missing", "colour: hue 165-195"),
    "a remark for a colour": ("hue 165-195", "#0d7373", "`colour` is missing", "colour: hue 165-195"),
    "a word": ("hue 165-195", "§teal", "neither a colour", "hue 165-195"),
    "short": ('"#ff8000"', '§"#f80"', "neither a colour", "hue 165-195"),
    "a marker that is a word": ("second: hue 350-10", "second: §yellow", "`second` is neither", "hue 45-65"),
    "beyond the wheel": ("hue 165-195", "§hue 165-400", "400 is no hue", "from 0 (red)"),
    "everything": ("hue 165-195", "§hue 0-359", "more than a third of all colours", "hue 165-195"),
    "nothing": ("hue 165-195", "§hue 180-180", "one hue alone", "hue 165-195"),
    "black": ('"#ff8000"', '§"#0a0808"', "is grey, nearly", "only staff wear"),
    "white": ('"#ff8000"', '§"#fff8f0"', "visitors wear that too", "lanyard"),
    "no share": ("share: 0.3", "share: §0", "at least 0.05", "share: 0.35"),
    "more than all": ("share: 0.3", "share: §1.5", "at most 1", "share: 0.35"),
    "no name": ("    - name: Green polo\n      colour", "    - §colour", "`name` is missing", "Green polo"),
    "a name twice": ("name: Vest and helmet", "name: §Green polo", "the name `Green polo` already", "its own"),
    "unknown zone": ("zones: [ramp, till", "zones: [ramp, §til", "there is no zone `til`", "did you mean `till`?"),
    "another zone": ("zones: [ramp, till", "zones: [ramp, §cellar", "there is no zone `cellar`", "draw it"),
    "at once": ("seconds: 30", "seconds: §0", "at least 1", "seconds: 20"),
    "unknown key": ("  seconds: 30", "  §second: 30", "unknown key `second`", "did you mean `seconds`?"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_told_once_with_its_place_and_a_remedy(name):
    assert_told(read, GOOD, BAD[name])


RGB = st.tuples(*[st.integers(0, 255)] * 3)


def setting_of(rgb):
    return read(GOOD.replace('"#ff8000"', '"#{:02x}{:02X}{:02x}"'.format(*rgb))).staff.uniforms[1].colour


@given(RGB, st.floats(-1.4, 0))
def test_a_colour_that_was_taken_from_a_picture_is_found_again_in_less_light(rgb, stops):
    _, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in rgb))
    assume(saturation > 0.31 and value > 0.3)
    darker = np.array(rgb[::-1]) * 2 ** (stops / 2.2)
    assert share(np.full((2, 2, 3), darker.round(), np.uint8), setting_of(rgb)) == 1


@given(RGB)
def test_a_colour_is_taken_or_refused_as_grey(rgb):
    _, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in rgb))
    if saturation < 0.3 or value < 0.12:
        with pytest.raises(SiteFileError, match="grey, nearly"):
            setting_of(rgb)
    else:
        colour = setting_of(rgb)
        assert all(0 <= hue <= 360 for hue in colour.hues)
        assert (colour.hues[1] - colour.hues[0]) % 360 == pytest.approx(32)


def test_the_schema_describes_it():
    entry = json_schema()["$defs"]["UniformEntry"]
    assert entry["required"] == ["name", "colour"]
    pattern = entry["properties"]["colour"]["pattern"]
    assert re.fullmatch(pattern, "#0d7373")
    assert re.fullmatch(pattern, "hue 165-195")
    assert not re.fullmatch(pattern, "hue 165")
