"""Poses a figure along a track: skinning matrices for every tick, the same wherever and whenever they are asked for."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mall.domain.figure import Figure, Skeleton
from mall.domain.motion import Doing, Track
from mall.domain.person import Build, Person

from .arms import Arms, arms_of
from .carriage import Carriage, carriage_of, doing_share
from .fingers import FINGERS, Hand, hand_of
from .frames import Frames, shrink
from .gait import Gait, gait_of
from .ik import frame, two_bone
from .limbs import SIDES, Limbs, Style, girth_of, limbs_of, style_of
from .phone import NAME
from .rig import turn, turn_x, turn_y, turn_z

Array = NDArray[np.float64]
SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
NECK = (("neck01", 0.14, 0.1), ("neck02", 0.2, 0.15), ("neck03", 0.21, 0.2), ("head", 0.45, 0.55))
STOOPED = {"spine02": 0.3, "spine01": 0.4, "neck01": 0.3}
CHUNK = 24  # ticks that are posed at a time
FEET_AHEAD, FEET_UP = 0.45, 0.12  # metres: a wheelchair's footrests, from its seat and from the floor
YEARS, WEIGHT = 35.0, 0.5  # of somebody of whom nothing is known


@dataclass(slots=True)
class Poses:
    """A figure's poses along a track.

    Attributes:
        first: the tick of the first pose. gait: of the feet, rows from `first` on.
        phone: (n,), 0 to 1, how far the phone is out.
    """

    skeleton: Skeleton
    track: Track
    limbs: Limbs
    style: Style
    gait: Gait
    trunk: Carriage
    arms: Arms
    hands: tuple[Hand, Hand]
    phone: Array
    _bones: dict[str, int] = field(default_factory=dict)
    _kept: dict[int, Array] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return self.track.first

    def at(self, tick: int) -> Array:
        """Skinning matrices (b, 4, 4) in the world at a tick of the track.

        Raises:
            IndexError: the track does not reach that tick.
        """
        row = tick - self.track.first
        if not 0 <= row < len(self.track.place):
            problem = f"track {self.track.id} has no tick {tick}"
            raise IndexError(problem)
        chunk = row // CHUNK
        if chunk not in self._kept:
            if len(self._kept) > 1:
                del self._kept[next(iter(self._kept))]
            end = min((chunk + 1) * CHUNK, len(self.track.place))
            self._kept[chunk] = self._posed(np.arange(chunk * CHUNK, end))
        return np.asarray(self._kept[chunk][row - chunk * CHUNK])

    def _posed(self, rows: NDArray[np.int64]) -> Array:
        frames = Frames(self.skeleton, len(rows))
        self._trunk(frames, rows)
        for side in (0, 1):
            self._leg(frames, rows, side)
            self._arm(frames, rows, side)
        matrices = frames.matrices()
        for side, name in enumerate(SIDES):
            if f"{NAME}.{name}" in self._bones:
                out = self.phone[rows] if side == self.style.hand else np.zeros(len(rows))
                shrink(matrices, self.skeleton, self._bones[f"{NAME}.{name}"], out)
        return matrices

    def _trunk(self, frames: Frames, rows: NDArray[np.int64]) -> None:
        trunk, bones = self.trunk, self._bones
        pelvis = trunk.pelvis[rows]
        middle = self.limbs.hips.mean(0)
        frames.place(bones["root"], pelvis, trunk.hips[rows] - pelvis @ (middle - self.skeleton.heads[bones["root"]]))
        yaw, pitch, roll = (trunk.bend[rows] / len(SPINE)).T
        for name in SPINE:
            stoop = STOOPED.get(name, 0.0) * self.style.stoop
            frames.bend(bones[name], turn_z(yaw) @ turn_y(pitch + stoop) @ turn_x(roll))
        yaw, pitch = trunk.neck[rows].T
        for name, of_yaw, of_pitch in NECK:
            stoop = STOOPED.get(name, 0.0) * self.style.stoop
            frames.bend(bones[name], turn_z(of_yaw * yaw) @ turn_y(of_pitch * pitch + stoop) @ turn_x(
                np.full(len(rows), self.style.tilt * of_yaw)))  # fmt: skip
        yaw, pitch = trunk.eyes[rows].T
        for side in SIDES:
            frames.bend(bones[f"eye.{side}"], turn_z(yaw) @ turn_y(pitch))

    def _leg(self, frames: Frames, rows: NDArray[np.int64], side: int) -> None:
        bones, name, foot = self._bones, SIDES[side], self.limbs.feet[side]
        motion, sit = self.gait.feet[side], self.trunk.sit[rows][:, None]
        heading = self.track.heading[rows]
        yaw = motion.yaw[rows] * (1 - sit[:, 0]) + heading * sit[:, 0]
        ankle = motion.ankle[rows] * (1 - sit) + self._rest(rows, side) * sit
        pitch, toes = motion.pitch[rows] * (1 - sit[:, 0]), motion.toes[rows] * (1 - sit[:, 0])
        hip = frames.joint(bones[f"upperleg01.{name}"])
        knees = heading + 0.55 * np.angle(np.exp(1j * (yaw - heading)))
        # Knees point ahead; of somebody sitting, up.
        pole = np.column_stack([np.cos(knees), np.sin(knees), 0.15 + 2.5 * sit[:, 0]])
        knee, _ = two_bone(hip, ankle, self.limbs.thigh, self.limbs.shin, pole)
        self._chain(frames, ("upperleg01", "upperleg02"), name, knee - hip, pole, foot.out)
        self._chain(frames, ("lowerleg01", "lowerleg02"), name, ankle - knee, pole, foot.out)
        flat = turn_z(np.full(len(rows), -foot.out))
        frames.place(bones[f"foot.{name}"], turn_z(yaw) @ turn_y(pitch) @ flat)
        frames.place(bones[f"toe1-1.{name}"], turn_z(yaw) @ turn_y(toes) @ flat)

    def _rest(self, rows: NDArray[np.int64], side: int) -> Array:
        """Ankles (n, 3) on a wheelchair's footrests."""
        heading, across = self.track.heading[rows], 0.09 * (1 - 2 * side)
        c, s = np.cos(heading), np.sin(heading)
        at = np.column_stack([FEET_AHEAD * c - across * s, FEET_AHEAD * s + across * c])
        high = np.full(len(rows), FEET_UP + self.limbs.feet[side].ankle[2])
        return np.column_stack([self.track.place[rows] + at, high])

    def _chain(self, frames: Frames, names: tuple[str, str], side: str, along: Array, pole: Array, out: float) -> None:
        """Turn a thigh or shin (two bones each) to a direction, its front to the pole; the lower half takes twist."""
        first, second = (self._bones[f"{name}.{side}"] for name in names)
        end = self._bones[f"{'lowerleg01' if names[0] == 'upperleg01' else 'foot'}.{side}"]
        rest = self.skeleton.heads[end] - self.skeleton.heads[first]
        front = np.array([np.cos(out), np.sin(out), 0.0])
        frames.spread(first, second, frame(along, pole) @ frame(rest, front).T, rest / np.linalg.norm(rest))

    def _arm(self, frames: Frames, rows: NDArray[np.int64], side: int) -> None:
        bones, name, arms = self._bones, SIDES[side], self.arms
        chest = frames.spin[:, bones["spine01"]]
        out = 1 - 2 * side
        lift = 0.02 * self.trunk.breath[rows]
        frames.bend(bones[f"clavicle.{name}"], turn_x(out * (lift - np.radians(9))))
        frames.bend(bones[f"shoulder01.{name}"], turn_x(np.full(len(rows), -out * np.radians(12))))
        upper, fore = bones[f"upperarm01.{name}"], bones[f"lowerarm01.{name}"]
        shoulder = frames.joint(upper)
        swing = shoulder + (chest @ arms.swing[rows, side][..., None])[..., 0]
        aim = (turn_z(self.track.heading[rows]) @ arms.reach[rows, side][..., None])[..., 0]
        aim[:, :2] += self.track.place[rows]
        share = arms.share[rows, side][:, None]
        pole = (chest @ arms.pole[rows, side][..., None])[..., 0]
        elbow, wrist = two_bone(shoulder, swing + share * (aim - swing), self.limbs.upper, self.limbs.fore, pole)
        heads = self.skeleton.heads
        hand = bones[f"wrist.{name}"]
        rest = [heads[fore] - heads[upper], heads[hand] - heads[fore]]
        # At rest elbows point away from the straight line from shoulder to wrist.
        straight = heads[hand] - heads[upper]
        bent = rest[0] - straight * (rest[0] @ straight) / (straight @ straight)
        for names, along, still in ((("upperarm01", "upperarm02"), elbow - shoulder, rest[0]),
                                    (("lowerarm01", "lowerarm02"), wrist - elbow, rest[1])):  # fmt: skip
            wanted = frame(along, pole) @ frame(still, bent).T
            first, second = (bones[f"{n}.{name}"] for n in names)
            frames.spread(first, second, wanted, still / np.linalg.norm(still))
        self._hand(frames, rows, side, rest[1] / np.linalg.norm(rest[1]))

    def _hand(self, frames: Frames, rows: NDArray[np.int64], side: int, axis: Array) -> None:
        bones, name, hand = self._bones, SIDES[side], self.hands[side]
        # `roll` is palm up: about the forearm, mirrored on the other side.
        roll = self.arms.roll[rows, side] * (2 * side - 1)
        frames.bend(bones[f"lowerarm02.{name}"], turn(axis, 0.5 * roll))
        frames.bend(bones[f"wrist.{name}"], turn(axis, 0.5 * roll))
        curl = self.arms.curl[rows, side]
        for finger in FINGERS:
            for joint in (1, 2, 3):
                angle = hand.angle(finger, joint, curl)
                bent = turn(hand.axes[finger, joint], angle)
                turned = hand.closed[finger] @ bent if joint == 1 else bent
                frames.bend(bones[f"finger{finger}-{joint}.{name}"], turned)


def poses(skeleton: Skeleton, track: Track, seed: int, build: Build | None = None, girth: float | None = None) -> Poses:
    """Plan a figure's motion along a track.

    Args:
        skeleton: of the figure that is to be posed (with its shoes' soles under the feet).
        track: where it goes and what it does.
        seed: of the person's way to move: give the same for all of somebody's tracks.
        build: years change gait and posture; without it, an adult's.
        girth: how far arms hang away from the body, radians; without it, by the build's weight.

    Returns:
        the poses; every tick's matrices depend on the arguments alone.
    """
    limbs = limbs_of(skeleton)
    style = style_of(seed, build.years if build else YEARS)
    gait = gait_of(track, limbs, style)
    trunk = carriage_of(track, limbs, style, gait)
    hang = np.radians(7 + 10 * max(0.0, (build.weight if build else WEIGHT) - 0.4)) if girth is None else girth
    arms = arms_of(track, limbs, style, gait, trunk, float(hang))
    hands = hand_of(skeleton, 0), hand_of(skeleton, 1)
    bones = {name: index for index, name in enumerate(skeleton.names)}
    phone = np.clip((doing_share(track, Doing.PHONE) - 0.35) / 0.3, 0, 1)
    return Poses(skeleton, track, limbs, style, gait, trunk, arms, hands, phone, bones)


def poses_of(person: Person, figure: Figure, track: Track) -> Poses:
    """Plan a person's motion along a track: the way to move is the person's own, arms clear what is worn."""
    return poses(figure.skeleton, track, zlib.crc32(person.id.encode()), person.build, girth_of(figure))
