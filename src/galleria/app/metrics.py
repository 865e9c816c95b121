"""What a running site is doing, for Prometheus: read from it when asked, kept nowhere, nothing about anybody.

Counts of crossings are those of the open trading day: they begin again at 0, which Prometheus takes for a restart of
the counter. Every name begins with `galleria_`; `process_` and `python_` ones are the client's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from galleria import __version__
from galleria.domain.errors import StoreError
from galleria.domain.health import CameraState
from galleria.domain.live import CameraLive, SiteLive
from galleria.domain.site import Site
from galleria.notify.ports import DeliveryState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
STORES = ("journal.db", "measures.db", "records.db")
Depth = Callable[[], Mapping[tuple[str, DeliveryState], int]]


class Measured(Protocol):
    """What of a running site is looked at."""

    @property
    def site(self) -> Site: ...

    @property
    def folder(self) -> Path: ...

    @property
    def ready(self) -> bool: ...

    def live(self) -> SiteLive: ...


class Metrics:
    """Answers Prometheus. May be asked from any thread.

    Args:
        live: the running site.
        depth: of the outbox, by target and state; None without one.
    """

    def __init__(self, live: Measured, depth: Depth | None = None) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_SiteCollector(live, depth))
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    def text(self) -> str:
        """All metrics now, in Prometheus's text format (`CONTENT_TYPE`)."""
        return generate_latest(self._registry).decode()


class _SiteCollector(Collector):
    def __init__(self, live: Measured, depth: Depth | None) -> None:
        self._live, self._depth = live, depth

    def describe(self) -> Iterable[Metric]:
        return ()  # nothing is asked of the site before it runs

    def collect(self) -> Iterator[Metric]:
        site, now = self._live.site, self._live.live()
        about = GaugeMetricFamily("galleria_build_info", "Which Galleria runs.", labels=("version", "site"))
        about.add_metric((__version__, site.id), 1)
        yield about
        told = "Whether the site's history is made up."
        yield GaugeMetricFamily("galleria_simulated", told, value=float(site.simulated))
        yield GaugeMetricFamily("galleria_ready", "Whether cameras are analysed.", value=float(self._live.ready))
        yield from _cameras([now.cameras[camera.id] for camera in site.cameras if camera.id in now.cameras], now.time)
        yield from _crossings(site, now)
        yield from _occupancy(now)
        yield self._stores()
        if self._depth is not None:
            try:
                depth = self._depth()
            except StoreError:
                return  # a gap there, and everything else is still told
            yield _outbox(depth)

    def _stores(self) -> Metric:
        family = GaugeMetricFamily("galleria_store_bytes", "Size of a store, with its log.", labels=("store",))
        for name in STORES:
            sizes = [_size(self._live.folder / f"{name}{tail}") for tail in ("", "-wal")]
            family.add_metric((name.removesuffix(".db"),), sum(sizes))
        family.add_metric(("days",), sum(_size(path) for path in (self._live.folder / "days").glob("**/*.parquet")))
        return family


_FRAMES: tuple[tuple[str, str], ...] = (
    ("received", "Frames that the camera sent."),
    ("analysed", "Frames that were looked at."),
    ("searched", "Frames in which people were looked for."),
    ("dropped", "Frames that were to be analysed and were not, because newer ones had come."),
    ("reconnects", "Connections after the first."),
)


def _cameras(cameras: list[CameraLive], now: float) -> Iterator[Metric]:
    state = GaugeMetricFamily(
        "galleria_camera_state", "1 for the state that the camera is in.", labels=("camera", "state")
    )
    since = GaugeMetricFamily("galleria_camera_state_seconds", "For how long it has been in it.", labels=("camera",))
    lag = GaugeMetricFamily(
        "galleria_camera_lag_seconds", "From the capture of the newest frame to the end of its analysis.",
        labels=("camera",),
    )  # fmt: skip
    for camera in cameras:
        for each in CameraState:
            state.add_metric((camera.camera, each.value), float(camera.state is each))
        since.add_metric((camera.camera,), max(now - camera.since, 0.0))
        lag.add_metric((camera.camera,), camera.lag)
    yield from (state, since, lag)
    for name, what in _FRAMES:
        called = name if name == "reconnects" else f"frames_{name}"
        family = CounterMetricFamily(f"galleria_camera_{called}", what, labels=("camera",))
        for camera in cameras:
            family.add_metric((camera.camera,), getattr(camera, name))
        yield family


def _crossings(site: Site, now: SiteLive) -> Iterator[Metric]:
    family = CounterMetricFamily(
        "galleria_crossings", "Crossings of the open trading day.", labels=("camera", "line", "entrance", "direction")
    )
    inside = GaugeMetricFamily("galleria_zone_tracks", "Tracks in a zone now.", labels=("camera", "zone"))
    for camera in site.cameras:
        seen = now.cameras.get(camera.id)
        for wire in camera.tripwires:
            counts = seen.crossings.get(wire.id, (0, 0)) if seen else (0, 0)
            for direction, count in zip(("in", "out"), counts, strict=True):
                family.add_metric((camera.id, wire.id, wire.entrance or "", direction), count)
        for zone in camera.zones:
            inside.add_metric((camera.id, zone.id), seen.zones.get(zone.id, 0) if seen else 0)
    yield from (family, inside)


def _occupancy(now: SiteLive) -> Iterator[Metric]:
    inside = now.occupancy
    yield GaugeMetricFamily("galleria_occupancy", "How many are inside.", value=inside.value)
    yield GaugeMetricFamily("galleria_occupancy_error", "Half the width of its 95 % interval.", value=inside.error)
    yield CounterMetricFamily(
        "galleria_occupancy_withheld",
        "Goings that would have made it negative, since its reset.",
        value=inside.withheld,
    )


def _outbox(depth: Mapping[tuple[str, DeliveryState], int]) -> Metric:
    family = GaugeMetricFamily("galleria_outbox_messages", "Messages not delivered.", labels=("target", "state"))
    for (target, state), count in sorted(depth.items()):
        family.add_metric((target, state.value), count)
    return family


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
