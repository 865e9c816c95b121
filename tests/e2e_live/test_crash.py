"""A real process, really killed: see bench/crash.py, which does the same twenty times."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_site_that_is_killed_three_times_counts_as_if_it_had_not_been():
    command = [sys.executable, "-m", "bench.crash", "--kills=3", "--seconds=6", "--seed=4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "they are equal" in done.stdout
    kills = [line for line in done.stdout.splitlines() if line.startswith("kill ")]
    assert len(kills) == 3  # each came while it was counting
    # Occupancy is compared, and is of somebody.
    inside = re.findall(r"inside (\d+) of (\d+) in, (\d+) out", done.stdout)
    assert len(inside) == 2
    assert inside[0] == inside[1]
    assert int(inside[0][1]) + int(inside[0][2]) > 0
