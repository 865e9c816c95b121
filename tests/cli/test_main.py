import importlib.metadata
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import galleria

from galleria.models.cache import cache_folder

PROGRAM = [str(Path(sys.executable).absolute()), "-c", "from galleria.cli.main import main; main()"]
ENDINGS = {".png", ".jpg", ".jpeg", ".mp4", ".npy", ".npz", ".bmp", ".webp", ".avi", ".h264"}
STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"BM", b"\x93NUMPY")


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("engine", ["onnxruntime", "openvino"])
def test_count_leaves_the_journal_and_nothing_else(walk, tmp_path, engine):
    """A home of its own shows what is written: no pixels, and no engine's identifier of this machine for its maker."""
    home, work, scratch = (tmp_path / name for name in ("home", "work", "scratch"))
    for folder in (home, work, scratch):
        folder.mkdir()
    galleria("models", "pull")
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "GALLERIA_"))},
        "HOME": str(home),
        "TMPDIR": str(scratch),
        "GALLERIA_MODELS": str(cache_folder()),
    }
    words = [*PROGRAM, "count", str(walk), "--line", "0,0.8,1,0.8", "--csv", "counts.csv", "--events", "events.json"]
    words += ["--engine", engine]
    subprocess.run(words, cwd=work, env=environment, check=True, capture_output=True)
    written = files(home) + files(work) + files(scratch)
    assert {path.name for path in written} - {"journal.db-wal", "journal.db-shm"} == {
        "journal.db",
        "counts.csv",
        "events.json",
    }
    for path in written:
        content = path.read_bytes()
        assert path.suffix not in ENDINGS
        assert not content.startswith(STARTS)
        assert len(content) < 100_000  # a frame has more


def test_version():
    assert galleria("--version").out == f"galleria {importlib.metadata.version('galleria')}\n"


@pytest.mark.parametrize("command", ["count", "score", "label", "report", "init", "check", "schema", "models"])
def test_help(command):
    assert command in galleria("--help").out
    told = galleria(command, "-h")
    assert told.code == 0
    assert "Usage: galleria " + command in told.out


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from galleria.cli import main; "
        "heavy = {'numpy', 'av', 'onnxruntime', 'onnx', 'scipy', 'duckdb', 'PIL', 'pydantic'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_an_unknown_command():
    told = galleria("cuont")
    assert told.code == 2
    assert "cuont" in told.err


def test_tables_and_data_do_not_mix(walk):
    """What is piped on is data; what people read goes beside it."""
    words = [*PROGRAM, "count", str(walk), "--no-record", "--csv", "-"]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("site,camera,")
    assert all(line.count(",") == ran.stdout.splitlines()[0].count(",") for line in ran.stdout.splitlines())
    assert "frames" in ran.stderr


def test_a_reader_that_leaves(walk):
    words = [*PROGRAM, "count", str(walk), "--no-record", "--by", "minute", "--csv", "-"]
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ran = subprocess.run(words, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writer)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert "BrokenPipe" not in ran.stderr


def test_ctrl_c_before_anything_was_counted_is_quiet(tmp_path):
    """While a camera that does not answer is awaited."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = subprocess.Popen([*PROGRAM, "count", str(pipe), "--no-record"], stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(3)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Traceback" not in err


def test_errors_say_what_to_do(tmp_path):
    told = galleria("count", tmp_path / "absent.mp4")
    assert told.code == 2
    assert re.fullmatch(r"galleria: [^\n]+ does not exist\. [A-Z][^\n]+\.\n", told.err)
