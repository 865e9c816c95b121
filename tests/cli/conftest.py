"""What tests of commands share: no command writes to the real journal, and a short clip of somebody walking."""

import pytest
from footsteps import cut


@pytest.fixture(autouse=True)
def own_journal(tmp_path, monkeypatch):
    path = tmp_path / "own" / "journal.db"
    monkeypatch.setenv("GALLERIA_JOURNAL", str(path))
    monkeypatch.setenv("COLUMNS", "200")
    return path


@pytest.fixture(scope="session")
def walk(footage, tmp_path_factory):
    """Somebody crosses upwards after 2.8 of 4.5 seconds."""
    source = footage / "people_detection" / "people-detection.mp4"
    return cut(source, tmp_path_factory.mktemp("walk") / "walk.mp4")
