"""A running site, whole: cameras, journal, measures, people, integrations. The one door for API and console."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from galleria.domain.access import Actor
from galleria.domain.dossier import Dossier
from galleria.domain.errors import ConflictError, GalleriaError, NotFoundError
from galleria.domain.events import Event
from galleria.domain.health import CameraState, Condition
from galleria.domain.live import CameraLive, SiteLive
from galleria.domain.period import Dates
from galleria.domain.site import Site, Tripwire
from galleria.domain.time import Clock, trading_day
from galleria.models.clients import Progress, silent
from galleria.runtime.site import SiteRunner
from galleria.storage.days import Days
from galleria.storage.journal import Journal
from galleria.storage.live import LiveJournal
from galleria.storage.records import Records
from galleria.storage.retention import Retention
from galleria.storage.rollups import Rollups
from galleria.storage.sales import Sales
from galleria.storage.studied import StudyStore
from galleria.storage.views import read_views, write_views
from galleria.storage.visitors import Visitors

from .access import Access
from .adding_up import AddingUp
from .alarms import Alarms
from .audit import SYSTEM, Audit
from .audit_heads import AuditHeads
from .broadcast import Broadcast, Subscription
from .deliveries import RecordedDeliveries
from .exporting import Exports
from .face_desk import Around as FacesAround
from .face_desk import Faces
from .flows import Flows
from .integrations import Integrations, IntegrationSettings, Surroundings
from .keep import DAYS, MEASURES, Keeper
from .keeping import Keeping
from .live_news import live_news, news_of
from .live_parts import site_parts
from .live_sink import LiveSink
from .logs import Logs, LogSettings, log_condition
from .members import Members, Running
from .members import Surroundings as MembersSurroundings
from .outlook import Outlook
from .past_events import past_events
from .purposes import Purposes
from .references import References
from .reporting.asking import Desk as ReportDesk
from .reporting.facts import PeriodReport
from .reporting.making import period_report
from .resumed import resumed
from .running_lock import owned
from .sales_folder import SalesFolder
from .scoring import Scoring
from .selling import SALES, Selling
from .setting_shapes import SHAPES, RetentionSettings
from .settings import Settings
from .setup import Setup
from .snapshot import blurred
from .studies import STUDIES, Studies
from .study_desk import StudyDesk
from .study_list import STUDIES_KEPT
from .visiting import VISITORS, Visiting

JOURNAL, RECORDS, VAULTS = "journal.db", "records.db", "vaults"
VIEWS_EVERY = 600.0  # seconds between two times that what cameras look at is kept

_log = logging.getLogger(__name__)


class LiveSite:
    """A site that runs, between `start` and `stop`. Its methods may be called by any thread.

    Args:
        path: the site file.
        folder: the site's own; made, for its owner only, if it is absent.
        clock: tells the time now.
        progress: told when networks have to be fetched.
        logs: changed as the settings say; None: there is no log of its own.

    Raises:
        SiteFileError: the site file cannot be used.
        StoreError: the folder cannot be used, or another process runs this site.
        ModelError: the network cannot be had.
    """

    def __init__(
        self, path: Path, folder: Path, clock: Clock, progress: Progress = silent, logs: Logs | None = None
    ) -> None:
        self.folder, self.clock, self._logs = folder, clock, logs
        # Not within the folder: a backup of what is sealed must not hold what opens it.
        self.keys = folder.absolute().with_name(f"{folder.absolute().name}.keys")
        self._made = ExitStack()
        try:
            self._make(path, progress)
        except BaseException:
            self._made.close()
            raise

    def _make(self, path: Path, progress: Progress) -> None:
        self._made.enter_context(owned(self.folder))
        self._records = Records(self.folder / RECORDS)
        self._made.callback(self._records.close)
        audit = Audit(self._records, self.clock)
        self.setup = Setup(path, self.folder, audit, clock=self.clock, changed=self._changed)
        self.site, _ = self.setup.read()
        self.access = Access(self._records, self.clock, self.site.name or self.site.id, keys=self.keys)
        self._audit_heads = AuditHeads(self._records, self.folder, self.site.id, self.clock)
        self.settings = Settings(self._records, self.clock, audit, SHAPES)
        self.purposes = Purposes(
            self._records, self.clock, self.access.audit, self.setup, self.folder, self.site
        )  # fmt: skip
        self._written, self._changing = self._settings(), threading.Lock()
        self._log_as_set()
        self._journal = LiveJournal(self.folder / JOURNAL, self.site.id, self.clock)
        self._made.callback(self._journal.close)
        self._broadcast = Broadcast()
        with self._read() as journal:
            self._inside, self._today = resumed(self.site, journal, self.clock.now())
        rollups = self._made.enter_context(Rollups(self.folder / MEASURES))
        self._keeper = Keeper(self.site, self.folder, rollups, self._retention())
        self.flows = Flows(self.site, rollups, self.folder / JOURNAL)
        self.outlook = Outlook(self.site, self.flows, self.folder, lambda: self._written["campaigns"], audit)
        visitors = self._made.enter_context(Visitors(self.folder / VISITORS))
        self.visiting = Visiting(self.site, visitors, self.flows, self.folder / JOURNAL, audit, self._dossiers)
        self.visiting.keep(self._retention().measures)
        studied = self._made.enter_context(StudyStore(self.folder / STUDIES))
        self.studies = Studies(self.site, self.folder, rollups, studied, STUDIES_KEPT, self._retention())
        self.study_desk = StudyDesk(self.studies, self.flows, audit, self.clock)
        sales = self._made.enter_context(Sales(self.folder / SALES))
        self.selling = Selling(self.site, sales, audit, self.clock)
        self.selling.keep(self._retention().measures)
        self._adding_up = AddingUp(self.study_desk, self.selling, self.outlook)
        self._sales_folder = SalesFolder(self.folder, self.selling, self.clock)
        deliveries = RecordedDeliveries(self._records)
        around = Surroundings(
            self.flows, deliveries, self.live, self._journaled, References(self.folder), self.clock,
            self.report,
        )  # fmt: skip
        self.integrations = Integrations(self.site, around, self._integration_settings())
        self.alarms = Alarms(self.site, self.integrations.greet)
        self.faces = Faces(self._faces_around(visitors))
        self.members = Members(self._members_surroundings())
        self._made.callback(self.members.close)
        sink = LiveSink(self._journal, (self._counted, self.alarms.take, self.integrations.tell, self._told))
        parts = replace(site_parts(self.site, self.clock, progress=progress), faces=self.faces)
        self._runner = SiteRunner(_filmed(self.site), parts, sink, self.clock, read_views(self.folder))
        self.scoring = Scoring(self.folder, lambda: self.site, self.clock, audit)
        self.exports = Exports(self, audit)
        self._viewed, self._reload_wanted = self.clock.now(), threading.Event()
        self._keeping = Keeping(self._turn)

    def report(self, dates: Dates) -> PeriodReport:
        """The report of a period, as far as it has begun. Raises as `period_report`."""
        desk = ReportDesk(self.site, self.flows, self.study_desk, self.selling)
        return period_report(desk, dates, self.clock.now())

    @property
    def ready(self) -> bool:
        """Whether cameras are watched and the journal can be written."""
        return self._runner.running and not self._runner.trouble

    @property
    def alive(self) -> bool:
        """Whether it turns at all; also while the journal cannot be written, for then it waits with what it holds."""
        return self._runner.running

    @property
    def trouble(self) -> str:
        """What keeps it from counting, for people; empty while all is well."""
        if self._runner.trouble:
            return self._runner.trouble
        return "" if self._runner.running else "the analysis does not run"

    def start(self) -> None:
        """Connect the cameras and begin."""
        self._runner.start()
        self.integrations.start()
        self._sales_folder.start()
        self._keeping.start()

    def stop(self) -> None:
        """Write what was counted, tell who must know, and let go of everything."""
        self._keeping.stopping()
        self.scoring.stop()
        self._sales_folder.stop()
        self._runner.stop()
        self.faces.stop()
        self._keeping.stop()
        self._broadcast.close()
        self.integrations.stop()
        with suppress(GalleriaError):
            write_views(self.folder, self._runner.views())
        with suppress(GalleriaError):
            self._keeper.turn(self.clock.now())
        with suppress(GalleriaError):
            self._audit_heads.sign()
        self._made.close()

    def live(self) -> SiteLive:
        """What every camera and the whole site are doing now."""
        now = self.clock.now()
        known = self._runner.live()
        cameras = {}
        for camera in self.site.cameras:
            seen = known.get(camera.id) or CameraLive(camera.id, CameraState.STARTING, now)
            cameras[camera.id] = replace(seen, crossings=self._today.of(camera.id))
        return SiteLive(now, trading_day(self.site, now).label, cameras, self._inside.now())

    def subscribe(self) -> Subscription:
        """Be told of events after they were written, and of the live state every second; to be closed."""
        return self._broadcast.subscribe()

    def conditions(self, begin: float, end: float) -> list[Condition]:
        """States of cameras that overlap [begin, end), by camera and time."""
        with self._read() as journal:
            return journal.conditions(self.site.id, begin, end)

    def events(
        self, begin: float, end: float, *, kinds: Collection[str] | None = None, cameras: Collection[str] | None = None
    ) -> Iterator[Event]:
        """Events that overlap [begin, end), by trading day and time; read as they are asked for, by any threads."""
        with Journal(self.folder / JOURNAL, any_thread=True) as journal:
            places = journal, Days(self.folder / DAYS, self.site.id)
            yield from past_events(self.site, places, (begin, end), kinds=kinds, cameras=cameras)

    def snapshot(self, camera: str, width: int) -> bytes:
        """The newest picture of a camera as a JPEG, heads blurred; for setting it up, never kept.

        Args:
            camera: its id.
            width: of the picture, pixels; its own width if that is less.

        Raises:
            NotFoundError: there is no such camera, or it has no picture now.
        """
        glimpse = self._runner.glimpse(camera)
        if glimpse is None:
            problem = f"camera {camera} has no picture now"
            raise NotFoundError(problem, "Look at its state, and try again when it sees.")
        return blurred(glimpse, width)

    def preview(self, camera: str, tripwires: Sequence[Tripwire]) -> dict[str, tuple[int, int]]:
        """What lines would have counted on the last minute, by line: in and out. Raises NotFoundError."""
        return self._runner.preview(camera, tripwires)

    def accept_view(self, by: Actor, camera: str) -> None:
        """Take a moved camera's present view for the right one. Raises NotFoundError."""
        self._runner.accept_view(self.site.camera(camera).id)
        self.access.audit.write(by, "camera.view-accepted", f"camera:{camera}")

    def reset_occupancy(self, by: Actor) -> None:
        """Somebody has seen that nobody is inside. Raises StoreError."""
        now = self.clock.now()
        with self._read() as journal:
            journal.reset(self.site.id, now, "a person")
        self._inside.reset(now)
        self.access.audit.write(by, "occupancy.reset")

    def reload(self) -> None:
        """Go on with the site file as it is now; cameras that did not change do not notice.

        Raises:
            SiteFileError: it cannot be used; everything goes on as before.
            ConflictError: it is another site.
        """
        self._changed(self.setup.read()[0])

    def reload_soon(self) -> None:
        """Do that within a second; for signals, which must not wait."""
        self._reload_wanted.set()

    def reload_settings(self) -> None:
        """Go on with the settings as they are now; whoever changes them calls it, and it is looked after anyway."""
        with self._changing:
            written = self._settings()
            if written != self._written:
                self._written = written
                self.integrations.change(self._integration_settings())
                self._keeper.retention = self.studies.retention = self._retention()
                self.visiting.keep(self._retention().measures)
                self.selling.keep(self._retention().measures)
                self._log_as_set()

    def _log_as_set(self) -> None:
        if self._logs:
            self._logs.change(LogSettings.from_settings(self._written["logs"]))

    def _read(self) -> Journal:
        return Journal(self.folder / JOURNAL)

    def _journaled(self, since: float) -> list[Event | Condition]:
        with self._read() as journal:
            return [*journal.events(self.site.id, since), *journal.conditions(self.site.id, since)]

    def _settings(self) -> dict[str, Mapping[str, Any]]:
        return {setting.key: setting.value for setting in self.settings.all()}

    def _integration_settings(self) -> IntegrationSettings:
        return IntegrationSettings.from_settings(self._written)

    def _dossiers(self) -> list[Dossier]:
        return [self.purposes.dossier] if self.purposes.dossier else []

    def _retention(self) -> Retention:
        return RetentionSettings.from_settings(self._written["retention"]).retention()

    def _members_surroundings(self) -> MembersSurroundings:
        running = Running(self.faces.subjects, self.faces.steps, self.faces.erasures, self.faces.threshold)
        return MembersSurroundings(
            lambda: self.site, self.folder / VAULTS, self.keys, self._records, self.access.audit,
            lambda: self._written["members"], running, self.integrations, self.clock,
        )  # fmt: skip

    def _greet(self, label: str, camera: str, time: float) -> None:
        self.members.seen(label, camera, time)

    def _faces_around(self, visitors: Visitors) -> FacesAround:
        return FacesAround(
            lambda: self.site, self.folder / VAULTS, self.keys, self.purposes, visitors, self.clock,
            self._greet, self._key_told,
        )  # fmt: skip

    def _key_told(self, action: str, which: str) -> None:
        try:
            self.access.audit.write(SYSTEM, action, f"key:{which}")
        except GalleriaError as error:  # the key is gone all the same
            _log.error("the audit lacks %s %s: %s", action, which, error, extra={"event": "audit-failed"})

    def _changed(self, site: Site) -> None:
        if site.id != self.site.id:
            problem = f"the site is {self.site.id!r}, and the file says {site.id!r}"
            raise ConflictError(problem, "Start it anew to count another site.")
        self.site = site
        self.purposes.reload(site)  # first: what is no longer declared ends at once, whatever comes after
        self.flows.site = self.visiting.site = self.outlook.site = self.studies.site = self.selling.site = site
        self._adding_up.again()
        self._inside.reload(site)
        self.alarms.reload(site)
        self._keeper.reload(site)
        self.integrations.reload(site)
        self._runner.reload(_filmed(site))

    def _counted(self, what: Sequence[Event | Condition]) -> None:
        events = [one for one in what if not isinstance(one, Condition)]
        self._inside.take(events)
        self._today.take(events)

    def _told(self, what: Sequence[Event | Condition]) -> None:
        for one in what:
            if isinstance(one, Condition):
                log_condition(one)
            if self._broadcast.listeners and (news := news_of(one)):
                self._broadcast.tell(news)

    def _turn(self) -> None:
        if self._reload_wanted.is_set():
            self._reload_wanted.clear()
            self.reload()
        self.reload_settings()
        now = self.clock.now()
        self._inside.turn(now)
        self._today.turn(self.site, now)
        self._audit_heads.turn()
        self.alarms.turn(self.live())
        self.members.turn(now)
        if self._keeper.due(now):
            self._keeper.turn(now)
            self._keeping.well()
        if self.visiting.due(now):
            self.visiting.turn(now, self.purposes.granted)
        if self.studies.due(now):
            self.studies.turn(now, most=1)  # what else is kept up does not wait for a year of days
            self.studies.keep(now, self._retention().measures)
            if self.studies.behind:
                self._adding_up.again()
        else:
            self._adding_up.turn()
        self.outlook.turn(now)
        if now - self._viewed >= VIEWS_EVERY:
            self._viewed = now
            write_views(self.folder, self._runner.views())
        if self._broadcast.listeners:
            self._broadcast.tell(live_news(self.live()))


def _filmed(site: Site) -> Site:
    """What is run: a site whose history was made up has no cameras that could be connected."""
    return replace(site, cameras=()) if site.simulated else site
