"""A small site whose purposes can be declared, signed and stopped; every part is real but the cameras."""

import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from people import NOW, People

sys.path.append(str(Path(__file__).parents[1] / "policy"))

from declared import DOSSIER

from galleria.app.purpose_ground import DOSSIERS, comparison
from galleria.app.purposes import Purposes
from galleria.app.setup import Setup
from galleria.domain.access import RIGHTS, Actor, Role
from galleria.domain.purpose import Declaration, LawfulBasis, Notice, Purpose
from galleria.domain.site import FaceSetting
from galleria.storage import records as rows
from galleria.storage.dossierfile import write_dossier
from galleria.storage.sitefile_purposes import whole_days

BERLIN = ZoneInfo("Europe/Berlin")
DAY = 86400.0
SITE = """\
# A shop for tests.
site:
  id: shop
  time_zone: Europe/Berlin
  profile: us
cameras:
  - {id: hall, source: rtsp://192.0.2.7/main}
  - {id: yard, source: rtsp://192.0.2.8/main}
"""
MARK = comparison(FaceSetting(), (), NOW)[0].model
# The accuracy of what runs, in date.
MEASURED = replace(DOSSIER, model=MARK, made=NOW - 10 * DAY, ends=NOW + 80 * DAY)


def declaration(purpose=Purpose.UNIQUE, first=date(2026, 9, 1), last=date(2027, 8, 31), **changes):
    """One that lacks nothing but signatures."""
    begins, ends = whole_days(first, last, BERLIN)
    whole = Declaration(
        purpose,
        LawfulBasis.CONSENT,
        Notice("3", "At both doors"),
        begins,
        ends,
        ("hall",),
        dpia="DPIA-7",
        equal_way="a card" if purpose is Purpose.MEMBERS else "",
        staff_notice="works agreement 12" if purpose is Purpose.STAFF else "",
    )
    return replace(whole, **changes)


def someone(name, role=Role.DPO, kind="user"):
    return Actor(name, name.title(), RIGHTS[role], kind)


ANNA, BEN, CARL = someone("anna"), someone("ben", Role.OPERATOR), someone("carl", Role.APPROVER)


@dataclass
class Place:
    """One site; `purposes` is made anew by `again`, as by a new start of the program."""

    folder: Path
    text: str = SITE

    def __post_init__(self):
        self.people = People(self.folder)
        self.clock, self.records = self.people.clock, self.people.records
        self.path = self.folder / "site.yaml"
        self.path.write_text(self.text)
        self.setup = Setup(self.path, self.folder, self.people.access.audit, clock=self.clock, changed=self.changed)
        with self.records.write() as writing:
            for one in (ANNA, BEN, CARL):
                writing.add(rows.User(id=one.id, name=one.name, key=one.id, role="operator", created=0.0))
        self.again()

    def changed(self, site):
        self.purposes.reload(site)

    def again(self):
        site = self.setup.read()[0]
        self.purposes = Purposes(self.records, self.clock, self.people.access.audit, self.setup, self.folder, site)

    def put_dossier(self, dossier=MEASURED, name="made.json"):
        (self.folder / DOSSIERS).mkdir(exist_ok=True)
        write_dossier(self.folder / DOSSIERS / name, dossier)
        self.reload()

    def reload(self):
        self.purposes.reload(self.setup.read()[0])

    def edit(self, old, new):
        """Change the site file by hand, and reload."""
        text = self.path.read_text()
        assert old in text
        self.path.write_text(text.replace(old, new))
        self.reload()

    def declare(self, purpose=Purpose.UNIQUE, *signers, **changes):
        self.purposes.declare(ANNA, declaration(purpose, **changes))
        for signer in signers:
            self.sign(signer, purpose)

    def sign(self, by, purpose=Purpose.UNIQUE):
        self.purposes.sign(by, purpose, self.of(purpose).digest)

    def of(self, purpose=Purpose.UNIQUE):
        """How a purpose stands."""
        return next(one for one in self.purposes.status(ANNA).purposes if one.purpose is purpose)

    def reasons(self, purpose=Purpose.UNIQUE):
        return {one.reason for one in self.of(purpose).missing}

    def running(self, purpose=Purpose.UNIQUE, **changes):
        """Everything in place."""
        self.put_dossier()
        self.declare(purpose, ANNA, BEN, **changes)

    def close(self):
        self.records.close()
