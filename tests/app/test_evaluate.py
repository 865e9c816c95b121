"""A test set of real faces into a dossier, by the command that a person runs."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bench.london import write_list
from PIL import Image
from typer.testing import CliRunner

from galleria.app.evaluate import EvaluateRequest, evaluate_set
from galleria.app.faces import FaceNetworks, face_steps
from galleria.cli.main import app
from galleria.domain.errors import GalleriaError, InputError, ModelError, StoreError
from galleria.domain.time import SetClock
from galleria.storage.dossierfile import read_dossier

NETWORKS = FaceNetworks(expression="faceapi-expression", liveness="liveness-fr")
NOW = 1_790_000_000.0


@pytest.fixture(scope="module")
def networks():
    try:
        face_steps(NETWORKS, "onnxruntime", 1)
    except GalleriaError as error:
        pytest.skip(f"A FACE NETWORK IS ABSENT: {error}")


@pytest.fixture(scope="module")
def london(footage, networks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("london")
    request = EvaluateRequest(write_list(footage, folder), folder / "out", NETWORKS, 0.0024, threads=1, program="test")
    watched = []
    return evaluate_set(request, SetClock(NOW), watch=lambda n, of: watched.append((n, of))), watched


def test_london_faces_are_told_apart(london):
    found, watched = london
    dossier = found.dossier
    assert watched == [(n, 105) for n in range(105)]
    assert found.faceless == ()
    rank_one = dossier.identification.rank_one
    assert (rank_one.events, rank_one.trials) == (51, 51)
    assert dossier.verification.fnmr_at_target.value <= 0.01
    assert dossier.verification.fmr.value == 0
    assert (dossier.worst.attribute, dossier.worst.small) == ("group", True)
    assert dossier.threshold > dossier.verification.common
    percent, permille = dossier.verification.points
    assert (percent.rate, percent.fmr.events, percent.shown) == (1e-2, 26, True)
    assert (permille.rate, permille.fmr.events, permille.shown) == (1e-3, 2, False)
    assert permille.fmr_best == pytest.approx(0.0023, abs=1e-4)
    assert max(percent.fnmr.value, permille.fnmr.value) <= 0.01


def test_london_ages_and_labels(london):
    dossier = london[0].dossier
    assert dossier.ages.mae.value <= 4.5
    rights = {table.title: table.right.value for table in dossier.labels}
    assert rights["gender"] >= 0.98
    assert 0.8 < rights["expression"] < 1
    assert {one.species: one.apcer.events for one in dossier.attacks.species} == {"print": 0, "screen": 0}


def test_what_is_written_reads_back_and_names_nobody(london):
    written = london[0].written
    assert read_dossier(written.dossier) == london[0].dossier
    for path in (written.dossier, written.page, written.summary):
        text = path.read_text("utf-8")
        assert not re.search(r"\.jpg|_03\b|_08\b|image_T1", text)
    assert {path.name for path in written.dossier.parent.iterdir()} == {"dossier.json", "dossier.html", "dossier.md"}


def test_a_picture_without_a_face_is_told_and_left_out(footage, networks, tmp_path):
    path = write_list(footage, tmp_path)
    Image.fromarray(np.full((200, 200, 3), 90, np.uint8)).save(tmp_path / "grey.png")
    kept = [line for line in path.read_text("utf-8").splitlines() if ",attack," not in line]
    aged = [line.replace(",002,probe,24,", ",002,probe,25,").replace(",004,probe,30,", ",004,probe,,") for line in kept]
    assert sum(a != b for a, b in zip(kept, aged, strict=True)) == 2  # one says two ages, one says one of two
    path.write_text("\n".join([*aged, "grey.png,002,probe,,,,,,", ""]), "utf-8")
    request = EvaluateRequest(path, tmp_path / "out", FaceNetworks(age="", gender=""), 0.0024, threads=1)
    found = evaluate_set(request, SetClock(NOW))
    assert found.faceless == (tmp_path / "grey.png",)
    assert found.dossier.notes[0].startswith("In 1 of 104 pictures no face was found")
    assert (found.dossier.ages, found.dossier.labels, found.dossier.attacks) == (None, (), None)


def small(tmp_path, content=b"no picture"):
    (tmp_path / "a.jpg").write_bytes(content)
    path = tmp_path / "list.csv"
    path.write_text("file,subject,use\na.jpg,1,enrol\n")
    return path


def test_a_set_without_any_face_is_refused(networks, tmp_path):
    Image.fromarray(np.full((64, 64, 3), 90, np.uint8)).save(tmp_path / "grey.png")
    path = small(tmp_path, (tmp_path / "grey.png").read_bytes())
    with pytest.raises(InputError, match="no face was found in any picture"):
        evaluate_set(EvaluateRequest(path, tmp_path, FaceNetworks()), SetClock(NOW))


def test_a_file_that_is_no_picture_is_refused(networks, tmp_path):
    with pytest.raises(InputError, match="is no picture that can be read"):
        evaluate_set(EvaluateRequest(small(tmp_path), tmp_path, FaceNetworks()), SetClock(NOW))


def test_a_network_for_something_else_is_refused(tmp_path):
    with pytest.raises(ModelError, match="is for face-age, not for face-embedding"):
        evaluate_set(EvaluateRequest(small(tmp_path), tmp_path, FaceNetworks(embedder="age-v1")), SetClock(NOW))


def test_a_folder_that_cannot_be_made_is_told_before_any_work(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        evaluate_set(EvaluateRequest(tmp_path / "none", tmp_path / "file" / "out", FaceNetworks()), SetClock(NOW))


def test_attacks_without_a_network_that_judges_them_are_refused(footage, tmp_path):
    path = write_list(footage, tmp_path)
    with pytest.raises(InputError, match="has 2 attacks, and no network"):
        evaluate_set(EvaluateRequest(path, tmp_path / "out", FaceNetworks()), SetClock(NOW))


@pytest.mark.parametrize("wrong", [{"target": 0.0}, {"target": 1.0}, {"threshold": float("nan")}])
def test_a_number_that_cannot_be_is_refused_at_once(tmp_path, wrong):
    with pytest.raises(InputError, match="a t"):
        EvaluateRequest(tmp_path, tmp_path, FaceNetworks(), **wrong)


def test_the_command_tells_what_is_wrong_in_one_line(tmp_path):
    done = CliRunner().invoke(app, ["evaluate", str(tmp_path / "none.csv"), "--out", str(tmp_path)])
    assert (done.exit_code, isinstance(done.exception, InputError | SystemExit)) == (1, True)


def test_too_small_a_set_is_refused_with_what_it_takes(footage, networks, tmp_path):
    listed = write_list(footage, tmp_path)
    without = ["--age", "none", "--gender", "none", "--liveness", "liveness-fr"]
    command = [Path(sys.executable).parent / "galleria", "evaluate", listed, "--out", tmp_path / "out", *without]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "cannot be shown with 52 subjects" in done.stderr
    assert "at least 78 subjects" in done.stderr
    assert "Traceback" not in done.stderr
