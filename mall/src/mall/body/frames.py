"""Bones at some ticks, set one after the other from the root outwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Skeleton

from .ik import twist_of
from .rig import turn

Array = NDArray[np.float64]
NOTHING = 1e-3  # the smallest scale: renderers cannot turn a normal by a matrix of zeros


class Frames:
    """World turns and joints of all bones at some ticks, set from the root outwards."""

    def __init__(self, skeleton: Skeleton, count: int) -> None:
        self.skeleton = skeleton
        self.spin = np.broadcast_to(np.eye(3), (count, len(skeleton.names), 3, 3)).copy()
        self.at = np.zeros((count, len(skeleton.names), 3))
        self.known = np.zeros(len(skeleton.names), bool)

    def place(self, bone: int, spin: Array, at: Array | None = None) -> None:
        """Set a bone's world turn (n, 3, 3); its joint follows its parent unless given (n, 3)."""
        self.at[:, bone] = self.joint(bone) if at is None else at
        self.spin[:, bone] = spin
        self.known[bone] = True

    def joint(self, bone: int) -> Array:
        """Where a bone's head is carried by its parent, (n, 3)."""
        parent = int(self.skeleton.parents[bone])
        self.settle(parent)
        offset = self.skeleton.heads[bone] - self.skeleton.heads[parent]
        return np.asarray(self.at[:, parent] + self.spin[:, parent] @ offset)

    def settle(self, bone: int) -> None:
        """Let a bone follow its parent, if nothing has set it."""
        if not self.known[bone]:
            self.place(bone, self.spin[:, self._above(bone)])

    def _above(self, bone: int) -> int:
        """A bone's parent, settled."""
        parent = int(self.skeleton.parents[bone])
        self.settle(parent)
        return parent

    def bend(self, bone: int, local: Array) -> None:
        """Set a bone by its turn against its parent, (n, 3, 3)."""
        self.place(bone, self.spin[:, self._above(bone)] @ local)

    def spread(self, first: int, second: int, wanted: Array, axis: Array, share: float = 0.45) -> None:
        """Reach a world turn with two bones in line; the first takes only a share of the twist about their axis.

        The end of the second lies where it would if both took all of it: limbs reach what they are to reach exactly.
        """
        local = np.swapaxes(self.spin[:, self._above(first)], -1, -2) @ wanted
        self.place(first, wanted @ turn(axis, -(1 - share) * twist_of(local, axis)))
        along = self.skeleton.heads[second] - self.skeleton.heads[first]
        self.place(second, wanted, self.at[:, first] + wanted @ along)

    def matrices(self) -> Array:
        """World times inverse rest, (n, b, 4, 4)."""
        for bone in range(len(self.skeleton.names)):
            self.settle(bone)
        out = np.zeros((*self.spin.shape[:2], 4, 4))
        out[..., :3, :3] = self.spin
        out[..., :3, 3] = self.at - (self.spin @ self.skeleton.heads[:, :, None])[..., 0]
        out[..., 3, 3] = 1.0
        return out


def shrink(matrices: Array, skeleton: Skeleton, bone: int, share: Array) -> None:
    """Scale what hangs on a bone about its head.

    Args:
        matrices: (n, b, 4, 4), changed in place.
        skeleton: that they move.
        bone: which of them.
        share: (n,), 1 leaves it as it is, 0 makes it vanish.
    """
    chosen, head = matrices[:, bone], skeleton.heads[bone]
    at = (chosen[:, :3, :3] @ head) + chosen[:, :3, 3]
    chosen[:, :3, :3] *= np.maximum(share, NOTHING)[:, None, None]
    chosen[:, :3, 3] = at - chosen[:, :3, :3] @ head
