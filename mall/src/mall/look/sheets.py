"""Sheets for human eyes: frames of a clip, the cast, truth drawn over a frame, before and after."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mall.domain.figure import Figure
from mall.domain.lens import SIZE
from mall.domain.motion import TICKS, Doing, Track
from mall.truth.ground import lines_of, zones_of

INK, PAPER, GREY = (24, 24, 28), (236, 236, 232), (90, 90, 96)
GREEN, AMBER, RED, BLUE = (70, 200, 110), (240, 180, 40), (230, 80, 70), (90, 170, 250)
GAP = 6
LABEL = 22  # pixels of height


def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own scalable font."""
    return ImageFont.load_default(size)


def grid(pictures: Sequence[Image.Image], labels: Sequence[str], across: int, title: str = "") -> Image.Image:
    """Pictures of one size in rows, each with a label below."""
    wide, tall = pictures[0].size
    down = -(-len(pictures) // across)
    top = LABEL + 12 if title else GAP
    sheet = Image.new("RGB", (across * (wide + GAP) + GAP, top + down * (tall + LABEL + GAP)), PAPER)
    draw = ImageDraw.Draw(sheet)
    if title:
        draw.text((GAP, 6), title, INK, font(20))
    for index, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x, y = GAP + index % across * (wide + GAP), top + index // across * (tall + LABEL + GAP)
        sheet.paste(picture, (x, y))
        draw.text((x + 2, y + tall + 2), label, GREY, font(14))
    return sheet


def frames_at(clip: Path, times: Sequence[float]) -> list[Image.Image]:
    """The pictures of a clip that are shown at some times, seconds, in order.

    Raises:
        FileNotFoundError: there is no such clip.
    """
    found: list[Image.Image] = []
    last: Image.Image | None = None
    with av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            while len(found) < len(times) and last is not None and float(frame.time or 0) > times[len(found)] + 1e-6:
                found.append(last)
            if len(found) == len(times):
                break
            last = Image.fromarray(frame.to_ndarray(format="rgb24"))
    return found + [last] * (len(times) - len(found)) if last is not None else found


def clip_sheet(clip: Path, across: int = 4, down: int = 4, wide: int = 480) -> Image.Image:
    """Frames of a clip, spread evenly over it, with their times."""
    with av.open(str(clip)) as container:
        seconds = float((container.duration or 0) / 1e6)
    times = [(index + 0.5) * seconds / (across * down) for index in range(across * down)]
    size = (wide, round(wide * SIZE[1] / SIZE[0]))
    pictures = [picture.resize(size, Image.Resampling.LANCZOS) for picture in frames_at(clip, times)]
    return grid(pictures, [f"{time:.1f} s" for time in times], across, f"{clip.parent.name} / {clip.stem}")


def truth_sheet(clip: Path, times: Sequence[float], across: int = 2) -> Image.Image:
    """Frames of a clip with everything that its truth says drawn over them."""
    rows = _rows(clip.with_name(f"{clip.stem}.people.csv"))
    pictures = []
    for picture, time in zip(frames_at(clip, times), times, strict=True):
        shown = max((t for t in rows if t <= time + 1e-6), default=time)
        pictures.append(drawn_over(picture, rows.get(shown, []), clip.stem))
    labels = [f"{time:.2f} s" for time in times]
    return grid(pictures, labels, across, f"{clip.parent.name} / {clip.stem}: truth")


def drawn_over(picture: Image.Image, rows: Sequence[dict[str, str]], camera: str = "") -> Image.Image:
    """A frame with lines, zones, boxes, faces and names.

    Args:
        picture: 768x432.
        rows: of its people.csv.
        camera: whose lines and zones are drawn; empty: none.
    """
    out = picture.convert("RGB")
    draw = ImageDraw.Draw(out)
    for zone in zones_of(camera):
        draw.polygon(zone.drawn(), outline=BLUE)
    for line in lines_of(camera):
        draw.line(line.drawn(), fill=AMBER, width=2)
    for row in rows:
        seen = float(row["visible"])
        box = [float(row[key]) for key in ("x0", "y0", "x1", "y1")]
        draw.rectangle(box, outline=GREEN if seen >= 0.5 else RED)  # noqa: PLR2004 - as measured
        text = f"{row['track']} {row['person']} {seen:.2f}"
        spot = (min(max(box[0], 0.0), SIZE[0] - 90.0), min(max(box[1] - 14, 0.0), SIZE[1] - 14.0))
        draw.text(spot, text, (255, 255, 255), font(12), stroke_width=2, stroke_fill=INK)
        if row["face_x0"]:
            face = [float(row[f"face_{key}"]) for key in ("x0", "y0", "x1", "y1")]
            draw.rectangle(face, outline=AMBER)
            label = f"{float(row['face_yaw']):.0f} {float(row['face_pitch']):.0f}"
            draw.text((face[2] + 2, face[1]), label, AMBER, font(10), stroke_width=1, stroke_fill=INK)
    return out


def _rows(path: Path) -> dict[float, list[dict[str, str]]]:
    found: dict[float, list[dict[str, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(float(row["t"]), []).append(row)
    return found


def cast_sheet(figures: Sequence[Figure], across: int = 6, tall: int = 360) -> Image.Image:
    """Everybody of a cast as they stand: from ahead, from behind, the head from ahead and from the side.

    Args:
        figures: the cast in the round.
        across: how many people in a row.
        tall: of the whole bodies, pixels.
    """
    return grid([_person(figure, tall) for figure in figures], [f.person for f in figures], across, "The cast")


def _person(figure: Figure, tall: int) -> Image.Image:
    # Everything else here works on machines without graphics.
    from mall.render.studio import Sitter  # noqa: PLC0415
    from mall.truth.staged import face_of  # noqa: PLC0415

    wide, half = round(tall * 0.45), tall // 2
    matrices, sitter = standing(figure), Sitter(figure.parts, figure.textures)
    cell = Image.new("RGB", (2 * wide + half, tall), PAPER)

    def seen(angle: float, target: NDArray[np.float64], metres: float, size: tuple[int, int]) -> Image.Image:
        turn, far = math.radians(angle), 6.0
        x, y, z = (float(value) for value in target)
        at = (x + far * math.cos(turn), y + far * math.sin(turn), z + 0.1)
        across = math.degrees(2 * math.atan(metres * size[0] / size[1] / 2 / far))
        return Image.fromarray(sitter.picture(matrices, at=at, to=(x, y, z), across_degrees=across, size=size))

    head = face_of(figure, matrices)
    middle = head.centre - 0.08 * head.turn[:, 0]
    body = np.array([0.0, 0.0, figure.height / 2])
    cell.paste(seen(0.0, body, figure.height * 1.08, (wide, tall)), (0, 0))
    cell.paste(seen(180.0, body, figure.height * 1.08, (wide, tall)), (wide, 0))
    cell.paste(seen(8.0, middle, 0.4, (half, half)), (2 * wide, 0))
    cell.paste(seen(65.0, middle, 0.4, (half, half)), (2 * wide, half))
    return cell


def standing(figure: Figure) -> NDArray[np.float64]:
    """Skinning matrices of a figure that stands at the origin and looks east."""
    from mall.body.pose import poses  # noqa: PLC0415

    still = Track(
        id=1,
        person=figure.person,
        first=0,
        place=np.zeros((TICKS, 2)),
        heading=np.zeros(TICKS),
        gaze=np.tile([50.0, 0.0, figure.height - 0.12], (TICKS, 1)),
        doing=np.full(TICKS, Doing.WAIT, np.uint8),
    )
    return poses(figure.skeleton, still, 1).at(TICKS // 2)


def save(sheet: Image.Image, path: Path, quality: int = 88) -> None:
    """Write a sheet as JPEG or PNG, by its name; makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, quality=quality) if path.suffix == ".jpg" else sheet.save(path)
