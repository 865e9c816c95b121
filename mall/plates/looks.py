# ruff: noqa: INP001
"""Materials, all procedural: a look's pattern multiplied with the tint that every point carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nodes import Nodes, joints


def plain(rough: float, vary: float = 0.03, scale: float = 3.0, **more: float) -> Callable[[Nodes], None]:
    """A surface of one colour with a little unevenness."""

    def build(n: Nodes) -> None:
        n.body(n.times(n.tint, n.between(n.noise(scale), 1 - vary * 2, 1 + vary * 2)), rough, **more)

    return build


def stone(n: Nodes) -> None:
    """Polished terrazzo in large tiles."""
    x, y, _ = n.split(n.place)
    size = 0.8
    lines = n.math("MAXIMUM", joints(n, x, size, 0.007), joints(n, y, size, 0.007))
    tile = n.random(n.vector("FLOOR", n.vector("DIVIDE", n.place, (size, size, 100.0))))
    cells = n.make("ShaderNodeTexVoronoi")
    cells.inputs["Scale"].default_value = 42.0
    n.join(n.place, cells.inputs["Vector"])
    ramp = n.make("ShaderNodeValToRGB")
    ramp.color_ramp.interpolation = "CONSTANT"
    n.join(n.split(cells.outputs["Color"])[0], ramp.inputs[0])
    stops = [(0.0, 1.0, 1.0, 1.0), (0.42, 0.86, 0.84, 0.8), (0.62, 1.14, 1.13, 1.1), (0.76, 0.72, 0.6, 0.5)]
    stops += [(0.86, 0.5, 0.5, 0.51), (0.94, 0.82, 0.74, 0.6)]
    points = ramp.color_ramp.elements
    for k, (at, *colour) in enumerate(stops):
        point = points[k] if k < 2 else points.new(at)  # noqa: PLR2004 - a ramp is born with two
        point.position, point.color = at, (*colour, 1.0)
    grain = n.mix(n.math("LESS_THAN", cells.outputs["Distance"], 0.5), (1, 1, 1, 1), ramp.outputs[0])
    cloud = n.between(n.noise(0.55, detail=4.0), 0.9, 1.1)
    shade = n.math("MULTIPLY", cloud, n.between(tile, 0.955, 1.045))
    ground = n.times(n.vector("MULTIPLY", n.tint, grain), shade)
    colour = n.mix(lines, ground, (0.07, 0.066, 0.06, 1))
    rough = n.math("ADD", n.between(n.noise(1.7, detail=5.0), 0.1, 0.26), n.math("MULTIPLY", lines, 0.4))
    n.body(colour, rough)


def planks(n: Nodes) -> None:
    """A floor of oak boards along x."""
    x, y, _ = n.split(n.place)
    row = n.math("FLOOR", n.math("DIVIDE", y, 0.16))
    slid = n.math("ADD", x, n.math("MULTIPLY", row, 0.77))
    lines = n.math("MAXIMUM", joints(n, y, 0.16, 0.004), joints(n, slid, 1.9, 0.004))
    node = n.make("ShaderNodeCombineXYZ")
    n.join(n.math("FLOOR", n.math("DIVIDE", slid, 1.9)), node.inputs[0])
    n.join(row, node.inputs[1])
    board = n.random(node.outputs[0])
    grain = n.noise(6.0, n.vector("MULTIPLY", n.place, (0.35, 6.0, 1.0)), 5.0)
    shade = n.math("MULTIPLY", n.between(board, 0.8, 1.15), n.between(grain, 0.72, 1.28))
    n.body(n.mix(lines, n.times(n.tint, shade), (0.07, 0.045, 0.03, 1)), n.between(grain, 0.3, 0.5))


def wood(n: Nodes) -> None:
    """Oiled wood, grain upright."""
    grain = n.noise(9.0, n.vector("MULTIPLY", n.place, (3.0, 3.0, 0.22)), 5.0)
    shade = n.math("MULTIPLY", n.between(grain, 0.62, 1.38), n.between(n.noise(1.3), 0.85, 1.15))
    n.body(n.times(n.tint, shade), 0.42)


def panel(n: Nodes) -> None:
    """Wall cladding in large panels with open joints."""
    x, y, z = n.split(n.place)
    along = n.math("ADD", x, y)
    lines = n.math("MAXIMUM", joints(n, along, 1.2, 0.008), joints(n, n.math("ADD", z, 0.7), 1.35, 0.008))
    node = n.make("ShaderNodeCombineXYZ")
    n.join(n.math("FLOOR", n.math("DIVIDE", along, 1.2)), node.inputs[0])
    n.join(n.math("FLOOR", n.math("DIVIDE", n.math("ADD", z, 0.7), 1.35)), node.inputs[1])
    each = n.between(n.random(node.outputs[0]), 0.95, 1.03)
    shade = n.math("MULTIPLY", each, n.between(n.noise(1.1, detail=4.0), 0.93, 1.07))
    n.body(n.mix(lines, n.times(n.tint, shade), (0.1, 0.1, 0.1, 1)), 0.38)


def tiles(n: Nodes) -> None:
    """Small glazed wall tiles, upright."""
    x, y, z = n.split(n.place)
    along = n.math("ADD", x, y)
    lines = n.math("MAXIMUM", joints(n, along, 0.075, 0.005), joints(n, z, 0.2, 0.005))
    node = n.make("ShaderNodeCombineXYZ")
    n.join(n.math("FLOOR", n.math("DIVIDE", along, 0.075)), node.inputs[0])
    n.join(n.math("FLOOR", n.math("DIVIDE", z, 0.2)), node.inputs[1])
    each = n.between(n.random(node.outputs[0]), 0.7, 1.3)
    n.body(n.mix(lines, n.times(n.tint, each), (0.55, 0.55, 0.52, 1)), n.between(lines, 0.15, 0.8))


def slabs(n: Nodes) -> None:
    """Paving outside."""
    x, y, _ = n.split(n.place)
    row = n.math("FLOOR", n.math("DIVIDE", y, 0.5))
    slid = n.math("ADD", x, n.math("MULTIPLY", row, 0.37))
    lines = n.math("MAXIMUM", joints(n, y, 0.5, 0.009), joints(n, slid, 0.75, 0.009))
    node = n.make("ShaderNodeCombineXYZ")
    n.join(n.math("FLOOR", n.math("DIVIDE", slid, 0.75)), node.inputs[0])
    n.join(row, node.inputs[1])
    each = n.between(n.random(node.outputs[0]), 0.86, 1.1)
    shade = n.math("MULTIPLY", each, n.between(n.noise(2.3, detail=6.0), 0.8, 1.2))
    n.body(n.mix(lines, n.times(n.tint, shade), (0.08, 0.08, 0.08, 1)), 0.75)


def bricks(n: Nodes) -> None:
    """A facade across the street."""
    node = n.make("ShaderNodeTexBrick")
    node.inputs["Scale"].default_value = 3.5
    x, y, z = n.split(n.place)
    where = n.make("ShaderNodeCombineXYZ")
    n.join(n.math("ADD", x, y), where.inputs[0])
    n.join(z, where.inputs[1])
    n.join(where.outputs[0], node.inputs["Vector"])
    n.join(n.tint, node.inputs["Color1"])
    n.join(n.times(n.tint, 0.8), node.inputs["Color2"])
    n.join(n.times(n.tint, 1.3), node.inputs["Mortar"])
    n.body(node.outputs[0], 0.85)


def ribs(n: Nodes) -> None:
    """The mat behind the door."""
    _, y, _ = n.split(n.place)
    lines = joints(n, y, 0.05, 0.018)
    n.body(n.mix(lines, n.times(n.tint, n.between(n.noise(60.0), 0.6, 1.4)), (0.16, 0.16, 0.165, 1)), 0.9)


def leaf(n: Nodes) -> None:
    """A leaf: light goes through it."""
    _thin(n, n.times(n.tint, n.between(n.noise(9.0), 0.6, 1.4)), 0.25)


def film(n: Nodes) -> None:
    """Film on glass: milky, half of the light goes through."""
    _thin(n, n.tint, 0.5)


def _thin(n: Nodes, colour: Any, share: float) -> None:  # noqa: ANN401 - nodes have no types
    """A sheet that lets a share of the light through, scattered."""
    node = n.body(colour, 0.45)
    through = n.make("ShaderNodeBsdfTranslucent")
    n.join(colour, through.inputs[0])
    both = n.make("ShaderNodeMixShader")
    both.inputs[0].default_value = share
    n.tree.links.new(node.outputs[0], both.inputs[1])
    n.tree.links.new(through.outputs[0], both.inputs[2])
    n.tree.links.new(both.outputs[0], n.out.inputs[0])


def glass(n: Nodes) -> None:
    """A thin pane: see-through, and a mirror at a slant. Its strength can be set to none for depths."""
    clear = n.make("ShaderNodeBsdfTransparent")
    n.join(n.times(n.tint, 0.93), clear.inputs[0])
    shine = n.make("ShaderNodeBsdfGlossy")
    shine.inputs["Roughness"].default_value = 0.02
    slant = n.make("ShaderNodeFresnel")
    slant.inputs[0].default_value = 1.5
    strength = n.make("ShaderNodeValue", name="mirror")
    strength.outputs[0].default_value = 0.6 if n.material.name == "pane" else 1.6  # show cases are coated; two faces
    both = n.make("ShaderNodeMixShader")
    n.join(n.math("MULTIPLY", slant.outputs[0], strength.outputs[0]), both.inputs[0])
    n.tree.links.new(clear.outputs[0], both.inputs[1])
    n.tree.links.new(shine.outputs[0], both.inputs[2])
    n.tree.links.new(both.outputs[0], n.out.inputs[0])


def glow(n: Nodes) -> None:
    """Gives off light by itself; the tint is its radiance."""
    node = n.make("ShaderNodeEmission")
    n.join(n.tint, node.inputs[0])
    n.tree.links.new(node.outputs[0], n.out.inputs[0])


BUILD: dict[str, Callable[[Nodes], None]] = {
    "paint": plain(0.55, 0.02),
    "matt": plain(0.85, 0.05, 8.0),
    "satin": plain(0.3, 0.02),
    "ceramic": plain(0.12, 0.01),
    "paper": plain(0.7, 0.02),
    "cloth": plain(0.9, 0.14, 35.0),
    "knit": plain(0.95, 0.22, 90.0),
    "metal": plain(0.32, 0.05, 12.0, metallic=1.0),
    "dark metal": plain(0.4, 0.05, 12.0, metallic=0.6),
    "asphalt": plain(0.85, 0.2, 40.0),
    "soil": plain(0.95, 0.4, 30.0),
    "bread": plain(0.5, 0.3, 25.0),
    "stone": stone,
    "planks": planks,
    "wood": wood,
    "panel": panel,
    "tiles": tiles,
    "slabs": slabs,
    "bricks": bricks,
    "ribs": ribs,
    "leaf": leaf,
    "film": film,
    "glass": glass,
    "pane": glass,
    "glow": glow,
    "lamp": glow,
}
# Only these are sampled as lights: letters and screens are too many and too weak to be worth it.
LAMPS = {"lamp"}


def look(name: str) -> Any:  # noqa: ANN401
    """The material of a look."""
    nodes = Nodes(name)
    BUILD[name](nodes)
    nodes.material.cycles.emission_sampling = "FRONT" if name in LAMPS else "NONE"
    return nodes.material
