"""Signatures of declarations, and purposes that were stopped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "purpose_signature",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("time", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "user", name=op.f("pk_purpose_signature")),
    )
    op.create_index(op.f("ix_purpose_signature_purpose"), "purpose_signature", ["purpose"], unique=False)
    op.create_table(
        "purpose_stop",
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("time", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("purpose", name=op.f("pk_purpose_stop")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("purpose_stop")
    op.drop_table("purpose_signature")
