"""Metrics for Prometheus, and the files that use their names."""

import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from corner_shop import SITE, live
from galleria.app.metrics import Metrics
from galleria.domain.errors import StoreError
from galleria.domain.health import CameraState
from galleria.notify.ports import DeliveryState

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = re.compile(r"\b(?:galleria|process|python)_[a-z_]+\b")


def shown(folder, now=None, depth=None):
    site = SimpleNamespace(site=SITE, folder=folder, ready=True, live=lambda: now or live())
    return Metrics(site, depth).text()


def samples(text):
    families = text_string_to_metric_families(text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def value(text, name, **labels):
    return samples(text)[name, tuple(sorted(labels.items()))]


def test_cameras_are_told(tmp_path):
    text = shown(tmp_path)
    assert value(text, "galleria_camera_state", camera="door", state="seeing") == 1
    assert value(text, "galleria_camera_state", camera="door", state="offline") == 0
    assert value(text, "galleria_camera_state_seconds", camera="door") == 60
    assert value(text, "galleria_camera_lag_seconds", camera="door") == 0.2
    frames = [
        value(text, f"galleria_camera_frames_{kind}_total", camera="door")
        for kind in ("received", "analysed", "searched", "dropped")
    ]
    assert frames == [1000, 600, 200, 3]
    assert value(text, "galleria_camera_reconnects_total", camera="door") == 1
    dark = shown(tmp_path, live(state=CameraState.DARK))
    assert value(dark, "galleria_camera_state", camera="door", state="dark") == 1
    assert value(dark, "galleria_camera_state", camera="door", state="seeing") == 0


def test_counts_are_told_by_line_entrance_and_direction(tmp_path):
    text = shown(tmp_path)
    front = {"camera": "door", "line": "front", "entrance": "main"}
    assert value(text, "galleria_crossings_total", **front, direction="in") == 3
    assert value(text, "galleria_crossings_total", **front, direction="out") == 1
    # A camera that has not been heard of yet has its lines all the same.
    yard = {"camera": "back.1", "line": "yard", "entrance": ""}
    assert value(text, "galleria_crossings_total", **yard, direction="in") == 0
    assert value(text, "galleria_zone_tracks", camera="door", zone="till") == 2
    assert value(text, "galleria_occupancy") == 4
    assert value(text, "galleria_occupancy_error") == 1.4


def test_stores_outbox_and_process_are_told(tmp_path):
    (tmp_path / "journal.db").write_bytes(b"x" * 1000)
    (tmp_path / "journal.db-wal").write_bytes(b"x" * 24)
    (tmp_path / "days" / "2026").mkdir(parents=True)
    (tmp_path / "days" / "2026" / "a.parquet").write_bytes(b"x" * 7)
    depth = {("webhook:till", DeliveryState.DEAD): 2}
    text = shown(tmp_path, depth=lambda: depth)
    assert value(text, "galleria_store_bytes", store="journal") == 1024
    assert value(text, "galleria_store_bytes", store="records") == 0
    assert value(text, "galleria_store_bytes", store="days") == 7
    assert value(text, "galleria_outbox_messages", target="webhook:till", state="dead") == 2
    assert value(text, "process_resident_memory_bytes") > 1e6
    assert "galleria_outbox_messages" not in shown(tmp_path)


def test_records_that_cannot_be_read_leave_the_rest(tmp_path):
    def depth():
        problem = "the records cannot be read"
        raise StoreError(problem, "Check the disk.")

    text = shown(tmp_path, depth=depth)
    assert value(text, "galleria_occupancy") == 4
    assert "galleria_outbox_messages" not in text


def test_two_sites_in_one_process_do_not_mix(tmp_path):
    first, second = shown(tmp_path), shown(tmp_path, replace(live(front=(9, 9))))
    front = {"camera": "door", "line": "front", "entrance": "main", "direction": "in"}
    assert (value(first, "galleria_crossings_total", **front), value(second, "galleria_crossings_total", **front)) == (
        3,
        9,
    )


@pytest.mark.parametrize("name", ["grafana-dashboard.json", "prometheus-rules.yml"])
def test_every_metric_that_a_file_uses_exists(tmp_path, name):
    there = {name for name, _ in samples(shown(tmp_path, depth=lambda: {("mail", DeliveryState.DEAD): 1}))}
    text = (DEPLOY / name).read_text("utf-8")
    if name.endswith(".json"):
        panels = json.loads(text)["panels"]
        assert len({panel["id"] for panel in panels}) == len(panels)
        text = "\n".join(target["expr"] for panel in panels for target in panel["targets"])
    used = set(NAME.findall(text))
    assert len(used) > 5
    assert used - there == set()


def test_the_dashboard_leaves_out_no_metric_of_ours(tmp_path):
    ours = {name for name, _ in samples(shown(tmp_path, depth=lambda: {("mail", DeliveryState.DEAD): 1}))}
    used = set(NAME.findall((DEPLOY / "grafana-dashboard.json").read_text("utf-8")))
    assert {name for name in ours if name.startswith("galleria_")} - used == {
        "galleria_build_info",
        "galleria_camera_frames_received_total",
    }


def test_panels_do_not_overlap():
    taken = set()
    for panel in json.loads((DEPLOY / "grafana-dashboard.json").read_text("utf-8"))["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells
