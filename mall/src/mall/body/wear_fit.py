"""One body while it is dressed: standing, with what it wears so far."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Part

from . import rig
from . import wear_drape as drape
from . import wear_fields as where
from . import wear_hull as hull
from . import wear_shell as cut
from . import wear_stance as pose
from .mesh import triangles_of
from .shape import Body
from .wear_shell import Shell
from .wear_tube import Axis, Tube

Array = NDArray[np.float64]
FAR_ARM = 1.95  # hands push no cloth


@dataclass(slots=True)
class Fit:
    """A body in the stance in which clothes are hung, and all that cloth may not enter.

    Attributes:
        matrices: (b, 4, 4) of the stance. canon, weights: of all vertices of the mesh. standing: (19158, 3).
        points, normals, canons: of all that lies below the next layer.
    """

    body: Body
    matrices: Array
    canon: Array
    weights: Array
    standing: Array
    scale: float
    points: Array
    normals: Array
    canons: Array
    tops: list[Shell] = field(default_factory=list)

    @classmethod
    def of(cls, body: Body) -> Fit:
        matrices = pose.stance(body)
        weights = cut.dense(body)
        standing = pose.carry(pose.rounded(body.points), pose.blended(weights, matrices))
        faces = body.mesh.faces["body"].vertices
        normals = cut.smooth_normals(standing, triangles_of(faces))
        canon = cut.canonical(body)
        rows = np.unique(faces)
        hands = where.on_arm(canon) & (where.arm_share(canon) > FAR_ARM)
        rows = rows[~hands[rows]]
        standing = pose.rounded(standing)
        scale = float(body.height / 1.66)
        return cls(
            body, matrices, canon, weights, standing, scale,
            standing[rows], pose.rounded(normals[rows]), canon[rows],
        )  # fmt: skip

    def stand(self, shell: Shell) -> Array:
        """The shell's points in the stance."""
        return pose.rounded(pose.carry(shell.rest, pose.blended(shell.weights, self.matrices)))

    def back(self, shell: Shell, points: Array) -> Array:
        """Points (n, 3) of the stance, at rest."""
        return pose.uncarry(points, pose.blended(shell.weights, self.matrices))

    def obstacle(self, *, arms: bool = False) -> drape.Obstacle:
        """What cloth of the trunk and legs lies on, or (`arms`) what sleeves lie on."""
        keep = np.ones(len(self.points), bool) if arms else ~where.on_arm(self.canons)
        return drape.Obstacle.of(self.points[keep], self.normals[keep])

    def joint(self, name: str) -> Array:
        """A joint of the mesh in the stance, such as l-knee."""
        return np.asarray(self.standing[self.body.mesh.groups[f"joint-{name}"]].mean(0))

    def front(self, path: Array, reach: float) -> Array:
        """How far ahead (k,) the trunk and what it wears reach near each point of a path (k, 3); metres."""
        keep = self.points[~where.on_arm(self.canons)]
        near = np.abs(keep[None, :, 1:] - path[:, None, 1:]).max(2) < reach * self.scale * 0.6
        ahead = np.where(near, keep[None, :, 0], -np.inf).max(1)
        return np.where(np.isfinite(ahead), ahead, path[:, 0])

    def over(self, y: float, low: float) -> Array:
        """A path (k, 3) over the shoulder at `y`, from `low` in front to `low` behind, on what is worn; metres."""
        keep = self.points[(np.abs(self.points[:, 1] - y) < 0.022 * self.scale) & ~_far_down(self.canons)]
        keep = keep[keep[:, 2] > low - 0.02]
        _, ring = hull.outline(keep[:, [0, 2]], 0.006, 64, 0.8)
        top = int(np.argmax(ring[:, 1]))
        ring = np.roll(ring, 32 - top, axis=0)  # from below in front (clockwise from the east) over the top
        path = ring[::-1]
        first, last = int(np.argmax(path[:, 0])), int(np.argmin(path[:, 0]))
        first, last = min(first, last), max(first, last)
        path = path[first : last + 1]
        if path[0, 0] < path[-1, 0]:
            path = path[::-1]
        return np.stack([path[:, 0], np.full(len(path), y), path[:, 1]], 1)

    def trunk(self, slope: float, low: float) -> Tube:
        """The tube around trunk (and legs down to the canonical height `low`)."""
        keep = ~where.on_arm(self.canons) & (self.canons[:, 2] > low) & (self.canons[:, 2] < where.SHOULDER)
        points = self.points[keep]
        middle = np.array([points[:, 0].mean() * 0.5 + self.joint("pelvis")[0] * 0.5, 0.0, 0.0])
        top, bottom = float(points[:, 2].max()), float(points[:, 2].min())
        axis = Axis.through(middle + np.array([0, 0, top]), middle + np.array([0, 0, bottom]))
        return Tube.around(axis, points, slope)

    def leg(self, side: str, slope: float) -> Tube:
        """The tube around one leg, `side` l or r."""
        sign = 1.0 if side == "l" else -1.0
        keep = (self.canons[:, 2] < where.CROTCH) & (self.canons[:, 1] * sign > 0)
        keep &= self.canons[:, 2] > where.ANKLE + 0.04
        axis = Axis.through(*(self.joint(f"{side}-{name}") for name in ("upper-leg", "knee", "ankle")))
        return Tube.around(axis, self.points[keep], slope)

    def arm(self, side: str, slope: float) -> Tube:
        """The tube around one arm, `side` l or r."""
        sign = 1.0 if side == "l" else -1.0
        keep = where.on_arm(self.canons) & (self.canons[:, 1] * sign > 0)
        axis = Axis.through(*(self.joint(f"{side}-{name}") for name in ("shoulder", "elbow", "hand")))
        return Tube.around(axis, self.points[keep], slope)

    def lay(self, shell: Shell, points: Array, normals: Array) -> None:
        """What was put on: the next layer lies on it."""
        self.points = np.concatenate([self.points, pose.rounded(points)])
        self.normals = np.concatenate([self.normals, pose.rounded(normals)])
        self.canons = np.concatenate([self.canons, shell.canon])

    def lay_part(self, part: Part, canon: tuple[float, float, float]) -> None:
        """A part at rest that the next layer lies on; `canon` tells about where it is."""
        points = rig.pose_points(part.points, part.bones, part.weights, self.matrices)
        normals = cut.smooth_normals(points, part.triangles)
        # Linings look inwards: they would draw cloth into the shoe.
        outside = ((points - points.mean(0)) * normals)[:, :2].sum(1) > 0
        points, normals = points[outside], normals[outside]
        self.points = np.concatenate([self.points, pose.rounded(points)])
        self.normals = np.concatenate([self.normals, pose.rounded(normals)])
        self.canons = np.concatenate([self.canons, np.tile(canon, (len(points), 1))])


def _far_down(canons: Array) -> NDArray[np.bool_]:
    """Where no strap lies: arms below the shoulder's cap, and the head."""
    arm = where.on_arm(canons) & (where.arm_share(canons) > 0.12)  # noqa: PLR2004
    return np.asarray(arm | (canons[:, 2] > where.NECK + 0.01))
