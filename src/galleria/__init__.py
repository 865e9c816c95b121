"""Visitor analytics for shopping centres and shops, from ordinary cameras."""

from importlib.metadata import version

__version__ = version("galleria")
