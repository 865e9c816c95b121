"""Labelled clips of a site's cameras into scores, one at a time, beside the counting. Kept in memory only.

A clip lies in the site's folder, in `labelled/CAMERA/`, with its truth file beside it. It is counted at the truth's own
lines, with the site's network: as `galleria score` does it.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from galleria.domain.access import Actor
from galleria.domain.errors import GalleriaError, NotFoundError, TooManyError
from galleria.domain.site import Site
from galleria.domain.time import Clock

from .audit import Audit
from .footage import clips_with_truth, truth_beside
from .networks import Choice, load
from .score import Scored, ScoreRequest, score_lines

LABELLED = "labelled"
PATIENCE = 1.0  # seconds to wait for the clip's next picture when the site stops
_LATER = 5.0  # seconds after which to ask again when another clip is being scored
_NICE = 10  # of the thread: cameras go first

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Run:
    """A clip that is being scored, or was.

    Attributes:
        begun: when, seconds since 1970-01-01 UTC.
        done: share of the clip that was counted, 0 to 1.
        scored: how well, once it is known.
        error: why it could not be, for people.
    """

    camera: str
    clip: str
    begun: float
    done: float = 0.0
    scored: Scored | None = None
    error: GalleriaError | None = None

    @property
    def state(self) -> str:
        """`running`, `done` or `failed`."""
        if self.error:
            return "failed"
        return "done" if self.scored else "running"


@dataclass(frozen=True, slots=True)
class LabelledClip:
    """A clip whose truth is known.

    Attributes:
        name: of its file.
        run: the newest; None: it was not scored since the site began to run.
    """

    name: str
    video: Path
    run: Run | None


class Scoring:
    """Finds labelled clips and scores them. Its methods may be called by any thread.

    Args:
        folder: the site's own.
        site: tells the site as it is now.
        clock: tells the time now.
        audit: is told who scores.
    """

    def __init__(self, folder: Path, site: Callable[[], Site], clock: Clock, audit: Audit) -> None:
        self._audit = audit
        self._folder, self._site, self._clock = folder / LABELLED, site, clock
        self._runs: dict[tuple[str, str], Run] = {}
        self._last: Run | None = None
        self._thread: threading.Thread | None = None
        self._lock, self._stopping = threading.Lock(), threading.Event()

    @property
    def busy(self) -> Run | None:
        """What is being scored now."""
        last = self._last
        return last if last and last.state == "running" else None

    def folder_of(self, camera: str) -> Path:
        """Where a camera's labelled clips are looked for."""
        return self._folder / camera

    def clips(self, camera: str) -> list[LabelledClip]:
        """A camera's labelled clips by name; none where there is no such folder.

        Raises:
            StoreError: the folder cannot be read.
        """
        found = clips_with_truth(self._folder, camera)
        return [LabelledClip(video.name, video, self._runs.get((camera, video.name))) for video in found]

    def start(self, by: Actor, camera: str, name: str) -> Run:
        """Score a clip; goes on in a thread of its own.

        Raises:
            NotFoundError: the camera has no labelled clip of that name.
            TooManyError: a clip is being scored already.
        """
        clip = next((clip for clip in self.clips(camera) if clip.name == name), None)
        if clip is None:
            problem = f"camera {camera[:60]!r} has no labelled clip {name[:60]!r}"
            raise NotFoundError(problem, "Put it and its truth file in the camera's folder of labelled clips.")
        with self._lock:
            if busy := self.busy:
                problem = f"{busy.clip} of camera {busy.camera} is being scored, and one is at a time"
                raise TooManyError(problem, "Try again when it is done.", _LATER)
            run = self._last = self._runs[camera, name] = Run(camera, name, self._clock.now())
            # A daemon: a network that is being fetched does not keep the program from ending.
            self._thread = threading.Thread(target=self._score, args=(run, clip.video), name="scoring", daemon=True)
            self._thread.start()
        self._audit.write(by, "camera.scored", f"camera:{camera}")
        return run

    def stop(self) -> None:
        """Give up what is being scored, without waiting long for it."""
        self._stopping.set()
        if self._thread:
            self._thread.join(PATIENCE)

    def _score(self, run: Run, video: Path) -> None:
        def watch(done: float, total: float | None, _crossings: int) -> None:
            if self._stopping.is_set():
                raise KeyboardInterrupt  # as a count expects to be ended
            run.done = min(max(done / total, 0.0), 1.0) if total else 0.0

        _yield_to_cameras()
        try:
            site = self._site()
            network = load(Choice(site.detector, site.precision, threads=1))
            scored = score_lines(ScoreRequest(str(video), truth_beside(video), threads=1), network, watch)
            if scored.count.tally.interrupted:
                run.error = _stopped()
            else:
                run.scored = scored
        except KeyboardInterrupt:
            run.error = _stopped()
        except GalleriaError as error:
            # Whoever asks over the network is not told where on the machine the site's folder is.
            run.error = GalleriaError(error.problem.replace(f"{video.parent}{os.sep}", "the file "), error.remedy)
        except Exception:  # noqa: BLE001  whatever it was: the clip is not being scored any more
            _log.exception("a clip could not be scored", extra={"event": "scoring-failed", "camera": run.camera})
            run.error = GalleriaError("something went wrong that should not have", "The log has the details.")


def _stopped() -> GalleriaError:
    return GalleriaError("the site was stopped before the clip's end", "Score it again.")


def _yield_to_cameras() -> None:
    if sys.platform == "linux":  # only there does a thread have a priority of its own
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
