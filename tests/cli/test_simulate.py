"""`galleria simulate`: what it says, and what it refuses."""

import json

from commands import galleria, refused


def test_it_makes_a_history_and_says_what_is_where(tmp_path):
    out = tmp_path / "made"
    ran = galleria("simulate", "--days", 2, "--scale", "shop", "--seed", 4, "--end", "2026-05-05", "--out", out)
    assert ran.code == 0
    truth = json.loads((out / "truth.json").read_text())
    visits = sum(day["visits"] for day in truth["days"])
    assert (
        f"2 days of a shop, 2026-05-04 to 2026-05-05, seed 4: {visits:,} visits, {truth['events']:,} events" in ran.out
    )
    for name in ("site.yaml", "data", "sales", "truth.json"):
        assert str(out / name) in ran.out
        assert (out / name).exists()
    assert galleria("check", out / "site.yaml").code == 0


def test_a_folder_in_use_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    assert "is not empty" in refused("simulate", "--days", 1, "--out", tmp_path)


def test_bad_options_are_refused(tmp_path):
    out = tmp_path / "made"
    assert "Choose one of: shop, centre, mall" in refused("simulate", "--scale", "town", "--out", out)
    assert "0 days cannot be simulated" in refused("simulate", "--days", 0, "--out", out)
    assert "cannot be a seed" in refused("simulate", "--seed", -1, "--out", out)
    assert galleria("simulate", "--end", "tomorrow", "--out", out).code == 2
    assert galleria("simulate").code == 2
    assert not out.exists()
