"""The geometry that plates are built from: closed, outward, where it was put."""

import importlib.util
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

SCRIPTS = Path(__file__).parents[1] / "plates"


@pytest.fixture(scope="module")
def heaps() -> ModuleType:
    """`heap.py` is a script's neighbour, in no package: it is loaded by its path."""
    spec = importlib.util.spec_from_file_location("heap", SCRIPTS / "heap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["heap"] = module
    spec.loader.exec_module(module)
    return module


def volume(heap, look: str) -> float:
    """Signed volume: positive and exact only where every face looks outwards and nothing is open."""
    pile = heap.piles[look]
    points = np.concatenate(pile.points)
    total = 0.0
    for face in pile.faces:
        a, *rest = (points[i] for i in face)
        total += sum(float(np.dot(a, np.cross(b, c))) for b, c in pairwise(rest)) / 6
    return total


def test_a_box_is_closed_and_looks_outwards(heaps) -> None:
    heap = heaps.Heap()
    heap.box((1, 2, 3), (2, 4, 6), "wood")
    assert volume(heap, "wood") == pytest.approx(6.0)


def test_corners_of_a_box_may_come_in_any_order(heaps) -> None:
    heap = heaps.Heap()
    heap.box((2, 4, 6), (1, 2, 3), "wood")
    assert volume(heap, "wood") == pytest.approx(6.0)


def test_a_bevel_takes_the_edges_and_no_more(heaps) -> None:
    heap, cut = heaps.Heap(), 0.1
    heap.box((0, 0, 0), (1, 2, 3), "wood", bevel=cut)
    points = np.concatenate(heap.piles["wood"].points)
    assert np.allclose(points.min(0), 0)
    assert np.allclose(points.max(0), (1, 2, 3))
    # Twelve prisms along the edges, and at each corner what three of them share.
    edges = 4 * (0.8 + 1.8 + 2.8) * cut**2 / 2
    corners = 8 * cut**3 * 5 / 6
    assert volume(heap, "wood") == pytest.approx(6.0 - edges - corners)


def test_a_bevel_larger_than_the_box_is_cut_down(heaps) -> None:
    heap = heaps.Heap()
    heap.box((0, 0, 0), (1, 1, 0.02), "wood", bevel=5.0)
    assert 0.015 < volume(heap, "wood") < 0.02


def test_turned_shapes_and_bars_are_closed(heaps) -> None:
    heap = heaps.Heap()
    heap.lathe((1, 1, 0), [(0.5, 0.0), (0.5, 2.0)], "metal", "#ffffff", sides=64)
    assert volume(heap, "metal") == pytest.approx(np.pi * 0.5, rel=0.01)
    heap.tube((0, 0, 0), (0, 3, 0), 0.5, "bar", "#ffffff", sides=64)
    assert volume(heap, "bar") == pytest.approx(np.pi * 0.75, rel=0.01)


def test_a_copy_is_turned_about_the_upright_axis_and_moved(heaps) -> None:
    small, heap = heaps.Heap(), heaps.Heap()
    small.box((0, 0, 0), (2, 1, 1), "wood")
    heap.put(small, (10, 0, 5), np.pi / 2)
    points = np.concatenate(heap.piles["wood"].points)
    assert np.allclose(points.min(0), (9, 0, 5))
    assert np.allclose(points.max(0), (10, 2, 6))
    assert volume(heap, "wood") == pytest.approx(2.0)


def test_faces_of_the_second_shape_use_its_own_points(heaps) -> None:
    heap = heaps.Heap()
    heap.box((0, 0, 0), (1, 1, 1), "wood")
    heap.box((5, 5, 5), (6, 6, 6), "wood")
    assert volume(heap, "wood") == pytest.approx(2.0)
    assert max(max(face) for face in heap.piles["wood"].faces) == 15


def test_floors_look_up_and_roofs_down(heaps) -> None:
    heap = heaps.Heap()
    heap.floor(0, 0, 1, 1, 0.0, "up")
    heap.roof(0, 0, 1, 1, 4.0, "down")
    for look, sign in (("up", 1), ("down", -1)):
        a, b, c, _ = heap.piles[look].points[0]
        assert np.sign(np.cross(b - a, c - b)[2]) == sign


def test_paint_is_turned_into_linear_light(heaps) -> None:
    assert heaps.linear("#ffffff") == (1.0, 1.0, 1.0)
    assert heaps.linear("#bcbcbc")[0] == pytest.approx(0.5029, abs=1e-3)
    assert heaps.linear((3.0, 2.0, 1.0)) == (3.0, 2.0, 1.0)
