"""Figures of a dossier into drawings: scores, the DET curve, groups, galleries, the calibration."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby

from galleria.domain.accuracy import Calibration, Histogram, Rate
from galleria.domain.dossier import Dossier, GroupRates, Identification, Verification

from .svg import WIDTH, Axis, Plot, diamond, dot, drawing, line, linear_ticks, probit, rectangle, text
from .words import number, tick

_TICKS = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.4, 0.6, 0.8)
_DECADES = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0)
_ROW = 30  # pixels of a group


def scores(dossier: Dossier) -> str:
    """Genuine and impostor scores, each as shares of its own, and the threshold between them."""
    verification = dossier.verification
    edges = verification.genuine.edges
    two = [_shares(histogram) for histogram in (verification.impostor, verification.genuine)]
    top = max(*two[0], *two[1], 1e-9) * 1.25
    x = Axis("comparison score (higher: more alike)", edges[0], edges[-1], linear_ticks(edges[0], edges[-1]))
    y = Axis("share of comparisons", 0, top, tuple((t, tick(t)) for t, _ in linear_ticks(0, top)))
    plot = Plot(x, y, height=320)
    areas = [
        plot.area(list(zip(edges, (*shares, 0.0), strict=True)), style)
        for shares, style in zip(two, ("impostor", "genuine"), strict=True)
    ]
    return drawing(
        "Scores of genuine and impostor comparisons",
        plot.height,
        plot.axes(),
        *areas,
        plot.ground(),
        plot.upright(verification.common, "mark-common") if verification.common != dossier.threshold else "",
        plot.upright(dossier.threshold, "mark", f"threshold {dossier.threshold:.4f}"),
        *_peaks(plot, edges, two),
    )


def _peaks(plot: Plot, edges: tuple[float, ...], two: list[list[float]]) -> Iterator[str]:
    for shares, word in zip(two, ("impostor", "genuine"), strict=True):
        n = max(range(len(shares)), key=shares.__getitem__)
        x, y = plot.at((edges[n] + edges[n + 1]) / 2, shares[n])
        yield text(min(max(x, plot.left + 34), WIDTH - 44), y - 8, word, f"label middle of-{word}")


def _shares(histogram: Histogram) -> list[float]:
    total = sum(histogram.counts) or 1
    return [count / total for count in histogram.counts]


def det(dossier: Dossier) -> str:
    """The DET curve on probit axes, with both thresholds and what the set cannot show."""
    verification, floor = dossier.verification, dossier.calibration.floor
    least = 0.5 / verification.fmr.trials, 0.5 / verification.fnmr.trials
    x, y = (
        _probit_axis(name, low) for name, low in zip(("false-match rate", "false non-match rate"), least, strict=True)
    )
    plot = Plot(x, y, height=430)
    curve, two = verification.det, verification.common != dossier.threshold
    edge = plot.at(floor, y.low)[0]
    equal = max(x.low, y.low)
    return drawing(
        "Detection error trade-off: false non-match rate against false-match rate",
        plot.height,
        rectangle(plot.left, plot.top, edge - plot.left, plot.base - plot.top, "unknown"),
        plot.axes(),
        text(plot.left + 8, plot.base - 10, "too few pairs to show", "note") if edge - plot.left > 125 else "",  # noqa: PLR2004
        plot.ground(),
        plot.path([(equal, equal), (min(x.high, y.high),) * 2], "equal"),
        plot.path(zip(curve.fmr, curve.fnmr, strict=True), "curve", stepped=True),
        *(_cross(plot, verification.fmr_common, verification.fnmr_common, "of-common") if two else ()),
        *_cross(plot, verification.fmr, verification.fnmr, "of-chosen"),
    )


def _cross(plot: Plot, fmr: Rate, fnmr: Rate, style: str) -> Iterator[str]:
    x, y = plot.at(fmr.value, fnmr.value)
    yield line(plot.at(fmr.low, fnmr.value), plot.at(fmr.high, fnmr.value), f"whisker {style}")
    yield line(plot.at(fmr.value, fnmr.low), plot.at(fmr.value, fnmr.high), f"whisker {style}")
    yield dot(x, y, f"spot {style}") if style == "of-chosen" else diamond(x, y, f"spot {style}")


def _probit_axis(name: str, low: float) -> Axis:
    low = min(max(low, 1e-6), 0.01)
    high = 0.6
    ticks = tuple((t, tick(t)) for t in _TICKS if low <= t <= high)
    return Axis(name, low, high, ticks, probit)


def groups(dossier: Dossier) -> str:
    """FMR within each group with its interval, at the common and at the chosen threshold."""
    shown = [group for group in dossier.groups if group.fmr and group.fmr_common]
    rows = len(shown) + len({group.attribute for group in shown})
    low = 10 ** math.floor(math.log10(max(min(dossier.target, dossier.calibration.floor), 1e-6)) - 0.5)
    x = Axis(
        "false-match rate within the group", low, 1.0, tuple((t, tick(t)) for t in _DECADES if t >= low), math.log10
    )
    plot = Plot(x, Axis("", 0, 1, ()), height=rows * _ROW + 70, left=230)
    return drawing(
        "False-match rate within groups",
        plot.height,
        plot.axes(),
        plot.upright(dossier.target, "target"),
        plot.ground(),
        *_group_rows(plot, shown, dossier),
    )


def _group_rows(plot: Plot, shown: list[GroupRates], dossier: Dossier) -> Iterator[str]:
    y = plot.top + _ROW / 2
    for attribute, members in groupby(shown, key=lambda group: group.attribute):
        yield text(12, y + 5, attribute, "label heading")
        y += _ROW
        for group in members:
            yield text(24, y + 4, _cut(group.name), "label")
            yield text(plot.left - 12, y + 4, f"{group.subjects}{' †' if group.small else ''}", "tick end")
            assert group.fmr
            assert group.fmr_common
            if dossier.threshold != dossier.verification.common:
                yield from _bar(plot, group, group.fmr_common, y - 5, "of-common")
                yield from _bar(plot, group, group.fmr, y + 5, "of-chosen")
            else:
                yield from _bar(plot, group, group.fmr, y, "of-chosen")
            y += _ROW


def _bar(plot: Plot, group: GroupRates, rate: Rate, y: float, style: str) -> Iterator[str]:
    left, right, middle = (plot.at(value, 0)[0] for value in (rate.low, rate.high, rate.value))
    yield line((left, y), (right, y), f"whisker {style}")
    if rate.events == 0 or group.small:
        yield line((right, y - 4), (right, y + 4), f"whisker {style}")  # a bound, no rate
    elif style == "of-chosen":
        yield dot(middle, y, f"spot {style}", 4.5)
    else:
        yield diamond(middle, y, f"spot {style}", 5)


def _cut(name: str) -> str:
    return name if len(name) <= 18 else f"{name[:17]}…"  # noqa: PLR2004


def galleries(found: Identification) -> str:
    """FPIR by the size of the gallery: seen, and beyond the set computed."""
    sizes = [gallery.size for gallery in found.galleries]
    ends = [gallery.fpir.low for gallery in found.galleries if gallery.fpir.low > 0]
    low = 10.0 ** math.floor(math.log10(max(min(ends, default=1e-3), 1e-5)))
    ticks = tuple((float(size), number(size)) for size in sizes)
    x = Axis("subjects in the gallery", sizes[0] * 0.8, sizes[-1] * 1.25, ticks, math.log10)
    y = Axis("FPIR", low, 1.0, tuple((t, tick(t)) for t in _DECADES if t >= low), math.log10)
    plot = Plot(x, y, height=300)
    parts = []
    for gallery in found.galleries:
        style = "of-common" if gallery.extrapolated else "of-chosen"
        place = plot.at(gallery.size, gallery.fpir.value)
        parts.append(
            line(plot.at(gallery.size, gallery.fpir.low), plot.at(gallery.size, gallery.fpir.high), f"whisker {style}")
        )
        if gallery.fpir.value > 0:
            parts.append(diamond(*place, f"spot {style}") if gallery.extrapolated else dot(*place, f"spot {style}"))
    return drawing(
        "False-positive identification rate by gallery size", plot.height, plot.axes(), plot.ground(), *parts
    )


def calibration(table: Calibration, threshold: float) -> str:
    """The FMR by score: counted, then modelled, then not to be claimed."""
    low = 10.0 ** math.floor(math.log10(table.fmr[-1]))
    first, last = table.scores[0], max(table.scores[-1], threshold)
    x = Axis("threshold (comparison score)", first, last, linear_ticks(first, last))
    y = Axis("false-match rate", low, 1.0, tuple((t, tick(t)) for t in _DECADES if t >= low), math.log10)
    plot = Plot(x, y, height=320)
    rows = list(zip(table.scores, table.fmr, strict=True))
    top = plot.at(first, table.floor)[1]
    return drawing(
        "False-match rate by threshold",
        plot.height,
        rectangle(plot.left, top, WIDTH - plot.right - plot.left, plot.base - top, "unknown"),
        plot.axes(),
        text(plot.left + 10, min(top + 18, plot.base - 8), "never claimed: below 3 / pairs of subjects", "note"),
        plot.ground(),
        plot.path([row for row in rows if row[0] <= table.tail], "curve"),
        plot.path([row for row in rows if row[0] >= table.tail], "curve modelled"),
        plot.upright(threshold, "mark", f"threshold {threshold:.4f}", left=True),
    )


def worth_drawing(verification: Verification) -> bool:
    """Whether the DET curve is more than a corner: some genuine score lies below some impostor score."""
    return verification.eer.value > 0
