"""Sheets for human eyes show the right frames, and truth where it is."""

import numpy as np
import pytest
from PIL import Image

from galleria.capture.writer import VideoWriter
from mall.look.sheets import GREEN, RED, clip_sheet, drawn_over, frames_at, grid, truth_sheet
from mall.truth.files import COLUMNS


@pytest.fixture
def clip(tmp_path):
    """Two seconds at 8 a second, each frame brighter than the one before; the second from 0.5 s on is missing."""
    path = tmp_path / "made" / "entrance.mp4"
    path.parent.mkdir()
    with VideoWriter(path, 768, 432, 8) as writer:
        for number in range(16):
            if not 4 <= number < 6:
                writer.write(np.full((432, 768, 3), 15 * number, np.uint8), number / 8)
    return path


def brightness(picture):
    return round(float(np.asarray(picture.convert("L")).mean()) / 15)


def test_frames_are_those_that_are_shown_at_a_time(clip):
    shown = frames_at(clip, [0.0, 0.26, 0.6, 0.75, 5.0])
    assert [brightness(picture) for picture in shown] == [0, 2, 3, 6, 15]


def test_a_sheet_has_as_many_frames_as_it_says(clip):
    sheet = clip_sheet(clip, 3, 2, 96)
    assert sheet.size == grid([Image.new("RGB", (96, 54))] * 6, [""] * 6, 3, "x").size
    first, last = sheet.getpixel((30, 60)), sheet.getpixel((250, 140))
    assert first[0] < last[0]


def row(time, seen, box=(100.0, 50.0, 200.0, 350.0)):
    values = dict.fromkeys(COLUMNS, "")
    values |= {"t": f"{time:.3f}", "track": "1", "person": "amber", "visible": f"{seen:.2f}"}
    return values | dict(zip(("x0", "y0", "x1", "y1"), map(str, box), strict=True))


def test_boxes_are_drawn_where_they_are_by_how_much_is_seen():
    page = Image.new("RGB", (768, 432))
    assert drawn_over(page, [row(0.0, 0.8)]).getpixel((100, 300)) == GREEN
    assert drawn_over(page, [row(0.0, 0.3)]).getpixel((200, 300)) == RED
    assert drawn_over(page, [row(0.0, 0.3)]).getpixel((150, 300)) == (0, 0, 0)


def test_truth_is_that_of_the_frame_below_it(clip):
    lines = [",".join(COLUMNS)]
    for time, left in ((0.25, 50.0), (0.375, 300.0)):
        lines.append(",".join(row(time, 0.9, (left, 50.0, left + 100, 350.0)).values()))
    clip.with_name("entrance.people.csv").write_text("\n".join(lines) + "\n")
    with_label = truth_sheet(clip, [0.3], 1)
    top = with_label.height - 432 - 28
    columns = [x for x in range(768) if with_label.getpixel((6 + x, top + 200)) == GREEN]
    assert columns == [50, 150]
