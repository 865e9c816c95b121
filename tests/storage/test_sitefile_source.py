"""Secrets from files, and how cameras are played: what a site file says of where pictures come from."""

import os
from pathlib import Path

import pytest

from galleria.domain.errors import InputError, SiteFileError
from galleria.domain.site import Camera, Pace, Transport
from galleria.storage import sitefile_secret
from galleria.storage.sitefile import load_site
from galleria.storage.sitefile_source import fill_source, is_address

SECRET = "p@ss/wört:%7"
ENCODED = "p%40ss%2Fw%C3%B6rt%3A%257"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "door-password"
    path.write_text(SECRET + "\n", "utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        ("rtsp://viewer:${file:door-password}@cam:8554/1", f"rtsp://viewer:{ENCODED}@cam:8554/1"),
        ("rtsp://${USER}:${file:door-password}@${HOST}/1", f"rtsp://me:{ENCODED}@cam/1"),
        ("http://cam/video?token=${file:door-password}", f"http://cam/video?token={SECRET}"),
        ("rtsp://cam/${file:door-password}/x", f"rtsp://cam/{SECRET}/x"),
        ("${file:address}", "rtsp://me:secret@cam/1"),
    ],
)
def test_a_source_is_filled_from_files(secret: Path, written: str, opened: str):
    address = secret.with_name("address")
    address.write_text("rtsp://me:secret@cam/1\r\n")
    address.chmod(0o640)
    assert fill_source(written, secret.parent, {"USER": "me", "HOST": "cam"}) == opened


def test_an_absolute_path_is_one(secret: Path):
    assert ENCODED in fill_source(f"rtsp://me:${{file:{secret}}}@cam/1", Path("/elsewhere"), {})


def refusal(folder: Path, name: str = "door-password") -> InputError:
    with pytest.raises(InputError) as caught:
        fill_source(f"rtsp://me:${{file:{name}}}@cam/1", folder, {})
    assert "wört" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602])
def test_a_file_that_everybody_may_read_or_change_is_refused(secret: Path, mode: int):
    secret.chmod(mode)
    error = refusal(secret.parent)
    assert "every user of this machine" in error.problem
    assert f"chmod o-rwx {secret}" in error.remedy


def test_where_containers_mount_secrets_everybody_may_read_them(secret: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sitefile_secret, "MOUNTED", (secret.parent,))
    secret.chmod(0o444)
    assert ENCODED in fill_source("rtsp://me:${file:door-password}@cam/1", secret.parent, {})
    secret.chmod(0o446)
    refusal(secret.parent)


def test_a_way_through_that_folder_and_out_again_is_none(secret: Path, monkeypatch: pytest.MonkeyPatch):
    (secret.parent / "mounted").mkdir()
    monkeypatch.setattr(sitefile_secret, "MOUNTED", (secret.parent / "mounted",))
    secret.chmod(0o444)
    refusal(secret.parent, "mounted/../door-password")


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"two\nlines\n", b"a\0b", b"\xff\xfe", b"x" * 5000, "zero\u200bwidth".encode()],
    ids=["empty", "blank", "two lines", "zero byte", "no text", "long", "unseen sign"],
)
def test_what_is_not_one_line_of_text_is_refused(secret: Path, content: bytes):
    secret.write_bytes(content)
    assert "does not hold one line of text" in refusal(secret.parent).problem


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    assert "is no file" in refusal(tmp_path, "pipe").problem
    assert "is no file" in refusal(tmp_path, "folder").problem
    assert "no such file" in refusal(tmp_path, "nothing").problem


@pytest.mark.parametrize("written", ["rtsp://me:${file:}@cam/1", "rtsp://me:${file:x@cam/1", "rtsp://me:${file x}@cam"])
def test_a_blank_that_is_none_is_refused(written: str):
    with pytest.raises(InputError, match="not followed by a name"):
        fill_source(written, Path(), {})


@pytest.mark.parametrize("written", ["rtsp://me:hunter2${file:a/b}@cam/1", "http://cam/?pwd=hunter2&x=${file:a/b}"])
def test_a_password_written_beside_a_file_is_refused(written: str):
    with pytest.raises(InputError, match="a password is written out") as caught:
        fill_source(written, Path(), {})
    assert "hunter2" not in str(caught.value)


def test_addresses_are_told_from_files():
    assert all(map(is_address, ["rtsp://cam/1", "HTTP://cam", "/dev/video0", "${CAMERA}", "srt://cam"]))
    assert not any(map(is_address, ["videos/a.mp4", "file:///a.mp4", "a:b.mp4", ""]))


HEAD = "site: {id: shop, time_zone: Europe/Lisbon}\ncameras:\n  - id: door\n"


def camera(folder: Path, *lines: str) -> Camera:
    path = folder / "site.yaml"
    path.write_text(HEAD + "".join(f"    {line}\n" for line in lines), "utf-8")
    return load_site(path).cameras[0]


def test_a_substream_is_what_is_watched_and_no_secret_is_shown(secret: Path):
    door = camera(
        secret.parent,
        "source: rtsp://me:${file:door-password}@cam/main",
        "substream: rtsp://me:${file:door-password}@cam/sub",
        "transport: udp",
    )
    assert door.watched == f"rtsp://me:{ENCODED}@cam/sub"
    assert door.transport is Transport.UDP
    assert door.shown_substream == "rtsp://me:${file:door-password}@cam/sub"
    assert ENCODED not in repr(door)


def test_without_a_substream_the_source_is_watched(tmp_path: Path):
    door = camera(tmp_path, "source: morning/a.mp4", "pace: real", "loop: true")
    assert door.watched == str(tmp_path / "morning/a.mp4")
    assert (door.pace, door.loop, door.transport) == (Pace.REAL, True, Transport.TCP)
    plain = camera(tmp_path, "source: morning/a.mp4")
    assert (plain.pace, plain.loop) == (Pace.NONE, False)


@pytest.mark.parametrize(
    ("lines", "place", "what"),
    [
        (["source: rtsp://cam/1", "pace: real"], "5:11", "a running camera has its own pace"),
        (["source: rtsp://cam/1", "loop: true"], "5:11", "a running camera has no end"),
        (["source: a.mp4", "loop: true"], "5:11", "only when it is played at its real pace"),
        (["source: a.mp4", "transport: udp"], "5:16", "only rtsp:// cameras know udp"),
        (["source: rtsp://cam/1", "substream: a.mp4"], "5:16", "a substream is an address"),
        (["source: a.mp4", "pace: fast"], "5:11", "none"),
        (["source: rtsp://cam/1", "substream: rtsp://me:hunter2@cam/2"], "5:16", "a password is written out"),
    ],
)
def test_keys_that_would_do_nothing_are_mistakes(tmp_path: Path, lines: list[str], place: str, what: str):
    with pytest.raises(SiteFileError) as caught:
        camera(tmp_path, *lines)
    (line,) = caught.value.problem.splitlines()
    assert f":{place}: " in line
    assert what in line
    assert "hunter2" not in line
