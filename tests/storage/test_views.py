from __future__ import annotations

from pathlib import Path

import pytest

from galleria.domain.errors import StoreError
from galleria.storage.views import FOLDER, read_views, write_views


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    assert read_views(tmp_path) == {}
    write_views(tmp_path, {"door-1": b"one", "till-2": b"two"})
    assert read_views(tmp_path) == {"door-1": b"one", "till-2": b"two"}


def test_only_the_present_ones_are_kept(tmp_path: Path) -> None:
    write_views(tmp_path, {"door-1": b"one", "till-2": b"two"})
    (tmp_path / FOLDER / "door-1.77.part").write_bytes(b"left by a crash")
    write_views(tmp_path, {"door-1": b"other"})
    assert read_views(tmp_path) == {"door-1": b"other"}
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["door-1.view"]


def test_a_file_that_is_far_too_large_is_none(tmp_path: Path) -> None:
    write_views(tmp_path, {"door-1": b"one"})
    (tmp_path / FOLDER / "huge.view").write_bytes(bytes(1 << 17))
    assert read_views(tmp_path) == {"door-1": b"one"}


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file where the folder belongs")
    with pytest.raises(StoreError, match="cannot be kept"):
        write_views(tmp_path, {"door-1": b"one"})
