"""The log: what lines look like, what never gets into them, and how long they are kept."""

import io
import json
import logging
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest

from corner_shop import NOON, SITE, condition
from galleria.app.log_files import DayFiles, forget
from galleria.app.logs import Line, LogFormat, Logs, LogSettings, log_condition, log_start
from galleria.app.redact import redact
from galleria.domain.errors import InputError
from galleria.domain.health import CameraState

LOG = logging.getLogger("galleria.somewhere")


@contextmanager
def logged(form=LogFormat.TEXT, folder=None, **settings):
    stream = io.StringIO()
    with closing(Logs(LogSettings(**settings), form, folder, stream)):
        yield stream


def fail(told, why):
    try:
        int(why)
    except ValueError:
        LOG.exception(told)


def record(text, day="2026-11-23"):
    made = logging.makeLogRecord({"name": "galleria.x", "msg": text, "levelno": 20, "levelname": "INFO"})
    made.created = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
    return made


def test_text_has_time_level_event_and_fields():
    with logged() as stream:
        LOG.warning("%s is slow", "door", extra={"event": "camera-slow", "camera": "door", "why": "too much to do"})
    line = stream.getvalue()
    stamp, rest = line.split(" ", 1)
    assert stamp.endswith("Z")
    assert datetime.fromisoformat(stamp).tzinfo is not None
    assert rest == 'warning camera-slow: door is slow camera=door why="too much to do"\n'


def test_json_is_one_object_a_line_with_the_same_facts():
    with logged(LogFormat.JSON) as stream:
        LOG.info("door is back", extra={"event": "camera-state", "camera": "door", "tries": 3})
        LOG.error("broken")
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert {k: first[k] for k in ("level", "event", "message", "camera", "tries")} == {
        "level": "info", "event": "camera-state", "message": "door is back", "camera": "door", "tries": 3,
    }  # fmt: skip
    assert first["time"].endswith("Z")
    assert second["event"] == "somewhere"  # where it was said, when it has no name


def test_requests_are_not_logged():
    with logged(level="debug") as stream:
        logging.getLogger("uvicorn.access").info("198.51.100.7 - GET /")
        logging.getLogger("httpx").info("HTTP Request: POST https://h/T0KEN")
        logging.getLogger("uvicorn.error").error("it broke")
    assert [line.split(" ", 1)[1] for line in stream.getvalue().splitlines()] == ["error   uvicorn.error: it broke"]


@pytest.mark.parametrize("form", list(LogFormat))
def test_one_thing_is_one_line_whatever_others_send(form):
    with logged(form) as stream:
        LOG.info("name: %s", "x\n2026-11-23T12:00:00.000Z error forged: line", extra={"camera": "a\nb"})
        fail("it failed", "first\nsecond")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert "ValueError" in lines[1]


@pytest.mark.parametrize("form", list(LogFormat))
def test_secrets_do_not_get_into_it_by_any_way(form):
    secret = "hunter2"
    with logged(form) as stream:
        LOG.info("opening rtsp://viewer:%s@192.0.2.1/stream", secret)
        LOG.info("source", extra={"source": f"rtsp://viewer:{secret}@192.0.2.1/stream"})
        LOG.info("Authorization: Basic %s==", secret * 3)
        LOG.info("settings {'password': '%s', 'token': '%s'}", secret, secret)
        LOG.info("header Bearer %s and gal_%s", secret * 2, secret)
        fail("failed", f"http://h/x?password={secret}&size=2")
    told = stream.getvalue()
    assert secret not in told
    assert "192.0.2.1/stream" in told
    assert "size=2" in told


@pytest.mark.parametrize("form", list(LogFormat))
def test_people_are_not_named(form):
    with logged(form) as stream:
        LOG.info("signed in", extra={"event": "signed-in", "user": "ann", "ip": "198.51.100.7", "role": "analyst"})
        LOG.info("mail to ann@example.com failed")
    told = stream.getvalue()
    assert "ann" not in told.replace("analyst", "")
    assert "198.51.100.7" not in told
    assert "analyst" in told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rtsp://u:p@h:554/a", "rtsp://***@h:554/a"),
        ("rtsp://u:p@ss@h/a", "rtsp://***@h/a"),
        ("rtsp://u:p/w@h/a", "rtsp://***@h/a"),
        ("rtsp://u@h/a", "rtsp://***@h/a"),
        ("rtsp://h:554/a", "rtsp://h:554/a"),
        ("http://h/x?user=a&pwd=b&x=1", "http://h/x?user=a&pwd=***&x=1"),
        ("PASSWORD=abc rest", "PASSWORD=*** rest"),
        ('{"api_key": "a b c"}', '{"api_key": ***}'),
        ("the monkey=banana", "the monkey=banana"),
        ("door is offline: no route", "door is offline: no route"),
        ("3 tokens, 2 keys", "3 tokens, 2 keys"),
    ],
)
def test_redaction_takes_the_secret_and_leaves_the_rest(text, expected):
    assert redact(text) == expected


def test_the_start_and_every_change_of_state_is_a_line():
    with logged(LogFormat.JSON) as stream:
        log_start(SITE)
        log_condition(condition())
        log_condition(condition(CameraState.SEEING))
        log_condition(condition(end=NOON + 5))  # its end is told by what begins then
    start, off, on = map(json.loads, stream.getvalue().splitlines())
    assert (start["event"], start["site"], start["cameras"], start["lines"]) == ("started", "corner-shop", 2, 3)
    assert (off["level"], off["camera"], off["state"]) == ("warning", "door", "offline")
    assert off["message"] == "door is offline: no route to the camera"
    assert (on["level"], on["state"]) == ("info", "seeing")


def test_a_file_for_each_day_and_old_ones_go(tmp_path):
    with closing(DayFiles(tmp_path, days=2)) as files:
        files.setFormatter(Line())
        (tmp_path / "galleria-notes.log").write_text("somebody else's")
        for day in ("20", "21", "22", "23"):
            files.emit(record(f"on {day}", f"2026-11-{day}"))
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == [*(f"galleria-2026-11-{day}.log" for day in ("21", "22", "23")), "galleria-notes.log"]
        assert "on 22" in (tmp_path / "galleria-2026-11-22.log").read_text()
        assert (tmp_path / "galleria-2026-11-23.log").stat().st_mode & 0o077 == 0
        files.emit(record("again", "2026-11-23"))
    assert len((tmp_path / "galleria-2026-11-23.log").read_text().splitlines()) == 2
    assert [p.name for p in forget(tmp_path, datetime(2026, 11, 23, tzinfo=UTC).date())] != []
    assert len(list(tmp_path.iterdir())) == 2


def test_a_disk_that_refuses_costs_lines_and_not_the_program(tmp_path, capsys):
    with closing(DayFiles(tmp_path, days=2)) as files:
        files.setFormatter(Line())
        target = tmp_path / "galleria-2026-11-23.log"
        target.symlink_to("/dev/full")
        for _ in range(3):
            files.emit(record("lost"))
        assert capsys.readouterr().err.count("cannot be written") == 1
        target.unlink()
        files.emit(record("back again"))
        assert "back again" in target.read_text()


def test_settings_change_while_it_runs_and_logging_is_left_as_it_was(tmp_path):
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    stream = io.StringIO()
    logs = Logs(LogSettings(), LogFormat.TEXT, tmp_path, stream)
    try:
        LOG.debug("not told")
        logs.change(LogSettings(level="debug"))
        LOG.debug("told")
    finally:
        logs.close()
    assert "not told" not in stream.getvalue()
    assert "told" in stream.getvalue()
    assert (list(root.handlers), root.level) == before
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("written", [{"level": "loud"}, {"days": 0}, {"name": "x"}])
def test_settings_that_cannot_be_used_are_refused(written):
    with pytest.raises(InputError):
        LogSettings.from_settings(written)
