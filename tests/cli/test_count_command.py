import csv
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import av
import duckdb
import numpy as np
import pytest
from commands import galleria, refused
from footsteps import CROSSED_AT, FRAMES, LINE, RATE, cut

PROGRAM = [sys.executable, "-c", "from galleria.cli.main import main; main()"]
KEYS = {
    "source", "site", "camera", "start", "seconds", "size", "frames", "analysed", "searched", "complete", "network",
    "lines", "zones", "tracks", "at_once_peak", "at_once_mean", "pass_by", "capture_rate", "coverage", "notes",
    "part",
}  # fmt: skip
SITE = """\
site:
  id: shop
  time_zone: Europe/Berlin
cameras:
  - id: hall
    source: {hall}
    tripwires:
      - {{ id: door, name: Main door, from: [0, 0.81], to: [1, 0.81], in: down }}
    zones:
      - {{ id: floor, corners: [[0, 0.2], [1, 0.2], [1, 1], [0, 1]] }}
  - id: yard
    source: {yard}
    tripwires:
      - {{ id: gate, from: [0, 0.81], to: [1, 0.81], in: down }}
"""


@pytest.fixture
def site(tmp_path, walk):
    path = tmp_path / "site.yaml"
    path.write_text(SITE.format(hall=walk, yard=walk))
    return path


def rows(journal):
    """Every event that the journal holds for shown and unshown takes."""
    with sqlite3.connect(journal) as database:
        found = database.execute("SELECT finished, event.id, kind FROM event JOIN take ON take.id = event.take")
        return sorted(found.fetchall())


def ids(journal):
    return [event for _, event, _ in rows(journal)]


def settled(text):
    """JSON of a report without when it was counted."""
    plain = json.loads(text)
    for recording in plain["recordings"]:
        del recording["counted_at"]
    return plain


class TestAnswers:
    def test_json(self, walk):
        told = galleria("count", walk, "--line", LINE, "--json")
        assert told.code == 0
        assert told.err == ""
        assert set(told.json) == KEYS
        line = told.json["lines"]["floor"]
        assert set(line) == {"name", "in", "out", "up", "down", "in_is", "crossings"}
        assert (line["up"], line["down"], line["in"], line["out"], line["in_is"]) == (1, 0, 0, 1, "down")
        (crossing,) = line["crossings"]
        assert set(crossing) == {"t", "direction", "towards", "track", "at", "id"}
        assert crossing["t"] == pytest.approx(CROSSED_AT, abs=0.3)
        assert (told.json["frames"], told.json["start"], told.json["complete"]) == (FRAMES, None, True)
        assert told.json["seconds"] == pytest.approx(FRAMES / RATE)

    def test_table(self, walk):
        told = galleria("count", walk, "--line", LINE)
        assert told.code == 0
        cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in told.out.splitlines() if "│" in line]
        assert ["floor", "0 ↓", "1 ↑", "0:02", "0:02"] in cells
        assert f"{FRAMES} frames" in told.out

    def test_without_a_line_says_how_to_give_one(self, walk):
        assert "--line" in galleria("count", walk, "--no-record").out

    @pytest.mark.parametrize(
        ("by", "labels"),
        [
            ("minute", ["2026-03-29 01:59+01:00", "2026-03-29 03:00+02:00"]),
            ("15min", ["2026-03-29 01:45+01:00", "2026-03-29 03:00+02:00"]),
            ("hour", ["2026-03-29 01:00+01:00", "2026-03-29 03:00+02:00"]),
        ],
    )
    def test_by_over_the_change_of_clocks(self, site, walk, by, labels):
        when = ("--site", site, "--camera", "hall", "--start", "2026-03-29T01:59:58", "--by", by)
        told = galleria("count", walk, *when, "--json").json
        assert told["start"] == "2026-03-29T00:59:58Z"
        outs = [(m["bucket"], m["value"]) for m in told["by"]["measures"] if m["measure"] == "out"]
        assert outs == list(zip(labels, [0, 1], strict=True))
        assert told["by"]["grain"] == by
        (crossing,) = told["lines"]["door"]["crossings"]
        assert crossing["time"].startswith("2026-03-29T01:00:00.")

    def test_start_with_an_offset_is_that_instant(self, site, walk):
        told = galleria(
            "count", walk, "--site", site, "--camera", "hall", "--start", "2026-07-01T10:00+05:00", "--json"
        )
        assert told.json["start"] == "2026-07-01T05:00:00Z"

    def test_csv_on_standard_output_is_nothing_but_csv(self, walk):
        told = galleria("count", walk, "--line", LINE, "--csv", "-")
        found = list(csv.DictReader(io.StringIO(told.out)))
        assert {row["measure"] for row in found} >= {"in", "out", "at_once_peak"}
        assert [row["value"] for row in found if row["measure"] == "out"] == ["1"]
        assert "crossings" in told.err

    def test_files(self, walk, tmp_path):
        names = ("m.csv", "m.parquet", "e.csv", "e.parquet", "e.json")
        m_csv, m_parquet, e_csv, e_parquet, e_json = (tmp_path / name for name in names)
        files = ("--csv", m_csv, "--parquet", m_parquet)
        told = galleria("count", walk, "--line", LINE, *files, "--events", e_csv, "--json")
        for path in (e_parquet, e_json):
            assert galleria("count", walk, "--line", LINE, "--events", path).code == 0
        with m_csv.open(newline="") as file:
            measures = [(row["measure"], float(row["value"])) for row in csv.DictReader(file) if row["value"]]
        stored = duckdb.read_parquet(str(m_parquet)).filter("value IS NOT NULL").project("measure, value").fetchall()
        assert measures == stored
        assert ("out", 1.0) in measures
        events = json.loads(e_json.read_text())
        with e_csv.open(newline="") as file:
            assert [row["id"] for row in csv.DictReader(file)] == [event["id"] for event in events]
        assert duckdb.read_parquet(str(e_parquet)).project("id").fetchall() == [(event["id"],) for event in events]
        (crossing,) = [event for event in events if event["kind"] == "crossing"]
        assert crossing["id"] == told.json["lines"]["floor"]["crossings"][0]["id"]


class TestWhatIsCounted:
    def test_a_part(self, walk):
        early = galleria("count", walk, "--line", LINE, "--to", "0:02", "--json").json
        assert early["lines"]["floor"]["up"] == 0
        assert early["frames"] == 2 * RATE
        part = galleria("count", walk, "--line", LINE, "--from", "1", "--to", "4", "--json").json
        (crossing,) = part["lines"]["floor"]["crossings"]
        assert crossing["t"] == pytest.approx(CROSSED_AT, abs=0.3)  # clip time, not time since --from

    def test_several_videos_in_order_and_globs(self, footage, tmp_path, walk):
        source = footage / "people_detection" / "people-detection.mp4"
        first, second = cut(source, tmp_path / "cam2.mp4", frames=24), cut(source, tmp_path / "cam10.mp4", skip=24)
        told = [
            galleria("count", *what, "--line", LINE, "--json").json
            for what in ((first, second), (tmp_path / "cam*.mp4",))
        ]
        for each in told:
            (crossing,) = each["lines"]["floor"]["crossings"]  # the track goes on from one file into the next
            assert crossing["t"] == pytest.approx(CROSSED_AT, abs=0.3)
            assert each["frames"] == 24 + FRAMES
        assert told[0]["lines"] == told[1]["lines"]

    def test_through_a_pipe(self, footage):
        stream = footage / "people_detection" / "people-detection.264"
        words = ["count", "-", "--line", LINE, "--to", "4", "--json", "--fps", "12"]
        with stream.open("rb") as file:
            ran = subprocess.run([*PROGRAM, *words], stdin=file, capture_output=True, check=False)
        assert ran.returncode == 0, ran.stderr
        (crossing,) = json.loads(ran.stdout)["lines"]["floor"]["crossings"]
        assert crossing["t"] == pytest.approx(CROSSED_AT, abs=0.3)

    def test_a_pipe_whose_picture_size_cannot_be_looked_up(self, walk):
        words = ["count", "-", "--line", "0,230,500,230"]
        with walk.open("rb") as file:
            ran = subprocess.run([*PROGRAM, *words], stdin=file, capture_output=True, check=False, text=True)
        assert ran.returncode == 2
        assert "size of the picture is not known" in ran.stderr

    def test_lines_in_pixels_and_in_shares_are_the_same(self, walk):
        lines = ("--line", "a=0,0.75,1,0.75", "--line", "b=0,216,512,216", "--line", "c=512,216,0,216")
        told = galleria("count", walk, *lines, "--json").json["lines"]
        assert list(told) == ["a", "b", "c"]
        assert [line["up"] for line in told.values()] == [1, 1, 1]
        assert [line["in"] for line in told.values()] == [0, 0, 1]
        assert told["a"]["crossings"][0]["t"] == told["b"]["crossings"][0]["t"] == told["c"]["crossings"][0]["t"]

    def test_lines_without_names_get_numbers(self, walk):
        told = galleria("count", walk, "--line", "0,0.7,1,0.7", "--line", "0,0.8,1,0.8", "--json").json
        assert list(told["lines"]) == ["line1", "line2"]

    def test_all_cameras_of_a_site(self, site):
        told = galleria("count", "--site", site, "--json").json["cameras"]
        assert [(each["camera"], list(each["lines"])) for each in told] == [("hall", ["door"]), ("yard", ["gate"])]
        assert [sum(line["up"] for line in each["lines"].values()) for each in told] == [1, 1]
        assert told[0]["zones"]["floor"]["stays"] == 1

    def test_files_for_several_cameras_are_refused(self, site, tmp_path):
        assert "--camera" in refused("count", "--site", site, "--csv", tmp_path / "m.csv")
        assert not (tmp_path / "m.csv").exists()


class TestJournal:
    def test_twice_is_once(self, walk, own_journal, tmp_path):
        words = ("count", walk, "--line", LINE)
        galleria(*words)
        once, told = ids(own_journal), settled(galleria("report", "--json").out)
        again = galleria(*words)
        assert "nothing was added" in again.out
        copy = tmp_path / "another name.mp4"
        shutil.copy(walk, copy)
        galleria("count", copy, "--line", LINE)
        assert ids(own_journal) == once
        assert len(set(once)) == len(once)
        assert settled(galleria("report", "--json").out) == told

    def test_a_moved_line_replaces(self, walk, own_journal):
        galleria("count", walk, "--line", LINE)
        moved = galleria("count", walk, "--line", "floor=0,0.7,1,0.7")
        assert "other settings" in moved.out
        totals = json.loads(galleria("report", "--json").out)["totals"]
        assert [row["value"] for row in totals if row["measure"] == "out"] == [1]
        assert {finished for finished, _, _ in rows(own_journal)} == {1}

    def test_report_says_what_count_said(self, walk):
        told = galleria("count", walk, "--line", LINE, "--json").json
        totals = json.loads(galleria("report", "--json").out)["totals"]
        assert {r["measure"]: r["value"] for r in totals if r["place"] == "floor"} == {
            "in": told["lines"]["floor"]["in"],
            "out": told["lines"]["floor"]["out"],
        }

    def test_no_record_writes_no_journal(self, walk, own_journal):
        assert galleria("count", walk, "--no-record").code == 0
        assert not own_journal.exists()

    def test_a_part_never_replaces_the_whole(self, walk, own_journal):
        galleria("count", walk, "--line", LINE)
        whole = settled(galleria("report", "--json").out)
        galleria("count", walk, "--line", LINE, "--to", "2")
        assert settled(galleria("report", "--json").out) == whole


class TestEndings:
    @pytest.fixture
    def clip(self, footage):
        return footage / "people_detection" / "people-detection.mp4"

    @pytest.fixture
    def begun(self, clip, own_journal):
        """A count in a process of its own that has written events, and is in the middle."""
        words = [*PROGRAM, "count", clip, "--line", LINE, "--threads", "1", "--json"]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline and process.poll() is None:
                if own_journal.exists() and self.crossings(own_journal):
                    break
                time.sleep(0.05)
            assert process.poll() is None, "it ended before it could be ended"
            yield process
        finally:
            process.kill()
            process.communicate()

    def crossings(self, journal):
        try:
            return [event for _, event, kind in rows(journal) if kind == "crossing"]
        except sqlite3.OperationalError:  # the tables are not there yet
            return []

    def complete(self, clip, journal):
        """Count to the end; the journal then holds all seven once."""
        galleria("count", clip, "--line", LINE)
        told = json.loads(galleria("report", "--json").out)
        assert [r["value"] for r in told["totals"] if r["measure"] == "out"] == [7]
        assert [r["finished"] for r in told["recordings"]] == [True]
        shown = [event for finished, event, kind in rows(journal) if finished and kind == "crossing"]
        assert len(shown) == len(set(shown)) == 7

    # A service manager stops programs with SIGTERM.
    @pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
    def test_ctrl_c_tells_what_was_counted(self, begun, clip, own_journal, stop):
        begun.send_signal(stop)
        out, err = begun.communicate(timeout=60)
        assert begun.returncode == 130
        assert "Traceback" not in err
        told = json.loads(out)
        assert told["complete"] is False
        assert 1 <= told["lines"]["floor"]["up"] < 7
        report = json.loads(galleria("report", "--json").out)
        assert [r["finished"] for r in report["recordings"]] == [False]
        assert [r["value"] for r in report["totals"] if r["measure"] == "out"] == [told["lines"]["floor"]["up"]]
        assert any("not counted to its end" in note for note in report["notes"])
        self.complete(clip, own_journal)

    def test_a_killed_count_is_completed_by_the_next(self, begun, clip, own_journal):
        os.kill(begun.pid, signal.SIGKILL)
        begun.wait(timeout=60)
        kept = self.crossings(own_journal)
        assert kept
        self.complete(clip, own_journal)


class TestPictures:
    def test_annotated_video_and_picture(self, walk, tmp_path):
        video, picture = tmp_path / "out.mp4", tmp_path / "out.png"
        told = galleria("count", walk, "--line", LINE, "--annotate", video, "--picture", picture, "--json").json
        with av.open(str(video)) as clip:
            stream = clip.streams.video[0]
            assert stream.codec_context.name == "h264"
            frames = [(frame.time, frame.to_ndarray(format="bgr24")) for frame in clip.decode(video=0)]
        assert len(frames) == told["analysed"]
        assert frames[-1][0] == pytest.approx(told["seconds"], abs=0.3)
        assert frames[0][1].shape == (288, 512, 3)
        with av.open(str(picture)) as still:
            assert next(still.decode(video=0)).width == 512
        assert {path.name for path in tmp_path.iterdir()} == {"out.mp4", "out.png", "own"}

    def test_every_head_is_blurred(self, walk, tmp_path):
        """Where the drawn picture shows a head, the source's fine detail is gone."""
        video = tmp_path / "out.mp4"
        galleria("count", walk, "--annotate", video, "--no-record", "--rate", RATE)
        with av.open(str(walk)) as a, av.open(str(video)) as b:
            pairs = list(zip(a.decode(video=0), b.decode(video=0), strict=True))
        from galleria.app.networks import Choice, load  # noqa: PLC0415
        from galleria.capture.picture import Pictures  # noqa: PLC0415
        from galleria.domain.site import Camera  # noqa: PLC0415

        detector, looked = load(Choice()).detector(Camera("test")), 0
        for source, drawn in pairs[::2]:
            (found,) = detector.detect([Pictures(None)(source)])
            before, after = (frame.to_ndarray(format="gray").astype(float) for frame in (source, drawn))
            for left, top, right, bottom in found.boxes[found.scores >= 0.4]:
                x0, x1 = round((0.7 * left + 0.3 * right) * 512), round((0.3 * left + 0.7 * right) * 512)
                y0, y1 = round((0.97 * top + 0.03 * bottom) * 288), round((0.87 * top + 0.13 * bottom) * 288)
                if y0 <= 0 or x1 - x0 < 6 or y1 - y0 < 6:
                    continue
                if detail(before[y0:y1, x0:x1]) < 6:
                    continue  # smooth from the start: nothing to compare
                looked += 1
                assert detail(after[y0:y1, x0:x1]) < 0.5 * detail(before[y0:y1, x0:x1])
        assert looked >= 3


def detail(gray):
    """Mean difference of neighbouring pixels."""
    return np.abs(np.diff(gray, axis=0)).mean() + np.abs(np.diff(gray, axis=1)).mean()
