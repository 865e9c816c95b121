"""Members of a site for tests: real records, real sealed stores, a real gallery over a real vault."""

from dataclasses import dataclass, field

import numpy as np
from people import NOW, People

from galleria.app.audit import SYSTEM
from galleria.app.members import Members, Running, Surroundings
from galleria.domain.access import Role
from galleria.domain.errors import PolicyError
from galleria.domain.purpose import Declaration, LawfulBasis, Notice, Purpose
from galleria.domain.site import Site
from galleria.identity.decide import Outcome, Table, Target, decide
from galleria.identity.gallery import Gallery
from galleria.storage.vault.keys import KeyStore, Scope
from galleria.storage.vault.templates import Asker, Space, TemplateVault

SETTINGS = {
    "controller": "Mall of nobody Ltd, 1 Covered Street",
    "contact": "dpo@mall.example",
    "equal_way": "At the desk you get a card that does the same.",
    "address": "https://mall.example",
}
NOTICE = Notice("1", "at every door")
DECLARED = Site("mall", purposes=(Declaration(Purpose.MEMBERS, LawfulBasis.CONSENT, NOTICE, 0.0, NOW * 2, ("door",)),))
UNDECLARED = Site("mall")
SPACE = Space("dlib-128", 128)
# Impostors of the consented set reach 0.9440, mated pairs begin at 0.9462; measured, and of this set alone.
RATES = Table((0.80, 0.94, 0.945, 0.97), (0.2, 1e-3, 1e-5, 1e-7))
TARGET = Target(0.01, 0.05)


class Permit:
    """Holds for members, while they run."""

    def __init__(self):
        self.holds = True

    def demand(self, purpose, _camera, _now):
        if purpose is not Purpose.MEMBERS or not self.holds:
            raise PolicyError("members was stopped", "Start it again.")


class RealSubjects:
    """Implements `Subjects` with a gallery in memory and a vault on the disk, as recognition does."""

    def __init__(self, folder, clock, space=SPACE):
        keys, scope = KeyStore(folder / "keys"), Scope("mall", Purpose.MEMBERS, "2026", "templates")
        if scope not in {key.scope for key in keys.all()}:
            keys.create(scope, NOW * 2)
        self.permit, self.clock = Permit(), clock
        self.vault = TemplateVault(folder / "vaults" / "members.vault", keys, scope, space, clock.now())
        self.gallery = Gallery(Purpose.MEMBERS, self.vault.space, space.dimensions, 1000)
        for kept in self.vault.load(self._asker()):
            self.gallery.enrol(kept.label, kept.templates)

    def check(self):
        self._asker()

    def enrol(self, label, templates):
        asker = self._asker()
        turned = [self.vault.turned(template) for template in templates]
        self.vault.keep(label, turned, asker)
        self.gallery.enrol(label, turned)

    def find(self, templates):
        self.permit.demand(Purpose.MEMBERS, "kiosk", self.clock.now())
        near = self.gallery.near([self.vault.turned(template) for template in templates])
        decided = [decide(one, len(self.gallery), RATES, TARGET) for one in near]
        labels = {one.label for one in decided if one.outcome is Outcome.ACCEPTED}
        return labels.pop() if len(labels) == 1 else ""

    def forget(self, label):
        self.gallery.forget([label])
        return self.vault.forget([label]) > 0

    def close(self):
        self.vault.close()

    def _asker(self):
        self.permit.demand(Purpose.MEMBERS, "kiosk", self.clock.now())
        return Asker(self.permit, "kiosk", self.clock.now())


class FakeSubjects:
    """The port, in memory: what is alike is equal."""

    def __init__(self):
        self.held, self.runs, self.fails, self.granted = {}, True, False, True

    def check(self):
        if not self.granted:
            raise PolicyError("members does not run now", "Look at the page of purposes.")

    def enrol(self, label, templates):
        if self.fails:
            raise PolicyError("members was stopped", "Start it again.")
        self.held[label] = list(templates)

    def find(self, templates):
        for label, held in self.held.items():
            if any(np.array_equal(a.values, b.values) for a in held for b in templates):
                return label
        return ""

    def forget(self, label):
        if not self.runs:
            raise PolicyError("no members' purpose runs", "Declare it.")
        return self.held.pop(label, None) is not None


class Told:
    """What other programs were told."""

    def __init__(self):
        self.messages = []

    def greet(self, message):
        self.messages.append(message)

    def unsay(self, member):
        self.messages = [message for message in self.messages if message["data"]["member"] != member]


@dataclass
class Kiosk:
    """A site with a kiosk."""

    folder: object
    subjects: object = field(default_factory=FakeSubjects)
    steps: object = None
    erasures: dict = field(default_factory=dict)
    told: object = field(default_factory=Told)
    site: Site = DECLARED

    def __post_init__(self):
        self.waited = []
        self.people = People(self.folder)
        self.clock, self.records = self.people.clock, self.people.records
        self.ada = self.people.first()
        self.operator = self.people.add(self.ada, "Otto", Role.OPERATOR)
        self.settings = dict(SETTINGS)
        self.members = self.made()

    def made(self):
        running = Running(lambda: self.subjects, lambda: self.steps, lambda: self.erasures, lambda: RATES.scores[2])
        return Members(
            Surroundings(
                lambda: self.site, self.folder / "vaults", self.folder / "keys", self.records,
                self.people.access.audit, lambda: self.settings, running, self.told, self.clock, self.pause,
            )
        )  # fmt: skip

    def pause(self, seconds):
        self.waited.append(seconds)
        self.clock.advance(seconds)

    @property
    def agreed(self):
        return self.members.texts()[0].sha256

    def join(self, *pictures):
        self.clock.advance(10)
        return self.members.join(self.operator, self.agreed, pictures or (b"",))

    def audit(self):
        return self.people.access.audit.list(SYSTEM)

    def bytes_on_disk(self):
        """Of every file of the site, by name; the databases' companions too."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()
        }

    def where(self, *texts):
        """Files in which one of the texts stands, in any form that it is likely to be written in."""
        wanted = []
        for text in texts:
            wanted += [text.encode(), text.lower().encode(), text.replace("-", "").encode()]
            if all(c in "0123456789abcdef" for c in text) and len(text) % 2 == 0:
                wanted.append(bytes.fromhex(text))
        return sorted({name for name, raw in self.bytes_on_disk().items() for one in wanted if one in raw})

    def close(self):
        self.members.close()
        if hasattr(self.subjects, "close"):
            self.subjects.close()
        self.records.close()
