"""The film and the picture from above."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from mall.domain.scene import Played
from mall.look.topview import SIZE, film, moment, plan_picture
from mall.scenario import play
from mall.scenario.steps import Recipe
from mall_scenario_people import cast, jam, scene

STAFF = frozenset(p.id for p in cast() if p.staff)


def test_the_plan_shows_everybodys_way() -> None:
    empty = np.asarray(plan_picture(Played(scene(14.0), ())))
    full = np.asarray(plan_picture(jam(3)))
    assert full.shape == (SIZE[1], SIZE[0], 3)
    assert (full != empty).any(-1).sum() > 2000


def test_people_move_from_moment_to_moment() -> None:
    first, second = (np.asarray(moment(jam(3), tick, staff=STAFF)) for tick in (24, 72))
    assert (first != second).any(-1).sum() > 500


def test_a_film_has_every_frame(tmp_path: Path) -> None:
    short = play(scene(1.0), cast(), Recipe({}))
    told: list[int] = []
    film(short, tmp_path / "top.mp4", fps=8, tell=told.append)
    with av.open(str(tmp_path / "top.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) == 8
    assert told == list(range(8))
