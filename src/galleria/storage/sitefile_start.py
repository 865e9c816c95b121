"""Writes the file that people start from. It is right as it stands; its comments say what to change."""

from __future__ import annotations

import json

from .sitefile_models import SCHEMA_FILE

_HEAD = """\
# yaml-language-server: $schema=./{schema}
# The line above lets editors complete and check this file, once `galleria schema -o {schema}`
# has written that file beside it. `galleria check {file}` checks it too, and says what to mend.
# A `#` begins a remark. Indent with spaces, two for each level.

site:
  id: my-shop                 # short name in tables and exports; it never changes once there are counts
  name: My shop
  time_zone: {zone:<16} # the place's zone, as Continent/City
  # Without hours the site is always open. A day that is not named is closed.
  # `18:00-02:00` closes after midnight.
  hours:
    mon-sat: 09:00-20:00
    sun: closed

cameras:
  - id: entrance
    name: Camera over the main door
    # A video file from this file's folder (`*` allowed), an rtsp:// or http:// address, or a device.
    # Never write a password: ${{CAMERA_PASSWORD}} is filled in from the environment, as in
    # source: rtsp://viewer:${{CAMERA_PASSWORD}}@192.0.2.10/stream1
    source: {source}
"""

_SHARES = """\
    # Points are [x, y], from [0, 0] at the top left to [1, 1] at the bottom right of the picture.
    # To write pixels instead, say how large the picture is:
    # frame: [1920, 1080]
"""

_PIXELS = """\
    # Points are pixels [x, y], from [0, 0] at the top left of a picture of this width and height.
    frame: [{width}, {height}]
"""

_REST = """\
    # Lines that people are counted at. `in` is the direction in the picture that counts as in:
    # up, down, left or right.
    tripwires:
      - id: door
        name: Main door
        from: [{x1}, {y1}]
        to: [{x2}, {y1}]
        in: down
    # Which point of a body has to cross: feet (usual), centre, or head (where counters hide the feet).
    anchor: feet
    # Areas where stays are measured; and areas where nobody is looked for (screens, mirrors, posters).
    # zones:
    #   - id: till
    #     name: Till
    #     corners: [[{x3}, {y2}], [{x4}, {y2}], [{x4}, {y3}], [{x3}, {y3}]]
    # masks:
    #   - corners: [[{x5}, 0], [{x6}, 0], [{x6}, {y4}], [{x5}, {y4}]]

# Ways in. Several lines, of several cameras, may count for one.
entrances:
  - id: main-entrance
    name: Main entrance
    tripwires: [door]
"""


def starting_text(file: str, zone: str, source: str, frame: tuple[int, int] | None) -> str:
    """Write a site file with one camera and one line.

    Args:
        file: name the text will be saved under.
        zone: time zone of the site.
        source: of its camera, as it goes into the file.
        frame: width and height of its pictures; None if not known, and then points are shares of the picture.

    Returns:
        YAML with remarks.
    """
    width, height = frame or (1, 1)
    shares_x = {"x1": 0.2, "x2": 0.8, "x3": 0.1, "x4": 0.4, "x5": 0.8, "x6": 1}
    shares_y = {"y1": 0.6, "y2": 0.7, "y3": 0.9, "y4": 0.1}
    sides = [(shares_x, width), (shares_y, height)]
    places = {name: round(v * side) if frame else v for shares, side in sides for name, v in shares.items()}
    # A JSON string is a YAML string too, whatever the file's name holds.
    head = _HEAD.format(schema=SCHEMA_FILE, file=file, zone=zone, source=json.dumps(source, ensure_ascii=False))
    scale = _PIXELS.format(width=width, height=height) if frame else _SHARES
    return head + scale + _REST.format(**places)
