"""The cast: people who do not exist. Ids are colours, plants and stones.

Faces (seed and strength of `Build`) were chosen by `python -m mall.measure.choose`; those with `face_scenes` are the
ones that a face network also keeps apart on finished figures, dressed, with a sensor's noise and compression. The
rest of each person is by hand: all ages and builds, what people wear on a cool day.
"""

from __future__ import annotations

from mall.domain.person import Build, Colour, Garment, Looks, Person

# The last three digits of the face's seed, and whether the network keeps it apart from all others so marked.
FACES: dict[str, tuple[int, bool]] = {
    "amber": (2, True),
    "slate": (5, True),
    "fern": (6, True),
    "basalt": (3, False),
    "willow": (6, True),
    "flint": (2, True),
    "saffron": (1, False),
    "cobalt": (2, True),
    "heather": (2, True),
    "cedar": (0, False),
    "rose": (5, True),
    "onyx": (1, False),
    "sage": (1, False),
    "granite": (5, True),
    "coral": (1, True),
    "umber": (3, False),
    "lilac": (4, False),
    "indigo": (7, True),
    "maple": (0, True),
    "jasper": (1, True),
    "ivory": (3, True),
    "teak": (4, True),
    "olive": (1, False),
    "pine": (7, True),
    "opal": (7, False),
    "garnet": (5, True),
    "thistle": (5, True),
    "marble": (7, True),
    "bronze": (7, False),
    "juniper": (0, True),
    "agate": (0, False),
    "moss": (1, False),
    "quartz": (6, True),
    "linden": (5, True),
}
STRENGTH = 1.15

# Colours, sRGB.
BLACK, COAL, NAVY, INDIGO = (0.07, 0.07, 0.08), (0.17, 0.17, 0.18), (0.10, 0.13, 0.22), (0.16, 0.22, 0.34)
GREY, STONE, CREAM, WHITE = (0.45, 0.45, 0.46), (0.66, 0.62, 0.55), (0.86, 0.82, 0.74), (0.90, 0.90, 0.88)
CAMEL, TAN, BROWN, RUST = (0.68, 0.52, 0.35), (0.56, 0.42, 0.29), (0.30, 0.20, 0.14), (0.56, 0.27, 0.16)
OLIVE, FOREST, SAGE, TEAL = (0.33, 0.34, 0.22), (0.13, 0.24, 0.18), (0.55, 0.60, 0.50), (0.05, 0.45, 0.45)
WINE, RED, ROSE, MUSTARD = (0.36, 0.10, 0.14), (0.62, 0.15, 0.14), (0.76, 0.55, 0.55), (0.72, 0.54, 0.20)
SKY, BLUE, FADED, PLUM = (0.58, 0.68, 0.77), (0.22, 0.33, 0.52), (0.42, 0.50, 0.60), (0.32, 0.20, 0.32)

# Skin, from fair to deep.
PALE, FAIR, WARM, GOLD = (0.87, 0.69, 0.61), (0.82, 0.63, 0.54), (0.79, 0.59, 0.47), (0.82, 0.64, 0.50)
HONEY, OCHRE, UMBER, DEEP, EBONY = (
    (0.70, 0.50, 0.37), (0.60, 0.42, 0.30), (0.54, 0.37, 0.27), (0.46, 0.31, 0.23), (0.39, 0.26, 0.195),
)  # fmt: skip
# Eyes.
DARK, HAZEL, GREEN, PALEBLUE, MIST = (
    (0.16, 0.09, 0.05), (0.32, 0.22, 0.12), (0.30, 0.36, 0.24), (0.32, 0.43, 0.54), (0.40, 0.43, 0.44),
)  # fmt: skip
# Hair.
RAVEN, ESPRESSO, CHESTNUT, AUBURN = (0.035, 0.03, 0.03), (0.11, 0.075, 0.055), (0.23, 0.14, 0.09), (0.36, 0.17, 0.09)
GINGER, HONEYED, BLOND, ASH = (0.55, 0.27, 0.12), (0.48, 0.34, 0.20), (0.66, 0.52, 0.32), (0.42, 0.36, 0.30)
STEEL, SILVER, SNOW = (0.40, 0.39, 0.38), (0.60, 0.59, 0.58), (0.80, 0.79, 0.77)

WEST, EAST, SOUTH = (0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)
MIXED, EURASIAN, LEVANT, ANDEAN = (0.5, 0.0, 0.5), (0.0, 0.5, 0.5), (0.2, 0.15, 0.65), (0.1, 0.55, 0.35)

Figures = tuple[float, float, float]  # muscle, weight, height
Dressing = tuple[Garment, ...]


def wear(kind: str, colour: Colour, second: Colour = WHITE, pattern: str = "plain") -> Garment:
    """A garment."""
    return Garment(kind, colour, second, pattern)


def jeans(colour: Colour = INDIGO) -> Garment:
    """Denim trousers."""
    return Garment("jeans", colour, FADED, "denim")


def _person(
    name: str, male: float, years: float, figures: Figures, family: Figures, looks: Looks, outfit: Dressing,
) -> Person:  # fmt: skip
    number = sum((i + 1) * ord(letter) for i, letter in enumerate(name)) % 997 + 1
    face, apart = FACES.get(name, (0, False))
    build = Build(male, years, *figures, family, number * 1000 + face, STRENGTH)
    return Person(name, build, looks, outfit, any(g.kind == "badge" for g in outfit), apart)


def _adults() -> tuple[Person, ...]:
    return (
        _person("amber", 0, 29, (0.45, 0.42, 0.55), WEST, Looks(FAIR, GREEN, "long_side", HONEYED, 0.7),
                (wear("sweater", CREAM, pattern="knit"), jeans(), wear("coat", CAMEL), wear("boots", BROWN),
                 wear("tote", COAL))),
        _person("slate", 1, 34, (0.60, 0.48, 0.60), WEST, Looks(FAIR, PALEBLUE, "side", CHESTNUT, 1.1, 0.25),
                (wear("shirt", SKY), wear("blazer", NAVY), wear("chinos", STONE), wear("leather_shoes", BROWN))),
        _person("fern", 0, 46, (0.40, 0.60, 0.45), WEST, Looks(PALE, HAZEL, "bob", AUBURN, 0.9, glasses="round"),
                (wear("sweater", FOREST, pattern="knit"), wear("skirt", COAL, GREY, "check"), wear("boots", BLACK),
                 wear("handbag", BROWN))),
        _person("basalt", 1, 41, (0.70, 0.60, 0.65), SOUTH, Looks(DEEP, DARK, "buzz", RAVEN, 1.2, 0.55),
                (wear("tee", WHITE), wear("puffer", OLIVE), jeans((0.14, 0.16, 0.22)), wear("sneakers", WHITE))),
        _person("willow", 0, 23, (0.45, 0.30, 0.62), EAST, Looks(GOLD, DARK, "long", RAVEN, 0.7),
                (wear("hoodie", SAGE), wear("leggings", BLACK), wear("sneakers", WHITE, CREAM),
                 wear("backpack", COAL))),
        _person("flint", 1, 67, (0.40, 0.62, 0.42), WEST,
                Looks(PALE, PALEBLUE, "bald", SILVER, 1.0, 0.0, glasses="square"),
                (wear("shirt", WHITE, SKY, "check"), wear("sweater", WINE), wear("chinos", TAN),
                 wear("leather_shoes", BROWN))),
        _person("saffron", 0, 36, (0.45, 0.55, 0.48), SOUTH, Looks(UMBER, DARK, "afro", RAVEN, 0.9),
                (wear("dress", MUSTARD, RUST, "print"), wear("boots", BROWN), wear("crossbody", BROWN))),
        _person("cobalt", 1, 26, (0.65, 0.42, 0.58), EAST, Looks(GOLD, DARK, "quiff", RAVEN, 1.2),
                (wear("tee", NAVY), wear("chinos", COAL), wear("sneakers", WHITE, RED), wear("crossbody", BLACK))),
        _person("heather", 0, 72, (0.32, 0.58, 0.38), WEST, Looks(PALE, MIST, "curls", SNOW, 0.5, glasses="round"),
                (wear("sweater", PLUM, pattern="knit"), wear("chinos", STONE), wear("sneakers", GREY),
                 wear("handbag", BLACK), wear("scarf", ROSE))),
        _person("cedar", 1, 52, (0.55, 0.72, 0.52), LEVANT, Looks(HONEY, DARK, "receding", ESPRESSO, 1.4, 0.85),
                (wear("shirt", INDIGO), wear("chinos", BROWN), wear("leather_shoes", BLACK))),
        _person("rose", 0, 31, (0.40, 0.72, 0.45), LEVANT, Looks(WARM, HAZEL, "wavy", ESPRESSO, 1.0),
                (wear("tee", WHITE, NAVY, "stripes"), jeans(BLUE), wear("coat", NAVY), wear("sneakers", WHITE),
                 wear("tote", CREAM))),
        _person("onyx", 1, 29, (0.72, 0.40, 0.68), SOUTH, Looks(EBONY, DARK, "coils", RAVEN, 1.1),
                (wear("hoodie", COAL), jeans(), wear("sneakers", BLACK, WHITE), wear("backpack", NAVY))),
        _person("sage", 0, 58, (0.40, 0.50, 0.50), WEST, Looks(FAIR, GREEN, "pixie", STEEL, 0.8),
                (wear("shirt", WHITE), wear("blazer", GREY), wear("chinos", NAVY), wear("leather_shoes", BLACK),
                 wear("handbag", WINE))),
        _person("granite", 1, 76, (0.35, 0.48, 0.40), WEST, Looks(FAIR, MIST, "receding_side", SNOW, 1.2, 0.3),
                (wear("sweater", OLIVE, pattern="knit"), wear("coat", COAL), wear("chinos", GREY),
                 wear("leather_shoes", BROWN))),
        _person("coral", 0, 20, (0.50, 0.38, 0.55), WEST, Looks(PALE, PALEBLUE, "ponytail", GINGER, 0.6),
                (wear("sweater", ROSE), jeans(FADED), wear("sneakers", WHITE), wear("backpack", OLIVE))),
        _person("umber", 1, 38, (0.60, 0.80, 0.55), MIXED, Looks(OCHRE, DARK, "coils", RAVEN, 1.3, 0.75),
                (wear("shirt", RUST, BLACK, "check"), jeans(), wear("boots", TAN))),
        _person("lilac", 0, 64, (0.35, 0.75, 0.42), WEST, Looks(WARM, HAZEL, "bob", SILVER, 0.7),
                (wear("dress", NAVY, SKY, "print"), wear("leather_shoes", NAVY), wear("handbag", BROWN))),
        _person("indigo", 1, 22, (0.55, 0.30, 0.66), WEST, Looks(FAIR, GREEN, "curls", CHESTNUT, 0.9),
                (wear("tee", GREY, BLACK, "print"), wear("shirt", OLIVE), jeans(COAL), wear("sneakers", RED))),
        _person("maple", 0, 43, (0.42, 0.45, 0.52), EAST, Looks(GOLD, DARK, "bob_fringe", RAVEN, 0.8),
                (wear("sweater", CAMEL), wear("chinos", BLACK), wear("coat", GREY), wear("boots", BLACK),
                 wear("shopping_bags", CREAM))),
        _person("jasper", 1, 47, (0.62, 0.58, 0.58), WEST, Looks(WARM, HAZEL, "crop", GINGER, 1.2, 1.0),
                (wear("puffer", RUST), wear("sweater", GREY), jeans(BLUE), wear("boots", BROWN))),
        _person("ivory", 0, 34, (0.42, 0.40, 0.60), MIXED, Looks(OCHRE, HAZEL, "curly_long", ESPRESSO, 1.0),
                (wear("shirt", CREAM), jeans(FADED), wear("blazer", CAMEL), wear("boots", BLACK),
                 wear("crossbody", WINE))),
        _person("teak", 1, 60, (0.45, 0.55, 0.45), EAST, Looks(HONEY, DARK, "side", STEEL, 1.0, glasses="square"),
                (wear("polo", NAVY), wear("chinos", STONE), wear("sneakers", WHITE))),
        _person("olive", 0, 51, (0.42, 0.82, 0.45), SOUTH, Looks(DEEP, DARK, "low_bun", RAVEN, 0.8),
                (wear("dress", WINE, MUSTARD, "print"), wear("coat", BLACK), wear("boots", BLACK),
                 wear("handbag", TAN))),
        _person("pine", 1, 31, (0.70, 0.45, 0.60), LEVANT, Looks(HONEY, DARK, "back", RAVEN, 1.5, 0.6),
                (wear("tee", BLACK), wear("blazer", COAL), wear("chinos", BLACK), wear("sneakers", WHITE))),
        _person("opal", 0, 27, (0.40, 0.28, 0.58), EURASIAN, Looks(FAIR, HAZEL, "bun", CHESTNUT, 0.8),
                (wear("tee", WHITE), wear("skirt", SAGE), wear("sneakers", WHITE), wear("tote", CREAM))),
        _person("garnet", 0, 39, (0.50, 0.50, 0.50), ANDEAN, Looks(OCHRE, DARK, "ponytail", RAVEN, 1.0),
                (wear("puffer", WINE), wear("leggings", COAL), wear("sneakers", GREY, ROSE))),
        _person("thistle", 1, 19, (0.48, 0.38, 0.56), ANDEAN, Looks(HONEY, DARK, "mop", ESPRESSO, 1.0),
                (wear("hoodie", BLUE), wear("shorts", STONE), wear("sneakers", WHITE, BLACK),
                 wear("cap", COAL))),
        _person("marble", 0, 79, (0.28, 0.42, 0.35), EAST, Looks(GOLD, DARK, "pixie", SNOW, 0.5),
                (wear("shirt", ROSE), wear("sweater", GREY, pattern="knit"), wear("chinos", COAL),
                 wear("sneakers", BLACK))),
        _person("bronze", 1, 57, (0.58, 0.66, 0.60), SOUTH, Looks(UMBER, DARK, "bald", STEEL, 1.1, 0.65),
                (wear("shirt", CREAM), wear("coat", BROWN), wear("chinos", OLIVE), wear("leather_shoes", BROWN))),
        _person("juniper", 0, 25, (0.48, 0.55, 0.52), SOUTH, Looks(EBONY, DARK, "coils", RAVEN, 0.9),
                (wear("sweater", MUSTARD), jeans(BLACK), wear("boots", BROWN), wear("beanie", FOREST),
                 wear("tote", OLIVE))),
    )  # fmt: skip


def _children() -> tuple[Person, ...]:
    return (
        _person("clover", 0, 5, (0.5, 0.5, 0.5), WEST, Looks(PALE, PALEBLUE, "pigtails", BLOND, 0.4),
                (wear("dress", ROSE, WHITE, "print"), wear("leggings", GREY), wear("sneakers", WHITE, ROSE))),
        _person("pebble", 1, 8, (0.5, 0.45, 0.5), WEST, Looks(FAIR, HAZEL, "mop", CHESTNUT, 0.6),
                (wear("tee", SKY, NAVY, "stripes"), jeans(), wear("sneakers", BLUE))),
        _person("acorn", 1, 9, (0.5, 0.55, 0.5), SOUTH, Looks(UMBER, DARK, "coils", RAVEN, 0.6),
                (wear("hoodie", BLUE), wear("chinos", STONE), wear("sneakers", RED))),
        _person("poppy", 0, 10, (0.5, 0.45, 0.55), EAST, Looks(GOLD, DARK, "bob_fringe", RAVEN, 0.6),
                (wear("puffer", RED), wear("leggings", NAVY), wear("sneakers", WHITE))),
        _person("hazel", 0, 12, (0.45, 0.45, 0.5), MIXED, Looks(OCHRE, HAZEL, "ponytail", ESPRESSO, 0.7),
                (wear("sweater", TEAL), jeans(FADED), wear("sneakers", CREAM), wear("backpack", PLUM))),
        _person("birch", 1, 11, (0.5, 0.5, 0.5), EAST, Looks(HONEY, DARK, "mop", RAVEN, 0.8),
                (wear("tee", RED), wear("shorts", NAVY), wear("sneakers", GREY))),
    )  # fmt: skip


def _staff() -> tuple[Person, ...]:
    polo, apron, badge = wear("polo", TEAL), wear("apron", TEAL), wear("badge", WHITE, TEAL)
    return (
        _person("agate", 0, 33, (0.45, 0.48, 0.52), WEST, Looks(FAIR, GREEN, "bun", ESPRESSO, 0.9),
                (polo, wear("chinos", BLACK), wear("sneakers", BLACK, BLACK), badge)),
        _person("moss", 1, 24, (0.55, 0.48, 0.55), SOUTH, Looks(DEEP, DARK, "coils", RAVEN, 1.0, 0.35),
                (polo, wear("chinos", BLACK), wear("sneakers", BLACK), badge)),
        _person("quartz", 1, 49, (0.50, 0.62, 0.50), LEVANT, Looks(WARM, DARK, "crop", STEEL, 1.2, 0.45),
                (polo, apron, wear("chinos", BLACK), wear("leather_shoes", BLACK), badge)),
        _person("linden", 0, 42, (0.42, 0.60, 0.48), EAST, Looks(GOLD, DARK, "ponytail", RAVEN, 0.8, glasses="round"),
                (polo, apron, wear("chinos", BLACK), wear("sneakers", BLACK), badge)),
    )  # fmt: skip


CAST: tuple[Person, ...] = (*_adults(), *_children(), *_staff())


def person(name: str) -> Person:
    """The member of the cast with an id.

    Raises:
        KeyError: there is none.
    """
    for one in CAST:
        if one.id == name:
            return one
    raise KeyError(name)
