"""Pictures from a kiosk into templates of one face, or the reason why not, told so that the next try succeeds.

Pictures are decoded, looked at and dropped here; nothing of them is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galleria.capture.still import decode_still
from galleria.domain.detection import Floats
from galleria.domain.errors import InputError, PolicyError
from galleria.domain.face import Faces, Template
from galleria.domain.frame import Pixels
from galleria.identity.agreement import agree
from galleria.vision.faces.attributes import LIKELY_MINOR, minor_likelihood
from galleria.vision.faces.quality import Quality, judge

from .faces import FaceSteps

LEAST_PICTURES, MOST_PICTURES = 3, 5  # one photograph is not enough
LIVE = 0.5  # a face is taken for live from this share on
_CLEAR = 0.6  # quality of a picture that somebody takes of themselves: there is time for a good one
# Other faces that are so much smaller stand in the background and are not meant.
_BACKGROUND = 0.25


def look(steps: FaceSteps, pictures: Sequence[bytes], *, joining: bool) -> list[Template]:
    """One template for each picture.

    Args:
        steps: the networks.
        pictures: JPEG or PNG files of one face each.
        joining: also refuse who may be a minor; who has something erased is not asked for that.

    Raises:
        InputError: a picture cannot be used; the problem says which one and why.
        PolicyError: nobody can join while no network reads ages.
    """
    if not LEAST_PICTURES <= len(pictures) <= MOST_PICTURES:
        problem = f"{len(pictures)} pictures were sent"
        raise InputError(problem, f"Take between {LEAST_PICTURES} and {MOST_PICTURES}.")
    if joining and steps.age is None:
        problem = "nobody can join while no network reads ages"
        raise PolicyError(problem, "Name one under `faces` in the site file.")
    chips, before = [], list[Pixels]()
    for number, raw in enumerate(pictures, 1):
        try:
            pixels = decode_still(raw)
            _check_other(pixels, before)
            box, points = _only(steps, pixels)
            _check_live(steps, pixels, box, points)
            if joining:
                _check_adult(steps, pixels, box, points)
        except InputError as error:
            problem = f"picture {number}: {error.problem}"
            raise InputError(problem, error.remedy) from error
        before.append(pixels)
        chips.append(steps.embedder.cutter.cut(pixels, box, points))
    return steps.embedder.embed(chips)


def check_agreement(templates: Sequence[Template], threshold: float) -> None:
    """Go on only if all pictures are surely of one face.

    Args:
        templates: one for each picture.
        threshold: comparison score from which on two are of one face.

    Raises:
        InputError: they are not.
    """
    if not agree(templates, threshold):
        problem = "the pictures are not surely of one face"
        raise InputError(problem, "Stand before the camera alone and look into it the same way for every picture.")


def _check_other(pixels: Pixels, before: Sequence[Pixels]) -> None:
    """No two pictures of a camera are the same in every pixel; copies of one photograph are."""
    if any(np.array_equal(pixels, other) for other in before):
        problem = "it is the same as another one"
        raise InputError(problem, "Take every picture anew, standing before the camera yourself.")


def _only(steps: FaceSteps, pixels: Pixels) -> tuple[Floats, Floats]:
    """Box and points of the one face of a picture."""
    faces = _near(steps.finder.find_all(pixels))
    if not len(faces):
        problem = "no face was found"
        raise InputError(problem, "Look into the camera, with nothing before the face, and try again.")
    if len(faces) > 1:
        problem = f"{len(faces)} faces were found"
        raise InputError(problem, "Stand before the camera alone, and try again.")
    box, points = faces.boxes[0], faces.points[0]
    judged = judge(pixels, box, points, float(faces.scores[0]))
    if judged.value < _CLEAR:
        raise InputError(*poor(judged))
    return box, points


def _near(faces: Faces) -> Faces:
    """Without those that are far smaller than the largest: passers-by behind."""
    if len(faces) < 2:  # noqa: PLR2004 - nobody to compare with
        return faces
    high = faces.boxes[:, 3] - faces.boxes[:, 1]
    return faces.where(high >= _BACKGROUND * high.max())


def poor(judged: Quality) -> tuple[str, str]:
    """What is wrong most with a face that is below the quality floor, and what to do."""
    # How far each is from good, as a share of the way to useless.
    faults = {
        "small": (64 - judged.height) / 40,
        "turned": (judged.pose.away() - 15) / 15,
        "bright": (judged.clipped - 0.15) / 0.35,
        "dark": max((24 - judged.contrast) / 18, judged.dark),
        "blurred": (0.1 - judged.sharpness) / 0.085,
        "grainy": (judged.sharpness - 0.4) / 0.5,
    }
    return {
        "small": ("the face is too small", "Come closer."),
        "turned": ("the face is turned away", "Look straight into the camera."),
        "bright": ("the face is too bright", "Turn away from the light."),
        "dark": ("the face is too dark", "Turn towards the light."),
        "blurred": ("the picture is blurred", "Hold still, and wipe the camera."),
        "grainy": ("the picture is too noisy: there is too little light", "Turn towards the light."),
    }[max(faults, key=lambda name: faults[name])]


def _check_live(steps: FaceSteps, pixels: Pixels, box: Floats, points: Floats) -> None:
    if steps.liveness is None:
        return
    (shares,) = steps.liveness.read([steps.liveness.cutter.cut(pixels, box, points)])
    if shares.get("live", 1.0) < LIVE:
        problem = "this may be a picture of a picture"
        raise InputError(problem, "Stand before the camera yourself; away from screens and posters, in even light.")


def _check_adult(steps: FaceSteps, pixels: Pixels, box: Floats, points: Floats) -> None:
    assert steps.age is not None
    if minor_likelihood(steps.age.read([steps.age.cutter.cut(pixels, box, points)])) >= LIKELY_MINOR:
        problem = "this may be somebody under 18"
        remedy = "Only adults can join with their face; ask the staff for the way without one, which is as good."
        raise InputError(problem, remedy)
