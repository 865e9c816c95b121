# ruff: noqa: INP001
"""Writes materials' node trees with few words."""

from __future__ import annotations

from typing import Any

import bpy  # type: ignore[import-not-found]

GLOSS = {"stone": 0.25, "planks": 0.12, "glass": 0.5}  # how strongly people are mirrored; all else: not
PANE = 8.0  # what a pane writes instead, so that what lies behind it can add its own


class Nodes:
    """The node tree of one material; it ends in `out`, and says how glossy it is."""

    def __init__(self, name: str) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.tree.nodes.clear()
        self.out = self.tree.nodes.new("ShaderNodeOutputMaterial")
        self.tint = self.make("ShaderNodeAttribute", attribute_name="tint").outputs["Color"]
        self.place = self.make("ShaderNodeNewGeometry").outputs["Position"]
        aov = self.make("ShaderNodeOutputAOV", aov_name="gloss")
        aov.inputs["Value"].default_value = PANE if name == "glass" else GLOSS.get(name, 0.0)

    def make(self, kind: str, **settings: Any) -> Any:  # noqa: ANN401 - nodes have no types
        node = self.tree.nodes.new(kind)
        for key, value in settings.items():
            setattr(node, key, value)
        return node

    def join(self, source: Any, target: Any) -> None:  # noqa: ANN401
        if isinstance(source, bpy.types.NodeSocket):
            self.tree.links.new(source, target)
        else:
            target.default_value = source

    def math(self, how: str, *values: Any) -> Any:  # noqa: ANN401
        node = self.make("ShaderNodeMath", operation=how)
        for socket, value in zip(node.inputs, values, strict=False):
            self.join(value, socket)
        return node.outputs[0]

    def vector(self, how: str, *values: Any) -> Any:  # noqa: ANN401
        node = self.make("ShaderNodeVectorMath", operation=how)
        for socket, value in zip(node.inputs, values, strict=False):
            self.join(value, socket)
        return node.outputs[0]

    def split(self, vector: Any) -> Any:  # noqa: ANN401
        node = self.make("ShaderNodeSeparateXYZ")
        self.join(vector, node.inputs[0])
        return node.outputs

    def noise(self, scale: float, where: Any = None, detail: float = 2.0) -> Any:  # noqa: ANN401
        node = self.make("ShaderNodeTexNoise")
        node.inputs["Scale"].default_value = scale
        node.inputs["Detail"].default_value = detail
        self.join(self.place if where is None else where, node.inputs["Vector"])
        return node.outputs["Fac"]

    def random(self, where: Any) -> Any:  # noqa: ANN401
        node = self.make("ShaderNodeTexWhiteNoise")
        self.join(where, node.inputs["Vector"])
        return node.outputs["Value"]

    def between(self, value: Any, low: float, high: float) -> Any:  # noqa: ANN401
        """Map 0..1 to low..high."""
        return self.math("MULTIPLY_ADD", value, high - low, low)

    def times(self, colour: Any, factor: Any) -> Any:  # noqa: ANN401
        node = self.make("ShaderNodeVectorMath", operation="SCALE")
        self.join(colour, node.inputs[0])
        self.join(factor, node.inputs["Scale"])
        return node.outputs[0]

    def mix(self, factor: Any, a: Any, b: Any) -> Any:  # noqa: ANN401
        node = self.make("ShaderNodeMix", data_type="RGBA")
        for socket, value in zip((node.inputs[0], node.inputs[6], node.inputs[7]), (factor, a, b), strict=True):
            self.join(value, socket)
        return node.outputs[2]

    def body(self, colour: Any, rough: Any, **more: Any) -> Any:  # noqa: ANN401
        """End in a principled surface."""
        node = self.make("ShaderNodeBsdfPrincipled")
        self.join(colour, node.inputs["Base Color"])
        self.join(rough, node.inputs["Roughness"])
        for key, value in more.items():
            self.join(value, node.inputs[key.replace("_", " ").title()])
        self.cheap(node)
        return node

    def cheap(self, node: Any) -> None:  # noqa: ANN401
        """Show `node` to the camera only: light that bounces sees the tint alone, which costs a third of the time."""
        dull = self.make("ShaderNodeBsdfDiffuse")
        self.join(self.tint, dull.inputs[0])
        rays = self.make("ShaderNodeLightPath")
        both = self.make("ShaderNodeMixShader")
        self.join(rays.outputs["Is Camera Ray"], both.inputs[0])
        self.tree.links.new(dull.outputs[0], both.inputs[1])
        self.tree.links.new(node.outputs[0], both.inputs[2])
        self.tree.links.new(both.outputs[0], self.out.inputs[0])

    def bump(self, node: Any, height: Any, depth: float) -> None:  # noqa: ANN401
        made = self.make("ShaderNodeBump")
        made.inputs["Strength"].default_value = 1.0
        made.inputs["Distance"].default_value = depth
        self.join(height, made.inputs["Height"])
        self.tree.links.new(made.outputs[0], node.inputs["Normal"])


def joints(n: Nodes, along: Any, size: float, width: float) -> Any:  # noqa: ANN401
    """1 on the thin lines that divide `along` every `size` metres, else 0."""
    cell = n.math("FRACT", n.math("DIVIDE", along, size))
    near = n.math("ABSOLUTE", n.math("SUBTRACT", cell, 0.5))
    return n.math("GREATER_THAN", near, 0.5 - width / size / 2)
