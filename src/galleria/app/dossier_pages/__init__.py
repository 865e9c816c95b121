"""A dossier as people read it: an HTML page with its drawings inside, a summary of one page, and the file itself."""

from .writing import Written, page, summary, write_pages

__all__ = ["Written", "page", "summary", "write_pages"]
