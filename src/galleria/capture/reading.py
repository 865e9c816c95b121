"""How a source is to be read, and the words for what cannot be read."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from galleria.capture.ports import Clock
from galleria.capture.stamps import moment, stamp_in


@dataclass(frozen=True, slots=True)
class Reading:
    """How a source is to be read.

    Attributes:
        camera: id that frames carry.
        start: capture time of a recording's first frame; naive: local time of `zone`. None: from the file's name.
        zone: the site's time zone.
        begin: seconds after the recording's first frame; frames before are left out.
        end: likewise; frames from then on are left out. None: to the end.
        rate: frames a second, believed instead of the container's time stamps. None: the container is believed.
        threads: of the decoder; 0 lets it choose.
        clock: tells the capture time of live frames.
        transport: of RTSP: `tcp` or `udp`.
        feed: for a feed: running cameras are decoded by whoever iterates, not ahead in a thread, and an RTSP stream is
            a running camera also when it says that it has an end.
    """

    camera: str = "camera"
    start: datetime | None = None
    zone: tzinfo = UTC
    begin: float = 0.0
    end: float | None = None
    rate: float | None = None
    threads: int = 1
    clock: Clock = time.time
    transport: str = "tcp"
    feed: bool = False

    def __post_init__(self) -> None:
        if self.begin < 0 or (self.end is not None and self.end <= self.begin):
            problem = f"begin {self.begin} and end {self.end} enclose no time"
            raise ValueError(problem)
        if self.rate is not None and not self.rate > 0:
            problem = f"rate is {self.rate}; it must be more than 0"
            raise ValueError(problem)

    def start_of(self, name: str) -> float | None:
        """When the recording of this file name began, seconds since 1970-01-01 UTC; None when nothing tells."""
        return moment(self.start, self.zone) if self.start else stamp_in(name, self.zone)


def shown(source: str) -> str:
    """The source's name for messages, without anything that may be a secret.

    Of an address the user name, the password, the query and the fragment are left out, and values in the path that are
    called passwords, as some makers of cameras have them there.
    """
    if "://" not in source:
        return source
    bare = re.split(r"[?#]", source, maxsplit=1)[0]
    # To the last @: passwords may hold a slash or an @ themselves.
    bare = re.sub(r"(?<=://).*@", "", bare)
    return re.sub(r"(?i)((?:pass\w*|pwd|pw|token|key)=)[^/&_]*", r"\1…", bare)
