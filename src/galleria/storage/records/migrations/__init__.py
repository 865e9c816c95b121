"""Revisions of the records' tables, run by alembic when the records are opened."""
