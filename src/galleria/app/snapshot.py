"""What a camera sees now, as a picture for whoever sets it up."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from galleria.runtime.site import Glimpse
from galleria.vision.heads import blur_heads

_QUALITY = 80  # of the JPEG


def blurred(glimpse: Glimpse, width: int) -> bytes:
    """A JPEG of so many pixels across, no wider than the picture; heads are blurred."""
    picture = glimpse.picture
    wide = max(16, min(width, picture.width))
    high = max(16, round(picture.height * wide / picture.width))
    drawn = blur_heads(picture.bgr(wide, high), glimpse.people)
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(drawn[..., ::-1])).save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
