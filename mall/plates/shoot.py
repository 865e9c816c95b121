# ruff: noqa: INP001
"""From heaps of geometry to pictures: scene, camera, Cycles, and its passes as arrays."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import bpy  # type: ignore[import-not-found]
import numpy as np
from heap import Heap, Pile
from looks import look
from mathutils import Matrix  # type: ignore[import-not-found]
from nodes import PANE
from numpy.typing import NDArray

Array = NDArray[np.float64]
Image = NDArray[np.float32]
FAR = 500.0  # metres; the depth of the sky


def empty() -> Any:  # noqa: ANN401
    """A scene without anything."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return bpy.context.scene


def raise_heap(heap: Heap) -> None:
    """Put a heap's geometry into the scene, one object for each look."""
    for name, pile in sorted(heap.piles.items()):
        mesh = bpy.data.meshes.new(name)
        _fill(mesh, pile)
        mesh.materials.append(look(name))
        bpy.context.collection.objects.link(bpy.data.objects.new(name, mesh))


def _fill(mesh: Any, pile: Pile) -> None:  # noqa: ANN401
    sizes = np.array([len(face) for face in pile.faces], np.int32)
    mesh.vertices.add(pile.count)
    mesh.vertices.foreach_set("co", np.concatenate(pile.points).astype(np.float32).ravel())
    mesh.loops.add(int(sizes.sum()))
    mesh.loops.foreach_set("vertex_index", np.concatenate([np.array(face, np.int32) for face in pile.faces]))
    mesh.polygons.add(len(sizes))
    mesh.polygons.foreach_set("loop_start", np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32))
    mesh.polygons.foreach_set("use_smooth", np.array(pile.smooth))
    tint = mesh.attributes.new("tint", "FLOAT_COLOR", "POINT")
    tints = np.concatenate(pile.tints)
    tint.data.foreach_set("color", np.column_stack([tints, np.ones(len(tints))]).astype(np.float32).ravel())
    mesh.update(calc_edges=True)


def camera(at: Array, turn: Array, focal: float, size: tuple[int, int]) -> None:
    """A pinhole camera: `turn` (3, 3) has the rows right, down, forward; `focal` in pixels of `size`."""
    scene = bpy.context.scene
    data = bpy.data.cameras.new("camera")
    data.sensor_fit, data.sensor_width = "HORIZONTAL", 36.0
    data.lens = focal * 36.0 / size[0]
    data.clip_start, data.clip_end = 0.02, FAR
    made = bpy.data.objects.new("camera", data)
    matrix = np.eye(4)
    matrix[:3, :3] = (turn * np.array([[1], [-1], [-1]])).T
    matrix[:3, 3] = at
    made.matrix_world = Matrix(matrix.tolist())
    bpy.context.collection.objects.link(made)
    scene.camera = made
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100


def sky(low: tuple[float, float, float], high: tuple[float, float, float]) -> None:
    """Radiance at the horizon and overhead."""
    world = bpy.data.worlds.new("sky")
    bpy.context.scene.world = world
    world.use_nodes = True
    nodes, links = world.node_tree.nodes, world.node_tree.links
    way = nodes.new("ShaderNodeTexCoord")
    split = nodes.new("ShaderNodeSeparateXYZ")
    links.new(way.outputs["Generated"], split.inputs[0])
    ramp = nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].color = (*low, 1)
    ramp.color_ramp.elements[1].position, ramp.color_ramp.elements[1].color = 0.6, (*high, 1)
    links.new(split.outputs[2], ramp.inputs[0])
    links.new(ramp.outputs[0], nodes["Background"].inputs[0])
    world.cycles.sampling_method = "MANUAL"
    world.cycles.sample_map_resolution = 128


def sun(way: tuple[float, float, float], strength: float, colour: tuple[float, float, float]) -> None:
    """A hazy sun that shines along `way`."""
    data = bpy.data.lights.new("sun", "SUN")
    data.energy, data.color, data.angle = strength, colour, 0.06
    made = bpy.data.objects.new("sun", data)
    ahead = np.asarray(way) / np.linalg.norm(way)
    right = np.cross(ahead, (0, 0, 1))
    right /= np.linalg.norm(right)
    made.matrix_world = Matrix(np.column_stack([right, np.cross(right, ahead), -ahead]).tolist()).to_4x4()
    bpy.context.collection.objects.link(made)


def shine(samples: int, threads: int, seed: int) -> None:
    """Set Cycles up: few bounces, no caustics, denoised."""
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.threads_mode, scene.render.threads = "FIXED" if threads else "AUTO", max(threads, 1)
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.seed = "CPU", samples, seed
    cycles.use_adaptive_sampling, cycles.adaptive_threshold, cycles.adaptive_min_samples = True, 0.06, 12
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 5, 4, 3
    cycles.transmission_bounces, cycles.transparent_max_bounces = 2, 12
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect, cycles.sample_clamp_direct = 3.0, 6.0
    cycles.use_light_tree = True
    cycles.filter_width = 1.2
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.denoising_input_passes, cycles.denoising_prefilter = "RGB_ALBEDO_NORMAL", "ACCURATE"
    scene.view_settings.view_transform = "Raw"
    scene.render.film_transparent = False
    layer = bpy.context.view_layer
    layer.use_pass_z = True
    made = layer.aovs.add()
    made.name, made.type = "gloss", "VALUE"


def beauty() -> Image:
    """The picture: (h, w, 3) linear radiance."""
    with tempfile.TemporaryDirectory() as folder:
        return _shot(Path(folder) / "beauty.exr")[..., :3]


def depth_and_gloss() -> tuple[Image, Image]:
    """Depth along the axis in metres, as if there were no glass, and gloss: (h, w) each, at the pixels' centres."""
    scene = bpy.context.scene
    scene.cycles.samples, scene.cycles.use_adaptive_sampling, scene.cycles.use_denoising = 1, False, False
    scene.cycles.filter_width, scene.cycles.max_bounces = 0.01, 0
    scene.cycles.use_light_tree = False
    # Glass lets some rays through and others not: for the depth it is taken away, for the gloss it is there.
    z = _pass("depth", [pane for name in ("glass", "pane") if (pane := bpy.data.objects.get(name)) is not None])
    shine_of = _pass("gloss", [])
    return np.minimum(z, FAR), np.where(shine_of > PANE / 2, 0.5, shine_of)


def _pass(name: str, hidden: list[Any]) -> Image:
    """One pass of the scene without some of its objects, (h, w)."""
    for thing in hidden:
        thing.hide_render = True
    with tempfile.TemporaryDirectory() as folder:
        _compose(Path(folder))
        _shot(Path(folder) / "plain.exr")
        (found,) = Path(folder).glob(f"{name}*.exr")
        image = _read(found)[..., 0]
    for thing in hidden:
        thing.hide_render = False
    return image


def _compose(folder: Path) -> None:
    """Write the passes as files of their own: a background render keeps no pixels to read."""
    scene = bpy.context.scene
    scene.use_nodes = True
    tree = scene.node_tree
    tree.nodes.clear()
    layers = tree.nodes.new("CompositorNodeRLayers")
    out = tree.nodes.new("CompositorNodeOutputFile")
    out.base_path = str(folder)
    out.format.file_format, out.format.color_depth = "OPEN_EXR", "32"
    out.file_slots.clear()
    for name, source in (("depth", "Depth"), ("gloss", "gloss")):
        out.file_slots.new(name)
        tree.links.new(layers.outputs[source], out.inputs[name])


def _shot(path: Path) -> Image:
    scene = bpy.context.scene
    scene.render.image_settings.file_format, scene.render.image_settings.color_depth = "OPEN_EXR", "32"
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    return _read(path)


def _read(path: Path) -> Image:
    image = bpy.data.images.load(str(path))
    image.colorspace_settings.name = "Non-Color"
    width, height = image.size
    pixels = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(pixels)
    return pixels.reshape(height, width, image.channels)[::-1]
