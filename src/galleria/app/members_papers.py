"""What is written down of somebody who joined: the record that is kept, the receipt, and what is held, on request."""

# ruff: noqa: PLC0415 - what belongs to a vault is loaded where it is used

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from galleria.domain.purpose import Purpose
from galleria.notify.envelope import stamp

from .members_receipt import KIND, Receipt, receipt_hash
from .members_text import CONSENT, ConsentText, MembersSettings

if TYPE_CHECKING:
    from galleria.storage.vault.identities import Identity


def record_of(member: str, code: str, now: float, text: ConsentText) -> Identity:
    """The record of a consent to a text, given now by whoever has the code."""
    from galleria.storage.vault.identities import Identity

    return Identity(member, receipt_hash(code), now, text.sha256, text.language, text.version)


def receipt_of(site: str, code: str, record: Identity, text: ConsentText, told: MembersSettings) -> Receipt:
    """What somebody who joined takes along."""
    address = f"{told.address}/withdraw" if told.address else ""
    facts = _facts(site, record, told.controller)
    facts = {**facts, "code": code, "withdraw_at": address or "the kiosk", "text": text.text}
    return Receipt(record.member, code, address, record.time, record.time + CONSENT, facts)


def export_of(site: str, record: Identity, used: float, told: MembersSettings) -> dict[str, Any]:
    """What is held; `used`: the day on which it was of use last, seconds since 1970-01-01 UTC."""
    return {
        **_facts(site, record, told.controller),
        "kind": "galleria.member-export.v1",
        "last_used_on": stamp(used)[:10],
        "template": "one sealed face template, under a random label; it is not given out",
        "pictures": "none",
        "visits": "none",
    }


def _facts(site: str, record: Identity, controller: str) -> dict[str, Any]:
    return {
        "kind": KIND,
        "site": site,
        "controller": controller,
        "purpose": Purpose.MEMBERS.value,
        "member": record.member,
        "agreed_at": stamp(record.time),
        "ends_at": stamp(record.time + CONSENT),
        "text_sha256": record.text,
        "text_language": record.language,
        "text_version": record.version,
        "receipt_sha256": record.receipt,
    }
