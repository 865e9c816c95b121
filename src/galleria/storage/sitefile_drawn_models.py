"""The shape of a site file's cameras, and of what is drawn in their pictures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .sitefile_entry import Entry, Identifier, Number, Text

MOST_PIXELS = 32_768
FEWEST_PIXELS = 16

Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]
Corners = Annotated[list[Pair], Field(min_length=3, max_length=200)]
Pixels = Annotated[int, Field(ge=FEWEST_PIXELS, le=MOST_PIXELS)]
AnchorName = Literal["feet", "centre", "head"]
Towards = Literal["up", "down", "left", "right"]


class TripwireEntry(Entry):
    """A line in the picture; people are counted as they go over it."""

    id: Identifier = Field(description="Short name for tables and exports, unique in the site.", examples=["door"])
    name: Text = Field("", description="Name for people.", examples=["Main door"])
    start: Pair = Field(alias="from", description="Where the line begins: [x, y].", examples=[[0.2, 0.6]])
    to: Pair = Field(description="Where the line ends: [x, y].", examples=[[0.8, 0.6]])
    towards: Towards | None = Field(
        None,
        alias="in",
        description="The direction in the picture that counts as in. Without it, in is from the left-hand to the "
        "right-hand side of somebody who walks on the picture along the line.",
        examples=["down"],
    )
    anchor: AnchorName | None = Field(
        None,
        description="Which point of a body has to go over the line; otherwise the camera's anchor.",
        examples=["feet"],
    )
    entrance: Identifier | None = Field(
        None, description="The entrance that this line counts for.", examples=["main-entrance"]
    )


class ZoneEntry(Entry):
    """An area in the picture; stays in it are measured."""

    id: Identifier = Field(description="Short name for tables and exports, unique in the site.", examples=["till"])
    name: Text = Field("", description="Name for people.", examples=["Till"])
    corners: Corners = Field(
        description="Its corners in order, [x, y] each, at least three. The last is joined to the first.",
        examples=[[[0.1, 0.5], [0.4, 0.5], [0.4, 0.9], [0.1, 0.9]]],
    )
    anchor: AnchorName | None = Field(
        None,
        description="Which point of a body has to be inside; otherwise the camera's anchor.",
        examples=["feet"],
    )


class MaskEntry(Entry):
    """An area in the picture where nobody is looked for: a screen, a mirror, a poster, the neighbour's window."""

    corners: Corners = Field(
        description="Its corners in order, [x, y] each, at least three.",
        examples=[[[0.9, 0.0], [1.0, 0.0], [1.0, 0.2]]],
    )


class LaneEntry(Entry):
    """The area in the picture where faces may be looked at, if a purpose is declared; nowhere else."""

    corners: Corners = Field(
        description="Its corners in order, [x, y] each, at least three.",
        examples=[[[0.2, 0.3], [0.8, 0.3], [0.8, 1.0], [0.2, 1.0]]],
    )


class CalibrationEntry(Entry):
    """A point that is known both in the picture and on the floor."""

    picture: Pair = Field(description="The point in the picture: [x, y].", examples=[[0.25, 0.9]])
    floor: Pair = Field(description="The same point on the floor, in metres from any corner.", examples=[[0.0, 2.5]])


class CameraEntry(Entry):
    """One camera and what is drawn in its picture."""

    id: Identifier = Field(description="Short name, unique in the site.", examples=["entrance"])
    name: Text = Field("", description="Name for people.", examples=["Camera over the main door"])
    source: Text = Field(
        "",
        description="A video file (from this file's folder, `*` allowed), an rtsp:// or http:// address, or a device. "
        "`${NAME}` is filled in from the environment, `${file:path}` from a file: passwords are written so. Without it "
        "the command line says it.",
        examples=["videos/door-*.mp4", "rtsp://viewer:${CAMERA_PASSWORD}@192.0.2.10/stream1", "/dev/video0"],
    )
    substream: Text = Field(
        "",
        description="Another address of the same camera with smaller pictures, which are cheaper to analyse; written "
        "like `source`. Without it the source is analysed.",
        examples=["rtsp://viewer:${CAMERA_PASSWORD}@192.0.2.10/stream2"],
    )
    transport: Literal["tcp", "udp"] = Field(
        "tcp",
        description="How an rtsp:// camera sends: tcp loses nothing; udp is for cameras that offer nothing else.",
        examples=["udp"],
    )
    pace: Literal["none", "real"] = Field(
        "none",
        description="For a video file in a site that runs: real plays it as if it were happening now, none counts it "
        "as fast as the machine can.",
        examples=["real"],
    )
    loop: bool = Field(
        False,  # noqa: FBT003  # a field's default
        description="Whether a video file that is played at its real pace begins again at its end.",
        examples=[True],
    )
    frame: Annotated[list[Pixels], Field(min_length=2, max_length=2)] | None = Field(
        None,
        description="Width and height of the picture, if coordinates are pixels. Without it they are shares of the "
        "picture, from 0 to 1.",
        examples=[[1920, 1080]],
    )
    anchor: AnchorName = Field(
        "feet", description="Which point of a body stands for where somebody is.", examples=["feet"]
    )
    tripwires: list[TripwireEntry] = Field([], description="Lines that people are counted at.")
    zones: list[ZoneEntry] = Field([], description="Areas where stays are measured.")
    masks: list[MaskEntry] = Field([], description="Areas where nobody is looked for.")
    lane: LaneEntry | None = Field(
        None,
        description="Where faces may be looked at, if a purpose is declared for this camera. Without it everywhere.",
        examples=[{"corners": [[0.2, 0.3], [0.8, 0.3], [0.8, 1.0], [0.2, 1.0]]}],
    )
    pass_by: Identifier | None = Field(
        None,
        description="The zone of people who walk past: those seen in it who cross no line. "
        "Without it the whole picture.",
        examples=["pavement"],
    )
    calibration: Annotated[list[CalibrationEntry], Field(min_length=4, max_length=30)] | None = Field(
        None,
        description="At least four points known in the picture and on the floor, for lengths in metres.",
        examples=[[{"picture": [0.25, 0.9], "floor": [0.0, 2.5]}]],
    )
