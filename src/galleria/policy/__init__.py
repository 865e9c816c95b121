"""What may be done, until when, and what may be shown: pure decisions. Nothing here reads a clock or a site."""
