"""The audit as a hash tree: a leaf hash beside every entry, signed heads, and no names of people any more."""

from __future__ import annotations

import math
from typing import Any

import sqlalchemy as sa
from alembic import op

from galleria.storage.records.leaves import leaf_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PIECE = 2000  # rows at a time
_NAMES = {"name", "label"}  # facts that were names of users and tokens
_TRIGGER = """
CREATE TRIGGER {table}_is_append_only_{when}
BEFORE {what} ON {table}
BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END
"""
_ROWS = sa.table(
    "audit",
    sa.column("id", sa.Integer),
    sa.column("time", sa.Double),
    sa.column("actor", sa.String),
    sa.column("actor_kind", sa.String),
    sa.column("action", sa.String),
    sa.column("subject", sa.String),
    sa.column("facts", sa.JSON),
    sa.column("leaf", sa.String),
)


def upgrade() -> None:
    """Take the names out, hash what is there, and make the table of heads."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        for when in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_is_append_only_{when}")
    op.add_column("audit", sa.Column("leaf", sa.String(length=64), nullable=True))
    _hash_rows()
    with op.batch_alter_table("audit") as audit:
        audit.alter_column("leaf", existing_type=sa.String(length=64), nullable=False)
        audit.drop_column("actor_name")
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("log", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("time", sa.Double(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_index(op.f("ix_audit_head_size"), "audit_head", ["size"], unique=False)
    if sqlite:
        for table in ("audit", "audit_head"):
            for what in ("UPDATE", "DELETE"):
                op.execute(_TRIGGER.format(table=table, when=what.lower(), what=what))


def _hash_rows() -> None:
    connection, last = op.get_bind(), 0
    change = (
        sa.update(_ROWS)
        .where(_ROWS.c.id == sa.bindparam("row"))
        .values(facts=sa.bindparam("kept"), leaf=sa.bindparam("hash"))
    )
    while rows := connection.execute(
        sa.select(_ROWS).where(_ROWS.c.id > last).order_by(_ROWS.c.id).limit(_PIECE)
    ).all():
        changes = []
        for row in rows:
            facts = {key: _plain(value) for key, value in row.facts.items() if key not in _NAMES}
            leaf = leaf_of(row.time, (row.actor_kind, row.actor), row.action, row.subject, facts)
            changes.append({"row": row.id, "kept": facts, "hash": leaf.hex()})
        connection.execute(change, changes)
        last = rows[-1].id


def _plain(value: Any) -> str | float | bool:  # noqa: ANN401  # whatever was written
    """What can be hashed: of a value that cannot, its text."""
    fine = isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))
    return value if fine else str(value)


def downgrade() -> None:
    """Take hashes and heads away; names do not come back."""
    if op.get_bind().dialect.name == "sqlite":
        for when in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_is_append_only_{when}")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit") as audit:
        audit.drop_column("leaf")
        audit.add_column(sa.Column("actor_name", sa.String(length=120), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(_TRIGGER.format(table="audit", when=what.lower(), what=what))
