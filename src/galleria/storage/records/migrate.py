"""Brings the records' tables to what this Galleria knows, in the caller's transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from galleria.domain.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration(connection: Connection | None = None) -> Config:
    """What alembic needs to know; a connection is used as it is, transaction and all."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection, place: str) -> None:
    """Upgrade to the newest revision; all or nothing.

    Args:
        connection: within a transaction.
        place: of the database, for messages.

    Raises:
        StoreError: a newer Galleria wrote it, or the database is another program's; then it was not changed.
    """
    config = configuration(connection)
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    present = set(MigrationContext.configure(connection).get_current_heads())
    if present - known:
        problem = f"the records {place} were written by a newer Galleria"
        raise StoreError(problem, "Update Galleria, or restore a backup that this one wrote.")
    if not present and connection.dialect.has_table(connection, "take"):
        problem = f"{place} is no database of records"
        raise StoreError(problem, "Choose another folder with --folder.")
    if present != set(scripts.get_heads()):
        command.upgrade(config, "head")
