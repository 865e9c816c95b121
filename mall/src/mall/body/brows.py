"""Eyebrows: many short strokes, drawn from the front and laid over the skin."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from mall.domain.person import Build

from .canvas import Canvas, Values

SCALE = 1600  # pixels a decimetre
LEFT, TOP = -0.66, 7.78  # the drawing's corner, decimetres
WIDE, HIGH = 1.32, 0.46


def brow_cover(place: Canvas, strength: float, build: Build, rng: np.random.Generator) -> Values:
    """How far brows cover each texel, (k,), 0 to 1; `strength` as in `Looks.brows`."""
    drawing = Image.new("L", (int(WIDE * SCALE), int(HIGH * SCALE)))
    pen = ImageDraw.Draw(drawing)
    arch, tilt, far = rng.uniform(0.028, 0.070), rng.normal(0, 0.02), rng.uniform(0.50, 0.56)
    near, lift = rng.uniform(0.085, 0.125), rng.uniform(-0.012, 0.012)
    for side in (-1, 1):
        for _ in range(int(170 + 150 * strength)):
            _stroke(pen, rng, side, strength, (near, far, arch, tilt, lift), build)
    table = ndimage.gaussian_filter(np.asarray(drawing, np.float32) / 255, 4.0)
    rows, columns = (TOP - place.y) * SCALE, (place.x - LEFT) * SCALE
    chosen = place.head & (place.z > 0.95) & (rows > 0) & (rows < table.shape[0] - 1)  # noqa: PLR2004 - the face's front
    cover = np.zeros(len(place.x), np.float32)
    cover[chosen] = ndimage.map_coordinates(table, [rows[chosen], columns[chosen]], order=1, mode="constant")
    return np.asarray(np.clip(cover * (0.85 + 0.25 * min(strength, 1.2)), 0, 0.86), np.float32)


def _stroke(
    pen: ImageDraw.ImageDraw, rng: np.random.Generator, side: int, strength: float,
    form: tuple[float, float, float, float, float], build: Build,
) -> None:  # fmt: skip
    near, far, arch, tilt, lift = form
    along = float(rng.uniform(0, 1))
    x = near + along * (far - near)
    y = 7.446 + lift + arch * np.sin(np.pi * np.clip(along * 0.86 + 0.05, 0, 1)) + tilt * along - 0.02 * along**3
    thick = (0.030 * (1 - along) ** 0.6 + 0.006) * (0.65 + 0.45 * strength) * (1 - 0.35 * (1 - build.male))
    y += float(rng.uniform(-1, 1)) * thick * min(1.0, along / 0.10 + 0.45)
    length = float(rng.uniform(0.030, 0.055))
    angle = np.radians(rng.normal(66 - 74 * along**0.6, 9))
    start = ((side * x - LEFT) * SCALE, (TOP - y) * SCALE)
    end = (start[0] + side * length * np.cos(angle) * SCALE, start[1] - length * np.sin(angle) * SCALE)
    pen.line([start, end], fill=int(rng.integers(150, 256)), width=3)
