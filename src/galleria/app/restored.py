"""What the audit of a restored site tells of that."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from galleria.domain.time import Clock
from galleria.storage.records import Records

from .audit import SYSTEM, Audit


def note_restored(place: Path, unsigned: Iterable[str], clock: Clock) -> None:
    """Note that records were restored, and of which purposes the signatures were not.

    Args:
        place: the file of the records.
        unsigned: purposes.
        clock: tells the time now.

    Raises:
        StoreError: they cannot be written; what was restored is in its place all the same.
    """
    records = Records(place)
    try:
        audit = Audit(records, clock)
        with records.write() as writing:
            audit.note(writing, SYSTEM, "site.restored")
            for purpose in unsigned:
                audit.note(writing, SYSTEM, "purpose.unsigned", f"purpose:{purpose}")
    finally:
        records.close()
