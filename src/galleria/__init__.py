"""Visitor analytics for shopping centres and shops, from ordinary cameras."""
