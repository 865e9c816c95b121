"""What the API needs of a running site. `galleria.app.live_site.LiveSite` is it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from galleria.analytics.occupancy import Drift
from galleria.app.access import Access
from galleria.app.exporting import Exports
from galleria.app.flow_query import FlowAnswer, FlowQuery, Overview, Subject
from galleria.app.members import Members
from galleria.app.outlook import Outlook
from galleria.app.purposes import Purposes
from galleria.app.scoring import Scoring
from galleria.app.selling import Selling
from galleria.app.settings import Settings
from galleria.app.setup import Setup
from galleria.app.study_desk import StudyDesk
from galleria.app.visiting import Visiting
from galleria.domain.access import Actor
from galleria.domain.events import Event
from galleria.domain.health import Condition
from galleria.domain.live import Occupancy, SiteLive
from galleria.domain.site import Site, Tripwire
from galleria.domain.time import Clock


class Subscription(Protocol):
    """Somebody who is told what happens, after it was written."""

    @property
    def closed(self) -> bool:
        """Whether nothing more will come."""
        ...

    def get(self, timeout: float) -> Mapping[str, Any] | None:
        """The next thing, as plain JSON values with a `type`; None when nothing happened for `timeout` seconds."""
        ...

    def close(self) -> None: ...


class FlowsPort(Protocol):
    """Answers questions about measures."""

    def query(self, q: FlowQuery) -> FlowAnswer: ...

    def overview(self, now: float, occupancy: Occupancy | None = None) -> Overview: ...

    def drift(self, day: date) -> Drift: ...

    def subjects(self) -> Sequence[Subject]: ...


class LiveSite(Protocol):
    """A running site."""

    folder: Path  # its own: paths to secrets start from there

    @property
    def site(self) -> Site: ...

    @property
    def flows(self) -> FlowsPort: ...

    @property
    def access(self) -> Access: ...

    @property
    def setup(self) -> Setup: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def exports(self) -> Exports: ...

    @property
    def scoring(self) -> Scoring: ...

    @property
    def members(self) -> Members: ...

    @property
    def purposes(self) -> Purposes: ...

    @property
    def visiting(self) -> Visiting: ...

    @property
    def outlook(self) -> Outlook: ...

    @property
    def selling(self) -> Selling: ...

    @property
    def study_desk(self) -> StudyDesk: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def ready(self) -> bool:
        """Whether cameras are watched and the journal can be written."""
        ...

    def live(self) -> SiteLive: ...

    def subscribe(self) -> Subscription: ...

    def conditions(self, begin: float, end: float) -> Sequence[Condition]: ...

    def events(
        self, begin: float, end: float, *, kinds: Collection[str] | None = None, cameras: Collection[str] | None = None
    ) -> Iterator[Event]:
        """Events that overlap [begin, end), seconds since 1970-01-01 UTC, by time; read as they are asked for."""
        ...

    def snapshot(self, camera: str, width: int) -> bytes: ...

    def preview(self, camera: str, tripwires: Sequence[Tripwire]) -> Mapping[str, tuple[int, int]]: ...

    def accept_view(self, by: Actor, camera: str) -> None: ...

    def reset_occupancy(self, by: Actor) -> None: ...

    def reload_settings(self) -> None: ...
