"""Turns what a site file says about staff into a setting, and notes colours and zones that tell nobody."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Mapping

from galleria.domain.site import Colour, StaffSetting, Uniform

from .sitefile_models import StaffEntry, UniformEntry
from .sitefile_problems import Loc, Problems, nearest, quoted

# How far a shade is from a colour as it was written down: degrees of hue; shares of its saturation and brightness.
_HUES = 16.0
_SATURATION, _DARKER, _LIGHTER = 0.5, 0.35, 2.5
# Of a hue alone: how much colour there has to be, and how much light. Below, a hue is noise.
_LEAST_SATURATION, _LEAST_VALUE = 0.3, 0.12
_WIDEST = 120.0  # degrees: a third of all colours there are
_HUE = re.compile(r"hue ([0-9]{1,3})-([0-9]{1,3})")
_CIRCLE = 360


def read_staff(
    entry: StaffEntry, uniforms: Iterable[tuple[UniformEntry, Loc]], zones: Mapping[str, str], problems: Problems
) -> StaffSetting:
    """Read by what staff are told.

    Args:
        entry: the section; its uniforms are not looked at.
        uniforms: each with where it stands in the file.
        zones: the site's zones, each with its camera.
        problems: takes what is wrong.
    """
    loc: Loc = ("staff",)
    worn: dict[str, Uniform] = {}
    for one, here in uniforms:
        if one.name in worn:
            what = f"another uniform has the name {quoted(one.name)} already"
            problems.add((*here, "name"), what, "give each its own")
        colour = _colour(one.colour, (*here, "colour"), problems)
        second = _colour(one.second, (*here, "second"), problems) if one.second else None
        if colour:
            worn[one.name] = Uniform(one.name, colour, one.share, second)
    for n, zone in enumerate(entry.zones):
        if zone not in zones:
            close = nearest(zone, zones)
            remedy = f"did you mean `{close}`?" if close else "draw it under a camera's `zones:`"
            problems.add((*loc, "zones", n), f"there is no zone {quoted(zone)}", remedy)
    known = dict.fromkeys((zones[zone], zone) for zone in entry.zones if zone in zones)
    return StaffSetting(tuple(worn.values()), tuple(known), entry.seconds)


def _colour(written: str, loc: Loc, problems: Problems) -> Colour | None:
    if found := _HUE.fullmatch(written):
        low, high = (int(number) for number in found.groups())
        if max(low, high) > _CIRCLE:
            problems.add(loc, f"{max(low, high)} is no hue", "hues go from 0 (red) over 120 (green) and 240 to 360")
            return None
        if (high - low) % _CIRCLE > _WIDEST or low == high:
            what = f"{quoted(written)} is {'one hue alone' if low == high else 'more than a third of all colours'}"
            problems.add(loc, what, "write the hues from one to the other, e.g. `hue 165-195`")
            return None
        return Colour((low, high), (_LEAST_SATURATION, 1.0), (_LEAST_VALUE, 1.0))
    red, green, blue = (int(written[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if saturation < _LEAST_SATURATION or value < _LEAST_VALUE:
        what = f"{quoted(written)} is grey, nearly: visitors wear that too"
        problems.add(loc, what, "name a colour that only staff wear, e.g. that of a lanyard")
        return None
    return Colour(
        ((hue * _CIRCLE - _HUES) % _CIRCLE, (hue * _CIRCLE + _HUES) % _CIRCLE),
        (max(_LEAST_SATURATION, _SATURATION * saturation), 1.0),
        (max(_LEAST_VALUE, _DARKER * value), min(1.0, _LIGHTER * value)),
    )
