"""What happens in each scene: data."""

from __future__ import annotations

from dataclasses import replace

from mall.domain.motion import Doing

from .steps import Due, Flow, Recipe, Step, Visit, Who

ADULT, CHILD, STAFF, OLD, NEW, BACK = Who.ADULT, Who.CHILD, Who.STAFF, Who.OLD, Who.NEW, Who.BACK

QUEUE = Step("queue", (40, 70))
HASTY = Step("queue", (8, 11))  # gives up soon
WINDOW = Step("window-a", (4, 8), Doing.BROWSE)
SHOP_A = Step("shop-a", (12, 22), Doing.BROWSE)
SHOP_B = Step("shop-b", (10, 20), Doing.BROWSE)
SCREEN = Step("screen", (5, 12), Doing.WATCH)
PHONE = Step("hall", (4, 8), Doing.PHONE)
SIGN = Step("sign", (1.2, 3.2))
COUNTER = Step("counter", (4, 6), Doing.CHAT)


def _visits(adult: Who) -> dict[str, Visit]:
    """The visits of guests, cast with one kind of adults."""
    one, two = (adult,), (adult, adult)
    return {
        "through": Visit("entrance", "passage", (), one),
        "reader": Visit("entrance", "passage", (SIGN,), one),
        "back-through": Visit("passage", "entrance", (), one, shows=False),
        "strollers": Visit("entrance", "passage", (SIGN,), two, pace=0.9),
        "buyer": Visit("entrance", "entrance", (QUEUE,), one),
        "coffee": Visit("entrance", "passage", (QUEUE,), one),
        "coffee-back": Visit("passage", "passage", (QUEUE,), one, shows=False),
        "hasty": Visit("entrance", "passage", (HASTY,), one),
        "shopper-a": Visit("entrance", "passage", (SIGN, WINDOW, SHOP_A), one),
        "shopper-b": Visit("passage", "passage", (SHOP_B, SHOP_B), one, shows=False),
        "in-shop-b": Visit("shop-b", "passage", (SHOP_B,), one, shows=False),
        "in-hall": Visit("hall", "entrance", (PHONE,), one),
        "couple": Visit("entrance", "passage", (SCREEN, SHOP_A), two),
        "family": Visit("entrance", "entrance", (QUEUE, SCREEN), (adult, CHILD)),
        "family-out": Visit("entrance", "passage", (SCREEN, SHOP_A), (adult, CHILD)),
        "friends": Visit("entrance", "passage", (Step("meeting", (6, 10), Doing.CHAT),), (adult,) * 3),
        "friends-back": Visit(
            "passage", "entrance", (Step("window-a", (5, 9), Doing.CHAT),), (adult,) * 3, shows=False
        ),
        "watcher": Visit("entrance", "passage", (SCREEN,), one),
        "phone": Visit("entrance", "passage", (PHONE,), one, phone=True),
        "phone-through": Visit("entrance", "passage", (), one, phone=True),
        "turner": Visit("entrance", "entrance", (Step("turn", (1.5, 3.0), Doing.PHONE),), one),
        "on-line": Visit("entrance", "passage", (Step("line", (5, 8), Doing.PHONE),), one),
        "line-back": Visit("entrance", "entrance", (Step("line", (3, 5), Doing.WAIT),), one),
        "runner": Visit("passage", "entrance", (), one, run=True, shows=False),
        "late": Visit("entrance", "passage", (), one, run=True),
        "pram": Visit("entrance", "passage", (WINDOW,), one, pushes="pram"),
        "wheeled": Visit("passage", "entrance", (WINDOW,), two, pushes="wheelchair", shows=False),
        "wheels": Visit("entrance", "passage", (Step("hall", (3, 5)),), one, pushes="own"),
        "passer": Visit("entrance", "street", (), one, shows=False),
        "again": Visit("entrance", "passage", (SIGN,), (BACK,)),
        "again-buyer": Visit("entrance", "passage", (QUEUE,), (BACK,)),
    }


SERVED: dict[str, Visit] = {
    "server": Visit("server", "", (Step("server", (1, 2)),), (STAFF,), shows=False),
    "tidy": Visit("tidy-a", "", (Step("tidy-a", (8, 14), Doing.BROWSE),) * 12, (STAFF,), shows=False),
    "round": Visit("staff", "staff", (COUNTER, Step("tidy-a", (9, 13), Doing.BROWSE)), (STAFF,), shows=False),
}

RECIPES: dict[str, Recipe] = {
    "morning": Recipe(
        _visits(ADULT) | SERVED,
        (
            Due(-56, "server"),
            Due(-54, "couple"),
            Due(-30, "in-shop-b"),
            Due(-29, "back-through"),
            Due(-24, "coffee"),
            Due(-20, "family-out"),
            Due(-15, "buyer"),
            Due(-13, "buyer"),
            Due(-9, "hasty"),
            Due(0, "on-line"),
            Due(3, "round"),
            Due(8, "shopper-a"),
            Due(16, "turner"),  # leaves, and comes again
            Due(21, "friends"),
            Due(27, "watcher"),
            Due(33, "again"),
            Due(38, "wheels"),
            Due(41, "runner"),
            Due(45, "pram"),
            Due(51, "passer"),
            Due(53, "phone-through"),
            Due(58, "buyer"),
            Due(62, "reader"),
        ),
        (Flow(2.0, (("back-through", 1), ("shopper-b", 1), ("coffee-back", 1), ("through", 1))),),
        warm=56,
        most=11,
    ),
    "dusk": Recipe(
        _visits(ADULT) | {f"old-{name}": visit for name, visit in _visits(OLD).items()} | SERVED,
        (
            Due(-30, "server"),
            Due(-30, "old-in-hall"),
            Due(-34, "old-back-through"),
            Due(-30, "old-back-through"),
            Due(-20, "old-coffee"),
            Due(-16, "old-buyer"),
            Due(-8, "family"),
            Due(4, "old-in-hall"),
            Due(6, "strollers"),
            Due(10, "passer"),
            Due(14, "turner"),
            Due(22, "again"),
            Due(28, "strollers"),
            Due(34, "again-buyer"),
            Due(36, "runner"),
            Due(40, "reader"),
            Due(44, "reader"),
            Due(47, "passer"),
            Due(49, "buyer"),
        ),
        (Flow(3.0, (("old-back-through", 3), ("buyer", 1), ("watcher", 1))),),
        warm=36,
        most=12,
    ),
    "nextday": Recipe(
        _visits(OLD) | {f"new-{name}": visit for name, visit in _visits(NEW).items()} | SERVED,
        (
            Due(-30, "server"),
            Due(-20, "coffee"),
            Due(-14, "new-watcher"),
            Due(-6, "reader"),
            Due(-1, "new-buyer"),
            Due(3, "phone"),
            Due(8, "new-reader"),
            Due(12, "strollers"),
            Due(17, "new-family"),
            Due(22, "line-back"),
            Due(25, "pram"),
            Due(30, "reader"),
            Due(34, "new-reader"),
            Due(38, "shopper-a"),
            Due(42, "late"),
            Due(45, "reader"),
            Due(48, "new-reader"),
        ),
        (Flow(1.5, (("back-through", 1), ("new-back-through", 1))),),
        warm=34,
        most=12,
    ),
    "faults": Recipe(
        {name: replace(visit, shows=False) for name, visit in _visits(ADULT).items()} | SERVED,
        (
            Due(-40, "tidy"),
            Due(-30, "in-shop-b"),
            Due(-26, "shopper-a"),
            Due(-10, "back-through"),
            Due(-2, "wheeled"),
            Due(8, "shopper-b"),
            Due(12, "pram"),
            Due(17, "runner"),
            Due(20, "friends-back"),
            Due(28, "round"),
            Due(30, "through"),
            Due(34, "shopper-b"),
        ),
        (Flow(1.5, (("through", 2), ("back-through", 2), ("shopper-b", 1))),),
        warm=40,
        most=12,
    ),
}
