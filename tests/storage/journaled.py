"""Counts written into a journal, and read again."""

from galleria.domain.events import Crossing, Origin, Path, Seen, Stay
from galleria.domain.geometry import Point
from galleria.storage.journal import Journal
from galleria.storage.recording import Recording

HALL = Origin("shop", "hall", "clip-1")


COUNT = Recording(HALL, "settings-1", "hall.mp4", 1_000.0, "Europe/Berlin", True, ("door",), ("shelf",))


def crossing(origin, track, time, tripwire="door", direction="in"):
    event_id = origin.event_id(track, "crossing", 0)
    return Crossing(event_id, origin, track, time, tripwire, direction, "up", Point(0.25, 0.1 + track / 1000))


def events(origin=HALL, start=100.0, tracks=5):
    found = [Seen(origin.event_id(0, "seen", 0), origin, start, start + 60)]
    for track in range(1, tracks + 1):
        t = start + track
        found.append(crossing(origin, track, t))
        found.append(Stay(origin.event_id(track, "stay", 0), origin, track, t, t + 4.5, "shelf", track % 2 == 0))
        points = ((t, 0.1, 0.2), (t + 0.5, 1 / 3, 0.3))
        found.append(Path(origin.event_id(track, "path", 0), origin, track, t, t + 9, points, track % 3 == 0))
    return found


def count(path, what, recording=COUNT):
    with Journal(path) as journal:
        take = journal.begin(recording)
        take.append(what)
        return take.finish()


def read(path, **chosen):
    with Journal(path) as journal:
        return list(journal.events("shop", **chosen))


def in_order(what):
    return sorted(what, key=lambda event: (event.time, event.id))
