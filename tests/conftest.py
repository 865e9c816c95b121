"""Fixtures that several rooms' tests share."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def footage_folder() -> Path:
    """Where real footage with ground truth lies: GALLERIA_DATA, else ../shared/data beside the checkout."""
    return Path(os.environ.get("GALLERIA_DATA") or ROOT.parent / "shared" / "data")


@pytest.fixture(scope="session")
def footage() -> Path:
    folder = footage_folder()
    if not folder.is_dir():
        pytest.skip(f"REAL FOOTAGE IS ABSENT: no folder {folder}; set GALLERIA_DATA to run the tests on footage")
    return folder
