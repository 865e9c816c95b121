"""The records: users, sessions, tokens, settings, the audit and the outbox, in one database. No rules."""

from .database import Records, Writing
from .models import (
    AuditEntry,
    AuditHead,
    Delivery,
    Link,
    PurposeSignature,
    PurposeStop,
    RecoveryCode,
    Session,
    Setting,
    Token,
    Tries,
    User,
)

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Delivery",
    "Link",
    "PurposeSignature",
    "PurposeStop",
    "Records",
    "RecoveryCode",
    "Session",
    "Setting",
    "Token",
    "Tries",
    "User",
    "Writing",
]
