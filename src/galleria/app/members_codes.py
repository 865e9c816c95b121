"""What is held under the code of a receipt. Wrong codes count, and cannot be tried out; right ones do not count."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .members_ending import Ending
from .members_ports import Surroundings
from .members_receipt import label_of, receipt_hash
from .members_stores import Stores
from .throttle import Throttle

if TYPE_CHECKING:
    from galleria.storage.vault.identities import Identity


@dataclass(frozen=True, slots=True)
class Held:
    """What a code leads to.

    Attributes:
        record: of the consent; None: nothing is held under this code.
        ended: it was a receipt's whose membership ended.
    """

    label: str = field(repr=False)
    record: Identity | None = field(repr=False)
    ended: bool


class Codes:
    """Looks codes up. Its method is called under the lock of the gallery."""

    def __init__(self, around: Surroundings, stores: Stores, ending: Ending) -> None:
        self._tries = Throttle(around.clock, "to use a receipt")
        self._stores, self._ending = stores, ending

    def brought(self, code: str, address: str) -> Held:
        """What is held under a code that comes from an address.

        A right code does not count as a try, so that a busy kiosk locks nobody out. After too many wrong ones no code
        is looked up, be it right or wrong; and all that is asked about a right one is asked about a wrong one too.

        Raises:
            TooManyError: there were too many wrong ones from there of late.
            InputError: it is longer than any code.
        """
        self._tries.take(address)
        label, digest = label_of(code), receipt_hash(code)
        kept = self._stores.kept()
        record, ended = kept.identity(label) if kept else None, self._ending.ended(digest)
        if record and not hmac.compare_digest(record.receipt, digest):
            record = None
        if record or ended:
            self._tries.restore(address)
        return Held(label, record, ended)
