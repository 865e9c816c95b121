"""Single pictures from files into pixels: of people who agreed to be tested with, or who stand before a kiosk."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from galleria.domain.errors import InputError
from galleria.domain.frame import Pixels

MOST = 100_000_000  # pixels; more is no photograph
FORMATS = ("JPEG", "PNG", "WEBP")  # others are not opened at all: some would start other programs
DEEP = ("I", "F")  # modes of more than 8 bits, which would be cut off


def read_still(path: Path) -> Pixels:
    """Read a picture, turned as its maker says, (height, width, 3) uint8, blue-green-red.

    Raises:
        InputError: it cannot be read, or is no picture.
    """
    return _read(path, str(path), FORMATS, MOST)


def decode_still(raw: bytes, formats: tuple[str, ...] = ("JPEG", "PNG"), most: int = 25_000_000) -> Pixels:
    """The same of a file's content: it is decoded in memory and written nowhere.

    Args:
        raw: the content.
        formats: that are opened.
        most: pixels.

    Raises:
        InputError: it is no such picture.
    """
    return _read(io.BytesIO(raw), "the picture", formats, most)


def _read(source: Path | io.BytesIO, name: str, formats: tuple[str, ...], most: int) -> Pixels:
    try:
        with Image.open(source, formats=formats) as image:
            if image.mode.startswith(DEEP):
                problem = f"{name} has more than 8 bits for each colour"
                raise InputError(problem, "Save it as an ordinary JPEG or PNG file.")
            if image.width * image.height > most:
                problem = f"{name} has {image.width}x{image.height} pixels, more than {most:,}"
                raise InputError(problem, "Make it smaller.")
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except UnidentifiedImageError as error:
        problem = f"{name} is no picture that can be read"
        raise InputError(problem, f"Give files of {', '.join(formats)}.") from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        problem = f"{name} cannot be read: {why}"
        raise InputError(problem, "Try to open it with another program.") from error
    return np.ascontiguousarray(np.asarray(upright)[:, :, ::-1])
