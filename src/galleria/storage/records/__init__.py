"""The records: users, sessions, tokens, settings, the audit and the outbox, in one database. No rules."""

from .database import Records, Writing
from .models import AuditEntry, Delivery, Link, RecoveryCode, Session, Setting, Token, Tries, User

__all__ = [
    "AuditEntry",
    "Delivery",
    "Link",
    "Records",
    "RecoveryCode",
    "Session",
    "Setting",
    "Token",
    "Tries",
    "User",
    "Writing",
]
