"""Looks at the machine: interpreter, processor, codecs, engines, network, folder, disk, clock, port."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import platform
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from galleria import __version__
from galleria.domain.site import Site
from galleria.models.cache import cache_folder, is_cached, read_network
from galleria.models.catalogue import find_card
from galleria.models.precision import choose_variant, integers_are_exact

from .doctor import Finding, Health
from .networks import PEOPLE

GB = 1e9
LITTLE, TOO_LITTLE = 5 * GB, 0.5 * GB
FEWEST_HANDLES = 1024
_DECODERS = ("h264", "hevc", "mjpeg")
_FOREIGN = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afpfs")
_BUILT = datetime(2026, 1, 1, tzinfo=UTC).timestamp()  # a clock before this is wrong
_UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)


def python() -> Iterator[Finding]:
    """Which Galleria, Python and system."""
    found = f"Galleria {__version__} on Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    if platform.system() != "Linux":
        yield Finding("python", Health.WARNING, found, "Run sites on Linux: only there they are tried.")
    else:
        yield Finding("python", Health.GOOD, found)


def processor() -> Iterator[Finding]:
    """How many cores, and which arithmetic the network gets."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quick = "multiplies bytes exactly: int8" if integers_are_exact() else "has no VNNI: fp32, about half as fast"
    few = cores < 2  # noqa: PLR2004  one for the analysis, one for all else
    remedy = "Give it a second core: decoding and analysis want one each." if few else ""
    found = f"{cores} core{'s' * (cores != 1)}; the processor {quick}"
    yield Finding("processor", Health.WARNING if few else Health.GOOD, found, remedy)


def codecs() -> Iterator[Finding]:
    """Whether the formats that cameras send can be decoded."""
    import av  # noqa: PLC0415  heavy

    missing = [name for name in _DECODERS if name not in av.codecs_available]
    library = f"FFmpeg in PyAV {av.__version__}"
    if missing:
        remedy = "Install PyAV from its wheel: `pip install --force-reinstall --only-binary av av`."
        yield Finding("video", Health.BAD, f"{library} cannot decode {', '.join(missing)}", remedy)
    else:
        yield Finding("video", Health.GOOD, f"{library} decodes {', '.join(_DECODERS)}")


def engines() -> Iterator[Finding]:
    """Which inference engines are installed."""
    for name, needed in (("onnxruntime", True), ("openvino", False)):
        try:
            yield Finding("engine", Health.GOOD, f"{name} {version(name)}")
        except PackageNotFoundError:
            if needed:
                yield Finding("engine", Health.BAD, f"{name} is not installed", f"`pip install {name}`")


def network(site: Site | None) -> Iterator[Finding]:
    """The network that the site runs: there, and undamaged."""
    entry = find_card(site.detector if site else "", PEOPLE)
    variant = choose_variant(entry, site.precision if site else "auto")
    name = f"{entry.card.id} ({variant})"
    if not is_cached(entry, variant):
        remedy = f"Get it now with `galleria models pull {entry.card.id}`; otherwise the first start does."
        yield Finding("network", Health.WARNING, f"{name} is not in {cache_folder()}", remedy)
        return
    read_network(entry, variant)  # checks the hash
    yield Finding("network", Health.GOOD, f"{name} is in {cache_folder()}, its hash is right")


def folder(path: Path) -> Iterator[Finding]:
    """Where the stores lie, or will: may be written to, by nobody else, on a disk of this machine."""
    near = _existing(path)
    if not _takes_files(near):
        remedy = f"Give the user that runs Galleria {near} (`chown`), or choose another with --folder."
        yield Finding("folder", Health.BAD, f"{near} may not be written to", remedy)
        return
    kind = _file_system(near)
    if kind in _FOREIGN:
        remedy = "Choose a folder on a local disk with --folder: SQLite's log is not safe on network file systems."
        yield Finding("folder", Health.BAD, f"{path} lies on {kind}", remedy)
    if path.is_dir() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding("folder", Health.WARNING, f"others may look into {path}", f"`chmod 700 {path}`")
    else:
        yield Finding("folder", Health.GOOD, f"{path} may be written to" + ("" if path.is_dir() else ", and is made"))


def disk(path: Path) -> Iterator[Finding]:
    """How much room is left where the stores lie."""
    free = shutil.disk_usage(_existing(path)).free
    health = Health.BAD if free < TOO_LITTLE else Health.WARNING if free < LITTLE else Health.GOOD
    remedy = "" if health is Health.GOOD else "Free some space: a full disk stops the counting."
    yield Finding("disk", health, f"{free / GB:,.1f} GB free for {path}", remedy)


def handles() -> Iterator[Finding]:
    """How many files and sockets may be open: each camera wants a few."""
    import resource  # noqa: PLC0415  not on every system

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = 0 <= soft < FEWEST_HANDLES
    remedy = "Raise it: `ulimit -n 4096`, or LimitNOFILE= in the unit." if few else ""
    told = "unlimited" if soft < 0 else f"{soft:,}"
    yield Finding("handles", Health.WARNING if few else Health.GOOD, f"{told} open files and sockets allowed", remedy)


def clock(now: float) -> Iterator[Finding]:
    """Whether the time is plausible and something keeps it right."""
    told = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M:%S} UTC"
    if now < _BUILT:
        remedy = "Set it, and let systemd-timesyncd or chrony keep it."
        yield Finding("clock", Health.BAD, f"the clock says {told}", remedy)
    elif _kernel_clock() == _UNSYNCHRONISED:
        remedy = "Run systemd-timesyncd or chrony: a wrong clock puts people into wrong hours."
        yield Finding("clock", Health.WARNING, f"it is {told}, and nothing keeps the clock right", remedy)
    else:
        yield Finding("clock", Health.GOOD, f"it is {told}")


def port(host: str, number: int) -> Iterator[Finding]:
    """Whether the console can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            # As the server does: what a closed connection left behind is no hindrance.
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, number))
    except OSError as error:
        remedy = "Stop what listens there (perhaps Galleria runs already), or choose another with --port."
        yield Finding("port", Health.WARNING, f"{host}:{number} cannot be had ({error.strerror})", remedy)
    else:
        yield Finding("port", Health.GOOD, f"{host}:{number} is free")


def _existing(path: Path) -> Path:
    return next((each for each in (path, *path.absolute().parents) if each.exists()), Path("/"))


def _takes_files(place: Path) -> bool:
    """Try it, with a file that has no name and is gone at once: permissions alone do not tell of read-only disks."""
    try:
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False


def _file_system(path: Path, mounts: Path = Path("/proc/mounts")) -> str:
    try:
        lines = mounts.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    whole = path.resolve()
    places = [(Path(fields[1]), fields[2]) for line in lines if len(fields := line.split()) > 2]  # noqa: PLR2004
    fitting = [(len(place.parts), kind) for place, kind in places if whole.is_relative_to(place)]
    return max(fitting, key=lambda found: found[0], default=(0, ""))[1]


def _kernel_clock() -> int:
    """What the kernel knows of its clock's state; 0 where it cannot be asked."""
    name = ctypes.util.find_library("c")
    if name is None or platform.system() != "Linux":
        return 0
    asked = ctypes.create_string_buffer(512)  # struct timex, all zero: only read
    try:
        return int(ctypes.CDLL(name).adjtimex(asked))
    except (OSError, AttributeError):
        return 0
