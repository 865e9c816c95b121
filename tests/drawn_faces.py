"""Faces drawn into pictures, and networks that read off them who it is: everything else of the way is real.

Who somebody is lies in a face's blue, which no other step looks at much; how sharp it is, in the rest.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.ndimage import find_objects, gaussian_filter, label

sys.path.extend(str(Path(__file__).parent / room) for room in ("vision", "identity", "policy"))

from made_faces import directions
from test_face_codecs import encode_yunet

from galleria.domain.frame import ArrayPicture, Frame
from galleria.domain.geometry import Box
from galleria.domain.model import InputSpec, ModelCard
from galleria.domain.track import TrackPoint, TrackState, TrackUpdate
from galleria.runtime.faces import FaceTools
from galleria.runtime.look import Look
from galleria.vision.faces.attributes import AgeReader, ClassReader
from galleria.vision.faces.embedder import Embedder
from galleria.vision.faces.finder import FaceFinder

WIDTH, HEIGHT = 960, 540
FACE, BODY = (72, 88), (110, 330)  # pixels: wide, high
SPACE = "drawn-1"
WHO = directions(16, seed=5)
EYES = [[47.3, 45.4], [101.1, 45.4], [75.0, 77.5], [50.6, 99.0], [98.5, 99.0]]
FRONT = np.float32([[0.25, 0.36], [0.75, 0.36], [0.5, 0.61], [0.28, 0.8], [0.72, 0.8]])
ASIDE = np.float32([[0.15, 0.36], [0.45, 0.36], [0.08, 0.61], [0.18, 0.8], [0.44, 0.8]])
STEP = 16  # levels of blue between two; half a step more on one side: the face is turned to that side


def texture():
    """Detail of every size, brighter than the black around it."""
    rng = np.random.default_rng(4)
    fine = sum(gaussian_filter(rng.normal(0, 1, FACE[::-1]), s) * s for s in (1, 2, 4))
    return np.clip(150 + 60 * fine, 90, 235).astype(np.uint8)


TEXTURE = texture()


@dataclass(frozen=True)
class Body:
    """Somebody in a picture.

    Attributes:
        who: from 1; 0: no face is to be seen.
        at: left and top of the body, pixels.
        high: of the body, pixels.
    """

    who: int = 1
    at: tuple[int, int] = (100, 100)
    turned: bool = False
    high: int = BODY[1]

    @property
    def box(self):
        left, top = self.at
        return Box(left / WIDTH, top / HEIGHT, (left + BODY[0]) / WIDTH, (top + self.high) / HEIGHT)

    @property
    def face(self):
        """Left and top of the face."""
        return self.at[0] + (BODY[0] - FACE[0]) // 2, self.at[1] + 6


def picture(*bodies):
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for body in bodies:
        if body.who:
            left, top = body.face
            part = pixels[top : top + FACE[1], left : left + FACE[0]]
            part[..., 1] = part[..., 2] = TEXTURE
            part[..., 0] = body.who * STEP
            part[:, : FACE[0] // 2, 0] += body.turned * STEP // 2
    return ArrayPicture(pixels)


def look(time, bodies, *, ended=(), lost=(), camera="door", seen=True):
    """A look at bodies by track; without a picture where the footage breaks."""
    gone = [TrackUpdate(track, TrackState.ENDED, ()) for track in ended]
    gone += [TrackUpdate(track, TrackState.LOST, ()) for track in lost]
    here = [TrackUpdate(n, TrackState.CONFIRMED, (TrackPoint(time, b.box, 0.9),)) for n, b in bodies.items()]
    frame = Frame(camera, 0, time, picture(*bodies.values())) if seen else None
    return Look(frame, updates=sorted([*gone, *here], key=lambda one: one.track))


def who_of(chip):
    """Who a chip, (3, h, w) blue first, shows."""
    high, wide = chip.shape[1:]
    return int(chip[0, high // 3 : -high // 3, wide // 3 : -wide // 3].mean() // STEP)


class Network:
    """At the networks' port; knows how many pictures it was asked for, and breaks when it is told to."""

    def __init__(self, *answers):
        self.answers, self.asked, self.breaks = answers, 0, False

    def run(self, images):
        self.asked += len(images)
        if self.breaks:
            problem = "the network broke"
            raise RuntimeError(problem)
        return [np.float32([answer(image) for image in images]) for answer in self.answers]


def sides(blue):
    """Where the points of a face lie whose blue this is."""
    left, right = (np.median(half) % STEP > STEP / 4 for half in np.array_split(blue, 2, axis=1))
    aside = ASIDE[[1, 0, 2, 4, 3]] * (-1, 1) + (1, 0) if right else ASIDE
    return aside if left or right else FRONT


class Finds(Network):
    """Takes every bright rectangle for a face."""

    def run(self, images):
        super().run(images)
        made = []
        for image in images:
            faces = []
            for rows, columns in find_objects(label(image[1] > 60)[0]):
                left, top, right, bottom = columns.start, rows.start, columns.stop, rows.stop
                places = sides(image[0, rows, columns]) * (right - left, bottom - top) + (left, top)
                faces.append((left, top, right, bottom, [tuple(map(float, at)) for at in places], 0.95))
            made.append(encode_yunet(faces, image.shape[2], image.shape[1]))
        return [np.stack(parts) for parts in zip(*made, strict=True)]


def card(name, task, codec, side=32, **options):
    crop = {} if "points" in options else {"crop": {"shape": "square", "scale": 1.0}}
    return ModelCard(name, task, codec, "MIT", InputSpec(side, side), {**crop, **options})


FINDER = ModelCard("eyes", "face-detection", "yunet", "MIT", InputSpec(640, 640, multiple=32), score_floor=0.6, nms=0.3)


@dataclass
class Drawn:
    """The networks, and what they say.

    Attributes:
        ages: by who it is; 40 of everybody else.
        female: share, likewise; 0.95.
        happy: share, likewise; 0.9.
    """

    ages: dict = field(default_factory=dict)
    female: dict = field(default_factory=dict)
    happy: dict = field(default_factory=dict)

    def __post_init__(self):
        self.shots = 0
        self.finder, self.embedder = Finds(), Network(self._template)
        self.age = Network(lambda chip: [self.ages.get(who_of(chip), 40.0)], lambda _: [0.5, 0.5])
        self.gender = Network(lambda chip: two(self.female.get(who_of(chip), 0.95)))
        self.expression = Network(lambda chip: two(self.happy.get(who_of(chip), 0.9)))

    @property
    def networks(self):
        return {name: getattr(self, name) for name in ("finder", "embedder", "age", "gender", "expression")}

    def asked(self):
        """What was asked so far: how many pictures, by network."""
        return {name: network.asked for name, network in self.networks.items() if network.asked}

    def tools(self):
        """All of them."""
        return FaceTools(
            FaceFinder(FINDER, self.finder),
            Embedder(card("templates", "face-embedding", "embedding", 150, points=EYES, space=SPACE), self.embedder),
            AgeReader(card("age", "face-age-gender", "age-gender", classes=["female", "male"]), self.age),
            ClassReader(card("gender", "face-gender", "classes", classes=["female", "male"]), self.gender),
            ClassReader(card("mood", "face-expression", "classes", classes=["happy", "angry"]), self.expression),
        )

    def _template(self, chip):
        """No two shots are quite alike."""
        self.shots += 1
        return shot_of(who_of(chip), self.shots)


def shot_of(who, seed=0):
    noise = np.random.default_rng(seed).standard_normal(WHO.shape[1]).astype(np.float32) * np.float32(0.03)
    return WHO[who] + noise


def two(share):
    return [share, 1 - share]
