"""Pages in a browser into commands."""
