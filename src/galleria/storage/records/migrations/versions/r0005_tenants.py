"""Tenants: the shop that an account is of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it. Accounts that are there already are of none."""
    op.add_column("user", sa.Column("shop", sa.String(120), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("user") as users:
        users.drop_column("shop")
