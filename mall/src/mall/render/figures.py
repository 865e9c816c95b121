"""Figures on the graphics side: buffers that are filled once and posed anew for every frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import moderngl
import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part, Shade

from .context import context, nowhere, program, skinning
from .detail import LEVELS, simplified

BONES = 256  # the most a figure may have
_SRGB8 = 0x8C41
_PLACED = ("3f 3f 3f", "in_place", "in_normal", "in_outward")
_STILL = ("2f 3f 1f", "in_uv", "in_colour", "in_open")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Triangles that are drawn alike: a run of the index buffer."""

    shade: Shade
    texture: str
    both: bool
    first: int
    count: int


def outwards(parts: Sequence[Part]) -> list[NDArray[np.float32]]:
    """For every part the unit directions (n, 3) away from the middle of the head: what hair is shaded by as a mass."""
    hair = [part.points for part in parts if part.shade is Shade.HAIR and len(part.points)]
    if not hair:
        return [part.normals for part in parts]
    points = np.concatenate(hair)
    top = float(points[:, 2].max())
    crown = points[points[:, 2] > top - 0.15]
    centre = np.array([*((crown.min(0) + crown.max(0)) / 2)[:2], top - 0.13], dtype=np.float32)
    out = []
    for part in parts:
        if part.shade is not Shade.HAIR:
            out.append(part.normals)
            continue
        way = part.points - centre
        way[:, 2] = np.maximum(way[:, 2], 0.0)  # below the head's middle hair hangs: it faces sideways
        out.append((way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6)).astype(np.float32))
    return out


class Mesh:
    """All parts of a figure at one level of detail, in one set of buffers."""

    def __init__(self, parts: Sequence[Part]) -> None:
        gl = context()
        parts = [part for part in parts if len(part.triangles)]
        parts.sort(key=lambda part: (part.shade is Shade.HAIR, part.shade, part.texture))
        self.stretches: list[Stretch] = []
        triangles, vertices, first = [], 0, 0
        for part in parts:
            triangles.append(part.triangles.astype(np.int32) + vertices)
            self.stretches.append(Stretch(part.shade, part.texture, part.both, first, part.triangles.size))
            vertices, first = vertices + len(part.points), first + part.triangles.size
        self.vertices, self.triangles = vertices, first // 3
        still = [np.column_stack([p.uv, p.colour, p.light]).astype(np.float32) for p in parts]
        rest = [
            np.column_stack([p.points, p.normals, away, p.weights]).astype(np.float32)
            for p, away in zip(parts, outwards(parts), strict=True)
        ]
        self._still = gl.buffer(np.concatenate(still).tobytes())
        self._rest = gl.buffer(np.concatenate(rest).tobytes())
        self._bones = gl.buffer(np.concatenate([p.bones for p in parts]).astype(np.uint8).tobytes())
        self._index = gl.buffer(np.concatenate(triangles).tobytes())
        self._placed = gl.buffer(reserve=max(vertices, 1) * 36)
        self._skin = gl.vertex_array(
            skinning(),
            [
                (self._rest, "3f 3f 3f 4f", "in_place", "in_normal", "in_outward", "in_weights"),
                (self._bones, "4u1", "in_bones"),
            ],
        )
        self._arrays: dict[moderngl.Program, moderngl.VertexArray] = {}

    def pose(self, bones: moderngl.Buffer) -> None:
        """Move every vertex by the bones' matrices."""
        bones.bind_to_uniform_block(2)
        nowhere().use()
        self._skin.transform(self._placed, mode=moderngl.POINTS, vertices=self.vertices)

    def placed(self) -> NDArray[np.float32]:
        """The posed vertices, (n, 9): place, normal, outward."""
        return np.frombuffer(self._placed.read(), dtype=np.float32).reshape(-1, 9)

    def release(self) -> None:
        """Give the buffers back."""
        for array in (*self._arrays.values(), self._skin):
            array.release()
        for buffer in (self._still, self._rest, self._bones, self._index, self._placed):
            buffer.release()

    def array(self, made: moderngl.Program) -> moderngl.VertexArray:
        """The vertices as a program reads them."""
        if made not in self._arrays:
            # The attributes that a program does not use are skipped, not bound.
            parts = []
            for buffer, (form, *names) in ((self._placed, _PLACED), (self._still, _STILL)):
                kept = [
                    (f if name in made else f"{4 * int(f[0])}x", name)
                    for f, name in zip(form.split(), names, strict=True)
                ]
                used = [name for _, name in kept if name in made]
                if used:
                    parts.append((buffer, " ".join(f for f, _ in kept), *used))
            self._arrays[made] = context().vertex_array(made, parts, self._index)
        return self._arrays[made]


class Model:
    """A figure, or a rigid thing, ready to be posed and drawn; textures are shared by its levels of detail."""

    def __init__(self, parts: Sequence[Part], textures: Mapping[str, NDArray[np.uint8]]) -> None:
        gl = context()
        self._parts = parts
        self.textures: dict[str, moderngl.Texture] = {}
        for key, picture in textures.items():
            height, width = picture.shape[:2]
            data = np.ascontiguousarray(picture[..., :3]).tobytes()
            made = gl.texture((width, height), 3, data, alignment=1, internal_format=_SRGB8)
            made.build_mipmaps()
            made.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
            self.textures[key] = made
        self._meshes: dict[int, Mesh] = {}
        self._bones = gl.buffer(reserve=BONES * 64)

    def mesh(self, level: int = 0) -> Mesh:
        """The buffers of a level of detail, made at its first use."""
        if level not in self._meshes:
            parts = self._parts if level == 0 else simplified(self._parts, LEVELS[level])
            self._meshes[level] = Mesh(parts)
        return self._meshes[level]

    def pose(self, matrices: NDArray[np.float64], *levels: int) -> None:
        """Pose levels of detail by skinning matrices (b, 4, 4) into the world; none given: the finest."""
        turned = np.ascontiguousarray(np.swapaxes(matrices[:BONES], 1, 2), dtype=np.float32)
        self._bones.write(turned.tobytes())
        for level in levels or (0,):
            self.mesh(level).pose(self._bones)

    def draw(self, level: int = 0, *, mirrored: bool = False, words: tuple[str, ...] = ()) -> None:
        """Draw in colour: blocks Scene and Actor, and the shadow map on unit 1, must be bound.

        Args:
            level: of detail.
            mirrored: the world is flipped: triangles turn the other way.
            words: defines of the shaders: SOFT lights vertices, not pixels; PANE looks through glass; MIRROR fades.
        """
        gl, mesh = context(), self.mesh(level)
        gl.front_face = "cw" if mirrored else "ccw"
        for stretch in mesh.stretches:
            texture = self.textures.get(stretch.texture)
            if texture:
                texture.use(0)
            if stretch.both or stretch.shade is Shade.HAIR:
                gl.disable(moderngl.CULL_FACE)
            else:
                gl.enable(moderngl.CULL_FACE)
            fine = stretch.shade is Shade.EYE or (level <= 1 and stretch.shade is Shade.SKIN)
            kept = tuple(word for word in words if word != "SOFT" or not fine)
            kinds = (("TEXTURED", texture), ("BOTH", stretch.both))
            defines = (stretch.shade.name, *(word for word, meant in kinds if meant), *kept)
            array = mesh.array(program("person.vert", "person.frag", defines))
            array.render(vertices=stretch.count, first=stretch.first)
        gl.disable(moderngl.CULL_FACE)
        gl.front_face = "ccw"

    def draw_depth(self, made: moderngl.Program, level: int) -> None:
        """Draw the whole of a level with a program of one's own, both sides."""
        self.mesh(level).array(made).render()

    def release(self) -> None:
        """Give the buffers and textures back."""
        for mesh in self._meshes.values():
            mesh.release()
        for texture in self.textures.values():
            texture.release()
        self._bones.release()
