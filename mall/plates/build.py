# /// script
# requires-python = "==3.11.*"
# dependencies = ["bpy==4.5.15"]
# ///
"""Renders one plate: the mall without people, as one camera sees it. Called by `mall.plates` with an order in JSON.

It runs in an environment of its own, because the renderer wants an older numpy than the product.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import fronts
import hall
import numpy as np
import shell
import shoot
import shops
import street
from heap import Heap
from words import spell


def mall(order: dict[str, Any]) -> Heap:
    """Everything that stands, hangs or glows in an order's mall."""
    heap = Heap()
    solids = {solid["name"]: solid for solid in order["solids"]}
    rng = np.random.default_rng(order["seed"])
    dusk = order["light"] == "dusk"
    for part in (shell.build, hall.build, fronts.build, shops.build):
        part(heap, solids, rng.spawn(1)[0])
    shell.lamps(heap, order["lamps"], order["ceiling"])
    street.build(heap, rng.spawn(1)[0], dusk=dusk)
    return heap


def main(path: Path) -> None:
    """Render what the order at `path` asks for, and write it where the order says."""
    order = json.loads(path.read_text(encoding="utf-8"))
    shoot.empty()
    heap = mall(order)
    spell(heap)
    shoot.raise_heap(heap)
    street.light(dusk=order["light"] == "dusk")
    view = order["view"]
    shoot.camera(np.array(view["at"]), np.array(view["turn"]), view["focal"], tuple(order["size"]))
    shoot.shine(order["samples"], order["threads"], order["seed"])
    light = shoot.beauty()
    depth, gloss = shoot.depth_and_gloss()
    np.savez_compressed(
        order["out"], light=light.astype(np.float16), depth=depth.astype(np.float32), gloss=gloss.astype(np.float16)
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
