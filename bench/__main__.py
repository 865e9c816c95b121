"""Measure everything, print tables, write `out/bench.json`."""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

from .accuracy import Result, measure_accuracy
from .footage import data_folder
from .processes import cold_starts, peak_memory
from .speed import Speed, measure_speed
from .timing import best, middle

OUT = Path("out")
TIMES_BAR, RATIO_BAR, MEMORY_BAR, START_BAR, F1_BAR, ERROR_BAR = 12, 4, 600, 0.5, 0.95, 1


def main() -> None:
    """Measure. Processes first, so that memory and starts are those of an idle machine."""
    began, console, data = perf_counter(), Console(), data_folder()
    with console.status("") as status:
        # Fetched here, so that no measurement waits for a network.
        say = status.update if console.is_terminal else _say_plainly
        say("getting the networks")
        _get_networks()
        say("fresh processes")
        starts, memory = cold_starts(), peak_memory(data)
        cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
        speed = measure_speed(data, say)
        if cores:
            os.sched_setaffinity(0, cores)
        results = measure_accuracy(data, say)
    console.print(_pairs(speed))
    console.print(_counts(speed))
    console.print(_stages(speed))
    console.print(_matrix(results))
    bars = _bars(speed, memory, starts, results)
    table = Table("", "bar", "measured", "", title="bars", title_justify="left")
    for name, bar, measured, met in bars:
        table.add_row(name, bar, measured, "met" if met else "MISSED")
    console.print(table)
    OUT.mkdir(exist_ok=True)
    report: dict[str, Any] = {
        "machine": {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()},
        "cold_start_s": starts,
        "peak_memory_mb": memory,
        "speed": speed.as_json(),
        "accuracy": [result.as_json() for result in results],
        "bars": [{"name": n, "bar": b, "measured": m, "met": met} for n, b, m, met in bars],
        "seconds": perf_counter() - began,
    }
    (OUT / "bench.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    console.print(f"{OUT / 'bench.json'} written; all of it took {report['seconds']:.0f} s")


def _say_plainly(what: str) -> None:
    sys.stderr.write(f"{what}\n")


def _get_networks() -> None:
    from galleria.app.models import ensure, find_card  # noqa: PLC0415  measured processes come first

    for precision in ("fp32", "int8"):
        ensure(find_card(), precision)


def _pairs(speed: Speed) -> Table:
    title = f"seconds for {speed.seconds:.2f} s of video, {speed.bound}; default: {speed.network}"
    table = Table("network", "", title=title, title_justify="left")
    for heading in ("runs", "median", "best", "processor", "x playing", "ratio"):
        table.add_column(heading, justify="right")
    for precision, pair in speed.pairs.items():
        for name, runs in (("ours", pair.ours), ("plain", pair.plain)):
            typical = middle(runs)
            cells = [f"{typical.wall:.2f}", f"{best(runs).wall:.2f}", f"{typical.cpu:.2f}"]
            ratio = f"{pair.ratio.wall:.2f}" if name == "plain" else ""
            table.add_row(precision, name, str(len(runs)), *cells, f"{speed.seconds / typical.wall:.1f}", ratio)
    return table


def _counts(speed: Speed) -> Table:
    table = Table("network", "", title="counts in these runs", title_justify="left")
    for line in speed.default.counts["ours"]:
        table.add_column(line)
    for precision, pair in speed.pairs.items():
        for name, counts in pair.counts.items():
            table.add_row(precision, name, *counts.values())
    return table


def _stages(speed: Speed) -> Table:
    table = Table("stage", title=f"where the time goes, {speed.network}", title_justify="left")
    for heading in ("ms in all", "times", "ms each"):
        table.add_column(heading, justify="right")
    for name, milliseconds, times in speed.stages:
        table.add_row(name, f"{milliseconds:.0f}", str(times), f"{milliseconds / max(1, times):.3f}")
    return table


def _matrix(results: list[Result]) -> Table:
    table = Table("scene", "variant", "engine", "precision", title="the same answers?", title_justify="left")
    for heading in ("rate", "F1", "at most off"):
        table.add_column(heading, justify="right")
    table.add_column("count errors")
    for result in results:
        case = result.case
        cells = [f"{case.rate:g}/s", f"{result.f1:.3f}", f"{result.latest:.2f} s", result.in_words]
        table.add_row(case.scene.name, case.variant, case.engine, case.precision, *cells)
    return table


def _bars(
    speed: Speed, memory: float | None, starts: list[float], results: list[Result]
) -> list[tuple[str, str, str, bool]]:
    times, ratio, start = speed.times, speed.default.ratio, median(starts)
    # What a plain script gets is the network as its package has it, fp32. Alike: both with the file we use by default.
    shipped = middle(speed.pairs["fp32"].plain).wall / middle(speed.default.ours).wall
    f1 = min(result.f1 for result in results)
    error = max((abs(e) for result in results for e in result.errors.values()), default=0)
    load = f"{times.wall:.1f}x (best {speed.fastest.wall:.1f}x; by processor time {times.cpu:.1f}x)"
    return [
        ("whole count, one core", f">= {TIMES_BAR}x", load, times.wall >= TIMES_BAR),
        ("plain fp32 ÷ ours", f">= {RATIO_BAR}", f"{shipped:.2f}: the network as it comes", shipped >= RATIO_BAR),
        (
            "plain ÷ ours, alike",
            f">= {RATIO_BAR}",
            f"{ratio.wall:.2f} (processor {ratio.cpu:.2f})",
            ratio.wall >= RATIO_BAR,
        ),
        ("peak memory", f"< {MEMORY_BAR} MB", f"{memory or 0:.0f} MB", memory is not None and memory < MEMORY_BAR),
        ("galleria --help", f"< {START_BAR} s", f"{start:.2f} s (best {starts[0]:.2f} s)", start < START_BAR),
        ("least F1 of all cases", f">= {F1_BAR}", f"{f1:.3f}", f1 >= F1_BAR),
        ("largest count error", f"<= {ERROR_BAR}", str(error), error <= ERROR_BAR),
    ]


if __name__ == "__main__":
    main()
