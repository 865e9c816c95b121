"""A story as the document that scene.json holds."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mall.domain.motion import TICKS, Track

from .clips import BLIND
from .ground import LINES, ZONES
from .story import AREAS, Story, Visit

Document = dict[str, object]


def text_of(document: Document) -> str:
    """JSON with sorted keys, the same bytes for the same facts; numbers stand on one line."""
    lines = [f" {json.dumps(key)}: {_value(document[key])}" for key in sorted(document)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _value(value: object) -> str:
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        items = ",\n".join("  " + json.dumps(item, sort_keys=True, ensure_ascii=False) for item in value)
        return f"[\n{items}\n ]"
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def scene_document(story: Story) -> Document:
    """Everything that is known of a scene; times are seconds after its start, to 0.01."""
    scene = story.played.scene
    return {
        "id": scene.id,
        "title": scene.title,
        "seed": scene.seed,
        "start": scene.start.isoformat(),
        "seconds": scene.seconds,
        "fps": scene.fps,
        "light": scene.light.value,
        "cameras": list(scene.cameras),
        "faults": [{"camera": f.camera, "wrong": f.wrong.value, "begin": f.begin, "end": f.end} for f in scene.faults],
        "tracks": [_track(story, track) for track in story.tracks],
        "visits": [_visit(story, visit) for visit in story.visits],
        "returns": [_return(*found) for found in story.returns()],
        "groups": _groups(story.tracks),
        "staff": [t.id for t in story.tracks if story.role(t.person) == "staff"],
        "queue": _queue(story),
        "watchers": _watchers(story),
        "crossings": _crossings(story),
        "stays": _stays(story),
        "occupancy": {"every_s": 1, "areas": ["mall", *AREAS], **story.present},
    }


def _track(story: Story, track: Track) -> Document:
    facts: Document = {
        "track": track.id,
        "person": track.person,
        "role": story.role(track.person),
        "child": story.child(track.person),
        "begin": _s(track.first / TICKS),
        "end": _s(track.end / TICKS),
        "route": list(story.played.routes.get(track.id, ())),
    }
    facts |= {"group": track.group} if track.group else {}
    facts |= {"pushes": track.pushes} if track.pushes else {}
    return facts | ({"pushed_by": track.pushed_by} if track.pushed_by else {})


def _visit(story: Story, visit: Visit) -> Document:
    return {
        "track": visit.track,
        "person": visit.person,
        "role": story.role(visit.person),
        "in": _s(visit.enter),
        "out": _s(visit.leave),
        "in_by": visit.by or None,
        "out_by": visit.leaves_by or None,
    }


def _return(person: str, before: Visit, after: Visit) -> Document:
    return {"person": person, "tracks": [before.track, after.track], "out": _s(before.leave), "in": _s(after.enter)}


def _groups(tracks: Sequence[Track]) -> list[Document]:
    numbers = sorted({track.group for track in tracks if track.group})
    return [{"group": number, "tracks": [t.id for t in tracks if t.group == number]} for number in numbers]


def _queue(story: Story) -> list[Document]:
    return [
        {
            "track": waited.track,
            "joined": _s(waited.joined),
            "served": _s(waited.served),
            "left": _s(waited.left),
            "waited": _s((waited.left if waited.served is None else waited.served) - waited.joined),
            "gave_up": waited.served is None,
        }
        for waited in story.played.waits
    ]


def _watchers(story: Story) -> list[Document]:
    return [{"track": track, "begin": _s(begin), "end": _s(end)} for track, begin, end in story.played.watched]


def _crossings(story: Story) -> list[Document]:
    scene, cameras = story.played.scene, {line.id: line.camera for line in LINES}
    return [
        {
            "line": crossed.line,
            "t": _s(crossed.time),
            "track": crossed.track,
            "way": crossed.way,
            "filmed": scene.fault(cameras[crossed.line], crossed.time) not in BLIND,
        }
        for crossed in story.crossed
    ]


def _stays(story: Story) -> list[Document]:
    cameras = {zone.id: zone.camera for zone in ZONES}
    return [
        {
            "zone": stayed.zone,
            "camera": cameras[stayed.zone],
            "track": stayed.track,
            "enter": _s(stayed.enter),
            "leave": _s(stayed.leave),
            "open": stayed.open,
        }
        for stayed in story.stayed
    ]


def _s(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2) + 0.0
