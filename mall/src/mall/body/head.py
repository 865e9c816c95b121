"""A head's skin, eyes, hair and beard for one body."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part
from mall.domain.person import Build, Looks

from .beard import beard
from .eyes import eye_texture, eyeballs, lashes
from .fit import Fit
from .hair import hair
from .shape import Body
from .skin import painted

FACES = 1000  # seeds that share skin and hair: the last three digits change the shape of the face alone


class Headed(NamedTuple):
    """Parts of a head, and pictures: `skin` for the whole body's texture coordinates, `eyes` for the eyes."""

    parts: tuple[Part, ...]
    textures: dict[str, NDArray[np.uint8]]


def headed(body: Body, looks: Looks, build: Build, seed: int, hat: str = "") -> Headed:
    """Give a body its skin, eyes, lashes, hair and beard.

    Args:
        body: shaped, at rest.
        looks: colours and styles.
        build: years and sex show in the skin.
        seed: of everything that is drawn by chance; its last three digits do not count, see FACES.
        hat: `cap` or `beanie` when one is worn: hair lies flat under it.

    Returns:
        Parts at rest, metres, and textures, (h, w, 3) uint8 sRGB.

    Raises:
        KeyError: there is no such hair style.
        ModelError: the mesh cannot be had.
    """
    own = seed // FACES
    fit = Fit(body)
    parts = [*eyeballs(body), lashes(body)]
    parts += hair(body, fit, looks.hair, looks.hair_colour, own, hat)
    parts += beard(body, fit, looks.beard, looks.hair_colour, own)
    return Headed(tuple(parts), {"skin": painted(looks, build, own), "eyes": eye_texture(looks.eyes, own)})
