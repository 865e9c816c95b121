"""An empty corridor costs decoding only, and nothing that moves is missed."""

from pathlib import Path

import pytest
from gated import both

from galleria.app.networks import Choice, load
from galleria.storage.sitefile import load_site

FOOTAGE = Path(__file__).resolve().parents[2] / "footage"


@pytest.mark.parametrize(("name", "seconds"), [("morning/corridor", 24.0)])
def test_the_gate_changes_no_crossing(name, seconds):
    site = load_site(FOOTAGE / "site.yaml")
    (camera,) = [each for each in site.cameras if each.id == name.split("/")[1]]
    gated, searched = both(FOOTAGE / f"{name}.mp4", camera, load(Choice(threads=1)), seconds)
    assert searched.searched == searched.looks == gated.looks
    assert gated.searched < gated.looks
    assert searched.crossings
    assert gated.places == searched.places
    assert gated.times == pytest.approx(searched.times, abs=0.3)
