"""The API: HTTP requests into questions to, and changes of, a running site. Knows no cameras, models or SQL."""

from .app import create_app
from .serving import make_server

__all__ = ["create_app", "make_server"]
