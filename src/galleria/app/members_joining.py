"""Somebody who agreed is taken as a member: label, record, audit and templates, all of them or none."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from galleria.domain.access import Actor
from galleria.domain.errors import ConflictError, GalleriaError

from .members_papers import receipt_of, record_of
from .members_ports import Surroundings
from .members_receipt import Receipt, label_of, new_code
from .members_stores import Stores
from .members_text import ConsentText, MembersSettings

if TYPE_CHECKING:
    from galleria.domain.face import Template

    from .recognition.ports import Subjects


def enrol(
    around: Surroundings,
    stores: Stores,
    by: Actor,
    subjects: Subjects,
    templates: Sequence[Template],
    text: ConsentText,
) -> Receipt:
    """Take somebody who agreed to a text just now. Called under the lock of the gallery.

    Raises:
        ConflictError: the face is a member's already.
        GalleriaError: it could not be done; nothing of it is kept.
    """
    if subjects.find(templates):
        problem = "a face like this one is a member's already"
        raise ConflictError(problem, "Have it erased with the receipt or by face, and join again.")
    code = new_code()
    label, record = label_of(code), record_of(f"m-{secrets.token_hex(10)}", code, around.clock.now(), text)
    kept = stores.made()
    try:
        kept.put(label, record)
        with around.records.write() as writing:
            told = {"text": record.text, "language": record.language, "version": record.version}
            around.audit.note(writing, by, "member.joined", f"receipt:{record.receipt}", **told)
            subjects.enrol(label, templates)
    except BaseException:
        # Nobody has the receipt: nothing of it may stay.
        with suppress(GalleriaError):
            subjects.forget(label)
            kept.drop(label)
        raise
    return receipt_of(around.site().id, code, record, text, MembersSettings.from_settings(around.settings()))
