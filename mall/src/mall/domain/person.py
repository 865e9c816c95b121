"""A person of the cast: nobody's likeness, only numbers and words."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[float, float, float]  # sRGB, 0 to 1


@dataclass(frozen=True, slots=True)
class Build:
    """The shape of a body.

    Attributes:
        male: 0 to 1, along the mesh's own axis.
        years: 1 to 90.
        muscle, weight, height: 0 to 1; 0.5 is average for those years.
        ancestry: weights over the mesh's three face families (african, asian, caucasian); they sum to 1.
        face: seed of the many small targets that make one face differ from another.
        strength: how far these targets go, 0 to 1.2.
    """

    male: float
    years: float
    muscle: float = 0.5
    weight: float = 0.5
    height: float = 0.5
    ancestry: tuple[float, float, float] = (0.0, 0.0, 1.0)
    face: int = 0
    strength: float = 0.8


@dataclass(frozen=True, slots=True)
class Looks:
    """Skin, eyes and hair.

    Attributes:
        hair: a style that `mall.body.hair` knows.
        beard: 0 none, 0.3 stubble, 1 full.
        glasses: a style that `mall.body.wear` knows; empty: none.
    """

    skin: Colour
    eyes: Colour
    hair: str
    hair_colour: Colour
    brows: float = 1.0
    beard: float = 0.0
    glasses: str = ""


@dataclass(frozen=True, slots=True)
class Garment:
    """One piece of clothing, or a thing carried.

    Attributes:
        kind: a kind that `mall.body.wear` knows, such as jeans, tee, coat, sneakers, tote.
        pattern: plain, stripes, check, denim, knit, print; what `mall.body.cloth` can paint.
    """

    kind: str
    colour: Colour
    second: Colour = (0.9, 0.9, 0.9)
    pattern: str = "plain"


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the cast.

    Attributes:
        id: a short word, the identity in every truth file.
        outfit: what is worn and carried.
        staff: wears the uniform and the badge.
        face_scenes: one of those whose faces the embedding keeps apart.
    """

    id: str
    build: Build
    looks: Looks
    outfit: tuple[Garment, ...]
    staff: bool = False
    face_scenes: bool = True

    @property
    def child(self) -> bool:
        return self.build.years < 13  # noqa: PLR2004 - the trade's own border of a child
