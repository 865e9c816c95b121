"""Plates are ordered from the plan, rendered once, and rendered again when something changed."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from mall import plates
from mall.domain.lens import CANVAS, VIEWS
from mall.domain.place import LAMPS, SOLIDS
from mall.domain.scene import KNOCK, Light

# Stands in for the renderer: counts its calls beside the plate, fails when it is told to.
FAKE = """
import json, sys, pathlib
import numpy as np
order = json.loads(pathlib.Path(sys.argv[1]).read_text())
count = pathlib.Path(__file__).with_name("count.txt")
count.write_text(str(int(count.read_text() or 0) + 1) if count.exists() else "1")
if order["seed"] == 13:
    sys.exit("no paint left")
w, h = order["size"]
np.savez(order["out"], light=np.full((h, w, 3), order["ceiling"], np.float16), depth=np.ones((h, w), np.float32),
         gloss=np.zeros((h, w), np.float16))
"""


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "build.py").write_text(FAKE, encoding="utf-8")
    monkeypatch.setattr(plates, "SCRIPTS", folder)
    monkeypatch.setenv("MALL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv(plates.PYTHON, sys.executable)
    return folder


def calls(scripts: Path) -> int:
    count = scripts / "count.txt"
    return int(count.read_text()) if count.exists() else 0


def test_a_plate_is_rendered_once(scripts: Path) -> None:
    first = plates.ensure("till", Light.DAY)
    again = plates.ensure("till", Light.DAY)
    assert first == again == plates.path_of("till", Light.DAY)
    assert calls(scripts) == 1
    with np.load(first) as file:
        assert file["light"].shape == (CANVAS[1], CANVAS[0], 3)
    assert sorted(path.name for path in first.parent.iterdir()) == ["till-day.npz", "till-day.txt"]


def test_each_light_and_each_knock_has_its_own(scripts: Path) -> None:
    paths = {
        plates.ensure("corridor", Light.DAY),
        plates.ensure("corridor", Light.DUSK),
        plates.ensure("corridor", Light.DAY, moved=True),
    }
    assert {path.name for path in paths} == {"corridor-day.npz", "corridor-dusk.npz", "corridor-day-moved.npz"}
    assert calls(scripts) == 3


def test_changed_scripts_and_changed_plans_are_rendered_again(scripts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plates.ensure("shop")
    (scripts / "more.py").write_text("# more goods\n", encoding="utf-8")
    plates.ensure("shop")
    assert calls(scripts) == 2
    monkeypatch.setattr(plates, "SOLIDS", SOLIDS[:-1])
    plates.ensure("shop")
    assert calls(scripts) == 3


def test_a_failure_says_why_and_leaves_nothing(scripts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plates, "SEED", 13)
    with pytest.raises(plates.PlateError, match="no paint left"):
        plates.ensure("down")
    assert not list(plates.path_of("down", Light.DAY).parent.iterdir())


def test_a_plate_that_was_good_stays_when_the_next_fails(scripts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = plates.ensure("down")
    monkeypatch.setattr(plates, "SEED", 13)
    with pytest.raises(plates.PlateError):
        plates.ensure("down")
    monkeypatch.undo()
    assert path.exists()
    assert not path.with_suffix(".txt").exists()  # but nobody takes it for what was asked


def test_an_order_is_the_plan_in_plain_numbers() -> None:
    asked = json.loads(json.dumps(plates.order("corridor", Light.DUSK, moved=True)))
    knocked = VIEWS["corridor"].moved(*KNOCK)
    assert np.allclose(asked["view"]["turn"], knocked.turn())
    assert asked["view"]["focal"] == knocked.focal
    assert [solid["name"] for solid in asked["solids"]] == [solid.name for solid in SOLIDS]
    assert len(asked["lamps"]) == len(LAMPS)
    assert asked["light"] == "dusk"


def test_unknown_cameras_are_named() -> None:
    with pytest.raises(plates.PlateError, match="roof"):
        plates.ensure("roof")
