"""What people did on a day, as marks before the cameras."""

from __future__ import annotations

import numpy as np

from galleria.analytics.facts import Numbers, Places
from galleria.domain.time import Bucket

from . import floor, ways
from .doings import Doings
from .ground import Ground
from .marks import CROSSING, PATH, STAY, Book
from .staff import Staff
from .traffic import Members, arrivals

_PACE = 8.0  # seconds within which a track before a line is seen


def members_at(members: Members, trip: Places) -> tuple[Places, Places]:
    """For rows that belong to trips: which row, and which member, for everybody of the party.

    Args:
        members: in order of trips.
        trip: (k,) of each row.

    Returns:
        (m,) rows and (m,) indices of members.
    """
    count = np.bincount(members.trip, minlength=int(trip.max(initial=-1)) + 1)
    start = np.cumsum(count) - count
    sizes = count[trip]
    row = np.repeat(np.arange(len(trip)), sizes)
    within = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return row, start[trip][row] + within


def book_of(ground: Ground, doings: Doings, day: Bucket, random: np.random.Generator) -> Book:
    """All marks of a day."""
    book = Book()
    _entrances(book, ground, doings, random)
    if doings.opened:
        _passing(book, ground, doings.passing, arrivals(int(doings.passing.sum()), doings.opened, day, random), random)
        tracks = _shop_doors(book, ground, doings, random)
        _floors(book, ground, doings, tracks, random)
        _tills(book, ground, doings)
    _staff(book, ground, doings.staff)
    book.parts = [part.where((part.begin >= day.begin) & (part.begin < day.end)) for part in book.parts]
    return book


def _line(
    book: Book, ground: Ground, row: tuple[Places, Places, Numbers, Numbers], random: np.random.Generator, *, came: bool
) -> None:
    """Crossings of one direction, and their tracks where those are told: lines, track numbers, times, metres."""
    line, track, time, x = row
    camera = ground.line_camera[line]
    book.add(CROSSING, camera, track, time, place=line, flag=came, x=x)
    exact = ground.calibrated[camera]
    told = np.flatnonzero(exact)
    way = ways.across(time[told], x[told], np.full(len(told), came), random)
    book.add(PATH, camera[told], track[told], time[told] - ways.LEAD, end=time[told] + ways.LEAD, points=way)
    if ground.scale.whole:
        # A track that stays before the camera is told where it stays.
        rest = np.flatnonzero(~exact & (ground.scale.doors | (camera < ground.scale.entrances)))
        book.add(PATH, camera[rest], track[rest], time[rest] - _PACE / 2, end=time[rest] + _PACE / 2)


def _entrances(book: Book, ground: Ground, doings: Doings, random: np.random.Generator) -> None:
    trips, members = doings.trips, doings.members
    trip = members.trip
    middle = random.uniform(1.5, floor.WIDTH - 3.5, (2, len(trips)))
    for came in (True, False):
        door = trips.door if came else trips.out
        time = (trips.begin if came else doings.plans.left)[trip] + members.lag
        x = middle[int(came)][trip] + members.beside
        _line(book, ground, (door[trip], book.new_tracks(len(trip)), time, x), random, came=came)


def _passing(book: Book, ground: Ground, passing: Places, time: Numbers, random: np.random.Generator) -> None:
    """Tracks of those who walk past the entrances, (n,) of them in all."""
    n = len(time)
    door = np.repeat(np.arange(ground.scale.entrances), passing)
    camera, track = ground.line_camera[door], book.new_tracks(n)
    told = ground.calibrated[camera]
    points = np.full(n, "[]", object)
    far = random.uniform(0.8, 2.2, n)
    points[told] = ways.along(time[told], far[told], random.integers(0, 2, int(told.sum())) == 1, random)
    book.add(PATH, camera, track, time - ways.LEAD, end=time + ways.LEAD, flag=True, points=points)


def _shop_doors(book: Book, ground: Ground, doings: Doings, random: np.random.Generator) -> Places:
    """Crossings of shops' doors; returns the track of every call's first member on its floor (c,), others follow it."""
    calls, members = doings.calls, doings.members
    row, member = members_at(members, calls.trip)
    inside = book.new_tracks(len(row))
    keep = (calls.shop[row] >= 0) & (ground.door[np.maximum(calls.shop[row], 0)] >= 0)
    row, member, one = row[keep], member[keep], inside[keep]
    middle = random.uniform(1.5, floor.WIDTH - 3.5, len(calls.trip))
    line = ground.door[calls.shop[row]]
    for came in (True, False):
        time = (calls.begin if came else calls.end)[row] + members.lag[member]
        # One camera over door and floor follows who comes in; who has been at the till is a new track.
        known = (not ground.scale.doors) & (came | (calls.paid[row] < 0))
        track = np.where(known, one, book.new_tracks(len(row)))
        _line(book, ground, (line, track, time, middle[row] + members.beside[member]), random, came=came)
    return inside


def _floors(book: Book, ground: Ground, doings: Doings, inside: Places, random: np.random.Generator) -> None:
    """Stays in zones, and the tracks of those who stayed."""
    stops, calls, members = doings.stops, doings.calls, doings.members
    row, member = members_at(members, stops.trip)
    zone = ground.stop_zone[stops.place[row]]
    lag = members.lag[member]
    begin, end = stops.begin[row] + lag, stops.end[row] + lag
    # Tracks are numbered by call and member: everybody's number is where their call's begin, and who they are.
    count = np.bincount(members.trip, minlength=len(doings.trips))
    starts = np.cumsum(count[calls.trip]) - count[calls.trip]
    first = np.cumsum(count) - count
    track = inside[starts[stops.call[row]] + member - first[stops.trip[row]]]
    book.add(STAY, ground.zone_camera[zone], track, begin, end=end, place=zone)
    told = ground.calibrated[ground.zone_camera[zone]] | ground.scale.whole
    keep = np.flatnonzero(told)
    order = keep[np.lexsort((begin[keep], track[keep]))]
    _tracks(book, ground, (zone[order], track[order], begin[order], end[order], members.beside[member[order]]), random)


def _tracks(
    book: Book, ground: Ground, row: tuple[Places, Places, Numbers, Numbers, Numbers], random: np.random.Generator
) -> None:
    """One path for each track, from its stays in order of tracks and time."""
    zone, track, begin, end, beside = row
    if not len(zone):
        return
    starts = np.flatnonzero(np.concatenate(([True], track[1:] != track[:-1])))
    counts = np.diff(np.append(starts, len(track)))
    last = starts + counts - 1
    camera = ground.zone_camera[zone[starts]]
    points = np.full(len(starts), "[]", object)
    exact = ground.calibrated[camera]
    if exact.any():
        of = np.repeat(exact, counts)
        x, y = floor.within(ground.strip[zone[of]].astype(np.float64), int(ground.strips[zone[of]].max()), random)
        points[exact] = ways.about(begin[of], end[of], (x + beside[of], y), counts[exact], random)
    book.add(PATH, camera, track[starts], begin[starts] - 0.5, end=end[last] + 0.5, points=points)


def _tills(book: Book, ground: Ground, doings: Doings) -> None:
    served = doings.served
    camera = ground.zone_camera[ground.queue[served.shop]]
    track = book.new_tracks(len(camera))
    ready = served.arrived + served.wait
    book.add(STAY, camera, track, served.arrived, end=ready, place=ground.queue[served.shop])
    come = ~served.gave_up
    zone = ground.service[served.shop[come]]
    book.add(STAY, camera[come], track[come], ready[come], end=served.done[come], place=zone)
    if ground.scale.whole:
        book.add(PATH, camera, track, served.arrived - 1.0, end=served.done + 1.0)


def _staff(book: Book, ground: Ground, staff: Staff) -> None:
    for line, time, came in ((staff.door, staff.time, staff.came),
                             (ground.door[staff.shop], staff.shop_time, staff.shop_came)):  # fmt: skip
        track = book.new_tracks(len(time))
        book.add(CROSSING, ground.line_camera[line], track, time, place=line, flag=came, x=floor.WIDTH / 2)
    track = book.new_tracks(len(staff.begin))
    camera = ground.zone_camera[staff.zone]
    book.add(STAY, camera, track, staff.begin, end=staff.end, place=staff.zone)
