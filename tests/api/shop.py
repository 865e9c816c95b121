"""A site made of the real parts, but for the cameras: nothing is decoded, so that tests are quick."""

import io
import socket
import threading
import time

import httpx
from flowing import Desk, at
from people import NOW, PASSWORD, QUICK
from PIL import Image

from galleria.api import create_app, make_server
from galleria.app.access import COOKIE, CSRF_HEADER, Access
from galleria.app.alarms import Alarms
from galleria.app.audit import Audit
from galleria.app.broadcast import Broadcast
from galleria.app.exporting import Exports
from galleria.app.members import Members, Surroundings, nothing_runs
from galleria.app.outlook import Outlook
from galleria.app.passwords import Passwords
from galleria.app.purposes import Purposes
from galleria.app.scoring import Scoring
from galleria.app.selling import SALES, Selling
from galleria.app.setting_shapes import SHAPES
from galleria.app.settings import Settings
from galleria.app.setup import Setup
from galleria.app.studies import STUDIES, Studies
from galleria.app.study_desk import StudyDesk
from galleria.app.study_list import STUDIES_KEPT
from galleria.app.visiting import VISITORS, Visiting
from galleria.domain.access import Right, Role
from galleria.domain.errors import NotFoundError
from galleria.domain.health import CameraState, Condition
from galleria.domain.live import CameraLive, Dot, Occupancy, SiteLive
from galleria.domain.time import SetClock, trading_day
from galleria.storage.journal import Journal
from galleria.storage.records import Records
from galleria.storage.sales import Sales
from galleria.storage.studied import StudyStore
from galleria.storage.visitors import Visitors

DAY, BEFORE = "2026-09-21", "2026-09-14"  # two Mondays; NOW lies on the first
SITE = """\
# A shop for tests.
site:
  id: shop
  name: The shop
  time_zone: Europe/Berlin
  hours: {mon-sat: 10:00-20:00}
entrances:
  - {id: front, name: Front door}
  - {id: back}
cameras:
  - id: hall
    name: Hall
    source: rtsp://viewer:${SHOP_PASSWORD}@192.0.2.7/main
    tripwires:
      - {id: door, from: [0.1, 0.5], to: [0.9, 0.5], entrance: front}
    zones:
      - {id: shelf, corners: [[0.1, 0.5], [0.9, 0.5], [0.5, 0.9]]}
  - id: yard
    source: videos/yard.mp4
    tripwires:
      - {id: gate, from: [0.1, 0.5], to: [0.9, 0.5], entrance: back}
"""
# What is drawn and belongs to a shop cannot be taken away.
SHOPS = """\
shops:
  - {id: books, name: Book shop, lines: [door], zones: [shelf]}
  - {id: corner, name: Corner shop, lines: [gate]}
"""
CAMERA_PASSWORD = "pass-of-the-camera"


class Greetings:
    """What members are told others."""

    def __init__(self):
        self.told = []

    def greet(self, message):
        self.told.append(message)

    def unsay(self, member):
        self.told = [message for message in self.told if message["data"]["member"] != member]


class ShopSite:
    """Implements `galleria.api.ports.LiveSite`; where the cameras would be it shows one that sees."""

    def __init__(self, folder, shops=SHOPS):
        self.folder = folder
        self.path = folder / "site.yaml"
        self.path.write_text(SITE + shops)
        environment = {"SHOP_PASSWORD": CAMERA_PASSWORD}
        with_password = self.path.read_bytes()
        assert CAMERA_PASSWORD.encode() not in with_password
        self.records = Records(folder / "records.db")
        self.ready = True
        self.news = Broadcast()
        self.reset_at, self.reloads, self.accepted = None, 0, []
        audit = Audit(self.records, SetClock(NOW))
        self.setup = Setup(self.path, folder, audit, changed=self.changed, environment=environment)
        self.site, _ = self.setup.read()
        self.desk = Desk(folder, self.site)
        self.clock = self.desk.clock
        self.clock.time = NOW
        self.flows = self.desk.flows
        self.access = Access(self.records, self.clock, "The shop", Passwords(QUICK), folder / "keys")
        self.scoring = Scoring(folder, lambda: self.site, self.clock, audit)
        self.exports = Exports(self, audit)
        self.settings = Settings(self.records, self.clock, self.access.audit, SHAPES)
        self.visitors = Visitors(folder / VISITORS)
        self.visiting = Visiting(self.site, self.visitors, self.flows, folder / "journal.db", audit)
        self.outlook = Outlook(self.site, self.flows, folder, lambda: self.settings.get("campaigns").value, audit)
        self.sales = Sales(folder / SALES)
        self.selling = Selling(self.site, self.sales, audit, self.clock)
        self.study_store = StudyStore(folder / STUDIES)
        self.studies = Studies(self.site, folder, self.desk.rollups, self.study_store, STUDIES_KEPT)
        self.study_desk = StudyDesk(self.studies, self.flows, audit, self.clock)
        self.purposes = Purposes(self.records, self.clock, self.access.audit, self.setup, folder, self.site)
        self.greetings = Greetings()
        self.alarms = Alarms(self.site, self.greetings.greet)
        settings = lambda: self.settings.get("members").value  # noqa: E731
        self.members = Members(
            Surroundings(lambda: self.site, folder / "vaults", folder / "keys", self.records, self.access.audit,
                         settings, nothing_runs(), self.greetings, self.clock)
        )  # fmt: skip
        self._fill()
        self._people()

    def _fill(self):
        self.desk.open_day(BEFORE, 20)
        self.desk.open_day(DAY, 30)
        with self.desk.live.envelope():
            self.desk.stay(at(DAY, "12:00"), 90.0)
            self.desk.walk(at(DAY, "12:00"), 30.0)
        conditions = [Condition("shop", "yard", CameraState.OFFLINE, at(DAY, "11:00"), at(DAY, "11:10"), "no answer")]
        self.desk.live.conditions(conditions)
        self.desk.keeper.turn(self.clock.now())

    def _people(self):
        """One user a role, and of the administrator one token a right; all signed in."""
        self.access.accept(self.access.first_link(), PASSWORD, "administrator")
        self.signed = {Role.ADMINISTRATOR: self.access.sign_in("administrator", PASSWORD)}
        ada = self.signed[Role.ADMINISTRATOR].actor
        for role in Role:
            if role is not Role.ADMINISTRATOR:
                own = role is Role.DPO  # whose account no administrator has in hand
                shop = "books" if role is Role.TENANT else ""
                added = self.access.users.create
                link = self.access.invite(role.value) if own else added(ada, role.value, role, shop)[1]
                self.access.accept(link, PASSWORD)
                self.signed[role] = self.access.sign_in(role.value, PASSWORD)
        self.tokens = {right: self.access.tokens.create(ada, right.value, [right]).text for right in Right}
        self.token = self.access.tokens.create(ada, "everything", list(Right)).text

    def changed(self, site):
        self.site = site
        self.purposes.reload(site)
        self.visiting.site = self.outlook.site = self.selling.site = self.studies.site = site
        self.flows.site = site

    def live(self):
        cameras = {
            c.id: CameraLive(
                c.id, CameraState.SEEING, NOW - 60, frame_time=NOW, received=100, analysed=50,
                dots=(Dot(1, 0.5, 0.25),), zones={"shelf": 1}, crossings={"door": (3, 1)},
            )
            for c in self.site.cameras
        }  # fmt: skip
        occupancy = Occupancy(2, 1.5, NOW - 3600, came=3, went=1)
        return SiteLive(self.clock.now(), trading_day(self.site, self.clock.now()).label, cameras, occupancy)

    def subscribe(self):
        return self.news.subscribe()

    def conditions(self, begin, end):
        with Journal(self.folder / "journal.db") as journal:
            return journal.conditions("shop", begin, end)

    def events(self, begin, end, *, kinds=None, cameras=None):
        with Journal(self.folder / "journal.db", any_thread=True) as journal:
            yield from journal.events("shop", begin, end, kinds=kinds, cameras=cameras)

    def snapshot(self, camera, width):
        if camera == "yard":
            raise NotFoundError("camera yard has no picture now", "Try again when it sees.")
        file = io.BytesIO()
        Image.new("RGB", (width, width // 2)).save(file, "JPEG")
        return file.getvalue()

    def preview(self, camera, tripwires):
        return {line.id: (2, 1) for line in tripwires}

    def accept_view(self, by, camera):
        self.accepted.append(self.site.camera(camera).id)
        self.access.audit.write(by, "camera.view-accepted", f"camera:{camera}")

    def reset_occupancy(self, by):
        self.reset_at = self.clock.now()
        self.access.audit.write(by, "occupancy.reset")

    def reload_settings(self):
        self.reloads += 1

    def close(self):
        self.scoring.stop()
        self.members.close()
        self.visitors.close()
        self.sales.close()
        self.study_store.close()
        self.news.close()
        self.desk.close()
        self.records.close()


class Served:
    """A real server in a thread, and clients of it."""

    def __init__(self, site, **options):
        self.site = site
        self.app = create_app(site, **options)
        self.server = make_server(self.app, "127.0.0.1", 0)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._thread = threading.Thread(target=self.server.run, args=([self._door],))

    def __enter__(self):
        self._thread.start()
        while not self.server.started:
            assert self._thread.is_alive()
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        self.server.stop()
        self._thread.join(20)
        assert not self._thread.is_alive()
        self._door.close()

    def nobody(self, **options):
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False, **options)

    def bearer(self, text=None):
        return self.nobody(headers={"Authorization": f"Bearer {text or self.site.token}"})

    def browser(self, role=Role.ADMINISTRATOR, csrf=True):
        signed = self.site.signed[role]
        return self.nobody(cookies={COOKIE: signed.cookie}, headers={CSRF_HEADER: signed.csrf} if csrf else {})
