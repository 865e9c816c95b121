"""A camera driven by hand at the feed's port, a sink that remembers and can fail, and a searcher of bodies of light."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from time import monotonic, sleep

import numpy as np
from looks import HEIGHT, RATE, WIDTH, Sees, Where, picture

from galleria.capture.feed import Closed, FeedState, FeedStatus, Item, Opened
from galleria.capture.ports import SourceFacts
from galleria.domain.detection import Detections
from galleria.domain.errors import StoreError
from galleria.domain.events import Event, Origin
from galleria.domain.frame import ArrayPicture, Frame
from galleria.domain.health import Condition
from galleria.domain.site import Camera

_WALL = np.random.default_rng(1).integers(-30, 30, (HEIGHT // 10, WIDTH // 10, 1)).repeat(10, 0).repeat(10, 1)
_NOISE = np.random.default_rng(2).integers(-3, 4, (16, HEIGHT, WIDTH, 3))


def lively(feet: Sequence[tuple[float, float]], index: int) -> ArrayPicture:
    """A picture with a pattern on the wall and noise, as cameras have them."""
    return ArrayPicture((picture(feet).pixels + _WALL + _NOISE[index % 16]).clip(0, 255).astype(np.uint8))


class HandFeed:
    """Gives what the test puts."""

    def __init__(self, camera: Camera, ready: Callable[[], None], since: float, *, lossless: bool = False) -> None:
        self.camera, self.lossless, self.closed, self.started = camera, lossless, False, False
        self._ready, self._items, self._lock = ready, [], Lock()
        self._status = FeedStatus(FeedState.STARTING, since)
        self.taken = 0

    @property
    def status(self) -> FeedStatus:
        return self._status

    def start(self) -> None:
        self.started = True

    def close(self) -> None:
        self.closed = True
        self._status = FeedStatus(FeedState.OFFLINE, self._status.since, "it was switched off")

    def take(self) -> list[Item]:
        with self._lock:
            items, self._items = self._items, []
        self.taken += len(items)
        return items

    def say(self, state: FeedState, since: float, reason: str = "", jump: float = 0.0) -> None:
        self._status = FeedStatus(state, since, reason, clock_jump=jump)
        self._ready()

    def open(self, time: float, epoch: str = "epoch") -> None:
        facts = SourceFacts(WIDTH, HEIGHT, RATE, None, None, time, True, epoch)
        self.say(FeedState.ONLINE, time)
        self._put(Opened(facts, time))

    def play(self, where: Where, begin: float, end: float, start: float) -> None:
        """Frames of a scene, from and to its seconds; it began at `start`."""
        for index in range(round(begin * RATE), round(end * RATE)):
            time = index / RATE
            self._put(Frame(self.camera.id, index, start + time, lively(where(time), index)))

    def end(self, time: float, *, whole: bool = False) -> None:
        self._put(Closed("it ended", time, whole))

    @property
    def empty(self) -> bool:
        with self._lock:
            return not self._items

    def _put(self, item: Item) -> None:
        with self._lock:
            self._items.append(item)
        self._ready()


class Remembers:
    """A sink in memory that keeps an envelope whole or not at all, and fails while it is told to."""

    def __init__(self) -> None:
        self.fails = False
        self.began: list[Origin] = []
        self.events: dict[Origin, dict[str, Event]] = {}
        self.finished: list[Origin] = []
        self.told: list[Condition] = []
        self.refused = 0

    @contextmanager
    def envelope(self) -> Iterator[None]:
        if self.fails:
            self.refused += 1
            problem = "the disk is full"
            raise StoreError(problem, "Make room.")
        yield

    def begin(self, recording) -> None:
        self.began.append(recording.origin)
        self.events.setdefault(recording.origin, {})

    def append(self, origin: Origin, events: Sequence[Event]) -> None:
        for event in events:
            self.events[origin].setdefault(event.id, event)

    def finish(self, origin: Origin) -> None:
        self.finished.append(origin)

    def conditions(self, conditions: Sequence[Condition]) -> None:
        self.told += conditions

    def beat(self) -> None:
        pass

    def of(self, camera: str, kind: type) -> list:
        return [e for o, es in self.events.items() if o.camera == camera for e in es.values() if isinstance(e, kind)]


class SeesMany(Sees):
    """As `Sees`, for many cameras; raises while it is told to, for pictures in which somebody is."""

    def __init__(self) -> None:
        super().__init__()
        self.breaks = False

    def detect(self, pictures, masks=None, parts=None) -> list[Detections]:
        found = super().detect(pictures, masks, parts)
        if self.breaks and any(map(len, found)):
            problem = "no such layer"
            raise RuntimeError(problem)
        return found


def eventually(true: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something is true; fails when it does not become so."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it did not happen"
        sleep(0.005)
