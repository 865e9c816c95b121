"""Templates of real faces in two vaults: within one they tell subjects apart, across they tell nothing."""

import numpy as np
import pytest

from face_networks import load
from galleria.capture.still import read_still
from galleria.storage.vault.transform import Rotation
from galleria.vision.faces.embedder import Embedder
from galleria.vision.faces.finder import FaceFinder


@pytest.fixture(scope="module")
def london(footage):
    """Templates of the same subjects, neutral and smiling. No picture of anybody is kept or written."""
    folder = footage / "faces_london"
    if not folder.is_dir():
        pytest.skip(f"REAL FACES ARE ABSENT: no folder {folder}")
    finder, embedder = load(FaceFinder, "yunet-2023mar"), load(Embedder, "dlib-resnet-v1")
    made = {}
    for path in sorted(folder.glob("*/*.jpg")):
        pixels = read_still(path)
        faces = finder.find_all(pixels)
        cut = embedder.cutter.cut(pixels, faces.boxes[0], faces.points[0])
        made[path.parent.name, path.stem[:3]] = embedder.embed([cut])[0].values
    return tuple(np.stack([made[key] for key in sorted(made) if key[0] == kind]) for kind in ("neutral", "smiling"))


def auc(scores):
    mated, others = np.diag(scores), scores[~np.eye(len(scores), dtype=bool)]
    return (mated[:, None] > others).mean() + (mated[:, None] == others).mean() / 2


def test_two_vaults_of_the_same_faces_are_at_chance(london):
    neutral, smiling = london
    across = []
    for n in range(40):
        one, other = (Rotation(bytes([n, m]) * 16, 128) for m in range(2))
        across.append(auc(one.turned(neutral) @ other.turned(smiling).T))
        assert auc(one.turned(neutral) @ one.turned(smiling).T) == pytest.approx(auc(neutral @ smiling.T), abs=1e-4)
    assert auc(neutral @ smiling.T) > 0.999
    assert abs(np.mean(across) - 0.5) < 0.05
