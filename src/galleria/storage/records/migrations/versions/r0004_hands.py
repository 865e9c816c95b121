"""By whose hands accounts came to be, and who stopped a purpose with the last word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_HANDS = ("user", "purpose_signature")


def upgrade() -> None:
    """Add them. Of accounts that are there already the makers are not known: r0006 looks after them."""
    for table in _HANDS:
        op.add_column(table, sa.Column("hands", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("purpose_stop", sa.Column("officer", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("purpose_stop") as stops:
        stops.drop_column("officer")
    for table in reversed(_HANDS):
        with op.batch_alter_table(table) as some:
            some.drop_column("hands")
