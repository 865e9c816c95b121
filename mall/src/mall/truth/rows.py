"""What a camera's picture holds: for everybody a box, how much of it is seen, the place on the floor, and the face."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mall.domain.lens import NEAR, SIZE, View
from mall.domain.person import Person

from .bodies import FaceShape, Shape
from .sight import Seen, look, seen_points

Array = NDArray[np.float64]
Box = tuple[float, float, float, float]  # left, top, right, bottom, pixels
OUTER = 4 * SIZE[0]  # pixels: what lies nearer than the lens can show is not thrown farther out than this
INNER = (0.35, 0.7)  # the face between its middle and its outline


@dataclass(frozen=True, slots=True)
class FaceRow:
    """A face that does not look away.

    Attributes:
        box: forehead to chin, cheek to cheek.
        yaw: degrees; 0 looks into the camera, positive towards the picture's right.
        pitch: degrees; 0 looks into the camera, negative looks below it.
        visible: share of it that is in the picture and hidden by nothing but itself.
    """

    box: Box
    yaw: float
    pitch: float
    visible: float


@dataclass(frozen=True, slots=True)
class Row:
    """One person in one frame.

    Attributes:
        frame: number of the picture in the clip, from 0. time: seconds after the scene's start.
        box: of the whole body, also where it is hidden or outside the picture.
        visible: share of the body's outline that is in the picture and hidden by nobody and nothing.
        x, y: on the floor, metres. heading: degrees, 0 along x, anticlockwise, 0 to 360.
    """

    frame: int
    time: float
    track: int
    person: str
    role: str
    child: bool
    box: Box
    visible: float
    x: float
    y: float
    heading: float
    face: FaceRow | None

    @property
    def clipped(self) -> Box:
        """The part of the box that is in the picture; may be empty."""
        left, top, right, bottom = self.box
        left, right = min(max(left, 0.0), float(SIZE[0])), min(max(right, 0.0), float(SIZE[0]))
        return left, min(max(top, 0.0), float(SIZE[1])), right, min(max(bottom, 0.0), float(SIZE[1]))


def rows_of(
    view: View, shapes: Sequence[Shape], people: dict[str, Person], frame: int, time: float, tick: int
) -> list[Row]:
    """The rows of one frame. Who is wholly behind walls or outside the picture has none.

    Args:
        view: the camera as it hangs now.
        shapes: everybody in the scene at the tick.
        people: the cast by id.
        frame: number of the picture in the clip.
        time: seconds after the scene's start.
        tick: the time in ticks.
    """
    near = [shape for shape in shapes if in_view(view, shape.points)]
    seen = look(view, [shape.points for shape in near], [shape.prop for shape in shapes if len(shape.prop)])
    rows = []
    for index, shape in enumerate(near):
        if seen.walled[index]:
            continue
        row = tick - shape.track.first
        x, y = shape.track.place[row]
        person = people.get(shape.track.person)
        rows.append(
            Row(
                frame=frame,
                time=round(time, 3),
                track=shape.track.id,
                person=shape.track.person,
                role="staff" if person and person.staff else "visitor",
                child=bool(person and person.child),
                box=box_of(view, shape.points),
                visible=tidy(float(seen.shares[index]), 2),
                x=tidy(float(x), 2),
                y=tidy(float(y), 2),
                heading=half(math.degrees(float(shape.track.heading[row]))) % 360,
                face=face_row(view, seen, shape.face, index),
            )
        )
    return rows


def in_view(view: View, points: Array) -> bool:
    """Whether any of a body may be in the picture."""
    pixels, depth = view.project(points)
    if depth.max() <= NEAR:
        return False
    ahead = pixels[depth > NEAR]
    return bool((ahead.max(0) > 0).all() and (ahead.min(0) < SIZE).all())


def box_of(view: View, points: Array) -> Box:
    """The box around points that are before the camera, pixels to 0.1."""
    pixels, depth = view.project(points)
    ahead = pixels[depth > NEAR].clip(-OUTER, OUTER)
    (left, top), (right, bottom) = ahead.min(0), ahead.max(0)
    return tidy(float(left), 1), tidy(float(top), 1), tidy(float(right), 1), tidy(float(bottom), 1)


def face_row(view: View, seen: Seen, face: FaceShape, owner: int) -> FaceRow | None:
    """What a picture shows of a face; None when it looks away by more than 90 degrees, or is not before the camera."""
    yaw, pitch, away = face_angles(view, face)
    _, depth = view.project(face.outline)
    if away > 90 or (depth <= NEAR).any():  # noqa: PLR2004 - degrees
        return None
    middle = face.outline.mean(0)
    spots = np.concatenate([face.outline, *(middle + share * (face.outline - middle) for share in INNER)])
    shown = float(seen_points(view, seen, spots, owner).mean())
    return FaceRow(box_of(view, face.outline), half(yaw), half(pitch), tidy(shown, 2))


def face_angles(view: View, face: FaceShape) -> tuple[float, float, float]:
    """Yaw and pitch relative to the camera, and the angle between gaze and camera, degrees."""
    way = np.asarray(view.at) - face.centre
    ahead, left, up = (float((face.turn[:, axis] * way).sum()) for axis in range(3))
    yaw, pitch = -math.atan2(left, ahead), -math.atan2(up, math.hypot(ahead, left))
    away = math.atan2(math.hypot(left, up), ahead)
    return math.degrees(yaw), math.degrees(pitch), math.degrees(away)


def tidy(value: float, digits: int) -> float:
    """A value rounded to decimals, without a negative zero."""
    return round(value, digits) + 0.0


def half(degrees: float) -> float:
    """Degrees rounded to 0.5."""
    return round(degrees * 2) / 2 + 0.0
