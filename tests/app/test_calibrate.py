"""Comparison scores of any engine into thresholds."""

import csv
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from galleria.app.calibrate import calibrate_scores
from galleria.cli.main import app
from galleria.domain.errors import InputError, StoreError


def scores_of(subjects, path, seed=1):
    """Scores of every two of three made-up samples of each subject; a strangers' score is roughly normal, sd 1/8."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(subjects, 64))
    samples = np.repeat(centres, 3, 0) + 0.3 * rng.normal(size=(3 * subjects, 64))
    samples /= np.linalg.norm(samples, axis=1, keepdims=True)
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["score", "first", "second"])
        for one in range(len(samples)):
            writer.writerows((f"{samples[one] @ samples[b]:.6f}", one // 3, b // 3) for b in range(one))
    return path


def test_thresholds_keep_the_rate_on_other_people(tmp_path):
    found = calibrate_scores(scores_of(80, tmp_path / "a.csv"), 1e-3, tmp_path / "cal.json")
    thresholds = {rate: score for rate, score, _ in found.rows}
    assert list(thresholds) == [0.1, 0.01, 0.001]
    assert sorted(thresholds.values()) == list(thresholds.values())
    with scores_of(200, tmp_path / "b.csv", seed=2).open() as file:
        strangers = np.array([float(row["score"]) for row in csv.DictReader(file) if row["first"] != row["second"]])
    for rate, score in thresholds.items():
        assert rate / 3 < np.mean(strangers >= score) < 3 * rate
    assert all(missed < 0.01 for _, _, missed in found.rows)
    written = json.loads((tmp_path / "cal.json").read_text())
    assert written["format"] == "galleria calibration 1"
    assert (written["subjects"], written["pairs"]) == (80, 80 * 79 // 2)


def test_what_a_set_cannot_show_is_refused_with_what_it_takes(tmp_path):
    path = scores_of(30, tmp_path / "a.csv")
    with pytest.raises(InputError, match="cannot be shown with 30 subjects") as caught:
        calibrate_scores(path, 1e-3, tmp_path / "cal.json")
    assert "at least 78 subjects" in caught.value.remedy
    assert not (tmp_path / "cal.json").exists()


def test_nobody_is_told_to_aim_at_a_rate_that_is_none(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("score,first,second\n0.5,1,2\n")
    with pytest.raises(InputError, match="cannot be shown") as caught:
        calibrate_scores(path, 1e-3)
    assert "aim" not in caught.value.remedy.lower()
    assert "at least 78 subjects" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "there is no column 'score'"),
        ("score,first,second\n", "holds no score"),
        ("score,first,second\nhigh,1,2\n", "line 2, score: input should be a valid number"),
        ("score,first,second\nnan,1,2\n", "line 2, score: input should be a finite number"),
        ("score,first,second\n0.5,1,\n", "line 2, second: string should have at least 1 character"),
        ("score,first,second\n0.5,1,1\n", "no two different subjects are compared"),
        ("score,first,second\n0.5,1,2\n", "cannot be shown"),
    ],
)
def test_what_is_wrong_with_a_list_is_told(tmp_path, text, told):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        calibrate_scores(path, 1e-3)


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_a_target_that_cannot_be_is_refused(tmp_path, target):
    with pytest.raises(InputError, match="a target false-match rate of"):
        calibrate_scores(scores_of(10, tmp_path / "a.csv"), target)


def test_a_file_that_cannot_be_written(tmp_path):
    with pytest.raises(StoreError):
        calibrate_scores(scores_of(80, tmp_path / "a.csv"), 1e-3, tmp_path / "no" / "cal.json")


def test_the_command_prints_a_table(tmp_path):
    done = CliRunner().invoke(app, ["calibrate", str(scores_of(80, tmp_path / "a.csv"))])
    assert done.exit_code == 0
    assert "80 subjects, 3160 pairs" in done.stdout
    assert "tail model" in done.stdout
