"""The lens and the sensor: from the pinhole canvas in linear light to the picture that a camera would send."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, uniform_filter1d
from scipy.sparse import csr_matrix

from mall.domain.lens import CANVAS, SIZE, View

from .tone import toned

Floats = NDArray[np.float32]
Picture = NDArray[np.uint8]
Rect = tuple[int, int, int, int]

BLUR = 0.62  # pixels: the lens' softness, standard deviation
CORNER = 0.20  # share of light that the corners lose
FRINGE = (0.0009, 0.0, -0.0008)  # red, green, blue: how much larger the picture is in that colour
SHARPEN = 0.35
NOISE = 1.7  # of 255, in the middle tones
_STRIP = 16  # rows that are worked on together
_BANK = 1024  # pixels to each side of the noise that frames are cut from
_REACH = 2  # pixels to each side that the lens mixes


def undistorted(view: View, larger: float = 1.0) -> NDArray[np.float64]:
    """Where on the canvas each pixel of the picture comes from, (h, w, 2), x and y, pixels from the top left corner."""
    x = (np.arange(SIZE[0]) + 0.5 - SIZE[0] / 2) / larger
    y = (np.arange(SIZE[1]) + 0.5 - SIZE[1] / 2) / larger
    flat = np.stack(np.meshgrid(x, y), -1) / (SIZE[0] / 2)
    bent = np.sqrt((flat**2).sum(-1))
    scale = (SIZE[0] / 2 / view.focal) * (2 * view.focal / SIZE[0])  # canvas and picture share the focal length
    radius = bent.copy()
    for _ in range(12):  # Newton for radius * (1 + barrel * radius²) = bent
        value = radius * (1 + view.barrel * radius**2) - bent
        radius -= value / (1 + 3 * view.barrel * radius**2)
    grow = np.where(bent > 0, radius / np.maximum(bent, 1e-12), 1.0) * scale
    return np.asarray(flat * grow[..., None] * (SIZE[0] / 2) + np.array(CANVAS) / 2)


def lens(view: View, larger: float) -> csr_matrix:
    """The lens for one colour: canvas pixels to picture pixels, with blur and the corners' loss; float32."""
    at = undistorted(view, larger).reshape(-1, 2) - 0.5
    base = np.floor(at).astype(np.int64)
    steps = np.arange(-_REACH + 1, _REACH + 1)
    near_x, near_y = base[:, :1] + steps, base[:, 1:] + steps
    across = np.exp(-0.5 * ((near_x - at[:, :1]) / BLUR) ** 2)
    down = np.exp(-0.5 * ((near_y - at[:, 1:]) / BLUR) ** 2)
    across /= across.sum(1, keepdims=True)
    down /= down.sum(1, keepdims=True)
    half = np.array(SIZE) / 2
    place = np.stack(np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5), -1).reshape(-1, 2)
    radius2 = (((place - half) / np.linalg.norm(half)) ** 2).sum(1)
    weight = (down[:, :, None] * across[:, None, :]) * (1 - CORNER * radius2**1.3)[:, None, None]
    near_x, near_y = np.clip(near_x, 0, CANVAS[0] - 1), np.clip(near_y, 0, CANVAS[1] - 1)
    column = near_y[:, :, None] * CANVAS[0] + near_x[:, None, :]
    count = len(at)
    each = (2 * _REACH) ** 2
    start = np.arange(0, count * each + 1, each)
    shape = (count, CANVAS[0] * CANVAS[1])
    return csr_matrix((weight.astype(np.float32).ravel(), column.ravel().astype(np.int32), start), shape=shape)


def grain(seed: int) -> Floats:
    """Noise to cut frames from, (n, n, 3), unit spread: a little blurred, its colours partly together."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 77]))
    fine = rng.standard_normal((_BANK, _BANK, 4), dtype=np.float32)
    blurred = gaussian_filter(fine, (0.55, 0.65, 0), mode="wrap")
    mixed = 0.8 * blurred[..., :1] + 0.6 * blurred[..., 1:]
    return np.asarray(mixed / mixed.std(), dtype=np.float32)


class Sensor:
    """Bends, develops and roughens canvases of one camera.

    Args:
        view: its lens.
        still: (468, 832, 3) linear light of the empty mall: what of it nobody changes is worked out once.
        seed: of the noise.
    """

    def __init__(self, view: View, still: Floats, seed: int) -> None:
        self._still = np.ascontiguousarray(still.reshape(-1, 3).T)
        lenses = {larger: lens(view, 1 + larger) for larger in sorted(set(FRINGE))}
        rows = SIZE[0] * _STRIP
        strips = range(0, SIZE[0] * SIZE[1], rows)
        self._strips = [[lenses[larger][start : start + rows] for start in strips] for larger in FRINGE]
        # The canvas rows that each strip mixes.
        middle = self._strips[1]
        self._needs = [(int(s.indices.min()) // CANVAS[0] - 1, int(s.indices.max()) // CANVAS[0] + 1) for s in middle]
        self._grain = grain(seed)
        self._seed = seed
        empty = [self._bent(i, self._still) for i in range(len(strips))]
        self._empty = np.concatenate(empty)

    def _bent(self, strip: int, canvas: Floats) -> Floats:
        """One strip of the picture, (rows, width, 3) linear light."""
        out = np.empty((_STRIP * SIZE[0], 3), dtype=np.float32)
        for k in range(3):
            out[:, k] = self._strips[k][strip] @ canvas[k]
        return out.reshape(_STRIP, SIZE[0], 3)

    def picture(self, part: Floats, rect: Rect | None, number: int) -> Picture:
        """The camera's picture, (432, 768, 3) uint8.

        Args:
            part: (h, w, 3) linear light of the canvas where it differs from the empty mall.
            rect: where that is.
            number: of the frame; it seeds the noise.
        """
        light = self._empty
        if rect is not None:
            x0, y0, x1, y1 = rect
            canvas = self._still.copy()
            canvas.reshape(3, CANVAS[1], CANVAS[0])[:, y0:y1, x0:x1] = part.transpose(2, 0, 1)
            light = light.copy()
            for i, (first, last) in enumerate(self._needs):
                if first < y1 and last >= y0:
                    light[i * _STRIP : (i + 1) * _STRIP] = self._bent(i, canvas)
        return self._developed(light, number)

    def _developed(self, light: Floats, number: int) -> Picture:
        value = toned(light)
        soft = uniform_filter1d(uniform_filter1d(value, 3, axis=0), 3, axis=1)
        value += np.clip(SHARPEN * (value - soft), -14.0, 14.0)
        value += self._noise(number) * _roughness(value)
        return np.asarray(np.clip(np.rint(value), 0, 255), dtype=np.uint8)

    def _noise(self, number: int) -> Floats:
        """Noise of a frame, (h, w, 3): partly the one before's, as a camera that averages over time leaves it."""
        return 0.85 * self._cut(number) + 0.53 * self._cut(number - 1)

    def _cut(self, number: int) -> Floats:
        rng = np.random.default_rng(np.random.SeedSequence([self._seed, number + 1]))
        y, x = rng.integers(0, _BANK - SIZE[1]), rng.integers(0, _BANK - SIZE[0])
        return self._grain[y : y + SIZE[1], x : x + SIZE[0]]


def _roughness(value: Floats) -> Floats:
    """Spread of the noise by brightness, of 255: most in the darker middle tones, little in white."""
    spread = 0.55 + 0.6 * np.sqrt(np.clip(value, 0, 255) / 255) - 0.55 * value / 255
    return np.asarray(NOISE * spread, dtype=np.float32)


def black_frame(seed: int) -> Picture:
    """What a camera sends whose lens is covered: black with a little noise, (432, 768, 3) uint8."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 13]))
    rough = gaussian_filter(rng.standard_normal((SIZE[1], SIZE[0], 3), dtype=np.float32), (0.5, 0.6, 0))
    return np.asarray(np.clip(np.rint(3.0 + 1.6 * rough), 0, 255), dtype=np.uint8)
