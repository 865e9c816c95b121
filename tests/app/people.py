"""A site's people for tests: real records, a clock that is set, argon2 with parameters that cost little."""

from dataclasses import dataclass, field

from argon2 import PasswordHasher

from galleria.app.access import Access
from galleria.app.passwords import Passwords
from galleria.domain.access import Actor, Role
from galleria.domain.time import SetClock
from galleria.storage.records import Records

PASSWORD = "correct horse battery"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NOW = 1_790_000_000.0


@dataclass
class Noted:
    """Stands in for the audit where no records are needed: keeps what it is told."""

    entries: list = field(default_factory=list)

    def write(self, by, action, subject="", **facts):
        self.entries.append((by.name, action, subject))


@dataclass
class People:
    folder: object
    clock: SetClock = field(default_factory=lambda: SetClock(NOW))

    def __post_init__(self):
        self.records = Records(self.folder / "records.db")
        self.keys = self.folder / "keys"
        self.access = Access(self.records, self.clock, "Mall of nobody", Passwords(QUICK), self.keys)

    def first(self, name="Ada") -> Actor:
        """The first administrator, signed in."""
        self.access.accept(self.access.first_link(), PASSWORD, name)
        return self.access.sign_in(name, PASSWORD).actor

    def add(self, by: Actor, name: str, role: Role, password=PASSWORD) -> Actor:
        """Another user, signed in."""
        _, link = self.access.users.create(by, name, role)
        self.access.accept(link, password)
        return self.access.sign_in(name, password).actor

    def actions(self, by: Actor) -> list[str]:
        """What the audit tells, the oldest first."""
        return [entry.action for entry in reversed(self.access.audit.list(by))]
