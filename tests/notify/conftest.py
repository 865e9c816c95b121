"""A certificate for servers on this machine."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Certificate:
    if shutil.which("openssl") is None:
        pytest.skip("NO OPENSSL: install openssl to run the tests of encrypted connections")
    folder = tmp_path_factory.mktemp("certificate")
    made = Certificate(folder / "localhost.pem", folder / "localhost.key")
    command = (
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout", str(made.key), "-out", str(made.certificate),
    )  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    made.key.chmod(0o644)  # a broker that gives up root must still be able to read it
    return made
