"""Telling systemd, over a real datagram socket."""

import os
import socket
from contextlib import closing

import pytest

from galleria.app.systemd import Supervisor


@pytest.fixture
def notices(tmp_path):
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as made:
        made.bind(str(tmp_path / "notify"))
        made.settimeout(5)
        yield made


def test_it_is_told_of_start_life_and_end(notices, tmp_path):
    supervisor = Supervisor({"NOTIFY_SOCKET": str(tmp_path / "notify")})
    assert supervisor.ready("3 cameras\nREADY=0")
    assert notices.recv(200) == b"READY=1\nSTATUS=3 cameras READY=0"  # a line of the status is no message
    assert supervisor.alive()
    assert notices.recv(200).startswith(b"WATCHDOG=1\n")
    assert supervisor.stopping()
    assert notices.recv(200) == b"STOPPING=1"


def test_an_abstract_socket_is_found_as_well():
    name = f"galleria-test-{os.getpid()}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as made:
        made.bind("\0" + name)
        made.settimeout(5)
        assert Supervisor({"NOTIFY_SOCKET": "@" + name}).stopping()
        assert made.recv(100) == b"STOPPING=1"


def test_without_systemd_nothing_is_told(tmp_path):
    assert not Supervisor({}).ready()
    assert not Supervisor({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_how_often_it_wants_to_hear(told, seconds):
    assert Supervisor(told).beat_seconds == seconds
