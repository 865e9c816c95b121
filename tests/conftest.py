"""Fixtures that several rooms' tests share."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("NO BROWSER: install the package `chromium` to test pages in it")
    sync_api = pytest.importorskip("playwright.sync_api")
    quiet = ["background-networking", "component-update", "sync"]
    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", *(f"--disable-{name}" for name in quiet)]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()
