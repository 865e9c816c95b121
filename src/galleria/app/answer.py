"""A count into measures, and into the JSON that `galleria count --json` prints."""

from __future__ import annotations

import math
from typing import Any

from galleria.analytics.measures import Watched, measures
from galleria.domain.events import Crossing, Event, Path, Stay
from galleria.domain.geometry import OPPOSITE
from galleria.domain.measure import Measure
from galleria.domain.site import Tripwire
from galleria.domain.time import Bucket, By, buckets, clip_buckets, clip_text, utc_text

from .count import Count


def count_measures(count: Count, by: By) -> list[Measure]:
    """Measures of one count by bucket: local time when the capture time is known, else clip time."""
    seen = [event for event in count.events if hasattr(event, "end")]
    begin = min((event.time for event in seen), default=count.facts.start)
    end = math.nextafter(max((event.end for event in seen), default=begin), math.inf)
    watched = Watched(tuple(wire.id for wire in count.camera.tripwires), tuple(zone.id for zone in count.camera.zones))
    shelves: list[Bucket]
    if count.facts.start_known:
        shelves, epoch = buckets(by, count.site, begin, end), ""
    else:
        shelves, epoch = clip_buckets(by, begin if by is By.TOTAL else 0.0, end), count.origin.epoch
    return measures(count.events, shelves, {count.origin: watched}, epoch=epoch)


def count_json(count: Count, by: By) -> dict[str, Any]:
    """Everything that was counted, times as clip seconds `t` and, when known, as UTC `time`."""
    totals = count_measures(count, By.TOTAL)
    facts, tally = count.facts, count.tally
    of_camera = {m.name.value: m.value for m in totals if m.name.subject == "camera"}
    report: dict[str, Any] = {
        "source": count.source,
        "site": count.site.id,
        "camera": count.camera.id,
        "start": utc_text(facts.start) if facts.start_known else None,
        "seconds": facts.seconds,
        "part": list(count.part) if count.part else None,
        "size": [facts.width, facts.height],
        "frames": tally.frames,
        "analysed": tally.looks,
        "searched": tally.searched,
        "complete": not tally.interrupted,
        "network": count.network,
        "lines": {wire.id: _line_json(count, wire) for wire in count.camera.tripwires},
        "zones": {zone.id: _zone_json(count, zone.id, totals) for zone in count.camera.zones},
        "tracks": sum(isinstance(event, Path) for event in count.events),
        **of_camera,
        "coverage": min((m.coverage for m in totals), default=0.0),
        "notes": list(count.notes),
    }
    if by is not By.TOTAL:
        report["by"] = {"grain": by.value, "measures": [_measure_json(m) for m in count_measures(count, by)]}
    return report


def _line_json(count: Count, wire: Tripwire) -> dict[str, Any]:
    crossings = [e for e in count.events if isinstance(e, Crossing) and e.tripwire == wire.id]
    crossings.sort(key=lambda crossing: crossing.time)
    towards = wire.segment.towards
    came = sum(crossing.direction == "in" for crossing in crossings)
    went = len(crossings) - came
    return {
        "name": wire.name,
        "in": came,
        "out": went,
        towards: came,
        OPPOSITE[towards]: went,
        "in_is": towards,
        "crossings": [
            {
                **_when(count, "", crossing.time),
                "direction": crossing.direction,
                "towards": crossing.towards,
                "track": crossing.track,
                "at": [round(crossing.at.x, 4), round(crossing.at.y, 4)],
                "id": crossing.id,
            }
            for crossing in crossings
        ],
    }


def _zone_json(count: Count, zone: str, totals: list[Measure]) -> dict[str, Any]:
    stays = sorted((e for e in count.events if isinstance(e, Stay) and e.zone == zone), key=lambda stay: stay.time)
    numbers = {m.name.value: m.value for m in totals if m.place == zone and m.name.subject == "zone"}
    return {
        **numbers,
        "list": [
            {**_when(count, "", stay.time), **_when(count, "end_", stay.end), "track": stay.track}
            | {"dwell": round(stay.dwell, 3), "open_ended": stay.open_ended}
            for stay in stays
        ],
    }


def _when(count: Count, prefix: str, time: float) -> dict[str, Any]:
    clip = {f"{prefix}t": round(time - count.facts.start, 3)}
    return clip | ({f"{prefix}time": utc_text(time)} if count.facts.start_known else {})


def _measure_json(measure: Measure) -> dict[str, Any]:
    return {
        "measure": measure.name.value,
        "place": measure.place,
        "bucket": measure.label,
        "value": measure.value,
        "coverage": round(measure.coverage, 4),
    }


def headline(count: Count) -> str:
    """One line that says what was counted from what."""
    facts, tally = count.facts, count.tally
    clip = clip_text(facts.seconds) if facts.seconds else clip_text(count.until - facts.start)
    if count.part:
        clip = f"{clip_text(count.part[0])} to {clip_text(count.part[1])} of {clip}"
    return (
        f"{count.source}: {clip} of {facts.width}x{facts.height}, {tally.frames} frames, "
        f"{tally.looks} analysed, {tally.searched} searched, with {count.network}, in {count.seconds:.1f} s"
    )


def crossings_of(events: list[Event]) -> list[Crossing]:
    """The crossings among events, by time."""
    return sorted((e for e in events if isinstance(e, Crossing)), key=lambda crossing: crossing.time)
